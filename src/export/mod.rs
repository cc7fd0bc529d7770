//! Tables in files for other programs: CSV, JSON, NDJSON and XLSX, written row by row, so that no table is ever held
//! whole.
//!
//! A [`Table`] is what a sheet, a file or an array is made of; a [`TableWriter`] is one of the forms. What is in the
//! tables is decided elsewhere: [`kinds`] has the catalog's own, [`rvtools`] those of RVTools.

use std::io;

use serde_json::Value;

use crate::catalog::FieldType;

mod delimited;
mod json;
pub mod kinds;
pub mod output;
pub mod rvtools;
pub mod target;
mod xlsx;

pub use delimited::{CsvFile, CsvFolder};
pub use json::{JsonFile, NdjsonFile};
pub use xlsx::Xlsx;

/// What a table is called and which columns it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name of the sheet, the file or the array.
    pub name: &'static str,
    /// In this order.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// What its values are.
    pub kind: FieldType,
}

/// One form of tables: each of them is begun, gets its rows and is ended, then the next one, and at last all of it is
/// finished.
pub trait TableWriter {
    /// Begins a table.
    ///
    /// # Errors
    /// As in every other step: the disk takes no more.
    fn begin(&mut self, table: &Table) -> io::Result<()>;
    /// One row of the table that was begun last, with a value for each column.
    ///
    /// # Errors
    /// See [`begin`](Self::begin).
    fn row(&mut self, row: &[Value]) -> io::Result<()>;
    /// Ends that table.
    ///
    /// # Errors
    /// See [`begin`](Self::begin).
    fn end(&mut self) -> io::Result<()>;
    /// Brings all of it to the disk.
    ///
    /// # Errors
    /// See [`begin`](Self::begin).
    fn finish(self: Box<Self>) -> io::Result<Remarks>;
}

/// What was done to values because the form cannot hold them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Texts that were too long for a cell and are cut.
    pub cut: usize,
    /// Sheets that were begun because the one before was full.
    pub continued: usize,
}
