//! One pass: what it runs on, and its stages in order.

mod lease;
mod stop;

pub use lease::{Lease, LeaseError, LeaseRequest};
pub use stop::{Stop, StopReason, watch_signals};
