//! Reports for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::model::Report;
use super::text::{is_plain, is_unsafe};

/// One line for each change, in their order, then for each change of an object, which bears `object`, then one for the
/// report without its changes, which bears `schema`. The report is as before afterwards.
///
/// # Errors
/// What is written to takes no more.
pub fn write_ndjson(report: &mut Report, to: &mut dyn Write) -> io::Result<()> {
    let changes = std::mem::take(&mut report.changes);
    let object_changes = std::mem::take(&mut report.object_changes);
    let lines = changes.iter().try_for_each(|change| write_json(change, to));
    let lines = lines.and_then(|()| object_changes.iter().try_for_each(|change| write_json(change, to)));
    let written = lines.and_then(|()| write_json(report, to));
    (report.changes, report.object_changes) = (changes, object_changes);
    written
}

/// One line with its newline.
///
/// # Errors
/// What is written to takes no more.
pub fn write_json(report: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    write_value(report, to)?;
    to.write_all(b"\n")
}

/// A value. Characters that could steer a terminal are escaped, also those that JSON would leave as they are: outside of
/// strings there are none.
pub fn write_value(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    Ok(serde_json::to_writer(Harmless(to), value)?)
}

/// The same as a text, for what is small.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "it does not panic: see the invariants")]
pub fn render_json(report: &impl Serialize) -> String {
    let mut line = Vec::new();
    write_json(report, &mut line).expect("reports hold no maps with keys other than strings");
    String::from_utf8(line).expect("JSON is text")
}

/// Escapes what comes through it; it comes in whole characters.
struct Harmless<'a>(&'a mut dyn Write);

impl Write for Harmless<'_> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if is_plain(part) {
            return self.0.write(part);
        }
        let text = str::from_utf8(part).map_err(io::Error::other)?;
        if text.contains(is_unsafe) {
            for c in text.chars() {
                if is_unsafe(c) {
                    write!(self.0, "\\u{:04x}", u32::from(c))?;
                } else {
                    write!(self.0, "{c}")?;
                }
            }
        } else {
            self.0.write_all(part)?;
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
