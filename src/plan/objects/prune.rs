//! Which objects have been gone for long enough to be deleted.

use serde::Serialize;

use super::record::ObjectRecord;
use crate::catalog::ObjectKind;
use crate::plan::record::DocumentId;

/// An object that has been gone for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// What it is.
    pub object: ObjectKind,
    /// Its name, else its reference.
    pub name: String,
    /// Name of its source.
    pub source: String,
    /// Its reference there.
    pub moref: String,
    /// Since when it is gone; RFC 3339.
    pub gone_since: String,
    /// Its key.
    #[serde(skip)]
    pub id: DocumentId,
}

/// The objects that have been gone since before this time (RFC 3339 in UTC, to the second); by kind, source, name, key.
#[must_use]
pub fn choose_pruned(records: &[ObjectRecord], gone_before: &str) -> Vec<Pruned> {
    let choose = |record: &ObjectRecord| {
        let since = record
            .gone_since()
            .filter(|since| !record.present && *since < gone_before)?;
        Some(Pruned {
            object: record.kind,
            name: record.label().to_owned(),
            source: record.source.clone(),
            moref: record.moref.clone(),
            gone_since: since.to_owned(),
            id: record.id.clone(),
        })
    };
    let mut pruned: Vec<Pruned> = records.iter().filter_map(choose).collect();
    pruned.sort_by(|a, b| (a.object, &a.source, &a.name, &a.id).cmp(&(b.object, &b.source, &b.name, &b.id)));
    pruned
}
