//! Reports for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::model::Report;
use super::text::is_unsafe;

/// One line for each change, in their order, then for each change of an object, which bears `object`, then one for the
/// report without its changes, which bears `schema`.
#[must_use]
pub fn render_ndjson(report: &Report) -> String {
    let mut lines: String = report.changes.iter().map(render_json).collect();
    lines.extend(report.object_changes.iter().map(render_json));
    let rest = Report {
        changes: Vec::new(),
        object_changes: Vec::new(),
        ..report.clone()
    };
    lines.push_str(&render_json(&rest));
    lines
}

/// One line with its newline. Characters that could steer a terminal are escaped, also those that JSON would leave as
/// they are: outside of strings there are none.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "it does not panic: see the invariant")]
pub fn render_json(report: &impl Serialize) -> String {
    let mut json = serde_json::to_string(report).expect("reports hold no maps with keys other than strings");
    if !json.chars().any(is_unsafe) {
        json.push('\n');
        return json;
    }
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_unsafe(c) {
            let _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line.push('\n');
    line
}
