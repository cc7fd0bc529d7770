//! The fields of each kind.

use super::FieldType::{LocalTime, Number, Records, Switch, Text, TextMap, Texts, Time};
use super::Unit::{Byte, Hertz, Mebibyte, Megahertz, One, Second};
use super::{Field, FieldType, Place};

const fn shown(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field {
        is_shown: true,
        ..field(name, kind, meaning)
    }
}

const fn field(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        place: Place::Key(name),
        blank: None,
        is_closed: false,
        is_shown: false,
        meaning,
    }
}

/// A text that is one of these words, whatever the server: an enumeration of vSphere's, or words of our own.
const fn one_of(name: &'static str, words: &'static str) -> Field {
    Field {
        is_closed: true,
        ..field(name, Text, words)
    }
}

/// Of fields, one that a table shows.
const fn usual(field: &Field) -> Field {
    Field {
        is_shown: true,
        ..*field
    }
}

/// A text that other services read, who want a word where nothing is known.
const fn told(field: &Field) -> Field {
    Field {
        blank: Some("unknown"),
        ..*field
    }
}

/// A member of each of a document's `sources`.
const fn of_sources(name: &'static str, key: &'static str, meaning: &'static str) -> Field {
    Field {
        place: Place::Each { list: "sources", key },
        ..field(name, Texts, meaning)
    }
}

pub(super) const VM: &[Field] = &[
    shown("name", Text, "name, decoded"),
    usual(&one_of("power_state", "on, off, suspended, unknown")),
    shown("host", Text, "name of its HostSystem"),
    shown("cluster", Text, "name of the cluster of its host"),
    shown("num_cpu", Number(One), "virtual CPUs"),
    shown("memory_mb", Number(Mebibyte), "memory in MiB"),
    told(&shown("addr", Text, "guest address; unknown if never reported")),
    told(&field("hostname", Text, "guest hostname; unknown if never reported")),
    of_sources("source", "name", "names of the sources that have it"),
    of_sources("moref", "moref", "its references there"),
    of_sources("source_id", "id", "lasting identities of these sources"),
    told(&field("uuid", Text, "config.uuid, the BIOS UUID")),
    field("instance_uuid", Text, "config.instanceUuid"),
    told(&field("esxi_host_addr", Text, "address of the ESXi host that runs it")),
    field("datacenter", Text, "name of its datacenter"),
    field("folder_path", Text, "path of its folder, /Datacenter/vm/Folder"),
    field("resource_pool", Text, "name of its resource pool or vApp"),
    field("datastores", Texts, "names of its datastores"),
    field("networks", Texts, "names of its networks"),
    field("template", Switch, "whether it is a template"),
    one_of(
        "connection_state",
        "connected, disconnected, orphaned, inaccessible, invalid",
    ),
    told(&one_of(
        "vmware_tools",
        "toolsOk, toolsOld, toolsNotRunning, toolsNotInstalled, unknown",
    )),
    field("tools_version_status", Text, "guest.toolsVersionStatus2"),
    field("tools_running_status", Text, "guest.toolsRunningStatus"),
    field("guest_os", Text, "full name of the guest operating system"),
    field("guest_id", Text, "summary.config.guestId"),
    field("nics", Number(One), "virtual network adapters"),
    field("disks", Number(One), "virtual disks"),
    field("committed_bytes", Number(Byte), "space that its files take"),
    field(
        "uncommitted_bytes",
        Number(Byte),
        "space that thin disks could still grow by",
    ),
    field("hardware_version", Text, "config.version, vmx-19"),
    one_of("firmware", "bios, efi"),
    field("vm_path", Text, "path of its .vmx file"),
    field("snapshots", Number(One), "root snapshots"),
    field("boot_time", Time, "when it was started"),
    field("custom_attributes", TextMap, "custom attributes, by name"),
    field(
        "network_interfaces",
        Records,
        "with inventory.details devices: its network adapters",
    ),
    field(
        "virtual_disks",
        Records,
        "with inventory.details devices: its virtual disks",
    ),
    field(
        "snapshot_tree",
        Records,
        "with inventory.details snapshots: all its snapshots",
    ),
    field(
        "partitions",
        Records,
        "with inventory.details guest_disk: guest partitions",
    ),
    field("orphan", Switch, "whether it is gone from every source"),
    field("orphan_since", LocalTime, "when it became an orphan"),
    field(
        "missing_since",
        Time,
        "since when its owners list without it while others were not heard",
    ),
    field("last_sync_time", LocalTime, "when a pass last saw it"),
];

