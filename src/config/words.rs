//! What a word may look like: hosts, names, paths; and which one was meant.

use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;

/// The candidate that was probably meant.
pub(crate) fn similar<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase());
    let best = candidates
        .map(|candidate| (likeness(candidate), candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness >= 0.85)
        .map(|(_, candidate)| candidate.to_owned())
}

pub(super) fn is_host(text: &str) -> bool {
    let in_brackets = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_address = || match in_brackets {
        Some(inside) => inside.parse::<Ipv6Addr>().is_ok(),
        None => text.parse::<IpAddr>().is_ok(),
    };
    let fits_dns = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_dns =
        || text.len() <= 253 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits_dns);
    is_address() || is_dns()
}

pub(super) fn is_name(text: &str) -> bool {
    let is_bad = |c: char| c == '/' || c.is_control();
    text.chars().count() <= 128 && !text.contains(is_bad) && text.trim() == text
}

pub(super) fn is_path(text: &str) -> bool {
    !text.contains('\0') && text != "~" && !text.starts_with("~/")
}

pub(super) fn is_prom_file(text: &str) -> bool {
    Path::new(text).extension().is_some_and(|extension| extension == "prom")
}

pub(super) fn is_database(text: &str) -> bool {
    text.len() <= 63 && !text.contains(|c: char| "/\\.\"$*<>:|? \0".contains(c))
}

pub(super) fn is_collection(text: &str) -> bool {
    text.len() <= 200 && !text.contains(['$', '\0']) && !text.starts_with("system.")
}

pub(super) fn is_field(text: &str) -> bool {
    !text.contains(['.', '\0']) && !text.starts_with('$')
}
