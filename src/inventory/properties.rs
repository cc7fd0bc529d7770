//! The properties that are asked for. All of them exist since vSphere 5.5; a path that a server does not know makes a
//! real server refuse the whole call. Scalar paths where there are any: whole `config` or `guest` trees are ten times
//! the bytes.
//!
//! The spec of a type stands for itself, also where a supertype has one: nothing says whether servers join the two.

use super::choice::{Choice, Detail};
use super::identity::SourceKind;
use crate::catalog::ObjectKind;
use crate::soap::PropertySpec;

pub const NAME: &str = "name";
pub const PARENT: &str = "parent";
pub const PARENT_APP: &str = "parentVApp";
pub const PARENT_FOLDER: &str = "parentFolder";
pub const DATASTORE: &str = "datastore";
pub const NETWORK: &str = "network";
pub const CONNECTION_STATE: &str = "runtime.connectionState";
pub const POWER_STATE: &str = "runtime.powerState";
pub const BOOT_TIME: &str = "runtime.bootTime";

pub const UUID: &str = "config.uuid";
pub const INSTANCE_UUID: &str = "config.instanceUuid";
pub const TEMPLATE: &str = "config.template";
pub const MANAGED_BY: &str = "config.managedBy";
pub const FAULT_TOLERANCE_ROLE: &str = "config.ftInfo.role";
pub const HARDWARE_VERSION: &str = "config.version";
pub const FIRMWARE: &str = "config.firmware";
pub const DEVICES: &str = "config.hardware.device";
pub const HOST: &str = "runtime.host";
pub const RESOURCE_POOL: &str = "resourcePool";
pub const ROOT_SNAPSHOT: &str = "rootSnapshot";
pub const SNAPSHOT: &str = "snapshot";
pub const CUSTOM_VALUE: &str = "customValue";
pub const GUEST_HOSTNAME: &str = "guest.hostName";
pub const GUEST_ADDRESS: &str = "guest.ipAddress";
pub const GUEST_NET: &str = "guest.net";
pub const GUEST_DISK: &str = "guest.disk";
pub const TOOLS_STATUS: &str = "guest.toolsStatus";
pub const TOOLS_VERSION_STATUS: &str = "guest.toolsVersionStatus2";
pub const TOOLS_RUNNING_STATUS: &str = "guest.toolsRunningStatus";
pub const NUM_CPU: &str = "summary.config.numCpu";
pub const MEMORY_MB: &str = "summary.config.memorySizeMB";
pub const NICS: &str = "summary.config.numEthernetCards";
pub const DISKS: &str = "summary.config.numVirtualDisks";
pub const GUEST_OS: &str = "summary.config.guestFullName";
pub const GUEST_ID: &str = "summary.config.guestId";
pub const VM_PATH: &str = "summary.config.vmPathName";
pub const COMMITTED: &str = "summary.storage.committed";
pub const UNCOMMITTED: &str = "summary.storage.uncommitted";

pub const HARDWARE_UUID: &str = "hardware.systemInfo.uuid";
pub const SYSTEM_INFO: &str = "hardware.systemInfo";
pub const PORTGROUPS: &str = "config.network.portgroup";
pub const HOST_CPU_USAGE: &str = "summary.quickStats.overallCpuUsage";
pub const HOST_MEMORY_USAGE: &str = "summary.quickStats.overallMemoryUsage";

pub const ACCESSIBLE: &str = "summary.accessible";
pub const CAPACITY: &str = "summary.capacity";
pub const FREE_SPACE: &str = "summary.freeSpace";
pub const DATASTORE_UNCOMMITTED: &str = "summary.uncommitted";

pub const PORTGROUP_KEY: &str = "config.key";
pub const PORTGROUP_SWITCH: &str = "config.distributedVirtualSwitch";
pub const PORTGROUP_SETTING: &str = "config.defaultPortConfig";
pub const OPAQUE_ID: &str = "summary.opaqueNetworkId";
pub const UPLINK_PORTGROUPS: &str = "config.uplinkPortgroup";

pub const EFFECTIVE_ROLE: &str = "effectiveRole";
pub const TRIGGERED_ALARMS: &str = "triggeredAlarmState";
pub const FIELDS: &str = "field";
pub const ALARM_NAME: &str = "info.name";

const VM: &[&str] = &[
    NAME,
    PARENT,
    PARENT_APP,
    UUID,
    INSTANCE_UUID,
    TEMPLATE,
    MANAGED_BY,
    FAULT_TOLERANCE_ROLE,
    HARDWARE_VERSION,
    FIRMWARE,
    POWER_STATE,
    CONNECTION_STATE,
    HOST,
    BOOT_TIME,
    RESOURCE_POOL,
    ROOT_SNAPSHOT,
    GUEST_HOSTNAME,
    GUEST_ADDRESS,
    TOOLS_STATUS,
    TOOLS_VERSION_STATUS,
    TOOLS_RUNNING_STATUS,
    NUM_CPU,
    MEMORY_MB,
    NICS,
    DISKS,
    GUEST_OS,
    GUEST_ID,
    VM_PATH,
    COMMITTED,
    UNCOMMITTED,
];

