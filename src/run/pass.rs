//! The pass from its first to its last step, and its report.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::aftermath::Aftermath;
use super::collect::Collected;
use super::documents::{refresh_seen, write_documents};
use super::gather::{Gathered, Stage, audience};
use super::lease::{Lease, LeaseError, LeaseRequest};
use super::login::{LoginResult, remember_login};
use super::stop::StopReason;
use super::summary::{settle, summarize};
use super::views::recall;
use super::{Mode, Order};
use crate::exit::{Condition, gravest};
use crate::failpoint::failpoint;
use crate::plan::record::VmRecord;
use crate::plan::{Hearing, Plan, expect_all, project};
use crate::report::{
    Draft, NOT_ASKED, NotificationCounts, Outcome, Report, SourceCounts, SourceReport, Step, Unowned, wording,
};
use crate::sessions::{self, RedisSessions, SessionRules, bring_sessions};
use crate::store::{self, Holder, PassRecord, PassStamp, Store, StoreError, StoredSource};
use crate::vsphere::FailureKind;

/// After a signal, a store or host that hangs is given up, so that the process ends within 5 s: first the work, then,
/// whether the lease could be given back or not, all.
const GIVE_UP_AFTER_SIGNAL: Duration = Duration::from_millis(3_600);
const END_AFTER_SIGNAL: Duration = Duration::from_millis(4_500);

