//! What becomes of a document whose VM is not listed.

use jiff::Timestamp;

use super::change::Reason;
use super::input::{Hearing, Input, SourceView};
use super::owners::{Owner, owners_of, resolve_owner};
use super::record::{Ownership, VmRecord};
use crate::inventory::Shared;

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
    let standing = standing_owners(record, input);
    if let Some((_, source)) = standing.iter().find(|(owner, _)| *owner == Owner::Gone) {
        let source = source.clone();
        return Fate::Unowned { source };
    }
    let owners: Option<Vec<usize>> = standing.iter().map(|(owner, _)| owner.configured()).collect();
    let denies = |owner: &usize| input.sources[*owner].hearing == Hearing::Complete;
    let Some(owners) = owners.filter(|owners| owners.iter().all(denies)) else {
        return Fate::Keep;
    };
    if !input.all_complete() {
        return check_patience(record, &owners, input);
    }
    confirm(record, input, None)
}

fn check_patience(record: &VmRecord, owners: &[usize], input: &Input<'_>) -> Fate {
    let limits = owners.iter().map(|owner| input.sources[*owner].guard.missing_for);
    if let (Some(started), Some(limit)) = (missing_since(record, input), limits.max())
        && input.now.instant.duration_since(started).unsigned_abs() >= limit
    {
        let since = started.to_string();
        return confirm(record, input, Some(Reason::MissingTooLong { since }));
    }
    Fate::Missing {
        reason: Reason::NotHeard {
            sources: unheard(input),
        },
    }
}

/// Since when the VM is missing; nothing if that is not a time, or one that has not come yet.
#[must_use]
pub fn missing_since(record: &VmRecord, input: &Input<'_>) -> Option<Timestamp> {
    let stored: Timestamp = record.fields.missing_since.as_deref()?.parse().ok()?;
    (stored <= input.now.instant).then_some(stored)
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

/// The owners whose word is needed, each with the name under which the report lists it: all but the retired ones.
fn standing_owners(record: &VmRecord, input: &Input<'_>) -> Vec<(Owner, String)> {
    let fields = &record.fields;
    let stored = fields.sources.iter().map(|owner| {
        let resolved = resolve_owner(owner, input.sources);
        (resolved, &owner.name, is_retired(record, Some(owner), input.retired))
    });
    let by_address = owners_of(record, input.sources)
        .into_iter()
        .map(|owner| (owner, &fields.esxi_host_addr, is_retired(record, None, input.retired)));
    let owners = stored.chain(by_address.filter(|_| fields.sources.is_empty()));
    let stands = |(owner, _, retired): &(Owner, &Shared, bool)| *owner != Owner::Gone || !retired;
    owners
        .filter(stands)
        .map(|(owner, label, _)| (owner, label.to_string()))
        .collect()
}

/// Whether this label of a source to be retired speaks of the document, an orphan's included.
pub fn speaks_of(label: &String, record: &VmRecord, sources: &[SourceView]) -> bool {
    let retired = std::slice::from_ref(label);
    let is_not_configured = |owner: &Ownership| resolve_owner(owner, sources).configured().is_none();
    let owners = &record.fields.sources;
    if owners.is_empty() {
        return owners_of(record, sources).contains(&Owner::Gone) && is_retired(record, None, retired);
    }
    owners
        .iter()
        .any(|owner| is_not_configured(owner) && is_retired(record, Some(owner), retired))
}

/// Whether the operator gave up this owner, by name, by id, or by address: of an ESXi host that is the document's own,
/// of a vCenter it is not.
fn is_retired(record: &VmRecord, owner: Option<&Ownership>, retired: &[String]) -> bool {
    let is_vcenter = owner.is_some_and(|owner| owner.id.as_str().starts_with("vcenter:"));
    let address = (!is_vcenter).then_some(record.fields.esxi_host_addr.as_str());
    let names = owner
        .into_iter()
        .flat_map(|owner| [owner.name.as_str(), owner.id.as_str()]);
    let mut labels = names.chain(address);
    labels.any(|label| retired.iter().any(|gone| gone.eq_ignore_ascii_case(label)))
}
