//! What a document's journal becomes after the sessions were scanned.

use crate::plan::journal::{JournalEntry, JournalEvent, SessionStage};

/// After one complete scan that began when these entries stood in the document. Nothing, if nothing changes.
#[must_use]
pub fn settle_scan(journal: &[JournalEntry], is_borne_by_another: impl Fn(&str) -> bool) -> Option<Vec<JournalEntry>> {
    move_on(journal, |entry| match entry.sessions {
        SessionStage::Open if is_final(entry) || is_borne_by_another(entry.old_name()) => SessionStage::Closed,
        SessionStage::Open => SessionStage::Scanned,
        SessionStage::Scanned | SessionStage::Closed => taken(entry, &is_borne_by_another),
    })
}

/// Before or without a scan: an entry that was scanned and whose old name another VM has taken is closed for good, so
/// that it does not come back to life when that VM vanishes. Nothing, if nothing changes.
#[must_use]
pub fn close_taken(journal: &[JournalEntry], is_borne_by_another: impl Fn(&str) -> bool) -> Option<Vec<JournalEntry>> {
    move_on(journal, |entry| taken(entry, &is_borne_by_another))
}

/// Orphans are found by the level rules from now on, and what nobody could know this time nobody will know later.
const fn is_final(entry: &JournalEntry) -> bool {
    entry.ambiguous || matches!(entry.event, JournalEvent::Orphan { .. })
}

fn taken(entry: &JournalEntry, is_borne_by_another: impl Fn(&str) -> bool) -> SessionStage {
    match entry.sessions {
        SessionStage::Scanned if is_borne_by_another(entry.old_name()) => SessionStage::Closed,
        stage => stage,
    }
}

fn move_on(journal: &[JournalEntry], stage: impl Fn(&JournalEntry) -> SessionStage) -> Option<Vec<JournalEntry>> {
    let settle = |entry: &JournalEntry| JournalEntry {
        sessions: stage(entry),
        ..entry.clone()
    };
    let settled: Vec<_> = journal.iter().map(settle).collect();
    (settled != journal).then_some(settled)
}
