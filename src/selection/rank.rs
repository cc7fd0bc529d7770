//! The order of rows.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Row, Sort};
use crate::catalog::FieldType;

/// By the values at these places of the rows, of which the first that differ decide; then by all of them. Rows with the
/// same values cannot be told apart, whichever comes first.
pub fn compare(order: &[(usize, Sort)], one: &Row, other: &Row) -> Ordering {
    let mut by_fields = order
        .iter()
        .map(|(place, sort)| by_field(*sort, &one[*place], &other[*place]));
    let by_fields = by_fields.find(|ordering| ordering.is_ne());
    let text = |row: &Row| row.iter().map(Value::to_string).collect::<Vec<_>>();
    by_fields.unwrap_or_else(|| {
        if one == other {
            Ordering::Equal
        } else {
            text(one).cmp(&text(other))
        }
    })
}

/// What is absent comes last in both directions.
fn by_field(sort: Sort, one: &Value, other: &Value) -> Ordering {
    match (sort.field.is_absent(one), sort.field.is_absent(other)) {
        (false, false) if sort.descending => by_value(sort.field.kind, other, one),
        (false, false) => by_value(sort.field.kind, one, other),
        (is_absent, other_is) => is_absent.cmp(&other_is),
    }
}

/// Values of one field are of one type.
fn by_value(kind: FieldType, one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => {
            let float = |number: &serde_json::Number| number.as_f64().unwrap_or(f64::NAN);
            float(one).total_cmp(&float(other))
        }
        (Value::String(one), Value::String(other)) if kind == FieldType::LocalTime => {
            year_first(one).cmp(&year_first(other))
        }
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (one, other) => one.to_string().cmp(&other.to_string()),
    }
}

/// `21-11-2026: 12:00:00` in an order in which texts sort as times.
fn year_first(text: &str) -> [&str; 4] {
    match (text.get(6..10), text.get(3..5), text.get(0..2), text.get(10..)) {
        (Some(year), Some(month), Some(day), Some(time)) => [year, month, day, time],
        _ => [text, "", "", ""],
    }
}
