//! From plan and outcomes to report lines.

use std::collections::HashMap;

use super::documents::Outcomes;
use crate::plan::record::{DocumentId, FieldChange, FieldChanges, UNKNOWN, VmFields, VmRecord, diff_fields, field};
use crate::plan::{Change, Plan, Target, is_visible};
use crate::report::{self, Outcome, wording};

/// A report line of a planned change, by the change's index in the plan.
pub type Lines = Vec<(usize, report::Change)>;

/// One line for every VM that is not simply unchanged; nothing is tried yet.
#[must_use]
pub fn summarize(plan: &Plan, existing: &[VmRecord]) -> Lines {
    let records: HashMap<&DocumentId, &VmRecord> = existing.iter().map(|record| (&record.id, record)).collect();
    let shown = plan
        .changes
        .iter()
        .enumerate()
        .filter(|(_, change)| !change.kinds.is_empty());
    shown
        .map(|(index, change)| (index, summarize_change(change, &records)))
        .collect()
}

/// What became of the changes, by index; those without an outcome were not tried, or had nothing to be written.
#[must_use]
pub fn settle(lines: Lines, plan: &Plan, outcomes: &Outcomes) -> Vec<report::Change> {
    let settle = |(index, mut line): (usize, report::Change)| {
        let nothing_to_do = (Outcome::Applied, None);
        let is_written = plan.changes[index].is_written();
        let outcome = outcomes.get(&index).or((!is_written).then_some(&nothing_to_do));
        if let Some((outcome, failure)) = outcome {
            set_outcome(&mut line, *outcome, is_written);
            line.reason = failure.clone().or(line.reason);
        }
        line
    };
    lines.into_iter().map(settle).collect()
}

/// A withheld change stays withheld; what is written of it all the same is told apart.
fn set_outcome(line: &mut report::Change, outcome: Outcome, is_written: bool) {
    if line.outcome == Outcome::Withheld {
        line.others = is_written.then_some(outcome);
    } else {
        line.outcome = outcome;
    }
}

fn summarize_change(change: &Change, records: &HashMap<&DocumentId, &VmRecord>) -> report::Change {
    let record = match &change.target {
        Target::Existing { id, .. } => records.get(id).copied(),
        Target::New | Target::Nothing => None,
    };
    let outcome = if change.withheld.is_some() {
        Outcome::Withheld
    } else {
        Outcome::Planned
    };
    let withheld = change
        .withheld
        .as_ref()
        .map(|withheld| wording::withheld(withheld, &change.source));
    let mut line = report::Change::new(change.kinds.iter().copied(), &*change.after.name, outcome);
    line.others = (change.withheld.is_some() && change.is_written()).then_some(Outcome::Planned);
    line.uuid = known(&change.after.uuid);
    line.instance_uuid.clone_from(&change.after.instance_uuid);
    line.source = Some(change.source.clone());
    line.fields = visible_fields(change, record);
    line.reason = withheld.or_else(|| change.reason.as_ref().map(wording::reason));
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
    let told =
        |(key, change): &(String, FieldChange)| !field::SILENT.contains(&key.as_str()) && !change.after.is_null();
    all.into_iter().filter(told).collect()
}
