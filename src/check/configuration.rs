//! The file, which has been read without an error by now.

use super::model::{Findings, Subject};
use crate::config::{Config, NoteLevel};

const FILE: &str = "file";
const NOTE: &str = "note";

/// Where it is, and what was worth a remark.
pub(super) fn check_configuration(config: &Config) -> Findings {
    let mut findings = Findings::new(Subject::Configuration);
    let sources = config.sources.len();
    let plural = if sources == 1 { "" } else { "s" };
    findings.ok(FILE, format!("{}, {sources} source{plural}", config.path.display()));
    for note in &config.notes {
        match note.level {
            NoteLevel::Warning => findings.warn(NOTE, remark(&note.text), remedy(&note.text)),
            NoteLevel::Info => findings.ok(NOTE, &*note.text),
        }
    }
    findings
}

/// Notes end in what to do, behind a semicolon.
fn remark(note: &str) -> &str {
    note.rsplit_once("; ").map_or(note, |(remark, _)| remark)
}

fn remedy(note: &str) -> &str {
    note.rsplit_once("; ")
        .map_or("change it in the configuration", |(_, remedy)| remedy)
}
