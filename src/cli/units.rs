//! `units`: those of systemd.

use std::path::PathBuf;

use clap::{Args, ValueHint};

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync units                      look at both
  vmsync units --dir /etc/systemd/system
                                    write vmsync.service and vmsync.timer there";

/// Options of `units`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct UnitsArgs {
    /// Write them into this folder, replacing those that are there [default: print them]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
