//! A list as programs read it, row by row.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::catalog::{Field, Kind};
use crate::cell;
use crate::cli::ListFormat;
use crate::report::{render_json, write_value};
use crate::selection::Row;

/// Says of which form the JSON is.
const SCHEMA: &str = "vmsync.list/1";

/// Rows on their way into text for programs.
pub struct Writer {
    form: ListFormat,
    kind: Kind,
    columns: Vec<&'static Field>,
    /// The rows that wait, one after the other.
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// How many were handed out; none if not even what comes before them.
    out: Option<usize>,
}

impl Writer {
    /// For rows that begin with the values of these columns.
    pub const fn new(form: ListFormat, kind: Kind, columns: Vec<&'static Field>) -> Self {
        Self {
            form,
            kind,
            columns,
            text: Vec::new(),
            ends: Vec::new(),
            out: None,
        }
    }

    pub fn add(&mut self, rows: &[Row]) {
        if self.form == ListFormat::Csv {
            let records = rows.iter().map(|row| {
                let values = row.iter().take(self.columns.len());
                values.map(|value| cell::inert(cell::text(value)))
            });
            write_records(records, &mut self.text, &mut self.ends);
            return;
        }
        for row in rows {
            write_object(&self.columns, row, &mut self.text);
            if self.form == ListFormat::Ndjson {
                self.text.push(b'\n');
            }
            self.ends.push(self.text.len());
        }
    }

    /// Those that wait, and what comes before them. They wait no longer.
    pub fn take(&mut self) -> String {
        let places: Vec<usize> = (0..self.ends.len()).collect();
        let text = self.render(&places);
        self.text.clear();
        self.ends.clear();
        text
    }

    /// Those of the rows that wait that are at these places, and what comes before them.
    pub fn render(&mut self, places: &[usize]) -> String {
        let mut text = Vec::new();
        if self.out.is_none() {
            text.extend_from_slice(self.beginning().as_bytes());
        }
        let mut out = self.out.unwrap_or(0);
        for place in places {
            text.extend_from_slice(match (self.form, out) {
                (ListFormat::Json, 0) => b"\n",
                (ListFormat::Json, _) => b",\n",
                _ => b"",
            });
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
            text.extend_from_slice(&self.text[start..self.ends[*place]]);
            out += 1;
        }
        self.out = Some(out);
        String::from_utf8(text).expect("the values were texts")
    }

    fn beginning(&self) -> String {
        match self.form {
            ListFormat::Json => format!(
                "{{\"schema\":\"{SCHEMA}\",\"kind\":\"{}\",\"rows\":[",
                self.kind.plural()
            ),
            ListFormat::Csv => {
                let names = self.columns.iter().map(|field| Cow::Borrowed(field.name));
                let mut text = Vec::new();
                write_records(std::iter::once(names), &mut text, &mut Vec::new());
                String::from_utf8(text).expect("names are texts")
            }
            ListFormat::Ndjson | ListFormat::Table => String::new(),
        }
    }

    /// What comes after the rows.
    pub fn end(&self) -> String {
        match self.form {
            ListFormat::Json => format!("\n],\"count\":{}}}\n", self.out.unwrap_or(0)),
            ListFormat::Csv | ListFormat::Ndjson | ListFormat::Table => String::new(),
        }
    }
}

/// All of it, where only the number was asked for.
#[must_use]
pub fn render_count(form: ListFormat, kind: Kind, count: usize) -> String {
    match form {
        ListFormat::Table => format!("{count}\n"),
        ListFormat::Csv => format!("count\n{count}\n"),
        ListFormat::Ndjson => render_json(&json!({ "count": count })),
        ListFormat::Json => render_json(&json!({ "schema": SCHEMA, "kind": kind.plural(), "count": count })),
    }
}

fn write_object(columns: &[&'static Field], row: &[Value], to: &mut Vec<u8>) {
    to.push(b'{');
    for (at, (field, value)) in columns.iter().zip(row).enumerate() {
        // Names of fields are plain words.
        to.extend_from_slice(if at > 0 { b",\"" } else { b"\"" });
        to.extend_from_slice(field.name.as_bytes());
        to.extend_from_slice(b"\":");
        write_value(value, to).expect("memory takes all");
    }
    to.push(b'}');
}

/// Adds records, and where each ends.
fn write_records<'c>(
    records: impl Iterator<Item = impl Iterator<Item = Cow<'c, str>>>,
    to: &mut Vec<u8>,
    ends: &mut Vec<usize>,
) {
    let mut writer = csv::Writer::from_writer(to);
    for mut cells in records {
        let written = cells.try_for_each(|cell| writer.write_field(&*cell));
        let ended = written.and_then(|()| writer.write_record(None::<&[u8]>));
        let flushed = ended.and_then(|()| Ok(writer.flush()?));
        flushed.expect("memory takes all");
        ends.push(writer.get_ref().len());
    }
}
