//! `tls:`, on top and in a source.

use std::path::PathBuf;

use super::super::Tls;
use super::super::load::read_bounded;
use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::values::fingerprints;
use super::Context;

/// A bundle of all public authorities is about 250 KB.
const MAX_PEM_BYTES: u64 = 4 << 20;
const PEM_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The one way of the section to judge a certificate; the system's authorities if it says nothing.
pub(super) fn tls(context: &mut Context<'_>, section: &Section<'_>) -> Tls {
    if let [_, second, ..] = ways(section)[..] {
        let flaw = Flaw::new("a second way to judge the certificate");
        let accepted = "one of fingerprint_sha256, ca_file and verify: false";
        context.problem(section, second, flaw.accepting(accepted));
    }
    if section.switch("verify") == Some(false) {
        return Tls::Unverified;
    }
    if let Some(pins) = section.read("fingerprint_sha256", fingerprints) {
        return Tls::Fingerprints(pins);
    }
    match context.path(section, "ca_file") {
        Some(path) => ca_file(context, section, path),
        None => Tls::SystemRoots,
    }
}

fn ways(section: &Section<'_>) -> Vec<&'static str> {
    let mut ways = section.present(&["fingerprint_sha256", "ca_file"]);
    if section.switch("verify") == Some(false) {
        ways.push("verify");
    }
    ways
}

fn ca_file(context: &mut Context<'_>, section: &Section<'_>, path: PathBuf) -> Tls {
    let pem = match read_bounded(&path, MAX_PEM_BYTES) {
        Ok((pem, _)) => pem,
        Err(error) => {
            let flaw = Flaw::new(format!("failed to read {}: {error}", path.display()));
            let flaw = flaw.accepting("a PEM file");
            context.problem(
                section,
                "ca_file",
                flaw.hinting("put the authority's certificate there, for this user to read"),
            );
            return Tls::SystemRoots;
        }
    };
    let has_certificate = pem
        .windows(PEM_CERTIFICATE.len())
        .any(|window| window == PEM_CERTIFICATE);
    if !has_certificate || pem.len() as u64 > MAX_PEM_BYTES {
        let flaw = Flaw::new(format!("{} holds no certificate", path.display()));
        context.problem(
            section,
            "ca_file",
            flaw.accepting("a PEM file with -----BEGIN CERTIFICATE-----, at most 4 MiB")
                .hinting("put the authority's certificate there"),
        );
    }
    Tls::CaFile {
        path,
        pem: pem.to_vec(),
    }
}
