//! Rows for a list: one thread steps through the table, another makes rows of what it finds.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::condition::{Condition, translate};
use super::failure::Failure;
use super::layout::{VM_COLUMNS, existing_columns, object_table, quoted};
use super::{Database, SqliteStore, file, memory, schema};
use crate::catalog::{Field, FieldType, Kind};
use crate::selection::{Row, Selection, Sieve};
use crate::store::select::{BATCHES, Bound, Wanted, select_sources, sift};
use crate::store::{Store, StoreError, read_document};

const ACTION: &str = "read a list";
/// Bytes that are handed on at once: all batches on their way are still near the processor.
const BATCH: usize = 64 * 1024;

impl SqliteStore {
    pub(super) fn stream(&self, selection: &Selection) -> BoxStream<'_, Result<Row, StoreError>> {
        let selection = selection.clone();
        if selection.kind != Kind::Source {
            return self.stream_documents(selection);
        }
        let rows = async move {
            let sources = self.read(ACTION, memory::load_sources).await?;
            Ok(stream::iter(select_sources(&selection, &sources)).map(Ok))
        };
        stream::once(rows).try_flatten().boxed()
    }

    fn stream_documents(&self, selection: Selection) -> BoxStream<'static, Result<Row, StoreError>> {
        let (sender, batches) = mpsc::channel(BATCHES);
        let (giver_back, used) = mpsc::channel(BATCHES);
        let sieve = Sieve::new(&selection);
        let mut shape = Shape::new(selection.kind, &sieve);
        let (database, address) = (Arc::clone(&self.database), self.address());
        let reader = tokio::task::spawn_blocking(move || {
            let mut hand = Hand {
                sender,
                batch: Batch::default(),
                used,
            };
            database.select(&selection, &mut hand)
        });
        let end = async move {
            let ended = reader.await.map_err(Failure::from).flatten();
            ended.map_err(|failure| failure.into_error(&address, ACTION))
        };
        sift(sieve, batches, end, move |batch, take| {
            shape.read(&batch, take);
            // There may be enough of them, and nobody reads any more once all is read.
            drop(giver_back.try_send(batch));
        })
    }
}

/// Hands on what is read. Whoever took it may have seen enough, and be gone.
struct Hand {
    sender: Sender<Batch>,
    batch: Batch,
    /// Batches whose memory is free again.
    used: Receiver<Batch>,
}

impl Hand {
    /// False if nobody wants more.
    fn give(&mut self, row: &rusqlite::Row<'_>, width: usize) -> Result<bool, Failure> {
        self.batch.push(row, width)?;
        Ok(self.batch.size() < BATCH || self.flush())
    }

    fn flush(&mut self) -> bool {
        let mut next = self.used.try_recv().unwrap_or_default();
        next.clear();
        let batch = std::mem::replace(&mut self.batch, next);
        self.sender.blocking_send(batch).is_ok()
    }
}

/// Values as SQLite gives them, row by row: a row of their own for each would take a memory block for every text.
#[derive(Default)]
struct Batch {
    texts: Vec<u8>,
    cells: Vec<Cell>,
}

enum Cell {
    Nothing,
    Integer(i64),
    Real(f64),
    /// Where it ends.
    Text(usize),
}

impl Batch {
    fn clear(&mut self) {
        self.texts.clear();
        self.cells.clear();
    }

    fn push(&mut self, row: &rusqlite::Row<'_>, width: usize) -> Result<(), Failure> {
        for at in 0..width {
            self.cells.push(match row.get_ref(at)? {
                ValueRef::Null | ValueRef::Blob(_) => Cell::Nothing,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) => {
                    self.texts.extend_from_slice(text);
                    Cell::Text(self.texts.len())
                }
            });
        }
        Ok(())
    }

    const fn size(&self) -> usize {
        self.texts.len() + self.cells.len() * size_of::<Cell>()
    }

    fn values(&self) -> impl Iterator<Item = ValueRef<'_>> {
        let mut start = 0;
        self.cells.iter().map(move |cell| match cell {
            Cell::Nothing => ValueRef::Null,
            Cell::Integer(number) => ValueRef::Integer(*number),
            Cell::Real(number) => ValueRef::Real(*number),
            Cell::Text(end) => {
                let text = &self.texts[start..*end];
                start = *end;
                ValueRef::Text(text)
            }
        })
    }
}

