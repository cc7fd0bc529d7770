//! VMs and hosts as one source lists them.

use std::collections::BTreeSet;

use super::{Fact, Object, SourceKind, Uuid};
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
    pub folder_path: Option<String>,
    /// `connected`, `disconnected`, `orphaned`, `inaccessible`, `invalid`.
    pub connection_state: Fact<String>,
    /// `on`, `off`, `suspended`.
    pub power_state: Fact<String>,
    /// Index into [`SourceInventory::hosts`] of `runtime.host`.
    pub host: Option<usize>,
    /// `guest.hostName`.
    pub guest_hostname: Fact<String>,
    /// `guest.ipAddress`, verbatim.
    pub guest_address: Fact<String>,
    /// `guest.toolsStatus`.
    pub tools_status: Fact<String>,
    /// `guest.toolsVersionStatus2`.
    pub tools_version_status: Fact<String>,
    /// `config.template`.
    pub template: Fact<bool>,
    /// `summary.config.numCpu`.
    pub num_cpu: Fact<u32>,
    /// `summary.config.memorySizeMB`.
    pub memory_mb: Fact<u64>,
    /// `summary.config.guestFullName`.
    pub guest_os: Fact<String>,
    /// `summary.storage.uncommitted`.
    pub uncommitted_bytes: Fact<u64>,
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
        let connected = self.connection_state.known().is_some_and(|state| state == "connected");
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

/// A `HostSystem`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// Value of the managed object reference.
    pub moref: String,
    /// Its name in the inventory.
    pub name: Option<String>,
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
    /// The kinds that were asked for: a complete listing tells of no other that it is gone.
    pub listed: BTreeSet<ObjectKind>,
    /// `effectiveRole` of the root folder.
    pub root_roles: Vec<i32>,
}
