//! What the plan records for sessions and services.

use std::collections::HashMap;

use serde_json::Value;

use super::change::{Change, ChangeKind, Plan, Target, Warning};
use super::input::Input;
use super::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use super::record::{DocumentId, FieldChange, VmRecord, field};

/// Adds a journal entry to every rename and to every orphaning that will be written, in the document's own write.
pub fn record(plan: &mut Plan, input: &Input<'_>) {
    let audience = input.audience;
    if !audience.sessions && !audience.group && !audience.auth {
        return;
    }
    let bearers = count_bearers(input.existing);
    let stored: HashMap<&DocumentId, &VmRecord> = input.existing.iter().map(|record| (&record.id, record)).collect();
    let mut number = 0;
    let mut ambiguous = Vec::new();
    for change in plan.changes.iter_mut().filter(|change| change.is_written()) {
        let Some(event) = event_of(change, input) else { continue };
        let id = format!("{}-{}", input.epoch, number + 1);
        let entry = build_entry(change, event, id, input, &bearers);
        if entry.sessions == SessionStage::Closed && !entry.is_undelivered() {
            continue;
        }
        number += 1;
        if entry.ambiguous {
            let name = entry.old_name().to_owned();
            ambiguous.push(Warning::AmbiguousName { name });
        }
        let Target::Existing { id, .. } = &change.target else {
            continue;
        };
        let before = stored
            .get(id)
            .and_then(|record| record.stored.to_map().remove(field::JOURNAL))
            .unwrap_or_default();
        append(change, entry, before);
    }
    plan.warnings.extend(ambiguous);
    plan.warnings.sort();
    plan.warnings.dedup();
}

/// Number of live documents of each name before the pass.
fn count_bearers(existing: &[VmRecord]) -> HashMap<&str, usize> {
    let mut bearers = HashMap::new();
    for record in existing.iter().filter(|record| !record.fields.orphan) {
        *bearers.entry(record.fields.name.as_str()).or_default() += 1;
    }
    bearers
}

fn event_of(change: &Change, input: &Input<'_>) -> Option<JournalEvent> {
    if change.kinds.contains(&ChangeKind::Orphaned) && input.audience.sessions {
        let since = change.after.orphan_since.clone()?;
        return Some(JournalEvent::Orphan {
            old: change.after.name.clone(),
            since,
        });
    }
    let (old, new) = change.rename()?;
    Some(JournalEvent::Rename {
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

fn build_entry(
    change: &Change,
    event: JournalEvent,
    id: String,
    input: &Input<'_>,
    bearers: &HashMap<&str, usize>,
) -> JournalEntry {
    let audience = input.audience;
    let was_orphan = change.kinds.contains(&ChangeKind::Reactivated);
    let name = change.before.as_ref().map_or("", |before| before.name.as_str());
    let namesakes = bearers.get(name).copied().unwrap_or_default();
    // An orphan's users have it in `orphans`, from where it returns under its present name: whoever has the old name in
    // `vms`, or at a service, means a live VM that bears it.
    let concerns_sessions = audience.sessions && !was_orphan;
    let concerns_services = matches!(event, JournalEvent::Rename { .. }) && !(was_orphan && namesakes > 0);
    let delivery = |configured: bool| {
        if configured && concerns_services {
            Delivery::PENDING
        } else {
            Delivery::None
        }
    };
    JournalEntry {
        id,
        epoch: input.epoch,
        event,
        sessions: if concerns_sessions {
            SessionStage::Open
        } else {
            SessionStage::Closed
        },
        ambiguous: concerns_sessions && namesakes > 1,
        group: delivery(audience.group),
        auth: delivery(audience.auth),
    }
}

fn append(change: &mut Change, entry: JournalEntry, before: Value) {
    change.after.journal.push(entry);
    let after = serde_json::to_value(&change.after.journal).unwrap_or_default();
    change
        .write
        .insert(field::JOURNAL.to_owned(), FieldChange { before, after });
}
