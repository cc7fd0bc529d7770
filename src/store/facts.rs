//! What `check` learns of a store.

use super::{Holder, StoreError};

/// A store that answered.
#[derive(Debug)]
pub struct StoreFacts {
    /// Product and version, `MongoDB 6.0.5`.
    pub version: String,
    /// The oldest version that serves, if this one is older.
    pub needs_version: Option<&'static str>,
    /// What stands behind the address, in words: `standalone`, `primary of the replica set rs0`, `file`.
    pub topology: String,
    /// Why it had better stand on something else.
    pub topology_warning: Option<&'static str>,
    /// Number of the form of the documents; none if no pass has written here yet.
    pub format: Result<Option<i64>, StoreError>,
    /// Whether a pass may write.
    pub rights: Rights,
}

/// What the login, or the user, may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// All that a pass does; in words, by which right.
    Sufficient(String),
    /// Not these things.
    Lacking(Vec<String>),
    /// The server does not say.
    Untold(String),
}

/// What became of a login pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseEnd {
    /// It is over.
    Ended,
    /// It is another one, or none, by now, or a pass came and went meanwhile, which may have written it anew.
    Changed,
    /// A pass is at work, and may write it anew.
    PassAtWork(Holder),
}
