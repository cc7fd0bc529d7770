//! Which configured source a document belongs to.

use super::input::SourceView;
use super::record::{Ownership, VmRecord};
use crate::inventory::{SourceId, SourceKind};

/// One owner of a document, in terms of today's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// This configured source, by index.
    Configured(usize),
    /// A source that was never heard under its present name might be it.
    Unclear,
    /// A source that is no longer configured.
    Gone,
}

impl Owner {
    /// The index of the configured source, if it is one for sure.
    #[must_use]
    pub const fn configured(self) -> Option<usize> {
        match self {
            Self::Configured(index) => Some(index),
            Self::Unclear | Self::Gone => None,
        }
    }
}

/// Gives every source the identity under which documents know it: the server's own, unless two sources of one
/// configuration claim the same; of a source that was not heard, the one it had when it was (`remembered`). A server
/// without an identity of its own claims the one made of its name. Twins stay told apart while one of them is silent.
#[must_use]
pub fn resolve_ids(claimed: &[(String, Option<SourceId>)], remembered: &[Option<SourceId>]) -> Vec<Option<SourceId>> {
    let claims = |id: &SourceId| claimed.iter().filter(|(_, other)| other.as_ref() == Some(id)).count();
    let was_twin = |(name, remembered): (&str, &Option<SourceId>)| *remembered == Some(SourceId::of_name(name));
    let silent = claimed.iter().zip(remembered).filter(|((_, claim), _)| claim.is_none());
    let twin_is_silent = silent.map(|((name, _), id)| (name.as_str(), id)).any(was_twin);
    let is_twin =
        |index: usize, name: &str| twin_is_silent && remembered.get(index).is_some_and(|id| was_twin((name, id)));
    let resolve = |(index, (name, claim)): (usize, &(String, Option<SourceId>))| match claim {
        Some(id) if claims(id) == 1 && !is_twin(index, name) => Some(id.clone()),
        Some(_) => Some(SourceId::of_name(name)),
        None => remembered.get(index).cloned().flatten().filter(|id| claims(id) == 0),
    };
    claimed.iter().enumerate().map(resolve).collect()
}

/// The owners of a document; at least one.
#[must_use]
pub fn owners_of(record: &VmRecord, sources: &[SourceView]) -> Vec<Owner> {
    let mut owners: Vec<Owner> = if record.fields.sources.is_empty() {
        owners_by_address(&record.fields.esxi_host_addr, sources)
    } else {
        record
            .fields
            .sources
            .iter()
            .map(|owner| resolve_owner(owner, sources))
            .collect()
    };
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// The configured owners of a document, the one that supplied its facts first.
#[must_use]
pub fn configured_owners(record: &VmRecord, sources: &[SourceView]) -> Vec<usize> {
    let fields = &record.fields;
    let stored = fields.sources.iter().map(|owner| resolve_owner(owner, sources));
    let by_address = fields
        .sources
        .is_empty()
        .then(|| owners_by_address(&fields.esxi_host_addr, sources));
    let mut found = Vec::new();
    for owner in stored.chain(by_address.into_iter().flatten()) {
        found.extend(owner.configured().filter(|index| !found.contains(index)));
    }
    found
}

/// A document of the Python service belongs to the ESXi source with its address.
fn owners_by_address(address: &str, sources: &[SourceView]) -> Vec<Owner> {
    let bears =
        |source: &SourceView| source.kind != Some(SourceKind::Vcenter) && source.host.eq_ignore_ascii_case(address);
    let found: Vec<Owner> = indices(sources, bears).map(Owner::Configured).collect();
    if found.is_empty() { vec![Owner::Gone] } else { found }
}

/// The source that an ownership speaks of. An id made of a name follows the name; an id that several sources claim
/// today follows it too.
#[must_use]
pub fn resolve_owner(owner: &Ownership, sources: &[SourceView]) -> Owner {
    let by_id = |source: &SourceView| source.id.as_ref() == Some(&owner.id);
    let by_name = |source: &SourceView| {
        let named = is_of_name(&owner.id, &source.name);
        let claimed = *source.name == *owner.name && source.claimed_id.as_ref() == Some(&owner.id);
        named || claimed
    };
    let found = indices(sources, by_id)
        .next()
        .or_else(|| indices(sources, by_name).next());
    match found {
        Some(index) => Owner::Configured(index),
        None if sources.iter().any(|source| source.id.is_none()) => Owner::Unclear,
        None => Owner::Gone,
    }
}

/// Without making the id: this is asked for every document and source.
fn is_of_name(id: &SourceId, name: &str) -> bool {
    id.as_str().strip_prefix("name:") == Some(name)
}

fn indices(sources: &[SourceView], matches: impl Fn(&SourceView) -> bool) -> impl Iterator<Item = usize> {
    sources
        .iter()
        .enumerate()
        .filter(move |(_, source)| matches(source))
        .map(|(index, _)| index)
}
