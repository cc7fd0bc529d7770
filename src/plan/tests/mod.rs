//! The plan, by tables and properties.

mod account;
mod details;
mod evidence;
mod fields;
mod guard;
mod guard_owners;
mod identity;
mod journal;
mod objects;
mod ownership;
mod properties;
mod protection;
mod scope;
mod world;
