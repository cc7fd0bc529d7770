//! What questions speak of, and the field that each kind keeps of it.

use super::{ALARM, CLUSTER, DATASTORE, HOST, NETWORK, SOURCE, SWITCH, VM};
use crate::catalog::Kind;
use crate::question::meaning::{Fact, Is, Names, Topic};

/// A fact, not a thing that can be listed.
const fn fact(
    name: &'static str,
    one: &'static [&'static str],
    fields: &'static [(Kind, &'static str)],
    names: Names,
) -> Topic {
    Topic {
        name,
        one,
        many: &[],
        kind: None,
        implies: &[],
        fields,
        names,
    }
}

/// The name of an alarm's `entity_type`, by the topic's.
pub(in crate::question) static ENTITY_TYPES: &[(&str, &str)] = &[
    ("VMs", "VirtualMachine"),
    ("hosts", "HostSystem"),
    ("clusters", "ClusterComputeResource"),
    ("datastores", "Datastore"),
    ("datacenters", "Datacenter"),
];

/// By what the largest is the largest, where that is beyond doubt.
pub(in crate::question) static SIZES: &[(Kind, &str)] = &[(DATASTORE, "capacity_bytes")];

/// By what the oldest is the oldest.
pub(in crate::question) static AGES: &[(Kind, &str)] = &[(ALARM, "triggered_at")];

/// The topics of their number and of their size. With a unit both are the size, without one the number.
pub(in crate::question) const DISKS: [&str; 2] = ["disks", "disk size"];

/// Only those that no other precedes are counted.
pub(in crate::question) const SNAPSHOTS: &str = "snapshots";

