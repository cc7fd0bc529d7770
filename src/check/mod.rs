//! `check`: whether a pass would find everything that it needs, told item by item before it fails for want of it.
//!
//! Each file asks about one subject and fills [`Findings`]; [`CheckReport`] is made of them all. Nothing is written but
//! the end of a login pause, see `pause`. A source is logged in to once at most, and never over a certificate that its
//! configuration does not accept.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use self::source::Checked;
use crate::config::{Config, Source};
use crate::exit::Condition;
use crate::progress::Progress;
use crate::run::{Stop, StopReason};

mod certificate;
mod configuration;
mod endpoints;
mod model;
mod network;
mod pause;
mod pins;
mod redis;
mod source;
mod state;
mod store;

pub use model::{Check, CheckReport, CheckSchema, Counts, Findings, SourceFindings, Subject, Verdict};
pub use pins::{Pins, read_pins};

/// Sources that are asked at the same time.
const CONCURRENCY: usize = 16;

/// What a check runs on.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The names of the sources to ask; none for all.
    pub asked: Option<&'a BTreeSet<String>>,
    /// For people who watch.
    pub progress: &'a Progress,
    /// When to end.
    pub stop: &'a Stop,
}

/// Asks everything at once, and tells it in the order of the configuration.
pub async fn run_checks(stage: Stage<'_>) -> CheckReport {
    let Stage { config, stop, .. } = stage;
    let (mut sources, store, redis, endpoints) = tokio::join!(
        stage.check_sources(),
        store::check_store(&config.store, stop),
        redis::check_redis(config.redis.as_ref(), stop),
        endpoints::check_endpoints(config, stop),
    );
    if let Some(open) = &store.open {
        pause::settle(config, &mut sources, open.as_ref(), stop).await;
    }
    let sources = sources.into_iter().map(|checked| checked.found).collect();
    let mut configuration = configuration::check_configuration(config);
    let address = store.open.as_ref().map(|open| open.address());
    state::check_state(config, address.as_deref(), &mut configuration);
    let mut others = vec![configuration];
    others.extend([store.findings, redis, endpoints]);
    CheckReport::new(sources, others, stop.reason().map(stopped))
}

const fn stopped(reason: StopReason) -> Condition {
    match reason {
        StopReason::Interrupted => Condition::Interrupted,
        StopReason::Terminated => Condition::Terminated,
        StopReason::Deadline | StopReason::LeaseLost => Condition::Deadline,
    }
}

impl Stage<'_> {
    fn is_asked(&self, source: &Source) -> bool {
        self.asked.is_none_or(|asked| asked.contains(&source.name))
    }

    async fn check_sources(self) -> Vec<Checked> {
        let permits = Semaphore::new(CONCURRENCY);
        let check = async |index: usize, source: &Source| {
            if !self.is_asked(source) {
                return Checked::not_asked(&source.name);
            }
            let _permit = permits.acquire().await;
            let bar = self.progress.source(index);
            bar.connecting();
            let checked = source::check_source(source, &self.config.timing, self.stop).await;
            match checked.found.findings.first_failure() {
                None => bar.done("checked"),
                Some(check) => bar.failed(&check.detail),
            }
            checked
        };
        let sources = self.config.sources.iter().enumerate();
        join_all(sources.map(|(index, source)| check(index, source))).await
    }
}
