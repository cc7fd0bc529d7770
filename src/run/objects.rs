//! Writing the plan of the other objects, and telling of it.

use serde_json::Map;

use super::documents::{Attempt, Outcomes, write_batches};
use super::stop::Stop;
use crate::catalog::ObjectKind;
use crate::failpoint::failpoint;
use crate::plan::objects::field::{self, gauge};
use crate::plan::objects::{ObjectChange, ObjectEvent, ObjectPlan};
use crate::plan::record::{FieldChange, FieldChanges};
use crate::report::{ObjectLine, Outcome, wording};
use crate::store::{DocumentWrite, PassStamp, Store, StoreError, Table};

/// A report line of a planned change, by the change's index in the plan.
pub type ObjectLines = Vec<(usize, ObjectLine)>;

/// Applies the plan kind by kind, then refreshes what was seen: one statement for each source and kind.
pub async fn write_objects(store: &dyn Store, stamp: &PassStamp, plan: &ObjectPlan, stop: &Stop) -> Attempt {
    let mut all = Attempt::default();
    for kind in ObjectKind::ALL {
        let of_kind = plan
            .changes
            .iter()
            .enumerate()
            .filter(|(_, change)| change.kind == kind);
        let pending = of_kind.filter(|(_, change)| change.is_written()).collect::<Vec<_>>();
        let table = Table::Objects(kind);
        let attempt = write_batches(store, stamp, table, &pending, |change| Some(build_write(change)), stop).await;
        all.results.extend(attempt.results);
        (all.error, all.stopped) = (attempt.error, attempt.stopped);
        if all.error.is_some() || all.stopped {
            return all;
        }
    }
    match refresh_seen(store, stamp, plan, stop).await {
        Ok(is_whole) => all.stopped = !is_whole,
        Err(error) => all.error = Some(error),
    }
    all
}

fn build_write(change: &ObjectChange) -> DocumentWrite {
    if change.rev.is_some() {
        return DocumentWrite::Update {
            id: change.id.clone(),
            rev: change.rev,
            changes: change.write.clone(),
        };
    }
    let content = change
        .write
        .iter()
        .map(|(name, field)| (name.clone(), field.after.clone()));
    DocumentWrite::Insert {
        id: Some(change.id.clone()),
        content: content.collect::<Map<_, _>>().into(),
    }
}

/// True if it came to the end.
async fn refresh_seen(
    store: &dyn Store,
    stamp: &PassStamp,
    plan: &ObjectPlan,
    stop: &Stop,
) -> Result<bool, StoreError> {
    for (kind, ids) in plan.seen.values().flatten() {
        if stop.reason().is_some() {
            return Ok(false);
        }
        failpoint!("objects.refresh.before");
        store.refresh(stamp, Table::Objects(*kind), ids).await?;
        failpoint!("objects.refresh.after");
    }
    Ok(true)
}

/// One line for every object that is more than refreshed; nothing is tried yet.
#[must_use]
pub fn summarize_objects(plan: &ObjectPlan) -> ObjectLines {
    let changes = plan.changes.iter().enumerate();
    changes
        .filter_map(|(index, change)| Some((index, summarize(change, change.event?, plan))))
        .collect()
}

fn summarize(change: &ObjectChange, event: ObjectEvent, plan: &ObjectPlan) -> ObjectLine {
    let withheld = change.withheld.as_ref();
    ObjectLine {
        object: change.kind,
        kind: event,
        name: change.name.clone(),
        source: change.source.clone(),
        moref: change.moref.clone(),
        fields: visible_fields(change, event),
        outcome: if withheld.is_some() {
            Outcome::Withheld
        } else {
            Outcome::Planned
        },
        is_first: plan.first.contains(&change.kind),
        reason: withheld.map(|withheld| wording::withheld(withheld, &change.source)),
    }
}

/// What changes for readers, without what the event says by itself; of a new object, what is known of it.
fn visible_fields(change: &ObjectChange, event: ObjectEvent) -> FieldChanges {
    let is_new = event == ObjectEvent::Added;
    let is_told = |name: &String, values: &FieldChange| {
        let is_own = field::OWN.contains(&name.as_str()) && (is_new || name != field::SOURCE);
        let is_gauge = gauge(change.kind, name).is_some();
        !is_own && (is_new || !is_gauge) && values.before != values.after
    };
    let visible = change.write.iter().filter(|(name, values)| is_told(name, values));
    visible.map(|(name, values)| (name.clone(), values.clone())).collect()
}

/// What became of the lines; those without an outcome were not tried.
#[must_use]
pub fn settle_objects(lines: ObjectLines, outcomes: &Outcomes) -> Vec<ObjectLine> {
    let settle = |(index, mut line): (usize, ObjectLine)| {
        if let Some((outcome, failure)) = outcomes.get(&index) {
            line.outcome = *outcome;
            line.reason = failure.clone().or(line.reason);
        }
        line
    };
    lines.into_iter().map(settle).collect()
}
