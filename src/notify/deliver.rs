//! Sends the posts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::{Mutex, watch};

use super::courier::{Courier, Permission, Sent, Stopper};
use super::outcome::{DeliveryEvent, DeliveryLog, DeliveryOutcome, Halt, NotRecorded, Verdict};
use super::post::{EntryRef, Posts, Service};
use super::walk::{Settled, Standing, Walk};
use super::warn::{Complaints, without_secrets};
use crate::config::Endpoints;
use crate::failpoint::failpoint;
use crate::http::build_client;
use crate::report::plural;

/// Tells the services of renames.
pub struct Notifier {
    endpoints: Endpoints,
    timeout: Duration,
}

/// What happened with one service.
#[derive(Default)]
struct Round<'a> {
    sent: usize,
    standing: BTreeMap<&'a EntryRef, Standing>,
    warnings: Vec<String>,
    halt: Option<Halt>,
}

/// What both services share.
struct Shared<'a> {
    stopper: Stopper,
    log: Mutex<&'a mut dyn DeliveryLog>,
    log_failed: AtomicBool,
}

impl Notifier {
    /// `timeout` is for one request.
    #[must_use]
    pub fn new(endpoints: &Endpoints, timeout: Duration) -> Self {
        Self {
            endpoints: endpoints.clone(),
            timeout,
        }
    }

    /// Sends what is due, to both services side by side, and records each answer before going on.
    pub async fn deliver(
        &self,
        posts: &Posts,
        deadline: Instant,
        stop: watch::Receiver<bool>,
        log: &mut dyn DeliveryLog,
    ) -> DeliveryOutcome {
        let stopper = Stopper::new(deadline, stop);
        let shared = Shared {
            stopper,
            log: Mutex::new(log),
            log_failed: AtomicBool::new(false),
        };
        let (group, auth) = tokio::join!(
            self.serve(Service::Group, posts, &shared),
            self.serve(Service::Auth, posts, &shared)
        );
        sum_up([group, auth])
    }

    async fn serve<'a>(&self, service: Service, posts: &'a Posts, shared: &Shared<'_>) -> Round<'a> {
        let mut walk = Walk::new(posts.of(service));
        if posts.of(service).is_empty() {
            return Round::default();
        }
        let Some(url) = self.endpoint(service) else {
            return Round {
                warnings: vec![unconfigured(service, walk.standing().len())],
                ..Round::default()
            };
        };
        let client = match build_client(url, self.timeout) {
            Ok(client) => client,
            Err(error) => {
                let (title, address) = (service.title(), without_secrets(url));
                let warning = format!("failed to tell the {title} at {address} of renames: {error}");
                return Round {
                    standing: walk.standing(),
                    warnings: vec![warning],
                    ..Round::default()
                };
            }
        };
        let mut courier = Courier::new(client, url.clone(), self.timeout, shared.stopper.clone());
        let mut complaints = Complaints::new(service, url);
        let (sent, halt) = make_round(&mut walk, &mut courier, shared, &mut complaints).await;
        let standing = walk.standing();
        let rejected = standing
            .values()
            .filter(|standing| **standing == Standing::Rejected)
            .count();
        Round {
            sent,
            standing,
            warnings: complaints.into_warnings(rejected),
            halt,
        }
    }

    const fn endpoint(&self, service: Service) -> Option<&url::Url> {
        match service {
            Service::Group => self.endpoints.vm_group.as_ref(),
            Service::Auth => self.endpoints.auth.as_ref(),
        }
    }
}

/// Sends post after post; gives the number of accepted ones.
async fn make_round(
    walk: &mut Walk<'_>,
    courier: &mut Courier,
    shared: &Shared<'_>,
    complaints: &mut Complaints,
) -> (usize, Option<Halt>) {
    let mut sent = 0;
    while let Some(post) = walk.next() {
        if shared.log_failed.load(Ordering::Relaxed) {
            break;
        }
        failpoint!("post.before");
        let sent_post = courier.send(post, shared).await;
        failpoint!("post.after");
        let (settled, verdict) = match sent_post {
            Sent::Accepted => (Settled::Accepted, Some(Verdict::Accepted)),
            Sent::Refused { reason } => {
                complaints.add(reason, post);
                (Settled::Refused, Some(Verdict::Refused { at: Timestamp::now() }))
            }
            Sent::Failed { reason } => {
                complaints.add(reason, post);
                (Settled::Failed, None)
            }
            Sent::Unavailable { reason } => {
                complaints.add(reason, post);
                return (sent, None);
            }
            Sent::Halted(halt) => return (sent, Some(halt)),
        };
        sent += usize::from(settled == Settled::Accepted);
        if let Some(verdict) = verdict
            && let Err(halt) = shared.record(DeliveryEvent { post, verdict }).await
        {
            return (sent, Some(halt));
        }
        walk.settle(settled);
    }
    (sent, None)
}

#[async_trait]
impl Permission for Shared<'_> {
    async fn may_send(&self) -> Result<bool, Halt> {
        let may_send = self.log.lock().await.may_send().await;
        may_send.map_err(|failure| self.fail(failure))
    }
}

impl Shared<'_> {
    async fn record(&self, event: DeliveryEvent<'_>) -> Result<(), Halt> {
        let recorded = self.log.lock().await.record(event).await;
        recorded.map_err(|failure| self.fail(failure))
    }

    fn fail(&self, NotRecorded { reason }: NotRecorded) -> Halt {
        self.log_failed.store(true, Ordering::Relaxed);
        Halt::NotRecorded { reason }
    }
}

fn unconfigured(service: Service, renames: usize) -> String {
    let (title, setting) = (service.title(), service.setting());
    format!(
        "still to be told to the {title}, which is no longer configured: {}\nhint: set {setting} to have them sent",
        plural(renames, "rename")
    )
}

fn sum_up(rounds: [Round<'_>; 2]) -> DeliveryOutcome {
    let mut outcome = DeliveryOutcome::default();
    let mut standing: BTreeMap<&EntryRef, Standing> = BTreeMap::new();
    for round in rounds {
        outcome.sent += round.sent;
        outcome.warnings.extend(round.warnings);
        outcome.halt = outcome.halt.max(round.halt);
        for (entry, with_this) in round.standing {
            standing
                .entry(entry)
                .and_modify(|with_both| *with_both = (*with_both).max(with_this))
                .or_insert(with_this);
        }
    }
    outcome.rejected = standing
        .values()
        .filter(|standing| **standing == Standing::Rejected)
        .count();
    outcome.pending = standing.len() - outcome.rejected;
    outcome
}
