//! Documents and journal entries for tests.

use crate::plan::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use crate::plan::record::{DocumentId, OrphanPeriod, VmFields, VmRecord};
use crate::sessions::{SessionEdit, SessionRules, edit_session};

pub const SINCE: &str = "01-07-2024: 12:34:00";

/// A document under construction.
#[derive(Debug, Clone)]
pub struct Document(String, VmFields);

pub fn document(id: &str, name: &str) -> Document {
    Document(
        id.to_owned(),
        VmFields {
            name: name.to_owned(),
            names: vec![name.to_owned()],
            ..VmFields::default()
        },
    )
}

impl Document {
    pub fn orphan(mut self, since: &str) -> Self {
        self.1.orphan = true;
        self.1.orphan_since = Some(since.to_owned());
        self.1.last_orphan_since = Some(since.to_owned());
        self
    }

    /// Live again after an orphan period.
    pub fn returned(mut self, since: &str) -> Self {
        self.1.last_orphan_since = Some(since.to_owned());
        self
    }

    /// After an earlier orphan period, under this name.
    pub fn formerly(mut self, name: &str, since: &str) -> Self {
        let (name, since) = (name.to_owned(), since.to_owned());
        self.1.former_orphan_periods.push(OrphanPeriod { name, since });
        self
    }

    pub fn once(mut self, names: &[&str]) -> Self {
        let before = names.iter().map(|name| (*name).to_owned());
        self.1.names = before.chain([self.1.name.clone()]).collect();
        self
    }

    pub fn journal(mut self, entries: impl IntoIterator<Item = JournalEntry>) -> Self {
        self.1.journal = entries.into_iter().collect();
        self
    }

    pub fn record(self) -> VmRecord {
        let stored = self.1.to_map().into();
        VmRecord {
            id: DocumentId(self.0),
            rev: Some(1),
            epoch: Some(1),
            fields: Box::new(self.1),
            stored,
        }
    }
}

fn entry(epoch: i64, number: u32, event: JournalEvent) -> JournalEntry {
    JournalEntry {
        id: format!("{epoch}-{number}"),
        epoch,
        event,
        sessions: SessionStage::Open,
        ambiguous: false,
        group: Delivery::None,
        auth: Delivery::None,
    }
}

pub fn rename(epoch: i64, number: u32, old: &str, new: &str) -> JournalEntry {
    entry(
        epoch,
        number,
        JournalEvent::Rename {
            old: old.to_owned(),
            new: new.to_owned(),
        },
    )
}

/// Since [`SINCE`].
pub fn orphan_event(epoch: i64, number: u32, old: &str) -> JournalEntry {
    orphan_event_at(epoch, number, old, SINCE)
}

pub fn orphan_event_at(epoch: i64, number: u32, old: &str, since: &str) -> JournalEntry {
    entry(
        epoch,
        number,
        JournalEvent::Orphan {
            old: old.to_owned(),
            since: since.to_owned(),
        },
    )
}

pub fn open(entry: JournalEntry) -> JournalEntry {
    JournalEntry {
        sessions: SessionStage::Open,
        ..entry
    }
}

pub fn scanned(entry: JournalEntry) -> JournalEntry {
    JournalEntry {
        sessions: SessionStage::Scanned,
        ..entry
    }
}

pub fn closed(entry: JournalEntry) -> JournalEntry {
    JournalEntry {
        sessions: SessionStage::Closed,
        ..entry
    }
}

pub fn ambiguous(entry: JournalEntry) -> JournalEntry {
    JournalEntry {
        ambiguous: true,
        ..entry
    }
}

pub fn rules(documents: impl IntoIterator<Item = Document>) -> SessionRules {
    let records: Vec<_> = documents.into_iter().map(Document::record).collect();
    SessionRules::build(&records, None)
}

pub fn edit(session: &str, rules: &SessionRules) -> SessionEdit {
    edit_session(session.as_bytes(), &[], rules).expect("the session is one")
}

/// The session after the edit.
pub fn edited(session: &str, rules: &SessionRules) -> String {
    let bytes = edit(session, rules)
        .bytes
        .unwrap_or_else(|| session.as_bytes().to_vec());
    String::from_utf8(bytes).expect("an edit keeps UTF-8")
}
