//! Whether an expression holds of one object.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};
use wildmatch::WildMatch;

use super::{Comparison, Expr, Order, Test, time};
use crate::catalog::{Field, FieldType};

impl Expr {
    /// Decides by the values of one object's fields, each of its field's type or null. Local times are of the zone.
    pub fn holds<'v>(&self, value_of: &dyn Fn(&'static Field) -> &'v Value, timezone: &TimeZone) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(value_of, timezone)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(value_of, timezone)),
            Self::Not(inner) => !inner.holds(value_of, timezone),
            Self::Is(comparison) => comparison.holds(value_of(comparison.field), timezone),
        }
    }
}

impl Comparison {
    fn holds(&self, value: &Value, timezone: &TimeZone) -> bool {
        match (&self.test, value) {
            (Test::Absent, value) => self.field.is_absent(value),
            (Test::Text(_) | Test::Like(_), Value::Array(members)) => {
                members.iter().any(|member| self.holds(member, timezone))
            }
            (Test::Text(wanted), Value::String(text)) => wanted == text,
            (Test::Like(pattern), Value::String(text)) => !self.field.is_absent(value) && is_like(pattern, text),
            (Test::Switch(wanted), Value::Bool(is_on)) => wanted == is_on,
            (Test::Number(order, wanted), Value::Number(number)) => {
                compare(number, *wanted).is_some_and(|o| order.admits(o))
            }
            (Test::Time(order, wanted), Value::String(text)) => self.is_at(*order, *wanted, text, timezone),
            _ => false,
        }
    }

    fn is_at(&self, order: Order, wanted: Timestamp, text: &str, timezone: &TimeZone) -> bool {
        let moment = match self.field.kind {
            FieldType::LocalTime => time::local(text, timezone),
            _ => text.parse().ok(),
        };
        moment.is_some_and(|moment: Timestamp| order.admits(moment.cmp(&wanted)))
    }
}

fn compare(number: &Number, wanted: f64) -> Option<Ordering> {
    number.as_f64().and_then(|number| number.partial_cmp(&wanted))
}

/// The crate's own way without case knows more letters than ASCII's, which stores do not.
fn is_like(pattern: &str, text: &str) -> bool {
    WildMatch::new(&pattern.to_ascii_lowercase()).matches(&text.to_ascii_lowercase())
}
