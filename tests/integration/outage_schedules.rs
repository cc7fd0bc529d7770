//! No false orphan in a thousand random outage schedules: VMs appear, move, vanish and return while sources fail in every
//! way that is known, and after each pass the documents are held against the truth.
//!
//! `VMSYNC_TEST_SEED` chooses other schedules, `VMSYNC_TEST_SCHEDULE` one of them alone.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use simulator::Certificate;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Redis, is_nightly};

mod found;
mod judge;
mod outage;
mod random;
mod schedule;
mod site;
mod tally;
mod world;

use schedule::{Schedule, Shared, Story};
use tally::Tally;

/// Schedules at a time: most of their time they wait for somebody who does not answer.
const SIDE_BY_SIDE: usize = 24;

/// Schedules that may fail before the others are spared.
const FAILURES: usize = 3;

#[test]
fn no_outage_makes_a_false_orphan() {
    let bench = Bench::new();
    if let Some(number) = variable("VMSYNC_TEST_SCHEDULE") {
        bench.run_one(usize::try_from(number).expect("a number of a schedule"));
        return bench.check_failures();
    }
    let schedules = if is_nightly() { 20_000 } else { 1_000 };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| bench.run_many(&next, schedules));
        }
    });
    bench.check_failures();
    let tally = bench.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{tally:#?}");
    assert_eq!(tally.schedules, schedules);
    tally.check();
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

struct Bench {
    shared: Shared,
    runtime: Runtime,
    seed: u64,
    tally: Mutex<Tally>,
    failures: Mutex<Vec<String>>,
    /// Keeps the dead port.
    _socket: tokio::net::TcpSocket,
}

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let entered = runtime.enter();
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        drop(entered);
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let shared = Shared {
            redis: Redis::start(),
            certificate: Certificate::generate(None).expect("a certificate"),
            dead_port: socket.local_addr().expect("it is bound").port(),
        };
        Self {
            shared,
            runtime,
            seed: variable("VMSYNC_TEST_SEED").unwrap_or(0),
            tally: Mutex::default(),
            failures: Mutex::default(),
            _socket: socket,
        }
    }

    fn run_many(&self, next: &AtomicUsize, schedules: usize) {
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let failed = self.failures.lock().unwrap_or_else(PoisonError::into_inner).len();
            if number >= schedules || failed >= FAILURES {
                return;
            }
            self.run_one(number);
        }
    }

    /// A schedule that fails is noted with its steps.
    fn run_one(&self, number: usize) {
        let story = Story::default();
        let seed = self.seed * 1_000_000 + number as u64;
        let run = || {
            self.runtime.block_on(async {
                let schedule = Schedule::build(&self.shared, seed, Story::clone(&story)).await;
                schedule.run().await
            })
        };
        match std::panic::catch_unwind(AssertUnwindSafe(run)) {
            Ok(tally) => self.tally.lock().unwrap_or_else(PoisonError::into_inner).add(&tally),
            Err(panic) => {
                let steps = story.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
                let (seed, why) = (self.seed, describe(&*panic));
                let again = format!("VMSYNC_TEST_SEED={seed} VMSYNC_TEST_SCHEDULE={number}");
                let failure = format!("{again}:\n{steps}\n{why}");
                println!("{failure}\n");
                self.failures
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(failure);
            }
        }
    }

    fn check_failures(&self) {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let number = failures.len();
        assert!(
            failures.is_empty(),
            "{number} schedules failed; {}",
            failures.join("\n\n")
        );
    }
}

fn describe(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_else(|| "a panic without words".to_owned())
}
