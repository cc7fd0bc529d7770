//! What the sources say: the domain's types, and how they are built from a listing. Pure.

mod fact;
mod identity;
mod name;
mod vm;

pub use fact::Fact;
pub use identity::{SourceId, SourceKind, Uuid};
pub use name::decode_name;
pub use vm::{Host, LeftOut, Sighting, SourceInventory};
