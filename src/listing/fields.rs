//! The fields of a kind, for people.

use crate::catalog::{Field, FieldType, Kind, Unit};

/// A line for each field: its name, what its values are, what it says. Those that a table shows have a `*`.
#[must_use]
pub fn describe_fields(kind: Kind) -> String {
    let width = |text: fn(&Field) -> &'static str| kind.fields().map(|field| text(field).len()).max().unwrap_or(0);
    let (names, types) = (width(|field| field.name), width(type_name));
    let line = |field: &Field| {
        let mark = if field.is_shown { '*' } else { ' ' };
        let (name, noun) = (field.name, type_name(field));
        format!("{mark} {name:names$}  {noun:types$}  {}\n", field.meaning)
    };
    let lines: String = kind.fields().map(line).collect();
    format!("{lines}* shown unless --columns says otherwise")
}

const fn type_name(field: &Field) -> &'static str {
    match field.kind {
        FieldType::Text => "text",
        FieldType::Texts => "texts",
        FieldType::Switch => "yes/no",
        FieldType::Number(Unit::One) => "number",
        FieldType::Number(Unit::Byte) => "bytes",
        FieldType::Number(Unit::Mebibyte) => "MiB",
        FieldType::Number(Unit::Megahertz) => "MHz",
        FieldType::Number(Unit::Hertz) => "Hz",
        FieldType::Number(Unit::Second) => "seconds",
        FieldType::Time => "time",
        FieldType::LocalTime => "local time",
        FieldType::Records => "records",
        FieldType::TextMap => "map",
    }
}
