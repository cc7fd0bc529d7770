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
    /// Set if the run was stopped before its end.
    pub stopped: Option<StopReason>,
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
            stopped: None,
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
    let (mut deleted, mut stopped) = (0, None);
    for of_kind in chosen.chunk_by(|a, b| a.object == b.object) {
        for batch in of_kind.chunks(BATCH) {
            lease.confirm(stop).await?;
            stopped = stop.reason();
            if stopped.is_some() {
                break;
            }
            let ids: Vec<DocumentId> = batch.iter().map(|pruned| pruned.id.clone()).collect();
            failpoint!("prune.before");
            deleted += store
                .delete_gone(lease.epoch(), batch[0].object, &ids, &order.gone_before)
                .await?;
            failpoint!("prune.after");
        }
    }
    Ok(PruneResult {
        chosen,
        deleted,
        stopped,
    })
}
