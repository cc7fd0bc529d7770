//! After the documents: the sessions are brought to them, then the services are told, then the journals are tidied.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::Timestamp;

use super::gather::{Stage, audience, milliseconds};
use super::journal::{Bearers, write_journals};
use super::lease::Lease;
use super::stop::{Stop, StopReason};
use crate::config::RedisConfig;
use crate::exit::Condition;
use crate::notify::settle::{self, PruneFacts};
use crate::notify::{DeliveryEvent, DeliveryLog, Halt, NotRecorded, Notifier, build_posts};
use crate::plan::journal::{JournalEntry, SessionStage};
use crate::plan::record::{DocumentId, VmRecord};
use crate::report::{Draft, NotificationCounts, Step};
use crate::sessions::{
    self, RedisSessions, SessionError, SessionRules, SessionsOutcome, bring_sessions, close_taken, settle_scan,
};
use crate::store::{PassStamp, Store, StoreError};

/// One request to a service.
const ENDPOINT_TIMEOUT: Duration = Duration::from_secs(30);

/// What fails later may be an answer that did not come within its 5 s.
const BROKEN_WITHIN: Duration = Duration::from_secs(5);

/// 0.2 to 0.4 s.
fn reconnect_delay() -> Duration {
    let delays = ExponentialBuilder::new().with_min_delay(Duration::from_millis(200));
    delays.with_jitter().build().next().unwrap_or_default()
}

/// The documents after the pass, and what has still to be done with their journals.
pub struct Aftermath<'a> {
    /// Order, configuration, limits.
    pub stage: Stage<'a>,
    /// Where journals are kept.
    pub store: &'a dyn Store,
    /// What sessions and services, which know no epoch, are written under.
    pub lease: &'a Lease,
    /// What writes bear.
    pub stamp: &'a PassStamp,
    /// All documents.
    pub records: Vec<VmRecord>,
    /// The documents that this pass is about; none for all.
    pub scope: Option<&'a BTreeSet<DocumentId>>,
}

