//! A list as programs read it, row by row.

use std::borrow::Cow;

use serde_json::json;

use crate::catalog::{Field, Kind};
use crate::cell;
use crate::cli::ListFormat;
use crate::report::{render_json, write_value};
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
            ListFormat::Csv => {
                let names = self.columns.iter().map(|field| Cow::Borrowed(field.name));
                records(std::iter::once(names))
            }
            ListFormat::Ndjson | ListFormat::Table => String::new(),
        }
    }

    /// The next rows.
    pub fn rows(&mut self, rows: &[Row]) -> String {
        match self.form {
            ListFormat::Csv => records(
                rows.iter()
                    .map(|row| row.iter().map(|value| cell::inert(cell::text(value)))),
            ),
            ListFormat::Json | ListFormat::Ndjson | ListFormat::Table => self.objects(rows),
        }
    }

    fn objects(&mut self, rows: &[Row]) -> String {
        let mut text = Vec::new();
        for row in rows {
            self.write_object(row, &mut text);
            self.rows += 1;
        }
        String::from_utf8(text).expect("JSON is text")
    }

    fn write_object(&self, row: &Row, to: &mut Vec<u8>) {
        let is_document = self.form == ListFormat::Json;
        if is_document {
            to.extend(if self.rows > 0 { ",\n" } else { "\n" }.as_bytes());
        }
        to.push(b'{');
        for (at, (field, value)) in self.columns.iter().zip(row).enumerate() {
            let comma = if at > 0 { "," } else { "" };
            // Names of fields are plain words.
            to.extend([comma, "\"", field.name, "\":"].concat().bytes());
            write_value(value, to).expect("memory takes all");
        }
        to.push(b'}');
        if !is_document {
            to.push(b'\n');
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

fn records<'c>(records: impl Iterator<Item = impl Iterator<Item = Cow<'c, str>>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for mut cells in records {
        let written = cells.try_for_each(|cell| writer.write_field(&*cell));
        let ended = written.and_then(|()| writer.write_record(None::<&[u8]>));
        ended.expect("memory takes all");
    }
    let bytes = writer.into_inner().expect("memory takes all");
    String::from_utf8(bytes).expect("the cells were texts")
}
