//! What is to be posted, as data.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::journal::{Delivery, JournalEntry};
use crate::plan::record::DocumentId;

/// Refusals (passes with a 4xx) after which a rename counts as rejected: it is no longer waited for.
pub const REJECTED_AFTER: u32 = 3;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// The VM group service: all renames of a pass in one post, applied at once. A batch with a chain or a cycle of names
    /// that is applied twice ends wrong, so this service has to honour the `Idempotency-Key`: a post is sent again when
    /// its answer was lost.
    Group,
    /// The auth service: one name at a time. A rename that is told twice changes nothing, as nothing goes to its old
    /// name before its acceptance is recorded.
    Auth,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::Group, Self::Auth];

    /// How messages call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Group => "VM group service",
            Self::Auth => "auth service",
        }
    }

    /// Its key in the configuration.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Group => "endpoints.vm-group-service-rename-vm",
            Self::Auth => "endpoints.auth-service-rename-vm",
        }
    }

    /// Its progress with an entry.
    #[must_use]
    pub const fn delivery(self, entry: &JournalEntry) -> &Delivery {
        match self {
            Self::Group => &entry.group,
            Self::Auth => &entry.auth,
        }
    }

    pub(super) const fn delivery_mut(self, entry: &mut JournalEntry) -> &mut Delivery {
        match self {
            Self::Group => &mut entry.group,
            Self::Auth => &mut entry.auth,
        }
    }
}

/// A journal entry, by where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EntryRef {
    /// The document.
    pub document: DocumentId,
    /// [`JournalEntry::id`].
    pub entry: String,
}

/// What the acceptance of a post means for one entry. The count is absolute, so that recording it twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The entry.
    pub entry: EntryRef,
    /// Posts of the entry that are then accepted,
    pub accepted: u32,
    /// of so many.
    pub total: u32,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Where to.
    pub service: Service,
    /// The same in every pass. It ends in a digest of the body, so that other bytes never come with the same key: ids
    /// are unique in a store, but two stores, or one that was set up anew, may tell the same service.
    pub idempotency_key: String,
    /// JSON.
    pub body: String,
    /// The undelivered entries that it is about.
    pub marks: Vec<Mark>,
    /// Passes in which it was refused so far.
    pub refused: u32,
}

impl Post {
    /// Whether it was refused so often that nothing waits for it.
    #[must_use]
    pub const fn is_rejected(&self) -> bool {
        self.refused >= REJECTED_AFTER
    }

    /// The documents whose journal it concerns.
    #[must_use]
    pub fn documents(&self) -> BTreeSet<&DocumentId> {
        self.marks.iter().map(|mark| &mark.entry.document).collect()
    }
}

/// Posts to one service that go out one after the other: each may be sent only when those before it were accepted or
/// are rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// Its number among the chains of its service.
    pub id: usize,
    /// The pass that recorded its renames.
    pub epoch: i64,
    /// Older chains that share a VM or a name with it: nothing of it is sent while one of them is stuck.
    pub after: BTreeSet<usize>,
    /// Some session has not been brought to one of its renames yet: nothing is sent.
    pub held: bool,
    /// What is due, in order.
    pub posts: Vec<Post>,
    /// Undelivered and not rejected, whether due or not.
    pub pending: Vec<EntryRef>,
    /// Rejected, whether due or not.
    pub rejected: Vec<EntryRef>,
}

/// Everything that is not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Posts {
    /// To the VM group service, oldest first.
    pub group: Vec<Chain>,
    /// To the auth service, oldest first.
    pub auth: Vec<Chain>,
}

impl Posts {
    /// Whether nothing is left to deliver.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.group.is_empty() && self.auth.is_empty()
    }

    /// The chains of one service.
    #[must_use]
    pub fn of(&self, service: Service) -> &[Chain] {
        match service {
            Service::Group => &self.group,
            Service::Auth => &self.auth,
        }
    }
}
