//! Rows and cells.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

use super::parts::{STYLE_HEADING, STYLE_TIME};
use super::shared::Shared;
use crate::catalog::FieldType;
use crate::cell;
use crate::export::{Column, Table};

/// UTF-16 units of a cell: Excel's own limit.
const UNITS: usize = 32_767;
/// What ends a text that was cut.
const CUT: &str = " … (cut)";
/// Integers up to here are whole in a spreadsheet, whose numbers are binary64.
const WHOLE: u64 = 1 << 53;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days from 1899-12-30, which spreadsheets count from, to 1970-01-01.
const EPOCH: i64 = 25_569;

/// XML of rows, with what has to be remembered from one to the next.
#[derive(Default)]
pub(super) struct Cells {
    xml: String,
    shared: Shared,
    /// `A`, `B`, …
    letters: Vec<String>,
    cut: usize,
}

impl Cells {
    pub(super) fn push(&mut self, xml: &str) {
        self.xml.push_str(xml);
    }

    pub(super) fn xml(&self) -> &str {
        &self.xml
    }

    pub(super) fn clear(&mut self) {
        self.xml.clear();
    }

    pub(super) const fn cut(&self) -> usize {
        self.cut
    }

    /// All texts that are shared; from now on there are none.
    pub(super) fn shared(&mut self) -> Shared {
        std::mem::take(&mut self.shared)
    }

    /// The first row.
    pub(super) fn heading(&mut self, table: &Table) {
        self.letters = (0..table.columns.len()).map(letters).collect();
        self.xml.push_str("<row r=\"1\">");
        for (index, column) in table.columns.iter().enumerate() {
            self.text(index, 1, column.name, STYLE_HEADING);
        }
        self.xml.push_str("</row>");
    }

    /// The row of this number.
    pub(super) fn row(&mut self, number: u32, columns: &[Column], row: &[Value]) {
        let _ = write!(self.xml, "<row r=\"{number}\">");
        for (index, (column, value)) in columns.iter().zip(row).enumerate() {
            self.value(index, number, column.kind, value);
        }
        self.xml.push_str("</row>");
    }

    fn value(&mut self, column: usize, row: u32, kind: FieldType, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(value) => self.plain(column, row, " t=\"b\"", u8::from(*value)),
            Value::Number(number) if number.as_u64().is_none_or(|number| number <= WHOLE) => {
                self.plain(column, row, "", number);
            }
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => match serial(kind, text) {
                Some(serial) => self.plain(column, row, STYLE_TIME, serial),
                None => self.text(column, row, text, ""),
            },
            other => match cell::text(other).as_ref() {
                "" => {}
                text => self.text(column, row, text, ""),
            },
        }
    }

    fn plain(&mut self, column: usize, row: u32, attributes: &str, value: impl std::fmt::Display) {
        let letters = &self.letters[column];
        let _ = write!(self.xml, "<c r=\"{letters}{row}\"{attributes}><v>{value}</v></c>");
    }

    fn text(&mut self, column: usize, row: u32, text: &str, style: &str) {
        let letters = &self.letters[column];
        let fitting = fit(text);
        self.cut += usize::from(fitting.is_some());
        let text = fitting.as_deref().unwrap_or(text);
        if let Some(number) = self.shared.number(text) {
            let _ = write!(self.xml, "<c r=\"{letters}{row}\"{style} t=\"s\"><v>{number}</v></c>");
        } else {
            let _ = write!(self.xml, "<c r=\"{letters}{row}\"{style} t=\"inlineStr\"><is>");
            text_into(text, &mut self.xml);
            self.xml.push_str("</is></c>");
        }
    }
}

/// `A` to `Z`, `AA`, …
pub(super) fn letters(column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest % 26]));
        rest /= 26;
    }
    letters
}

/// The text that a cell can hold; none if it can hold this one.
fn fit(text: &str) -> Option<String> {
    if text.len() <= UNITS || text.encode_utf16().count() <= UNITS {
        return None;
    }
    let mut left = UNITS - CUT.encode_utf16().count();
    let kept = text.chars().take_while(|c| {
        let fits = left >= c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    Some(kept.chain(CUT.chars()).collect())
}

/// Days since 1899-12-30, of a time that a spreadsheet can count.
fn serial(kind: FieldType, text: &str) -> Option<f64> {
    let second = match kind {
        FieldType::Time => text.parse::<Timestamp>().ok()?.as_second(),
        FieldType::LocalTime => {
            let local = DateTime::strptime("%d-%m-%Y: %H:%M:%S", text).ok()?;
            local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second()
        }
        _ => return None,
    };
    let days = second.div_euclid(DAY) + EPOCH;
    // Before March 1900 spreadsheets disagree.
    let (days, rest) = (i32::try_from(days).ok()?, i32::try_from(second.rem_euclid(DAY)).ok()?);
    (days > 60).then(|| f64::from(days) + f64::from(rest) / 86_400.0)
}

/// `<t>…</t>`.
pub(super) fn text_into(text: &str, xml: &mut String) {
    let has_edges = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    xml.push_str(if has_edges || text.contains('\n') {
        "<t xml:space=\"preserve\">"
    } else {
        "<t>"
    });
    escape_into(text, xml);
    xml.push_str("</t>");
}

/// XML 1.0 has no control characters; ECMA-376 (22.9.2.19, `ST_Xstring`) writes them `_x001B_`, and a text that looks
/// so as `_x005F_x001B_`.
pub(super) fn escape_into(text: &str, xml: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        let (plain, special) = rest.split_at(at);
        xml.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('&') => xml.push_str("&amp;"),
            Some('<') => xml.push_str("&lt;"),
            Some('>') => xml.push_str("&gt;"),
            Some('_') if looks_escaped(special) => xml.push_str("_x005F_"),
            Some('_') => xml.push('_'),
            Some(control) => {
                let _ = write!(xml, "_x{:04X}_", u32::from(control));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    xml.push_str(rest);
}

const fn is_special(c: char) -> bool {
    matches!(c, '&' | '<' | '>' | '_' | '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn looks_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[2..6].iter().all(u8::is_ascii_hexdigit) && bytes[6] == b'_'
}
