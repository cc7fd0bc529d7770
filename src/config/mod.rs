//! config.

mod model;
pub mod secret;

pub use model::*;
pub use secret::Secret;
