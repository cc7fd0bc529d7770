//! From plan and outcomes to report lines.

use std::collections::{HashMap, HashSet};

use super::documents::Outcomes;
use crate::plan::record::{DocumentId, FieldChange, FieldChanges, UNKNOWN, VmFields, VmRecord, diff_fields, field};
use crate::plan::{Change, Plan, Target, is_visible};
use crate::report::{self, Outcome, wording};

/// A report line of a planned change, by the change's index in the plan.
pub type Lines = Vec<(usize, report::Change)>;

/// One line for every VM that is not simply unchanged; nothing is tried yet.
#[must_use]
pub fn summarize(plan: &Plan, existing: &[VmRecord]) -> Lines {
    let shown: Vec<(usize, &Change)> = plan
        .changes
        .iter()
        .enumerate()
        .filter(|(_, change)| !change.kinds.is_empty())
        .collect();
    let ids: HashSet<&DocumentId> = shown.iter().filter_map(|(_, change)| change.target.id()).collect();
    let records: HashMap<&DocumentId, &VmRecord> = existing
        .iter()
        .filter(|record| ids.contains(&record.id))
        .map(|record| (&record.id, record))
        .collect();
    shown
        .into_iter()
        .map(|(index, change)| (index, summarize_change(change, &records)))
        .collect()
}

/// Notes in the lines what became of their changes, which are at these places in the plan; those without an outcome were
/// not tried, or had nothing to be written.
pub fn settle(places: &[usize], lines: &mut [report::Change], plan: &Plan, outcomes: &Outcomes) {
    for (index, line) in places.iter().zip(lines) {
        let nothing_to_do = (Outcome::Applied, None);
        let is_written = plan.changes[*index].is_written();
        let outcome = outcomes.get(index).or((!is_written).then_some(&nothing_to_do));
        if let Some((outcome, failure)) = outcome {
            set_outcome(line, *outcome, is_written);
            line.reason = failure.clone().or(line.reason.take());
        }
    }
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
    line.fields = visible_fields(change, record).into();
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
            let stored = record.stored.to_map();
            let visible = all.filter(|(key, _)| is_visible(&stored, key));
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
