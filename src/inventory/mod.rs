//! What the sources say: the domain's types, and how they are built from the pages of a listing. Pure.

mod alarm;
mod builder;
mod choice;
mod copy_on_write;
mod counts;
mod details;
mod fact;
mod graph;
mod identity;
mod name;
mod networks;
mod node;
mod object;
mod problem;
mod properties;
mod read;
mod resolve;
mod shared;
mod sighting;
mod vm;
mod words;

#[cfg(test)]
mod tests;

pub use builder::InventoryBuilder;
pub use choice::{Choice, Detail};
pub use copy_on_write::CopyOnWrite;
pub use fact::Fact;
pub use identity::{SourceId, SourceKind, Uuid};
pub use name::decode_name;
pub use object::Object;
pub use problem::{Problem, Severity};
pub use properties::{ALARMS, LOOK, SURVEY, listing};
pub use shared::Shared;
pub use vm::{Details, Host, LeftOut, Sighting, SourceInventory};

use resolve::resolve;