impl Aftermath<'_> {
    /// Sessions, then services, then whatever is left of the journals.
    ///
    /// # Errors
    /// The store failed; what was done is in the draft.
    pub async fn run(&mut self, draft: &mut Draft) -> Result<(), StoreError> {
        let told_before = self.delivered_entries();
        let begun = Instant::now();
        let scanned = self.bring_sessions(draft).await;
        draft.timings.sessions_ms = milliseconds(begun.elapsed());
        let scanned = scanned?;
        if self.is_stopped() {
            return Ok(());
        }
        let begun = Instant::now();
        let notified = self.notify(draft).await;
        draft.timings.notify_ms = milliseconds(begun.elapsed());
        notified?;
        self.prune(|entry| scanned && told_before.contains(&entry.id)).await?;
        self.finish_journals(draft).await
    }

    fn is_stopped(&self) -> bool {
        self.stage.stop.reason().is_some()
    }

    fn in_scope(&self, record: &VmRecord) -> bool {
        self.scope.is_none_or(|scope| scope.contains(&record.id))
    }

    /// True if every session was brought to the journal, or there are none. The lease is asked for first: a pass that
    /// slept has the sessions' old names in its memory, and no session tells it that another has been there.
    async fn bring_sessions(&mut self, draft: &mut Draft) -> Result<bool, StoreError> {
        let Some(redis) = &self.stage.config.redis else {
            draft.sessions = Step::NotConfigured;
            self.edit_journals(|_, record| settle_scan(&record.fields.journal, |_| true))
                .await?;
            return Ok(true);
        };
        self.stage.progress.phase("updating sessions");
        self.close_taken().await?;
        self.lease.confirm(self.stage.stop).await?;
        if self.stage.stop.reason() == Some(StopReason::LeaseLost) {
            return Ok(false);
        }
        let Some(outcome) = self.scan(redis, draft).await else {
            return Ok(false);
        };
        let (scanned, changed) = (outcome.counts.scanned, outcome.counts.changed);
        tracing::info!(
            scanned,
            changed,
            complete = outcome.complete,
            "brought sessions to the documents"
        );
        draft.sessions = Step::Done(outcome.counts);
        draft.warnings.extend(outcome.warnings);
        if outcome.counts.contended > 0 {
            draft.conditions.insert(Condition::SourceFailed);
        }
        if let Some(error) = outcome.error {
            draft.conditions.insert(Condition::StoreFailed);
            draft.error.get_or_insert(error.to_string());
        }
        if outcome.complete {
            self.settle_scan().await?;
        }
        Ok(outcome.complete)
    }

    /// An old name that another VM bears now is closed for sessions before they are touched: it must not come back to
    /// life when that VM vanishes.
    async fn close_taken(&mut self) -> Result<(), StoreError> {
        let bearers = Bearers::build(&self.records);
        let close = |position: usize, record: &VmRecord| {
            close_taken(&record.fields.journal, |name| {
                bearers.is_borne_by_another(name, position)
            })
        };
        write_journals(self.store, self.stamp, &mut self.records, close).await
    }

    async fn settle_scan(&mut self) -> Result<(), StoreError> {
        let bearers = Bearers::build(&self.records);
        let settle = |position: usize, record: &VmRecord| {
            settle_scan(&record.fields.journal, |name| {
                bearers.is_borne_by_another(name, position)
            })
        };
        self.edit_journals(settle).await
    }

    async fn scan(&self, redis: &RedisConfig, draft: &mut Draft) -> Option<SessionsOutcome> {
        match self.scan_patiently(redis).await {
            Ok(outcome) => Some(outcome),
            Err(error) => {
                draft.conditions.insert(Condition::StoreFailed);
                draft.error.get_or_insert(error.to_string());
                None
            }
        }
    }

    /// Begins anew, once, if the connection broke: a session shows by itself what it has been brought to. An answer that
    /// did not come in time has had its moment.
    async fn scan_patiently(&self, redis: &RedisConfig) -> Result<SessionsOutcome, SessionError> {
        let begun = Instant::now();
        let first = self.scan_once(redis).await;
        let failure = match &first {
            Ok(outcome) => outcome.error.as_ref(),
            Err(error) => Some(error),
        };
        let is_broken = matches!(failure, Some(SessionError::Unreachable { .. }));
        if !is_broken || begun.elapsed() >= BROKEN_WITHIN || self.is_stopped() {
            return first;
        }
        tokio::time::sleep(reconnect_delay()).await;
        let mut second = self.scan_once(redis).await?;
        second.counts.changed += first.map_or(0, |first| first.counts.changed);
        Ok(second)
    }

    async fn scan_once(&self, redis: &RedisConfig) -> Result<SessionsOutcome, SessionError> {
        let port = RedisSessions::connect(redis).await?;
        let rules = SessionRules::build(&self.records, self.scope);
        let is_stopped = || self.is_stopped();
        Ok(bring_sessions(&port, &rules, &redis.key_pattern, sessions::Mode::Apply, &is_stopped).await)
    }

    async fn edit_journals(
        &mut self,
        edit: impl Fn(usize, &VmRecord) -> Option<Vec<JournalEntry>>,
    ) -> Result<(), StoreError> {
        let scope = self.scope;
        let in_scope = |record: &VmRecord| scope.is_none_or(|scope| scope.contains(&record.id));
        let edit = |position: usize, record: &VmRecord| in_scope(record).then(|| edit(position, record)).flatten();
        write_journals(self.store, self.stamp, &mut self.records, edit).await
    }

    async fn notify(&mut self, draft: &mut Draft) -> Result<(), StoreError> {
        let config = self.stage.config;
        let audience = audience(config);
        self.edit_journals(|_, record| settle::retire(&record.fields.journal, audience))
            .await?;
        if !audience.group && !audience.auth {
            draft.notifications = Step::NotConfigured;
            return Ok(());
        }
        let posts = build_posts(&self.records, self.scope, Timestamp::now());
        if posts.is_empty() {
            draft.notifications = Step::Done(NotificationCounts::default());
            return Ok(());
        }
        self.stage.progress.phase("telling the services of renames");
        let stop = self.stage.stop;
        let notifier = Notifier::new(&config.endpoints, ENDPOINT_TIMEOUT);
        let mut log = JournalLog {
            store: self.store,
            lease: self.lease,
            stop,
            stamp: self.stamp,
            records: &mut self.records,
            error: None,
        };
        let outcome = notifier.deliver(&posts, stop.deadline(), stop.flag(), &mut log).await;
        let failure = log.error.take();
        tracing::info!(
            sent = outcome.sent,
            pending = outcome.pending,
            "told the services of renames"
        );
        draft.notifications = Step::Done(NotificationCounts {
            sent: outcome.sent,
            pending: outcome.pending,
            rejected: outcome.rejected,
        });
        draft.warnings.extend(outcome.warnings);
        if outcome.pending > 0 {
            draft.conditions.insert(Condition::NotificationsPending);
        }
        if let (Some(Halt::NotRecorded { reason }), None) = (&outcome.halt, &failure) {
            draft.conditions.insert(Condition::SourceFailed);
            draft.warnings.push(reason.clone());
        }
        failure.map_or(Ok(()), Err)
    }

    /// Entries of which every service has been told.
    fn delivered_entries(&self) -> BTreeSet<String> {
        let entries = self.records.iter().flat_map(|record| &record.fields.journal);
        entries
            .filter(|entry| !entry.is_undelivered())
            .map(|entry| entry.id.clone())
            .collect()
    }

    /// Removes the entries that nobody needs any more.
    async fn prune(&mut self, scan_after_delivery: impl Fn(&JournalEntry) -> bool) -> Result<(), StoreError> {
        let undelivered = settle::undelivered_epochs(&self.records);
        let bearers = Bearers::build(&self.records);
        let prune = |position: usize, record: &VmRecord| {
            settle::prune(&record.fields.journal, |entry| PruneFacts {
                pass_delivered: !undelivered.contains(&entry.epoch),
                old_name_taken: bearers.is_borne_by_another(entry.old_name(), position),
                scan_after_delivery: scan_after_delivery(entry),
            })
        };
        self.edit_journals(prune).await
    }

    /// Sessions that were made with an old name while the services were being told are found by one more scan, so that
    /// the next pass has nothing left to do.
    async fn finish_journals(&mut self, draft: &mut Draft) -> Result<(), StoreError> {
        let told = self.delivered_entries();
        let in_scope = self.records.iter().filter(|record| self.in_scope(record));
        let mut left = in_scope.flat_map(|record| &record.fields.journal);
        let undelivered = settle::undelivered_epochs(&self.records);
        // As long as the rest of its pass is not delivered, an entry stays anyway: no reason to scan for it.
        let is_due = |entry: &JournalEntry| {
            let can_go = entry.sessions != SessionStage::Open && !undelivered.contains(&entry.epoch);
            can_go && told.contains(&entry.id)
        };
        if !left.any(is_due) || self.is_stopped() {
            return Ok(());
        }
        let (mut again, begun) = (draft.clone(), Instant::now());
        if self.bring_sessions(&mut again).await? {
            self.prune(|entry| told.contains(&entry.id)).await?;
        }
        draft.timings.sessions_ms += milliseconds(begun.elapsed());
        if let (Step::Done(first), Step::Done(second)) = (&mut draft.sessions, &again.sessions) {
            first.changed += second.changed;
            first.contended = first.contended.max(second.contended);
        }
        draft.conditions.extend(again.conditions);
        draft.error = draft.error.take().or(again.error);
        Ok(())
    }
}

