//! Lists: what was wished becomes a [`Selection`](crate::selection::Selection), rows become lines. Pure.

mod age;
mod fields;
mod layout;
mod nothing;
mod page;
mod programs;
mod table;
mod unlisted;
mod wishes;

#[cfg(test)]
mod tests;

pub use age::{render_age, render_ages};
pub use fields::describe_fields;
pub use nothing::{Named, named_things, render_nothing};
pub use page::Page;
pub use programs::render_count;
pub use unlisted::{explain_unlisted, is_listed};
pub use wishes::{WishError, Wishes};
