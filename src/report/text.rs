//! Text of others, made fit for a terminal.

use std::borrow::Cow;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;

/// Whether a character could steer a terminal, break the line, or turn the direction of what follows.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names and messages come from servers: nothing in them may reach the terminal as a command.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
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

/// Breaks escaped text into lines of at most `width` columns; a word that is longer is broken too.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    // No character is wider than two columns.
    let fits = if text.is_ascii() {
        text.len() <= width
    } else {
        text.chars().count() * 2 <= width
    };
    if fits {
        return vec![text.to_owned()];
    }
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(columns(width)).add_row([text]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 0));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// As comfy-table counts.
pub(super) fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// `3 VMs`, `1 VM`.
pub(super) fn plural(count: usize, noun: &str) -> String {
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
