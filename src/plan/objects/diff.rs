//! What a listing changes of a stored object.

use serde_json::Value;

use super::build::is_fact;
use super::field::{Gauge, gauge};
use super::record::ObjectRecord;
use crate::catalog::ObjectKind;
use crate::inventory::Object;
use crate::plan::merge::gauge_moved;
use crate::plan::record::{FieldChange, FieldChanges};

/// The facts that differ from what is stored. What did not arrive stays; absent and null are the same. A gauge is no
/// reason to write by itself unless it moved far enough.
pub fn diff_facts(record: &ObjectRecord, object: &Object) -> FieldChanges {
    let facts = object.facts.iter().filter(|(name, _)| is_fact(record.kind, name));
    let differing = |(name, after): (&&'static str, &Value)| {
        let before = record.stored.get(*name).unwrap_or(&Value::Null);
        let change = || FieldChange {
            before: before.clone(),
            after: after.clone(),
        };
        (before != after).then(|| ((*name).to_owned(), change()))
    };
    let changes: FieldChanges = facts.filter_map(differing).collect();
    let is_worth_it = |(name, change): (&String, &FieldChange)| match gauge(record.kind, name) {
        None => true,
        Some(Gauge::Level) => gauge_moved(change.before.as_u64(), change.after.as_u64()),
        Some(Gauge::Clock) => false,
    };
    if record.present && !changes.iter().any(is_worth_it) {
        return FieldChanges::new();
    }
    changes
}

/// Whether more changes than gauges do.
pub fn is_event(kind: ObjectKind, write: &FieldChanges) -> bool {
    write.keys().any(|name| gauge(kind, name).is_none())
}
