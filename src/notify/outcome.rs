//! What delivery says: to the journal while it goes on, to the caller at its end.

use async_trait::async_trait;
use jiff::Timestamp;
use thiserror::Error;

use super::post::Post;

/// What a service said to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 2xx.
    Accepted,
    /// A 4xx that another try will not change.
    Refused {
        /// When.
        at: Timestamp,
    },
}

/// Something that the journal has to know before anything that depends on it is sent.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryEvent<'a> {
    /// What was sent.
    pub post: &'a Post,
    /// What the service said.
    pub verdict: Verdict,
}

/// The journal could not be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to record what was delivered: {reason}")]
pub struct NotRecorded {
    /// Why, in one line.
    pub reason: String,
}

/// Where progress is made durable: [`super::settle::record`] says how the journal of each of [`Post::documents`] changes.
#[async_trait]
pub trait DeliveryLog: Send {
    /// Returns when the event is durable.
    ///
    /// # Errors
    /// It is not: delivery ends, and the post will be sent again by a later pass.
    async fn record(&mut self, event: DeliveryEvent<'_>) -> Result<(), NotRecorded>;

    /// Asked right before each try of a post, which nobody can take back: false if it is another run's business by now.
    ///
    /// # Errors
    /// Nobody can say: delivery ends.
    async fn may_send(&mut self) -> Result<bool, NotRecorded> {
        Ok(true)
    }
}

/// Why delivery ended before everything was tried; the gravest last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Halt {
    /// No time is left.
    Deadline,
    /// The run is being stopped.
    Stopped,
    /// The log failed.
    NotRecorded {
        /// Why, in one line.
        reason: String,
    },
}

/// What was achieved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryOutcome {
    /// Posts that were accepted.
    pub sent: usize,
    /// Renames that some service still has to be told of, without the rejected ones.
    pub pending: usize,
    /// Renames that some service rejected, and that no other one has still to be told of.
    pub rejected: usize,
    /// For people.
    pub warnings: Vec<String>,
    /// Set if it ended early.
    pub halt: Option<Halt>,
}
