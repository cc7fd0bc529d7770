//! Documents and listings in, plan out. Pure: no I/O, no clock.

mod build;
mod candidates;
mod change;
mod difference;
mod entanglement;
mod evidence;
mod exclusion;
pub mod field;
mod guard;
mod history;
mod input;
mod interfaces;
pub mod journal;
mod listed;
mod matching;
mod merge;
pub mod objects;
mod outcome;
mod owners;
mod protection;
pub mod record;
mod scope;
mod stored;
mod wanted;
mod warnings;

pub use build::build_plan;
pub use change::{Change, ChangeKind, Hold, Plan, Reason, Target, Unowned, Warning, Withheld};
pub use difference::is_visible;
pub use input::{Allowance, Hearing, Input, Look, Now, SourceView, Subject};
pub use listed::build_listed;
pub use matching::present_documents;
pub use outcome::{Landed, expect_all, fold_in};
pub use owners::resolve_ids;

#[cfg(test)]
mod tests;
