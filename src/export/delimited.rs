//! CSV: one file for one table, or a folder with one for each.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Remarks, Table, TableWriter};
use crate::cell;

/// One table in one file.
pub struct CsvFile {
    writer: csv::Writer<File>,
}

impl CsvFile {
    /// Into this file, which is empty.
    #[must_use]
    pub fn new(file: File) -> Self {
        Self {
            writer: csv::Writer::from_writer(file),
        }
    }

    fn record<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) -> io::Result<()> {
        let written = self.writer.write_record(cells.map(Bytes));
        written.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }

    fn close(self) -> io::Result<()> {
        self.writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?
            .sync_all()
    }
}

impl TableWriter for CsvFile {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.record(table.columns.iter().map(|column| Cow::Borrowed(column.name)))
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.record(row.iter().map(|value| cell::inert(cell::text(value))))
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<Remarks> {
        self.close()?;
        Ok(Remarks::default())
    }
}

/// A cell as the writer takes it.
struct Bytes<'a>(Cow<'a, str>);

impl AsRef<[u8]> for Bytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Each table in a file of its name.
pub struct CsvFolder {
    folder: PathBuf,
    open: Option<CsvFile>,
}

impl CsvFolder {
    /// Into this folder, which is empty.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            open: None,
        }
    }
}

/// `hosts.csv`
#[must_use]
pub fn file_name(table: &str) -> String {
    format!("{table}.csv")
}

impl TableWriter for CsvFolder {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        let file = File::create_new(self.folder.join(file_name(table.name)))?;
        self.open.insert(CsvFile::new(file)).begin(table)
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |file| file.row(row))
    }

    fn end(&mut self) -> io::Result<()> {
        self.open.take().map_or(Ok(()), CsvFile::close)
    }

    fn finish(self: Box<Self>) -> io::Result<Remarks> {
        File::open(&self.folder)?.sync_all()?;
        Ok(Remarks::default())
    }
}

/// What the other forms write through.
pub(super) type Buffered = BufWriter<File>;
