//! What is counted or added up over other objects. Unknown is never 0: a count is known only if everything that could
//! count arrived.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::Fact;
use super::graph::Graph;
use super::node::{Class, Key, Node, Part};
use super::read::MOST;
use super::sighting::Vm;

/// VMs by what they are on; none where a single VM does not tell.
#[derive(Default)]
pub(super) struct VmCounts {
    hosts: Option<HashMap<Key, u64>>,
    clusters: Option<HashMap<Key, u64>>,
    datastores: Option<HashMap<Key, u64>>,
    networks: Option<HashMap<Key, u64>>,
}

impl VmCounts {
    /// Of a complete listing. VMs that are left out are no VMs here either.
    pub fn of<'a>(vms: &'a [Box<Vm>], graph: &Graph<'a>) -> Self {
        let vms = || vms.iter().filter(|vm| vm.sighting.left_out.is_none());
        let one = |fact: &'a Fact<Key>| as_list(fact.as_ref());
        Self {
            hosts: tally(vms().map(|vm| one(&vm.host))),
            clusters: tally(vms().map(|vm| as_list(cluster_of(vm, graph)))),
            datastores: tally(vms().map(|vm| all(&vm.datastores))),
            networks: tally(vms().map(|vm| all(&vm.networks))),
        }
    }

    /// How many VMs are on this object.
    pub fn on(&self, key: &Key) -> Fact<Json> {
        let counts = match key.class {
            Class::Host => &self.hosts,
            Class::Cluster => &self.clusters,
            Class::Datastore => &self.datastores,
            Class::Network => &self.networks,
            _ => &None,
        };
        let count = |counts: &HashMap<Key, u64>| counts.get(key).copied().unwrap_or_default();
        counts
            .as_ref()
            .map_or(Fact::Unread, |counts| Fact::Known(count(counts).into()))
    }
}

/// By its host; a VM that has none belongs to the cluster of its pool.
pub(super) fn cluster_of<'a>(vm: &Vm, graph: &Graph<'a>) -> Fact<&'a Key> {
    match &vm.host {
        Fact::Unset => graph.cluster(&vm.pool),
        host => graph.cluster(host),
    }
}

fn as_list<T>(fact: Fact<T>) -> Option<Vec<T>> {
    match fact {
        Fact::Known(value) => Some(vec![value]),
        Fact::Unset => Some(Vec::new()),
        Fact::Unread => None,
    }
}

fn all(fact: &Fact<Vec<Key>>) -> Option<Vec<&Key>> {
    match fact {
        Fact::Known(keys) => {
            let mut keys: Vec<&Key> = keys.iter().collect();
            keys.sort_unstable();
            keys.dedup();
            Some(keys)
        }
        Fact::Unset => Some(Vec::new()),
        Fact::Unread => None,
    }
}

fn tally<'a>(targets: impl Iterator<Item = Option<Vec<&'a Key>>>) -> Option<HashMap<Key, u64>> {
    let mut counts: HashMap<Key, u64> = HashMap::new();
    for target in targets {
        for key in target? {
            match counts.get_mut(key) {
                Some(count) => *count += 1,
                None => drop(counts.insert(key.clone(), 1)),
            }
        }
    }
    Some(counts)
}

/// What the hosts of each cluster use.
pub(super) struct Usage<'a> {
    /// None if it is not known of a single host which cluster it is in.
    clusters: Option<HashMap<&'a Key, ClusterUsage>>,
}

#[derive(Default)]
struct ClusterUsage {
    cpu_mhz: Sum,
    memory_mb: Sum,
}

/// A quick statistic, added up.
#[derive(Default)]
struct Sum {
    told: u64,
    /// Whether any host has told.
    is_told: bool,
    /// Whether one that should have told has not.
    is_lacking: bool,
}

impl<'a> Usage<'a> {
    /// Of a complete listing.
    pub fn of(graph: &Graph<'a>) -> Self {
        let mut clusters: HashMap<&Key, ClusterUsage> = HashMap::new();
        for (_, host) in graph.of_class(Class::Host) {
            let cluster = match graph.cluster(&host.parent) {
                Fact::Known(cluster) => clusters.entry(cluster).or_default(),
                Fact::Unset => continue,
                Fact::Unread => return Self { clusters: None },
            };
            cluster.cpu_mhz.add(host, "cpu_usage_mhz");
            cluster.memory_mb.add(host, "memory_usage_mb");
        }
        Self {
            clusters: Some(clusters),
        }
    }

    pub fn cpu_mhz(&self, cluster: &Key) -> Fact<Json> {
        self.total(cluster, 1, |usage| &usage.cpu_mhz)
    }

    pub fn memory_bytes(&self, cluster: &Key) -> Fact<Json> {
        self.total(cluster, 1 << 20, |usage| &usage.memory_mb)
    }

    /// A cluster without hosts uses nothing.
    fn total(&self, cluster: &Key, unit: u64, of: impl Fn(&ClusterUsage) -> &Sum) -> Fact<Json> {
        let Some(clusters) = &self.clusters else {
            return Fact::Unread;
        };
        match clusters.get(cluster).map(of) {
            None => Fact::Known(0.into()),
            Some(sum) if sum.is_lacking || !sum.is_told => Fact::Unread,
            Some(sum) => Fact::Known(sum.told.saturating_mul(unit).min(MOST).into()),
        }
    }
}

impl Sum {
    /// A host that is not connected has no statistics and uses nothing.
    fn add(&mut self, host: &Node, field: &str) {
        let connected = host.facts.get("connection_state").and_then(Json::as_str) == Some("connected");
        match host.facts.get(field).and_then(Json::as_u64) {
            Some(used) => {
                self.told = self.told.saturating_add(used);
                self.is_told = true;
            }
            None => self.is_lacking |= connected,
        }
    }
}

/// Capacity of a cluster's datastores, and how much of it is taken.
pub(super) fn storage_of(cluster: &Part, graph: &Graph<'_>) -> Option<(u64, u64)> {
    let Part::Cluster { datastores } = cluster else {
        return None;
    };
    let mut keys: Vec<&Key> = datastores.known()?.iter().collect();
    keys.sort_unstable();
    keys.dedup();
    let (mut total, mut used) = (0_u64, 0_u64);
    for key in keys {
        let number = |field| graph.node(key)?.facts.get(field)?.as_u64();
        let (capacity, free) = (number("capacity_bytes")?, number("free_bytes")?);
        total = total.saturating_add(capacity);
        used = used.saturating_add(capacity.saturating_sub(free));
    }
    Some((total.min(MOST), used.min(MOST)))
}
