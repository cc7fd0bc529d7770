//! The plan, by tables and properties.

mod evidence;
mod guard;
mod identity;
mod properties;
mod world;
