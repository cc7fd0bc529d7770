//! Sessions with `ESXi` hosts and vCenters: a listing, with how complete it is.
//!
//! [`Session::open`] connects and logs in (in two steps: [`Introduction::of`], [`Introduction::log_in`]), [`Session::list`] asks for everything in one go, [`Session::logout`] ends it.
//! What happens on the way is decided here (retries, another login, restarts); what it means is not: a [`Listing`] says
//! whether what arrived is all, and never fails. The objects go page by page into a [`Sink`].

mod caller;
mod certificate;
mod diagnosis;
mod discretion;
mod endpoint;
mod error;
mod exchange;
mod gathering;
mod handshake;
mod introduction;
mod listing;
mod login;
mod prefetch;
mod question;
mod session;
mod tls;
mod transport;
mod verifier;
mod walk;

#[cfg(test)]
mod tests;

pub use caller::{CallError, CallFailure};
pub use certificate::{Fingerprint, Weakness};
pub use endpoint::{Endpoint, Timeouts};
pub use error::{ConnectError, ConnectFailure, FailureKind, LoginError};
pub use exchange::{Exchange, ExchangeError};
pub use handshake::{Presented, shake_hands};
pub use introduction::Introduction;
pub use listing::{Bounds, Completeness, IncompleteReason, ListWarning, Listing, OnProgress, Progress, Sink, Stats};
pub use session::Session;
pub use tls::PolicyError;
pub use transport::{Transport, TransportError};
pub use verifier::{Rejection, RejectionReason};
