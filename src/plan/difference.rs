//! What a document's change amounts to.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::{ChangeKind, Reason};
use super::input::SourceView;
use super::merge::{Sighters, gauge_moved, is_moved, partitions_moved};
use super::record::{FieldChanges, VmFields, VmRecord, diff_fields, field};

/// What has to be written; a gauge that hardly moved is no reason to write.
pub fn build_write(record: &VmRecord, after: &VmFields) -> FieldChanges {
    if *after == *record.fields && record.is_well_typed() {
        return FieldChanges::new();
    }
    let write = diff_fields(&record.stored.to_map(), after);
    if write.keys().all(|key| field::GAUGES.contains(&key.as_str())) && !gauges_moved(&record.fields, after) {
        return FieldChanges::new();
    }
    write
}

fn gauges_moved(before: &VmFields, after: &VmFields) -> bool {
    gauge_moved(before.committed_bytes, after.committed_bytes)
        || gauge_moved(before.uncommitted_bytes, after.uncommitted_bytes)
        || partitions_moved(before.partitions.as_deref(), after.partitions.as_deref())
}

pub fn kinds_of(
    record: &VmRecord,
    after: &VmFields,
    write: &FieldChanges,
    sighters: &Sighters<'_>,
    sources: &[SourceView],
) -> BTreeSet<ChangeKind> {
    let mut kinds = BTreeSet::new();
    kinds.extend(record.fields.orphan.then_some(ChangeKind::Reactivated));
    kinds.extend((record.fields.name != after.name).then_some(ChangeKind::Renamed));
    kinds.extend(is_moved(record, after, sighters, sources).then_some(ChangeKind::Moved));
    if !write.is_empty() {
        let stored = record.stored.to_map();
        let differs = write.keys().any(|key| is_visible(&stored, key));
        kinds.extend(differs.then_some(ChangeKind::Updated));
    }
    kinds
}

/// Whether a changed field is a difference: not vmsync's bookkeeping, nor a field that it adds for the first time.
#[must_use]
pub fn is_visible(stored: &Map<String, Value>, key: &str) -> bool {
    let first = !field::SHARED.contains(&key) && !stored.contains_key(key);
    !field::SILENT.contains(&key) && !first
}

pub fn duplicate_reason(sighters: &Sighters<'_>, sources: &[SourceView]) -> Option<Reason> {
    let others: BTreeSet<&str> = sighters
        .duplicates
        .iter()
        .map(|seen| sources[seen.source].name.as_str())
        .collect();
    (!others.is_empty()).then(|| Reason::AlsoListedBy {
        sources: others.into_iter().map(str::to_owned).collect(),
    })
}
