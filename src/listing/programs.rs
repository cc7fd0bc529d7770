//! A list as programs read it, row by row.

use serde_json::{Map, Value, json};

use crate::catalog::{Field, Kind};
use crate::cell;
use crate::cli::ListFormat;
use crate::report::render_json;
use crate::selection::Row;

/// Says of which form the JSON is.
const SCHEMA: &str = "vmsync.list/1";

/// Text of a list, piece by piece: the beginning, rows, the end.
pub struct Writer {
    form: ListFormat,
    kind: Kind,
    columns: Vec<&'static Field>,
    rows: usize,
}

impl Writer {
    /// For rows of these columns.
    #[must_use]
    pub const fn new(form: ListFormat, kind: Kind, columns: Vec<&'static Field>) -> Self {
        Self {
            form,
            kind,
            columns,
            rows: 0,
        }
    }

    /// What comes before the rows.
    #[must_use]
    pub fn begin(&self) -> String {
        match self.form {
            ListFormat::Json => format!(
                "{{\"schema\":\"{SCHEMA}\",\"kind\":\"{}\",\"rows\":[",
                self.kind.plural()
            ),
            ListFormat::Csv => record(self.columns.iter().map(|field| field.name.as_bytes().to_vec())),
            ListFormat::Ndjson | ListFormat::Table => String::new(),
        }
    }

    /// The next row.
    pub fn row(&mut self, row: Row) -> String {
        self.rows += 1;
        match self.form {
            ListFormat::Csv => record(
                row.iter()
                    .map(|value| cell::inert(cell::text(value)).into_owned().into_bytes()),
            ),
            ListFormat::Json => {
                let object = render_json(&self.object(row));
                let comma = if self.rows > 1 { "," } else { "" };
                format!("{comma}\n{}", object.trim_end())
            }
            ListFormat::Ndjson | ListFormat::Table => render_json(&self.object(row)),
        }
    }

    /// What comes after the rows.
    #[must_use]
    pub fn end(&self) -> String {
        match self.form {
            ListFormat::Json => format!("\n],\"count\":{}}}\n", self.rows),
            ListFormat::Csv | ListFormat::Ndjson | ListFormat::Table => String::new(),
        }
    }

    fn object(&self, row: Row) -> Value {
        let names = self.columns.iter().map(|field| field.name.to_owned());
        Value::Object(names.zip(row).collect::<Map<_, _>>())
    }

    /// All of it, where only the number was asked for.
    #[must_use]
    pub fn count(form: ListFormat, kind: Kind, count: usize) -> String {
        match form {
            ListFormat::Table => format!("{count}\n"),
            ListFormat::Csv => format!("count\n{count}\n"),
            ListFormat::Ndjson => render_json(&json!({ "count": count })),
            ListFormat::Json => render_json(&json!({ "schema": SCHEMA, "kind": kind.plural(), "count": count })),
        }
    }
}

fn record(cells: impl Iterator<Item = Vec<u8>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(cells);
    written.expect("memory takes all");
    let bytes = writer.into_inner().expect("memory takes all");
    String::from_utf8(bytes).expect("the cells were texts")
}
