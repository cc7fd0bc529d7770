//! The names of a document's fields, as stored. `last_sync_time`, `rev`, `epoch` and `pass` are written by the store
//! itself, with every write.

/// The ten fields that other services read, without `last_sync_time`.
pub const SHARED: [&str; 9] = [
    ESXI_HOST_ADDR,
    NAME,
    HOSTNAME,
    ADDR,
    UUID,
    POWER_STATE,
    VMWARE_TOOLS,
    ORPHAN,
    ORPHAN_SINCE,
];
/// Fields that are kept for vmsync itself: a change of them alone is no difference.
pub const SILENT: [&str; 12] = [
    SOURCES,
    HOST_ID,
    NAMES,
    JOURNAL,
    MISSING_SINCE,
    LAST_ORPHAN_SINCE,
    LAST_ORPHAN_NAME,
    FORMER_ORPHAN_PERIODS,
    FIRST_EPOCH,
    COMMITTED_BYTES,
    UNCOMMITTED_BYTES,
    PARTITIONS,
];
/// Gauges: they are never written by themselves for a small movement.
pub const GAUGES: [&str; 3] = [COMMITTED_BYTES, UNCOMMITTED_BYTES, PARTITIONS];

#[expect(missing_docs, reason = "each constant is its own name")]
mod names {
    pub const ESXI_HOST_ADDR: &str = "esxi_host_addr";
    pub const NAME: &str = "name";
    pub const HOSTNAME: &str = "hostname";
    pub const ADDR: &str = "addr";
    pub const UUID: &str = "uuid";
    pub const POWER_STATE: &str = "power_state";
    pub const VMWARE_TOOLS: &str = "vmware_tools";
    pub const ORPHAN: &str = "orphan";
    pub const ORPHAN_SINCE: &str = "orphan_since";
    pub const LAST_SYNC_TIME: &str = "last_sync_time";
    pub const INSTANCE_UUID: &str = "instance_uuid";
    pub const SOURCES: &str = "sources";
    pub const TEMPLATE: &str = "template";
    pub const CONNECTION_STATE: &str = "connection_state";
    pub const HOST: &str = "host";
    pub const HOST_ID: &str = "host_id";
    pub const NUM_CPU: &str = "num_cpu";
    pub const MEMORY_MB: &str = "memory_mb";
    pub const GUEST_OS: &str = "guest_os";
    pub const TOOLS_VERSION_STATUS: &str = "tools_version_status";
    pub const COMMITTED_BYTES: &str = "committed_bytes";
    pub const UNCOMMITTED_BYTES: &str = "uncommitted_bytes";
    pub const PARTITIONS: &str = "partitions";
    pub const MISSING_SINCE: &str = "missing_since";
    pub const LAST_ORPHAN_SINCE: &str = "last_orphan_since";
    pub const LAST_ORPHAN_NAME: &str = "last_orphan_name";
    pub const FORMER_ORPHAN_PERIODS: &str = "former_orphan_periods";
    pub const FIRST_EPOCH: &str = "first_epoch";
    pub const NAMES: &str = "names";
    pub const JOURNAL: &str = "journal";
    pub const REV: &str = "rev";
    pub const EPOCH: &str = "epoch";
    pub const PASS: &str = "pass";
}
pub use names::*;
