//! The end of a login pause.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::failure::Failure;
use super::lease;
use crate::store::{LoginPause, PauseEnd, StoredSource};

/// Within one transaction no pass can begin.
pub fn end(connection: &mut Connection, source: &str, pause: &LoginPause) -> Result<PauseEnd, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(holder) = lease::load(&transaction)? {
        return Ok(PauseEnd::PassAtWork(holder));
    }
    let read = "SELECT source FROM vmsync_sources WHERE name = ?1";
    let stored: Option<String> = transaction.query_row(read, [source], |row| row.get(0)).optional()?;
    let stored: Option<StoredSource> = stored.and_then(|text| serde_json::from_str(&text).ok());
    if stored.and_then(|stored| stored.login_pause).as_ref() != Some(pause) {
        return Ok(PauseEnd::Changed);
    }
    let sql = "UPDATE vmsync_sources SET source = json_remove(source, '$.login_pause') WHERE name = ?1";
    transaction.execute(sql, [source])?;
    transaction.commit()?;
    Ok(PauseEnd::Ended)
}
