//! What happens to one VM, as the report tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_json::Value;

pub use crate::plan::ChangeKind;
use crate::plan::record::{FieldChange, FieldChanges};

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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShownFields {
    /// A JSON object of the changes, or, where nothing was before, of the values that come; empty if there are none.
    text: Box<str>,
    is_first: bool,
}

impl ShownFields {
    /// All of them.
    #[must_use]
    pub fn to_map(&self) -> FieldChanges {
        if !self.is_first {
            return serde_json::from_str(&self.text).unwrap_or_default();
        }
        let values: BTreeMap<String, Value> = serde_json::from_str(&self.text).unwrap_or_default();
        let before = Value::Null;
        let change = |(name, after)| {
            (
                name,
                FieldChange {
                    before: before.clone(),
                    after,
                },
            )
        };
        values.into_iter().map(change).collect()
    }

    /// Adds one.
    pub fn insert(&mut self, name: String, change: FieldChange) {
        let mut all = self.to_map();
        all.insert(name, change);
        *self = all.into();
    }
}

impl From<FieldChanges> for ShownFields {
    fn from(fields: FieldChanges) -> Self {
        if fields.is_empty() {
            return Self::default();
        }
        let is_first = fields.values().all(|change| change.before.is_null());
        let text = if is_first {
            let values: BTreeMap<&String, &Value> = fields.iter().map(|(name, change)| (name, &change.after)).collect();
            serde_json::to_string(&values)
        } else {
            serde_json::to_string(&fields)
        };
        Self {
            text: text.unwrap_or_default().into(),
            is_first,
        }
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
