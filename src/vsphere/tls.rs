//! The TLS side of a connection, by the source's policy.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::verifier::{Trust, Verdict, Verifier};
use crate::config::Tls;

/// Why no TLS client can be made of a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The CA file has no usable certificate.
    #[error("the CA file {} holds no usable certificate: {reason}", path.display())]
    CaFile {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Never seen: the provider lacks what it is known to have.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// A client configuration that judges certificates by `policy` and leaves its refusals in `verdict`.
pub(super) fn client_config(policy: &Tls, verdict: Verdict) -> Result<ClientConfig, PolicyError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(trust(policy, &provider)?, Arc::clone(&provider), verdict);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

fn trust(policy: &Tls, provider: &Arc<CryptoProvider>) -> Result<Trust, PolicyError> {
    Ok(match policy {
        Tls::SystemRoots => Trust::Authorities(authorities(system_roots(), provider)),
        Tls::Fingerprints(pins) => Trust::Pins(pins.clone()),
        Tls::Unverified => Trust::Anyone,
        Tls::CaFile { path, pem } => {
            let roots = file_roots(pem).map_err(|reason| PolicyError::CaFile {
                path: path.clone(),
                reason,
            })?;
            Trust::Authorities(authorities(Arc::new(roots), provider))
        }
    })
}

/// No authorities, no verifier: webpki refuses to make one, but a host without a CA bundle is a host like any other.
fn authorities(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider))
        .build()
        .ok()
}

/// Read once, and only if a source asks for them: this takes milliseconds.
fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let load = || {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::debug!(%error, "a system certificate was passed over");
        }
        roots.add_parsable_certificates(found.certs);
        Arc::new(roots)
    };
    Arc::clone(ROOTS.get_or_init(load))
}

fn file_roots(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        Err("no PEM block \"CERTIFICATE\" was found".into())
    } else {
        Ok(roots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_a_certificate_is_named() {
        for pem in [
            &b""[..],
            b"hello",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let policy = Tls::CaFile {
                path: "/etc/ca.pem".into(),
                pem: pem.to_vec(),
            };
            let error = client_config(&policy, Verdict::default())
                .expect_err("no certificate")
                .to_string();
            assert!(
                error.starts_with("the CA file /etc/ca.pem holds no usable certificate"),
                "{error}"
            );
        }
    }

    #[test]
    fn no_authorities_are_no_verifier() {
        let provider = Arc::new(ring::default_provider());
        assert!(authorities(Arc::new(RootCertStore::empty()), &provider).is_none());
    }
}