/// All of them.
pub(in crate::question) static TOPICS: &[Topic] = &[
    Topic {
        name: "VMs",
        one: &[
            "vm",
            "virtual machine|server",
            "machine",
            "guest",
            "virtualmachine",
            "vm's",
        ],
        many: &[
            "vms",
            "virtual machines|servers",
            "machines",
            "guests",
            "virtualmachines",
            "workloads",
        ],
        kind: Some(VM),
        implies: &[],
        fields: &[
            (HOST, "vm_count"),
            (CLUSTER, "vm_count"),
            (DATASTORE, "vm_count"),
            (NETWORK, "vm_count"),
        ],
        names: Names::Whole,
    },
    Topic {
        name: "hosts",
        one: &["[esx|esxi|hypervisor|physical] host|server|hypervisor|node", "esx|esxi"],
        many: &[
            "[esx|esxi|hypervisor|physical] hosts|servers|hypervisors|nodes|hostsystems",
            "esxis",
        ],
        kind: Some(HOST),
        implies: &[],
        fields: &[
            (VM, "host"),
            (CLUSTER, "hosts"),
            (DATASTORE, "hosts"),
            (NETWORK, "hosts"),
            (SWITCH, "hosts"),
        ],
        names: Names::Host,
    },
    Topic {
        name: "clusters",
        one: &["cluster [name]"],
        many: &["clusters"],
        kind: Some(CLUSTER),
        implies: &[],
        fields: &[(VM, "cluster"), (HOST, "cluster")],
        names: Names::Whole,
    },
    Topic {
        name: "datastores",
        one: &["datastore|lun|volume [name]", "data store [name]"],
        many: &["datastores", "data stores", "luns", "volumes"],
        kind: Some(DATASTORE),
        implies: &[],
        fields: &[(VM, "datastores"), (HOST, "datastores"), (CLUSTER, "datastores")],
        names: Names::Whole,
    },
    // As what is listed a datastore, as what a VM has more than two of a disk.
    Topic {
        name: DISKS[0],
        one: &["[virtual] disk count"],
        many: &["[virtual] disks"],
        kind: Some(DATASTORE),
        implies: &[],
        fields: &[(VM, "disks")],
        names: Names::None,
    },
    // "By disk" is not by their number.
    Topic {
        name: DISKS[1],
        one: &["[virtual] disk"],
        many: &[],
        kind: Some(DATASTORE),
        implies: &[],
        fields: &[
            (VM, "committed_bytes"),
            (CLUSTER, "total_storage_bytes"),
            (DATASTORE, "capacity_bytes"),
        ],
        names: Names::None,
    },
    Topic {
        name: "storage",
        one: &[],
        many: &["storage", "storages"],
        kind: Some(DATASTORE),
        implies: &[],
        fields: &[
            (VM, "committed_bytes"),
            (CLUSTER, "total_storage_bytes"),
            (DATASTORE, "capacity_bytes"),
        ],
        names: Names::None,
    },
    Topic {
        name: "networks",
        one: &["network|portgroup|dvportgroup [name]", "port group [name]"],
        many: &["networks", "port groups", "portgroups", "dvportgroups"],
        kind: Some(NETWORK),
        implies: &[],
        fields: &[(VM, "networks"), (HOST, "networks")],
        names: Names::Whole,
    },
    Topic {
        name: "switches",
        one: &["[distributed|virtual|dv] switch|vswitch", "dvswitch|dvs|vds"],
        many: &["[distributed|virtual|dv] switches|vswitches", "dvswitches"],
        kind: Some(SWITCH),
        implies: &[],
        fields: &[(NETWORK, "switch")],
        names: Names::Whole,
    },
    Topic {
        name: "alarms",
        one: &["[triggered|active] alarm|alert"],
        many: &["[triggered|active] alarms|alerts"],
        kind: Some(ALARM),
        implies: &[],
        fields: &[],
        names: Names::Whole,
    },
    Topic {
        name: "sources",
        one: &["source [name]"],
        many: &["sources"],
        kind: Some(SOURCE),
        implies: &[],
        fields: SOURCES,
        names: Names::Host,
    },
    Topic {
        name: "vCenters",
        one: &["vcenter|vc|vcsa [server]"],
        many: &["vcenters|vcs|vcsas [servers]", "vcenter servers"],
        kind: Some(SOURCE),
        implies: &[Fact("kind", Is::Text("vcenter"))],
        fields: SOURCES,
        names: Names::Host,
    },
    Topic {
        name: "datacenters",
        one: &["datacenter|datacentre|dc [name]", "data center|centre [name]"],
        many: &["datacenters|datacentres|dcs", "data centers|centres"],
        kind: None,
        implies: &[],
        fields: &[
            (VM, "datacenter"),
            (HOST, "datacenter"),
            (CLUSTER, "datacenter"),
            (DATASTORE, "datacenter"),
            (NETWORK, "datacenter"),
            (SWITCH, "datacenter"),
        ],
        names: Names::Whole,
    },
    Topic {
        name: "folders",
        one: &["folder [name]"],
        many: &["folders"],
        kind: None,
        implies: &[],
        fields: &[(VM, "folder_path")],
        names: Names::Folder,
    },
    Topic {
        name: "resource pools",
        one: &["[resource] pool [name]", "vapp [name]"],
        many: &["resource pools", "pools", "vapps"],
        kind: None,
        implies: &[],
        fields: &[(VM, "resource_pool")],
        names: Names::Whole,
    },
    Topic {
        name: "name",
        one: &["name"],
        many: &["names"],
        kind: None,
        implies: &[],
        fields: &[
            (VM, "name"),
            (HOST, "name"),
            (CLUSTER, "name"),
            (DATASTORE, "name"),
            (NETWORK, "name"),
            (SWITCH, "name"),
            (ALARM, "name"),
            (SOURCE, "name"),
        ],
        names: Names::Whole,
    },
    // Numbers.
    fact(
        "memory",
        &["memory|ram|mem [size]"],
        &[
            (VM, "memory_mb"),
            (HOST, "memory_bytes"),
            (CLUSTER, "total_memory_bytes"),
        ],
        Names::None,
    ),
    fact(
        "used memory",
        &["used memory|ram", "memory|ram usage|use|used|consumption [used]"],
        &[(HOST, "memory_usage_mb"), (CLUSTER, "used_memory_bytes")],
        Names::None,
    ),
    fact(
        "CPUs",
        &["[virtual] cpu|cpus|vcpu|vcpus|processor|processors [count]"],
        &[(VM, "num_cpu")],
        Names::None,
    ),
    fact(
        "cores",
        &["[cpu|physical] core|cores [count]"],
        &[(HOST, "cpu_cores")],
        Names::None,
    ),
    fact(
        "sockets",
        &["[cpu] socket|sockets|package|packages"],
        &[(HOST, "cpu_packages")],
        Names::None,
    ),
    fact(
        "threads",
        &["[cpu] thread|threads"],
        &[(HOST, "cpu_threads")],
        Names::None,
    ),
    fact(
        "processor speed",
        &["cpu|processor speed|frequency|capacity", "total cpu"],
        &[(CLUSTER, "total_cpu_mhz"), (HOST, "cpu_hz")],
        Names::None,
    ),
    fact(
        "used processor speed",
        &["used cpu", "cpu usage|use|load|consumption"],
        &[(HOST, "cpu_usage_mhz"), (CLUSTER, "used_cpu_mhz")],
        Names::None,
    ),
    fact(
        "free space",
        &[
            "free|available|remaining|unused [disk|storage] space|storage|capacity|disk",
            "free [space]",
            "space free|left",
        ],
        &[(DATASTORE, "free_bytes")],
        Names::None,
    ),
    fact(
        "capacity",
        &["capacity", "[total] size"],
        &[(DATASTORE, "capacity_bytes"), (CLUSTER, "total_storage_bytes")],
        Names::None,
    ),
    fact(
        "used space",
        &[
            "used|committed [disk|storage] space|storage",
            "disk|storage|space usage|use|used|consumption|consumed",
            "disk space|size",
            "committed [bytes]",
        ],
        &[(VM, "committed_bytes"), (CLUSTER, "used_storage_bytes")],
        Names::None,
    ),
    fact(
        "uncommitted space",
        &["uncommitted [disk|storage] [space|storage|bytes]"],
        &[(VM, "uncommitted_bytes"), (DATASTORE, "uncommitted_bytes")],
        Names::None,
    ),
    fact(
        "network adapters",
        &[
            "nic|nics|vnic|vnics|pnic|pnics",
            "[virtual] network adapter|adapters|card|cards|interface|interfaces",
        ],
        &[(VM, "nics"), (HOST, "nics")],
        Names::None,
    ),
    fact(
        "storage adapters",
        &["hba|hbas", "storage adapter|adapters"],
        &[(HOST, "hbas")],
        Names::None,
    ),
    fact(
        SNAPSHOTS,
        &["snapshot|snapshots|snap|snaps"],
        &[(VM, "snapshots")],
        Names::None,
    ),
    fact(
        "ports",
        &["port|ports"],
        &[(NETWORK, "ports"), (SWITCH, "ports")],
        Names::None,
    ),
    fact("VLAN", &["vlan|vlans [id]"], &[(NETWORK, "vlan_id")], Names::None),
    fact(
        "uptime",
        &["uptime", "up time"],
        &[(HOST, "uptime_seconds")],
        Names::None,
    ),
    // Said by states: power state off.
    fact(
        "power state",
        &["power state|status|states"],
        &[(VM, "power_state"), (HOST, "power_state")],
        Names::None,
    ),
    fact(
        "connection state",
        &["connection state|status"],
        &[(VM, "connection_state"), (HOST, "connection_state")],
        Names::None,
    ),
    fact(
        "state",
        &["[current] state|status|states"],
        &[
            (VM, "power_state"),
            (VM, "connection_state"),
            (HOST, "connection_state"),
            (HOST, "power_state"),
            (HOST, "maintenance_mode"),
            (CLUSTER, "overall_status"),
            (DATASTORE, "accessible"),
            (DATASTORE, "maintenance_mode"),
            (NETWORK, "accessible"),
            (ALARM, "status"),
        ],
        Names::None,
    ),
    fact(
        "state of VMware Tools",
        &["[vmware|vm|guest] tools|vmtools state|status"],
        &[(VM, "vmware_tools")],
        Names::None,
    ),
    fact("firmware", &["firmware"], &[(VM, "firmware")], Names::None),
    fact(
        "boot time",
        &["boot time"],
        &[(VM, "boot_time"), (HOST, "boot_time")],
        Names::None,
    ),
    // Texts.
    fact(
        "IP address",
        &["ip|ips|ipv4|addr [address|addresses]", "address|addresses"],
        &[(VM, "addr"), (SOURCE, "host")],
        Names::Address,
    ),
    fact(
        "hostname",
        &["hostname|hostnames|fqdn", "host|dns name"],
        &[(VM, "hostname")],
        Names::Host,
    ),
    fact(
        "guest OS",
        &["[guest] os", "guestos", "[guest] operating system"],
        &[(VM, "guest_os")],
        Names::Part,
    ),
    fact(
        "serial number",
        &["serial [number]", "serials", "serial numbers", "service tag|tags"],
        &[(HOST, "serial_number")],
        Names::Whole,
    ),
    fact(
        "vendor",
        &["vendor|manufacturer|make"],
        &[(HOST, "vendor")],
        Names::Part,
    ),
    fact("model", &["[hardware] model"], &[(HOST, "model")], Names::Part),
    fact(
        "processor model",
        &["cpu|processor model|type"],
        &[(HOST, "cpu_model")],
        Names::Part,
    ),
    fact(
        "version",
        &[
            "[esx|esxi|vsphere|software] version|versions|release",
            "running|with esx|esxi [version]",
        ],
        &[(HOST, "esxi_version"), (SWITCH, "version")],
        Names::Version,
    ),
    fact(
        "build",
        &["[esx|esxi] build [number]"],
        &[(HOST, "esxi_build")],
        Names::Whole,
    ),
    fact(
        "hardware version",
        &["[virtual] hardware|hw version|versions", "[hardware] compatibility"],
        &[(VM, "hardware_version")],
        Names::Hardware,
    ),
    fact(
        "UUID",
        &["[bios] uuid|uuids"],
        &[(VM, "uuid"), (HOST, "hardware_uuid"), (SWITCH, "uuid")],
        Names::Whole,
    ),
    fact(
        "instance UUID",
        &["instance uuid|uuids"],
        &[(VM, "instance_uuid")],
        Names::Whole,
    ),
    fact(
        "reference",
        &["moref|morefs|moid", "managed object reference"],
        &[
            (VM, "moref"),
            (HOST, "moref"),
            (CLUSTER, "moref"),
            (DATASTORE, "moref"),
            (NETWORK, "moref"),
            (SWITCH, "moref"),
            (ALARM, "moref"),
        ],
        Names::Whole,
    ),
    fact(
        "datastore type",
        &["type"],
        &[(DATASTORE, "type"), (NETWORK, "network_type"), (SOURCE, "kind")],
        Names::Whole,
    ),
];

const SOURCES: &[(Kind, &str)] = &[
    (VM, "source"),
    (HOST, "source"),
    (CLUSTER, "source"),
    (DATASTORE, "source"),
    (NETWORK, "source"),
    (SWITCH, "source"),
    (ALARM, "source"),
];
