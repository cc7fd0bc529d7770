//! What is taken of each row.

use serde_json::Value;

use super::GuestFamily;

/// A row, read by the names of its columns.
struct Fields<'a> {
    columns: &'a [&'static str],
    row: &'a [Value],
}

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> &'a Value {
        let index = self.columns.iter().position(|column| *column == name);
        index.and_then(|index| self.row.get(index)).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_str().map(str::to_owned)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.get(name).as_u64()
    }

    fn holds(&self, name: &str) -> bool {
        self.get(name).as_bool().unwrap_or_default()
    }
}

/// Of a VM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the catalog's of its name")]
pub struct VmFacts {
    pub sources: Vec<String>,
    pub datacenter: Option<String>,
    pub cluster: Option<String>,
    pub power_state: Option<String>,
    pub vmware_tools: Option<String>,
    /// Of `guest_id` and `guest_os`.
    pub family: Option<GuestFamily>,
    pub num_cpu: Option<u64>,
    /// Of `memory_mb`.
    pub memory_bytes: Option<u64>,
    pub snapshots: Option<u64>,
    pub template: bool,
    pub orphan: bool,
}

impl VmFacts {
    /// What is asked of a VM, by the names of the catalog.
    pub const COLUMNS: [&'static str; 12] = [
        "source",
        "datacenter",
        "cluster",
        "power_state",
        "vmware_tools",
        "guest_id",
        "guest_os",
        "num_cpu",
        "memory_mb",
        "snapshots",
        "template",
        "orphan",
    ];

    /// From the values of these columns.
    #[must_use]
    pub fn of(row: &[Value]) -> Self {
        let fields = Fields {
            columns: &Self::COLUMNS,
            row,
        };
        let sources = fields.get("source").as_array().into_iter().flatten();
        Self {
            sources: sources.filter_map(Value::as_str).map(str::to_owned).collect(),
            datacenter: fields.text("datacenter"),
            cluster: fields.text("cluster"),
            power_state: fields.text("power_state"),
            vmware_tools: fields.text("vmware_tools").filter(|state| state != "unknown"),
            family: GuestFamily::of(fields.get("guest_id").as_str(), fields.get("guest_os").as_str()),
            num_cpu: fields.number("num_cpu"),
            memory_bytes: fields
                .number("memory_mb")
                .map(|mebibytes| mebibytes.saturating_mul(1 << 20)),
            snapshots: fields.number("snapshots"),
            template: fields.holds("template"),
            orphan: fields.holds("orphan"),
        }
    }
}

/// Of a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each field is the catalog's of its name")]
pub struct HostFacts {
    pub source: String,
    pub moref: String,
    pub hardware_uuid: Option<String>,
    pub datacenter: Option<String>,
    pub cluster: Option<String>,
    pub cpu_cores: Option<u64>,
    pub memory_bytes: Option<u64>,
}

impl HostFacts {
    /// What is asked of a host.
    pub const COLUMNS: [&'static str; 7] = [
        "source",
        "moref",
        "hardware_uuid",
        "datacenter",
        "cluster",
        "cpu_cores",
        "memory_bytes",
    ];

    /// From the values of these columns.
    #[must_use]
    pub fn of(row: &[Value]) -> Self {
        let fields = Fields {
            columns: &Self::COLUMNS,
            row,
        };
        Self {
            source: fields.text("source").unwrap_or_default(),
            moref: fields.text("moref").unwrap_or_default(),
            hardware_uuid: fields.text("hardware_uuid"),
            datacenter: fields.text("datacenter"),
            cluster: fields.text("cluster"),
            cpu_cores: fields.number("cpu_cores"),
            memory_bytes: fields.number("memory_bytes"),
        }
    }
}

/// Of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each field is the catalog's of its name")]
pub struct ClusterFacts {
    pub source: String,
    pub datacenter: Option<String>,
    pub name: Option<String>,
}

impl ClusterFacts {
    /// What is asked of a cluster.
    pub const COLUMNS: [&'static str; 3] = ["source", "datacenter", "name"];

    /// From the values of these columns.
    #[must_use]
    pub fn of(row: &[Value]) -> Self {
        let fields = Fields {
            columns: &Self::COLUMNS,
            row,
        };
        Self {
            source: fields.text("source").unwrap_or_default(),
            datacenter: fields.text("datacenter"),
            name: fields.text("name"),
        }
    }
}

/// Of a datastore.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each field is the catalog's of its name")]
pub struct DatastoreFacts {
    pub source: String,
    pub moref: String,
    pub name: String,
    pub url: Option<String>,
    /// RFC 3339, in UTC.
    pub last_seen: Option<String>,
    pub capacity_bytes: Option<u64>,
    pub free_bytes: Option<u64>,
    pub uncommitted_bytes: Option<u64>,
}

impl DatastoreFacts {
    /// What is asked of a datastore.
    pub const COLUMNS: [&'static str; 8] = [
        "source",
        "moref",
        "name",
        "url",
        "last_seen",
        "capacity_bytes",
        "free_bytes",
        "uncommitted_bytes",
    ];

    /// From the values of these columns.
    #[must_use]
    pub fn of(row: &[Value]) -> Self {
        let fields = Fields {
            columns: &Self::COLUMNS,
            row,
        };
        Self {
            source: fields.text("source").unwrap_or_default(),
            moref: fields.text("moref").unwrap_or_default(),
            name: fields.text("name").unwrap_or_default(),
            url: fields.text("url"),
            last_seen: fields.text("last_seen"),
            capacity_bytes: fields.number("capacity_bytes"),
            free_bytes: fields.number("free_bytes"),
            uncommitted_bytes: fields.number("uncommitted_bytes"),
        }
    }
}