/// Runs a pass. It never fails: whatever happens is in the report.
pub async fn run_pass(stage: Stage<'_>) -> Report {
    let is_look = matches!(stage.order.mode, Mode::Look { .. });
    let mut pass = Pass {
        stage,
        draft: Draft::new(
            Uuid::new_v4().to_string(),
            stage.order.command,
            is_look,
            Timestamp::now(),
        ),
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
    let mut draft = Draft::new(Uuid::new_v4().to_string(), order.command, is_look, Timestamp::now());
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
    async fn look(&mut self, report_differences: bool) -> Result<(), StoreError> {
        let store = store::open(&self.stage.config.store).await?;
        let gathered = self.stage.gather(store.as_ref(), None).await?;
        self.note(&gathered);
        let lines = summarize(&gathered.plan, &gathered.loaded.records);
        self.draft.changes = lines.into_iter().map(|(_, line)| line).collect();
        if self.heard_nothing(&gathered.collected) {
            return Ok(());
        }
        let epoch = gathered.loaded.epoch + 1;
        let records = project(gathered.loaded.records, &gathered.plan, epoch, expect_all);
        self.plan_sessions(&records, &gathered.plan).await;
        self.count_pending(&records);
        if report_differences && self.draft.differences() > 0 {
            self.draft.conditions.insert(Condition::Differences);
        }
        self.finished = self.stage.stop.reason().is_none();
        Ok(())
    }

    /// What the sessions would become; nothing is written.
    async fn plan_sessions(&mut self, records: &[VmRecord], plan: &Plan) {
        let Some(redis) = &self.stage.config.redis else {
            self.draft.sessions = Step::NotConfigured;
            return;
        };
        let rules = SessionRules::build(records, plan.scope.as_ref());
        let is_stopped = || self.stage.stop.reason().is_some();
        let port = match RedisSessions::connect(redis).await {
            Ok(port) => port,
            Err(error) => return self.fail_sessions(error.to_string()),
        };
        let outcome = bring_sessions(&port, &rules, &redis.key_pattern, sessions::Mode::Plan, &is_stopped).await;
        self.draft.sessions = Step::Done(outcome.counts);
        self.draft.warnings.extend(outcome.warnings);
        if let Some(error) = outcome.error {
            self.fail_sessions(error.to_string());
        }
    }

    fn fail_sessions(&mut self, error: String) {
        self.draft.conditions.insert(Condition::StoreFailed);
        self.draft.error.get_or_insert(error);
    }

    /// Renames that wait already; those that this pass would add are not among them.
    fn count_pending(&mut self, records: &[VmRecord]) {
        let audience = audience(self.stage.config);
        if !audience.group && !audience.auth {
            self.draft.notifications = Step::NotConfigured;
            return;
        }
        let pending = pending_renames(records);
        self.draft.notifications = Step::Done(NotificationCounts {
            pending,
            ..NotificationCounts::default()
        });
    }

    async fn apply(&mut self, lock_timeout: Duration) -> Result<(), StoreError> {
        let config = self.stage.config;
        let store: Arc<dyn Store> = Arc::from(store::open(&config.store).await?);
        store.prepare().await?;
        let request = LeaseRequest {
            holder: self.holder(),
            state_dir: config.state_dir.as_deref(),
            patience: lock_timeout,
        };
        let lease = match Lease::acquire(Arc::clone(&store), request, self.stage.stop).await {
            Ok(lease) => lease,
            Err(error) => return self.refuse(error),
        };
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
        self.remember_pass(store.as_ref()).await;
        failpoint!("release.before");
        let released = lease.release().await;
        failpoint!("release.after");
        if let Err(error) = released {
            tracing::warn!("failed to give the lease back; it runs out within a minute: {error}");
        }
        Ok(())
    }

    fn holder(&self) -> Holder {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Holder {
            run_id: self.draft.run_id.clone(),
            host: host.trim().to_owned(),
            pid: std::process::id(),
            command: self.stage.order.command.to_owned(),
            since: self.draft.started,
            lock: None,
        }
    }

    fn refuse(&mut self, error: LeaseError) -> Result<(), StoreError> {
        let condition = match error {
            LeaseError::Store(error) => return Err(error),
            LeaseError::Stopped(_) => return Ok(()),
            LeaseError::Held(_) => Condition::Busy,
        };
        self.draft.conditions.insert(condition);
        self.draft.error = Some(error.to_string());
        Ok(())
    }

    async fn apply_under(&mut self, store: &dyn Store, lease: &Lease) -> Result<(), StoreError> {
        let epoch = lease.epoch();
        let mut gathered = self.stage.gather(store, Some(epoch)).await?;
        self.note(&gathered);
        let lines = summarize(&gathered.plan, &gathered.loaded.records);
        self.draft.changes = lines.iter().map(|(_, line)| line.clone()).collect();
        let stamp = PassStamp {
            epoch,
            run_id: self.draft.run_id.clone(),
            local_time: gathered.now.local.clone(),
        };
        lease.confirm(self.stage.stop).await?;
        if self.stage.stop.reason() == Some(StopReason::LeaseLost) {
            return Ok(());
        }
        if self.heard_nothing(&gathered.collected) || self.stage.stop.reason().is_some() {
            return store.save_sources(&self.sources_to_save(&gathered)).await;
        }
        store.save_sources(&self.refused_sources(&gathered)).await?;
        self.applying = true;
        self.stage.progress.phase("writing documents");
        let existing = std::mem::take(&mut gathered.loaded.records);
        let written = write_documents(store, &stamp, &gathered.plan, existing, self.stage.stop).await;
        let all_applied = written
            .outcomes
            .values()
            .all(|(outcome, _)| *outcome == Outcome::Applied);
        self.draft.adopted = count_adopted(&gathered.plan, &written.outcomes);
        self.note_outcomes(&written.outcomes);
        self.draft.changes = settle(lines, &gathered.plan, &written.outcomes);
        written.error.map_or(Ok(()), Err)?;
        if written.stopped {
            return Ok(());
        }
        refresh_seen(store, &stamp, &gathered.plan.seen, self.stage.stop).await?;
        failpoint!("sources.before");
        store.save_sources(&self.sources_to_save(&gathered)).await?;
        failpoint!("sources.after");
        let records = if all_applied {
            written.records
        } else {
            store.load().await?.records
        };
        let scope = gathered.plan.scope.as_ref();
        let mut aftermath = Aftermath {
            stage: self.stage,
            store,
            stamp: &stamp,
            records,
            scope,
        };
        aftermath.run(&mut self.draft).await?;
        self.finished = self.stage.stop.reason().is_none();
        Ok(())
    }

    fn note_outcomes(&mut self, outcomes: &std::collections::HashMap<usize, (Outcome, Option<String>)>) {
        for (outcome, _) in outcomes.values() {
            match outcome {
                Outcome::Contended => self.draft.conditions.insert(Condition::SourceFailed),
                Outcome::Failed | Outcome::Unknown => self.draft.conditions.insert(Condition::StoreFailed),
                Outcome::Applied | Outcome::Planned | Outcome::Withheld => false,
            };
        }
    }

    /// What the listings and the plan say for themselves.
    fn note(&mut self, gathered: &Gathered) {
        let plan = &gathered.plan;
        self.draft.sources = self.source_reports(&gathered.collected);
        self.draft.unchanged = plan.unchanged;
        self.draft.adopted = plan.changes.iter().filter(|change| change.adopts).count();
        self.draft.excluded = plan.excluded;
        self.draft.unowned = plan
            .unowned
            .iter()
            .map(|gone| Unowned {
                source: gone.source.clone(),
                vms: gone.vms,
            })
            .collect();
        let unreadable = gathered.loaded.unreadable.iter();
        self.draft.warnings.extend(
            unreadable.map(|document| format!("the document {} is left alone: {}", document.id.0, document.reason)),
        );
        self.draft.warnings.extend(plan.warnings.iter().map(wording::warning));
        for (source, collected) in self.stage.config.sources.iter().zip(&gathered.collected) {
            self.draft
                .warnings
                .extend(collected.warnings.iter().map(|text| format!("{}: {text}", source.name)));
        }
        self.note_conditions(gathered);
    }

    fn note_conditions(&mut self, gathered: &Gathered) {
        let asked = || gathered.collected.iter().filter(|collected| collected.asked);
        let plan = &gathered.plan;
        if plan.changes.iter().any(|change| change.withheld.is_some()) {
            self.draft.conditions.insert(Condition::Withheld);
        }
        if !plan.unknown_ids.is_empty() {
            let ids = plan.unknown_ids.join(", ");
            self.draft
                .warnings
                .push(format!("no VM and no document is called, or has the UUID: {ids}"));
            if gathered.views.iter().all(|view| view.hearing == Hearing::Complete) {
                self.draft.conditions.insert(Condition::UnknownId);
            }
        }
        if self.heard_nothing(&gathered.collected) {
            let kind = |collected: &Collected| collected.failure;
            let closed = |kind| matches!(kind, Some(FailureKind::Login | FailureKind::Certificate));
            let all_closed = asked().map(kind).all(closed);
            let condition = if all_closed {
                Condition::LoginRefused
            } else {
                Condition::Unreachable
            };
            self.draft.conditions.insert(condition);
        } else if asked().any(|collected| !collected.complete) {
            self.draft.conditions.insert(Condition::SourceFailed);
        }
    }

    /// No source delivered anything: nothing is written.
    #[expect(clippy::unused_self, reason = "reads as a question to the pass")]
    fn heard_nothing(&self, collected: &[Collected]) -> bool {
        collected.iter().all(|collected| collected.inventory.is_none())
    }

    fn source_reports(&self, collected: &[Collected]) -> Vec<SourceReport> {
        let report = |(source, heard): (&crate::config::Source, &Collected)| SourceReport {
            name: source.name.clone(),
            kind: heard
                .inventory
                .as_ref()
                .map_or_else(|| source.kind(), |inventory| inventory.kind),
            reachable: heard.inventory.is_some(),
            complete: heard.complete,
            counts: SourceCounts {
                vms: heard.inventory.as_ref().map_or(0, |inventory| inventory.vms.len()),
            },
            soap_calls: usize::try_from(heard.soap_calls).unwrap_or(usize::MAX),
            bytes: heard.bytes,
            fetch_ms: heard.fetch_ms,
            error: heard
                .error
                .clone()
                .or_else(|| (!heard.asked).then(|| NOT_ASKED.to_owned())),
        };
        self.stage.config.sources.iter().zip(collected).map(report).collect()
    }

    /// What the next pass will remember of the sources that were asked.
    fn sources_to_save(&self, gathered: &Gathered) -> Vec<StoredSource> {
        let asked = self
            .stage
            .config
            .sources
            .iter()
            .zip(&gathered.collected)
            .zip(&gathered.views);
        let save = |((source, heard), view): ((&crate::config::Source, &Collected), &crate::plan::SourceView)| {
            let before = recall(source, &gathered.loaded.sources);
            let roles = heard.inventory.as_ref().map(|inventory| inventory.root_roles.clone());
            StoredSource {
                name: source.name.clone(),
                host: source.host.clone(),
                id: view.id.clone(),
                kind: view.kind.unwrap_or_else(|| source.kind()),
                last_complete: if heard.complete {
                    Some(gathered.now.instant)
                } else {
                    before.and_then(|before| before.last_complete)
                },
                last_error: heard.error.clone(),
                root_roles: roles
                    .filter(|roles| !roles.is_empty())
                    .or_else(|| before.map(|before| before.root_roles.clone()))
                    .unwrap_or_default(),
                login_pause: remember_login(
                    before.and_then(|before| before.login_pause.as_ref()),
                    source,
                    heard.login,
                    gathered.now.instant,
                    &Uuid::new_v4().to_string(),
                ),
            }
        };
        asked.filter(|((_, heard), _)| heard.asked).map(save).collect()
    }

    /// A refused login must not be forgotten because something fails later.
    fn refused_sources(&self, gathered: &Gathered) -> Vec<StoredSource> {
        let refused = |heard: &Collected| heard.login == LoginResult::Refused;
        let sources = self.stage.config.sources.iter().zip(&gathered.collected);
        let names: Vec<&str> = sources
            .filter(|(_, heard)| refused(heard))
            .map(|(source, _)| source.name.as_str())
            .collect();
        let mut saved = self.sources_to_save(gathered);
        saved.retain(|source| names.contains(&source.name.as_str()));
        saved
    }

    async fn remember_pass(&mut self, store: &dyn Store) {
        let conditions: Vec<Condition> = self.draft.conditions.iter().copied().collect();
        let exit_code = gravest(&conditions);
        let record = PassRecord {
            run_id: self.draft.run_id.clone(),
            command: self.draft.command.clone(),
            started: self.draft.started,
            finished: Timestamp::now(),
            exit_code: exit_code.get(),
            full_success: exit_code.is_success() && self.stage.order.asked.is_none() && self.stage.order.only.is_none(),
        };
        if let Err(error) = store.save_pass(&record).await {
            tracing::warn!("failed to remember this pass for `vmsync status`: {error}");
        }
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
        let reason = "the run was ended while the store did not answer";
        let untold = self
            .draft
            .changes
            .iter_mut()
            .filter(|change| self.applying && change.outcome == Outcome::Planned);
        for change in untold {
            change.outcome = Outcome::Unknown;
            change.reason.get_or_insert_with(|| reason.to_owned());
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

/// Renames of which some service has still to be told.
#[must_use]
pub fn pending_renames(records: &[VmRecord]) -> usize {
    let entries = records.iter().flat_map(|record| &record.fields.journal);
    entries.filter(|entry| entry.is_undelivered()).count()
}

fn count_adopted(plan: &Plan, outcomes: &std::collections::HashMap<usize, (Outcome, Option<String>)>) -> usize {
    let adopted = plan.changes.iter().enumerate().filter(|(_, change)| change.adopts);
    let is_applied = |index: usize| {
        outcomes
            .get(&index)
            .is_some_and(|(outcome, _)| *outcome == Outcome::Applied)
    };
    adopted
        .map(|(index, _)| index)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(|index| is_applied(*index))
        .count()
}
