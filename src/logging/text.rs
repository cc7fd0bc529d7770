//! Messages for people.

use std::fmt::Write as _;

use serde_json::Value;
use tracing::Level;

use super::TextLook;
use super::entry::{Bare, Entry};
use crate::report::wrap;

/// As much of a run's id as tells it from others on the same machine.
const RUN_DIGITS: usize = 8;

const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// A line, with its further lines set in, so that none of them passes for another message. On a terminal an error
/// begins as those of the command line do, and so does its hint.
pub(super) fn render(entry: &Entry, look: TextLook) -> String {
    let mut text = lead(entry, look);
    let (message, hint) = split_hint(&entry.message);
    text.push_str(&set_in(&fit(message, look.columns)));
    for (name, value) in &entry.fields.0 {
        let _ = write!(text, " {name}={}", quoted(value));
    }
    if let Some(hint) = hint {
        let is_error = look.columns.is_some() && entry.level == Level::ERROR;
        text.push_str(if is_error { "\n" } else { SET_IN });
        text.push_str(&set_in(&fit(hint, look.columns)));
    }
    text.push('\n');
    text
}

/// The hint is the last thing in a message, and may have lines to be copied; one before it is somebody else's.
fn split_hint(message: &str) -> (&str, Option<&str>) {
    let start = message.rfind("\nhint: ");
    start.map_or((message, None), |start| {
        (&message[..start], Some(&message[start + 1..]))
    })
}

fn lead(entry: &Entry, look: TextLook) -> String {
    let paint = |style: &'static str, text: &str| {
        if look.colour {
            format!("{style}{text}{RESET}")
        } else {
            text.to_owned()
        }
    };
    let level = paint(colour(entry.level), &format!("{:>5}", entry.level));
    let target = entry.target.map(|target| paint(DIM, &format!("{target}: ")));
    let target = target.unwrap_or_default();
    match (look.columns, entry.level) {
        (Some(_), Level::ERROR) => format!("error: {target}"),
        (Some(_), _) => format!("{level} {target}"),
        (None, _) => {
            let time = paint(DIM, &format!("{:.6}", entry.time));
            let run: String = entry.run_id.chars().take(RUN_DIGITS).collect();
            format!("{time} {level} {}{target}", paint(DIM, &format!("run={run} ")))
        }
    }
}

/// Columns that a lead takes, or what sets a line in.
const LEAD: usize = 7;

/// Broken between words, where the terminal would break within them.
fn fit(message: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else {
        return message.to_owned();
    };
    let width = columns.max(40) - LEAD;
    let lines: Vec<_> = message.lines().flat_map(|line| wrap(line, width)).collect();
    lines.join("\n")
}

const fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        Level::DEBUG => "\u{1b}[34m",
        Level::TRACE => "\u{1b}[35m",
    }
}

/// Words stand bare, text between quotes.
fn quoted(value: &Value) -> String {
    let text = set_in(&Bare(value).to_string());
    if text.is_empty() || text.contains([' ', '\n', '=', '"']) {
        format!("\"{text}\"")
    } else {
        text
    }
}

const SET_IN: &str = "\n  ";

fn set_in(text: &str) -> String {
    text.replace('\n', SET_IN)
}
