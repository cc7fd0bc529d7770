//! The command line: the one source of parser, help, manual pages and completions. Types only.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

mod inventory;
mod list;
mod query;
mod values;

use crate::catalog::ObjectKind;
use crate::config::Override;

pub use inventory::{ExportArgs, ExportFormat, ExportLayout, StatsArgs, StatsFormat};
pub use list::{ListArgs, ListCommand, ListFormat};
pub use query::QueryArgs;
use values::prom_file;
pub use values::{Allow, AllowedChange, parse_duration};

/// Synchronise VMs of ESXi hosts and vCenters into MongoDB or SQLite, and Redis user sessions.
///
/// One pass, then it exits: run it from cron or a systemd timer. The report goes to stdout, messages and progress to
/// stderr.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = "vmsync",
    version = env!("VMSYNC_VERSION"),
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = ROOT_EXAMPLES,
    after_long_help = format!("{ROOT_EXAMPLES}\n\n{CONFIGURATION}\n\n{}", crate::exit::help())
)]
pub struct Cli {
    /// Options of all commands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const ROOT_EXAMPLES: &str = "\
Examples:
  vmsync config init                write a configuration, to be filled in
  vmsync check                      see whether a pass would find all it needs
  vmsync diff                       show what a pass would change
  vmsync sync all                   bring every VM up to date
  vmsync sync vms web-1 --dry-run   look at one VM
  vmsync list vms --where 'power_state = off'
                                    look at what there is";

const CONFIGURATION: &str = "\
Configuration, the first of:
  --config FILE, $VMSYNC_CONFIG, $CONFIG_FILE, ./sync.yaml, /etc/vmsync/sync.yaml
Over its keys lie variables: sync.interval is set by $VMSYNC_SYNC_INTERVAL.";

const GLOBAL: &str = "Global options";

/// Options of all commands.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct GlobalArgs {
    /// Configuration file [default: the first of those listed by `vmsync --help`]
    #[arg(short, long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = GLOBAL)]
    pub config: Option<PathBuf>,
    /// Colour, which only ever adds; with `auto` the environment has its say (`NO_COLOR`, `CLICOLOR_FORCE`)
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = GLOBAL)]
    pub color: Colour,
    /// Say more on stderr; -vv says still more
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet", help_heading = GLOBAL)]
    pub verbose: u8,
    /// Nothing but errors on stderr
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Form of the messages on stderr [default: text, and journald where stderr is the journal]
    #[arg(long, global = true, value_name = "FORMAT", help_heading = GLOBAL)]
    pub log_format: Option<LogFormat>,
}

/// Form of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// For programs: one JSON object on each line
    Json,
    /// To systemd's journal, with fields of its own
    Journald,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On a terminal
    #[default]
    Auto,
    /// Also in files and pipes
    Always,
    /// Not at all
    Never,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
    /// For programs: one line for each change, then the report without them
    Ndjson,
}

/// Where the report goes, and in what form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct ReportArgs {
    /// Form of the report on stdout [default: table]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ReportFormat>,
    /// Write the JSON report to this file too, replacing it as a whole
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report_file: Option<PathBuf>,
}

/// Form of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
}

/// Form of `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum StatusFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
    /// One line with performance data; exits 0, 1, 2 or 3 as a monitoring plugin does
    Nagios,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run one pass
    #[command(subcommand, arg_required_else_help = true, after_help = SYNC_EXAMPLES)]
    Sync(SyncCommand),
    /// Show what `sync all` would change; writes nothing
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Show whether a pass runs, how the last ones ended, and how fresh each source is
    #[command(after_help = STATUS_EXAMPLES)]
    Status(StatusArgs),
    /// List VMs, hosts, clusters, datastores, networks, switches, alarms or sources, as the last passes found them
    ///
    /// Reads the store and asks no source; how old the data is stands on stderr.
    #[command(subcommand, arg_required_else_help = true, after_help = list::EXAMPLES)]
    List(ListCommand),
    /// Answer a question in plain words, such as "hosts with no vms"
    ///
    /// The words are made into a list, with typing errors corrected; stderr says which `vmsync list` command it is, and what
    /// was read as something else. A word that means nothing here is an error and never passed over. Names stand behind
    /// what they name (host esx1, named web*); they are found in any case of letters, and those in quotes exactly as they are.
    #[command(after_help = query::EXAMPLES)]
    Query(QueryArgs),
    /// See whether a pass would find all it needs: sources, store, Redis, services
    ///
    /// Connects to everything in the configuration and says line by line what is well and what to do about the rest.
    /// Each source is logged in to once, also during a login pause; a login that is accepted ends the pause, and nothing
    /// else is written. The services are connected to and sent nothing.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX
    ///
    /// Takes what the store holds and asks no source. The file is whole or not there, and nothing is overwritten without
    /// --force.
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Count the inventory: VMs, clusters, capacity and what is promised of it
    ///
    /// Takes what the store holds and asks no source. What several sources see counts once; what is not known is shown
    /// as such and is never a zero.
    #[command(after_help = STATS_EXAMPLES)]
    Stats(StatsArgs),
    /// Show or delete stored objects, never VMs, that have been gone for long
    ///
    /// Hosts, clusters, datastores, networks, switches and alarms that a source no longer has stay in the store as gone.
    /// Shows which of them have been gone for longer than AGE; with --apply they are deleted, while no pass runs. VM
    /// documents are never deleted.
    #[command(after_help = PRUNE_EXAMPLES)]
    Prune(PruneArgs),
    /// Write, validate or show the configuration
    #[command(subcommand, arg_required_else_help = true, after_help = CONFIG_EXAMPLES)]
    Config(ConfigCommand),
    /// Make units of systemd: a service that runs a pass as the configuration wants it, and a timer
    ///
    /// They start this very program with this configuration, and hand over its secrets with `LoadCredential`. Make them
    /// anew when the interval, the deadline, the store, or the place of a secret changes. No secret gets into them, and
    /// variables `VMSYNC_…` do not count, as the service will not have them.
    #[command(after_help = UNITS_EXAMPLES)]
    Units(UnitsArgs),
}

