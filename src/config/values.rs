//! What one value means: from a node to the value, or a flaw.

use jiff::tz::TimeZone;
use url::Url;

use super::kind::text_that;
use super::node::{Content, Node};
use super::problem::Flaw;
use super::words::similar;

pub(super) fn wrong_type(node: &Node) -> Flaw {
    match &node.content {
        Content::Null => Flaw::new("has no value (what follows a '#' is a comment)"),
        _ => Flaw::new(format!("{} does not fit", node.describe())),
    }
}

/// The text; numbers and switches are no text, as quotes are what keeps their leading zeros and their spelling.
pub(super) fn text(node: &Node) -> Result<&str, Flaw> {
    match &node.content {
        Content::Text(text) if text.is_empty() => Err(Flaw::new("is empty")),
        Content::Text(text) => Ok(text),
        Content::Number(_) | Content::Switch(_) => Err(Flaw::new(format!("{} must stand in quotes", node.describe()))),
        _ => Err(wrong_type(node)),
    }
}

/// A long one may be a password at the wrong key.
pub(super) fn out_of_range(written: &str) -> Flaw {
    let shown = if written.len() <= 6 { written } else { "the number" };
    Flaw::new(format!("{shown} is out of range"))
}

/// A whole number in decimal digits.
pub(super) fn number(node: &Node, least: u64, most: u64) -> Result<u64, Flaw> {
    let Content::Number(digits) = &node.content else {
        return Err(wrong_type(node));
    };
    match digits.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(out_of_range(digits)),
    }
}

pub(super) fn switch(node: &Node) -> Result<bool, Flaw> {
    match node.content {
        Content::Switch(on) => Ok(on),
        _ => Err(wrong_type(node)),
    }
}

pub(super) fn globs(node: &Node, fits: impl Fn(&str) -> bool) -> Result<(), Flaw> {
    let good = |item: &Node| text_that(item, &fits, "a pattern that can fit nothing");
    node.items().iter().try_for_each(good)
}

/// One of these words or a list of them.
pub(super) fn words(node: &Node, known: &[&str]) -> Result<(), Flaw> {
    let good = |item: &Node| {
        let word = text(item)?;
        if known.contains(&word) {
            return Ok(());
        }
        // What looks like no word of ours may be a secret that lost its key.
        let is_plain = word.len() <= 20 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let flaw = if is_plain {
            Flaw::new(format!("'{word}' is unknown here"))
        } else {
            Flaw::new("a word that is unknown here")
        };
        Err(flaw.suggesting(similar(word, known.iter().copied())))
    };
    node.items().iter().try_for_each(good)
}

/// One fingerprint or a list: 64 hexadecimal digits, in any case, with or without colons.
pub(super) fn fingerprints(node: &Node) -> Result<Vec<[u8; 32]>, Flaw> {
    match node.items() {
        [] => Err(Flaw::new("has no value")),
        items => items.iter().map(fingerprint).collect(),
    }
}

fn fingerprint(node: &Node) -> Result<[u8; 32], Flaw> {
    let written = node.characters().ok_or_else(|| wrong_type(node))?;
    let digits: Vec<u8> = written
        .bytes()
        .filter(|byte| !matches!(byte, b':' | b' ' | b'-'))
        .collect();
    let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    match digits.len() {
        64 if is_hexadecimal => Ok(std::array::from_fn(|i| {
            hexadecimal(digits[2 * i]) << 4 | hexadecimal(digits[2 * i + 1])
        })),
        40 if is_hexadecimal => Err(Flaw::new("a SHA-1 fingerprint; SHA-256 is needed")),
        _ => Err(Flaw::new("not a SHA-256 fingerprint")),
    }
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

/// The URL as it was written. Credentials in it would end up in logs of everything on the way.
pub(super) fn http_url(node: &Node) -> Result<Url, Flaw> {
    let url = Url::parse(text(node)?).map_err(|_| Flaw::new("not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Flaw::new("not an http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Flaw::new("credentials in a URL are not supported here"));
    }
    Ok(url)
}

pub(super) fn time_zone(node: &Node) -> Result<TimeZone, Flaw> {
    let name = text(node)?;
    TimeZone::get(name).map_err(|_| Flaw::new("unknown time zone").suggesting(similar_zone(name)))
}

fn similar_zone(name: &str) -> Option<String> {
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    similar(name, zones.iter().map(String::as_str))
}
