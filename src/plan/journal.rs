//! The journal that is kept with each document: what sessions and services have not yet been brought to.

use serde::{Deserialize, Serialize};

/// What happened to the bearer of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum JournalEvent {
    /// The VM has a new name.
    Rename {
        /// The name it had.
        old: String,
        /// The name it has.
        new: String,
    },
    /// The VM became an orphan.
    Orphan {
        /// The name it had then.
        old: String,
        /// Its `orphan_since`.
        since: String,
    },
}

/// How far the sessions have been brought to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionStage {
    /// No complete scan yet.
    Open,
    /// One complete scan has applied it to every session.
    Scanned,
    /// It does not apply to sessions: there are none, nobody can know which VM they mean, or another VM bears the name.
    Closed,
}

/// How far one service has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Delivery {
    /// No such service, or nothing to tell.
    None,
    /// Not yet accepted.
    Pending {
        /// Posts of this entry that were accepted; a cycle of names takes two.
        accepted: u32,
        /// Passes in which the service refused it with a 4xx.
        refused: u32,
        /// RFC 3339; the last refusal.
        refused_at: Option<String>,
    },
    /// Accepted.
    Done,
}

impl Delivery {
    /// Nothing was tried yet.
    pub const PENDING: Self = Self::Pending {
        accepted: 0,
        refused: 0,
        refused_at: None,
    };

    /// Whether something is still to be sent.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending { .. })
    }
}

/// One event of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Unique: `<epoch>-<number in the pass>`. The companion key of a session and the `Idempotency-Key` are made of it.
    pub id: String,
    /// The pass that recorded it, by its epoch. All entries of one pass apply at once.
    pub epoch: i64,
    /// What happened.
    #[serde(flatten)]
    pub event: JournalEvent,
    /// Progress with the sessions.
    pub sessions: SessionStage,
    /// Two live VMs bore the old name: nobody can know which one a session means, so sessions are left alone.
    #[serde(default)]
    pub ambiguous: bool,
    /// Progress with the VM group service.
    pub group: Delivery,
    /// Progress with the auth service.
    pub auth: Delivery,
}

impl JournalEntry {
    /// The name that sessions may still bear.
    #[must_use]
    pub fn old_name(&self) -> &str {
        match &self.event {
            JournalEvent::Rename { old, .. } | JournalEvent::Orphan { old, .. } => old,
        }
    }

    /// Whether a service has still to be told.
    #[must_use]
    pub const fn is_undelivered(&self) -> bool {
        self.group.is_pending() || self.auth.is_pending()
    }
}

/// Whether events are recorded, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audience {
    /// Redis is configured.
    pub sessions: bool,
    /// The VM group service is configured.
    pub group: bool,
    /// The auth service is configured.
    pub auth: bool,
}
