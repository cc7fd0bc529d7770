//! `list`: a command for each kind, as each has fields of its own.

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::catalog::{Kind, ObjectKind};
use crate::listing::describe_fields;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum ListCommand {
    /// List VMs
    #[command(after_help = VMS, after_long_help = long(VMS, Kind::Vm))]
    Vms(ListArgs),
    /// List ESXi hosts
    #[command(after_help = HOSTS, after_long_help = long(HOSTS, Kind::Object(ObjectKind::Host)))]
    Hosts(ListArgs),
    /// List clusters
    #[command(after_help = CLUSTERS, after_long_help = long(CLUSTERS, Kind::Object(ObjectKind::Cluster)))]
    Clusters(ListArgs),
    /// List datastores
    #[command(after_help = DATASTORES, after_long_help = long(DATASTORES, Kind::Object(ObjectKind::Datastore)))]
    Datastores(ListArgs),
    /// List networks and portgroups
    #[command(after_help = NETWORKS, after_long_help = long(NETWORKS, Kind::Object(ObjectKind::Network)))]
    Networks(ListArgs),
    /// List distributed switches
    #[command(after_help = SWITCHES, after_long_help = long(SWITCHES, Kind::Object(ObjectKind::Switch)))]
    Switches(ListArgs),
    /// List triggered alarms
    #[command(after_help = ALARMS, after_long_help = long(ALARMS, Kind::Object(ObjectKind::Alarm)))]
    Alarms(ListArgs),
    /// List the sources that were ever heard
    #[command(after_help = SOURCES, after_long_help = long(SOURCES, Kind::Source))]
    Sources(ListArgs),
}

/// Examples of `list` itself.
pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync list vms
  vmsync list hosts --where 'memory_bytes >= 512GB and not maintenance_mode'
  vmsync list datastores --sort free_bytes --limit 10
  vmsync list vms --live --where 'power_state = on'";

const VMS: &str = "\
Examples:
  vmsync list vms --where 'power_state = on and memory_mb > 16GB'
  vmsync list vms --where 'cluster = none or name ~ test-*' --columns +guest_os
  vmsync list vms --where 'orphan_since < -30d' --format csv
  vmsync list vms --where 'datastores = fast-01' --count";
const HOSTS: &str = "\
Examples:
  vmsync list hosts --sort -memory_usage_mb --columns name,memory_usage_mb,memory_bytes
  vmsync list hosts --where 'esxi_version !~ 8.*' --format json | jq '.rows[].name'";
const CLUSTERS: &str = "\
Examples:
  vmsync list clusters --where 'not ha_enabled'";
const DATASTORES: &str = "\
Examples:
  vmsync list datastores --where 'free_bytes < 100GB and accessible' --sort free_bytes";
const NETWORKS: &str = "\
Examples:
  vmsync list networks --where 'vlan_id = 100' --columns name,switch,hosts";
const SWITCHES: &str = "\
Examples:
  vmsync list switches --columns all";
const ALARMS: &str = "\
Examples:
  vmsync list alarms --where 'status = red and not acknowledged'";
const SOURCES: &str = "\
Examples:
  vmsync list sources --where 'last_complete < -1h'";

fn long(examples: &str, kind: Kind) -> String {
    format!("{examples}\n\nFields:\n{}", describe_fields(kind))
}

/// Options of every list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct ListArgs {
    /// Which of them: FIELD OPERATOR VALUE, joined by and, or, not and parentheses
    ///
    /// Operators: = and != (exact), ~ and !~ (pattern with * and ?, letters without case), <, <=, > and >= (numbers and
    /// times). `= none` is said of what is absent. A field that is true or false stands alone: `template`. Of a list, such
    /// as datastores, it is enough that one member is as described. Numbers may have units (4GB, 2.4GHz, 30d); times are
    /// 2026-11-01, 2026-11-01T12:00:00Z, or -7d, seven days ago. Values with spaces stand in quotes.
    #[arg(long = "where", value_name = "EXPRESSION", value_hint = ValueHint::Other)]
    pub filter: Option<String>,
    /// Which fields, in this order; +FIELDS adds some to the usual ones, `all` shows all, `help` explains them
    #[arg(long, value_name = "FIELDS", value_hint = ValueHint::Other, value_delimiter = ',', allow_hyphen_values = false)]
    pub columns: Vec<String>,
    /// By these fields; -FIELD from the greatest to the least [default: name]
    #[arg(long, value_name = "FIELDS", value_hint = ValueHint::Other, value_delimiter = ',', allow_hyphen_values = true)]
    pub sort: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", value_hint = ValueHint::Other)]
    pub limit: Option<usize>,
    /// Say only how many there are
    #[arg(long, conflicts_with_all = ["columns", "sort", "limit"])]
    pub count: bool,
    /// Show also what is gone, and since when: orphaned VMs, objects that their source no longer has
    #[arg(long)]
    pub gone: bool,
    /// Ask the sources now, not the store; nothing is written
    ///
    /// The answer is what a first pass would store: what is gone, and since when things are known, only the store knows.
    /// Of the store only the logins that are known to be refused are read, if it can be; they are not tried.
    #[arg(long, conflicts_with = "gone")]
    pub live: bool,
    /// Form of the list on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// For people, with units
    #[default]
    Table,
    /// For programs: one JSON document
    Json,
    /// For programs: one JSON object on each line
    Ndjson,
    /// For spreadsheets: comma-separated, with a header; what they would run as a formula gets a ' in front
    Csv,
}

impl ListCommand {
    /// Of what.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Vms(_) => Kind::Vm,
            Self::Hosts(_) => Kind::Object(ObjectKind::Host),
            Self::Clusters(_) => Kind::Object(ObjectKind::Cluster),
            Self::Datastores(_) => Kind::Object(ObjectKind::Datastore),
            Self::Networks(_) => Kind::Object(ObjectKind::Network),
            Self::Switches(_) => Kind::Object(ObjectKind::Switch),
            Self::Alarms(_) => Kind::Object(ObjectKind::Alarm),
            Self::Sources(_) => Kind::Source,
        }
    }

    /// How.
    #[must_use]
    pub const fn args(&self) -> &ListArgs {
        match self {
            Self::Vms(args)
            | Self::Hosts(args)
            | Self::Clusters(args)
            | Self::Datastores(args)
            | Self::Networks(args)
            | Self::Switches(args)
            | Self::Alarms(args)
            | Self::Sources(args) => args,
        }
    }
}
