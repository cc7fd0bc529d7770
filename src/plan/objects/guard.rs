//! The guard: what looks like an accident is withheld until an operator permits it.

use std::collections::BTreeMap;

use super::build::{ObjectInput, Owners};
use super::change::{ObjectChange, ObjectEvent, ObjectPlan};
use crate::catalog::ObjectKind;
use crate::plan::guard::allowed;
use crate::plan::{Hold, Subject, Withheld};

/// Holds back the objects of one kind that would be gone from one source, if they are too many at once. Alarms come and
/// go by their nature. What a retired source had is no accident.
pub fn withhold(plan: &mut ObjectPlan, input: &ObjectInput<'_>) {
    let mut gone: BTreeMap<(usize, ObjectKind), usize> = BTreeMap::new();
    for key in plan.changes.iter().filter_map(guarded) {
        *gone.entry(key).or_default() += 1;
    }
    if gone.is_empty() {
        return;
    }
    let present = count_present(input);
    for change in &mut plan.changes {
        let Some((source, kind)) = guarded(change) else {
            continue;
        };
        let (affected, of) = (gone[&(source, kind)], present[&(source, kind)]);
        let (view, guard) = (&input.sources[source], &input.sources[source].guard);
        let too_many = affected > guard.min as usize
            && affected.saturating_mul(100) > of.saturating_mul(guard.orphan_percent as usize);
        if too_many && affected > allowed(input.allowances, &view.name, Subject::Gone) {
            let hold = Hold::TooManyGone(kind);
            change.withheld = Some(Withheld { hold, affected, of });
        }
    }
}

fn guarded(change: &ObjectChange) -> Option<(usize, ObjectKind)> {
    let is_guarded = change.event == Some(ObjectEvent::Gone) && change.kind != ObjectKind::Alarm;
    change
        .source_index
        .filter(|_| is_guarded)
        .map(|source| (source, change.kind))
}

fn count_present(input: &ObjectInput<'_>) -> BTreeMap<(usize, ObjectKind), usize> {
    let mut owners = Owners::default();
    let mut present = BTreeMap::new();
    for record in input.existing.iter().filter(|record| record.present) {
        if let Some(source) = owners.of(record, input.sources).configured() {
            *present.entry((source, record.kind)).or_default() += 1;
        }
    }
    present
}
