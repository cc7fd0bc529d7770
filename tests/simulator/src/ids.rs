//! Ids that are the same in every run, and timestamps.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

/// A UUID made from a server's name and what is identified.
pub(crate) fn uuid(server: &str, thing: &str) -> String {
    let hash = Sha256::digest(format!("{server}\0{thing}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A secret in the form of a session cookie: forty hex digits.
pub(crate) fn secret() -> String {
    let mut text = uuid::Uuid::new_v4().simple().to_string();
    text.push_str(&uuid::Uuid::new_v4().simple().to_string()[..8]);
    text
}

/// A key as vSphere writes it: `52` and a UUID without its first two digits.
pub(crate) fn key() -> String {
    format!("52{}", &uuid::Uuid::new_v4().to_string()[2..])
}

/// Bytes as upper case hex with colons between, as `openssl x509 -fingerprint` prints them.
pub(crate) fn colon_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let separator = if text.is_empty() { "" } else { ":" };
        let _ = write!(text, "{separator}{byte:02X}");
    }
    text
}

/// Now, as `2026-01-31T08:00:00.000000Z`.
pub(crate) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default();
    timestamp(since.as_secs(), since.subsec_micros())
}

fn timestamp(seconds: u64, micros: u32) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// Days since 1970 to a date; Howard Hinnant's `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 {
        month_shifted + 3
    } else {
        month_shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_calendar_dates() {
        assert_eq!(timestamp(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(951_827_696, 7), "2000-02-29T12:34:56.000007Z");
    }

    #[test]
    fn fingerprints_are_upper_case_with_colons() {
        assert_eq!(colon_hex(&[0xab, 0x01]), "AB:01");
    }
}
