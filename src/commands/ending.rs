//! How a run ended, for programs that read messages: whoever looks for errors in the journal finds them there, and need not
//! read the report.

use crate::logging::FOR_PROGRAMS;
use crate::report::{NOT_ASKED, Report, SourceReport};

/// Nothing of a run that went well.
pub fn tell_ending(report: &Report) {
    if report.ok {
        return;
    }
    let is_lacking = |source: &&SourceReport| !source.complete && source.error.as_deref() != Some(NOT_ASKED);
    for source in report.sources.iter().filter(is_lacking) {
        let state = if source.reachable { "incomplete" } else { "failed" };
        let error = source.error.as_deref().unwrap_or("its listing is not whole");
        tracing::warn!(target: FOR_PROGRAMS, source = &*source.name, state, "{error}");
    }
    let meaning = report.conditions.first().map_or("", |gravest| gravest.meaning());
    let code = report.exit_code.get();
    let error = report
        .error
        .as_ref()
        .map(|error| format!(": {error}"))
        .unwrap_or_default();
    tracing::error!(target: FOR_PROGRAMS, exit_code = code, "ended with exit code {code}: {meaning}{error}");
}
