//! How old the data of a store is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::report::long_duration;
use crate::store::StoredSource;

/// Sources that are named one by one, at most.
const NAMED: usize = 3;

/// In one line, from when the complete listings of the configured sources are: those that the last pass heard together,
/// the others by name.
#[must_use]
pub fn render_age(configured: &[&str], remembered: &[StoredSource], now: Timestamp, timezone: &TimeZone) -> String {
    let find = |name: &&str| remembered.iter().find(|source| source.name == *name);
    let heard = |name: &&str| find(name).and_then(|source| source.last_complete);
    let is_current =
        |name: &&str| find(name).is_some_and(|source| source.last_error.is_none()) && heard(name).is_some();
    let oldest = configured
        .iter()
        .filter(|name| is_current(name))
        .filter_map(heard)
        .min();
    let line = match oldest {
        Some(time) => format!("as of {}, {} ago", shown(time, timezone), age(time, now)),
        None => "the last pass heard no source completely".to_owned(),
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

fn shown(time: Timestamp, timezone: &TimeZone) -> String {
    let time = time.to_zoned(timezone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// A clock that was set back makes nothing older than nothing.
fn age(time: Timestamp, now: Timestamp) -> String {
    long_duration(now.duration_since(time).try_into().unwrap_or_default())
}
