//! Writing a plan to the documents.

use std::collections::{BTreeMap, HashMap};

use super::stop::Stop;
use crate::failpoint::failpoint;
use crate::plan::record::DocumentId;
use crate::plan::{Change, Landed, Plan, Target};
use crate::report::Outcome;
use crate::store::{DocumentWrite, PassStamp, Store, StoreError, Table, WriteOutcome};

/// Writes between two looks at the clock and the lease: some commands, which the store sends side by side.
const BATCH: usize = 1000;

/// What became of the written changes, by index: the outcome, and why it is not durable.
pub type Outcomes = HashMap<usize, (Outcome, Option<String>)>;

/// What became of the documents.
pub struct Written {
    /// For each written change, by index: what became of it, and why if it is not durable.
    pub outcomes: Outcomes,
    /// Where those ended up that were applied, by index.
    pub landed: HashMap<usize, Landed>,
    /// Why the store ended it.
    pub error: Option<StoreError>,
    /// Not everything was tried.
    pub stopped: bool,
}

/// How far a list of writes came.
#[derive(Default)]
pub struct Attempt {
    /// By the index of the change.
    pub results: BTreeMap<usize, WriteOutcome>,
    /// Why the store ended it.
    pub error: Option<StoreError>,
    /// Not everything was tried.
    pub stopped: bool,
}

impl Attempt {
    /// As the report tells them.
    #[must_use]
    pub fn outcomes(self) -> Outcomes {
        let results = self.results.into_iter();
        results.map(|(index, outcome)| (index, describe(outcome))).collect()
    }
}

/// Applies the plan in batches. The store judges each document on its own; what others changed meanwhile stays theirs.
pub async fn write_documents(store: &dyn Store, stamp: &PassStamp, plan: &Plan, stop: &Stop) -> Written {
    let pending: Vec<(usize, &Change)> = plan
        .changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.is_written())
        .collect();
    let mut attempt = write_batches(store, stamp, Table::Vms, &pending, build_write, stop).await;
    let land = |(index, outcome): (&usize, &WriteOutcome)| match outcome {
        WriteOutcome::Applied { id, rev } => Some((
            *index,
            Landed {
                id: id.clone(),
                rev: *rev,
            },
        )),
        WriteOutcome::Contended | WriteOutcome::Failed { .. } | WriteOutcome::Unknown { .. } => None,
    };
    Written {
        landed: attempt.results.iter().filter_map(land).collect(),
        error: attempt.error.take(),
        stopped: attempt.stopped,
        outcomes: attempt.outcomes(),
    }
}

/// Writes changes, each with its index, until the store fails or the run is stopped. Of each batch the writes are made
/// when its turn comes.
pub async fn write_batches<C>(
    store: &dyn Store,
    stamp: &PassStamp,
    table: Table,
    pending: &[(usize, &C)],
    build_write: impl Fn(&C) -> Option<DocumentWrite>,
    stop: &Stop,
) -> Attempt {
    let mut attempt = Attempt::default();
    for batch in pending.chunks(BATCH) {
        if stop.reason().is_some() {
            attempt.stopped = true;
            break;
        }
        let writes: Vec<DocumentWrite> = batch.iter().filter_map(|(_, change)| build_write(change)).collect();
        match table {
            Table::Vms => failpoint!("documents.before"),
            Table::Objects(_) => failpoint!("objects.before"),
        }
        let applied = store.apply(stamp, table, &writes).await;
        match table {
            Table::Vms => failpoint!("documents.after"),
            Table::Objects(_) => failpoint!("objects.after"),
        }
        let indices = batch.iter().map(|(index, _)| *index);
        attempt.results.extend(indices.zip(applied.outcomes));
        if applied.error.is_some() {
            attempt.error = applied.error;
            break;
        }
    }
    attempt
}

fn build_write(change: &Change) -> Option<DocumentWrite> {
    match &change.target {
        Target::New => Some(DocumentWrite::insert_vm(&change.after)),
        Target::Existing { id, rev } => Some(DocumentWrite::Update {
            id: id.clone(),
            rev: *rev,
            changes: change.write.clone(),
        }),
        Target::Nothing => None,
    }
}

fn describe(outcome: WriteOutcome) -> (Outcome, Option<String>) {
    match outcome {
        WriteOutcome::Applied { .. } => (Outcome::Applied, None),
        WriteOutcome::Contended => (
            Outcome::Contended,
            Some("somebody else changed the document meanwhile; the next pass looks again".into()),
        ),
        WriteOutcome::Failed { reason } => (Outcome::Failed, Some(reason)),
        WriteOutcome::Unknown { reason } => (Outcome::Unknown, Some(reason)),
    }
}

/// Refreshes `last_sync_time` of the documents whose VMs were seen: one statement for each source.
///
/// # Errors
/// The store failed.
pub async fn refresh_seen(
    store: &dyn Store,
    stamp: &PassStamp,
    seen: &BTreeMap<String, Vec<DocumentId>>,
    stop: &Stop,
) -> Result<(), StoreError> {
    for ids in seen.values().filter(|ids| !ids.is_empty()) {
        if stop.reason().is_some() {
            return Ok(());
        }
        failpoint!("refresh.before");
        store.refresh(stamp, Table::Vms, ids).await?;
        failpoint!("refresh.after");
    }
    Ok(())
}
