//! Options of the commands that look at the stored inventory.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

use crate::catalog::Kind;

pub(super) const EXPORT_EXAMPLES: &str = "\
Examples:
  vmsync export inventory.xlsx      everything, a sheet for each kind
  vmsync export hosts.csv hosts --where 'cluster = none'
                                    some of one kind
  vmsync export inventory --format csv
                                    a folder with a file for each kind
  vmsync export assess.xlsx --layout rvtools
                                    for tools that assess a migration";

pub(super) const STATS_EXAMPLES: &str = "\
Examples:
  vmsync stats
  vmsync stats --format json | jq .compute.memory_percent";

/// Form of `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A table in a file; of all kinds, a folder with a file for each
    Csv,
    /// One object with an array for each kind
    Json,
    /// One line for each object
    Ndjson,
    /// A workbook with a sheet for each kind
    Xlsx,
}

/// Which tables an export of everything has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ExportLayout {
    /// A table for each kind, a column for each field
    #[default]
    Fields,
    /// The workbook of RVTools, which assessment tools import
    Rvtools,
}

/// Options of `export`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExportArgs {
    /// File to write; its form follows from its end: .csv, .json, .ndjson or .xlsx
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Objects of this kind only [default: all kinds]
    #[arg(value_name = "KIND", value_parser = kinds(), conflicts_with = "layout")]
    pub kind: Option<Kind>,
    /// Form of the file, whatever its end; csv of all kinds fills a folder
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// Tables of an export of all kinds
    #[arg(long, value_name = "LAYOUT", default_value = "fields")]
    pub layout: ExportLayout,
    /// Which of them, as in `vmsync list`
    #[arg(long = "where", value_name = "EXPRESSION", value_hint = ValueHint::Other, requires = "kind")]
    pub filter: Option<String>,
    /// Which fields, in this order, as in `vmsync list` [default: all]
    #[arg(long, value_name = "FIELDS", value_hint = ValueHint::Other, value_delimiter = ',', requires = "kind")]
    pub columns: Vec<String>,
    /// By these fields, -FIELD from the greatest to the least, which takes memory for all rows [default: the order of the
    /// store]
    #[arg(
        long,
        value_name = "FIELDS",
        value_hint = ValueHint::Other,
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "kind"
    )]
    pub sort: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", value_hint = ValueHint::Other, requires = "kind")]
    pub limit: Option<usize>,
    /// Also what is gone: orphaned VMs, objects that their source no longer has
    #[arg(long, conflicts_with = "layout")]
    pub gone: bool,
    /// Replace what an earlier export left there
    #[arg(long)]
    pub force: bool,
}

/// Form of `stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum StatsFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one JSON document on one line
    Json,
}

/// Options of `stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Args)]
pub struct StatsArgs {
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: StatsFormat,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::plural)).try_map(|word| {
        let kind = Kind::ALL.into_iter().find(|kind| kind.plural() == word);
        kind.ok_or("no kind of objects")
    })
}
