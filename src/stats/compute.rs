//! Hosts and VMs by cluster.

use std::collections::{BTreeMap, BTreeSet};

use super::{ClusterStats, Compute, HostFacts, Inventory, VmFacts};

/// Source, datacenter, name: a name alone may come twice, on two vCenters or in two datacenters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    source: Option<String>,
    datacenter: Option<String>,
    cluster: Option<String>,
}

impl Key {
    fn new(source: Option<&str>, datacenter: Option<&str>, cluster: Option<&str>) -> Self {
        Self {
            source: source.map(str::to_owned),
            datacenter: datacenter.map(str::to_owned),
            cluster: cluster.map(str::to_owned),
        }
    }
}

/// Where hosts and VMs belong.
#[derive(Debug)]
pub(super) struct Grouping {
    keys: BTreeSet<Key>,
}

impl Grouping {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let clusters = inventory.clusters.iter().flatten();
        let clusters = clusters.map(|cluster| {
            Key::new(
                Some(&cluster.source),
                cluster.datacenter.as_deref(),
                cluster.name.as_deref(),
            )
        });
        let hosts = inventory.hosts.as_deref().map(once).unwrap_or_default();
        Self {
            keys: clusters.chain(hosts.into_iter().map(key_of)).collect(),
        }
    }

    /// Of a VM that several sources have, that one which knows its cluster or its host's place.
    fn key(&self, vm: &VmFacts) -> Key {
        let key = |source: Option<&str>| Key::new(source, vm.datacenter.as_deref(), vm.cluster.as_deref());
        let sources: BTreeSet<&str> = vm.sources.iter().map(String::as_str).collect();
        let mut keys = sources.iter().map(|source| key(Some(source)));
        let known = keys.find(|key| self.keys.contains(key));
        known.unwrap_or_else(|| key(sources.first().copied()))
    }
}

fn key_of(host: &HostFacts) -> Key {
    Key::new(Some(&host.source), host.datacenter.as_deref(), host.cluster.as_deref())
}

/// Each host once. Of two sightings of one, on its own and through a vCenter, the one that knows its cluster is taken.
fn once(hosts: &[HostFacts]) -> Vec<&HostFacts> {
    let mut found: BTreeMap<String, &HostFacts> = BTreeMap::new();
    for host in hosts {
        let place = found.entry(identity(host)).or_insert(host);
        let rank = |host: &HostFacts| (host.cluster.is_none(), host.clone());
        if rank(host) < rank(place) {
            *place = host;
        }
    }
    found.into_values().collect()
}

/// Boards without a UUID of their own report zeros.
fn identity(host: &HostFacts) -> String {
    let uuid = host.hardware_uuid.as_deref().map(str::to_lowercase);
    uuid.filter(|uuid| uuid.chars().any(|c| !matches!(c, '0' | '-')))
        .unwrap_or_else(|| format!("{}/{}", host.source, host.moref))
}

/// What is counted of each cluster.
#[derive(Debug)]
pub(super) struct Groups {
    grouping: Grouping,
    /// Where nothing has been counted yet.
    empty: Compute,
    by_key: BTreeMap<Key, (usize, Compute)>,
}

impl Groups {
    pub(super) fn new(grouping: Grouping, inventory: &Inventory) -> Self {
        let empty = Compute {
            hosts: inventory.hosts.as_ref().map(|_| 0),
            ..Compute::default()
        };
        let mut groups: BTreeMap<Key, (usize, Compute)> =
            grouping.keys.iter().map(|key| (key.clone(), (0, empty))).collect();
        for host in inventory.hosts.as_deref().map(once).unwrap_or_default() {
            let (_, compute) = groups.entry(key_of(host)).or_insert((0, empty));
            *compute.hosts.get_or_insert_default() += 1;
            compute.cores.add(host.cpu_cores);
            compute.memory_bytes.add(host.memory_bytes);
        }
        Self {
            grouping,
            empty,
            by_key: groups,
        }
    }

    /// A VM that is present.
    pub(super) fn add(&mut self, vm: &VmFacts) {
        let (vms, compute) = self.by_key.entry(self.grouping.key(vm)).or_insert((0, self.empty));
        *vms += 1;
        if !vm.template {
            compute.configured.add(vm);
            if vm.power_state.as_deref() == Some("on") {
                compute.running.add(vm);
            }
        }
    }

    pub(super) fn into_clusters(self) -> Vec<ClusterStats> {
        let cluster = |(key, (vms, compute)): (Key, (usize, Compute))| ClusterStats {
            source: key.source,
            datacenter: key.datacenter,
            name: key.cluster,
            vms,
            compute: compute.weighed(),
        };
        self.by_key.into_iter().map(cluster).collect()
    }
}
