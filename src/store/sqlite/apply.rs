//! Document writes: a transaction for each batch, every write judged on its own.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};
use serde_json::{Map, Value};

use super::failure::{Failure, explain, is_constraint, leaves_doubt};
use super::lease;
use super::row::{COLUMNS, load_stored, to_sql};
use crate::plan::record::{DocumentId, FieldChanges, VmFields, field};
use crate::store::fields::stored_value;
use crate::store::{DocumentWrite, PassStamp, WriteOutcome};

/// Writes per transaction.
pub const BATCH: usize = 1_000;

/// What became of a batch, and why the store cannot go on.
pub type Batch = (Vec<WriteOutcome>, Option<Failure>);

/// Applies one batch. Its outcomes count only once it is committed.
pub fn apply(connection: &mut Connection, stamp: &PassStamp, writes: &[DocumentWrite]) -> Batch {
    match try_apply(connection, stamp, writes) {
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
    writes: &[DocumentWrite],
) -> Result<Vec<WriteOutcome>, (Failure, bool)> {
    let before_commit = |error: Failure| (error, false);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| before_commit(error.into()))?;
    if lease::is_overtaken(&transaction, stamp.epoch).map_err(before_commit)? {
        return Ok(vec![WriteOutcome::Contended; writes.len()]);
    }
    let mut outcomes = Vec::with_capacity(writes.len());
    for write in writes {
        outcomes.push(apply_one(&transaction, stamp, write).map_err(before_commit)?);
    }
    transaction.commit().map_err(|error| (error.into(), true))?;
    Ok(outcomes)
}

/// A violated constraint undoes its own statement only; after any other error the batch is rolled back.
/// <https://www.sqlite.org/lang_conflict.html>
fn apply_one(transaction: &Transaction<'_>, stamp: &PassStamp, write: &DocumentWrite) -> Result<WriteOutcome, Failure> {
    let outcome = match write {
        DocumentWrite::Insert { fields } => insert(transaction, stamp, fields),
        DocumentWrite::Update { id, rev, changes } => update(transaction, stamp, id, *rev, changes),
    };
    match outcome {
        Err(Failure::Sqlite(error)) if is_constraint(&error) => Ok(WriteOutcome::Failed {
            reason: explain(&error),
        }),
        outcome => outcome,
    }
}

fn insert(transaction: &Transaction<'_>, stamp: &PassStamp, fields: &VmFields) -> Result<WriteOutcome, Failure> {
    let mut content = fields.to_map();
    content.extend(stamps(1, stamp));
    let places: Vec<String> = (1..=COLUMNS.len() + 1).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "INSERT INTO vms ({}, document) VALUES ({})",
        COLUMNS.join(", "),
        places.join(", ")
    );
    let columns = COLUMNS.iter().map(|name| to_sql(stored_value(&content, name)));
    let document = Sql::Text(serde_json::to_string(&content)?);
    transaction.execute(&sql, params_from_iter(columns.chain([document])))?;
    Ok(WriteOutcome::Applied {
        id: DocumentId(transaction.last_insert_rowid().to_string()),
        rev: 1,
    })
}

fn update(
    transaction: &Transaction<'_>,
    stamp: &PassStamp,
    id: &DocumentId,
    rev: Option<i64>,
    changes: &FieldChanges,
) -> Result<WriteOutcome, Failure> {
    let Ok(key) = id.0.parse::<i64>() else {
        return Ok(WriteOutcome::Failed {
            reason: "its key is not one of this store".to_owned(),
        });
    };
    let stored = load_stored(transaction, key)?;
    if !stored.is_some_and(|stored| is_as_read(&stored, rev, stamp.epoch, changes)) {
        return Ok(WriteOutcome::Contended);
    }
    let new_rev = rev.unwrap_or(0) + 1;
    let mut set: Map<String, Value> = changes
        .iter()
        .map(|(name, change)| (name.clone(), change.after.clone()))
        .collect();
    set.extend(stamps(new_rev, stamp));
    let (sql, values) = update_sql(key, &set)?;
    transaction.execute(&sql, params_from_iter(values))?;
    Ok(WriteOutcome::Applied {
        id: id.clone(),
        rev: new_rev,
    })
}

/// Same `rev`, no later epoch, same old values; absent and null are the same.
fn is_as_read(stored: &Map<String, Value>, rev: Option<i64>, epoch: i64, changes: &FieldChanges) -> bool {
    let number = |name: &str| stored_value(stored, name).as_i64();
    let is_same =
        |(name, change): (&String, &crate::plan::record::FieldChange)| stored_value(stored, name) == &change.before;
    number(field::REV) == rev && number(field::EPOCH).is_none_or(|there| there <= epoch) && changes.iter().all(is_same)
}

/// What every write sets by itself.
fn stamps(rev: i64, stamp: &PassStamp) -> [(String, Value); 4] {
    [
        (field::LAST_SYNC_TIME.to_owned(), stamp.local_time.clone().into()),
        (field::REV.to_owned(), rev.into()),
        (field::EPOCH.to_owned(), stamp.epoch.into()),
        (field::PASS.to_owned(), stamp.run_id.clone().into()),
    ]
}

/// Sets keys within the document's text, which leaves all others byte for byte, and the columns among them.
fn update_sql(id: i64, set: &Map<String, Value>) -> Result<(String, Vec<Sql>), Failure> {
    let mut values = Vec::new();
    for (name, value) in set {
        values.extend([
            Sql::Text(format!("$.\"{name}\"")),
            Sql::Text(serde_json::to_string(value)?),
        ]);
    }
    let mut assignments = vec![format!(
        "document = json_set(document{})",
        ", ?, json(?)".repeat(set.len())
    )];
    for (name, value) in COLUMNS
        .iter()
        .filter_map(|name| set.get(*name).map(|value| (name, value)))
    {
        assignments.push(format!("{name} = ?"));
        values.push(to_sql(value));
    }
    values.push(Sql::Integer(id));
    Ok((
        format!("UPDATE vms SET {} WHERE id = ?", assignments.join(", ")),
        values,
    ))
}

/// Sets `last_sync_time` and `epoch` of these rows by one statement.
pub fn refresh(connection: &Connection, stamp: &PassStamp, ids: &[DocumentId]) -> Result<u64, Failure> {
    let keys: Vec<i64> = ids.iter().filter_map(|id| id.0.parse().ok()).collect();
    let sql = "
        UPDATE vms SET
            last_sync_time = ?1,
            document = json_set(document, '$.last_sync_time', ?1, '$.epoch', ?2)
        WHERE id IN (SELECT value FROM json_each(?3)) AND coalesce(json_extract(document, '$.epoch'), 0) <= ?2
            AND NOT EXISTS (SELECT 1 FROM vmsync_lease WHERE epoch > ?2)";
    let reached = connection.execute(sql, (&stamp.local_time, stamp.epoch, serde_json::to_string(&keys)?))?;
    Ok(reached as u64)
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
