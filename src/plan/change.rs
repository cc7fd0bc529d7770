//! What a plan consists of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::record::{DocumentId, FieldChanges, VmFields};
use crate::catalog::ObjectKind;

/// What happens to a VM; of several kinds the first in this order names the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It gets a document.
    Added,
    /// It is gone from every source.
    Orphaned,
    /// An orphan is back.
    Reactivated,
    /// It is on another source or host.
    Moved,
    /// It has another name.
    Renamed,
    /// Other fields changed.
    Updated,
    /// Its owners list without it, but not every source was heard.
    Missing,
    /// Two sources list it.
    Duplicate,
    /// It is listed and cannot be identified.
    Unidentified,
}

impl ChangeKind {
    /// As in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Orphaned => "orphaned",
            Self::Reactivated => "reactivated",
            Self::Moved => "moved",
            Self::Renamed => "renamed",
            Self::Updated => "updated",
            Self::Missing => "missing",
            Self::Duplicate => "duplicate",
            Self::Unidentified => "unidentified",
        }
    }

    /// Whether the document changes for its readers.
    #[must_use]
    pub const fn is_difference(self) -> bool {
        match self {
            Self::Added | Self::Orphaned | Self::Reactivated | Self::Moved | Self::Renamed | Self::Updated => true,
            Self::Missing | Self::Duplicate | Self::Unidentified => false,
        }
    }
}

/// The document that a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Target {
    /// One that exists.
    Existing {
        /// Its key.
        id: DocumentId,
        /// Its `rev`.
        rev: Option<i64>,
    },
    /// One that will be made.
    New,
    /// None.
    Nothing,
}

impl Target {
    /// The key of the document, if there is one already.
    #[must_use]
    pub const fn id(&self) -> Option<&DocumentId> {
        match self {
            Self::Existing { id, .. } => Some(id),
            Self::New | Self::Nothing => None,
        }
    }
}

/// Why the guard holds a change back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The source would lose all its VMs.
    LosesAll,
    /// Too many would be orphaned at once.
    TooManyOrphans,
    /// As many VMs appear as vanish.
    SourceReplaced,
    /// Too many are renamed at once.
    TooManyRenames,
    /// Too many objects of this kind would be gone at once.
    TooManyGone(ObjectKind),
}

/// A change that is held back, with what would allow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Why.
    pub hold: Hold,
    /// Number of changes of this sort on the source: what `--allow` has to permit.
    pub affected: usize,
    /// Number of the source's live documents.
    pub of: usize,
}

/// Why a VM is not simply taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Sources that were not heard completely; the VM may be there.
    NotHeard {
        /// Their names.
        sources: Vec<String>,
    },
    /// The second look found it.
    FoundAgain,
    /// The second look could not be finished.
    NotConfirmed,
    /// It was missing for longer than `guard.missing_for`.
    MissingTooLong {
        /// Since when.
        since: String,
    },
    /// Another source lists it too and changes nothing.
    AlsoListedBy {
        /// The sources that are not followed.
        sources: Vec<String>,
    },
    /// No UUID has arrived yet.
    NoUuid,
    /// Its UUID was refused for lack of permission.
    UuidRefused,
    /// New, and not connected: its name cannot be trusted yet.
    NotConnected {
        /// `inaccessible`, …
        state: String,
    },
}

/// One VM's change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// All that it is; empty if only vmsync's own bookkeeping changes.
    pub kinds: BTreeSet<ChangeKind>,
    /// What is written to.
    pub target: Target,
    /// The source that supplies the facts, or that owned the VM.
    pub source: String,
    /// Index of that source; none if it is not configured.
    #[serde(skip)]
    pub source_index: Option<usize>,
    /// The content before; none if there is no document.
    pub before: Option<Box<VmFields>>,
    /// The content after.
    pub after: Box<VmFields>,
    /// Everything that is written, bookkeeping included.
    pub write: FieldChanges,
    /// What would be written, but is held back.
    pub held: FieldChanges,
    /// Why something is held back.
    pub withheld: Option<Withheld>,
    /// Why it is as it is, where that is not plain.
    pub reason: Option<Reason>,
    /// The document was one of the Python service.
    pub adopts: bool,
}

impl Change {
    /// The kind that names it.
    #[must_use]
    pub fn kind(&self) -> Option<ChangeKind> {
        self.kinds.first().copied()
    }

    /// Whether something is written for it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        match self.target {
            Target::New => self.withheld.is_none(),
            Target::Existing { .. } => !self.write.is_empty(),
            Target::Nothing => false,
        }
    }

    /// Old and new name, if the name changes.
    #[must_use]
    pub fn rename(&self) -> Option<(&str, &str)> {
        let before = self.before.as_ref()?;
        (before.name != self.after.name).then_some((before.name.as_str(), self.after.name.as_str()))
    }
}

/// What is said without changing anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Several listed VMs have one BIOS UUID.
    SharedUuid {
        /// The UUID.
        uuid: String,
        /// Their names.
        names: Vec<String>,
    },
    /// A document of the Python service that could be any of several listed VMs.
    AmbiguousDocument {
        /// Its name.
        name: String,
        /// Its BIOS UUID.
        uuid: String,
    },
    /// Two sources claim one identity and are told apart by name.
    SharedSourceIdentity {
        /// Their names.
        sources: Vec<String>,
    },
    /// Two live VMs bore a name that one of them gives up.
    AmbiguousName {
        /// The name.
        name: String,
    },
    /// A source to be retired has no document: it may be spelled otherwise.
    NothingToRetire {
        /// As it was given.
        label: String,
    },
}

/// Documents of sources that are no longer configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unowned {
    /// Name or address of the source.
    pub source: String,
    /// Number of live documents.
    pub vms: usize,
}

/// All that one pass will do to the documents, in a stable order.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Plan {
    /// One for each VM that is not simply unchanged.
    pub changes: Vec<Change>,
    /// For each source the documents whose VM it supplied the facts of.
    pub seen: BTreeMap<String, Vec<DocumentId>>,
    /// VMs whose document needs nothing.
    pub unchanged: usize,
    /// Listed VMs that are left out, by rule or by configuration.
    pub excluded: usize,
    /// What is kept as it is because nobody is responsible for it.
    pub unowned: Vec<Unowned>,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
    /// The documents that `sync vms` is about; none for all.
    pub scope: Option<BTreeSet<DocumentId>>,
    /// Ids of `sync vms` that no document and no listed VM has.
    pub unknown_ids: Vec<String>,
}
