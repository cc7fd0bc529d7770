//! The objects beside VMs: stored objects and listings in, plan out.

mod build;
mod change;
mod diff;
pub mod field;
mod guard;
mod prune;
mod record;

pub use build::{ObjectInput, build_object_plan};
pub use change::{ObjectChange, ObjectEvent, ObjectPlan};
pub use prune::{Pruned, choose_pruned};
pub use record::{ObjectRecord, object_key};
