//! `status`: how the last passes ended.

use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::values::parse_duration;

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync status
  vmsync status --format json | jq .last_success
  vmsync status --format nagios --warn 10m --crit 1h";

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
