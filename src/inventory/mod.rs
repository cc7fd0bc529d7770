//! What the sources say: the domain's types, and how they are built from a listing. Pure.

mod build;
mod copy_on_write;
mod fact;
mod folder;
mod identity;
mod name;
mod object;
mod properties;
mod vm;

pub use build::build_inventory;
pub use copy_on_write::CopyOnWrite;
pub use fact::Fact;
pub use identity::{SourceId, SourceKind, Uuid};
pub use name::decode_name;
pub use object::Object;
pub use properties::{LISTING, LOOK, SURVEY};
pub use vm::{Host, LeftOut, Sighting, SourceInventory};
