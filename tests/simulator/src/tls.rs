//! The server's certificate: self-signed like an ESXi host's, and new for each server unless one is shared.

use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::ids;

/// A certificate with its key, and what serves it; see [`crate::Simulator::start_with`].
#[derive(Clone)]
pub struct Certificate {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) pem: String,
    pub(crate) fingerprint: String,
}

impl Certificate {
    /// A new self-signed one for `127.0.0.1` and `localhost`. Valid until then; for ages if nothing is said.
    pub fn generate(ends: Option<SystemTime>) -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
        if let Some(end) = ends {
            let since = end.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
            params.not_after = date_time_ymd(1970, 1, 1) + since;
        }
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "localhost.localdomain");
        name.push(DnType::OrganizationName, "VMware, Inc");
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let der = certificate.der().clone();
        Ok(Self {
            pem: certificate.pem(),
            fingerprint: ids::colon_hex(&Sha256::digest(&der)),
            acceptor: TlsAcceptor::from(Arc::new(server_config(der, &key)?)),
        })
    }
}

fn server_config(certificate: CertificateDer<'static>, key: &KeyPair) -> io::Result<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let builder = builder.with_no_client_auth();
    builder
        .with_single_cert(vec![certificate], key)
        .map_err(io::Error::other)
}
