//! The documents as they are once a plan was applied.

use std::collections::HashMap;

use super::change::{Change, Target};
use super::record::{DocumentId, VmFields, VmRecord};

/// Where a change ended up: the key of its document and its new `rev`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Key of the document.
    pub id: DocumentId,
    /// Its `rev` now.
    pub rev: i64,
}

/// Folds the changes of a plan into the documents: `landed` says for each, by index, where it ended up, or that it did
/// not. They are used up: those of a first pass are as big as all documents together.
#[must_use]
pub fn fold_in(
    existing: Vec<VmRecord>,
    changes: Vec<Change>,
    epoch: i64,
    landed: impl Fn(usize, &Change) -> Option<Landed>,
) -> Vec<VmRecord> {
    let mut records = existing;
    let mut updates: HashMap<DocumentId, (Change, i64)> = HashMap::new();
    let written = changes
        .into_iter()
        .enumerate()
        .filter(|(_, change)| change.is_written());
    for (index, change) in written {
        let Some(landed) = landed(index, &change) else { continue };
        match change.target.id() {
            Some(id) => _ = updates.insert(id.clone(), (change, landed.rev)),
            None => records.push(created(change.after, landed, epoch)),
        }
    }
    if !updates.is_empty() {
        for record in &mut records {
            if let Some((change, rev)) = updates.remove(&record.id) {
                update(record, change, rev, epoch);
            }
        }
    }
    records
}

/// Where every change of a plan would land if nothing went wrong; new documents get keys that no store has.
#[must_use]
pub fn expect_all(index: usize, change: &Change) -> Option<Landed> {
    let expected = match &change.target {
        Target::Existing { id, rev } => (id.clone(), rev.unwrap_or(0) + 1),
        Target::New | Target::Nothing => (DocumentId(format!("planned-{index}")), 1),
    };
    let (id, rev) = expected;
    change.is_written().then_some(Landed { id, rev })
}

fn update(record: &mut VmRecord, change: Change, rev: i64, epoch: i64) {
    let written = change.write.into_iter().map(|(key, field)| (key, field.after));
    record.stored.extend(written);
    record.fields = change.after;
    record.rev = Some(rev);
    record.epoch = Some(epoch);
}

fn created(fields: Box<VmFields>, landed: Landed, epoch: i64) -> VmRecord {
    VmRecord {
        id: landed.id,
        rev: Some(landed.rev),
        epoch: Some(epoch),
        stored: fields.to_map().into(),
        fields,
    }
}
