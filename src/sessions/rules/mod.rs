//! What the documents say about sessions: the journal of the names that passed from VM to VM, and who bears which name.

use std::collections::BTreeSet;

use crate::plan::record::{DocumentId, VmRecord};

mod bearers;
mod journal;
mod settle;
#[cfg(test)]
mod tests;

pub(super) use bearers::{Bearer, BearerIndex, Bearers};
pub(super) use journal::{Epoch, Happening, Journal, Verdict};
pub use settle::{close_taken, settle_scan};

/// All that is needed to edit one session after another. Made once a pass, of the documents as they are after it.
#[derive(Debug)]
pub struct SessionRules {
    pub(super) bearers: Bearers,
    pub(super) journal: Journal,
}

impl SessionRules {
    /// With a `scope` only its documents act: their level rules, their journal entries, and those entries of others that
    /// share a name with them, however indirectly. Leaving out one half of a swap would lose a VM.
    /// Who bears a name is always asked of all `records`.
    #[must_use]
    pub fn build(records: &[VmRecord], scope: Option<&BTreeSet<DocumentId>>) -> Self {
        let mut records: Vec<&VmRecord> = records.iter().collect();
        records.sort_by(|a, b| a.id.cmp(&b.id));
        let bearers = Bearers::build(&records, scope);
        let journal = Journal::build(&records, &bearers, scope.is_some());
        Self { bearers, journal }
    }

    /// Whether any journal entry can still act on a session. If not, companion keys need not be read.
    #[must_use]
    pub const fn has_acting_entries(&self) -> bool {
        self.journal.acts
    }

    /// Whether a session that is changed needs a companion key: an entry acts whose old name another VM bears now, so
    /// that applying it twice would take that VM away from the session.
    #[must_use]
    pub const fn companion_needed(&self) -> bool {
        self.journal.companion_needed
    }

    /// Of the ids in a companion key those that are still in the journal.
    #[must_use]
    pub fn known(&self, ids: &[String]) -> Vec<String> {
        ids.iter()
            .filter(|id| self.journal.known.contains(*id))
            .cloned()
            .collect()
    }

    /// Names of which nobody can know which VM a session means by them.
    #[must_use]
    pub fn ambiguous_names(&self) -> BTreeSet<&str> {
        self.journal.ambiguous_names()
    }
}
