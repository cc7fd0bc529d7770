//! A list in the making: rows become text as they come, and stand in their order in the end.

use super::programs::Writer;
use super::table::Table;
use crate::cli::ListFormat;
use crate::report::Look;
use crate::selection::{Ranking, Row, Selection};

/// Rows whose text is handed out at once.
const ROWS: usize = 512;

/// The answer to a selection, with its rows as text from the moment they come: while one thread makes text of them,
/// another can read the next, and nothing else is kept of them.
pub struct Page {
    body: Body,
    rows: usize,
    /// None if the rows come in their order.
    ranking: Option<Ranking>,
}

enum Body {
    Table(Table),
    Programs(Writer),
}

impl Page {
    /// With what to ask for: the rows of that are to be [`add`](Self::add)ed.
    #[must_use]
    pub fn of(selection: &Selection, form: ListFormat, look: Look) -> (Self, Selection) {
        let columns = selection.columns.clone();
        let body = match form {
            ListFormat::Table => Body::Table(Table::new(columns, look)),
            ListFormat::Csv | ListFormat::Json | ListFormat::Ndjson => {
                Body::Programs(Writer::new(form, selection.kind, columns))
            }
        };
        let (ranking, asked) = Ranking::of(selection).unzip();
        let page = Self { body, rows: 0, ranking };
        (page, asked.unwrap_or_else(|| selection.clone()))
    }

    /// Takes the next rows, and hands out what can be shown by now.
    pub fn add(&mut self, rows: &[Row]) -> String {
        self.rows += rows.len();
        if let Some(ranking) = &mut self.ranking {
            for row in rows {
                ranking.add(row);
            }
        }
        match &mut self.body {
            Body::Table(table) => table.add(rows),
            Body::Programs(writer) => {
                writer.add(rows);
                if self.ranking.is_none() {
                    return writer.take();
                }
            }
        }
        String::new()
    }

    /// The rest of it, part by part.
    ///
    /// # Errors
    /// Those of whoever takes the parts.
    pub fn finish<E>(self, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let places = match (&self.ranking, &self.body) {
            (Some(ranking), _) => ranking.places(),
            (None, Body::Table(_)) => (0..self.rows).collect(),
            (None, Body::Programs(_)) => Vec::new(),
        };
        match self.body {
            Body::Table(table) => take(&table.render(&places)),
            Body::Programs(mut writer) => {
                // Also of no rows there is a beginning.
                take(&writer.render(&[]))?;
                places
                    .chunks(ROWS)
                    .try_for_each(|places| take(&writer.render(places)))?;
                take(&writer.end())
            }
        }
    }
}
