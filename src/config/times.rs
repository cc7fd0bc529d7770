//! Spans of time as they are written.

use std::time::Duration;

use super::node::{Content, Node};
use super::problem::Flaw;
use super::values::{out_of_range, wrong_type};

/// A number of seconds, or a whole number with its unit.
pub(super) fn duration(node: &Node, least: Duration, most: Duration) -> Result<Duration, Flaw> {
    let (written, span) = match &node.content {
        Content::Number(seconds) => (
            seconds,
            seconds.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok()),
        ),
        Content::Text(text) => (text, with_unit(text)),
        _ => return Err(wrong_type(node)),
    };
    match span {
        Some(span) if span >= least && span <= most => Ok(span),
        Some(_) => Err(out_of_range(written)),
        None => Err(Flaw::new("not a time")),
    }
}

fn with_unit(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = (text[..digits].parse::<u64>().ok()?, text[digits..].trim_start());
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 3600 * 1000,
        "d" => 24 * 3600 * 1000,
        _ => return None,
    };
    count.checked_mul(milliseconds).map(Duration::from_millis)
}

/// In the largest unit that divides it.
pub(super) fn show_duration(span: Duration) -> String {
    let milliseconds = span.as_millis();
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
    let fits = |(_, length): &&(&str, u128)| milliseconds > 0 && milliseconds.is_multiple_of(*length);
    match units.iter().find(fits) {
        Some((unit, length)) => format!("{}{unit}", milliseconds / length),
        None if milliseconds == 0 => "0s".to_owned(),
        None => format!("{milliseconds}ms"),
    }
}
