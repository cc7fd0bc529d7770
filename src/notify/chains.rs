//! Chains of posts: what they touch, and which older ones they have to wait for. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::post::{Chain, Service};
use super::standing::Rename;
use crate::plan::record::DocumentId;

/// A chain before it knows which others it has to wait for, with all that it touches.
pub struct Draft {
    pub chain: Chain,
    pub names: BTreeSet<String>,
    pub documents: BTreeSet<DocumentId>,
}

/// None if everything is delivered.
pub fn draft(service: Service, renames: &[Rename<'_>]) -> Option<Draft> {
    let undelivered = pending(service, renames);
    let is_rejected = |rename: &Rename<'_>| rename.is_rejected(service);
    let (rejected, pending): (Vec<_>, Vec<_>) = undelivered.iter().partition(|rename| is_rejected(rename));
    let chain = Chain {
        id: 0,
        epoch: undelivered.first()?.entry.epoch,
        after: BTreeSet::new(),
        held: renames.iter().any(Rename::is_held),
        posts: Vec::new(),
        pending: pending.into_iter().map(Rename::reference).collect(),
        rejected: rejected.into_iter().map(Rename::reference).collect(),
    };
    let names = renames
        .iter()
        .flat_map(|rename| [rename.old, rename.new])
        .map(str::to_owned)
        .collect();
    Some(Draft {
        chain,
        names,
        documents: renames.iter().map(|rename| rename.record.id.clone()).collect(),
    })
}

/// Those that the service has still to be told of.
pub fn pending<'a>(service: Service, renames: &[Rename<'a>]) -> Vec<Rename<'a>> {
    renames
        .iter()
        .copied()
        .filter(|rename| rename.is_pending(service))
        .collect()
}

/// Lets each chain wait for the older ones that touch one of its VMs or names, and keeps what the scope asks for.
pub fn link(drafts: Vec<Draft>, scope: Option<&BTreeSet<DocumentId>>) -> Vec<Chain> {
    let mut chains_with_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut chains_with_document: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let mut chains = Vec::new();
    for (
        id,
        Draft {
            mut chain,
            names,
            documents,
        },
    ) in drafts.into_iter().enumerate()
    {
        chain.id = id;
        if scope.is_none_or(|scope| !scope.is_disjoint(&documents)) {
            wanted.insert(id);
        }
        chain.after.extend(
            names
                .into_iter()
                .flat_map(|name| others(&mut chains_with_name, name, id)),
        );
        chain.after.extend(
            documents
                .into_iter()
                .flat_map(|document| others(&mut chains_with_document, document, id)),
        );
        chains.push(chain);
    }
    chains.iter().rev().for_each(|chain| {
        if wanted.contains(&chain.id) {
            wanted.extend(&chain.after);
        }
    });
    chains.retain(|chain| wanted.contains(&chain.id));
    chains
}

/// The chains that touch it so far; adds this one.
fn others<K: Ord>(chains_with: &mut BTreeMap<K, Vec<usize>>, key: K, id: usize) -> Vec<usize> {
    let chains = chains_with.entry(key).or_default();
    let before = chains.clone();
    chains.push(id);
    before
}
