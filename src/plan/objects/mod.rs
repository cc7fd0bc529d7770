//! The objects beside VMs: stored objects and listings in, plan out.

pub mod field;
mod record;

pub use record::{ObjectRecord, object_key};
