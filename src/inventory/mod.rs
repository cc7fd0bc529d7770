//! What the sources say: the domain's types, and how they are built from a listing. Pure.

mod build;
mod fact;
mod folder;
mod identity;
mod name;
mod object;
mod properties;
mod vm;

pub use build::build_inventory;
pub use fact::Fact;
pub use identity::{SourceId, SourceKind, Uuid};
pub use name::decode_name;
pub use object::Object;
pub use properties::{LISTING, LOOK, SURVEY};
pub use vm::{Host, LeftOut, Sighting, SourceInventory};
