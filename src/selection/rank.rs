//! The order of rows.

use std::cmp::{Ordering, Reverse};

use serde_json::Value;

use super::{Row, Sort};
use crate::catalog::FieldType;

/// A row with what it is sorted by.
pub struct Ranked {
    parts: Vec<Part>,
    pub row: Row,
}

/// By one field, in its direction. What is absent comes last in both.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Up(Key),
    Down(Reverse<Key>),
    Absent,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Switch(bool),
    Number(Number),
    Text(String),
}

#[derive(Debug)]
struct Number(f64);

impl Ranked {
    /// With the place in the row of each field of the order.
    pub fn new(row: Row, order: &[(usize, Sort)]) -> Self {
        let part = |(place, sort): &(usize, Sort)| match key(&row[*place], *sort) {
            None => Part::Absent,
            Some(key) if sort.descending => Part::Down(Reverse(key)),
            Some(key) => Part::Up(key),
        };
        Self {
            parts: order.iter().map(part).collect(),
            row,
        }
    }
}

fn key(value: &Value, sort: Sort) -> Option<Key> {
    if sort.field.is_absent(value) {
        return None;
    }
    match value {
        Value::Bool(is_on) => Some(Key::Switch(*is_on)),
        Value::Number(number) => number.as_f64().map(|number| Key::Number(Number(number))),
        Value::String(text) if sort.field.kind == FieldType::LocalTime => Some(Key::Text(year_first(text))),
        Value::String(text) => Some(Key::Text(text.clone())),
        other => Some(Key::Text(other.to_string())),
    }
}

/// `21-11-2026: 12:00:00` in an order in which texts sort as times.
fn year_first(text: &str) -> String {
    match (text.get(0..2), text.get(3..5), text.get(6..10), text.get(10..)) {
        (Some(day), Some(month), Some(year), Some(time)) => format!("{year}{month}{day}{time}"),
        _ => text.to_owned(),
    }
}

impl Ord for Ranked {
    /// Rows with the same values cannot be told apart, whichever comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        let text = |row: &Row| Value::Array(row.clone()).to_string();
        self.parts.cmp(&other.parts).then_with(|| {
            if self.row == other.row {
                Ordering::Equal
            } else {
                text(&self.row).cmp(&text(&other.row))
            }
        })
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}
