//! The report of a pass.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

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
