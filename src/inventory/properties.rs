//! The properties that are asked for. All of them exist since vSphere 5.5; a path that a server does not know makes a
//! real server refuse the whole call. Scalar paths only: whole `config` or `guest` trees are ten times the bytes.

use crate::soap::PropertySpec;

pub const NAME: &str = "name";
pub const PARENT: &str = "parent";
pub const UUID: &str = "config.uuid";
pub const INSTANCE_UUID: &str = "config.instanceUuid";
pub const TEMPLATE: &str = "config.template";
pub const MANAGED_BY: &str = "config.managedBy";
pub const FAULT_TOLERANCE_ROLE: &str = "config.ftInfo.role";
pub const POWER_STATE: &str = "runtime.powerState";
pub const CONNECTION_STATE: &str = "runtime.connectionState";
pub const HOST: &str = "runtime.host";
pub const GUEST_HOSTNAME: &str = "guest.hostName";
pub const GUEST_ADDRESS: &str = "guest.ipAddress";
pub const TOOLS_STATUS: &str = "guest.toolsStatus";
pub const TOOLS_VERSION_STATUS: &str = "guest.toolsVersionStatus2";
pub const NUM_CPU: &str = "summary.config.numCpu";
pub const MEMORY_MB: &str = "summary.config.memorySizeMB";
pub const GUEST_OS: &str = "summary.config.guestFullName";
pub const UNCOMMITTED: &str = "summary.storage.uncommitted";
pub const HARDWARE_UUID: &str = "hardware.systemInfo.uuid";
pub const EFFECTIVE_ROLE: &str = "effectiveRole";

/// What a pass asks of a source.
pub const LISTING: &[PropertySpec] = &[
    PropertySpec {
        kind: "VirtualMachine",
        paths: &[
            NAME,
            PARENT,
            UUID,
            INSTANCE_UUID,
            TEMPLATE,
            MANAGED_BY,
            FAULT_TOLERANCE_ROLE,
            POWER_STATE,
            CONNECTION_STATE,
            HOST,
            GUEST_HOSTNAME,
            GUEST_ADDRESS,
            TOOLS_STATUS,
            TOOLS_VERSION_STATUS,
            NUM_CPU,
            MEMORY_MB,
            GUEST_OS,
            UNCOMMITTED,
        ],
    },
    PropertySpec {
        kind: "HostSystem",
        paths: &[NAME, HARDWARE_UUID],
    },
    PropertySpec {
        kind: "Folder",
        paths: &[NAME, PARENT, EFFECTIVE_ROLE],
    },
    PropertySpec {
        kind: "Datacenter",
        paths: &[NAME, PARENT],
    },
];

/// What the second look asks before the first orphan is written: who is there.
pub const LOOK: &[PropertySpec] = &[PropertySpec {
    kind: "VirtualMachine",
    paths: &[NAME, UUID, INSTANCE_UUID, MANAGED_BY, FAULT_TOLERANCE_ROLE],
}];

/// What `check` asks: which VMs are seen, whether they may be read, and by which rights.
pub const SURVEY: &[PropertySpec] = &[
    PropertySpec {
        kind: "VirtualMachine",
        paths: &[UUID],
    },
    PropertySpec {
        kind: "Folder",
        paths: &[NAME, PARENT, EFFECTIVE_ROLE],
    },
];
