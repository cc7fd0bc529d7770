//! Judges a server's certificate, and remembers why it was refused.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

use super::certificate::{Fingerprint, Weakness, weakness};

/// A certificate that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Of the certificate that was presented.
    pub fingerprint: Fingerprint,
    /// Why.
    pub reason: RejectionReason,
}

/// Why a certificate was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RejectionReason {
    /// The authorities do not vouch for it.
    Untrusted {
        /// In what respect.
        detail: String,
    },
    /// It is none of the pinned ones.
    NotPinned,
    /// No TLS 1.2 client could use it, pinned or not.
    Weak(Weakness),
}

/// Where the verifier leaves its verdict: HTTP libraries pass errors on as text at best.
pub(super) type Verdict = Arc<Mutex<Option<Rejection>>>;

/// Whom to believe.
#[derive(Debug)]
pub(super) enum Trust {
    /// Certificate authorities; `None` if there are none at all.
    Authorities(Option<Arc<WebPkiServerVerifier>>),
    /// These certificates, whatever their name, issuer or date.
    Pins(Vec<[u8; 32]>),
    /// Anyone.
    Anyone,
}

#[derive(Debug)]
pub(super) struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    verdict: Verdict,
}

impl Verifier {
    pub(super) fn new(trust: Trust, provider: Arc<CryptoProvider>, verdict: Verdict) -> Self {
        Self {
            trust,
            provider,
            verdict,
        }
    }

    fn judge(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), (RejectionReason, rustls::Error)> {
        let unknown = || rustls::Error::from(CertificateError::UnknownIssuer);
        let verified = match &self.trust {
            Trust::Anyone => return Ok(()),
            Trust::Pins(pins) if pins.contains(&Fingerprint::of(end_entity).0) => Ok(()),
            Trust::Pins(_) => Err((RejectionReason::NotPinned, unknown())),
            Trust::Authorities(None) => Err((untrusted("this system has no certificate authorities"), unknown())),
            Trust::Authorities(Some(verifier)) => verifier
                .verify_server_cert(end_entity, intermediates, name, &[], now)
                .map(|_| ())
                .map_err(|error| (untrusted(&words(&error)), error)),
        };
        match (verified, weakness(end_entity)) {
            (Err((RejectionReason::NotPinned, error)), _) => Err((RejectionReason::NotPinned, error)),
            (_, Some(weakness)) => Err((RejectionReason::Weak(weakness), unknown())),
            (verified, None) => verified,
        }
    }

    fn anyone(&self) -> bool {
        matches!(self.trust, Trust::Anyone)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.judge(end_entity, intermediates, name, now)
            .map_err(|(reason, error)| {
                let rejection = Rejection {
                    fingerprint: Fingerprint::of(end_entity),
                    reason,
                };
                *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(rejection);
                error
            })?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.anyone() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.anyone() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn untrusted(detail: &str) -> RejectionReason {
    RejectionReason::Untrusted {
        detail: detail.to_owned(),
    }
}

fn words(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(error) = error else {
        return error.to_string();
    };
    match error {
        CertificateError::UnknownIssuer => "it is self-signed or its issuer is unknown".into(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet".into(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was issued for another name".into()
        }
        // webpki's word for a self-signed certificate that may sign others, as most are.
        CertificateError::Other(other) if other.0.to_string() == "CaUsedAsEndEntity" => "it is self-signed".into(),
        other => format!("it is not acceptable: {other}"),
    }
}
