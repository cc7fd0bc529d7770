//! Who bears a name, and who ever did.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::DateTime;

use crate::plan::journal::JournalEvent;
use crate::plan::record::{DocumentId, LOCAL_TIME, OrphanPeriod, VmRecord};

/// Place of a document among the [`Bearers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BearerIndex(usize);

/// A document, as far as sessions are concerned.
#[derive(Debug)]
pub struct Bearer {
    /// Its present name.
    pub name: String,
    /// Not an orphan; a missing VM is live.
    pub live: bool,
    /// When the present orphan period began.
    pub orphan_since: Option<String>,
    last_orphan_since: Option<String>,
    /// What it was called when that period began, as far as that is known.
    last_orphan_name: Option<String>,
    former_periods: Vec<OrphanPeriod>,
    in_scope: bool,
}

impl Bearer {
    fn read(record: &VmRecord, in_scope: bool) -> Self {
        let fields = &record.fields;
        Self {
            name: fields.name.clone(),
            live: !fields.orphan,
            orphan_since: fields.orphan_since.clone(),
            last_orphan_since: fields.last_orphan_since.clone(),
            last_orphan_name: last_orphan_name(record).map(str::to_owned),
            former_periods: fields.former_orphan_periods.clone(),
            in_scope,
        }
    }

    /// Whether its last orphan period began then, under that name or one that is not known, or an earlier one, whose end
    /// this session has not been brought to.
    fn was_orphaned(&self, name: &str, since: &str) -> bool {
        let own = [&self.orphan_since, &self.last_orphan_since];
        let in_the_last = self.last_orphan_name.as_deref().is_none_or(|own| own == name)
            && own.into_iter().flatten().any(|own| is_same_time(own, since));
        let fits = |period: &OrphanPeriod| period.name == name && is_same_time(&period.since, since);
        in_the_last || self.former_periods.iter().any(fits)
    }

    /// Later is greater; a time that cannot be read is less than any other.
    fn recency(&self) -> (Option<DateTime>, Option<&str>, bool) {
        let since = self.orphan_since.as_deref();
        (since.and_then(parse_since), since, self.in_scope)
    }
}

/// All documents by name.
#[derive(Debug)]
pub struct Bearers {
    all: Vec<Bearer>,
    by_name: HashMap<String, Vec<BearerIndex>>,
    by_former_name: HashMap<String, Vec<BearerIndex>>,
}

impl Bearers {
    pub(super) fn build(records: &[&VmRecord], scope: Option<&BTreeSet<DocumentId>>) -> Self {
        let in_scope = |record: &VmRecord| scope.is_none_or(|scope| scope.contains(&record.id));
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_former_name: HashMap<_, Vec<_>> = HashMap::new();
        for (index, record) in records.iter().enumerate() {
            by_name
                .entry(record.fields.name.clone())
                .or_default()
                .push(BearerIndex(index));
            for name in names_ever(record) {
                by_former_name
                    .entry(name.to_owned())
                    .or_default()
                    .push(BearerIndex(index));
            }
        }
        let all = records
            .iter()
            .map(|record| Bearer::read(record, in_scope(record)))
            .collect();
        Self {
            all,
            by_name,
            by_former_name,
        }
    }

    /// Every document with its index, in the order of the records.
    pub(super) fn indices(&self) -> impl Iterator<Item = BearerIndex> + use<> {
        (0..self.all.len()).map(BearerIndex)
    }

    pub fn get(&self, index: BearerIndex) -> &Bearer {
        &self.all[index.0]
    }

    pub(super) fn is_in_scope(&self, index: BearerIndex) -> bool {
        self.get(index).in_scope
    }

    /// Whether a live VM bears the name.
    pub fn is_borne(&self, name: &str) -> bool {
        self.called(name).any(|index| self.get(index).live)
    }

    /// Whether a live VM other than this one bears the name.
    pub(super) fn is_borne_by_another(&self, name: &str, own: BearerIndex) -> bool {
        self.called(name).any(|index| index != own && self.get(index).live)
    }

    /// The orphan of that name that vanished last, unless it is out of scope.
    pub fn newest_orphan(&self, name: &str) -> Option<&Bearer> {
        let orphans = self
            .called(name)
            .map(|index| self.get(index))
            .filter(|bearer| !bearer.live);
        orphans
            .max_by_key(|bearer| bearer.recency())
            .filter(|bearer| bearer.in_scope)
    }

    /// The present name of the VM that an entry of `orphans` means, if that VM is live again. Several VMs can fit, if they
    /// vanished in one pass, and then all of them must have returned under one name.
    pub fn returned_as(&self, name: &str, since: Option<&str>) -> Option<&str> {
        let ever: Vec<_> = self
            .by_former_name
            .get(name)?
            .iter()
            .map(|index| self.get(*index))
            .collect();
        let fits = |bearer: &&Bearer| since.is_some_and(|since| bearer.was_orphaned(name, since));
        let matching: Vec<_> = ever.iter().copied().filter(fits).collect();
        let meant = if matching.is_empty() && ever.len() == 1 {
            ever
        } else {
            matching
        };
        let first = meant.first()?;
        let agree = meant
            .iter()
            .all(|bearer| bearer.live && bearer.in_scope && bearer.name == first.name);
        agree.then_some(first.name.as_str())
    }

    fn called(&self, name: &str) -> impl Iterator<Item = BearerIndex> {
        self.by_name.get(name).into_iter().flatten().copied()
    }
}

/// An orphan keeps its name. Of a VM that has returned the document knows, or the journal, as long as it tells of its
/// orphaning.
fn last_orphan_name(record: &VmRecord) -> Option<&str> {
    let fields = &record.fields;
    if fields.orphan {
        return Some(&fields.name);
    }
    if fields.last_orphan_name.is_some() {
        return fields.last_orphan_name.as_deref();
    }
    fields.journal.iter().rev().find_map(|entry| match &entry.event {
        JournalEvent::Orphan { old, since } if fields.last_orphan_since.as_ref() == Some(since) => Some(old.as_str()),
        JournalEvent::Orphan { .. } | JournalEvent::Rename { .. } => None,
    })
}

/// Its list of names, its name, and the names in its journal: a list that someone shortened must not make a stranger
/// the only bearer.
fn names_ever(record: &VmRecord) -> BTreeSet<&str> {
    let fields = &record.fields;
    let journalled = fields.journal.iter().flat_map(|entry| match &entry.event {
        JournalEvent::Rename { old, new } => vec![old, new],
        JournalEvent::Orphan { old, .. } => vec![old],
    });
    fields
        .names
        .iter()
        .chain([&fields.name])
        .chain(journalled)
        .map(String::as_str)
        .collect()
}

fn is_same_time(a: &str, b: &str) -> bool {
    a == b || parse_since(a).is_some_and(|time| parse_since(b) == Some(time))
}

fn parse_since(text: &str) -> Option<DateTime> {
    DateTime::strptime(LOCAL_TIME, text.trim()).ok()
}
