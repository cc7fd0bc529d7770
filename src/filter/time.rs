//! Moments as they are written: with an offset, in the configured zone, as a day, or as a distance from now.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::error::Mistake;
use super::{Context, Expr, Order, Test};
use crate::catalog::Field;
use crate::plan::record::LOCAL_TIME;

/// How a field stands to a written moment. A day is all of it: `= 2026-11-01` is within that day, `>` after it.
pub fn expression(field: &'static Field, order: Order, text: &str, context: &Context<'_>) -> Result<Expr, Mistake> {
    let bad = || Mistake::Time {
        field,
        found: text.to_owned(),
    };
    let is = |order, moment| Expr::is(field, Test::Time(order, moment));
    if text.len() != "2026-11-01".len() || text.parse::<Date>().is_err() {
        return moment(text, context).map(|moment| is(order, moment)).ok_or_else(bad);
    }
    let (first, next) = day(text, context.timezone).ok_or_else(bad)?;
    Ok(match order {
        Order::Less | Order::AtLeast => is(order, first),
        Order::AtMost => is(Order::Less, next),
        Order::Greater => is(Order::AtLeast, next),
        Order::Equal => Expr::All(vec![is(Order::AtLeast, first), is(Order::Less, next)]),
    })
}

/// Where a day begins, and the next.
fn day(text: &str, timezone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let date: Date = text.parse().ok()?;
    let begin = |date: Date| Some(date.to_zoned(timezone.clone()).ok()?.timestamp());
    Some((begin(date)?, begin(date.tomorrow().ok()?)?))
}

fn moment(text: &str, context: &Context<'_>) -> Option<Timestamp> {
    text.parse()
        .ok()
        .or_else(|| distance(text).and_then(|distance| context.now.checked_add(distance).ok()))
        .or_else(|| local(text, context.timezone))
        .or_else(|| in_zone(text.parse().ok()?, context.timezone))
}

/// `-7d`, `+12h`.
fn distance(text: &str) -> Option<SignedDuration> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let (count, unit) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
    let seconds: i64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let seconds = count.parse::<i64>().ok()?.checked_mul(seconds)?;
    Some(SignedDuration::from_secs(sign * seconds))
}

/// A time of the form that stands in fields of type [`LocalTime`](crate::catalog::FieldType::LocalTime).
#[must_use]
pub fn local(text: &str, timezone: &TimeZone) -> Option<Timestamp> {
    in_zone(DateTime::strptime(LOCAL_TIME, text).ok()?, timezone)
}

/// Of a time that the clock showed twice, the first.
fn in_zone(time: DateTime, timezone: &TimeZone) -> Option<Timestamp> {
    timezone.to_timestamp(time).ok()
}
