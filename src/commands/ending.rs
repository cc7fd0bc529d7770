//! How a run ended, for programs that read messages: whoever looks for errors in the journal finds them there, and need not
//! read the report.

use crate::exit::Condition;
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
    let code = report.exit_code.get();
    let Some(gravest) = report.conditions.first() else {
        return;
    };
    let error = report
        .error
        .as_ref()
        .map(|error| format!(": {error}"))
        .unwrap_or_default();
    let text = format!("ended with exit code {code}: {}{error}", gravest.meaning());
    match gravest {
        // What `diff --exit-code` was asked.
        Condition::Differences => tracing::info!(target: FOR_PROGRAMS, exit_code = code, "{text}"),
        // The other run, or the next one, does what this one did not.
        Condition::Busy | Condition::NotificationsPending => {
            tracing::warn!(target: FOR_PROGRAMS, exit_code = code, "{text}");
        }
        _ => tracing::error!(target: FOR_PROGRAMS, exit_code = code, "{text}"),
    }
}
