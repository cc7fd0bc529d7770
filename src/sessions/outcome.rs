//! What became of all sessions.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{NotASession, SessionError, SessionRules};
use crate::report::plural;

/// The plain counts of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SessionCounts {
    /// Keys that match the pattern and were looked at, each once.
    pub scanned: usize,
    /// Written; in a dry run those that would be.
    pub changed: usize,
    /// Expired or deleted after they were seen; never made again.
    pub gone: usize,
    /// Edited by others each time before they could be written.
    pub contended: usize,
    /// No sessions: other types, longer than 1 MiB, not a JSON object.
    pub skipped: usize,
    /// Sessions with a name of which nobody can know which VM it means.
    pub ambiguous: usize,
}

/// How many values were skipped, by reason.
pub(super) type Skipped = BTreeMap<NotASession, usize>;

/// What one run over the sessions did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionsOutcome {
    /// As far as it came.
    pub counts: SessionCounts,
    /// Every session was seen and none is left behind: the journal can move on.
    pub complete: bool,
    /// For the report, one line each, without session keys.
    pub warnings: Vec<String>,
    /// Why it ended early, unless it was told to stop.
    pub error: Option<SessionError>,
}

impl SessionsOutcome {
    pub(super) fn build(
        counts: SessionCounts,
        skipped: &Skipped,
        rules: &SessionRules,
        end: Result<bool, SessionError>,
    ) -> Self {
        let complete = matches!(end, Ok(true)) && counts.contended == 0;
        let counts = SessionCounts {
            skipped: skipped.values().sum(),
            ..counts
        };
        Self {
            counts,
            complete,
            warnings: warnings(counts, skipped, rules),
            error: end.err(),
        }
    }
}

/// Names shown in a warning; a report is read by people.
const SHOWN_NAMES: usize = 5;

fn warnings(counts: SessionCounts, skipped: &Skipped, rules: &SessionRules) -> Vec<String> {
    let contended = (counts.contended > 0).then(|| {
        format!(
            "{}: others kept editing; the next run brings them up to date",
            plural(counts.contended, "session")
        )
    });
    let ambiguous = (counts.ambiguous > 0).then(|| {
        let names = ambiguous_names(rules);
        format!(
            "{}: left alone, because two live VMs were called the same: {names}",
            plural(counts.ambiguous, "session")
        )
    });
    let skipped = (counts.skipped > 0).then(|| {
        let reasons: Vec<_> = skipped.iter().map(|(why, count)| format!("{count} {why}")).collect();
        format!(
            "skipped {} without a session: {}; redis.key_pattern matches them",
            plural(counts.skipped, "key"),
            reasons.join(", ")
        )
    });
    contended.into_iter().chain(ambiguous).chain(skipped).collect()
}

fn ambiguous_names(rules: &SessionRules) -> String {
    let names = rules.ambiguous_names();
    let shown: Vec<_> = names.iter().take(SHOWN_NAMES).map(|name| format!("{name:?}")).collect();
    let rest = names.len().saturating_sub(SHOWN_NAMES);
    let rest = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    shown.join(", ") + &rest
}
