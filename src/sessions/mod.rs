//! User sessions in Redis, brought to what the documents say.

mod edit;
#[cfg(test)]
mod fixtures;
mod rules;

pub use edit::{MAX_DEPTH, MAX_SESSION_BYTES, NotASession, SessionEdit, edit_session};
pub use rules::{SessionRules, close_taken, settle_scan};
