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
    let bearers = live_bearers(input.existing);
    let stored: HashMap<&DocumentId, &VmRecord> = input.existing.iter().map(|record| (&record.id, record)).collect();
    let mut number = 0;
    let mut ambiguous = Vec::new();
    for change in plan.changes.iter_mut().filter(|change| change.is_written()) {
        let Some(event) = event_of(change, input) else { continue };
        number += 1;
        let entry = build_entry(change, event, format!("{}-{number}", input.epoch), input, &bearers);
        if entry.ambiguous {
            ambiguous.push(Warning::AmbiguousName {
                name: entry.old_name().to_owned(),
            });
        }
        let Target::Existing { id, .. } = &change.target else {
            continue;
        };
        let before = stored
            .get(id)
            .and_then(|record| record.stored.get(field::JOURNAL))
            .cloned()
            .unwrap_or_default();
        append(change, entry, before);
    }
    plan.warnings.extend(ambiguous);
    plan.warnings.sort();
    plan.warnings.dedup();
}

/// Number of live documents of each name before the pass.
fn live_bearers(existing: &[VmRecord]) -> HashMap<&str, usize> {
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
    let is_rename = matches!(event, JournalEvent::Rename { .. });
    let delivery = |configured: bool| {
        if configured && is_rename {
            Delivery::PENDING
        } else {
            Delivery::None
        }
    };
    let was_orphan = change.kinds.contains(&ChangeKind::Reactivated);
    let mut entry = JournalEntry {
        id,
        epoch: input.epoch,
        event,
        sessions: if audience.sessions {
            SessionStage::Open
        } else {
            SessionStage::Closed
        },
        ambiguous: false,
        group: delivery(audience.group),
        auth: delivery(audience.auth),
    };
    let namesakes = bearers.get(entry.old_name()).copied().unwrap_or(0);
    // An orphan's users have it in `orphans`, from where it returns under its present name: whoever has the old name in
    // `vms` means another VM.
    if was_orphan {
        entry.sessions = SessionStage::Closed;
    }
    entry.ambiguous = !was_orphan && namesakes > 1;
    entry
}

fn append(change: &mut Change, entry: JournalEntry, before: Value) {
    change.after.journal.push(entry);
    let after = serde_json::to_value(&change.after.journal).unwrap_or_default();
    change
        .write
        .insert(field::JOURNAL.to_owned(), FieldChange { before, after });
}
