//! JSON: one object with an array for each table; and NDJSON: a line for each row.

use std::fs::File;
use std::io::{self, BufWriter, IntoInnerError, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::delimited::Buffered;
use super::{Column, Remarks, Table, TableWriter};

/// `{"schema":"vmsync.export/1","hosts":[{…},…],…}`, one row on each line.
pub struct JsonFile {
    file: Buffered,
    columns: Vec<Column>,
    has_rows: bool,
}

/// `{…}` on each line; of several tables `{"kind":"hosts","object":{…}}`, as a source has a field `kind` of its own.
pub struct NdjsonFile {
    file: Buffered,
    table: Option<Table>,
    says_kind: bool,
}

/// Beside the arrays, which are called as their tables.
const SCHEMA: &str = "vmsync.export/1";

/// A row as an object with the columns as keys, in their order.
struct Object<'a> {
    columns: &'a [Column],
    row: &'a [Value],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, value) in self.columns.iter().zip(self.row) {
            map.serialize_entry(column.name, value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct OfKind<'a> {
    kind: &'a str,
    object: Object<'a>,
}

impl JsonFile {
    /// Into this file, which is empty.
    #[must_use]
    pub fn new(file: File) -> Self {
        Self {
            file: BufWriter::new(file),
            columns: Vec::new(),
            has_rows: false,
        }
    }
}

impl TableWriter for JsonFile {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        if self.columns.is_empty() {
            write!(self.file, "{{\"schema\":\"{SCHEMA}\"")?;
        }
        write!(self.file, ",\n\"{}\":[", table.name)?;
        self.columns.clone_from(&table.columns);
        self.has_rows = false;
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.file.write_all(if self.has_rows { b",\n" } else { b"\n" })?;
        self.has_rows = true;
        let columns = &self.columns;
        Ok(serde_json::to_writer(&mut self.file, &Object { columns, row })?)
    }

    fn end(&mut self) -> io::Result<()> {
        self.file.write_all(b"]")
    }

    fn finish(mut self: Box<Self>) -> io::Result<Remarks> {
        self.file.write_all(b"}\n")?;
        close(self.file)
    }
}

impl NdjsonFile {
    /// Into this file, which is empty; the lines say of which table they are if there are `several`.
    #[must_use]
    pub fn new(file: File, several: bool) -> Self {
        Self {
            file: BufWriter::new(file),
            table: None,
            says_kind: several,
        }
    }
}

impl TableWriter for NdjsonFile {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.table = Some(table.clone());
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        let Some(table) = &self.table else { return Ok(()) };
        let object = Object {
            columns: &table.columns,
            row,
        };
        if self.says_kind {
            let kind = table.name;
            serde_json::to_writer(&mut self.file, &OfKind { kind, object })?;
        } else {
            serde_json::to_writer(&mut self.file, &object)?;
        }
        self.file.write_all(b"\n")
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Remarks> {
        close(self.file)
    }
}

fn close(file: Buffered) -> io::Result<Remarks> {
    file.into_inner().map_err(IntoInnerError::into_error)?.sync_all()?;
    Ok(Remarks::default())
}
