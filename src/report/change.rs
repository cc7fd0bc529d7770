//! What happens to one VM, as the report tells it.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

pub use crate::plan::ChangeKind;
use crate::plan::record::{FieldChange, FieldChanges, Stored};

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Durable.
    Applied,
    /// Not tried: a dry run, or the run ended before.
    Planned,
    /// Held back by the guard.
    Withheld,
    /// The document was no longer what had been read; nothing was written.
    Contended,
    /// Refused; nothing was written.
    Failed,
    /// The store went away and did not say.
    Unknown,
}

/// Fields that change, kept as text until they are shown: a first pass has some of them for every VM.
#[derive(Debug, Clone, PartialEq)]
pub enum ShownFields {
    /// Values where nothing was before.
    First(Stored),
    /// A JSON object of the changes.
    Changed(Box<str>),
}

impl ShownFields {
    /// All of them.
    #[must_use]
    pub fn to_map(&self) -> FieldChanges {
        let first = |(name, after)| {
            let before = Value::Null;
            (name, FieldChange { before, after })
        };
        match self {
            Self::First(values) => values.to_map().into_iter().map(first).collect(),
            Self::Changed(text) => serde_json::from_str(text).unwrap_or_default(),
        }
    }

    /// Adds one.
    pub fn insert(&mut self, name: String, change: FieldChange) {
        let mut all = self.to_map();
        all.insert(name, change);
        *self = all.into();
    }
}

impl Default for ShownFields {
    fn default() -> Self {
        Self::First(Stored::default())
    }
}

impl From<FieldChanges> for ShownFields {
    fn from(fields: FieldChanges) -> Self {
        if fields.values().any(|change| !change.before.is_null()) {
            return Self::Changed(serde_json::to_string(&fields).unwrap_or_default().into());
        }
        let values: Map<String, Value> = fields.into_iter().map(|(name, change)| (name, change.after)).collect();
        Self::First(values.into())
    }
}

impl Serialize for ShownFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

/// What happens, or happened, to one VM.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The first of `kinds`.
    pub kind: ChangeKind,
    /// BIOS UUID.
    pub uuid: Option<String>,
    /// Instance UUID.
    pub instance_uuid: Option<String>,
    /// Its name after the change; before, if the change is withheld.
    pub name: String,
    /// Name of the source that supplies the facts; of an orphan, of its last one.
    pub source: Option<String>,
    /// What changes for readers.
    pub fields: ShownFields,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it is not applied; for the guard's, with the flag that would allow it.
    pub reason: Option<String>,
    /// All that it is; the counts go by these. Not in JSON.
    #[serde(skip)]
    pub kinds: BTreeSet<ChangeKind>,
    /// What became of the other fields where `outcome` is that of the name alone. Not in JSON.
    #[serde(skip)]
    pub others: Option<Outcome>,
}

impl Change {
    /// A change that is all of `kinds`; none is an update.
    pub fn new(kinds: impl IntoIterator<Item = ChangeKind>, name: impl Into<String>, outcome: Outcome) -> Self {
        let kinds: BTreeSet<_> = kinds.into_iter().collect();
        Self {
            kind: kinds.first().copied().unwrap_or(ChangeKind::Updated),
            uuid: None,
            instance_uuid: None,
            name: name.into(),
            source: None,
            fields: ShownFields::default(),
            outcome,
            reason: None,
            kinds,
            others: None,
        }
    }

    /// Whether it is planned or withheld, and would change the document for its readers.
    #[must_use]
    pub fn is_difference(&self) -> bool {
        self.kind.is_difference() && matches!(self.outcome, Outcome::Planned | Outcome::Withheld)
    }
}
