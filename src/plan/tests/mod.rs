//! The plan, by tables and properties.

mod evidence;
mod guard;
mod identity;
mod journal;
mod ownership;
mod properties;
mod protection;
mod scope;
mod world;
