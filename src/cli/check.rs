//! `check`: whether a pass would find all it needs.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum, ValueHint};

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync check                      everything
  vmsync check --source esx1        of the sources only this one
  vmsync check --print-pins         YAML that pins the certificates of today
  vmsync check --format json | jq '.checks[] | select(.verdict == \"failed\")'";

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

/// Form of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
}
