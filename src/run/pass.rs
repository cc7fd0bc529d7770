//! The pass from its first to its last step, and its report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::aftermath::Aftermath;
use super::documents::{refresh_seen, write_documents};
use super::gather::{Gathered, Stage, milliseconds};
use super::heard::{Written, heard_nothing};
use super::lease::{Lease, LeaseError, LeaseRequest, holder};
use super::objects::{settle_objects, summarize_objects, write_objects};
use super::stop::StopReason;
use super::summary::{settle, summarize};
use super::{Mode, Order};
use crate::exit::Condition;
use crate::failpoint::failpoint;
use crate::plan::fold_in;
use crate::plan::record::VmRecord;
use crate::report::{Draft, Outcome, Report, VmCounts};
use crate::store::{self, PassStamp, Store, StoreError};

mod account;
mod links;
mod look;
mod memory;

/// After a signal, a store or host that hangs is given up, so that the process ends within 5 s: first the work, then,
/// whether the lease could be given back or not, all.
const GIVE_UP_AFTER_SIGNAL: Duration = Duration::from_millis(3_600);
pub(super) const END_AFTER_SIGNAL: Duration = Duration::from_millis(4_500);

/// Runs a pass. It never fails: whatever happens is in the report.
pub async fn run_pass(stage: Stage<'_>) -> Report {
    let is_look = matches!(stage.order.mode, Mode::Look { .. });
    let mut pass = Pass {
        stage,
        draft: Draft::new(stage.order.run_id, stage.order.command, is_look, Timestamp::now()),
        applying: false,
        finished: false,
    };
    let work = async {
        match stage.order.mode {
            Mode::Apply { lock_timeout } => pass.apply(lock_timeout).await,
            Mode::Look { report_differences } => pass.look(report_differences).await,
        }
    };
    let ended = tokio::select! {
        result = work => Some(result),
        () = stage.stop.overdue(END_AFTER_SIGNAL) => None,
    };
    match ended {
        Some(Ok(())) => {}
        Some(Err(error)) => pass.fail(&error),
        None => pass.give_up(),
    }
    pass.note_stop();
    pass.draft.finish(Timestamp::now())
}

/// The report of a pass that was refused before it began.
#[must_use]
pub fn refuse(order: &Order, condition: Condition, error: String) -> Report {
    let is_look = matches!(order.mode, Mode::Look { .. });
    let mut draft = Draft::new(order.run_id, order.command, is_look, Timestamp::now());
    draft.conditions.insert(condition);
    draft.error = Some(error);
    draft.finish(Timestamp::now())
}

struct Pass<'a> {
    stage: Stage<'a>,
    draft: Draft,
    /// Writing has begun: what fails now is a failure in mid-apply.
    applying: bool,
    /// Everything was tried: a deadline that passes now cuts nothing off.
    finished: bool,
}

