//! What an answer means. Pure.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// Nothing a server says is waited for longer than a day.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// The verdict on one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 2xx.
    Accepted,
    /// The service does not want this post.
    Refused,
    /// Worth another try, after this time if it said so.
    Later(Option<Duration>),
    /// An answer that no service of this kind gives: a redirect, for one.
    Odd,
}

/// Judges a status (RFC 9110, 15; 425: RFC 8470; 429: RFC 6585). `Retry-After` is meant for 429 and 503.
#[must_use]
pub fn judge(status: u16, retry_after: Option<&str>, now: Timestamp) -> Answer {
    match status {
        200..=299 => Answer::Accepted,
        429 | 503 => Answer::Later(retry_after.and_then(|value| parse_retry_after(value, now))),
        408 | 425 | 500..=599 => Answer::Later(None),
        400..=499 => Answer::Refused,
        _ => Answer::Odd,
    }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date in the only form that may still be sent (`IMF-fixdate`).
#[must_use]
pub fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(
            value
                .parse()
                .map_or(LONGEST_WAIT, Duration::from_secs)
                .min(LONGEST_WAIT),
        );
    }
    let date = strtime::parse("%a, %d %b %Y %H:%M:%S GMT", value)
        .ok()?
        .to_datetime()
        .ok()?;
    let until = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(
        Duration::try_from(until.duration_since(now))
            .unwrap_or(Duration::ZERO)
            .min(LONGEST_WAIT),
    )
}
