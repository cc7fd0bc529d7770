//! The sheets, in RVTools' order, each with its columns in RVTools' order.

use super::value::{
    addresses_v4, addresses_v6, cores_of_one, count, cpu_share, esxi, hardware_version, joined, megahertz,
    memory_share, power_state, promised, provisioned, server_uuid, share, total_capacity, used, vlan,
};
use super::{Each, Heading, Is, Sheet, object};
use crate::catalog::{FieldType, Kind, ObjectKind, Unit};
use crate::export::rvtools::Is::{
    Always, Field, Mib, Nth, Of, Part, PartMib, PartOf, PartSwitch, Server, Switch, Unknown,
};
use crate::inventory::Detail;

const fn text(name: &'static str, is: Is) -> Heading {
    Heading {
        name,
        kind: FieldType::Text,
        is,
    }
}

const fn number(name: &'static str, is: Is) -> Heading {
    Heading {
        name,
        kind: FieldType::Number(Unit::One),
        is,
    }
}

const fn time(name: &'static str, is: Is) -> Heading {
    Heading {
        name,
        kind: FieldType::Time,
        is,
    }
}

const fn of_vms(name: &'static str, columns: &'static [&'static [Heading]]) -> Sheet {
    Sheet {
        name,
        kind: Kind::Vm,
        only: None,
        each: None,
        columns,
    }
}

const fn of_details(
    name: &'static str,
    detail: Detail,
    field: &'static str,
    columns: &'static [&'static [Heading]],
) -> Sheet {
    Sheet {
        each: Some(Each { field, detail }),
        ..of_vms(name, columns)
    }
}

