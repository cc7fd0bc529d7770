//! Telling the VM group service and the auth service of renames: what is to be posted in which order ([`build_posts`],
//! pure), the posting ([`Notifier`]), and what becomes of the journal ([`settle`], pure).

mod chains;
mod courier;
mod deliver;
mod order;
mod outcome;
mod plan;
mod post;
pub mod settle;
mod standing;
mod walk;
mod warn;

#[cfg(test)]
mod tests;

pub use deliver::Notifier;
pub use outcome::{DeliveryEvent, DeliveryLog, DeliveryOutcome, Halt, NotRecorded, Verdict};
pub use plan::build_posts;
pub use post::{Chain, EntryRef, Mark, Post, Posts, Service};
pub use standing::Undelivered;
