//! One pass: what it runs on, and its stages in order.
//!
//! `gather` asks and plans, `documents` and `objects` write the plan, `aftermath` brings sessions and services to it; `pass` strings
//! them together under the lease and fills in the report as it goes.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;

use crate::catalog::ObjectKind;
use crate::plan::Allowance;

mod aftermath;
mod collect;
mod documents;
mod gather;
mod heard;
mod journal;
mod lease;
mod live;
mod login;
mod objects;
mod pass;
mod prune;
mod stop;
mod summary;
mod views;

pub use gather::Stage;
pub use lease::LeaseError;
pub(crate) use lease::lock_file;
pub use live::{Live, look_live};
pub use login::check_pause;
pub use pass::{refuse, run_pass};
pub use prune::{PruneEnd, PruneOrder, PruneResult, prune};
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
    /// What it is about.
    pub aim: Aim,
    /// The sources to ask; none for all.
    pub asked: Option<BTreeSet<String>>,
    /// Sources that are gone for good.
    pub retired: Vec<String>,
    /// What the guard may let pass.
    pub allowances: Vec<Allowance>,
}

/// What a pass is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// VMs, all other objects, sessions and notifications.
    Everything,
    /// The VMs with these ids, their sessions and notifications: `sync vms`.
    Vms(Vec<String>),
    /// The objects of one kind: `sync hosts` and so on. All that they refer to is listed too.
    Objects(ObjectKind),
}

impl Aim {
    /// The ids of `sync vms`.
    #[must_use]
    pub fn ids(&self) -> Option<&[String]> {
        match self {
            Self::Vms(ids) => Some(ids),
            Self::Everything | Self::Objects(_) => None,
        }
    }

    /// The kinds of objects that are written.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<ObjectKind> {
        match self {
            Self::Everything => ObjectKind::ALL.into(),
            Self::Vms(_) => BTreeSet::new(),
            Self::Objects(kind) => [*kind].into(),
        }
    }

    /// Whether VM documents are written.
    #[must_use]
    pub const fn has_vms(&self) -> bool {
        matches!(self, Self::Everything | Self::Vms(_))
    }
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
