//! One request to a service of the portal or of its operators, and what its answer means.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

mod answer;

pub use answer::{Answer, judge, parse_retry_after};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// So much of a body is read, and so long, that the connection may serve the next post. Nothing in it is of interest.
const DRAIN_BYTES: usize = 16 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Why a service cannot be called at all.
#[derive(Debug, Error)]
pub enum TransportError {
    /// An `https` address, and nothing to judge its certificate by.
    #[error(
        "this machine has no certificate authorities to judge its certificate by\nhint: install the CA bundle (ca-certificates)"
    )]
    NoAuthorities,
    /// The client library refused its settings.
    #[error("the HTTP client could not be set up: {0}")]
    Client(#[source] reqwest::Error),
    /// So did the TLS library.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// What became of one try.
#[derive(Debug)]
pub enum Try {
    /// It answered.
    Answered(StatusCode, Answer),
    /// It could not be reached, or said nothing in time.
    Silent {
        /// Another try would only take as long again.
        timed_out: bool,
        /// In words, without the address.
        reason: String,
    },
    /// The exchange broke off.
    Broken(String),
}

/// A client that goes where the configuration says and nowhere else: no proxy of the environment, no redirects.
///
/// # Errors
/// See [`TransportError`].
pub fn build_client(url: &Url, timeout: Duration) -> Result<Client, TransportError> {
    Client::builder()
        .tls_backend_preconfigured(tls(url)?)
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT.min(timeout))
        .build()
        .map_err(TransportError::Client)
}

/// The system's authorities are only read for an `https` address: a machine without any may still use `http`.
fn tls(url: &Url) -> Result<ClientConfig, TransportError> {
    let mut roots = RootCertStore::empty();
    if url.scheme() == "https" {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(TransportError::NoAuthorities);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

/// Shakes hands over an open connection as a request would, and closes it. Nothing is sent.
///
/// # Errors
/// The cause in one line.
pub async fn secure(url: &Url, stream: TcpStream) -> Result<(), String> {
    let config = tls(url).map_err(|error| error.to_string())?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(config));
    let secured = connector.connect(name, stream).await;
    secured.map(drop).map_err(|error| format!("no TLS: {error}"))
}

/// Sends a request once. What the answer says beside its status is not looked at.
pub async fn send_once(request: RequestBuilder) -> Try {
    match request.send().await {
        Ok(response) => {
            let retry_after = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            let answer = judge(response.status().as_u16(), retry_after, Timestamp::now());
            let status = response.status();
            let _ = tokio::time::timeout(DRAIN_TIME, drain(response)).await;
            Try::Answered(status, answer)
        }
        Err(error) => describe(error),
    }
}

async fn drain(mut response: Response) {
    let mut left = DRAIN_BYTES;
    while let Ok(Some(chunk)) = response.chunk().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            break;
        }
    }
}

/// Without the URL, which may bear a password.
fn describe(error: reqwest::Error) -> Try {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reason = cause.to_string();
        source = cause.source();
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => Try::Silent {
            timed_out: true,
            reason: "it did not answer in time".to_owned(),
        },
        (false, true) => Try::Silent {
            timed_out: false,
            reason: format!("it could not be reached ({reason})"),
        },
        (false, false) => Try::Broken(format!("the exchange broke off ({reason})")),
    }
}

/// An address for messages: scheme, host and port. User, password, path and query may be secret.
#[must_use]
pub fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_a_secret() {
        let shown = |url: &str| origin(&url.parse().expect("a URL"));
        assert_eq!(shown("https://user:canary@h.example/x?y=canary"), "https://h.example");
        assert_eq!(shown("http://[::1]:8080/x"), "http://[::1]:8080");
    }
}