/// A property of a kind's objects and the field that it becomes, as it is.
pub struct Plain {
    pub path: &'static str,
    pub field: &'static str,
    pub form: Form,
}

/// How the text of a property becomes a value.
#[derive(Clone, Copy)]
pub enum Form {
    Text,
    Number,
    Switch,
    Time,
    PowerState,
}

const fn plain(path: &'static str, field: &'static str, form: Form) -> Plain {
    Plain { path, field, form }
}

/// In the order of the catalog.
pub const HOST_FIELDS: &[Plain] = &[
    plain(CONNECTION_STATE, "connection_state", Form::Text),
    plain("hardware.cpuInfo.numCpuCores", "cpu_cores", Form::Number),
    plain("hardware.memorySize", "memory_bytes", Form::Number),
    // A disconnected host has no `config`, but a summary.
    plain("summary.config.product.version", "esxi_version", Form::Text),
    plain("summary.hardware.vendor", "vendor", Form::Text),
    plain("summary.hardware.model", "model", Form::Text),
    plain("summary.hardware.cpuModel", "cpu_model", Form::Text),
    plain("hardware.cpuInfo.numCpuPackages", "cpu_packages", Form::Number),
    plain("hardware.cpuInfo.numCpuThreads", "cpu_threads", Form::Number),
    plain("hardware.cpuInfo.hz", "cpu_hz", Form::Number),
    plain(HOST_CPU_USAGE, "cpu_usage_mhz", Form::Number),
    plain(HOST_MEMORY_USAGE, "memory_usage_mb", Form::Number),
    plain("summary.quickStats.uptime", "uptime_seconds", Form::Number),
    plain("summary.hardware.numNics", "nics", Form::Number),
    plain("summary.hardware.numHBAs", "hbas", Form::Number),
    plain("summary.config.product.build", "esxi_build", Form::Text),
    plain(POWER_STATE, "power_state", Form::PowerState),
    plain("runtime.inMaintenanceMode", "maintenance_mode", Form::Switch),
    plain(BOOT_TIME, "boot_time", Form::Time),
];

pub const CLUSTER_FIELDS: &[Plain] = &[
    plain("summary.numHosts", "hosts", Form::Number),
    plain("summary.totalCpu", "total_cpu_mhz", Form::Number),
    plain("summary.totalMemory", "total_memory_bytes", Form::Number),
    plain("configurationEx.dasConfig.enabled", "ha_enabled", Form::Switch),
    plain("configurationEx.drsConfig.enabled", "drs_enabled", Form::Switch),
    plain("summary.numEffectiveHosts", "effective_hosts", Form::Number),
    plain(
        "configurationEx.drsConfig.defaultVmBehavior",
        "drs_automation",
        Form::Text,
    ),
    plain("summary.overallStatus", "overall_status", Form::Text),
];

pub const DATASTORE_FIELDS: &[Plain] = &[
    plain("summary.type", "type", Form::Text),
    plain(CAPACITY, "capacity_bytes", Form::Number),
    plain(FREE_SPACE, "free_bytes", Form::Number),
    plain(ACCESSIBLE, "accessible", Form::Switch),
    plain(DATASTORE_UNCOMMITTED, "uncommitted_bytes", Form::Number),
    plain("summary.maintenanceMode", "maintenance_mode", Form::Text),
    plain("summary.multipleHostAccess", "multiple_host_access", Form::Switch),
    plain("summary.url", "url", Form::Text),
];

pub const NETWORK_FIELDS: &[Plain] = &[plain(ACCESSIBLE, "accessible", Form::Switch)];

pub const PORTGROUP_FIELDS: &[Plain] = &[
    plain(ACCESSIBLE, "accessible", Form::Switch),
    plain("config.numPorts", "ports", Form::Number),
];

pub const SWITCH_FIELDS: &[Plain] = &[
    plain("summary.productInfo.version", "version", Form::Text),
    plain("summary.numPorts", "ports", Form::Number),
    plain("summary.numHosts", "hosts", Form::Number),
    plain("uuid", "uuid", Form::Text),
];

