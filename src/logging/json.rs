//! Messages for programs: one JSON object on one line each.

use serde::Serialize;
use serde_json::{Map, Value};

use super::entry::{Entry, word};

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'static str>,
    run_id: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
}

/// The object and the end of its line.
pub(super) fn render(entry: &Entry) -> String {
    let fields = entry.fields.0.iter();
    let line = Line {
        timestamp: format!("{:.6}", entry.time),
        level: word(entry.level),
        target: entry.target,
        run_id: &entry.run_id,
        message: &entry.message,
        fields: fields
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    };
    let mut text = serde_json::to_string(&line).expect("text, numbers, and keys that are text");
    text.push('\n');
    text
}