const SYNC_EXAMPLES: &str = "\
Examples:
  vmsync sync all                   every VM of every source
  vmsync sync vms web-1 web-2       these VMs and their sessions only
  vmsync sync hosts                 the hosts only";

const DIFF_EXAMPLES: &str = "\
Examples:
  vmsync diff                       show the differences
  vmsync diff --exit-code           exit 10 if there are any, for scripts
  vmsync diff --format json | jq .changes
  vmsync diff --format ndjson | grep orphaned";

const STATUS_EXAMPLES: &str = "\
Examples:
  vmsync status
  vmsync status --format json | jq .last_success
  vmsync status --format nagios --warn 10m --crit 1h";

const PRUNE_EXAMPLES: &str = "\
Examples:
  vmsync prune --gone-before 90d            what has been gone for 90 days
  vmsync prune --gone-before 90d --apply    delete it
  vmsync prune --gone-before 0s --format json | jq '.objects[].name'";

const CHECK_EXAMPLES: &str = "\
Examples:
  vmsync check                      everything
  vmsync check --source esx1        of the sources only this one
  vmsync check --print-pins         YAML that pins the certificates of today
  vmsync check --format json | jq '.checks[] | select(.verdict == \"failed\")'";

const EXPORT_EXAMPLES: &str = "\
Examples:
  vmsync export inventory.xlsx      everything, a sheet for each kind
  vmsync export hosts.csv hosts --where 'cluster = none'
                                    some of one kind
  vmsync export inventory --format csv
                                    a folder with a file for each kind
  vmsync export assess.xlsx --layout rvtools
                                    for tools that assess a migration";

const STATS_EXAMPLES: &str = "\
Examples:
  vmsync stats
  vmsync stats --format json | jq .compute.memory_percent";

const CONFIG_EXAMPLES: &str = "\
Examples:
  vmsync config init                write ./sync.yaml, to be filled in
  vmsync config validate            all mistakes at once
  vmsync config show                what holds, and who says so";

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented configuration to be filled in; never over a file that is there
    ///
    /// Writes to the file of --config, `$VMSYNC_CONFIG` or `$CONFIG_FILE`, else to ./sync.yaml. Nobody but its owner can
    /// read it.
    #[command(after_help = INIT_EXAMPLES)]
    Init,
    /// Read the configuration and say everything that is wrong with it
    ///
    /// Reads the file, the variables and the secrets that they name, and connects to nothing: `vmsync check` does that.
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate,
    /// Show every value that holds, and where it comes from
    ///
    /// Defaults, the file, variables VMSYNC_… and options lie over one another in this order. No secret is shown, only
    /// where it is; it may be absent here, as where systemd is to hand it over.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
}

const INIT_EXAMPLES: &str = "\
Examples:
  vmsync config init
  vmsync config init --config /etc/vmsync/sync.yaml";

const VALIDATE_EXAMPLES: &str = "\
Examples:
  vmsync config validate
  vmsync config validate --config new.yaml && mv new.yaml sync.yaml";

const SHOW_EXAMPLES: &str = "\
Examples:
  vmsync config show
  VMSYNC_SYNC_TIMEOUT=10s vmsync config show
  vmsync config show --format json | jq '.settings[] | select(.origin != \"default\")'";

/// Options of `config show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Args)]
pub struct ShowArgs {
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ShowFormat,
}