/// What a pass asks of a source: of everything below the root folder in one query, and of the root folder the alarms of
/// everything below it.
///
/// The hosts that have a datastore or a network are not asked of these: the hosts' own lists say the same, and of 500
/// hosts with 2,000 networks both together are some hundred megabytes.
#[must_use]
pub fn listing(kind: SourceKind, choice: &Choice) -> Vec<PropertySpec> {
    let named = |kind| PropertySpec::of(kind, &[NAME, PARENT]);
    let mut specs = vec![
        PropertySpec::joined("VirtualMachine", vm_paths(kind, choice)),
        PropertySpec::joined("HostSystem", host_paths(choice)),
        PropertySpec::of("Folder", &[NAME, PARENT, EFFECTIVE_ROLE]),
        named("Datacenter"),
        named("ComputeResource"),
        PropertySpec::joined("ClusterComputeResource", cluster_paths(choice)),
        named("ResourcePool"),
        PropertySpec::of("VirtualApp", &[NAME, PARENT, PARENT_FOLDER]),
    ];
    if choice.has(ObjectKind::Datastore) {
        specs.push(PropertySpec::joined("Datastore", with_fields(DATASTORE_FIELDS)));
    }
    if choice.has(ObjectKind::Network) {
        specs.extend(network_specs(choice));
    }
    if choice.has(ObjectKind::Network) || choice.has(ObjectKind::Switch) {
        let fields = if choice.has(ObjectKind::Switch) {
            SWITCH_FIELDS
        } else {
            &[]
        };
        let paths = [with_fields(fields), vec![UPLINK_PORTGROUPS]].concat();
        specs.push(PropertySpec::joined("DistributedVirtualSwitch", paths));
    }
    if choice.has(ObjectKind::Alarm) {
        specs.push(PropertySpec::of_root(&[TRIGGERED_ALARMS]));
    }
    if kind == SourceKind::Vcenter {
        specs.push(PropertySpec::of("CustomFieldsManager", &[FIELDS]));
    }
    specs
}

fn with_fields(fields: &[Plain]) -> Vec<&'static str> {
    let paths = fields.iter().map(|field| field.path);
    [NAME, PARENT].into_iter().chain(paths).collect()
}

fn vm_paths(kind: SourceKind, choice: &Choice) -> Vec<&'static str> {
    let further = [
        (CUSTOM_VALUE, kind == SourceKind::Vcenter),
        (DATASTORE, choice.has(ObjectKind::Datastore)),
        (NETWORK, choice.has(ObjectKind::Network)),
        (DEVICES, choice.details(Detail::Devices)),
        (SNAPSHOT, choice.details(Detail::Snapshots)),
        (GUEST_NET, choice.details(Detail::GuestNet)),
        (GUEST_DISK, choice.details(Detail::GuestDisk)),
    ];
    let further = further.into_iter().filter_map(|(path, wanted)| wanted.then_some(path));
    VM.iter().copied().chain(further).collect()
}

/// Clusters add up what their hosts use; datastores and networks are where the hosts say so.
fn host_paths(choice: &Choice) -> Vec<&'static str> {
    let (hosts, clusters) = (choice.has(ObjectKind::Host), choice.has(ObjectKind::Cluster));
    let (datastores, networks) = (choice.has(ObjectKind::Datastore), choice.has(ObjectKind::Network));
    let mut paths = if hosts {
        with_fields(HOST_FIELDS)
    } else if clusters {
        vec![NAME, PARENT, CONNECTION_STATE, HOST_CPU_USAGE, HOST_MEMORY_USAGE]
    } else {
        vec![NAME, PARENT]
    };
    let further = [
        (HARDWARE_UUID, true),
        (SYSTEM_INFO, hosts),
        (DATASTORE, datastores),
        (NETWORK, networks),
        (PORTGROUPS, networks),
    ];
    paths.extend(further.into_iter().filter_map(|(path, wanted)| wanted.then_some(path)));
    paths
}

fn cluster_paths(choice: &Choice) -> Vec<&'static str> {
    if !choice.has(ObjectKind::Cluster) {
        return vec![NAME, PARENT];
    }
    let mut paths = with_fields(CLUSTER_FIELDS);
    paths.extend(choice.has(ObjectKind::Datastore).then_some(DATASTORE));
    paths
}

fn network_specs(choice: &Choice) -> Vec<PropertySpec> {
    let portgroup = [PORTGROUP_KEY, PORTGROUP_SWITCH, PORTGROUP_SETTING];
    let mut specs = vec![
        PropertySpec::joined("Network", with_fields(NETWORK_FIELDS)),
        PropertySpec::joined(
            "DistributedVirtualPortgroup",
            [with_fields(PORTGROUP_FIELDS), portgroup.to_vec()].concat(),
        ),
    ];
    if choice.details(Detail::Devices) {
        let paths = [with_fields(NETWORK_FIELDS), vec![OPAQUE_ID]].concat();
        specs.push(PropertySpec::joined("OpaqueNetwork", paths));
    }
    specs
}

/// The names of alarms, which are asked of those that are triggered.
pub const ALARMS: &[PropertySpec] = &[PropertySpec::of("Alarm", &[ALARM_NAME])];

/// What the second look asks before the first orphan is written: who is there.
pub const LOOK: &[PropertySpec] = &[PropertySpec::of(
    "VirtualMachine",
    &[NAME, UUID, INSTANCE_UUID, MANAGED_BY, FAULT_TOLERANCE_ROLE],
)];

/// What `check` asks: which VMs are seen, whether they may be read, and by which rights.
pub const SURVEY: &[PropertySpec] = &[
    PropertySpec::of("VirtualMachine", &[UUID]),
    PropertySpec::of("Folder", &[NAME, PARENT, EFFECTIVE_ROLE]),
];
