//! The command line: the one source of parser, help, manual pages and completions. Types only.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

mod check;
mod config;
mod inventory;
mod list;
mod prune;
mod query;
mod report;
mod status;
mod sync;
mod units;
mod values;

use crate::config::Override;

pub use check::{CheckArgs, CheckFormat};
pub use config::{ConfigCommand, ShowArgs, ShowFormat};
pub use inventory::{ExportArgs, ExportFormat, ExportLayout, StatsArgs, StatsFormat};
pub use list::{ListArgs, ListCommand, ListFormat};
pub use prune::{PruneArgs, PruneFormat};
pub use query::QueryArgs;
pub use report::{ReportArgs, ReportFormat};
pub use status::{StatusArgs, StatusFormat};
pub use sync::{DiffArgs, ScopeArgs, SyncAllArgs, SyncArgs, SyncCommand, SyncObjects, SyncVmsArgs};
pub use units::UnitsArgs;
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

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run one pass
    #[command(subcommand, arg_required_else_help = true, after_help = sync::EXAMPLES)]
    Sync(SyncCommand),
    /// Show what `sync all` would change; writes nothing
    #[command(after_help = sync::DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Show whether a pass runs, how the last ones ended, and how fresh each source is
    #[command(after_help = status::EXAMPLES)]
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
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArgs),
    /// Write the inventory into a file for other programs: CSV, JSON, NDJSON or XLSX
    ///
    /// Takes what the store holds and asks no source. The file is whole or not there, and nothing is overwritten without
    /// --force.
    #[command(after_help = inventory::EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Count the inventory: VMs, clusters, capacity and what is promised of it
    ///
    /// Takes what the store holds and asks no source. What several sources see counts once; what is not known is shown
    /// as such and is never a zero.
    #[command(after_help = inventory::STATS_EXAMPLES)]
    Stats(StatsArgs),
    /// Show or delete stored objects, never VMs, that have been gone for long
    ///
    /// Hosts, clusters, datastores, networks, switches and alarms that a source no longer has stay in the store as gone.
    /// Shows which of them have been gone for longer than AGE; with --apply they are deleted, while no pass runs. VM
    /// documents are never deleted.
    #[command(after_help = prune::EXAMPLES)]
    Prune(PruneArgs),
    /// Write, validate or show the configuration
    #[command(subcommand, arg_required_else_help = true, after_help = config::EXAMPLES)]
    Config(ConfigCommand),
    /// Make units of systemd: a service that runs a pass as the configuration wants it, and a timer
    ///
    /// They start this very program with this configuration, and hand over its secrets with `LoadCredential`. Make them
    /// anew when the interval, the deadline, the store, or the place of a secret changes. No secret gets into them, and
    /// variables `VMSYNC_…` do not count, as the service will not have them.
    #[command(after_help = units::EXAMPLES)]
    Units(UnitsArgs),
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