impl Pass<'_> {
    async fn apply(&mut self, lock_timeout: Duration) -> Result<(), StoreError> {
        let config = self.stage.config;
        let store: Arc<dyn Store> = Arc::from(store::open(&config.store).await?);
        store.prepare().await?;
        let request = LeaseRequest {
            holder: holder(&self.draft.run_id, self.stage.order.command, self.draft.started),
            state_dir: config.state_dir.as_deref(),
            patience: lock_timeout,
            progress: self.stage.progress,
        };
        let lease = match Lease::acquire(Arc::clone(&store), request, self.stage.stop).await {
            Ok(lease) => lease,
            Err(error) => return self.refuse(error),
        };
        tracing::info!(epoch = lease.epoch(), "took the lease");
        (self.stage.began)();
        failpoint!("lease.after");
        let stop = self.stage.stop;
        let ended = tokio::select! {
            result = self.apply_under(store.as_ref(), &lease) => Some(result),
            () = stop.overdue(GIVE_UP_AFTER_SIGNAL) => None,
        };
        match ended {
            Some(Ok(())) => {}
            Some(Err(error)) => self.fail(&error),
            None => self.give_up(),
        }
        self.note_stop();
        failpoint!("pass.before");
        self.remember_pass(store.as_ref(), lease.epoch()).await;
        failpoint!("release.before");
        let released = lease.release().await;
        failpoint!("release.after");
        if let Err(error) = released {
            tracing::warn!("failed to give the lease back; it runs out within a minute: {error}");
        }
        Ok(())
    }

    /// Another run had the lease to the end, whether this one ran out of patience or was stopped.
    fn refuse(&mut self, error: LeaseError) -> Result<(), StoreError> {
        match error {
            LeaseError::Store(error) => return Err(error),
            LeaseError::Held { .. } => _ = self.draft.conditions.insert(Condition::Busy),
            LeaseError::Stopped(_) => {}
        }
        self.draft.another_ran = true;
        self.draft.error = Some(error.to_string());
        Ok(())
    }

    async fn apply_under(&mut self, store: &dyn Store, lease: &Lease) -> Result<(), StoreError> {
        let epoch = lease.epoch();
        let mut gathered = self.stage.gather(store, Some(epoch)).await?;
        self.note(&gathered);
        let has_heard = !heard_nothing(&gathered.collected);
        gathered.forget_listings();
        let lines = summarize(&gathered.plan, &gathered.loaded.records);
        let (places, lines): (Vec<usize>, _) = lines.into_iter().unzip();
        self.draft.changes = lines;
        let stamp = PassStamp {
            epoch,
            run_id: self.draft.run_id.clone(),
            local_time: gathered.now.local.clone(),
            time: gathered.now.to_the_second(),
        };
        lease.confirm(self.stage.stop).await?;
        if self.stage.stop.reason() == Some(StopReason::LeaseLost) {
            return Ok(());
        }
        if !has_heard || self.stage.stop.reason().is_some() {
            let sources = self.sources_to_save(&gathered, Written::Nothing);
            return self.remember(store, epoch, &sources).await;
        }
        self.remember(store, epoch, &self.refused_sources(&gathered)).await?;
        self.applying = true;
        self.stage.progress.phase("writing documents");
        let begun = Instant::now();
        let written = self.write(store, &stamp, &mut gathered, &places).await;
        self.draft.timings.apply_ms = milliseconds(begun.elapsed());
        let Some(records) = written? else { return Ok(()) };
        if self.stage.order.aim.has_vms() {
            self.draft.documents = Some(VmCounts::of(&records));
            let scope = gathered.plan.scope.as_ref();
            let mut aftermath = Aftermath {
                stage: self.stage,
                store,
                lease,
                stamp: &stamp,
                records,
                scope,
            };
            aftermath.run(&mut self.draft).await?;
        }
        self.finished = self.stage.stop.reason().is_none();
        Ok(())
    }

    /// VM documents, then the other objects, then what is remembered of the sources. The records as they are now; none if
    /// the pass ends here.
    ///
    /// Objects are written before the sessions: all that lies in the store is as it was listed before anything outside of
    /// it is told, and a deadline cuts off what waits for others, not what is known. They come after the VM documents,
    /// which more depends on.
    async fn write(
        &mut self,
        store: &dyn Store,
        stamp: &PassStamp,
        gathered: &mut Gathered,
        places: &[usize],
    ) -> Result<Option<Vec<VmRecord>>, StoreError> {
        let stop = self.stage.stop;
        let written = write_documents(store, stamp, &gathered.plan, stop).await;
        let all_applied = written
            .outcomes
            .values()
            .all(|(outcome, _)| *outcome == Outcome::Applied);
        tracing::info!(written = written.outcomes.len(), all_applied, "wrote documents");
        self.draft.adopted = account::count_adopted(&gathered.plan, &written.outcomes);
        self.note_outcomes(&written.outcomes);
        settle(places, &mut self.draft.changes, &gathered.plan, &written.outcomes);
        written.error.map_or(Ok(()), Err)?;
        let unknown = written
            .outcomes
            .values()
            .any(|(outcome, _)| *outcome == Outcome::Unknown);
        // What might still be rolled back is not told to anyone.
        if written.stopped || unknown {
            return Ok(None);
        }
        refresh_seen(store, stamp, &gathered.plan.seen, stop).await?;
        if !self.write_objects(store, stamp, gathered).await? {
            return Ok(None);
        }
        self.link_hardware(store, stamp.epoch, gathered).await;
        failpoint!("sources.before");
        self.remember(store, stamp.epoch, &self.sources_to_save(gathered, Written::All))
            .await?;
        failpoint!("sources.after");
        let existing = std::mem::take(&mut gathered.loaded.records);
        let changes = std::mem::take(&mut gathered.plan.changes);
        Ok(Some(if all_applied {
            fold_in(existing, changes, stamp.epoch, |index, _| {
                written.landed.get(&index).cloned()
            })
        } else {
            drop((existing, changes));
            store.load().await?.records
        }))
    }

    /// True if the pass goes on.
    async fn write_objects(
        &mut self,
        store: &dyn Store,
        stamp: &PassStamp,
        gathered: &Gathered,
    ) -> Result<bool, StoreError> {
        let Some(plan) = &gathered.objects else {
            return Ok(true);
        };
        let mut attempt = write_objects(store, stamp, plan, self.stage.stop).await;
        let (error, stopped) = (attempt.error.take(), attempt.stopped);
        let outcomes = attempt.outcomes();
        tracing::info!(written = outcomes.len(), "wrote objects");
        self.note_outcomes(&outcomes);
        self.draft.object_changes = settle_objects(summarize_objects(plan), &outcomes);
        error.map_or(Ok(!stopped), Err)
    }

    fn fail(&mut self, error: &StoreError) {
        let condition = match error {
            StoreError::NewerFormat { .. } | StoreError::InvalidUri { .. } => Condition::Config,
            _ if self.applying => Condition::StoreFailed,
            StoreError::LoginRefused { .. } => Condition::LoginRefused,
            StoreError::Unreachable { .. } | StoreError::Refused { .. } => Condition::Unreachable,
        };
        self.draft.conditions.insert(condition);
        self.draft.error.get_or_insert(error.to_string());
    }

    /// The run ends while something hangs: nobody can say what became of it.
    fn give_up(&mut self) {
        if !self.applying {
            return;
        }
        let vms = self
            .draft
            .changes
            .iter_mut()
            .map(|change| (&mut change.outcome, &mut change.reason));
        let objects = self.draft.object_changes.iter_mut();
        let objects = objects.map(|change| (&mut change.outcome, &mut change.reason));
        for (outcome, reason) in vms.chain(objects).filter(|(outcome, _)| **outcome == Outcome::Planned) {
            *outcome = Outcome::Unknown;
            reason.get_or_insert_with(|| "the run was ended while the store did not answer".to_owned());
        }
    }

    fn note_stop(&mut self) {
        let Some(reason) = self.stage.stop.reason().filter(|_| !self.finished) else {
            return;
        };
        let (condition, text) = match reason {
            StopReason::Interrupted => (Condition::Interrupted, "stopped by SIGINT; the next pass goes on"),
            StopReason::Terminated => (Condition::Terminated, "stopped by SIGTERM; the next pass goes on"),
            StopReason::Deadline => (
                Condition::Deadline,
                "stopped at sync.deadline with work left; the next pass goes on\nhint: raise sync.deadline if this repeats",
            ),
            StopReason::LeaseLost => (
                Condition::StoreFailed,
                "lost the lease; nothing was written since\nhint: see whether the store is overloaded, or this machine was asleep",
            ),
        };
        self.draft.conditions.insert(condition);
        self.draft.error.get_or_insert_with(|| text.to_owned());
    }
}
