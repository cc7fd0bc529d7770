//! Which columns a table has, and how values lie in them.

use rusqlite::Connection;
use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::Value;

use super::failure::Failure;
use crate::catalog::{FieldType, ObjectKind};
use crate::plan::record::{DocumentId, field};
use crate::store::Table;

/// The ten columns of the VM documents, in the order of the table.
pub const VM_COLUMNS: [&str; 10] = [
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

/// The columns of one table.
pub struct Layout {
    /// Of which documents.
    pub table: Table,
    /// Its name.
    pub name: String,
    /// Without the key and without the document.
    pub columns: Vec<Column>,
    /// A last column, `document`, has every field as JSON, those with columns of their own among them.
    pub has_document: bool,
}

/// A field with a column of its own, of the same name.
pub struct Column {
    /// The name of both.
    pub name: &'static str,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Integer,
    /// 0 and 1 are SQLite's booleans.
    Flag,
    /// Lists and maps as JSON.
    Json,
}

/// The name of the table of a kind.
pub fn object_table(kind: ObjectKind) -> String {
    format!("vmsync_{}", kind.plural())
}

/// Names are quoted: `type` and `key` are words of SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A field of a VM document that has no column.
pub fn in_document(key: &str) -> String {
    format!("json_extract(document, '$.{key}')")
}

impl Layout {
    pub fn of(table: Table) -> Self {
        match table {
            Table::Vms => Self {
                table,
                name: "vms".to_owned(),
                columns: VM_COLUMNS.into_iter().map(vm_column).collect(),
                has_document: true,
            },
            Table::Objects(kind) => Self {
                table,
                name: object_table(kind),
                columns: object_columns(kind),
                has_document: false,
            },
        }
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// All columns but the key, quoted.
    pub fn selected(&self) -> String {
        let columns = self.columns.iter().map(|column| quoted(column.name));
        let document = self.has_document.then(|| quoted("document"));
        columns.chain(document).collect::<Vec<_>>().join(", ")
    }

    /// Keeps the columns that the table has: an older vmsync may have made it.
    pub fn keep_existing(&mut self, connection: &Connection) -> Result<(), Failure> {
        let existing = existing_columns(connection, &self.name)?;
        self.columns
            .retain(|column| existing.iter().any(|name| name == column.name));
        Ok(())
    }

    /// A key as this table has it; none if it is of another store.
    pub fn key(&self, id: &DocumentId) -> Option<Sql> {
        match self.table {
            Table::Vms => id.0.parse().ok().map(Sql::Integer),
            Table::Objects(_) => Some(Sql::Text(id.0.clone())),
        }
    }
}

/// None if there is no such table.
pub fn existing_columns(connection: &Connection, table: &str) -> Result<Vec<String>, Failure> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

fn vm_column(name: &'static str) -> Column {
    let form = if name == field::ORPHAN { Form::Flag } else { Form::Text };
    Column { name, form }
}

fn object_columns(kind: ObjectKind) -> Vec<Column> {
    let fields = kind.fields().map(|field| Column {
        name: field.name,
        form: match field.kind {
            FieldType::Text | FieldType::Time | FieldType::LocalTime => Form::Text,
            FieldType::Number(_) => Form::Integer,
            FieldType::Switch => Form::Flag,
            FieldType::Texts | FieldType::Records | FieldType::TextMap => Form::Json,
        },
    });
    let stamps = [
        (field::REV, Form::Integer),
        (field::EPOCH, Form::Integer),
        (field::PASS, Form::Text),
    ];
    fields.chain(stamps.map(|(name, form)| Column { name, form })).collect()
}

impl Column {
    /// As it stands in the table's definition.
    pub fn definition(&self) -> String {
        let affinity = match self.form {
            Form::Text | Form::Json => "TEXT",
            Form::Integer | Form::Flag => "INTEGER",
        };
        format!("{} {affinity}", quoted(self.name))
    }

    /// Whether the column plainly says what the document's own copy of it, in JSON, says. Not all that is the same is so
    /// plain: text with escapes is not.
    pub fn is_same(&self, value: ValueRef<'_>, copy: Option<&str>) -> bool {
        match (self.form, value, copy) {
            (_, ValueRef::Null, None | Some("null"))
            | (Form::Flag, ValueRef::Integer(0), Some("false"))
            | (Form::Flag, ValueRef::Integer(1), Some("true")) => true,
            (Form::Text, ValueRef::Text(text), Some(copy)) => {
                let copy = copy.strip_prefix('"').and_then(|copy| copy.strip_suffix('"'));
                copy.is_some_and(|copy| copy.as_bytes() == text && !copy.contains('\\'))
            }
            _ => false,
        }
    }

    /// The field's value. What is not in the column's own form is told as it is.
    pub fn to_json(&self, value: ValueRef<'_>) -> Value {
        let value = to_json(value);
        match (self.form, &value) {
            (Form::Flag, Value::Number(number)) if matches!(number.as_i64(), Some(0 | 1)) => {
                Value::Bool(number.as_i64() == Some(1))
            }
            (Form::Json, Value::String(text)) => serde_json::from_str(text).unwrap_or(value),
            _ => value,
        }
    }
}

pub fn to_json(value: ValueRef<'_>) -> Value {
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
    fn a_column_is_the_same_as_its_plain_copy_only() {
        let layout = Layout::of(Table::Vms);
        let same = |name: &str, value: Value, copy| {
            let sql = to_sql(&value);
            layout.column(name).unwrap().is_same(ValueRef::from(&sql), copy)
        };
        assert!(same("name", json!("ü 1"), Some("\"ü 1\"")) && same("addr", json!(null), None));
        assert!(same("orphan", json!(true), Some("true")) && same("orphan", json!(false), Some("false")));
        assert!(!same("orphan", json!(true), Some("false")) && !same("orphan", json!(2), Some("2")));
        assert!(!same("name", json!("a"), Some("\"b\"")) && !same("name", json!("a"), None));
        assert!(!same("name", json!("\\n"), Some("\"\\n\"")) && !same("name", json!(1), Some("1")));
        assert!(!same("name", json!(null), Some("\"a\"")) && !same("name", json!("null"), Some("null")));
    }

    #[test]
    fn values_of_columns_come_back() {
        let (vms, datastores) = (
            Layout::of(Table::Vms),
            Layout::of(Table::Objects(ObjectKind::Datastore)),
        );
        for (layout, name, value) in [
            (&vms, "orphan", json!(true)),
            (&vms, "orphan", json!(false)),
            (&vms, "name", json!("1")),
            (&vms, "addr", json!(null)),
            (&datastores, "hosts", json!(["esx1", "esx2"])),
            (&datastores, "accessible", json!(true)),
            (&datastores, "capacity_bytes", json!(1_u64 << 50)),
            (&datastores, "type", json!("VMFS")),
        ] {
            let sql = to_sql(&value);
            assert_eq!(layout.column(name).unwrap().to_json(ValueRef::from(&sql)), value);
        }
        let odd = |name: &str, value: Value| vms.column(name).unwrap().to_json(ValueRef::from(&to_sql(&value)));
        assert_eq!(odd("orphan", json!(2)), json!(2));
        assert_eq!(odd("uuid", json!(1)), json!(1));
        assert_eq!(to_sql(&json!([1])), Sql::Text("[1]".into()));
    }
}
