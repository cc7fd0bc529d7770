//! One name on its way through the journal.

use super::entry::OrphanEntry;
use crate::plan::journal::JournalEvent;
use crate::sessions::SessionRules;
use crate::sessions::rules::{Bearer, BearerIndex, Epoch, Happening, Verdict};

/// Which list a name belongs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Vms,
    Orphans { since: Option<String> },
}

/// A name in `vms` and what became of it.
#[derive(Debug)]
pub(super) struct Token {
    pub name: String,
    pub place: Place,
    original: String,
    /// The VM that it means. Known as soon as one entry of the journal has applied, and from then on only what happened
    /// to that VM counts: its later names may have been borne by others.
    bearer: Option<BearerIndex>,
    was_ambiguous: bool,
}

impl Token {
    pub fn new(name: String) -> Self {
        Self {
            original: name.clone(),
            name,
            place: Place::Vms,
            bearer: None,
            was_ambiguous: false,
        }
    }

    /// Through all epochs, then the level rules.
    pub fn bring(mut self, applied: &[String], rules: &SessionRules) -> Self {
        for epoch in rules.journal.epochs_of(&self.name) {
            self.pass(epoch, applied);
        }
        self.settle(rules);
        self
    }

    /// Its name, if it stays in `vms` as it was.
    pub fn kept_name(&self) -> Option<&str> {
        let kept = self.place == Place::Vms && self.name == self.original;
        kept.then_some(self.name.as_str())
    }

    /// Its entry, if it leaves `vms`.
    pub fn orphan_entry(&self) -> Option<OrphanEntry> {
        match &self.place {
            Place::Vms => None,
            Place::Orphans { since } => Some(OrphanEntry {
                name: self.name.clone(),
                since: since.clone(),
            }),
        }
    }

    pub const fn is_ambiguous(&self) -> bool {
        self.was_ambiguous
    }

    fn pass(&mut self, epoch: &Epoch, applied: &[String]) {
        match self.bearer {
            Some(bearer) => self.apply(epoch.of_bearer(bearer, &self.name)),
            None => match epoch.of_name(&self.name, applied) {
                Verdict::Nothing => {}
                Verdict::Ambiguous => self.was_ambiguous = true,
                Verdict::Happens(happening) => self.apply(Some(happening)),
            },
        }
    }

    fn apply(&mut self, happening: Option<&Happening>) {
        let Some(happening) = happening else { return };
        self.bearer = Some(happening.bearer);
        match &happening.event {
            JournalEvent::Rename { new, .. } => self.name.clone_from(new),
            JournalEvent::Orphan { old, since } => {
                self.name.clone_from(old);
                self.place = Place::Orphans {
                    since: Some(since.clone()),
                };
            }
        }
    }

    /// What the documents say now.
    fn settle(&mut self, rules: &SessionRules) {
        match self.bearer.map(|bearer| rules.bearers.get(bearer)) {
            Some(bearer) if !bearer.live => self.orphan(bearer),
            Some(bearer) if self.place != Place::Vms => {
                self.name.clone_from(&bearer.name);
                self.place = Place::Vms;
            }
            // A name that its bearer still has is borne, and stays.
            Some(_) | None => self.settle_by_name(rules),
        }
    }

    fn settle_by_name(&mut self, rules: &SessionRules) {
        let is_left = self.bearer.is_none() && self.was_ambiguous;
        if is_left || rules.bearers.is_borne(&self.name) {
            return;
        }
        if let Some(bearer) = rules.bearers.newest_orphan(&self.name) {
            self.orphan(bearer);
        }
    }

    /// An orphan keeps its name, and an entry is found again by name and time.
    fn orphan(&mut self, bearer: &Bearer) {
        let before = match &mut self.place {
            Place::Vms => None,
            Place::Orphans { since } => since.take(),
        };
        self.name.clone_from(&bearer.name);
        self.place = Place::Orphans {
            since: bearer.orphan_since.clone().or(before),
        };
    }
}
