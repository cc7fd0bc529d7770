//! `prune`: what has been gone for long.

use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::values::{parse_age, parse_duration};

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync prune --gone-before 90d            what has been gone for 90 days
  vmsync prune --gone-before 90d --apply    delete it
  vmsync prune --gone-before 0s --format json | jq '.objects[].name'";

/// Options of `prune`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PruneArgs {
    /// What has been gone for longer than this: a number with a unit (s, m, h, d, w), such as 90d
    #[arg(
        long,
        value_name = "AGE",
        value_hint = ValueHint::Other,
        value_parser = parse_age,
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