/// What every stored object has.
pub(super) const SHARED: &[Field] = &[
    field("source", Text, "name of its source"),
    field("source_id", Text, "lasting identity of its source"),
    field("moref", Text, "its reference there"),
    field("present", Switch, "whether its source has it"),
    field("first_seen", Time, "when a pass first saw it"),
    field("last_seen", Time, "when a pass last saw it"),
    field("gone_since", Time, "when a complete listing was first without it"),
];

pub(super) const HOST: &[Field] = &[
    shown("name", Text, "name, decoded"),
    shown("cluster", Text, "name of its cluster; none for a standalone host"),
    usual(&one_of("connection_state", "connected, disconnected, notResponding")),
    shown(
        "vm_count",
        Number(One),
        "VMs on it; absent if VMs were not listed completely",
    ),
    shown("cpu_cores", Number(One), "cores"),
    shown("memory_bytes", Number(Byte), "memory"),
    shown("esxi_version", Text, "8.0.3"),
    field("datacenter", Text, "name of its datacenter"),
    field(
        "serial_number",
        Text,
        "serialNumber, else ServiceTag, else SerialNumberTag of the hardware",
    ),
    field("vendor", Text, "of the hardware"),
    field("model", Text, "of the hardware"),
    field("cpu_model", Text, "of the processors"),
    field("cpu_packages", Number(One), "processors"),
    field("cpu_threads", Number(One), "threads"),
    field("cpu_hz", Number(Hertz), "speed of one core"),
    field(
        "cpu_usage_mhz",
        Number(Megahertz),
        "quick statistics: processors in use",
    ),
    field("memory_usage_mb", Number(Mebibyte), "quick statistics: memory in use"),
    field(
        "uptime_seconds",
        Number(Second),
        "quick statistics: time since its start",
    ),
    field("nics", Number(One), "physical network adapters"),
    field("hbas", Number(One), "physical storage adapters"),
    field("esxi_build", Text, "24022510"),
    one_of("power_state", "on, off, standBy, unknown"),
    field("maintenance_mode", Switch, "whether it is in maintenance mode"),
    field("boot_time", Time, "when it was started"),
    field("datastores", Texts, "names of its datastores"),
    field("networks", Texts, "names of its networks"),
    field("hardware_uuid", Text, "hardware.systemInfo.uuid"),
];

pub(super) const CLUSTER: &[Field] = &[
    shown("name", Text, "name, decoded"),
    shown("datacenter", Text, "name of its datacenter"),
    shown("hosts", Number(One), "hosts in it"),
    shown(
        "vm_count",
        Number(One),
        "VMs in it; absent if VMs were not listed completely",
    ),
    shown("total_cpu_mhz", Number(Megahertz), "of all its hosts"),
    shown("total_memory_bytes", Number(Byte), "of all its hosts"),
    shown("ha_enabled", Switch, "vSphere HA"),
    shown("drs_enabled", Switch, "vSphere DRS"),
    field(
        "effective_hosts",
        Number(One),
        "hosts that are connected and not in maintenance",
    ),
    field(
        "used_cpu_mhz",
        Number(Megahertz),
        "quick statistics of its hosts, added up",
    ),
    field(
        "used_memory_bytes",
        Number(Byte),
        "quick statistics of its hosts, added up",
    ),
    field("total_storage_bytes", Number(Byte), "capacity of its datastores"),
    field(
        "used_storage_bytes",
        Number(Byte),
        "capacity less free space of its datastores",
    ),
    one_of("drs_automation", "fullyAutomated, partiallyAutomated, manual"),
    one_of("overall_status", "green, yellow, red, gray"),
    field("datastores", Texts, "names of its datastores"),
];

