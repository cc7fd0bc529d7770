//! What a source said, and whether that is all.

use super::caller::CallError;
use super::error::{LoginError, hint_line};
use crate::soap::{FaultKind, ObjectContent};

/// Takes the objects of a listing, page by page.
pub trait Sink: Send {
    /// The objects of one page. A view that shifts between two pages shows an object twice: the later sight is the
    /// fresher one.
    fn add(&mut self, objects: Vec<ObjectContent<'_>>);

    /// The listing begins anew: if it is completed, what was added before and is not added again has gone.
    fn restart(&mut self);
}

/// What became of a listing.
#[derive(Debug)]
pub struct Listing {
    /// Whether the objects that arrived are all.
    pub completeness: Completeness,
    /// What went differently, but not wrong.
    pub warnings: Vec<ListWarning>,
    /// What it cost.
    pub stats: Stats,
    /// Whether the source answered at all.
    pub reachable: bool,
}

/// Whether an object that is not in the listing is not on the source.
#[derive(Debug)]
pub enum Completeness {
    /// Every page arrived, in a session that lived to the end.
    Complete,
    /// Something may be missing.
    Incomplete {
        /// Why; at least one.
        reasons: Vec<IncompleteReason>,
    },
}

impl Completeness {
    /// Whether absence is evidence.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }

    /// Why it is not, if it is not.
    #[must_use]
    pub fn reason(&self) -> Option<&IncompleteReason> {
        match self {
            Self::Complete => None,
            Self::Incomplete { reasons } => reasons.first(),
        }
    }
}

/// Why a listing is not complete. Displays with a `hint:` line where there is something to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IncompleteReason {
    /// The caller stopped waiting.
    #[error("the listing was stopped before its end")]
    Interrupted,
    /// A call failed, or failed again.
    #[error("{error}{hint}", error = .0, hint = hint_line(.0.hint()))]
    Call(CallError),
    /// vCenter 7.0.3.2–8.0.2 refuses the second page to users who cannot read the root folder (govmomi #3455).
    #[error(
        "the server refuses further pages to this user{}",
        hint_line(Some("give it the read-only role on the root folder, without propagation is enough".into()))
    )]
    PagesRefused,
    /// The session expired, and so did the next one, or there may be no next one.
    #[error("the session expired{}", hint_line(Some("the server ends sessions while they are used; see its log".into())))]
    SessionExpired,
    /// The session expired, and the server did not let us in again.
    #[error("the session expired, and the next login failed: {error}{hint}", error = .0, hint = hint_line(.0.hint()))]
    LoginFailed(LoginError),
    /// The same token came twice: the pages would never end.
    #[error("the server repeats its pages")]
    TokenRepeated,
    /// A cap of [`Bounds`].
    #[error("the listing has more than {limit} {what}")]
    TooMuch {
        /// `objects`, `pages`, `bytes`, `values`.
        what: &'static str,
        /// The cap.
        limit: usize,
    },
}

/// What went differently in a listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListWarning {
    /// The server's version lacks a property; every object of these kinds has it as missing.
    #[error("the server does not know the property {path} of {}", kinds.join(", "))]
    UnknownProperty {
        /// As in the spec.
        path: &'static str,
        /// Whose specs name it.
        kinds: Vec<&'static str>,
    },
    /// The server has no object of this kind.
    #[error("the server has no {kind}")]
    UnknownKind {
        /// As in the spec.
        kind: &'static str,
    },
    /// The session had expired.
    #[error("the session had expired; logged in again and listed from the start")]
    LoggedInAgain,
    /// Something vanished, or the connection broke, between two pages.
    #[error("listed again from the start: {cause}")]
    Restarted {
        /// What happened.
        cause: CallError,
    },
}

/// What a listing, or a session, cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Calls that were sent.
    pub soap_calls: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Pages that were read.
    pub pages: u64,
    /// Time from the first call of the listing to its end.
    pub fetch_ms: u64,
    /// The part of it in which pages were read.
    pub parse_ms: u64,
}

/// Is told of every page.
pub type OnProgress<'a> = dyn Fn(Progress) + Send + Sync + 'a;

/// How far a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Pages read so far.
    pub pages: u64,
    /// Objects on them.
    pub objects: usize,
}

/// The caps of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Objects that are asked for at once. Without it real servers send 100.
    pub page_size: u32,
    /// Objects in all.
    pub objects: usize,
    /// Pages in all: at 100 a page, enough for the objects.
    pub pages: usize,
    /// Bytes of all pages.
    pub bytes: usize,
    /// Values of all objects: a tiny value costs far more memory than bytes on the wire. 100,000 VMs have some 6 million,
    /// with all their details 50 million.
    pub values: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            page_size: 1000,
            objects: 1_000_000,
            pages: 20_000,
            bytes: 1 << 30,
            values: 50_000_000,
        }
    }
}

/// Whether a missing property says that there is no session.
pub(super) fn says_expired(object: &ObjectContent<'_>) -> bool {
    object
        .missing
        .iter()
        .any(|missing| missing.fault == FaultKind::NotAuthenticated)
}
