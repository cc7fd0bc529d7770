//! What a run tells: the model that programs read, the table that people read, and whether anything is said at all.

use std::io::{self, BufWriter, ErrorKind, Write};

use crate::exit::ExitCode;

mod change;
mod change_list;
mod check_table;
mod difference;
mod draft;
mod json;
mod links;
mod metrics;
mod model;
mod nagios;
mod object_list;
mod objects;
mod orphans;
mod page;
mod prune;
mod settings;
mod settings_table;
mod stats_table;
mod status;
mod status_table;
mod table;
mod text;
pub mod wording;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind, Outcome, ShownFields};
pub use check_table::render_check;
pub use draft::Draft;
pub(crate) use json::write_value;
pub use json::{render_json, write_json, write_ndjson};
pub use links::{LinkLine, LinkReport};
pub use metrics::{Carried, render_metrics};
pub use model::{
    NOT_ASKED, NotificationCounts, Rename, Report, RunTimings, Schema, SessionCounts, SourceCounts, SourceReport,
    SourceTimings, Step, Unowned,
};
pub use nagios::{Thresholds, ThresholdsError, render_nagios, render_nagios_failure};
pub use objects::{KindCounts, ObjectCounts, ObjectLine};
pub use orphans::OrphanAges;
pub use page::{Look, Paint, Styles};
pub use prune::{PruneReport, PruneSchema, render_prune};
pub use settings::{SecretReport, SettingReport, SettingsReport, SettingsSchema};
pub use settings_table::{render_settings, render_verdict};
pub use stats_table::render_stats;
pub use status::{
    KindPresence, LastPass, PASSES_SHOWN, RunningPass, SourceStatus, StatusFacts, StatusReport, StatusSchema, VmCounts,
};
pub use status_table::render_status;
pub use table::render_table;
pub(crate) use text::{BINARY, cut, long_duration, scaled, tenths, width};
pub use text::{escape, plural, wrap};

/// Where a report would go, and whether somebody asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The command may write; a dry run, `diff`, `status` and the like are questions, and questions are answered.
    pub writes: bool,
    /// Stdout or stderr is a terminal.
    pub watched: bool,
    /// `--format` was given.
    pub format_asked: bool,
}

/// Whether the report is printed: a pass that went well under cron says nothing.
#[must_use]
pub const fn should_print(occasion: Occasion, exit_code: ExitCode) -> bool {
    !occasion.writes || occasion.watched || occasion.format_asked || !exit_code.is_success()
}

/// What is written at once.
const BUFFER: usize = 64 << 10;

/// Writes a whole report to stdout.
///
/// # Errors
/// Stdout takes no more, except that its reader went away: `vmsync diff | head` ends quietly.
pub fn write_stdout(text: &str) -> io::Result<()> {
    fill_stdout(|to| to.write_all(text.as_bytes()))
}

/// The same of what need not be in memory as a whole.
///
/// # Errors
/// Those of [`write_stdout`].
pub fn fill_stdout(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    fill_quietly(&mut BufWriter::with_capacity(BUFFER, io::stdout().lock()), fill)
}

fn fill_quietly<W: Write>(to: &mut W, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match fill(to).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
