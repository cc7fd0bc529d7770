//! Datastores: how full, and how much is promised.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{DatastoreFacts, DatastoreStats, OneDatastore, Sum, percent};

/// Each datastore once: of several sightings the one that knows most, then the latest.
pub(super) fn count(datastores: &[DatastoreFacts]) -> DatastoreStats {
    let mut sightings: BTreeMap<String, Vec<&DatastoreFacts>> = BTreeMap::new();
    for datastore in datastores {
        sightings.entry(identity(datastore)).or_default().push(datastore);
    }
    let mut each: Vec<OneDatastore> = sightings.values().filter_map(|seen| one(seen)).collect();
    each.sort_by_key(rank);
    total(each)
}

/// `summary.url`, `ds:///vmfs/volumes/6541f3a8-…/`, is the same for all that see it; the form differs.
fn identity(datastore: &DatastoreFacts) -> String {
    let url = datastore
        .url
        .as_deref()
        .map(|url| url.trim_start_matches("ds://").trim_end_matches('/'));
    url.filter(|url| !url.is_empty())
        .map_or_else(|| format!("{}/{}", datastore.source, datastore.moref), str::to_owned)
}

fn one(seen: &[&DatastoreFacts]) -> Option<OneDatastore> {
    let known = |facts: &DatastoreFacts| {
        let values = [facts.capacity_bytes, facts.free_bytes, facts.uncommitted_bytes];
        values.iter().flatten().count()
    };
    let rank = |facts: &DatastoreFacts| (known(facts), facts.last_seen.clone(), Reverse(facts.clone()));
    let facts = seen.iter().max_by_key(|facts| rank(facts))?;
    let mut sources: Vec<String> = seen.iter().map(|facts| facts.source.clone()).collect();
    sources.sort();
    sources.dedup();
    let used = used(facts.capacity_bytes, facts.free_bytes);
    Some(OneDatastore {
        name: facts.name.clone(),
        sources,
        capacity_bytes: facts.capacity_bytes,
        free_bytes: facts.free_bytes,
        uncommitted_bytes: facts.uncommitted_bytes,
        used_percent: percent(used, facts.capacity_bytes),
        committed_percent: percent(committed(used, facts.uncommitted_bytes), facts.capacity_bytes),
    })
}

fn used(capacity: Option<u64>, free: Option<u64>) -> Option<u64> {
    Some(capacity?.saturating_sub(free?))
}

fn committed(used: Option<u64>, uncommitted: Option<u64>) -> Option<u64> {
    Some(used?.saturating_add(uncommitted?))
}

/// What is promised most comes first, what nobody knows last.
fn rank(one: &OneDatastore) -> impl Ord + use<> {
    let promised = one.committed_percent.or(one.used_percent);
    (
        Reverse(promised),
        Reverse(one.used_percent),
        one.name.clone(),
        one.sources.clone(),
    )
}

fn total(each: Vec<OneDatastore>) -> DatastoreStats {
    let mut stats = DatastoreStats {
        count: each.len(),
        shared: each.iter().filter(|one| one.sources.len() > 1).count(),
        capacity_bytes: Sum::default(),
        free_bytes: Sum::default(),
        uncommitted_bytes: Sum::default(),
        used_percent: None,
        committed_percent: None,
        each: Vec::new(),
    };
    let (mut used_of, mut committed_of) = ((Sum::default(), Sum::default()), (Sum::default(), Sum::default()));
    for one in &each {
        stats.capacity_bytes.add(one.capacity_bytes);
        stats.free_bytes.add(one.free_bytes);
        stats.uncommitted_bytes.add(one.uncommitted_bytes);
        let used = used(one.capacity_bytes, one.free_bytes);
        if used.is_some() {
            used_of.0.add(used);
            used_of.1.add(one.capacity_bytes);
        }
        let committed = committed(used, one.uncommitted_bytes);
        if committed.is_some() {
            committed_of.0.add(committed);
            committed_of.1.add(one.capacity_bytes);
        }
    }
    stats.used_percent = percent(used_of.0.sum, used_of.1.sum);
    stats.committed_percent = percent(committed_of.0.sum, committed_of.1.sum);
    stats.each = each;
    stats
}
