//! One call and its answer: the seam between the protocol and the network.

use std::time::Duration;

use super::verifier::{Rejection, RejectionReason};
use crate::soap::Request;

/// Carries calls to one server. The network behind it may be a list of scripted answers.
pub trait Exchange: Send + Sync + 'static {
    /// Sends the request and returns the body of the answer, a SOAP fault included.
    fn call(&self, request: Request) -> impl Future<Output = Result<Vec<u8>, ExchangeError>> + Send;

    /// The value of the session cookie: whoever has it is logged in.
    fn cookie(&self) -> Option<String> {
        None
    }

    /// Forgets the session cookie, before another login.
    fn forget_session(&self);
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// No connection; nothing was sent.
    #[error("no connection: {reason}")]
    Connect {
        /// The system's words.
        reason: String,
    },
    /// The certificate was refused; nothing was sent.
    #[error("{}", rejected(.0))]
    Certificate(Rejection),
    /// The server speaks TLS, but nothing that is safe today; nothing was sent.
    #[error("the server offers no TLS 1.2 with a modern cipher suite ({reason})")]
    TlsTooOld {
        /// The library's words.
        reason: String,
    },
    /// The port speaks something else than TLS; nothing was sent.
    #[error("the port does not speak TLS, perhaps plain HTTP")]
    NotTls,
    /// No answer, or not all of it, in time.
    #[error("no complete answer within {} s", after.as_secs_f32())]
    TimedOut {
        /// The limit.
        after: Duration,
        /// Whether the connection stood: else nothing was sent.
        connected: bool,
    },
    /// The connection broke after the request was sent, or while it was.
    #[error("the connection broke: {reason}")]
    Broken {
        /// The library's words.
        reason: String,
    },
    /// Larger than allowed; the rest was not read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The cap.
        limit: usize,
    },
    /// HTTP says that this is no SOAP answer.
    #[error("the server answered with HTTP status {status}")]
    Status {
        /// 503 while a host's management agent starts.
        status: u16,
    },
}

impl ExchangeError {
    /// Whether the server cannot have seen the request.
    #[must_use]
    pub fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Certificate(_) | Self::TlsTooOld { .. } | Self::NotTls => true,
            Self::TimedOut { connected, .. } => !connected,
            Self::Broken { .. } | Self::TooLarge { .. } | Self::Status { .. } => false,
        }
    }

    /// Whether the same call may well succeed a moment later. A call that timed out has had its moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Broken { .. } => true,
            Self::Status { status } => matches!(status, 502..=504),
            Self::Certificate(_)
            | Self::TlsTooOld { .. }
            | Self::NotTls
            | Self::TimedOut { .. }
            | Self::TooLarge { .. } => false,
        }
    }

    /// What an operator can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Connect { .. } => Some(
                "check `host` and `port`, and whether the server is up and a firewall lets this machine reach it"
                    .into(),
            ),
            Self::Certificate(rejection) => Some(certificate_hint(rejection)),
            Self::TlsTooOld { .. } => Some(
                "ESXi and vCenter before 6.0 U3 speak TLS 1.0 and 1.1 only, or CBC cipher suites only; upgrade, or \
                 enable TLS 1.2 with AES-GCM on the server"
                    .into(),
            ),
            Self::NotTls => Some("set `port` to the HTTPS port of the server, usually 443".into()),
            Self::Status { status: 503 } => Some("the server's management service is starting or down".into()),
            Self::Status { status: 404 } => Some("is this an ESXi host or a vCenter? It has no /sdk".into()),
            Self::Status { status: 300..=399 } => Some("redirects are not followed; name the server itself".into()),
            _ => None,
        }
    }
}

fn rejected(rejection: &Rejection) -> String {
    let fingerprint = rejection.fingerprint;
    match &rejection.reason {
        RejectionReason::Untrusted { detail } => {
            format!("the certificate is not trusted: {detail}; its SHA-256 fingerprint is {fingerprint}")
        }
        RejectionReason::NotPinned => {
            format!("the certificate is not the pinned one; its SHA-256 fingerprint is {fingerprint}")
        }
        RejectionReason::Weak(weakness) => {
            format!("the server has {weakness}, which cannot be used; its SHA-256 fingerprint is {fingerprint}")
        }
    }
}

/// The line to paste stands by itself, indented by four: reports do not break such a line.
fn certificate_hint(rejection: &Rejection) -> String {
    let pin = format!("    tls: {{fingerprint_sha256: \"{}\"}}", rejection.fingerprint);
    match &rejection.reason {
        RejectionReason::Untrusted { .. } => {
            format!("compare the fingerprint with the server's own, then pin it at this source:\n{pin}")
        }
        RejectionReason::NotPinned => format!(
            "was the certificate replaced? If not, someone is in between. If you are sure, pin the new one:\n{pin}"
        ),
        RejectionReason::Weak(_) => "give the server a new certificate (X.509 v3, RSA 2048 or more); until then only \
                                     `tls: {verify: false}` reaches it, without any protection"
            .into(),
    }
}