/// Form of `config show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
}

const UNITS_EXAMPLES: &str = "\
Examples:
  vmsync units                      look at both
  vmsync units --dir /etc/systemd/system
                                    write vmsync.service and vmsync.timer there";

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

/// Options of `status`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct StatusArgs {
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: StatusFormat,
    /// With nagios, exit 1 if the last successful pass of all sources is older; a source without a complete listing for
    /// so long is stale [default: 3 times sync.interval]
    #[arg(long, value_name = "AGE", value_hint = ValueHint::Other, value_parser = parse_duration)]
    pub warn: Option<Duration>,
    /// With nagios, exit 2 if it is older than this [default: 10 times sync.interval]
    #[arg(long, value_name = "AGE", value_hint = ValueHint::Other, value_parser = parse_duration)]
    pub crit: Option<Duration>,
}

/// Options of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct CheckArgs {
    /// Of the sources, ask only this one (repeatable)
    #[arg(long = "source", value_name = "NAME", value_hint = ValueHint::Other, value_parser = NonEmptyStringValueParser::new())]
    pub sources: Vec<String>,
    /// Print YAML that pins the certificates which the sources show now; no login is sent
    #[arg(long, conflicts_with = "format")]
    pub print_pins: bool,
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CheckFormat,
}

/// Options of `prune`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PruneArgs {
    /// What has been gone for longer than this: a number with a unit (s, m, h, d, w), such as 90d
    #[arg(
        long,
        value_name = "AGE",
        value_hint = ValueHint::Other,
        value_parser = values::parse_age,
        allow_hyphen_values = true
    )]
    pub gone_before: Duration,
    /// Delete it [default: show it]
    #[arg(long)]
    pub apply: bool,
    /// With --apply, wait this long for another run to end [default: do not wait]
    #[arg(long, value_name = "DURATION", value_hint = ValueHint::Other, value_parser = parse_duration, requires = "apply")]
    pub lock_timeout: Option<Duration>,
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: PruneFormat,
}

/// Form of `prune`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PruneFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
}

/// Options of `units`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct UnitsArgs {
    /// Write them into this folder, replacing those that are there [default: print them]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

impl Cli {
    /// What its options set in place of the configuration.
    #[must_use]
    pub fn overrides(&self) -> Vec<Override> {
        let metrics_file = match &self.command {
            Command::Sync(SyncCommand::All(all)) => all.metrics_file.as_ref(),
            _ => None,
        };
        let metrics_file = metrics_file.map(|path| Override {
            flag: "--metrics-file",
            key: "metrics.textfile",
            value: path.clone(),
        });
        metrics_file.into_iter().collect()
    }
}

impl Command {
    /// Its words, as the report and the lease bear them.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Sync(SyncCommand::All(_)) => "sync all",
            Self::Sync(SyncCommand::Vms(_)) => "sync vms",
            Self::Sync(SyncCommand::Objects(objects)) => match objects {
                SyncObjects::Hosts(_) => "sync hosts",
                SyncObjects::Clusters(_) => "sync clusters",
                SyncObjects::Datastores(_) => "sync datastores",
                SyncObjects::Networks(_) => "sync networks",
                SyncObjects::Switches(_) => "sync switches",
                SyncObjects::Alarms(_) => "sync alarms",
            },
            Self::Diff(_) => "diff",
            Self::Status(_) => "status",
            Self::List(_) => "list",
            Self::Query(_) => "query",
            Self::Check(_) => "check",
            Self::Export(_) => "export",
            Self::Stats(_) => "stats",
            Self::Prune(_) => "prune",
            Self::Config(ConfigCommand::Init) => "config init",
            Self::Config(ConfigCommand::Validate) => "config validate",
            Self::Config(ConfigCommand::Show(_)) => "config show",
            Self::Units(_) => "units",
        }
    }

    /// Whether it may write anything but its report, an export, the units, and, for `check`, the end of a login pause.
    #[must_use]
    pub const fn writes(&self) -> bool {
        match self {
            Self::Sync(SyncCommand::All(SyncAllArgs { sync, .. }) | SyncCommand::Vms(SyncVmsArgs { sync, .. })) => {
                !sync.dry_run
            }
            Self::Sync(SyncCommand::Objects(objects)) => !objects.kind_and_args().1.dry_run,
            Self::Prune(prune) => prune.apply,
            Self::Config(ConfigCommand::Init) => true,
            Self::Diff(_)
            | Self::Status(_)
            | Self::List(_)
            | Self::Query(_)
            | Self::Check(_)
            | Self::Export(_)
            | Self::Stats(_)
            | Self::Units(_)
            | Self::Config(ConfigCommand::Validate | ConfigCommand::Show(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests;