pub(super) const DATASTORE: &[Field] = &[
    shown("name", Text, "name, decoded"),
    shown("type", Text, "VMFS, NFS, NFS41, vsan, VVOL"),
    shown("capacity_bytes", Number(Byte), "size"),
    shown("free_bytes", Number(Byte), "free space"),
    shown(
        "vm_count",
        Number(One),
        "VMs on it; absent if VMs were not listed completely",
    ),
    shown("accessible", Switch, "whether any host reaches it"),
    field(
        "uncommitted_bytes",
        Number(Byte),
        "space that thin disks could still grow by",
    ),
    one_of("maintenance_mode", "normal, enteringMaintenance, inMaintenance"),
    field("multiple_host_access", Switch, "whether several hosts have it"),
    field("url", Text, "its locator"),
    field("hosts", Texts, "names of the hosts that have it"),
    field("datacenter", Text, "name of its datacenter"),
];

pub(super) const NETWORK: &[Field] = &[
    shown("name", Text, "name, decoded"),
    usual(&one_of(
        "network_type",
        "StandardNetwork, DistributedVirtualPortgroup, OpaqueNetwork",
    )),
    shown("vlan_id", Number(One), "VLAN or private VLAN"),
    shown("switch", Text, "name of its switch"),
    shown(
        "vm_count",
        Number(One),
        "VMs on it; absent if VMs were not listed completely",
    ),
    one_of("vlan_type", "vlan, trunk, pvlan"),
    field("vlan_range", Text, "of a trunk: 0-4094,100"),
    field("uplink", Switch, "whether it is the uplink of a distributed switch"),
    field("ports", Number(One), "ports of a distributed portgroup"),
    field("accessible", Switch, "whether any host has it"),
    field("hosts", Texts, "names of the hosts that have it"),
    field("datacenter", Text, "name of its datacenter"),
];

pub(super) const SWITCH: &[Field] = &[
    shown("name", Text, "name, decoded"),
    shown("version", Text, "of the distributed switch"),
    shown("ports", Number(One), "ports"),
    shown("hosts", Number(One), "hosts on it"),
    shown("datacenter", Text, "name of its datacenter"),
    field("uuid", Text, "its own identity"),
    field("uplink_portgroups", Texts, "names of its uplink portgroups"),
];

pub(super) const ALARM: &[Field] = &[
    usual(&one_of("status", "red, yellow, green, gray")),
    shown("name", Text, "name of the alarm"),
    field("entity_type", Text, "HostSystem, VirtualMachine, …"),
    shown("entity", Text, "name of the object that it is about"),
    shown("acknowledged", Switch, "whether somebody has seen to it"),
    shown("triggered_at", Time, "when its status last changed"),
    field("key", Text, "key of the AlarmState"),
    field("alarm", Text, "reference of the alarm's definition"),
    field("entity_moref", Text, "reference of that object"),
    field("acknowledged_by", Text, "who"),
];

pub(super) const SOURCE: &[Field] = &[
    shown("name", Text, "its name in the configuration"),
    usual(&one_of("kind", "esxi, vcenter")),
    shown("host", Text, "its address"),
    shown("last_complete", Time, "when its last complete listing ended"),
    shown("last_error", Text, "why the last pass did not hear it completely"),
    field("source_id", Text, "its lasting identity"),
    field(
        "login_paused_until",
        Time,
        "no login before, as the last one was refused",
    ),
];
