//! VMs and hosts as one source lists them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{Fact, Object, Problem, Shared, SourceKind, Uuid};
use crate::catalog::ObjectKind;

/// Why a listed VM is never a document of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The secondary of a Fault Tolerance pair; it bears its primary's name.
    FaultToleranceSecondary,
    /// A placeholder of Site Recovery Manager (`managedBy.extensionKey` com.vmware.vcDr*).
    RecoveryPlaceholder,
    /// An agent of vSphere Cluster Services.
    ClusterServiceAgent,
}

/// One VM in one listing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sighting {
    /// Value of the managed object reference; unique on its server only.
    pub moref: String,
    /// `config.uuid`, the BIOS UUID; several VMs may share it.
    pub uuid: Fact<Uuid>,
    /// `config.uuid` as the server wrote it.
    pub uuid_text: String,
    /// `config.instanceUuid`.
    pub instance_uuid: Fact<Uuid>,
    /// Decoded name. Of an inaccessible VM it is a datastore path.
    pub name: Fact<String>,
    /// Path of its folder, `/Datacenter/vm/Folder`, if every part of it is known.
    pub folder_path: Option<Shared>,
    /// `connected`, `disconnected`, `orphaned`, `inaccessible`, `invalid`.
    pub connection_state: Fact<Shared>,
    /// `on`, `off`, `suspended`.
    pub power_state: Fact<Shared>,
    /// Index into [`SourceInventory::hosts`] of `runtime.host`.
    pub host: Option<usize>,
    /// `guest.hostName`.
    pub guest_hostname: Fact<String>,
    /// `guest.ipAddress`, verbatim.
    pub guest_address: Fact<String>,
    /// `guest.toolsStatus`.
    pub tools_status: Fact<Shared>,
    /// `guest.toolsVersionStatus2`.
    pub tools_version_status: Fact<Shared>,
    /// `guest.toolsRunningStatus`.
    pub tools_running_status: Fact<Shared>,
    /// `config.template`.
    pub template: Fact<bool>,
    /// `summary.config.numCpu`.
    pub num_cpu: Fact<u32>,
    /// `summary.config.memorySizeMB`.
    pub memory_mb: Fact<u64>,
    /// `summary.config.guestFullName`.
    pub guest_os: Fact<Shared>,
    /// `summary.config.guestId`.
    pub guest_id: Fact<Shared>,
    /// `summary.storage.committed`.
    pub committed_bytes: Fact<u64>,
    /// `summary.storage.uncommitted`.
    pub uncommitted_bytes: Fact<u64>,
    /// `summary.config.numEthernetCards`.
    pub nics: Fact<u32>,
    /// `summary.config.numVirtualDisks`.
    pub disks: Fact<u32>,
    /// `config.version`.
    pub hardware_version: Fact<Shared>,
    /// `config.firmware`.
    pub firmware: Fact<Shared>,
    /// `summary.config.vmPathName`.
    pub vm_path: Fact<String>,
    /// Number of `rootSnapshot`s.
    pub snapshots: Fact<u32>,
    /// `runtime.bootTime`.
    pub boot_time: Fact<Timestamp>,
    /// Name of the datacenter above it.
    pub datacenter: Fact<Shared>,
    /// Name of the cluster that its host or its pool is in; unset on a standalone host.
    pub cluster: Fact<Shared>,
    /// Name of its resource pool or vApp; templates have none.
    pub resource_pool: Fact<Shared>,
    /// Names of its datastores, sorted. Not read if a single one of them has no name.
    pub datastores: Fact<Vec<Shared>>,
    /// Names of its networks, likewise.
    pub networks: Fact<Vec<Shared>>,
    /// `customValue`, by the name of the attribute; unset if it has none.
    pub custom_attributes: Fact<BTreeMap<Shared, String>>,
    /// What `inventory.details` asks for.
    pub details: Option<Box<Details>>,
    /// Whether any property of `config` arrived.
    pub has_config: bool,
    /// Set if it is counted only.
    pub left_out: Option<LeftOut>,
}

