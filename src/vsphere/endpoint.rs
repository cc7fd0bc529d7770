//! Where a source is, and how long it may take.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::{Secret, Source, Tls};

/// One server and the account on it.
#[derive(Clone)]
pub struct Endpoint {
    /// The source's name, for messages.
    pub name: String,
    /// DNS name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Login name.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// How the certificate is judged.
    pub tls: Tls,
}

impl Endpoint {
    /// `host:port`, with brackets around an IPv6 address.
    #[must_use]
    pub fn address(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') && !host.starts_with('[') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }
}

impl From<&Source> for Endpoint {
    fn from(source: &Source) -> Self {
        Self {
            name: source.name.clone(),
            host: source.host.clone(),
            port: source.port,
            username: source.username.clone(),
            password: source.password.clone(),
            tls: source.tls.clone(),
        }
    }
}

/// Limits of time of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, the TLS handshake included.
    pub connect: Duration,
    /// One call, from connecting to the last byte of its answer.
    pub call: Duration,
    /// When the caller will give up on the source: no retry begins that could not end before.
    pub deadline: Option<Instant>,
}
