//! Finds out what a failed HTTP call failed of.

use std::error::Error;
use std::time::Duration;

use rustls::{AlertDescription, InvalidMessage};

use super::exchange::ExchangeError;
use super::verifier::Rejection;

/// Sorts a reqwest error. `rejection` is what the verifier left behind during this call.
pub(super) fn diagnose(error: &reqwest::Error, rejection: Option<Rejection>, call_timeout: Duration) -> ExchangeError {
    if let Some(rejection) = rejection {
        return ExchangeError::Certificate(rejection);
    }
    if let Some(tls) = find_tls_error(error) {
        return of_tls(tls, error.is_connect());
    }
    if error.is_timeout() {
        return ExchangeError::TimedOut {
            after: call_timeout,
            connected: !error.is_connect(),
        };
    }
    let reason = innermost(error);
    if error.is_connect() {
        ExchangeError::Connect { reason }
    } else {
        ExchangeError::Broken { reason }
    }
}

/// Sorts the failure of a handshake that no request follows.
pub(super) fn diagnose_handshake(error: &std::io::Error, rejection: Option<Rejection>) -> ExchangeError {
    if let Some(rejection) = rejection {
        return ExchangeError::Certificate(rejection);
    }
    match find_tls_error(error) {
        Some(tls) => of_tls(tls, true),
        None => ExchangeError::Connect {
            reason: error.to_string(),
        },
    }
}

fn of_tls(tls: &rustls::Error, is_connecting: bool) -> ExchangeError {
    use rustls::Error::{AlertReceived, InvalidMessage as Invalid, PeerIncompatible};
    let reason = tls.to_string();
    match tls {
        AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)
        | PeerIncompatible(_)
        | Invalid(InvalidMessage::UnknownProtocolVersion) => ExchangeError::TlsTooOld { reason },
        Invalid(InvalidMessage::InvalidContentType) if is_connecting => ExchangeError::NotTls,
        _ if is_connecting => ExchangeError::Connect { reason },
        _ => ExchangeError::Broken { reason },
    }
}

/// Walks down the causes. An I/O error made of another error does not name it as its source, so it is unpacked.
fn find_tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        current = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// The last cause says it best: "Connection refused", "failed to lookup address".
fn innermost(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