impl Sighting {
    /// While a VM is not connected, or has no configuration yet, only its presence, power and connection state are
    /// taken from it.
    #[must_use]
    pub fn is_half_formed(&self) -> bool {
        let connected = self
            .connection_state
            .known()
            .is_some_and(|state| &**state == "connected");
        !connected || !self.has_config
    }

    /// A VM that cannot be told from others: no UUID has arrived, or the BIOS UUID was refused.
    #[must_use]
    pub fn is_unidentified(&self) -> bool {
        self.uuid.is_unread() || (self.uuid.known().is_none() && self.instance_uuid.known().is_none())
    }

    /// For messages: the name, else the reference.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.known().map_or(self.moref.as_str(), String::as_str)
    }
}

/// The parts of a VM that cost ten times the bytes of all else; each an array of objects in the form of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// Its network adapters.
    pub network_interfaces: Fact<Value>,
    /// Its disks.
    pub virtual_disks: Fact<Value>,
    /// All its snapshots, parents first.
    pub snapshot_tree: Fact<Value>,
    /// The guest's file systems.
    pub partitions: Fact<Value>,
}

impl Details {
    /// Whether an adapter has no network, or is in one that is not listed.
    fn lacks_networks(&self) -> bool {
        let rows = self.network_interfaces.known().and_then(Value::as_array);
        rows.is_some_and(|rows| rows.iter().any(|row| row.get("network").is_none()))
    }
}

/// A `HostSystem`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// Value of the managed object reference.
    pub moref: String,
    /// Its name in the inventory.
    pub name: Option<Shared>,
    /// `hardware.systemInfo.uuid`, if it is one.
    pub hardware_uuid: Option<Uuid>,
}

/// All that one listing says, references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInventory {
    /// By the server's own word.
    pub kind: SourceKind,
    /// `about.instanceUuid` of a vCenter, the hardware UUID of an ESXi host.
    pub server_uuid: Option<Uuid>,
    /// In the order of the listing.
    pub vms: Vec<Sighting>,
    /// All hosts.
    pub hosts: Vec<Host>,
    /// The objects of all other kinds, by kind and reference; hosts are among them as well.
    pub objects: Vec<Object>,
    /// The kinds that were asked for and told: a complete listing tells of no other that it is gone.
    pub listed: BTreeSet<ObjectKind>,
    /// What is wrong with single objects; a bounded number of them.
    pub errors: Vec<Problem>,
    /// `effectiveRole` of the root folder.
    pub root_roles: Vec<i32>,
}

impl SourceInventory {
    /// Takes back what was concluded from all VMs, hosts and networks being there: the listing is not believed to be
    /// whole.
    pub fn forget_counts(&mut self) {
        for object in &mut self.objects {
            object.facts.retain(|name, _| !DERIVED.contains(&(object.kind, *name)));
        }
        if self.listed.contains(&ObjectKind::Network) {
            let details = self.vms.iter_mut().filter_map(|vm| vm.details.as_mut());
            for details in details.filter(|details| details.lacks_networks()) {
                details.network_interfaces = Fact::Unread;
            }
        }
    }
}

/// The facts of an object that are counted, added up or gathered from other objects.
pub(super) const DERIVED: [(ObjectKind, &str); 10] = [
    (ObjectKind::Host, "vm_count"),
    (ObjectKind::Cluster, "vm_count"),
    (ObjectKind::Cluster, "used_cpu_mhz"),
    (ObjectKind::Cluster, "used_memory_bytes"),
    (ObjectKind::Cluster, "total_storage_bytes"),
    (ObjectKind::Cluster, "used_storage_bytes"),
    (ObjectKind::Datastore, "vm_count"),
    (ObjectKind::Datastore, "hosts"),
    (ObjectKind::Network, "vm_count"),
    (ObjectKind::Network, "hosts"),
];
