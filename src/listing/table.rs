//! A list as people read it.

use jiff::Timestamp;
use serde_json::Value;

use super::layout::{Column, line, rule, widths};
use crate::catalog::{Field, FieldType, Unit};
use crate::report::{Look, escape, long_duration};
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
    }
}

fn lines(columns: &[Column], rows: &[Vec<String>], widths: &[usize], look: &Look) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let header = look.styles.heading.on(&line(&names, columns, widths));
    let mut text = format!("{header}\n{}\n", rule(widths));
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

/// In the largest unit of which there is at least one, with one decimal if it is not whole.
fn measure(number: f64, unit: Unit) -> String {
    const BINARY: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    const DECIMAL: [&str; 4] = ["Hz", "kHz", "MHz", "GHz"];
    match unit {
        Unit::One => plain(number),
        Unit::Byte => scaled(number, 1024.0, &BINARY),
        Unit::Mebibyte => scaled(number, 1024.0, &BINARY[2..]),
        Unit::Hertz => scaled(number, 1000.0, &DECIMAL),
        Unit::Megahertz => scaled(number, 1000.0, &DECIMAL[2..]),
        Unit::Second => std::time::Duration::try_from_secs_f64(number).map_or_else(|_| plain(number), long_duration),
    }
}

fn scaled(mut number: f64, step: f64, units: &[&str]) -> String {
    let mut units = units.iter().peekable();
    let mut unit = units.next();
    while number.abs() >= step && units.peek().is_some() {
        number /= step;
        unit = units.next();
    }
    format!("{} {}", plain(number), unit.unwrap_or(&""))
}

fn plain(number: f64) -> String {
    let shown = format!("{number:.1}");
    shown.strip_suffix(".0").map(str::to_owned).unwrap_or(shown)
}
