//! One pass: what it runs on, and its stages in order.
//!
//! `gather` asks and plans, `documents` writes the plan, `aftermath` brings sessions and services to it; `pass` strings
//! them together under the lease and fills in the report as it goes.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;

use crate::plan::Allowance;

mod aftermath;
mod collect;
mod documents;
mod gather;
mod journal;
mod lease;
mod login;
mod pass;
mod stop;
mod summary;
mod views;

pub use gather::Stage;
pub(crate) use lease::lock_file;
pub use login::check_pause;
pub use pass::{refuse, run_pass};
pub use stop::{Stop, StopReason, watch_signals};
pub use views::recall;

/// What a command asks of a pass.
#[derive(Debug, Clone)]
pub struct Order {
    /// The run, in report, lease, history and messages.
    pub run_id: Uuid,
    /// Its words, for the report and the lease.
    pub command: &'static str,
    /// Whether it writes.
    pub mode: Mode,
    /// The ids of `sync vms`; none for all.
    pub only: Option<Vec<String>>,
    /// The sources to ask; none for all.
    pub asked: Option<BTreeSet<String>>,
    /// Sources that are gone for good.
    pub retired: Vec<String>,
    /// What the guard may let pass.
    pub allowances: Vec<Allowance>,
}

/// Whether a pass writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It does, under the lease.
    Apply {
        /// How long it waits for the lease.
        lock_timeout: Duration,
    },
    /// It shows what it would do.
    Look {
        /// Differences are a condition of their own.
        report_differences: bool,
    },
}
