//! What a pass leaves to the next one and to `status`, as long as it has the lease.

use jiff::Timestamp;

use super::Pass;
use crate::exit::{Condition, gravest};
use crate::run::Aim;
use crate::run::stop::StopReason;
use crate::store::{PassRecord, Store, StoreError, StoredSource};

impl Pass<'_> {
    /// Ends the pass if another has the lease by now.
    pub(super) async fn remember(
        &self,
        store: &dyn Store,
        epoch: i64,
        sources: &[StoredSource],
    ) -> Result<(), StoreError> {
        if !store.save_sources(epoch, sources).await? {
            self.stage.stop.stop(StopReason::LeaseLost);
        }
        Ok(())
    }

    /// Not if another has the lease by now: a pass that slept changes nothing when it wakes.
    pub(super) async fn remember_pass(&mut self, store: &dyn Store, epoch: i64) {
        let conditions: Vec<Condition> = self.draft.conditions.iter().copied().collect();
        let exit_code = gravest(&conditions);
        let record = PassRecord {
            run_id: self.draft.run_id.clone(),
            command: self.draft.command.clone(),
            started: self.draft.started,
            finished: Timestamp::now(),
            exit_code: exit_code.get(),
            full_success: exit_code.is_success()
                && self.stage.order.asked.is_none()
                && self.stage.order.aim == Aim::Everything,
        };
        if let Err(error) = store.save_pass(epoch, &record).await {
            tracing::warn!("failed to remember this pass for `vmsync status`: {error}");
        }
    }
}
