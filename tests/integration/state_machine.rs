//! A model against the system: VMs, users, troubles, passes and crashes in any order, told by proptest, shrunk when the
//! two differ.
//!
//! The model states the contract: which VM is called what, and who may use which. After every pass that ended well the
//! documents and sessions have to be what it says; after every pass at all, whatever ended it, the invariants hold that
//! every scenario is judged by; and at the end, with all faults gone, one pass has to reach the model, and another one
//! must have nothing to do.
//!
//! `VMSYNC_TEST_SEED` tells other stories than those of every day, and `VMSYNC_TEST_CASE` one of them alone.

mod compare;
mod model;
mod portal;
mod system;
mod transitions;

use std::fmt::Write as _;
use std::marker::PhantomData;

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use crate::support::{Mongod, Server, is_nightly};
use model::World;
use system::System;
use transitions::{Contract, Transition};

/// Transitions of a case.
const LENGTH: std::ops::RangeInclusive<usize> = 30..=50;

#[test]
fn the_model_and_the_system_agree_on_sqlite() {
    run::<OnSqlite>(1, if is_nightly() { 1_500 } else { 10 });
}

#[test]
fn the_model_and_the_system_agree_on_mongodb() {
    run::<OnMongo>(2, if is_nightly() { 500 } else { 4 });
}

/// What went wrong once. The second orphan period begins before any session was brought to the end of the first.
#[test]
fn a_vm_that_vanishes_again_before_its_users_had_it_back_is_theirs_when_it_returns() {
    let story = [
        Transition::Vanish { vm: 4 },
        Transition::Pass,
        Transition::Return { vm: 4, source: 1 },
        Transition::Abort {
            failpoint: "documents.after",
            nth: 1,
        },
        Transition::Vanish { vm: 4 },
        Transition::Pass,
        Transition::Stranger {
            source: 0,
            name: "vm-5".to_owned(),
        },
        Transition::Pass,
        Transition::Return { vm: 4, source: 1 },
        Transition::Pass,
    ];
    Machine::<OnSqlite>::test_sequential(Config::default(), World::initial(), story.to_vec(), None);
}

/// Where the documents are.
trait Place {
    fn server() -> Option<Server>;
}

struct OnSqlite;

impl Place for OnSqlite {
    fn server() -> Option<Server> {
        None
    }
}

struct OnMongo;

impl Place for OnMongo {
    fn server() -> Option<Server> {
        Some(Server::Shared(Mongod::shared()))
    }
}

struct Machine<P>(PhantomData<P>);

impl<P: Place> StateMachineTest for Machine<P> {
    type SystemUnderTest = System;
    type Reference = Contract;

    fn init_test(world: &World) -> System {
        System::start(world, P::server())
    }

    fn apply(mut system: System, world: &World, transition: Transition) -> System {
        let was_pass = matches!(transition, Transition::Pass | Transition::Overlap { .. });
        system.apply(world, &transition);
        if was_pass && world.certain {
            compare::compare(world, &system);
        }
        system
    }

    fn teardown(mut system: System, mut world: World) {
        world.heal();
        world.pass();
        system.converge(&world);
        compare::compare(&world, &system);
    }
}

/// Every case has a seed of its own, so that one can be told again without those before it.
fn run<P: Place>(number: u64, cases: u64) {
    let variable = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = variable("VMSYNC_TEST_SEED").unwrap_or(0);
    let all = variable("VMSYNC_TEST_CASE").map_or(0..=cases - 1, |case| case..=case);
    for case in all {
        let config = Config {
            failure_persistence: None,
            cases: 1,
            max_shrink_iters: 200,
            max_shrink_time: 120_000,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        for (place, part) in [seed, number, case].into_iter().enumerate() {
            bytes[place * 8..][..8].copy_from_slice(&part.to_le_bytes());
        }
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config.clone(), random);
        let told = runner.run(&Contract::sequential_strategy(LENGTH), |(world, transitions, seen)| {
            Machine::<P>::test_sequential(config.clone(), world, transitions, seen);
            Ok(())
        });
        match told {
            Ok(()) => {}
            Err(TestError::Fail(reason, (_, transitions, _))) => panic!(
                "VMSYNC_TEST_SEED={seed} VMSYNC_TEST_CASE={case}, shrunk to\n{}{reason}",
                story(&transitions)
            ),
            Err(TestError::Abort(reason)) => panic!("VMSYNC_TEST_SEED={seed} VMSYNC_TEST_CASE={case}: {reason}"),
        }
    }
}

fn story(transitions: &[Transition]) -> String {
    let mut story = String::new();
    for (number, transition) in transitions.iter().enumerate() {
        writeln!(story, "{:>4}. {transition:?}", number + 1).expect("a string grows");
    }
    story
}
