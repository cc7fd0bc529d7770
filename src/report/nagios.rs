//! `status` as a monitoring plugin: one line, performance data, and the plugin's own exit codes.
//!
//! The form is that of the [Monitoring Plugins guidelines](https://www.monitoring-plugins.org/doc/guidelines.html).

use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;

use super::status::{StatusReport, age};
use super::text::{escape, long_duration, plural};

/// Ages of the last successful pass over all sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    warn: Duration,
    crit: Duration,
}

/// These make no sense together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("--warn {} is above --crit {}, so it would never be heard\nhint: let --warn be the smaller one", long_duration(*warn), long_duration(*crit))]
pub struct ThresholdsError {
    warn: Duration,
    crit: Duration,
}

/// So many intervals without success are a warning, and so many are critical.
const WARN_INTERVALS: u32 = 3;
const CRIT_INTERVALS: u32 = 10;

impl Thresholds {
    /// Those given, else made of the interval of the passes.
    ///
    /// # Errors
    /// A warning would come after the alarm.
    pub fn new(warn: Option<Duration>, crit: Option<Duration>, interval: Duration) -> Result<Self, ThresholdsError> {
        let default_warn = interval.saturating_mul(WARN_INTERVALS);
        let default_crit = interval.saturating_mul(CRIT_INTERVALS);
        // One that is given moves the other out of its way.
        let (warn, crit) = match (warn, crit) {
            (None, None) => (default_warn, default_crit),
            (Some(warn), None) => (warn, default_crit.max(warn)),
            (None, Some(crit)) => (default_warn.min(crit), crit),
            (Some(warn), Some(crit)) => (warn, crit),
        };
        if warn > crit {
            return Err(ThresholdsError { warn, crit });
        }
        Ok(Self { warn, crit })
    }

    /// Beyond it, something is wrong.
    #[must_use]
    pub const fn warn(&self) -> Duration {
        self.warn
    }

    fn judge(&self, age: Option<Duration>) -> State {
        match age {
            Some(age) if age <= self.warn => State::Ok,
            Some(age) if age <= self.crit => State::Warning,
            // Never is older than any threshold.
            Some(_) | None => State::Critical,
        }
    }
}

/// The states of a plugin, by their exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok = 0,
    Warning = 1,
    Critical = 2,
    Unknown = 3,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// The line, and the exit code of the plugin: 0, 1 or 2.
#[must_use]
pub fn render_nagios(status: &StatusReport, thresholds: Thresholds, now: Timestamp) -> (String, u8) {
    let age = status.last_success.map(|success| age(success, now));
    let state = thresholds.judge(age);
    let remarks = [stale(status), exit(status)].into_iter().flatten();
    let text: Vec<_> = std::iter::once(success(age)).chain(remarks).collect();
    let text = text.join(", ");
    let data = performance(status, thresholds, age);
    (format!("VMSYNC {} - {text} | {data}\n", state.word()), state as u8)
}

/// Nothing is known: the line, and the exit code of the plugin for that.
#[must_use]
pub fn render_nagios_failure(reason: &str) -> (String, u8) {
    let first = reason.lines().next().unwrap_or_default();
    // What follows a bar would be taken for performance data.
    let first = escape(first).replace('|', "/");
    (
        format!("VMSYNC {} - {first}\n", State::Unknown.word()),
        State::Unknown as u8,
    )
}

fn success(age: Option<Duration>) -> String {
    age.map_or_else(
        || "no pass over all sources has succeeded yet".to_owned(),
        |age| format!("last success {} ago", long_duration(age)),
    )
}

fn stale(status: &StatusReport) -> Option<String> {
    let stale = status.sources.iter().filter(|source| source.stale).count();
    (stale > 0).then(|| format!("{} of {} stale", stale, plural(status.sources.len(), "source")))
}

fn exit(status: &StatusReport) -> Option<String> {
    let pass = status.last_pass.as_ref().filter(|pass| pass.exit_code != 0)?;
    Some(format!("last pass ended with exit code {}", pass.exit_code))
}

/// `label=value[unit];warn;crit;min`, and no value where there is none.
fn performance(status: &StatusReport, thresholds: Thresholds, age: Option<Duration>) -> String {
    let seconds = age.map_or_else(|| "U".to_owned(), |age| format!("{}s", age.as_secs()));
    let stale = status.sources.iter().filter(|source| source.stale).count();
    let counts = [
        ("present", status.vms.present),
        ("orphans", status.vms.orphan),
        ("missing", status.vms.missing),
        ("pending", status.pending_notifications),
        ("rejected", status.rejected_notifications),
        ("stale_sources", stale),
    ];
    let counts = counts.map(|(label, count)| format!(" {label}={count};;;0"));
    format!(
        "age={seconds};{};{};0{}",
        thresholds.warn.as_secs(),
        thresholds.crit.as_secs(),
        counts.concat()
    )
}
