//! What one file of metrics takes over from the one before it. The file is its own memory: a pass fails just when the
//! store cannot be asked, and that a file says less after a failure is what must not happen.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, Unit};

use super::format::series;
use crate::report::Report;

/// Times that outlive a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// When a pass over all sources last ended with exit code 0; as `status` has it.
    pub last_success: Option<Timestamp>,
    /// For each configured source, in their order, when it was last complete.
    pub last_complete: Vec<(String, Option<Timestamp>)>,
}

const LAST_SUCCESS: &str = "vmsync_last_success_timestamp_seconds";
const LAST_COMPLETE: &str = "vmsync_source_last_complete_timestamp_seconds";

impl Carried {
    /// From the file before, of which nothing but vmsync's own lines is believed, for the sources of today's
    /// configuration. Without a file, `before` is empty.
    ///
    /// A time that is still to come at `now`, by a clock that was wrong then, is taken for `now`: else nobody would be
    /// told until it came.
    #[must_use]
    pub fn read<'a>(before: &str, sources: impl IntoIterator<Item = &'a str>, now: Timestamp) -> Self {
        let whole_lines = before.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let samples: HashMap<&str, &str> = whole_lines
            .filter(|line| line.starts_with(LAST_SUCCESS) || line.starts_with(LAST_COMPLETE))
            .filter_map(|line| line.rsplit_once(' '))
            .collect();
        let time = |series: &str| Some(parse(samples.get(series)?)?.min(now));
        let of_source = |source: &str| {
            let at = time(&series(LAST_COMPLETE, [("source", source)]));
            (source.to_owned(), at)
        };
        Self {
            last_success: time(LAST_SUCCESS),
            last_complete: sources.into_iter().map(of_source).collect(),
        }
    }

    /// After this pass; `all_asked` if it was not limited to some sources.
    #[must_use]
    pub fn after(mut self, report: &Report, all_asked: bool) -> Self {
        if report.ok && all_asked {
            self.last_success = Some(report.finished);
        }
        for (name, at) in &mut self.last_complete {
            if report
                .sources
                .iter()
                .any(|source| source.name == *name && source.complete)
            {
                *at = Some(report.finished);
            }
        }
        self
    }
}

/// Seconds since 1970; 0 stands for never. Rounded, or each file would lose a little against the one before.
fn parse(text: &str) -> Option<Timestamp> {
    let time = SignedDuration::try_from_secs_f64(text.parse().ok()?).ok()?;
    let at = Timestamp::from_duration(time).ok()?.round(Unit::Millisecond).ok()?;
    (at > Timestamp::UNIX_EPOCH).then_some(at)
}
