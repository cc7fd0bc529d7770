//! `diff` and dry runs: the same plan, and nothing written.

use std::time::Instant;

use super::Pass;
use crate::exit::Condition;
use crate::notify::Undelivered;
use crate::plan::record::VmRecord;
use crate::plan::{Plan, expect_all, fold_in};
use crate::report::{NotificationCounts, Step};
use crate::run::gather::{audience, milliseconds};
use crate::run::heard::heard_nothing;
use crate::run::summary::summarize;
use crate::sessions::{self, RedisSessions, SessionRules, bring_sessions};
use crate::store::{self, StoreError};

impl Pass<'_> {
    pub(super) async fn look(&mut self, report_differences: bool) -> Result<(), StoreError> {
        let store = store::open(&self.stage.config.store).await?;
        let mut gathered = self.stage.gather(store.as_ref(), None).await?;
        self.note(&gathered);
        let lines = summarize(&gathered.plan, &gathered.loaded.records);
        self.draft.changes = lines.into_iter().map(|(_, line)| line).collect();
        if heard_nothing(&gathered.collected) {
            return Ok(());
        }
        gathered.forget_listings();
        self.plan_links(store.as_ref(), &gathered).await;
        if self.stage.order.aim.has_vms() {
            let epoch = gathered.loaded.epoch + 1;
            let changes = std::mem::take(&mut gathered.plan.changes);
            let records = fold_in(gathered.loaded.records, changes, epoch, expect_all);
            let begun = Instant::now();
            self.plan_sessions(&records, &gathered.plan).await;
            self.draft.timings.sessions_ms = milliseconds(begun.elapsed());
            self.count_pending(&records);
        }
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
        let Undelivered { pending, rejected } = Undelivered::count(records);
        self.draft.notifications = Step::Done(NotificationCounts {
            sent: 0,
            pending,
            rejected,
        });
    }
}
