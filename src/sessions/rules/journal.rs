//! The journal entries of all documents, epoch by epoch.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::bearers::{BearerIndex, Bearers};
use crate::plan::journal::{JournalEntry, JournalEvent, SessionStage};
use crate::plan::record::VmRecord;

/// One entry, with its document.
#[derive(Debug, Clone)]
pub struct Happening {
    pub bearer: BearerIndex,
    pub event: JournalEvent,
    id: String,
    acts: bool,
    ambiguous: bool,
    in_scope: bool,
}

/// What an epoch does to a name of which only the name is known.
#[derive(Debug)]
pub enum Verdict<'a> {
    Nothing,
    /// Two VMs bore the name: it is left alone.
    Ambiguous,
    Happens(&'a Happening),
}

/// The entries of one pass, which apply at once.
#[derive(Debug, Default)]
pub struct Epoch {
    by_old_name: BTreeMap<String, Vec<Happening>>,
}

impl Epoch {
    /// What happens to a name in a session that has the entries `applied` behind it.
    pub fn of_name(&self, name: &str, applied: &[String]) -> Verdict<'_> {
        let here = || {
            self.by_old_name
                .get(name)
                .into_iter()
                .flatten()
                .filter(|happening| happening.in_scope)
        };
        let mut acting = here().filter(|happening| happening.acts);
        match (acting.next(), acting.next()) {
            _ if here().any(|happening| happening.ambiguous) => Verdict::Ambiguous,
            (Some(_), Some(_)) => Verdict::Ambiguous,
            (Some(happening), None) if !applied.contains(&happening.id) => Verdict::Happens(happening),
            (Some(_) | None, None) | (None, Some(_)) => Verdict::Nothing,
        }
    }

    /// What happens to a VM that is known: whoever else bears its name, this is about no other.
    pub fn of_bearer(&self, bearer: BearerIndex, name: &str) -> Option<&Happening> {
        self.by_old_name
            .get(name)?
            .iter()
            .find(|happening| happening.bearer == bearer)
    }
}

/// All entries.
#[derive(Debug, Default)]
pub struct Journal {
    /// In ascending order.
    epochs: BTreeMap<i64, Epoch>,
    /// The ids that a session has behind it once it was brought to the journal.
    pub covered: Vec<String>,
    /// Every id in any document.
    pub known: HashSet<String>,
    pub acts: bool,
    pub companion_needed: bool,
    /// For each old name the epoch in which anything first happened to it.
    first_epochs: HashMap<String, i64>,
}

impl Journal {
    pub(super) fn build(records: &[&VmRecord], bearers: &Bearers, is_scoped: bool) -> Self {
        let entangled = is_scoped.then(|| entangled_names(records, bearers));
        let mut journal = Self::default();
        for (bearer, record) in bearers.indices().zip(records) {
            for entry in &record.fields.journal {
                let in_scope = entangled.as_ref().is_none_or(|names| names.contains(entry.old_name()));
                journal.add(entry, bearer, bearers, in_scope);
            }
        }
        journal.covered.sort();
        journal
    }

    fn add(&mut self, entry: &JournalEntry, bearer: BearerIndex, bearers: &Bearers, in_scope: bool) {
        let old = entry.old_name();
        let acts = in_scope && can_act(entry, bearers);
        if in_scope && !entry.ambiguous && entry.sessions != SessionStage::Closed {
            self.covered.push(entry.id.clone());
        }
        self.known.insert(entry.id.clone());
        self.acts |= acts;
        self.companion_needed |= acts && bearers.is_borne_by_another(old, bearer);
        let first = self.first_epochs.entry(old.to_owned()).or_insert(entry.epoch);
        *first = entry.epoch.min(*first);
        let (id, event, ambiguous) = (entry.id.clone(), entry.event.clone(), entry.ambiguous);
        let happening = Happening {
            bearer,
            event,
            id,
            acts,
            ambiguous,
            in_scope,
        };
        self.epochs
            .entry(entry.epoch)
            .or_default()
            .by_old_name
            .entry(old.to_owned())
            .or_default()
            .push(happening);
    }

    /// The epochs from the first on in which anything happened to that name; most names have none.
    pub fn epochs_of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Epoch> + use<'a> {
        let first = self.first_epochs.get(name);
        let epochs = first.into_iter().flat_map(|first| self.epochs.range(first..));
        epochs.map(|(_, epoch)| epoch)
    }

    pub(super) fn ambiguous_names(&self) -> BTreeSet<&str> {
        let happenings = self
            .epochs
            .values()
            .flat_map(|epoch| epoch.by_old_name.values().flatten());
        happenings
            .filter(|happening| happening.ambiguous)
            .map(|happening| old_name(&happening.event))
            .collect()
    }
}

/// An entry that one scan has applied everywhere acts on, for sessions that are written late, until its old name has a
/// new bearer.
fn can_act(entry: &JournalEntry, bearers: &Bearers) -> bool {
    let at_stage = match entry.sessions {
        SessionStage::Open => true,
        SessionStage::Scanned => !bearers.is_borne(entry.old_name()),
        SessionStage::Closed => false,
    };
    at_stage && !entry.ambiguous
}

/// The names of the documents in scope and, through entries that share a name, all others that a session could confuse
/// with them.
fn entangled_names<'a>(records: &[&'a VmRecord], bearers: &Bearers) -> BTreeSet<&'a str> {
    let scoped = || {
        bearers
            .indices()
            .zip(records)
            .filter(|(index, _)| bearers.is_in_scope(*index))
    };
    let mut names: BTreeSet<&str> = scoped().map(|(_, record)| record.fields.name.as_str()).collect();
    names.extend(scoped().flat_map(|(_, record)| record.fields.journal.iter().map(JournalEntry::old_name)));
    let entries = || records.iter().flat_map(|record| &record.fields.journal);
    loop {
        let before = names.len();
        for (old, new) in entries().map(|entry| (entry.old_name(), new_name(&entry.event))) {
            if names.contains(old) || names.contains(new) {
                names.extend([old, new]);
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn new_name(event: &JournalEvent) -> &str {
    match event {
        JournalEvent::Rename { new, .. } => new,
        JournalEvent::Orphan { old, .. } => old,
    }
}

fn old_name(event: &JournalEvent) -> &str {
    match event {
        JournalEvent::Rename { old, .. } | JournalEvent::Orphan { old, .. } => old,
    }
}
