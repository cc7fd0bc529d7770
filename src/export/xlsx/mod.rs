//! XLSX (ECMA-376): a sheet for each table, written as a stream.
//!
//! Texts that come again stand in the table of shared texts, which every reader knows, as long as that is small; later
//! ones stand in their cells. So the memory does not grow with the rows.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde_json::Value;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

mod cell;
mod parts;
mod shared;
mod sink;

#[cfg(test)]
pub(crate) mod reader;
#[cfg(test)]
mod tests;

use self::cell::Cells;
use self::parts::Sheet;
use self::sink::{Failure, Sink};
use super::{Remarks, Table, TableWriter};

/// Rows of a sheet, the heading among them: Excel's own limit ("Excel specifications and limits").
const ROWS: u32 = 1_048_576;
/// zlib's fastest: a quarter of the time of its default, and files that are larger by a third (measured with the VMs of
/// benches/).
const COMPRESSION: i64 = 1;
/// Bytes that are gathered before they are compressed.
const CHUNK: usize = 64 * 1024;

/// A workbook.
pub struct Xlsx {
    zip: ZipWriter<BufWriter<Sink>>,
    failure: Failure,
    sheets: Vec<Sheet>,
    /// The table that is being written.
    table: Option<Table>,
    cells: Cells,
    rows_of_a_sheet: u32,
    continued: usize,
}

impl Xlsx {
    /// Into this file, which is empty.
    #[must_use]
    pub fn new(file: File) -> Self {
        let (sink, failure) = Sink::new(file);
        Self {
            zip: ZipWriter::new(BufWriter::with_capacity(CHUNK, sink)),
            failure,
            sheets: Vec::new(),
            table: None,
            cells: Cells::default(),
            rows_of_a_sheet: ROWS,
            continued: 0,
        }
    }

    fn part(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.start(name)?;
        self.zip.write_all(content.as_bytes())
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_level(Some(COMPRESSION));
        self.zip.start_file(name, options).map_err(of_zip)
    }

    fn begin_sheet(&mut self, name: String) -> io::Result<()> {
        let Some(table) = self.table.take() else { return Ok(()) };
        if self.sheets.is_empty() {
            self.part(parts::RELATIONS_PATH, parts::RELATIONS)?;
        }
        let number = self.sheets.len() + 1;
        self.start(&parts::sheet_path(number))?;
        self.cells.push(&parts::sheet_head(&table, number == 1));
        self.cells.heading(&table);
        self.sheets.push(Sheet {
            name,
            columns: table.columns.len(),
            rows: 1,
        });
        self.table = Some(table);
        Ok(())
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        if let Some(sheet) = self.sheets.last() {
            self.cells.push(&parts::sheet_end(sheet));
        }
        self.flush(0)
    }

    /// Compresses what was gathered, if it is more than so much.
    fn flush(&mut self, more_than: usize) -> io::Result<()> {
        if self.cells.xml().len() > more_than {
            self.zip.write_all(self.cells.xml().as_bytes())?;
            self.cells.clear();
        }
        self.failure.check()
    }

    /// A full sheet goes on in another one.
    fn continue_table(&mut self) -> io::Result<()> {
        let Some(table) = &self.table else { return Ok(()) };
        let same = self.sheets.iter().filter(|sheet| sheet.is_of(table.name)).count();
        let name = parts::name_of_next(table.name, same);
        self.end_sheet()?;
        self.continued += 1;
        self.begin_sheet(name)
    }
}

impl TableWriter for Xlsx {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.table = Some(table.clone());
        self.begin_sheet(table.name.to_owned())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        if self
            .sheets
            .last()
            .is_some_and(|sheet| sheet.rows == self.rows_of_a_sheet)
        {
            self.continue_table()?;
        }
        let (Some(table), Some(sheet)) = (&self.table, self.sheets.last_mut()) else {
            return Ok(());
        };
        sheet.rows += 1;
        self.cells.row(sheet.rows, &table.columns, row);
        self.flush(CHUNK)
    }

    fn end(&mut self) -> io::Result<()> {
        self.end_sheet()
    }

    fn finish(mut self: Box<Self>) -> io::Result<Remarks> {
        let shared = self.cells.shared();
        self.start(parts::SHARED_PATH)?;
        shared.write(&mut self.zip)?;
        let sheets = std::mem::take(&mut self.sheets);
        self.part(parts::STYLES_PATH, parts::STYLES)?;
        self.part(parts::WORKBOOK_PATH, &parts::workbook(&sheets))?;
        self.part(parts::WORKBOOK_RELATIONS_PATH, &parts::workbook_relations(sheets.len()))?;
        self.part(parts::CONTENT_TYPES_PATH, &parts::content_types(sheets.len()))?;
        let file = self.zip.finish().map_err(of_zip)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync()?;
        Ok(Remarks {
            cut: self.cells.cut(),
            continued: self.continued,
        })
    }
}

fn of_zip(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}
