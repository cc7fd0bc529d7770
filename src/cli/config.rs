//! `config`: writing, validating and showing the configuration.

use clap::{Args, Subcommand, ValueEnum};

pub(super) const EXAMPLES: &str = "\
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
