//! Secrets that are recognised wherever they turn up: whole or in part, and however they are spelled.
//!
//! A mark begins and ends with a word of ASCII letters, which every escaping leaves as it is (URL, XML, JSON, `{:?}`),
//! and which a parser that takes it apart at one of the characters in between leaves whole on either side. So the
//! words are looked for, and what encodings make of them: base64 at each of its three offsets, hexadecimal digits,
//! lists of bytes.

use std::fmt::Write as _;
use std::sync::LazyLock;

const WORDS: [&str; 2] = ["Kanari", "Vogel"];

/// What a password may hold and most formats have to escape.
const AWKWARD: &str = "&<\"'é%@:/+?#\\ ";

static SPELLINGS: LazyLock<Vec<String>> = LazyLock::new(|| WORDS.iter().flat_map(|word| spellings(word)).collect());

/// A password.
pub fn password(number: usize) -> String {
    format!("{}{number:02}{AWKWARD}{}{number:02}", WORDS[0], WORDS[1])
}

/// Thirty letters and digits: a session key.
pub fn word(number: usize) -> String {
    format!("{}{number:02}{:x<15}{}{number:02}", WORDS[0], "", WORDS[1])
}

/// The first part of a mark in these bytes, with what is around it.
pub fn find(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let lower_case = text.to_ascii_lowercase();
    let found = |spelling: &String| {
        let case_counts = spelling.contains(|c: char| c.is_ascii_uppercase());
        let text: &str = if case_counts { &text } else { &lower_case };
        text.find(spelling.as_str()).map(|at| around(text, at))
    };
    SPELLINGS.iter().find_map(found)
}

fn around(text: &str, at: usize) -> String {
    let (before, after) = text.split_at(at);
    let before: String = before.chars().rev().take(80).collect();
    let before: String = before.chars().rev().collect();
    before + &after.chars().take(80).collect::<String>()
}

/// Those in lower case are looked for whatever the case. No encoding here is without an upper-case letter by chance:
/// the test below would miss it.
fn spellings(word: &str) -> Vec<String> {
    let joined = |separator: &str, show: fn(u8) -> String| {
        let bytes: Vec<_> = word.bytes().map(show).collect();
        bytes.join(separator)
    };
    let hexadecimal = |byte| format!("{byte:02x}");
    let mut all = vec![
        word.to_ascii_lowercase(),
        joined("", hexadecimal),
        joined("%", hexadecimal),
        joined("\\x", hexadecimal),
        joined(", ", |byte| byte.to_string()),
        joined(",", |byte| byte.to_string()),
    ];
    all.extend((0..3).map(|offset| base64_part(word, offset)));
    all
}

/// The digits of base64 (RFC 4648) that depend on the word alone if `offset` bytes stand before its group.
fn base64_part(word: &str, offset: usize) -> String {
    let whole = base64(&[&vec![0; offset], word.as_bytes()].concat());
    let complete = (offset + word.len()) * 8 / 6;
    whole[(offset * 8).div_ceil(6)..complete].to_owned()
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = String::new();
    for byte in bytes {
        write!(bits, "{byte:08b}").expect("a string grows");
    }
    let digit = |six: &[u8]| {
        let six = six.iter().fold(0, |value, bit| value << 1 | usize::from(bit - b'0')) << (6 - six.len());
        char::from(DIGITS[six])
    };
    bits.as_bytes().chunks(6).map(digit).collect()
}

/// For URIs: everything but letters and digits as `%XX`.
pub fn percent(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}

/// As `Envelope` escapes it.
pub fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&apos;")
}

#[test]
fn every_spelling_of_every_half_is_found() {
    let password = password(7);
    let (first, second) = password.split_at(password.find('@').expect("an awkward character"));
    let hexadecimal = |text: &str| text.bytes().fold(String::new(), |all, byte| format!("{all}{byte:02X}"));
    for part in [&password, first, second, &word(7)[..12], &word(7)[18..]] {
        let mut forms = vec![
            part.to_owned(),
            part.to_lowercase(),
            percent(part),
            xml(part),
            serde_json::json!(part).to_string(),
            format!("{part:?}"),
            format!("{:?}", part.as_bytes()),
            serde_json::json!(part.as_bytes()).to_string(),
            hexadecimal(part),
            part.bytes()
                .fold(String::new(), |all, byte| format!("{all}%{byte:02X}")),
        ];
        forms.extend(["", "u", "u:"].map(|before| base64(format!("{before}{part}").as_bytes())));
        for form in forms {
            assert!(find(format!("x{form}y").as_bytes()).is_some(), "{form}");
        }
    }
    assert_eq!(find(b"no bird sings"), None);
}

#[test]
fn base64_is_base64() {
    for (text, encoded) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64(text.as_bytes()), encoded);
    }
}
