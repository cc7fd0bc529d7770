//! What is remembered between passes: sources, passes.

use rusqlite::{Connection, TransactionBehavior};
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::lease;
use crate::store::{PASSES_KEPT, PASSES_KEPT_FOR, PassRecord, StoredSource};

/// False if a later lease was granted.
pub fn save_sources(connection: &mut Connection, epoch: i64, sources: &[StoredSource]) -> Result<bool, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if lease::is_overtaken(&transaction, epoch)? {
        return Ok(false);
    }
    for source in sources {
        let sql = "INSERT OR REPLACE INTO vmsync_sources (name, source) VALUES (?1, ?2)";
        transaction.execute(sql, (&source.name, serde_json::to_string(source)?))?;
    }
    transaction.commit()?;
    Ok(true)
}

pub fn load_sources(connection: &Connection) -> Result<Vec<StoredSource>, Failure> {
    read_all(
        connection,
        "SELECT name, source FROM vmsync_sources ORDER BY name LIMIT ?1",
        usize::MAX,
    )
}

/// False if a later lease was granted.
pub fn save_pass(connection: &mut Connection, epoch: i64, pass: &PassRecord) -> Result<bool, Failure> {
    let finished = pass.finished.as_millisecond();
    let oldest = finished.saturating_sub(i64::try_from(PASSES_KEPT_FOR.as_millis()).unwrap_or(i64::MAX));
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if lease::is_overtaken(&transaction, epoch)? {
        return Ok(false);
    }
    let sql = "INSERT OR REPLACE INTO vmsync_passes (run_id, finished, pass) VALUES (?1, ?2, ?3)";
    transaction.execute(sql, (&pass.run_id, finished, serde_json::to_string(pass)?))?;
    transaction.execute("DELETE FROM vmsync_passes WHERE finished < ?1", [oldest])?;
    let surplus = "SELECT run_id FROM vmsync_passes ORDER BY finished DESC, run_id DESC LIMIT -1 OFFSET ?1";
    transaction.execute(
        &format!("DELETE FROM vmsync_passes WHERE run_id IN ({surplus})"),
        [as_sql(PASSES_KEPT)],
    )?;
    transaction.commit()?;
    Ok(true)
}

pub fn load_passes(connection: &Connection, limit: usize) -> Result<Vec<PassRecord>, Failure> {
    let sql = "SELECT run_id, pass FROM vmsync_passes ORDER BY finished DESC, run_id DESC LIMIT ?1";
    read_all(connection, sql, limit)
}

/// Rows of a key and a JSON text. A row that somebody broke is as if it were not there.
fn read_all<T: DeserializeOwned>(connection: &Connection, sql: &str, limit: usize) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([as_sql(limit)], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let rows: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(rows.iter().filter_map(|(key, text)| parse(key, text)).collect())
}

fn parse<T: DeserializeOwned>(key: &str, text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|error| tracing::warn!("{key} in the store cannot be read, and counts as absent: {error}"))
        .ok()
}

fn as_sql(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
