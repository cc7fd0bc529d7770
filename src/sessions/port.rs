//! What the pass needs of Redis.

use async_trait::async_trait;

use super::SessionError;

/// Prefix of the keys that vmsync itself writes. They are never taken for sessions, whatever the pattern.
pub const COMPANION_PREFIX: &[u8] = b"vmsync:{";

/// Name of a session. It is what the browser's cookie holds, so it is never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(Vec<u8>);

impl SessionKey {
    /// Any bytes; Redis knows no text.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As Redis has it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `vmsync:{KEY}`, the key of the entries that were applied to this session. The braces keep both in one slot.
    #[must_use]
    pub fn companion(&self) -> Vec<u8> {
        [COMPANION_PREFIX, &self.0, b"}"].concat()
    }

    /// Whether vmsync wrote it beside a session.
    #[must_use]
    pub fn is_companion(&self) -> bool {
        self.0.starts_with(COMPANION_PREFIX)
    }
}

/// One step of a scan.
#[derive(Default)]
pub struct ScanPage {
    /// What to ask for next; 0 means that all was seen.
    pub cursor: u64,
    /// May repeat keys of earlier pages.
    pub keys: Vec<SessionKey>,
}

/// What lies at a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A string of so many bytes, or nothing at all: 0.
    Bytes(u64),
    /// A list, a hash, a set: no session.
    OtherType,
}

/// A session as it was read, with its companion in the same instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredSession {
    /// None if it is gone.
    pub bytes: Option<Vec<u8>>,
    /// None if there is none, or none was asked for.
    pub companion: Option<Vec<u8>>,
}

/// One compare-and-set.
#[derive(Clone)]
pub struct Replacement {
    /// Which session.
    pub key: SessionKey,
    /// Its bytes when it was read.
    pub before: Vec<u8>,
    /// Its new bytes.
    pub after: Vec<u8>,
    /// New value of the companion, with the session's time to live; none leaves the companion as it is.
    pub companion: Option<Vec<u8>>,
}

/// What became of a compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It is written; its time to live is what it was.
    Written,
    /// Somebody edited it since it was read. Nothing was written.
    Edited,
    /// It expired or was deleted. Nothing was written.
    Gone,
    /// The run was told to stop first. Nothing was sent.
    NotSent,
}

/// Whether the run was told to stop; asked before each write.
pub type IsStopped<'a> = &'a (dyn Fn() -> bool + Sync);

/// The sessions, wherever they are.
#[async_trait]
pub trait SessionPort: Send + Sync {
    /// Keys that match the glob; at least once each that is there from the first to the last page.
    async fn scan_keys(&self, cursor: u64, pattern: &str) -> Result<ScanPage, SessionError>;

    /// One size for every key.
    async fn load_sizes(&self, keys: &[SessionKey]) -> Result<Vec<Size>, SessionError>;

    /// One session for every key.
    async fn load_sessions(&self, keys: &[SessionKey], companions: bool) -> Result<Vec<StoredSession>, SessionError>;

    /// One result for every replacement. An error says nothing about whether it was applied.
    async fn replace(
        &self,
        replacements: Vec<Replacement>,
        is_stopped: IsStopped<'_>,
    ) -> Vec<Result<Replaced, SessionError>>;
}
