//! A list as people read it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use super::layout::{Cells, Column, heading, rule, widths, write_line};
use crate::catalog::{Field, FieldType, Unit};
use crate::filter::local_time;
use crate::report::{BINARY, Look, escape, long_duration, scaled, tenths};
use crate::selection::Row;

/// Rows on their way into a table.
pub struct Table {
    fields: Vec<&'static Field>,
    look: Look,
    cells: Cells,
}

impl Table {
    /// For rows that begin with the values of these fields.
    pub fn new(fields: Vec<&'static Field>, look: Look) -> Self {
        Self {
            fields,
            look,
            cells: Cells::default(),
        }
    }

    pub fn add(&mut self, rows: &[Row]) {
        for row in rows {
            for (field, value) in self.fields.iter().zip(row) {
                self.cells.push(|text| write_cell(field, value, &self.look, text));
            }
        }
    }

    /// A line for each row, in the order of these places; a block of lines where the columns are too many for a line.
    /// Nothing for no rows.
    pub fn render(&self, places: &[usize]) -> String {
        if places.is_empty() {
            return String::new();
        }
        let columns: Vec<Column> = self.fields.iter().map(|field| column(field)).collect();
        match widths(&columns, &self.cells, self.look.width.max(40)) {
            Some(widths) => self.lines(&columns, &widths, places),
            None => self.blocks(&columns, places),
        }
    }

    fn lines(&self, columns: &[Column], widths: &[usize], places: &[usize]) -> String {
        let mut text = String::new();
        for line in heading(columns, widths) {
            text.push_str(&self.look.styles.heading.on(&line));
            text.push('\n');
        }
        text.push_str(&rule(widths));
        text.push('\n');
        for place in places {
            write_line(&mut text, self.cells.row(*place, columns.len()), columns, widths);
            text.push('\n');
        }
        text
    }

    fn blocks(&self, columns: &[Column], places: &[usize]) -> String {
        let width = columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (at, place) in places.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            for (column, (cell, _)) in columns.iter().zip(self.cells.row(*place, columns.len())) {
                text.extend([format!("{:width$}  {cell}\n", column.name)]);
            }
        }
        text
    }
}

fn column(field: &Field) -> Column {
    Column {
        name: field.name,
        is_number: matches!(field.kind, FieldType::Number(_)),
        // An alarm has the name of its definition: what it is about tells it from others.
        is_name: matches!(field.name, "name" | "entity"),
    }
}

fn write_cell(field: &Field, value: &Value, look: &Look, to: &mut String) {
    let text = match (field.kind, value) {
        (_, Value::Null) => Some(Cow::Borrowed("")),
        (FieldType::Number(unit), Value::Number(number)) => number.as_f64().map(|number| measure(number, unit).into()),
        (FieldType::Switch, Value::Bool(is_on)) => Some(if *is_on { "yes" } else { "no" }.into()),
        (FieldType::Time, Value::String(text)) => text.parse().ok().map(|time: Timestamp| look.time(time).into()),
        (FieldType::LocalTime, Value::String(text)) => {
            local_time(text, &look.timezone).map(|time| look.time(time).into())
        }
        (FieldType::Texts, Value::Array(members)) => Some(joined(members.iter().filter_map(Value::as_str)).into()),
        (FieldType::TextMap, Value::Object(members)) => {
            let member = |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
            Some(joined(members.iter().map(member)).into())
        }
        _ => None,
    };
    let text = text.or_else(|| value.as_str().map(Cow::Borrowed));
    let text = text.unwrap_or_else(|| value.to_string().into());
    let text = if text.is_empty() { "-".into() } else { escape(&text) };
    to.push_str(&text);
}

fn joined(members: impl Iterator<Item = impl Into<String>>) -> String {
    members.map(Into::into).collect::<Vec<String>>().join(", ")
}

/// In the largest unit of which there is at least one.
fn measure(number: f64, unit: Unit) -> String {
    const DECIMAL: [&str; 4] = ["Hz", "kHz", "MHz", "GHz"];
    match unit {
        Unit::One => tenths(number),
        Unit::Byte => scaled(number, 1024.0, &BINARY),
        Unit::Mebibyte => scaled(number, 1024.0, &BINARY[2..]),
        Unit::Hertz => scaled(number, 1000.0, &DECIMAL),
        Unit::Megahertz => scaled(number, 1000.0, &DECIMAL[2..]),
        Unit::Second => std::time::Duration::try_from_secs_f64(number).map_or_else(|_| tenths(number), long_duration),
    }
}
