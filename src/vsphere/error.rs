//! Why there is no session.

use super::caller::{CallError, CallFailure};
use super::exchange::ExchangeError;
use super::transport::TransportError;
use crate::soap::DecodeError;

/// No session with a source. Reads after "failed to", and ends with a `hint:` line where there is something to do.
#[derive(Debug, thiserror::Error)]
#[error("open a session on {name} ({address}): {failure}{}", hint_line(failure.hint()))]
pub struct ConnectError {
    /// The source's name.
    pub name: String,
    /// `host:port`.
    pub address: String,
    /// Why.
    pub failure: ConnectFailure,
}

impl ConnectError {
    /// What sort of failure it is, for the exit code.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.failure.kind()
    }

    /// Whether the server refused user name or password.
    #[must_use]
    pub fn is_refused_login(&self) -> bool {
        matches!(self.failure, ConnectFailure::Login(LoginError::Refused { .. }))
    }

    /// Whether the server may have seen the login.
    #[must_use]
    pub fn may_have_sent_login(&self) -> bool {
        match &self.failure {
            ConnectFailure::Login(LoginError::Call(error)) => {
                !matches!(&error.failure, CallFailure::Exchange(error) if error.nothing_was_sent())
            }
            ConnectFailure::Login(_) => true,
            ConnectFailure::Transport(_) | ConnectFailure::Call(_) | ConnectFailure::NotVsphere(_) => false,
        }
    }
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    /// It was not even tried.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server did not introduce itself.
    #[error("{}", .0.failure)]
    Call(#[from] CallError),
    /// It introduced itself as something else.
    #[error("this is no vSphere server: {0}")]
    NotVsphere(DecodeError),
    /// It did not let the user in.
    #[error(transparent)]
    Login(#[from] LoginError),
}

/// Why a login failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// User name or password refused; not to be tried again with the same ones.
    #[error("the server refuses the user name or password of {username:?}")]
    Refused {
        /// Who tried.
        username: String,
    },
    /// The user is known, but has no rights here.
    #[error("{username:?} may not log in")]
    NoPermission {
        /// Who tried.
        username: String,
    },
    /// The call failed for another reason. The server may have seen it, so it is not repeated.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// What sort of failure keeps a source from being heard: exit code 77 is for the first two, 69 for the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// User name, password, or rights.
    Login,
    /// The certificate.
    Certificate,
    /// Anything else.
    Unreachable,
}

impl ConnectFailure {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Call(error) => call_kind(error),
            Self::Login(error) => error.kind(),
            Self::Transport(TransportError::Policy(_)) => FailureKind::Certificate,
            Self::Transport(_) | Self::NotVsphere(_) => FailureKind::Unreachable,
        }
    }

    /// What an operator can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Call(error) => error.hint(),
            Self::Login(error) => error.hint(),
            Self::Transport(TransportError::Host { .. }) => Some("set `host` and `port` apart, without a path".into()),
            Self::Transport(_) | Self::NotVsphere(_) => None,
        }
    }
}

impl LoginError {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Refused { .. } | Self::NoPermission { .. } => FailureKind::Login,
            Self::Call(error) => call_kind(error),
        }
    }

    /// What an operator can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { .. } => Some(
                "check `username` and the password; ESXi locks an account for 15 minutes after 5 refused logins".into(),
            ),
            Self::NoPermission { .. } => {
                Some("give the user the read-only role at the root of the inventory, propagating".into())
            }
            Self::Call(error) => error.hint(),
        }
    }
}

/// `\nhint: …`, or nothing.
pub(super) fn hint_line(hint: Option<String>) -> String {
    hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default()
}

fn call_kind(error: &CallError) -> FailureKind {
    match &error.failure {
        CallFailure::Exchange(ExchangeError::Certificate(_)) => FailureKind::Certificate,
        _ => FailureKind::Unreachable,
    }
}
