//! What the sources say: the domain's types, and how they are built from a listing. Pure.

mod fact;
mod folder;
mod identity;
mod vm;

pub use fact::Fact;
pub use identity::{SourceId, SourceKind, Uuid};
pub use vm::{Host, LeftOut, Sighting, SourceInventory};
