//! All rename entries of all journals, and when a refused one may be tried again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::post::{EntryRef, REJECTED_AFTER, Service};
use crate::plan::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use crate::plan::record::VmRecord;

/// A rejected rename is tried again after this time.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// Renames that services have not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undelivered {
    /// Some service has still to be told.
    pub pending: usize,
    /// Every service that has not accepted it rejects it.
    pub rejected: usize,
}

impl Undelivered {
    /// Those in the journals of these documents.
    #[must_use]
    pub fn count(records: &[VmRecord]) -> Self {
        let mut counts = Self::default();
        for rename in records.iter().flat_map(Rename::of) {
            let waiting = Service::ALL.map(|service| rename.is_pending(service) && !rename.is_rejected(service));
            if waiting.contains(&true) {
                counts.pending += 1;
            } else if rename.entry.is_undelivered() {
                counts.rejected += 1;
            }
        }
        counts
    }
}

/// A rename entry with the document that it belongs to.
#[derive(Clone, Copy)]
pub struct Rename<'a> {
    pub record: &'a VmRecord,
    pub entry: &'a JournalEntry,
    pub old: &'a str,
    pub new: &'a str,
}

impl<'a> Rename<'a> {
    pub fn of(record: &'a VmRecord) -> impl Iterator<Item = Self> {
        record
            .fields
            .journal
            .iter()
            .filter_map(move |entry| match &entry.event {
                JournalEvent::Rename { old, new } => Some(Self {
                    record,
                    entry,
                    old,
                    new,
                }),
                JournalEvent::Orphan { .. } => None,
            })
    }

    pub fn reference(&self) -> EntryRef {
        EntryRef {
            document: self.record.id.clone(),
            entry: self.entry.id.clone(),
        }
    }

    pub fn is_pending(&self, service: Service) -> bool {
        service.delivery(self.entry).is_pending()
    }

    /// Refused so often that nothing waits for it.
    pub fn is_rejected(&self, service: Service) -> bool {
        refusals(&[*self], service) >= REJECTED_AFTER
    }

    pub fn is_held(&self) -> bool {
        self.entry.sessions == SessionStage::Open
    }

    /// Its number in the pass; the id breaks ties, so that even odd ids have one order.
    fn number(&self) -> (u64, &'a str) {
        let number = self.entry.id.rsplit('-').next().and_then(|digits| digits.parse().ok());
        (number.unwrap_or(u64::MAX), &self.entry.id)
    }
}

/// What can be known from all documents.
pub struct Picture<'a> {
    /// By the pass that recorded them, each in the order of their numbers.
    pub epochs: BTreeMap<i64, Vec<Rename<'a>>>,
    /// Who ever bore a name.
    by_name: BTreeMap<&'a str, Vec<&'a VmRecord>>,
}

impl<'a> Picture<'a> {
    pub fn new(records: &'a [VmRecord]) -> Self {
        let mut epochs: BTreeMap<i64, Vec<Rename<'a>>> = BTreeMap::new();
        let mut by_name: BTreeMap<&'a str, Vec<&'a VmRecord>> = BTreeMap::new();
        for record in records {
            let mut names: BTreeSet<&str> = record.fields.names.iter().map(String::as_str).collect();
            names.insert(&record.fields.name);
            for rename in Rename::of(record) {
                names.extend([rename.old, rename.new]);
                epochs.entry(rename.entry.epoch).or_default().push(rename);
            }
            for name in names {
                by_name.entry(name).or_default().push(record);
            }
        }
        for renames in epochs.values_mut() {
            renames.sort_by_key(Rename::number);
        }
        Self { epochs, by_name }
    }

    /// Whether a name can stand for a VM while the renames of `epoch` are told: nobody was called so until then. Names
    /// that came later do not count, so that a later pass chooses the same.
    pub fn is_free(&self, name: &str, epoch: i64) -> bool {
        let later = |rename: Rename<'_>| rename.entry.epoch > epoch && rename.new == name;
        self.bearers(name).all(|record| Rename::of(record).any(later))
    }

    /// Whether another try could do harm. A rejected rename no longer blocks newer ones, so they may have overtaken it:
    /// its old name may stand for another VM by now, whose rights it would take away, or its VM may have been renamed
    /// again, and what it moves would be left at a name of the past.
    fn is_overtaken(&self, rename: &Rename<'_>, service: Service) -> bool {
        let live = |record: &&VmRecord| !record.fields.orphan && record.fields.name == rename.old;
        let arrived = |record: &VmRecord| !is_to_be_told(record, service, |other| other.new == rename.old);
        let taken = self
            .bearers(rename.old)
            .filter(live)
            .any(|other| other.id != rename.record.id && arrived(other));
        let gone_on = rename.record.fields.name != rename.new
            && !is_to_be_told(rename.record, service, |other| other.old == rename.new);
        gone_on || (taken && !matches!(service.delivery(rename.entry), Delivery::Pending { accepted: 1.., .. }))
    }

    fn bearers(&self, name: &str) -> impl Iterator<Item = &'a VmRecord> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// Whether these renames, told by one post, are due.
    pub fn is_due(&self, renames: &[Rename<'_>], service: Service, now: Timestamp) -> bool {
        refusals(renames, service) < REJECTED_AFTER
            || (renames
                .iter()
                .all(|rename| has_rested(service.delivery(rename.entry), now))
                && !renames.iter().any(|rename| self.is_overtaken(rename, service)))
    }
}

fn is_to_be_told(record: &VmRecord, service: Service, which: impl Fn(&Rename<'_>) -> bool) -> bool {
    Rename::of(record).any(|rename| rename.is_pending(service) && which(&rename))
}

/// How often the post of these renames was refused. A pass that died while it recorded a refusal may have marked only
/// some of them: the least counts.
pub fn refusals(renames: &[Rename<'_>], service: Service) -> u32 {
    let refused = |rename: &Rename<'_>| match service.delivery(rename.entry) {
        Delivery::Pending { refused, .. } => Some(*refused),
        Delivery::None | Delivery::Done => None,
    };
    renames.iter().filter_map(refused).min().unwrap_or(0)
}

/// A time that cannot be read does not keep a rename back.
fn has_rested(delivery: &Delivery, now: Timestamp) -> bool {
    let Delivery::Pending {
        refused_at: Some(at), ..
    } = delivery
    else {
        return true;
    };
    at.parse::<Timestamp>()
        .map_or(true, |at| now.duration_since(at) >= REST || at > now)
}