/// Progress of the delivery, written to the documents before anything that depends on it is sent.
struct JournalLog<'a> {
    store: &'a dyn Store,
    lease: &'a Lease,
    stop: &'a Stop,
    stamp: &'a PassStamp,
    records: &'a mut Vec<VmRecord>,
    error: Option<StoreError>,
}

#[async_trait]
impl DeliveryLog for JournalLog<'_> {
    async fn may_send(&mut self) -> Result<bool, NotRecorded> {
        if let Err(error) = self.lease.confirm(self.stop).await {
            let reason = error.to_string();
            self.error = Some(error);
            return Err(NotRecorded { reason });
        }
        Ok(self.stop.reason() != Some(StopReason::LeaseLost))
    }

    async fn record(&mut self, event: DeliveryEvent<'_>) -> Result<(), NotRecorded> {
        let documents = event.post.documents();
        let edit = |_: usize, record: &VmRecord| {
            documents
                .contains(&record.id)
                .then(|| settle::record(&record.fields.journal, &record.id, event))
                .flatten()
        };
        let written = write_journals(self.store, self.stamp, self.records, &edit).await;
        if let Err(error) = written {
            let reason = error.to_string();
            self.error = Some(error);
            return Err(NotRecorded { reason });
        }
        // What is still to be recorded was not written: somebody else changed that document meanwhile.
        if self
            .records
            .iter()
            .enumerate()
            .any(|(position, record)| edit(position, record).is_some())
        {
            let reason = "the document of a renamed VM was changed by somebody else meanwhile; the next pass goes on";
            return Err(NotRecorded {
                reason: reason.to_owned(),
            });
        }
        Ok(())
    }
}
