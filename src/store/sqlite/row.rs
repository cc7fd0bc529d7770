//! A row of `vms` as fields, and fields as a row.

use std::collections::BTreeSet;

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serializer as _;
use serde::ser::SerializeMap as _;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::plan::record::{DocumentId, TextFields, UnreadableDocument, VmRecord, field};
use crate::store::Loaded;
use crate::store::fields::own_fields;

/// The ten columns, in the order of the table.
pub const COLUMNS: [&str; 10] = [
    field::ESXI_HOST_ADDR,
    field::NAME,
    field::HOSTNAME,
    field::ADDR,
    field::UUID,
    field::POWER_STATE,
    field::VMWARE_TOOLS,
    field::ORPHAN,
    field::ORPHAN_SINCE,
    field::LAST_SYNC_TIME,
];

/// Reads all rows.
pub fn load(connection: &Connection, loaded: &mut Loaded) -> Result<(), Failure> {
    let own = own_fields();
    let mut statement = connection.prepare(&format!(
        "SELECT {}, document, id FROM vms ORDER BY id",
        COLUMNS.join(", ")
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match read_record(row, &own)? {
            Ok(record) => loaded.records.push(record),
            Err(unreadable) => loaded.unreadable.push(unreadable),
        }
    }
    Ok(())
}

/// The fields of one row as a write compares them; none if it is gone or broken.
pub fn load_stored(connection: &Connection, id: i64) -> Result<Option<Map<String, Value>>, Failure> {
    let sql = format!("SELECT {}, document FROM vms WHERE id = ?1", COLUMNS.join(", "));
    let stored = connection.query_row(&sql, [id], read_fields).optional()?;
    Ok(stored.and_then(Result::ok))
}

fn read_record(row: &Row<'_>, own: &BTreeSet<String>) -> Result<Result<VmRecord, UnreadableDocument>, Failure> {
    let id = DocumentId(row.get::<_, i64>(COLUMNS.len() + 1)?.to_string());
    if let Some(record) = own_text(row, own)?.and_then(|text| VmRecord::from_text(id.clone(), text)) {
        return Ok(Ok(record));
    }
    Ok(match read_fields(row)? {
        Ok(mut stored) => {
            stored.retain(|key, _| own.contains(key));
            VmRecord::from_stored(id, stored)
        }
        Err(reason) => Err(UnreadableDocument { id, reason }),
    })
}

/// What [`read_fields`] would read of the own fields, as text. Nothing if the row has to be looked at more closely.
fn own_text(row: &Row<'_>, own: &BTreeSet<String>) -> rusqlite::Result<Option<String>> {
    let ValueRef::Text(document) = row.get_ref(COLUMNS.len())? else {
        return Ok(None);
    };
    let mut columns = Vec::with_capacity(COLUMNS.len());
    for (place, name) in COLUMNS.iter().enumerate() {
        columns.push((*name, column_value(name, to_json(row.get_ref(place)?))));
    }
    Ok(write_own(document, &columns, own).ok())
}

fn write_own(document: &[u8], columns: &[(&str, Value)], own: &BTreeSet<String>) -> Result<String, serde_json::Error> {
    let TextFields(fields) = serde_json::from_slice(document)?;
    let mut text = Vec::with_capacity(document.len());
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut object = serializer.serialize_map(None)?;
    for (key, value) in fields {
        if own.contains(key) && !COLUMNS.contains(&key) {
            object.serialize_entry(key, value)?;
        }
    }
    for (name, value) in columns {
        object.serialize_entry(name, value)?;
    }
    object.end()?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

/// The document, with the columns in place of its own copies of them.
fn read_fields(row: &Row<'_>) -> rusqlite::Result<Result<Map<String, Value>, String>> {
    let document = to_json(row.get_ref(COLUMNS.len())?);
    let Some(Ok(Value::Object(mut fields))) = document.as_str().map(serde_json::from_str) else {
        return Ok(Err("its column document is not a JSON object".to_owned()));
    };
    for (place, name) in COLUMNS.iter().enumerate() {
        let value = to_json(row.get_ref(place)?);
        fields.insert((*name).to_owned(), column_value(name, value));
    }
    Ok(Ok(fields))
}

/// 0 and 1 are SQLite's booleans.
fn column_value(name: &str, value: Value) -> Value {
    match value.as_i64() {
        Some(number @ (0 | 1)) if name == field::ORPHAN => Value::Bool(number == 1),
        _ => value,
    }
}

fn to_json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::from(number),
        ValueRef::Real(number) => Value::from(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Value::from(String::from_utf8_lossy(bytes)),
    }
}

/// A field's value in its column.
pub fn to_sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(flag) => Sql::Integer(i64::from(*flag)),
        Value::String(text) => Sql::Text(text.clone()),
        other => other
            .as_i64()
            .map_or_else(|| Sql::Text(other.to_string()), Sql::Integer),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_columns_come_back() {
        for (name, value) in [
            ("orphan", json!(true)),
            ("orphan", json!(false)),
            ("name", json!("1")),
            ("addr", json!(null)),
        ] {
            let sql = to_sql(&value);
            assert_eq!(column_value(name, to_json(ValueRef::from(&sql))), value);
        }
        assert_eq!(column_value("orphan", json!(2)), json!(2));
        assert_eq!(column_value("uuid", json!(1)), json!(1));
        assert_eq!(to_sql(&json!([1])), Sql::Text("[1]".into()));
    }
}
