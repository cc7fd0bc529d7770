//! User sessions in Redis, brought to what the documents say.
//!
//! [`SessionRules`] are made once of the documents as they are after the pass, [`edit_session`] brings one session's
//! bytes to them, and [`bring_sessions`] does so with every session that a [`SessionPort`] has. A write compares what
//! was read, so a session that changes or expires in between is neither overwritten nor made again.

mod connect;
mod edit;
mod error;
#[cfg(test)]
mod fixtures;
mod inspect;
pub mod memory;
mod outcome;
mod pass;
#[cfg(test)]
mod pass_tests;
pub mod port;
mod rules;
mod server;

pub use edit::{MAX_DEPTH, MAX_SESSION_BYTES, NotASession, SessionEdit, edit_session};
pub use error::SessionError;
pub use inspect::{Hits, RedisFacts};
pub use outcome::{SessionCounts, SessionsOutcome};
pub use pass::{Mode, bring_sessions};
pub use port::SessionPort;
pub use rules::{SessionRules, close_taken, settle_scan};
pub use server::RedisSessions;
