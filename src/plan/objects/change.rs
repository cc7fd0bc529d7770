//! What a plan of objects consists of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::ObjectKind;
use crate::plan::Withheld;
use crate::plan::record::{DocumentId, FieldChanges};

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectEvent {
    /// It is stored for the first time.
    Added,
    /// A complete listing is without it.
    Gone,
    /// It was gone and is back.
    Returned,
    /// Fields other than gauges changed.
    Updated,
}

impl ObjectEvent {
    /// As in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Gone => "gone",
            Self::Returned => "returned",
            Self::Updated => "updated",
        }
    }
}

/// One object's change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectChange {
    /// What it is.
    pub kind: ObjectKind,
    /// What happens to it; none if only gauges are written.
    pub event: Option<ObjectEvent>,
    /// Its name, else its reference.
    pub name: String,
    /// Name of its source.
    pub source: String,
    /// Index of that source; none if it is not configured.
    #[serde(skip)]
    pub source_index: Option<usize>,
    /// Its reference there.
    pub moref: String,
    /// Its key.
    pub id: DocumentId,
    /// Its `rev`; none if it is new.
    pub rev: Option<i64>,
    /// What is written; of a new one everything.
    pub write: FieldChanges,
    /// Why it is held back.
    pub withheld: Option<Withheld>,
}

impl ObjectChange {
    /// Whether something is written for it.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.withheld.is_none()
    }
}

/// What a pass does to the stored objects of some kinds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ObjectPlan {
    /// One for each object that is written or withheld: by kind, event, name, key.
    pub changes: Vec<ObjectChange>,
    /// The stored objects that were seen, by the name of their source and their kind.
    pub seen: BTreeMap<String, BTreeMap<ObjectKind, Vec<DocumentId>>>,
    /// The kinds of which nothing was stored yet.
    pub first: BTreeSet<ObjectKind>,
    /// For each kind of the plan, how many stored objects were seen of which nothing has changed but gauges.
    pub unchanged: BTreeMap<ObjectKind, usize>,
}