const fn of_objects(name: &'static str, kind: ObjectKind, columns: &'static [&'static [Heading]]) -> Sheet {
    Sheet {
        kind: object(kind),
        ..of_vms(name, columns)
    }
}

/// All of them.
pub const SHEETS: &[Sheet] = &[
    of_vms("vInfo", &[VM, INFO, PLACE, OS, OS_OF_TOOLS, IDENTITY, SMBIOS, SERVER]),
    of_vms("vCPU", &[VM, CPU, PLACE, FOLDER, OS, IDENTITY, SERVER]),
    of_vms("vMemory", &[VM, MEMORY, PLACE, FOLDER, OS, IDENTITY, SERVER]),
    of_details(
        "vDisk",
        Detail::Devices,
        "virtual_disks",
        &[VM, DISK, PLACE, FOLDER, OS, IDENTITY, SERVER],
    ),
    of_details(
        "vPartition",
        Detail::GuestDisk,
        "partitions",
        &[VM, PARTITION, PLACE, FOLDER, OS, IDENTITY, SERVER],
    ),
    of_details(
        "vNetwork",
        Detail::Devices,
        "network_interfaces",
        &[VM, NETWORK, PLACE, FOLDER, OS, IDENTITY, SERVER],
    ),
    of_details(
        "vSnapshot",
        Detail::Snapshots,
        "snapshot_tree",
        &[SNAPSHOT, PLACE, FOLDER, OS, IDENTITY, SERVER],
    ),
    of_vms("vTools", &[VM, TOOLS, PLACE, FOLDER, OS, IDENTITY, SERVER]),
    of_objects("vCluster", ObjectKind::Cluster, &[CLUSTER, SERVER]),
    of_objects("vHost", ObjectKind::Host, &[HOST, SERVER]),
    of_objects("dvSwitch", ObjectKind::Switch, &[SWITCH, SERVER]),
    Sheet {
        only: Some(("network_type", "DistributedVirtualPortgroup")),
        ..of_objects("dvPort", ObjectKind::Network, &[PORT, SERVER])
    },
    of_objects("vDatastore", ObjectKind::Datastore, &[DATASTORE, SERVER]),
];

/// What the sheets of VMs begin with. Placeholders are no VMs of the inventory.
const VM: &[Heading] = &[
    text("VM", Field("name")),
    text("Powerstate", Of(&["power_state"], power_state)),
    text("Template", Switch("template")),
    text("SRM Placeholder", Always("False")),
];

const PLACE: &[Heading] = &[
    text("Datacenter", Field("datacenter")),
    text("Cluster", Field("cluster")),
    text("Host", Field("host")),
];

const FOLDER: &[Heading] = &[text("Folder", Field("folder_path"))];

const OS: &[Heading] = &[text("OS according to the configuration file", Field("guest_os"))];

const OS_OF_TOOLS: &[Heading] = &[text("OS according to the VMware Tools", Unknown)];

const IDENTITY: &[Heading] = &[text("VM ID", Field("moref")), text("VM UUID", Field("instance_uuid"))];

const SMBIOS: &[Heading] = &[text("SMBIOS UUID", Field("uuid"))];

const SERVER: &[Heading] = &[
    text("VI SDK Server", Server),
    text("VI SDK UUID", Of(&["source_id"], server_uuid)),
];

const INFO: &[Heading] = &[
    text("DNS Name", Field("hostname")),
    text("Connection state", Field("connection_state")),
    time("PowerOn", Field("boot_time")),
    time("Creation date", Unknown),
    number("CPUs", Field("num_cpu")),
    number("Memory", Field("memory_mb")),
    number("NICs", Field("nics")),
    number("Disks", Field("disks")),
    number("Total disk capacity MiB", Of(&["virtual_disks"], total_capacity)),
    text("Primary IP Address", Field("addr")),
    text("Network #1", Nth("networks", 0)),
    text("Network #2", Nth("networks", 1)),
    text("Network #3", Nth("networks", 2)),
    text("Network #4", Nth("networks", 3)),
    text("Network #5", Nth("networks", 4)),
    text("Network #6", Nth("networks", 5)),
    text("Network #7", Nth("networks", 6)),
    text("Network #8", Nth("networks", 7)),
    text("Resource pool", Field("resource_pool")),
    text("Folder", Field("folder_path")),
    number(
        "Provisioned MiB",
        Of(&["committed_bytes", "uncommitted_bytes"], provisioned),
    ),
    number("In Use MiB", Mib("committed_bytes")),
    text("Firmware", Field("firmware")),
    number("HW version", Of(&["hardware_version"], hardware_version)),
    text("Path", Field("vm_path")),
];

const CPU: &[Heading] = &[
    number("CPUs", Field("num_cpu")),
    number("Sockets", Unknown),
    number("Cores p/s", Unknown),
    text("Hot Add", Unknown),
    text("Hot Remove", Unknown),
];

const MEMORY: &[Heading] = &[
    number("Size MiB", Field("memory_mb")),
    number("Ballooned", Unknown),
    number("Reservation", Unknown),
    text("Hot Add", Unknown),
];

const DISK: &[Heading] = &[
    text("Disk", Part("label")),
    text("Disk Key", Unknown),
    text("Disk Path", Unknown),
    number("Capacity MiB", PartMib("capacity_bytes")),
    text("Raw", Unknown),
    text("Disk Mode", Unknown),
    text("Thin", PartSwitch("thin")),
    text("Controller", Unknown),
    text("Label", Part("label")),
    text("SCSI Unit #", Unknown),
    text("Unit #", Unknown),
    text("Shared Bus", Unknown),
    text("Path", Part("file")),
];

const PARTITION: &[Heading] = &[
    text("Disk", Part("path")),
    number("Capacity MiB", PartMib("capacity_bytes")),
    number("Consumed MiB", PartOf(&["capacity_bytes", "free_bytes"], used)),
    number("Free MiB", PartMib("free_bytes")),
    number("Free %", PartOf(&["free_bytes", "capacity_bytes"], share)),
];

const NETWORK: &[Heading] = &[
    text("NIC label", Part("label")),
    text("Adapter", Part("adapter_type")),
    text("Network", Part("network")),
    text("Switch", Is::PartNetworkSwitch),
    text("Connected", PartSwitch("connected")),
    text("Starts Connected", Unknown),
    text("Mac Address", Part("mac")),
    text("Type", Unknown),
    text("IPv4 Address", PartOf(&["ip_addresses"], addresses_v4)),
    text("IPv6 Address", PartOf(&["ip_addresses"], addresses_v6)),
];

const SNAPSHOT: &[Heading] = &[
    text("VM", Field("name")),
    text("Powerstate", Of(&["power_state"], power_state)),
    text("Name", Part("name")),
    text("Description", Part("description")),
    time("Date / time", Part("created_at")),
];

const TOOLS: &[Heading] = &[
    number("VM Version", Of(&["hardware_version"], hardware_version)),
    text("Tools", Field("vmware_tools")),
];

const CLUSTER: &[Heading] = &[
    text("Name", Field("name")),
    text("OverallStatus", Field("overall_status")),
    number("NumHosts", Field("hosts")),
    number("numEffectiveHosts", Field("effective_hosts")),
    number("TotalCpu", Field("total_cpu_mhz")),
    number("TotalMemory", Mib("total_memory_bytes")),
    text("HA enabled", Switch("ha_enabled")),
    text("DRS enabled", Switch("drs_enabled")),
    text("DRS default VM behavior", Field("drs_automation")),
    text("Object ID", Field("moref")),
];

const HOST: &[Heading] = &[
    text("Host", Field("name")),
    text("Datacenter", Field("datacenter")),
    text("Cluster", Field("cluster")),
    text("Config status", Unknown),
    text("in Maintenance Mode", Switch("maintenance_mode")),
    text("CPU Model", Field("cpu_model")),
    number("Speed", Of(&["cpu_hz"], megahertz)),
    number("# CPU", Field("cpu_packages")),
    number("Cores per CPU", Of(&["cpu_cores", "cpu_packages"], cores_of_one)),
    number("# Cores", Field("cpu_cores")),
    number("CPU usage %", Of(&["cpu_usage_mhz", "cpu_cores", "cpu_hz"], cpu_share)),
    number("# Memory", Mib("memory_bytes")),
    number("Memory usage %", Of(&["memory_usage_mb", "memory_bytes"], memory_share)),
    number("# NICs", Field("nics")),
    number("# HBAs", Field("hbas")),
    number("# VMs total", Field("vm_count")),
    text("ESX Version", Of(&["esxi_version", "esxi_build"], esxi)),
    time("Boot time", Field("boot_time")),
    text("Vendor", Field("vendor")),
    text("Model", Field("model")),
    text("Serial number", Field("serial_number")),
    text("Object ID", Field("moref")),
    text("UUID", Field("hardware_uuid")),
];

const SWITCH: &[Heading] = &[
    text("Switch", Field("name")),
    text("Datacenter", Field("datacenter")),
    text("Name", Field("name")),
    text("Version", Field("version")),
    number("# Ports", Field("ports")),
    text("Object ID", Field("moref")),
];

const PORT: &[Heading] = &[
    text("Port", Field("name")),
    text("Switch", Field("switch")),
    number("# Ports", Field("ports")),
    text("VLAN", Of(&["vlan_id", "vlan_range"], vlan)),
    text("Object ID", Field("moref")),
];

const DATASTORE: &[Heading] = &[
    text("Name", Field("name")),
    text("Address", Unknown),
    text("Accessible", Switch("accessible")),
    text("Type", Field("type")),
    number("# VMs total", Field("vm_count")),
    number("Capacity MiB", Mib("capacity_bytes")),
    number(
        "Provisioned MiB",
        Of(&["capacity_bytes", "free_bytes", "uncommitted_bytes"], promised),
    ),
    number("In Use MiB", Of(&["capacity_bytes", "free_bytes"], used)),
    number("Free MiB", Mib("free_bytes")),
    number("Free %", Of(&["free_bytes", "capacity_bytes"], share)),
    number("# Hosts", Of(&["hosts"], count)),
    text("Hosts", Of(&["hosts"], joined)),
    text("MHA", Switch("multiple_host_access")),
    text("URL", Field("url")),
    text("Object ID", Field("moref")),
];
