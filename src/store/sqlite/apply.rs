//! Document writes: a transaction for each batch, every write judged on its own.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Statement, Transaction, TransactionBehavior, params_from_iter};
use serde_json::{Map, Value};

use super::failure::{Failure, explain, is_constraint, leaves_doubt};
use super::layout::{Layout, quoted, to_json, to_sql};
use super::lease;
use super::row::load_stored;
use crate::catalog::ObjectKind;
use crate::plan::objects::field as object;
use crate::plan::record::{DocumentId, FieldChange, FieldChanges, Stored, field};
use crate::store::table::stored_value;
use crate::store::{DocumentWrite, PassStamp, Table, WriteOutcome};

/// Writes per transaction.
pub const BATCH: usize = 1_000;

/// What became of a batch, and why the store cannot go on.
pub type Batch = (Vec<WriteOutcome>, Option<Failure>);

/// Applies one batch. Its outcomes count only once it is committed.
pub fn apply(connection: &mut Connection, stamp: &PassStamp, table: Table, writes: &[DocumentWrite]) -> Batch {
    match try_apply(connection, stamp, &Layout::of(table), writes) {
        Ok(outcomes) => (outcomes, None),
        Err((failure, is_commit)) => (vec![outcome_of(&failure, is_commit); writes.len()], Some(failure)),
    }
}

/// Of each write of a batch that failed.
fn outcome_of(failure: &Failure, is_commit: bool) -> WriteOutcome {
    let reason = failure.to_string();
    match failure {
        Failure::Sqlite(error) if is_commit && leaves_doubt(error) => WriteOutcome::Unknown { reason },
        _ => WriteOutcome::Failed { reason },
    }
}

/// The error says whether it was the commit that failed.
fn try_apply(
    connection: &mut Connection,
    stamp: &PassStamp,
    layout: &Layout,
    writes: &[DocumentWrite],
) -> Result<Vec<WriteOutcome>, (Failure, bool)> {
    let before_commit = |error: Failure| (error, false);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| before_commit(error.into()))?;
    if lease::is_overtaken(&transaction, stamp.epoch).map_err(before_commit)? {
        return Ok(vec![WriteOutcome::Contended; writes.len()]);
    }
    let outcomes = apply_all(&transaction, stamp, layout, writes).map_err(before_commit)?;
    transaction.commit().map_err(|error| (error.into(), true))?;
    Ok(outcomes)
}

fn apply_all(
    transaction: &Transaction<'_>,
    stamp: &PassStamp,
    layout: &Layout,
    writes: &[DocumentWrite],
) -> Result<Vec<WriteOutcome>, Failure> {
    let mut insertion = None;
    let apply = |write| apply_one(transaction, stamp, layout, &mut insertion, write);
    writes.iter().map(apply).collect()
}

/// A violated constraint undoes its own statement only; after any other error the batch is rolled back.
/// <https://www.sqlite.org/lang_conflict.html>
fn apply_one<'a>(
    transaction: &'a Transaction<'_>,
    stamp: &PassStamp,
    layout: &Layout,
    insertion: &mut Option<Statement<'a>>,
    write: &DocumentWrite,
) -> Result<WriteOutcome, Failure> {
    let outcome = match write {
        DocumentWrite::Insert { id, content } => insert(transaction, stamp, layout, insertion, (id.as_ref(), content)),
        DocumentWrite::Update { id, rev, changes } => update(transaction, stamp, layout, (id, *rev), changes),
    };
    match outcome {
        Err(Failure::Sqlite(error)) if is_constraint(&error) => Ok(WriteOutcome::Failed {
            reason: explain(&error),
        }),
        outcome => outcome,
    }
}

/// The statement is the same for all of a table, and prepared for the first of a batch.
fn insert<'a>(
    transaction: &'a Transaction<'_>,
    stamp: &PassStamp,
    layout: &Layout,
    insertion: &mut Option<Statement<'a>>,
    (id, content): (Option<&DocumentId>, &Stored),
) -> Result<WriteOutcome, Failure> {
    let mut content = content.to_map();
    content.extend(stamps(layout, 1, stamp));
    let mut values: Vec<Sql> = vec![id.and_then(|id| layout.key(id)).unwrap_or(Sql::Null)];
    let columns = layout.columns.iter();
    values.extend(columns.map(|column| to_sql(stored_value(&content, column.name))));
    if layout.has_document {
        values.push(Sql::Text(serde_json::to_string(&content)?));
    }
    let statement = match insertion {
        Some(statement) => statement,
        None => insertion.insert(transaction.prepare(&insert_sql(layout, values.len()))?),
    };
    let inserted = statement.execute(params_from_iter(values))?;
    if inserted == 0 {
        return Ok(WriteOutcome::Contended);
    }
    let made = || DocumentId(transaction.last_insert_rowid().to_string());
    Ok(WriteOutcome::Applied {
        id: id.cloned().unwrap_or_else(made),
        rev: 1,
    })
}

fn insert_sql(layout: &Layout, values: usize) -> String {
    let places = vec!["?"; values].join(", ");
    format!(
        "INSERT INTO {} (id, {}) VALUES ({places}) ON CONFLICT (id) DO NOTHING",
        layout.name,
        layout.selected()
    )
}

