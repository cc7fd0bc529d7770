//! A list as people read it.

use jiff::Timestamp;
use serde_json::Value;

use super::layout::{Column, heading, line, rule, widths};
use crate::catalog::{Field, FieldType, Unit};
use crate::filter::local_time;
use crate::report::{BINARY, Look, escape, long_duration, scaled, tenths};
use crate::selection::Row;

/// A line for each row; a block of lines where the columns are too many for a line. Nothing for no rows.
#[must_use]
pub fn render_table(fields: &[&'static Field], rows: &[Row], look: &Look) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cells = |row: &Row| -> Vec<String> {
        fields
            .iter()
            .zip(row)
            .map(|(field, value)| cell(field, value, look))
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let columns: Vec<Column> = fields.iter().map(|field| column(field)).collect();
    match widths(&columns, &rows, look.width.max(40)) {
        Some(widths) => lines(&columns, &rows, &widths, look),
        None => blocks(&columns, &rows),
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

fn lines(columns: &[Column], rows: &[Vec<String>], widths: &[usize], look: &Look) -> String {
    let mut text = String::new();
    for line in heading(columns, widths) {
        text.push_str(&look.styles.heading.on(&line));
        text.push('\n');
    }
    text.push_str(&rule(widths));
    text.push('\n');
    for row in rows {
        text.push_str(&line(row, columns, widths));
        text.push('\n');
    }
    text
}

fn blocks(columns: &[Column], rows: &[Vec<String>]) -> String {
    let width = columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
    let line = |(column, cell): (&Column, &String)| format!("{:width$}  {cell}\n", column.name);
    let block = |row: &Vec<String>| columns.iter().zip(row).map(line).collect::<Vec<_>>().concat();
    rows.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn cell(field: &Field, value: &Value, look: &Look) -> String {
    let text = match (field.kind, value) {
        (_, Value::Null) => return "-".to_owned(),
        (FieldType::Number(unit), Value::Number(number)) => number.as_f64().map(|number| measure(number, unit)),
        (FieldType::Switch, Value::Bool(is_on)) => Some(if *is_on { "yes" } else { "no" }.to_owned()),
        (FieldType::Time, Value::String(text)) => text.parse().ok().map(|time: Timestamp| look.time(time)),
        (FieldType::LocalTime, Value::String(text)) => local_time(text, &look.timezone).map(|time| look.time(time)),
        (FieldType::Texts, Value::Array(members)) => Some(joined(members.iter().filter_map(Value::as_str))),
        (FieldType::TextMap, Value::Object(members)) => {
            let member = |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
            Some(joined(members.iter().map(member)))
        }
        _ => None,
    };
    let text = text.or_else(|| value.as_str().map(str::to_owned));
    let text = text.unwrap_or_else(|| value.to_string());
    if text.is_empty() {
        "-".to_owned()
    } else {
        escape(&text).into_owned()
    }
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
