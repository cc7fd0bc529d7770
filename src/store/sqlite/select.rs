//! Rows for a list, one by one.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;
use tokio::sync::mpsc::{self, Sender};

use super::condition::{Condition, translate};
use super::failure::Failure;
use super::layout::{VM_COLUMNS, existing_columns, object_table, quoted};
use super::{Database, SqliteStore, document, file, memory, schema};
use crate::catalog::{Field, FieldType, Kind};
use crate::selection::{Row, Selection, Sieve};
use crate::store::StoreError;
use crate::store::select::{Bound, Wanted, select_sources};

const ACTION: &str = "read a list";
/// Rows that are handed on at once, and how often before they are taken.
const BATCH: usize = 256;
const BATCHES: usize = 8;

type Answer = Result<Vec<Row>, StoreError>;

impl SqliteStore {
    pub(super) fn stream(&self, selection: &Selection) -> BoxStream<'static, Result<Row, StoreError>> {
        let (sender, receiver) = mpsc::channel::<Answer>(BATCHES);
        let (database, address) = (Arc::clone(&self.database), crate::store::Store::address(self));
        let selection = selection.clone();
        tokio::task::spawn_blocking(move || {
            let mut hand = Hand {
                sender,
                batch: Vec::with_capacity(BATCH),
            };
            match database.select(&selection, &mut hand) {
                Ok(()) => hand.flush(),
                Err(failure) => hand.send(Err(failure.into_error(&address, ACTION))),
            };
        });
        let batches = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
        batches.map_ok(|rows| stream::iter(rows).map(Ok)).try_flatten().boxed()
    }
}

/// Hands rows on. Whoever took them may have seen enough, and be gone.
struct Hand {
    sender: Sender<Answer>,
    batch: Vec<Row>,
}

impl Hand {
    /// False if nobody wants more.
    fn give(&mut self, row: Row) -> bool {
        self.batch.push(row);
        self.batch.len() < BATCH || self.flush()
    }

    fn flush(&mut self) -> bool {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        batch.is_empty() || self.send(Ok(batch))
    }

    fn send(&self, answer: Answer) -> bool {
        self.sender.blocking_send(answer).is_ok()
    }
}

impl Database {
    /// By a connection of its own, as reading may take as long as whoever reads.
    fn select(&self, selection: &Selection, hand: &mut Hand) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            let rows = self.read(|connection| collect(connection, selection))?;
            rows.into_iter().all(|row| hand.give(row));
            return Ok(());
        };
        match file::open_to_read(path)? {
            Some(connection) if schema::is_prepared(&connection)? => {
                select(&connection, selection, &mut |row| hand.give(row))
            }
            _ => Ok(()),
        }
    }
}

fn collect(connection: &Connection, selection: &Selection) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    select(connection, selection, &mut |row| {
        rows.push(row);
        true
    })?;
    Ok(rows)
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

fn select(connection: &Connection, selection: &Selection, give: &mut dyn FnMut(Row) -> bool) -> Result<(), Failure> {
    if selection.kind == Kind::Source {
        let sources = memory::load_sources(connection)?;
        select_sources(selection, &sources).into_iter().all(give);
        return Ok(());
    }
    let existing = existing_columns(connection, &table(selection.kind))?;
    if existing.is_empty() {
        return Ok(());
    }
    let mut sieve = Sieve::new(selection);
    let mut reading = Reading::new(selection.kind, &sieve, &existing);
    let mut statement = connection.prepare(&reading.sql)?;
    let mut rows = statement.query(params_from_iter(&reading.condition.parameters))?;
    while let Some(row) = rows.next()? {
        let row = reading.read(row)?;
        if sieve.take(row).is_some_and(|row| !give(row)) || sieve.is_full() {
            break;
        }
    }
    sieve.finish().all(give);
    Ok(())
}

/// A statement and how its answer is read.
struct Reading {
    sql: String,
    condition: Condition,
    /// The fields of the answer's columns, and their places in the row.
    columns: Vec<(usize, &'static Field)>,
    /// Of the JSON object that is the answer's last column.
    wanted: Wanted,
    width: usize,
}

impl Reading {
    fn new(kind: Kind, sieve: &Sieve, existing: &[String]) -> Self {
        let fields = || sieve.fields().iter().copied().enumerate();
        let in_document = |field: &Field| kind == Kind::Vm && !VM_COLUMNS.contains(&field.key());
        let has_column = |field: &Field| existing.iter().any(|column| column == field.key());
        let wanted = Wanted::new(fields().filter(|(_, field)| in_document(field)));
        let columns = fields().filter(|(_, field)| !in_document(field) && has_column(field));
        let columns: Vec<_> = columns.collect();
        let last = if wanted.is_empty() { "NULL" } else { "document" };
        let selected = columns.iter().map(|(_, field)| quoted(field.key()));
        let selected = selected.chain([last.to_owned()]).collect::<Vec<_>>().join(", ");
        let is_whole = fields().all(|(_, field)| in_document(field) || has_column(field));
        let filter = sieve.filter().filter(|_| is_whole);
        let condition = filter.and_then(|filter| translate(kind, filter, Bound::Over));
        let condition = condition.unwrap_or_else(|| Condition {
            sql: "1".to_owned(),
            parameters: Vec::new(),
        });
        Self {
            sql: format!("SELECT {selected} FROM {} WHERE {}", table(kind), condition.sql),
            condition,
            columns,
            wanted,
            width: sieve.fields().len(),
        }
    }

    fn read(&mut self, row: &rusqlite::Row<'_>) -> Result<Row, Failure> {
        let mut values = vec![Value::Null; self.width];
        for (at, (place, field)) in self.columns.iter().enumerate() {
            values[*place] = field.read(column(field.kind, row.get_ref(at)?));
        }
        // What is no object has no fields.
        if let Ok(document) = row.get_ref(self.columns.len())?.as_str() {
            document::read(document, &mut self.wanted, &mut values);
        }
        Ok(values)
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
        (_, ValueRef::Text(text)) => Value::from(String::from_utf8_lossy(text)),
        (_, ValueRef::Integer(number)) => Value::from(number),
        (_, ValueRef::Real(number)) => Value::from(number),
    }
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
        let reading = Reading::new(kind, &Sieve::new(&selection), &existing);
        let sql = format!("EXPLAIN QUERY PLAN {}", reading.sql);
        let mut statement = connection.prepare(&sql).unwrap();
        let parameters = params_from_iter(&reading.condition.parameters);
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
