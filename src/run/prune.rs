//! Deleting objects that have been gone for long: the only deletion there is, and only on demand.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::lease::{Lease, LeaseError, LeaseRequest, holder};
use super::stop::{Stop, StopReason};
use crate::catalog::ObjectKind;
use crate::config::Config;
use crate::failpoint::failpoint;
use crate::plan::objects::{Pruned, choose_pruned};
use crate::plan::record::DocumentId;
use crate::progress::Progress;
use crate::store::{self, Store, StoreError};

/// Objects in one statement.
const BATCH: usize = 5_000;

/// What is to be deleted.
#[derive(Debug, Clone)]
pub struct PruneOrder {
    /// The run, in the lease and in messages.
    pub run_id: Uuid,
    /// What has been gone since before this; RFC 3339 in UTC, to the second.
    pub gone_before: String,
    /// How long the lease is waited for; none deletes nothing.
    pub apply: Option<Duration>,
}

/// What came of it.
#[derive(Debug)]
pub struct PruneResult {
    /// What is to be deleted, or was.
    pub chosen: Vec<Pruned>,
    /// How many are deleted.
    pub deleted: u64,
    /// Why it is less than was chosen, if something came in between.
    pub end: PruneEnd,
}

/// How deleting ended.
#[derive(Debug)]
pub enum PruneEnd {
    /// All is deleted, or nothing was to be.
    Whole,
    /// The run was stopped, or lost its lease.
    Stopped(StopReason),
    /// The store failed in the midst of it.
    Failed(StoreError),
    /// Others changed or deleted some of it meanwhile.
    Contended,
}

/// Chooses, and deletes if the order says so. It holds the lease meanwhile: no pass sees half of it, and none brings back
/// what is being deleted.
///
/// # Errors
/// Another run has the lease, or the store failed.
pub async fn prune(
    config: &Config,
    order: &PruneOrder,
    progress: &Progress,
    stop: &Stop,
) -> Result<PruneResult, LeaseError> {
    let store: Arc<dyn Store> = Arc::from(store::open(&config.store).await?);
    let Some(patience) = order.apply else {
        let chosen = choose(store.as_ref(), order).await?;
        return Ok(PruneResult {
            chosen,
            deleted: 0,
            end: PruneEnd::Whole,
        });
    };
    store.prepare().await?;
    let request = LeaseRequest {
        holder: holder(&order.run_id.to_string(), "prune", Timestamp::now()),
        state_dir: config.state_dir.as_deref(),
        patience,
        progress,
    };
    let lease = Lease::acquire(Arc::clone(&store), request, stop).await?;
    let result = delete(store.as_ref(), &lease, order, stop).await;
    if let Err(error) = lease.release().await {
        tracing::warn!("failed to give the lease back; it runs out within a minute: {error}");
    }
    Ok(result?)
}

async fn choose(store: &dyn Store, order: &PruneOrder) -> Result<Vec<Pruned>, StoreError> {
    let loaded = store.load_objects(&ObjectKind::ALL).await?;
    Ok(choose_pruned(&loaded.records, &order.gone_before))
}

async fn delete(store: &dyn Store, lease: &Lease, order: &PruneOrder, stop: &Stop) -> Result<PruneResult, StoreError> {
    let chosen = choose(store, order).await?;
    let mut deleted = 0;
    let end = match delete_chosen(store, lease, order, stop, &chosen, &mut deleted).await {
        Err(error) => PruneEnd::Failed(error),
        Ok(Some(reason)) => PruneEnd::Stopped(reason),
        Ok(None) if deleted < chosen.len() as u64 => PruneEnd::Contended,
        Ok(None) => PruneEnd::Whole,
    };
    Ok(PruneResult { chosen, deleted, end })
}

/// Counts what is deleted also if it fails later. Why it ended before the end, if it did.
async fn delete_chosen(
    store: &dyn Store,
    lease: &Lease,
    order: &PruneOrder,
    stop: &Stop,
    chosen: &[Pruned],
    deleted: &mut u64,
) -> Result<Option<StopReason>, StoreError> {
    let of_kinds = chosen.chunk_by(|a, b| a.object == b.object);
    for batch in of_kinds.flat_map(|of_kind| of_kind.chunks(BATCH)) {
        lease.confirm(stop).await?;
        if let Some(reason) = stop.reason() {
            return Ok(Some(reason));
        }
        let ids: Vec<DocumentId> = batch.iter().map(|pruned| pruned.id.clone()).collect();
        failpoint!("prune.before");
        let of_batch = store
            .delete_gone(lease.epoch(), batch[0].object, &ids, &order.gone_before)
            .await?;
        failpoint!("prune.after");
        *deleted += of_batch;
        if of_batch < batch.len() as u64 {
            // A later lease fences this one off: the store then deletes nothing, and says no more than that.
            lease.confirm(stop).await?;
            if stop.reason() == Some(StopReason::LeaseLost) {
                return Ok(Some(StopReason::LeaseLost));
            }
        }
    }
    Ok(None)
}
