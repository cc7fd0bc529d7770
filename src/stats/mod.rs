//! Numbers of the whole inventory, from the rows of its kinds. Pure.
//!
//! What is seen by several sources counts once: a VM has one document, a host is known by its hardware UUID, a datastore
//! by its locator. Only the counts of a source hold all that this source has. What is not known is counted as unknown,
//! and is never a zero.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Kind, ObjectKind};

mod compute;
mod datastores;
mod facts;
mod guest;
mod model;

#[cfg(test)]
mod tests;

pub use facts::{ClusterFacts, DatastoreFacts, HostFacts, VmFacts};
pub use guest::GuestFamily;
pub use model::{
    ClusterStats, Compute, DatastoreStats, Load, OneDatastore, SnapshotStats, SourceStats, Stats, StatsSchema, Sum,
    VmStats, percent,
};

use compute::{Grouping, Groups};

/// What is counted but for VMs, which are many and come one by one. None is what no pass has listed.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// All sources, each with the kinds of which it has listed all.
    pub sources: BTreeMap<String, BTreeSet<Kind>>,
    /// Those that are present.
    pub hosts: Option<Vec<HostFacts>>,
    /// Those that are present.
    pub clusters: Option<Vec<ClusterFacts>>,
    /// Those that are present.
    pub datastores: Option<Vec<DatastoreFacts>>,
    /// Of the other kinds the source of each object that is present.
    pub others: BTreeMap<ObjectKind, Vec<String>>,
}

/// Counts VMs.
#[derive(Debug)]
pub struct Tally {
    inventory: Inventory,
    groups: Groups,
    vms: VmStats,
    of_sources: BTreeMap<String, usize>,
}

impl Tally {
    /// Before the first VM.
    #[must_use]
    pub fn new(inventory: Inventory) -> Self {
        let grouping = Grouping::of(&inventory);
        Self {
            groups: Groups::new(grouping, &inventory),
            inventory,
            vms: VmStats::default(),
            of_sources: BTreeMap::new(),
        }
    }

    /// One document.
    pub fn add(&mut self, vm: &VmFacts) {
        if vm.orphan {
            self.vms.orphans += 1;
            return;
        }
        self.vms.add(vm);
        for source in vm.sources.iter().collect::<BTreeSet<_>>() {
            *self.of_sources.entry(source.clone()).or_default() += 1;
        }
        self.groups.add(vm);
    }

    /// After the last one; without VMs if no pass has listed any.
    #[must_use]
    pub fn finish(self, vms_are_known: bool) -> Stats {
        let clusters = self.groups.into_clusters();
        Stats {
            schema: StatsSchema::Stats1,
            sources: sources(&self.inventory, &self.of_sources, vms_are_known),
            compute: Compute::total(&clusters, self.inventory.hosts.is_some()),
            clusters,
            datastores: self.inventory.datastores.as_deref().map(datastores::count),
            vms: vms_are_known.then_some(self.vms),
        }
    }
}

fn sources(inventory: &Inventory, vms: &BTreeMap<String, usize>, vms_are_known: bool) -> Vec<SourceStats> {
    let names: BTreeSet<&String> = inventory.sources.keys().chain(vms.keys()).collect();
    // None of a kind that a source has not listed is not zero.
    let known = |name: &str, kind, count: usize| {
        let has_listed = || inventory.sources.get(name).is_some_and(|kinds| kinds.contains(&kind));
        (count > 0 || has_listed()).then_some(count)
    };
    let count = |name: &str, kind, sources: Option<Vec<&str>>| {
        let count = sources?.into_iter().filter(|source| *source == name).count();
        known(name, Kind::Object(kind), count)
    };
    let hosts = || {
        Some(
            inventory
                .hosts
                .as_ref()?
                .iter()
                .map(|host| host.source.as_str())
                .collect(),
        )
    };
    let clusters = || {
        Some(
            inventory
                .clusters
                .as_ref()?
                .iter()
                .map(|one| one.source.as_str())
                .collect(),
        )
    };
    let datastores = || {
        Some(
            inventory
                .datastores
                .as_ref()?
                .iter()
                .map(|one| one.source.as_str())
                .collect(),
        )
    };
    let others = |kind| Some(inventory.others.get(&kind)?.iter().map(String::as_str).collect());
    let of_source = |name: &String| SourceStats {
        name: name.clone(),
        vms: known(name, Kind::Vm, vms.get(name).copied().unwrap_or_default()).filter(|_| vms_are_known),
        hosts: count(name, ObjectKind::Host, hosts()),
        clusters: count(name, ObjectKind::Cluster, clusters()),
        datastores: count(name, ObjectKind::Datastore, datastores()),
        networks: count(name, ObjectKind::Network, others(ObjectKind::Network)),
        switches: count(name, ObjectKind::Switch, others(ObjectKind::Switch)),
        alarms: count(name, ObjectKind::Alarm, others(ObjectKind::Alarm)),
    };
    names.into_iter().map(of_source).collect()
}