impl Database {
    /// By a connection of its own, as reading may take as long as whoever reads.
    fn select(&self, selection: &Selection, hand: &mut Hand) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            let batch = self.read(|connection| collect(connection, selection))?;
            // Whoever is gone wants nothing.
            drop(hand.sender.blocking_send(batch));
            return Ok(());
        };
        match file::open_to_read(path)? {
            Some(connection) if schema::is_prepared(&connection)? => {
                select(&connection, selection, &mut |row, width| hand.give(row, width))?;
                hand.flush();
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn collect(connection: &Connection, selection: &Selection) -> Result<Batch, Failure> {
    let mut batch = Batch::default();
    select(connection, selection, &mut |row, width| {
        batch.push(row, width)?;
        Ok(true)
    })?;
    Ok(batch)
}

/// Whether there is a place for objects of this kind.
pub fn has(connection: &Connection, kind: Kind) -> Result<bool, Failure> {
    Ok(!existing_columns(connection, &table(kind))?.is_empty())
}

fn table(kind: Kind) -> String {
    match kind {
        Kind::Vm => "vms".to_owned(),
        Kind::Object(kind) => object_table(kind),
        Kind::Source => "vmsync_sources".to_owned(),
    }
}

/// Takes a row of so many values; false if that is enough.
type Give<'a> = &'a mut dyn FnMut(&rusqlite::Row<'_>, usize) -> Result<bool, Failure>;

fn select(connection: &Connection, selection: &Selection, give: Give<'_>) -> Result<(), Failure> {
    let existing = existing_columns(connection, &table(selection.kind))?;
    if existing.is_empty() {
        return Ok(());
    }
    let question = Question::new(selection.kind, &Sieve::new(selection), &existing);
    let mut statement = connection.prepare(&question.sql)?;
    let width = statement.column_count();
    let mut rows = statement.query(params_from_iter(&question.condition.parameters))?;
    while let Some(row) = rows.next()? {
        if !give(row, width)? {
            break;
        }
    }
    Ok(())
}

/// A statement, whose answer has a [`Shape`].
struct Question {
    sql: String,
    condition: Condition,
}

impl Question {
    fn new(kind: Kind, sieve: &Sieve, existing: &[String]) -> Self {
        let shape = Shape::new(kind, sieve);
        let has_column = |field: &Field| existing.iter().any(|column| column == field.key());
        let or_nothing = |column: String, is_there| if is_there { column } else { "NULL".to_owned() };
        let columns = shape.columns.iter();
        let selected = columns.map(|(_, field)| or_nothing(quoted(field.key()), has_column(field)));
        let document = or_nothing("document".to_owned(), !shape.wanted.is_empty());
        let selected = selected.chain([document]).collect::<Vec<_>>().join(", ");
        let is_whole = shape.columns.iter().all(|(_, field)| has_column(field));
        let filter = sieve.filter().filter(|_| is_whole);
        let condition = filter.and_then(|filter| translate(kind, filter, Bound::Over));
        let condition = condition.unwrap_or_else(|| Condition {
            sql: "1".to_owned(),
            parameters: Vec::new(),
        });
        Self {
            sql: format!("SELECT {selected} FROM {} WHERE {}", table(kind), condition.sql),
            condition,
        }
    }
}

/// How the answer to a [`Question`] is read.
struct Shape {
    /// The fields of the answer's columns, and their places in the row.
    columns: Vec<(usize, &'static Field)>,
    /// Of the JSON object that is the answer's last column.
    wanted: Wanted,
    width: usize,
}

impl Shape {
    fn new(kind: Kind, sieve: &Sieve) -> Self {
        let fields = || sieve.fields().iter().copied().enumerate();
        let in_document = |field: &Field| kind == Kind::Vm && !VM_COLUMNS.contains(&field.key());
        Self {
            columns: fields().filter(|(_, field)| !in_document(field)).collect(),
            wanted: Wanted::new(fields().filter(|(_, field)| in_document(field))),
            width: sieve.fields().len(),
        }
    }

    /// Makes rows, until no more are taken.
    fn read(&mut self, batch: &Batch, take: &mut dyn FnMut(Row) -> bool) {
        let mut cells = batch.values();
        while let Some(row) = self.read_row(&mut cells) {
            if !take(row) {
                return;
            }
        }
    }

    fn read_row<'v>(&mut self, cells: &mut impl Iterator<Item = ValueRef<'v>>) -> Option<Row> {
        let mut values = vec![Value::Null; self.width];
        for (place, field) in &self.columns {
            values[*place] = field.read(column(field.kind, cells.next()?));
        }
        // What is no object has no fields.
        if let ValueRef::Text(document) = cells.next()? {
            read_document(document, &mut self.wanted, &mut values);
        }
        Some(values)
    }
}

/// What a column says: 0 and 1 are SQLite's booleans, lists and maps are JSON.
fn column(kind: FieldType, value: ValueRef<'_>) -> Value {
    match (kind, value) {
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
        (FieldType::Switch, ValueRef::Integer(number @ (0 | 1))) => Value::Bool(number == 1),
        (FieldType::Texts | FieldType::Records | FieldType::TextMap, ValueRef::Text(text)) => {
            serde_json::from_slice(text).unwrap_or_default()
        }
        (_, ValueRef::Text(text)) => text_of(text),
        (_, ValueRef::Integer(number)) => Value::from(number),
        (_, ValueRef::Real(number)) => Value::from(number),
    }
}

/// Bytes that are no text have a sign in their place.
fn text_of(bytes: &[u8]) -> Value {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into(), Value::from)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::catalog::ObjectKind;
    use crate::filter::{Context, parse};

    /// What SQLite says it would do.
    fn plan(connection: &Connection, kind: Kind, filter: &str) -> String {
        let mut selection = Selection::of(kind, TimeZone::UTC);
        let context = Context {
            kind,
            now: Timestamp::UNIX_EPOCH,
            timezone: &TimeZone::UTC,
        };
        selection.filter = Some(parse(filter, &context).unwrap());
        let existing = existing_columns(connection, &table(kind)).unwrap();
        let question = Question::new(kind, &Sieve::new(&selection), &existing);
        let sql = format!("EXPLAIN QUERY PLAN {}", question.sql);
        let mut statement = connection.prepare(&sql).unwrap();
        let parameters = params_from_iter(&question.condition.parameters);
        let steps = statement.query_map(parameters, |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
    }

    #[test]
    fn common_questions_are_no_scan() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(&mut connection).unwrap();
        schema::prepare_objects(&mut connection).unwrap();
        let host = Kind::Object(ObjectKind::Host);
        for (kind, filter, index) in [
            (Kind::Vm, "name = web-1", "vms_name"),
            (Kind::Vm, "host = esx1 and memory_mb > 4GB", "vms_host"),
            (
                Kind::Vm,
                "(cluster = a or cluster = b) and not name ~ x*",
                "vms_cluster",
            ),
            (host, "cluster = prod", "vmsync_hosts_cluster"),
            (host, "name = esx1", "vmsync_hosts_name"),
        ] {
            let plan = plan(&connection, kind, filter);
            assert!(
                plan.contains("SEARCH") && plan.contains(index) && !plan.contains("SCAN"),
                "{filter}: {plan}"
            );
        }
        assert!(plan(&connection, Kind::Vm, "not name = web-1").starts_with("SCAN"));
    }
}
