//! A server's certificate as a person sees it: its fingerprint, and why it may be of no use to any TLS 1.2 client.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// SHA-256 of a certificate in DER form. Displays as `openssl x509 -fingerprint -sha256` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of the certificate itself, not of its key.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

/// What keeps a certificate from being used even when it is pinned: rustls reads X.509 v3 only, and ring takes RSA keys
/// from 2,048 bits up (measured; hosts set up before 2010 have such certificates).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// X.509 v1 or v2.
    OldVersion,
    /// An RSA key of fewer than 2,048 bits.
    ShortRsaKey {
        /// Its length.
        bits: usize,
    },
}

impl std::fmt::Display for Weakness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OldVersion => f.write_str("an X.509 certificate of version 1 or 2"),
            Self::ShortRsaKey { bits } => write!(f, "a certificate with an RSA key of {bits} bits"),
        }
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
/// 1.2.840.113549.1.1.1, RFC 8017 appendix A.1.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Looks for a weakness; a certificate that cannot be read has none here, the verifier will say what is wrong.
pub(super) fn weakness(der: &[u8]) -> Option<Weakness> {
    let (certificate, _) = take(der, SEQUENCE)?;
    let (body, _) = take(certificate, SEQUENCE)?;
    // RFC 5280, section 4.1: [0] version (v3 is 2), serial, signature, issuer, validity, subject, key.
    let Some((version, mut rest)) = take(body, VERSION) else {
        return Some(Weakness::OldVersion);
    };
    if take(version, INTEGER)?.0 != [2] {
        return Some(Weakness::OldVersion);
    }
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        rest = take(rest, tag)?.1;
    }
    short_rsa_key(take(rest, SEQUENCE)?.0)
}

/// When a certificate ends; none if it cannot be read.
pub(super) fn expiry(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = take(der, SEQUENCE)?;
    let (body, _) = take(certificate, SEQUENCE)?;
    let mut rest = take(body, VERSION).map_or(body, |(_, rest)| rest);
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        rest = take(rest, tag)?.1;
    }
    let (validity, _) = take(rest, SEQUENCE)?;
    let (_, not_after) = take_time(validity)?;
    take_time(not_after)?.0
}

/// RFC 5280, section 4.1.2.5: `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` from 2050 on.
fn take_time(input: &[u8]) -> Option<(Option<Timestamp>, &[u8])> {
    let ((digits, rest), century) = match take(input, UTC_TIME) {
        Some((digits, rest)) => {
            let century = if digits.first()? < &b'5' { "20" } else { "19" };
            ((digits, rest), century)
        }
        None => (take(input, GENERALIZED_TIME)?, ""),
    };
    let text = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok();
    let time = time.and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    Some((time.map(|time| time.timestamp()), rest))
}

fn short_rsa_key(key_info: &[u8]) -> Option<Weakness> {
    let (algorithm, rest) = take(key_info, SEQUENCE)?;
    if take(algorithm, OBJECT_ID)?.0 != RSA_ENCRYPTION {
        return None;
    }
    let (_unused_bits, key) = take(rest, BIT_STRING)?.0.split_first()?;
    let (modulus, _) = take(take(key, SEQUENCE)?.0, INTEGER)?;
    let leading = modulus.iter().take_while(|byte| **byte == 0).count();
    let bits = (modulus.len() - leading) * 8;
    (bits < 2048).then_some(Weakness::ShortRsaKey { bits })
}

/// Splits one DER element off: its content, and what follows it.
fn take(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = input.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (
                bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
                rest,
            )
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("short").to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    }

    /// The parts of a certificate that are looked at.
    fn certificate(version: &[u8], key_algorithm: &[u8], modulus: &[u8]) -> Vec<u8> {
        let key = element(SEQUENCE, &element(INTEGER, modulus));
        let key = element(BIT_STRING, &[&[0], &key[..]].concat());
        let key_info = element(
            SEQUENCE,
            &[element(SEQUENCE, &element(OBJECT_ID, key_algorithm)), key].concat(),
        );
        let fields = [element(INTEGER, &[1]), element(SEQUENCE, &[]).repeat(4), key_info].concat();
        element(SEQUENCE, &element(SEQUENCE, &[version.to_vec(), fields].concat()))
    }

    #[test]
    fn weaknesses_are_told_apart() {
        let v3 = element(VERSION, &element(INTEGER, &[2]));
        let modulus = |bytes: usize| [vec![0], vec![0xff; bytes]].concat();
        let cases = [
            (certificate(&v3, RSA_ENCRYPTION, &modulus(256)), None),
            (
                certificate(&v3, RSA_ENCRYPTION, &modulus(255)),
                Some(Weakness::ShortRsaKey { bits: 2040 }),
            ),
            (
                certificate(&v3, RSA_ENCRYPTION, &modulus(128)),
                Some(Weakness::ShortRsaKey { bits: 1024 }),
            ),
            (certificate(&v3, &[0x2a], &modulus(32)), None),
            (
                certificate(&[], RSA_ENCRYPTION, &modulus(256)),
                Some(Weakness::OldVersion),
            ),
            (
                certificate(&element(VERSION, &element(INTEGER, &[1])), &[], &[]),
                Some(Weakness::OldVersion),
            ),
            (vec![], None),
        ];
        for (der, expected) in cases {
            assert_eq!(weakness(&der), expected);
        }
    }

    fn ending(tag: u8, not_after: &str) -> Vec<u8> {
        let times = [element(UTC_TIME, b"200101000000Z"), element(tag, not_after.as_bytes())].concat();
        let fields = [
            element(INTEGER, &[1]),
            element(SEQUENCE, &[]).repeat(2),
            element(SEQUENCE, &times),
        ];
        element(SEQUENCE, &element(SEQUENCE, &fields.concat()))
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_forms() {
        for (tag, text, expected) in [
            (UTC_TIME, "491231235959Z", Some("2049-12-31T23:59:59Z")),
            (UTC_TIME, "500101000000Z", Some("1950-01-01T00:00:00Z")),
            (GENERALIZED_TIME, "20500101000000Z", Some("2050-01-01T00:00:00Z")),
            (GENERALIZED_TIME, "99991231235959Z", None),
            (UTC_TIME, "soon", None),
        ] {
            let expected = expected.map(|text| text.parse().expect("a time"));
            assert_eq!(expiry(&ending(tag, text)), expected, "{text}");
        }
        assert_eq!(expiry(&[]), None);
    }

    #[test]
    fn a_fingerprint_reads_like_openssl() {
        let text = Fingerprint::of(b"").to_string();
        assert!(
            text.starts_with("E3:B0:C4:42:98:FC:1C:14:") && text.len() == 95,
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let der = [&[SEQUENCE, 0x40, SEQUENCE, 0x3e], &bytes[..]].concat();
            weakness(&der);
            expiry(&der);
        }
    }
}
