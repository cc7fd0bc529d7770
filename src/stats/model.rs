//! What `stats` says: `vmsync.stats/1`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::VmFacts;

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StatsSchema {
    /// The only one so far.
    #[serde(rename = "vmsync.stats/1")]
    Stats1,
}

/// All numbers. None is what no pass has listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Always the same.
    pub schema: StatsSchema,
    /// Each counts once, on however many sources it is.
    pub vms: Option<VmStats>,
    /// By name.
    pub sources: Vec<SourceStats>,
    /// All hosts, and the VMs for them.
    pub compute: Compute,
    /// By source, datacenter and name.
    pub clusters: Vec<ClusterStats>,
    /// Those that several sources see count once.
    pub datastores: Option<DatastoreStats>,
}

/// Of VMs. The maps hold those that are present, templates among them, and "unknown".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct VmStats {
    /// Those that are no orphans.
    pub present: usize,
    /// Of them.
    pub templates: usize,
    /// Gone from every source.
    pub orphans: usize,
    /// on, off, suspended.
    pub power_state: BTreeMap<String, usize>,
    /// `toolsOk`, …
    pub tools: BTreeMap<String, usize>,
    /// windows, linux, …
    pub guest_family: BTreeMap<String, usize>,
    /// Root snapshots.
    pub snapshots: SnapshotStats,
}

/// Of snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SnapshotStats {
    /// VMs that have some.
    pub vms: usize,
    /// Of all VMs.
    pub snapshots: Sum,
}

/// What a source has, whoever else has it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct SourceStats {
    pub name: String,
    pub vms: Option<usize>,
    pub hosts: Option<usize>,
    pub clusters: Option<usize>,
    pub datastores: Option<usize>,
    pub networks: Option<usize>,
    pub switches: Option<usize>,
    pub alarms: Option<usize>,
}

/// One cluster, or the standalone hosts of a datacenter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterStats {
    /// Name of the source.
    pub source: Option<String>,
    /// Name of the datacenter.
    pub datacenter: Option<String>,
    /// Its name; none for hosts and VMs that are in no cluster.
    pub name: Option<String>,
    /// VMs that are present, templates among them.
    pub vms: usize,
    /// What it has and what is asked of it.
    #[serde(flatten)]
    pub compute: Compute,
}

/// Processors and memory of hosts, and what VMs want of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Compute {
    /// None if no pass has listed hosts.
    pub hosts: Option<usize>,
    /// Of the hosts.
    pub cores: Sum,
    /// Of the hosts.
    pub memory_bytes: Sum,
    /// VMs that are no templates.
    pub configured: Load,
    /// Of them those that are on.
    pub running: Load,
    /// vCPUs of what runs by cores, in percent.
    pub cpu_percent: Option<u64>,
    /// Memory of what runs by memory of the hosts, in percent.
    pub memory_percent: Option<u64>,
}

/// What VMs are configured with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Load {
    /// How many they are.
    pub vms: usize,
    /// Virtual CPUs.
    pub vcpus: Sum,
    /// Memory.
    pub memory_bytes: Sum,
}

/// Datastores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatastoreStats {
    /// How many they are.
    pub count: usize,
    /// Of them those that several sources see.
    pub shared: usize,
    /// Size.
    pub capacity_bytes: Sum,
    /// Free space.
    pub free_bytes: Sum,
    /// Space that thin disks could still grow by.
    pub uncommitted_bytes: Sum,
    /// `(capacity - free) / capacity` of those of which both are known.
    pub used_percent: Option<u64>,
    /// `(capacity - free + uncommitted) / capacity` of those of which all three are known.
    pub committed_percent: Option<u64>,
    /// Each of them, the fullest promise first.
    pub each: Vec<OneDatastore>,
}

/// One datastore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see `DatastoreStats`")]
pub struct OneDatastore {
    pub name: String,
    /// Names of those that see it.
    pub sources: Vec<String>,
    pub capacity_bytes: Option<u64>,
    pub free_bytes: Option<u64>,
    pub uncommitted_bytes: Option<u64>,
    pub used_percent: Option<u64>,
    pub committed_percent: Option<u64>,
}

/// A sum of what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sum {
    /// None if nothing is known.
    pub sum: Option<u64>,
    /// How many objects do not say.
    pub unknown: usize,
}

impl Sum {
    /// Adds one object's number.
    pub fn add(&mut self, value: Option<u64>) {
        match value {
            Some(value) => self.sum = Some(self.sum.unwrap_or_default().saturating_add(value)),
            None => self.unknown += 1,
        }
    }

    /// Adds another sum.
    pub fn join(&mut self, other: Self) {
        if let Some(sum) = other.sum {
            self.add(Some(sum));
        }
        self.unknown += other.unknown;
    }
}

/// Rounded to the next; none if one is unknown or there is no whole.
#[must_use]
pub fn percent(part: Option<u64>, whole: Option<u64>) -> Option<u64> {
    let (part, whole) = (u128::from(part?), u128::from(whole.filter(|whole| *whole > 0)?));
    u64::try_from((part * 200 + whole) / (whole * 2)).ok()
}

impl VmStats {
    pub(super) fn add(&mut self, vm: &VmFacts) {
        let unknown = || "unknown".to_owned();
        let family = vm.family.map(|family| format!("{family:?}").to_lowercase());
        let count = |map: &mut BTreeMap<String, usize>, key: Option<String>| {
            *map.entry(key.unwrap_or_else(unknown)).or_default() += 1;
        };
        self.present += 1;
        self.templates += usize::from(vm.template);
        count(&mut self.power_state, vm.power_state.clone());
        count(&mut self.tools, vm.vmware_tools.clone());
        count(&mut self.guest_family, family);
        self.snapshots.vms += usize::from(vm.snapshots.is_some_and(|snapshots| snapshots > 0));
        self.snapshots.snapshots.add(vm.snapshots);
    }
}

impl Load {
    pub(super) fn add(&mut self, vm: &VmFacts) {
        self.vms += 1;
        self.vcpus.add(vm.num_cpu);
        self.memory_bytes.add(vm.memory_bytes);
    }

    fn join(&mut self, other: Self) {
        self.vms += other.vms;
        self.vcpus.join(other.vcpus);
        self.memory_bytes.join(other.memory_bytes);
    }
}

impl Compute {
    /// With the two shares.
    pub(super) fn weighed(mut self) -> Self {
        self.cpu_percent = percent(self.running.vcpus.sum, self.cores.sum);
        self.memory_percent = percent(self.running.memory_bytes.sum, self.memory_bytes.sum);
        self
    }

    /// Of all clusters, and what is in none.
    pub(super) fn total(clusters: &[ClusterStats], hosts_are_known: bool) -> Self {
        let hosts = clusters.iter().filter_map(|cluster| cluster.compute.hosts).sum();
        let mut total = Self {
            hosts: hosts_are_known.then_some(hosts),
            ..Self::default()
        };
        for ClusterStats { compute, .. } in clusters {
            total.cores.join(compute.cores);
            total.memory_bytes.join(compute.memory_bytes);
            total.configured.join(compute.configured);
            total.running.join(compute.running);
        }
        total.weighed()
    }
}
