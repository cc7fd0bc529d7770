//! `sync` and `diff`: a pass.

use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueHint};

use super::ReportArgs;
use super::values::{Allow, parse_duration, prom_file};
use crate::catalog::ObjectKind;

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync sync all                   every VM of every source
  vmsync sync vms web-1 web-2       these VMs and their sessions only
  vmsync sync hosts                 the hosts only";

pub(super) const DIFF_EXAMPLES: &str = "\
Examples:
  vmsync diff                       show the differences
  vmsync diff --exit-code           exit 10 if there are any, for scripts
  vmsync diff --format json | jq .changes
  vmsync diff --format ndjson | grep orphaned";

/// What to synchronise.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum SyncCommand {
    /// Bring every VM and all other objects up to date
    #[command(after_help = ALL_EXAMPLES)]
    All(SyncAllArgs),
    /// Bring some VMs and their sessions up to date
    ///
    /// All sources are listed and the whole plan is checked; then only the changes of these VMs are applied.
    #[command(after_help = VMS_EXAMPLES)]
    Vms(SyncVmsArgs),
    /// Bring the other objects of one kind up to date
    #[command(flatten)]
    Objects(SyncObjects),
}

/// Which objects beside VMs to synchronise. All that they refer to is listed too; nothing else is written.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum SyncObjects {
    /// Bring the hosts up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync hosts\n  vmsync sync hosts --dry-run --source vc1")]
    Hosts(SyncArgs),
    /// Bring the clusters up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync clusters\n  vmsync sync clusters --dry-run --source vc1")]
    Clusters(SyncArgs),
    /// Bring the datastores up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync datastores\n  vmsync sync datastores --dry-run --source vc1")]
    Datastores(SyncArgs),
    /// Bring the networks up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync networks\n  vmsync sync networks --dry-run --source vc1")]
    Networks(SyncArgs),
    /// Bring the distributed switches up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync switches\n  vmsync sync switches --dry-run --source vc1")]
    Switches(SyncArgs),
    /// Bring the triggered alarms up to date, and nothing else
    #[command(after_help = "Examples:\n  vmsync sync alarms\n  vmsync sync alarms --dry-run --source vc1")]
    Alarms(SyncArgs),
}

impl SyncObjects {
    /// What is to be synchronised, and how.
    #[must_use]
    pub const fn kind_and_args(&self) -> (ObjectKind, &SyncArgs) {
        match self {
            Self::Hosts(args) => (ObjectKind::Host, args),
            Self::Clusters(args) => (ObjectKind::Cluster, args),
            Self::Datastores(args) => (ObjectKind::Datastore, args),
            Self::Networks(args) => (ObjectKind::Network, args),
            Self::Switches(args) => (ObjectKind::Switch, args),
            Self::Alarms(args) => (ObjectKind::Alarm, args),
        }
    }
}

const ALL_EXAMPLES: &str = "\
Examples:
  vmsync sync all
  vmsync sync all --dry-run --format json
  vmsync sync all --allow esx1:orphan=12
                                    once, accept that 12 VMs of esx1 are gone
  vmsync sync all --retire-source old-esx.example.com
                                    let the VMs of a removed source be orphaned
  vmsync sync all --metrics-file /var/lib/prometheus/node-exporter/vmsync.prom
                                    let node_exporter tell how it went";

const VMS_EXAMPLES: &str = "\
Examples:
  vmsync sync vms web-1
  vmsync sync vms 4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e
  vmsync sync vms -- -odd-name      a name that begins with a dash";

/// Which sources, and what the guard may let pass.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct ScopeArgs {
    /// Ask only this source; the others count as not heard (repeatable)
    #[arg(long = "source", value_name = "NAME", value_hint = ValueHint::Other, value_parser = NonEmptyStringValueParser::new())]
    pub sources: Vec<String>,
    /// Let the VMs of a source that is no longer configured be orphaned (repeatable)
    #[arg(long = "retire-source", value_name = "NAME_OR_ADDRESS", value_hint = ValueHint::Other, value_parser = NonEmptyStringValueParser::new())]
    pub retire_sources: Vec<String>,
    /// Let the guard pass up to N changes of a source in this run; KIND is orphan, rename or gone (repeatable)
    #[arg(long = "allow", value_name = "SOURCE:KIND=N", value_hint = ValueHint::Other)]
    pub allow: Vec<Allow>,
}

/// Options of `sync all`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SyncAllArgs {
    /// Those of every pass.
    #[command(flatten)]
    pub sync: SyncArgs,
    /// Write how it went to this file for `node_exporter`'s textfile collector; its name ends in .prom [default:
    /// metrics.textfile of the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "dry_run", value_parser = prom_file)]
    pub metrics_file: Option<String>,
}

/// Options of every pass.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SyncArgs {
    /// Show what would be changed and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Sources and guard.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Wait this long for another run to end [default: do not wait]
    #[arg(long, value_name = "DURATION", value_hint = ValueHint::Other, value_parser = parse_duration)]
    pub lock_timeout: Option<Duration>,
    /// The report.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Options of `sync vms`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SyncVmsArgs {
    /// UUID, instance UUID (any case, dashes optional), or exact name; a name takes all VMs that bear it
    #[arg(required = true, value_name = "ID", value_hint = ValueHint::Other, value_parser = NonEmptyStringValueParser::new())]
    pub ids: Vec<String>,
    /// The rest.
    #[command(flatten)]
    pub sync: SyncArgs,
}

/// Options of `diff`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct DiffArgs {
    /// Exit 10 if there are differences
    #[arg(long)]
    pub exit_code: bool,
    /// Sources and guard.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The report.
    #[command(flatten)]
    pub report: ReportArgs,
}