fn update(
    transaction: &Transaction<'_>,
    stamp: &PassStamp,
    layout: &Layout,
    (id, rev): (&DocumentId, Option<i64>),
    changes: &FieldChanges,
) -> Result<WriteOutcome, Failure> {
    let Some(key) = layout.key(id) else {
        return Ok(WriteOutcome::Failed {
            reason: "its key is not one of this store".to_owned(),
        });
    };
    let stored = load_stored(transaction, layout, &key)?;
    if !stored.is_some_and(|stored| is_as_read(&stored, rev, stamp.epoch, changes)) {
        return Ok(WriteOutcome::Contended);
    }
    let new_rev = rev.unwrap_or(0) + 1;
    let mut set: Map<String, Value> = changes
        .iter()
        .map(|(name, change)| (name.clone(), change.after.clone()))
        .collect();
    set.extend(stamps(layout, new_rev, stamp));
    let (sql, values) = update_sql(layout, key, &set)?;
    transaction.execute(&sql, params_from_iter(values))?;
    Ok(WriteOutcome::Applied {
        id: id.clone(),
        rev: new_rev,
    })
}

/// Same `rev`, no later epoch, same old values; absent and null are the same.
fn is_as_read(stored: &Map<String, Value>, rev: Option<i64>, epoch: i64, changes: &FieldChanges) -> bool {
    let number = |name: &str| stored_value(stored, name).as_i64();
    let is_same = |(name, change): (&String, &FieldChange)| stored_value(stored, name) == &change.before;
    number(field::REV) == rev && number(field::EPOCH).is_none_or(|there| there <= epoch) && changes.iter().all(is_same)
}

fn stamps(layout: &Layout, rev: i64, stamp: &PassStamp) -> impl Iterator<Item = (String, Value)> {
    let stamps = layout.table.stamps(rev, stamp, &stamp.run_id).into_iter();
    stamps.map(|(name, value)| (name.to_owned(), value))
}

/// Sets the columns, and keys within the document's text, which leaves all others byte for byte.
fn update_sql(layout: &Layout, key: Sql, set: &Map<String, Value>) -> Result<(String, Vec<Sql>), Failure> {
    let (mut assignments, mut values) = (Vec::new(), Vec::new());
    if layout.has_document {
        for (name, value) in set {
            values.extend([
                Sql::Text(format!("$.\"{name}\"")),
                Sql::Text(serde_json::to_string(value)?),
            ]);
        }
        assignments.push(format!(
            "document = json_set(document{})",
            ", ?, json(?)".repeat(set.len())
        ));
    }
    for (name, value) in set.iter().filter(|(name, _)| layout.column(name).is_some()) {
        assignments.push(format!("{} = ?", quoted(name)));
        values.push(to_sql(value));
    }
    values.push(key);
    let sql = format!("UPDATE {} SET {} WHERE id = ?", layout.name, assignments.join(", "));
    Ok((sql, values))
}

/// Sets when these rows were seen, and `epoch`: all or none. Row by row, as a statement for all would read every document
/// twice: to choose it, and to write it.
pub fn refresh(
    connection: &mut Connection,
    stamp: &PassStamp,
    table: Table,
    ids: &[DocumentId],
) -> Result<u64, Failure> {
    let layout = Layout::of(table);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if lease::is_overtaken(&transaction, stamp.epoch)? {
        return Ok(0);
    }
    let (seen, time) = table.seen(stamp);
    let mut reached = 0;
    let mut statement = transaction.prepare(&refresh_sql(&layout, seen))?;
    for key in ids.iter().filter_map(|id| layout.key(id)) {
        reached += statement.execute((time, stamp.epoch, key))? as u64;
    }
    drop(statement);
    transaction.commit()?;
    Ok(reached)
}

fn refresh_sql(layout: &Layout, seen: &str) -> String {
    let (set, epoch) = if layout.has_document {
        let document = format!("document = json_set(document, '$.{seen}', ?1, '$.epoch', ?2)");
        (document, "json_extract(document, '$.epoch')")
    } else {
        ("epoch = ?2".to_owned(), "epoch")
    };
    format!(
        "UPDATE {} SET {seen} = ?1, {set} WHERE id = ?3 AND coalesce({epoch}, 0) <= ?2",
        layout.name
    )
}

/// See [`crate::store::Store::delete_gone`].
pub fn delete_gone(
    connection: &Connection,
    epoch: i64,
    kind: ObjectKind,
    ids: &[DocumentId],
    gone_before: &str,
) -> Result<u64, Failure> {
    let layout = Layout::of(Table::Objects(kind));
    let sql = format!(
        "DELETE FROM {} WHERE id IN (SELECT value FROM json_each(?1)) AND {} = 0 AND {} < ?2
            AND coalesce(epoch, 0) <= ?3 AND NOT EXISTS (SELECT 1 FROM vmsync_lease WHERE epoch > ?3)",
        layout.name,
        object::PRESENT,
        object::GONE_SINCE
    );
    let deleted = connection.execute(&sql, (keys_json(&layout, ids)?, gone_before, epoch))?;
    Ok(deleted as u64)
}

/// Keys as a JSON array, without those of another store.
fn keys_json(layout: &Layout, ids: &[DocumentId]) -> Result<String, Failure> {
    let keys = ids.iter().filter_map(|id| layout.key(id));
    let keys: Vec<Value> = keys.map(|key| to_json(ValueRef::from(&key))).collect();
    Ok(serde_json::to_string(&keys)?)
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn only_a_commit_that_the_disk_failed_leaves_open_what_is_there() {
        let failed = |code| Failure::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        let is_unknown = |code, is_commit| matches!(outcome_of(&failed(code), is_commit), WriteOutcome::Unknown { .. });
        assert!(is_unknown(ffi::SQLITE_IOERR_FSYNC, true));
        assert!(!is_unknown(ffi::SQLITE_IOERR_FSYNC, false));
        assert!(!is_unknown(ffi::SQLITE_FULL, true) && !is_unknown(ffi::SQLITE_FULL, false));
        let newer = outcome_of(&Failure::NewerFormat(7), true);
        assert!(matches!(newer, WriteOutcome::Failed { reason } if reason == "it has format 7"));
    }
}
