//! plan.

pub mod journal;
pub mod record;
