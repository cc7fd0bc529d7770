//! Tables, and the number of their form.

use rusqlite::{Connection, TransactionBehavior};

use super::failure::Failure;
use crate::store::FORMAT;

/// The ten fields that others read, as columns by their names; then everything, as JSON. The columns are what counts
/// for their fields: a person may put one right with plain SQL. Columns and keys of others stay where they are.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS vms (
        esxi_host_addr TEXT,
        name TEXT,
        hostname TEXT,
        addr TEXT,
        uuid TEXT,
        power_state TEXT,
        vmware_tools TEXT,
        orphan INTEGER,
        orphan_since TEXT,
        last_sync_time TEXT,
        document TEXT NOT NULL,
        id INTEGER PRIMARY KEY AUTOINCREMENT
    );
    CREATE UNIQUE INDEX IF NOT EXISTS vms_instance_uuid ON vms (json_extract(document, '$.instance_uuid'))
        WHERE json_type(document, '$.instance_uuid') = 'text';
    CREATE INDEX IF NOT EXISTS vms_uuid ON vms (uuid);
    CREATE TABLE IF NOT EXISTS vmsync_lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch INTEGER NOT NULL,
        run_id TEXT,
        holder TEXT,
        until INTEGER
    );
    CREATE TABLE IF NOT EXISTS vmsync_sources (name TEXT PRIMARY KEY, source TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS vmsync_passes (run_id TEXT PRIMARY KEY, finished INTEGER NOT NULL, pass TEXT NOT NULL);
";

/// Whether vmsync has ever prepared this database.
///
/// # Errors
/// A newer one did, or it is no database.
pub fn is_prepared(connection: &Connection) -> Result<bool, Failure> {
    let format: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format > FORMAT {
        return Err(Failure::NewerFormat(format));
    }
    Ok(format > 0)
}

/// Makes what is missing. Every commit reaches the disk (`synchronous` FULL; WAL alone would not promise it).
/// <https://www.sqlite.org/pragma.html#pragma_synchronous>
pub fn prepare(connection: &mut Connection) -> Result<(), Failure> {
    let is_prepared = is_prepared(connection)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if is_prepared {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    Ok(())
}
