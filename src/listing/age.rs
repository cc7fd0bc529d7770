//! How old the data of a store is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::unlisted::is_listed;
use crate::catalog::Kind;
use crate::report::long_duration;
use crate::store::StoredSource;

/// Sources that are named one by one, at most.
const NAMED: usize = 3;

/// In one line, from when the complete listings of a kind by the configured sources are: those that the last pass heard
/// together, the others by name.
#[must_use]
pub fn render_age(
    kind: Kind,
    configured: &[&str],
    remembered: &[StoredSource],
    now: Timestamp,
    timezone: &TimeZone,
) -> String {
    let find = |name: &&str| remembered.iter().find(|source| source.name == *name);
    let heard = |name: &&str| find(name).and_then(|source| source.listed_at(kind));
    let is_current =
        |name: &&str| find(name).is_some_and(|source| source.last_error.is_none()) && heard(name).is_some();
    let oldest = configured
        .iter()
        .filter(|name| is_current(name))
        .filter_map(heard)
        .min();
    let line = match oldest {
        Some(time) => format!("as of {}, {} ago", shown(time, timezone), age(time, now)),
        None if configured.iter().any(|name| heard(name).is_some()) => {
            "the last pass heard no source completely".to_owned()
        }
        None => format!("no pass has listed all {}", kind.plural()),
    };
    let late: Vec<String> = configured
        .iter()
        .filter(|name| !is_current(name))
        .map(|name| match heard(name) {
            Some(time) => format!("{name} ({} ago)", age(time, now)),
            None => format!("{name} (never)"),
        })
        .collect();
    let named = late
        .iter()
        .take(NAMED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match late.len() {
        0 => line,
        1..=NAMED => format!("{line}; older: {named}"),
        count => format!("{line}; older: {named} and {} more", count - NAMED),
    }
}

/// The same of several kinds: of VMs, which every whole pass lists, and of those that were ever listed; one line if all are
/// of one age.
#[must_use]
pub fn render_ages(
    kinds: &[Kind],
    configured: &[&str],
    remembered: &[StoredSource],
    now: Timestamp,
    timezone: &TimeZone,
) -> String {
    let is_told = |kind: &&Kind| **kind == Kind::Vm || kinds.len() == 1 || is_listed(**kind, remembered);
    let kinds = kinds.iter().filter(is_told);
    let lines: Vec<(Kind, String)> = kinds
        .map(|kind| (*kind, render_age(*kind, configured, remembered, now, timezone)))
        .collect();
    match lines.as_slice() {
        [(_, first), others @ ..] if others.iter().all(|(_, line)| line == first) => first.clone(),
        lines => {
            let lines = lines.iter().map(|(kind, line)| format!("{}: {line}", kind.plural()));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

fn shown(time: Timestamp, timezone: &TimeZone) -> String {
    let time = time.to_zoned(timezone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// A clock that was set back makes nothing older than nothing.
fn age(time: Timestamp, now: Timestamp) -> String {
    long_duration(now.duration_since(time).try_into().unwrap_or_default())
}
