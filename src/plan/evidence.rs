//! What becomes of a document whose VM is not listed.

use super::change::Reason;
use super::input::{Hearing, Input};
use super::owners::{Owner, owners_of};
use super::record::VmRecord;

/// The verdict on an absent VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing is known against it: it stays as it is.
    Keep,
    /// No configured source is responsible for it.
    Unowned {
        /// Name or address of the source it belonged to.
        source: String,
    },
    /// Its owners deny it, but it could be elsewhere.
    Missing {
        /// Why it is not an orphan.
        reason: Reason,
    },
    /// It is nowhere.
    Orphan {
        /// Set if that is concluded from time, with evidence.
        reason: Option<Reason>,
    },
}

/// Judges a live document that no source lists. Only complete listings of all its owners count as evidence; as it may
/// have moved to a source that was not heard, all sources have to be heard, or its owners have to deny it for long.
#[must_use]
pub fn check_absence(record: &VmRecord, input: &Input<'_>) -> Fate {
    let mut owners = owners_of(record, input.sources);
    owners.retain(|owner| !(*owner == Owner::Gone && is_retired(record, input.retired)));
    if owners.contains(&Owner::Gone) {
        return Fate::Unowned {
            source: former_source(record, input),
        };
    }
    let denies = |owner: &Owner| match owner {
        Owner::Configured(index) => input.sources[*index].hearing == Hearing::Complete,
        Owner::Unclear | Owner::Gone => false,
    };
    if !owners.iter().all(denies) {
        return Fate::Keep;
    }
    if !input.all_complete() {
        return check_patience(record, &owners, input);
    }
    confirm(record, input, None)
}

fn check_patience(record: &VmRecord, owners: &[Owner], input: &Input<'_>) -> Fate {
    let limits = owners.iter().filter_map(|owner| match owner {
        Owner::Configured(index) => Some(input.sources[*index].guard.missing_for),
        Owner::Unclear | Owner::Gone => None,
    });
    let since = record.fields.missing_since.as_deref();
    let started = since.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    if let (Some(since), Some(started), Some(limit)) = (since, started, limits.max())
        && input.now.instant.duration_since(started).unsigned_abs() >= limit
        && input.now.instant > started
    {
        return confirm(
            record,
            input,
            Some(Reason::MissingTooLong {
                since: since.to_owned(),
            }),
        );
    }
    Fate::Missing {
        reason: Reason::NotHeard {
            sources: unheard(input),
        },
    }
}

fn unheard(input: &Input<'_>) -> Vec<String> {
    let silent = input
        .sources
        .iter()
        .filter(|source| source.hearing != Hearing::Complete);
    silent.map(|source| source.name.clone()).collect()
}

/// The listings ran side by side, so a VM may have moved between two of them: the second look has the last word.
fn confirm(record: &VmRecord, input: &Input<'_>, reason: Option<Reason>) -> Fate {
    match &input.look {
        Some(look) if look.found.contains(&record.id) => Fate::Missing {
            reason: Reason::FoundAgain,
        },
        Some(look) if !look.complete && reason.is_none() => Fate::Missing {
            reason: Reason::NotConfirmed,
        },
        Some(_) | None => Fate::Orphan { reason },
    }
}

fn is_retired(record: &VmRecord, retired: &[String]) -> bool {
    let fields = &record.fields;
    let names = fields
        .sources
        .iter()
        .flat_map(|owner| [owner.name.as_str(), owner.id.as_str()]);
    let mut labels = names.chain([fields.esxi_host_addr.as_str()]);
    labels.any(|label| retired.iter().any(|gone| gone.eq_ignore_ascii_case(label)))
}

/// The name under which the report lists an unowned document.
fn former_source(record: &VmRecord, input: &Input<'_>) -> String {
    let is_gone = |owner: &&super::record::Ownership| super::owners::resolve_owner(owner, input.sources) == Owner::Gone;
    let gone = record.fields.sources.iter().find(is_gone);
    gone.map_or_else(|| record.fields.esxi_host_addr.clone(), |owner| owner.name.clone())
}
