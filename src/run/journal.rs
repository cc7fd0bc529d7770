//! Writing the progress of journals back to their documents.

use std::collections::HashMap;

use crate::failpoint::failpoint;
use crate::plan::journal::JournalEntry;
use crate::plan::record::{FieldChange, VmRecord, field};
use crate::store::{DocumentWrite, PassStamp, Store, StoreError, Table, WriteOutcome};

/// Who bears a name now.
pub struct Bearers {
    by_name: HashMap<String, Vec<usize>>,
}

impl Bearers {
    /// Of the live documents.
    #[must_use]
    pub fn build(records: &[VmRecord]) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, record) in records.iter().enumerate().filter(|(_, record)| !record.fields.orphan) {
            by_name.entry(record.fields.name.clone()).or_default().push(position);
        }
        Self { by_name }
    }

    /// Whether a live document other than the one at `position` bears the name.
    #[must_use]
    pub fn is_borne_by_another(&self, name: &str, position: usize) -> bool {
        self.by_name
            .get(name)
            .is_some_and(|bearers| bearers.iter().any(|bearer| *bearer != position))
    }
}

/// Writes the journals that `edit` changes, and follows in `records` what became durable. A document that another has
/// changed meanwhile keeps its journal: the next pass goes on with it.
///
/// # Errors
/// The store failed.
pub async fn write_journals(
    store: &dyn Store,
    stamp: &PassStamp,
    records: &mut [VmRecord],
    edit: impl Fn(usize, &VmRecord) -> Option<Vec<JournalEntry>>,
) -> Result<(), StoreError> {
    let mut edited = Vec::new();
    let mut writes = Vec::new();
    for (position, record) in records
        .iter()
        .enumerate()
        .filter(|(_, record)| !record.fields.journal.is_empty())
    {
        if let Some(journal) = edit(position, record) {
            writes.push(build_write(record, &journal));
            edited.push((position, journal));
        }
    }
    if writes.is_empty() {
        return Ok(());
    }
    failpoint!("journal.before");
    let result = store.apply(stamp, Table::Vms, &writes).await;
    failpoint!("journal.after");
    for ((position, journal), (outcome, write)) in edited.into_iter().zip(result.outcomes.into_iter().zip(writes)) {
        if let (WriteOutcome::Applied { rev, .. }, DocumentWrite::Update { changes, .. }) = (outcome, write) {
            let record = &mut records[position];
            record.rev = Some(rev);
            record.epoch = Some(stamp.epoch);
            record.fields.journal = journal;
            record
                .stored
                .extend(changes.into_iter().map(|(key, change)| (key, change.after)));
        }
    }
    result.error.map_or(Ok(()), Err)
}

fn build_write(record: &VmRecord, journal: &[JournalEntry]) -> DocumentWrite {
    let before = record.stored.to_map().remove(field::JOURNAL).unwrap_or_default();
    let after = serde_json::to_value(journal).unwrap_or_default();
    let changes = [(field::JOURNAL.to_owned(), FieldChange { before, after })].into();
    DocumentWrite::Update {
        id: record.id.clone(),
        rev: record.rev,
        changes,
    }
}
