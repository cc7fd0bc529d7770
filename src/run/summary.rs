//! From plan and outcomes to report lines.

use std::collections::HashMap;

use crate::plan::record::{DocumentId, FieldChange, FieldChanges, UNKNOWN, VmFields, VmRecord, diff_fields, field};
use crate::plan::{Change, Plan, Target, is_visible};
use crate::report::{self, Outcome, wording};

/// One line for every VM that is not simply unchanged; `outcomes` by the index of the change.
#[must_use]
pub fn summarize(plan: &Plan, existing: &[VmRecord], outcomes: &HashMap<usize, (Outcome, Option<String>)>) -> Vec<report::Change> {
    let records: HashMap<&DocumentId, &VmRecord> = existing.iter().map(|record| (&record.id, record)).collect();
    let shown = plan.changes.iter().enumerate().filter(|(_, change)| !change.kinds.is_empty());
    shown.map(|(index, change)| summarize_change(change, &records, outcomes.get(&index))).collect()
}

fn summarize_change(
    change: &Change,
    records: &HashMap<&DocumentId, &VmRecord>,
    outcome: Option<&(Outcome, Option<String>)>,
) -> report::Change {
    let record = match &change.target {
        Target::Existing { id, .. } => records.get(id).copied(),
        Target::New | Target::Nothing => None,
    };
    let (mut written, failure) = outcome.cloned().unwrap_or((Outcome::Planned, None));
    if !change.is_written() && change.withheld.is_none() && outcome.is_none() && written == Outcome::Planned {
        written = Outcome::Planned;
    }
    let planned = change.reason.as_ref().map(wording::reason);
    let withheld = change.withheld.as_ref().map(|withheld| wording::withheld(withheld, &change.source));
    let mut line = report::Change::new(change.kinds.iter().copied(), &*change.after.name, written);
    if change.withheld.is_some() {
        line.outcome = Outcome::Withheld;
        line.others = change.is_written().then_some(written);
    }
    line.uuid = known(&change.after.uuid);
    line.instance_uuid.clone_from(&change.after.instance_uuid);
    line.source = Some(change.source.clone());
    line.fields = visible_fields(change, record);
    line.reason = failure.or(withheld).or(planned);
    line
}

fn known(uuid: &str) -> Option<String> {
    (!uuid.is_empty() && uuid != UNKNOWN).then(|| uuid.to_owned())
}

/// What changes for readers of the document; of a new one, what it says.
fn visible_fields(change: &Change, record: Option<&VmRecord>) -> FieldChanges {
    match (&change.target, record) {
        (Target::New, _) => new_fields(&change.after),
        (Target::Existing { .. }, Some(record)) => {
            let all = change.write.iter().chain(&change.held);
            let visible = all.filter(|(key, field)| is_visible(record, key, &field.before));
            visible.map(|(key, field)| (key.clone(), field.clone())).collect()
        }
        (Target::Existing { .. } | Target::Nothing, _) => FieldChanges::new(),
    }
}

fn new_fields(fields: &VmFields) -> FieldChanges {
    let all = diff_fields(&serde_json::Map::new(), fields);
    let told = |(key, change): &(String, FieldChange)| !field::SILENT.contains(&key.as_str()) && !change.after.is_null();
    all.into_iter().filter(told).collect()
}
