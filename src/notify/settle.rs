//! What becomes of the journal. Pure.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::outcome::{DeliveryEvent, Verdict};
use super::post::{Mark, Service};
use crate::plan::journal::{Audience, Delivery, JournalEntry, JournalEvent, SessionStage};
use crate::plan::record::{DocumentId, VmRecord};

/// The journal of `document` after an event; none if it does not change.
#[must_use]
pub fn record(journal: &[JournalEntry], document: &DocumentId, event: DeliveryEvent<'_>) -> Option<Vec<JournalEntry>> {
    let mut changed = journal.to_vec();
    for mark in event.post.marks.iter().filter(|mark| mark.entry.document == *document) {
        match event.verdict {
            Verdict::Accepted => mark_accepted(&mut changed, event.post.service, mark),
            Verdict::Refused { at } => {
                mark_refused(
                    &mut changed,
                    &mark.entry.entry,
                    event.post.service,
                    event.post.refused + 1,
                    at,
                );
            }
        }
    }
    (changed != journal).then_some(changed)
}

/// Notes that posts of an entry were accepted. What was refused before was another post, or has come round.
pub fn mark_accepted(journal: &mut [JournalEntry], service: Service, mark: &Mark) {
    let all = mark.accepted >= mark.total;
    update(journal, &mark.entry.entry, service, |accepted| {
        let accepted = accepted.max(mark.accepted);
        if all {
            Delivery::Done
        } else {
            Delivery::Pending {
                accepted,
                refused: 0,
                refused_at: None,
            }
        }
    });
}

/// Notes that a post of an entry was refused, in so many passes by now.
pub fn mark_refused(journal: &mut [JournalEntry], entry: &str, service: Service, refused: u32, at: Timestamp) {
    let refused_at = Some(at.to_string());
    update(journal, entry, service, |accepted| Delivery::Pending {
        accepted,
        refused,
        refused_at,
    });
}

/// Changes the delivery of an entry, if it is pending.
fn update(journal: &mut [JournalEntry], entry: &str, service: Service, change: impl FnOnce(u32) -> Delivery) {
    let delivery = journal
        .iter_mut()
        .find(|other| other.id == entry)
        .map(|entry| service.delivery_mut(entry));
    if let Some(delivery) = delivery
        && let Delivery::Pending { accepted, .. } = *delivery
    {
        *delivery = change(accepted);
    }
}

/// The journal without deliveries to services that are no longer configured; none if there is none.
#[must_use]
pub fn retire(journal: &[JournalEntry], audience: Audience) -> Option<Vec<JournalEntry>> {
    let mut changed = journal.to_vec();
    for (service, is_configured) in [(Service::Group, audience.group), (Service::Auth, audience.auth)] {
        let deliveries = changed.iter_mut().map(|entry| service.delivery_mut(entry));
        deliveries
            .filter(|delivery| !is_configured && delivery.is_pending())
            .for_each(|it| *it = Delivery::None);
    }
    (changed != journal).then_some(changed)
}

/// The passes of which some rename is not delivered to some service.
#[must_use]
pub fn undelivered_epochs(records: &[VmRecord]) -> BTreeSet<i64> {
    let entries = records.iter().flat_map(|record| &record.fields.journal);
    entries
        .filter(|entry| entry.is_undelivered())
        .map(|entry| entry.epoch)
        .collect()
}

/// What has to be known of a rename entry before it may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PruneFacts {
    /// Every rename of its pass is delivered to every service (its epoch is not among [`undelivered_epochs`]): until
    /// then, the posts of the others cannot be made again without it.
    pub pass_delivered: bool,
    /// Another live VM bears its old name.
    pub old_name_taken: bool,
    /// A complete scan of the sessions that began after its last delivery has run.
    pub scan_after_delivery: bool,
}

/// The journal without the entries that are finished; none if there is none.
#[must_use]
pub fn prune(journal: &[JournalEntry], facts: impl Fn(&JournalEntry) -> PruneFacts) -> Option<Vec<JournalEntry>> {
    let kept: Vec<JournalEntry> = journal
        .iter()
        .filter(|entry| !is_finished(entry, &facts))
        .cloned()
        .collect();
    (kept.len() < journal.len()).then_some(kept)
}

fn is_finished(entry: &JournalEntry, facts: impl Fn(&JournalEntry) -> PruneFacts) -> bool {
    if entry.sessions == SessionStage::Open || entry.is_undelivered() {
        return false;
    }
    match entry.event {
        JournalEvent::Orphan { .. } => true,
        JournalEvent::Rename { .. } => {
            let PruneFacts {
                pass_delivered,
                old_name_taken,
                scan_after_delivery,
            } = facts(entry);
            let no_late_session = old_name_taken || scan_after_delivery || entry.sessions == SessionStage::Closed;
            pass_delivered && no_late_session
        }
    }
}
