//! One message, as all forms take it: whatever comes from outside is made fit for a terminal here, once.

use std::fmt::{self, Debug};

use jiff::Timestamp;
use serde_json::Value;
use tracing::Level;
use tracing::field::{Field, Visit};

use crate::report::escape;

/// A message and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) time: Timestamp,
    pub(super) level: Level,
    /// The module that says it; only where that is of use.
    pub(super) target: Option<&'static str>,
    /// The run, as in its report.
    pub(super) run_id: String,
    /// One line or more, such as a hint.
    pub(super) message: String,
    pub(super) fields: Fields,
}

/// Names and values, in the order in which they were recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields(pub(super) Vec<(&'static str, Value)>);

/// The name under which `tracing` hands over the text itself.
const MESSAGE: &str = "message";

impl Fields {
    /// Takes the text out.
    pub(super) fn take_message(&mut self) -> String {
        let position = self.0.iter().position(|(name, _)| *name == MESSAGE);
        match position.map(|position| self.0.remove(position)) {
            Some((_, Value::String(text))) => text,
            _ => String::new(),
        }
    }

    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.push((field.name(), value.into()));
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, clean(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.push(field, clean(&format!("{value:?}")));
    }
}

/// Names and causes come from servers: all but the line breaks of a message is escaped.
fn clean(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(escape).collect();
    lines.join("\n")
}

/// A level as programs read it.
pub(super) const fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// A value without quotes.
pub(super) struct Bare<'a>(pub(super) &'a Value);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::String(text) => f.write_str(text),
            other => write!(f, "{other}"),
        }
    }
}
