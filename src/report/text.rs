//! Text of others, made fit for a terminal.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character could steer a terminal, break the line, or turn the direction of what follows.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether these are ASCII's visible characters and blanks, as nearly all names are: nothing of them is unsafe, and each
/// is one column wide.
pub(super) fn is_plain(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Columns of an escaped text.
pub(crate) fn width(text: &str) -> usize {
    if is_plain(text.as_bytes()) {
        text.len()
    } else {
        text.width()
    }
}

/// Names and messages come from servers: nothing in them may reach the terminal as a command.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) || !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| {
        if is_unsafe(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    Cow::Owned(text.chars().map(escaped).collect())
}

/// A field's value. Text stands bare, unless one would not see where it begins and ends.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) if text.is_empty() || text.trim() != text => escape(&format!("\"{text}\"")).into_owned(),
        Value::String(text) => escape(text).into_owned(),
        other => escape(&other.to_string()).into_owned(),
    }
}

/// What a line begins with that is there to be copied, as in Markdown.
const VERBATIM: &str = "    ";

/// Breaks escaped text into lines of at most `width` columns, between words only: half a fingerprint is of no use to
/// anyone. So a longer word, and a line that is there to be copied, stand on a line of their own, whole.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.starts_with(VERBATIM) || text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let is_blank = line.trim_start().is_empty();
        if !is_blank && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        } else if !is_blank {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// The beginning of a text that is wider than so many columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if self::width(text) <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    let mut head: String = text.chars().take_while(fits).collect();
    // Characters that change the one before them are wider together than one by one.
    while !head.is_empty() && head.width() >= width {
        head.pop();
    }
    head + "…"
}

/// As comfy-table counts.
pub(super) fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// `3 VMs`, `1 VM`.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// `0.4 s`, `12.0 s`, `2 min 5 s`.
pub(super) fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    if seconds < 60 {
        return format!("{seconds}.{} s", milliseconds % 1000 / 100);
    }
    format!("{} min {} s", seconds / 60, seconds % 60)
}

/// `45 s`, `3 min`, `2 h 5 min`, `3 d 4 h`: the two largest units, whole.
pub(crate) fn long_duration(time: Duration) -> String {
    let (minutes, hours, days) = (time.as_secs() / 60, time.as_secs() / 3_600, time.as_secs() / 86_400);
    let two = |large: u64, name: &str, small: u64, small_name: &str| match small {
        0 => format!("{large} {name}"),
        _ => format!("{large} {name} {small} {small_name}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{} s", time.as_secs()),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => two(hours, "h", minutes % 60, "min"),
        (days, hours, _) => two(days, "d", hours % 24, "h"),
    }
}

/// `512 B`, `1.2 GiB`; binary, as vSphere counts memory and disks.
pub(super) fn binary(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let count = count as f64;
    scaled(count, 1024.0, &BINARY)
}

/// Units of sizes, each 1024 of the one before.
pub(crate) const BINARY: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// A number of the first unit in the largest unit of which there is at least one, each `step` of the one before; with one
/// decimal if it is not whole.
pub(crate) fn scaled(mut number: f64, step: f64, units: &[&str]) -> String {
    let mut units = units.iter().peekable();
    let mut unit = units.next();
    // What would be shown as 1024.0 MiB is 1 GiB.
    while (number.abs() * 10.0).round() >= step * 10.0 && units.peek().is_some() {
        number /= step;
        unit = units.next();
    }
    tenths(number) + " " + unit.unwrap_or(&"")
}

/// With one decimal if it is not whole.
pub(crate) fn tenths(number: f64) -> String {
    // Most are, and so are written much faster.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole, and a float has all of its digits"
        )]
        let whole = number as i64;
        return whole.to_string();
    }
    let shown = format!("{number:.1}");
    shown.strip_suffix(".0").map(str::to_owned).unwrap_or(shown)
}

/// `512 B`, `1.2 MB`; decimal, as network people count.
pub(super) fn bytes(count: u64) -> String {
    let scaled = |unit: u64, name: &str| format!("{}.{} {name}", count / unit, count % unit / (unit / 10));
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => scaled(1_000, "kB"),
        1_000_000..1_000_000_000 => scaled(1_000_000, "MB"),
        _ => scaled(1_000_000_000, "GB"),
    }
}
