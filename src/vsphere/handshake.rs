//! The TLS handshake alone: which certificate a server shows, before anything is said to it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::caller::{CallError, CallFailure};
use super::certificate::{Fingerprint, Weakness, expiry, weakness};
use super::diagnosis::diagnose_handshake;
use super::error::ConnectFailure;
use super::exchange::ExchangeError;
use super::tls::client_config;
use super::transport::TransportError;
use super::verifier::Verdict;
use crate::config::Tls;

/// A certificate that was shown, and accepted by the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Of the server's own certificate.
    pub fingerprint: Fingerprint,
    /// When it ends; none if that cannot be read.
    pub expires: Option<Timestamp>,
    /// What would keep it from being used once it is verified or pinned.
    pub weakness: Option<Weakness>,
}

/// Shakes hands over an open connection and closes it; nothing else is sent.
///
/// # Errors
/// No TLS that is of use, or a certificate that the policy refuses.
pub async fn shake_hands(
    host: &str,
    policy: &Tls,
    stream: TcpStream,
    limit: Duration,
) -> Result<Presented, ConnectFailure> {
    let verdict = Verdict::default();
    let config = client_config(policy, verdict.clone()).map_err(TransportError::from)?;
    let connector = TlsConnector::from(Arc::new(config));
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| TransportError::Host { host: host.to_owned() })?;
    let stream = match timeout(limit, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            let rejection = verdict.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Err(failed(diagnose_handshake(&error, rejection)));
        }
        Err(_) => {
            return Err(failed(ExchangeError::TimedOut {
                after: limit,
                connected: false,
            }));
        }
    };
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let reason = "the server showed no certificate".to_owned();
    let shown = shown.ok_or_else(|| failed(ExchangeError::Connect { reason }))?;
    Ok(Presented {
        fingerprint: Fingerprint::of(shown),
        expires: expiry(shown),
        weakness: weakness(shown),
    })
}

fn failed(error: ExchangeError) -> ConnectFailure {
    ConnectFailure::Call(CallError {
        method: "TLS handshake",
        failure: CallFailure::Exchange(error),
    })
}
