//! Tables, and the number of their form.

use rusqlite::{Connection, TransactionBehavior};

use super::failure::Failure;
use super::layout::{Column, Layout, existing_columns, quoted};
use crate::catalog::ObjectKind;
use crate::store::{FORMAT, Table};

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

/// Bytes of a page of a new file. Every pass reads and writes all documents, of some 1.7 KB each: with pages of SQLite's
/// own 4,096 bytes that is a call for every two of them. A file that exists keeps the size that it has.
const PAGE_SIZE: u32 = 16_384;

/// Makes what is missing. Every commit reaches the disk (`synchronous` FULL; WAL alone would not promise it).
/// <https://www.sqlite.org/pragma.html#pragma_synchronous>
pub fn prepare(connection: &mut Connection) -> Result<(), Failure> {
    let is_prepared = is_prepared(connection)?;
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
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

/// Makes what is missing of the tables of objects, and of the indexes: a later version may know more of either. Nothing is
/// written if nothing is missing.
pub fn prepare_objects(connection: &mut Connection) -> Result<(), Failure> {
    let mut statements = missing_vm_indexes(connection)?;
    for kind in ObjectKind::ALL {
        statements.extend(missing_of(connection, kind)?);
    }
    if statements.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(&statements.join(";\n"))?;
    transaction.commit()?;
    Ok(())
}

/// What lists filter VMs by most: an index, and of what.
pub const VM_INDEXES: [(&str, &str); 3] = [
    ("vms_name", "name"),
    ("vms_host", "json_extract(document, '$.host')"),
    ("vms_cluster", "json_extract(document, '$.cluster')"),
];

fn missing_vm_indexes(connection: &Connection) -> Result<Vec<String>, Failure> {
    let mut statements = Vec::new();
    for (index, of) in VM_INDEXES {
        if !has_index(connection, index)? {
            statements.push(format!("CREATE INDEX IF NOT EXISTS {index} ON vms ({of})"));
        }
    }
    Ok(statements)
}

fn missing_of(connection: &Connection, kind: ObjectKind) -> Result<Vec<String>, Failure> {
    let layout = Layout::of(Table::Objects(kind));
    let existing = existing_columns(connection, &layout.name)?;
    let mut statements = Vec::new();
    if existing.is_empty() {
        let columns: Vec<String> = layout.columns.iter().map(Column::definition).collect();
        let columns = columns.join(", ");
        statements.push(format!(
            "CREATE TABLE IF NOT EXISTS {} (id TEXT PRIMARY KEY, {columns})",
            layout.name
        ));
    } else {
        let missing = layout
            .columns
            .iter()
            .filter(|column| existing.iter().all(|name| name != column.name));
        statements
            .extend(missing.map(|column| format!("ALTER TABLE {} ADD COLUMN {}", layout.name, column.definition())));
    }
    for keys in Table::indexes(kind) {
        let index = format!("{}_{}", layout.name, keys.join("_"));
        if !has_index(connection, &index)? {
            let keys: Vec<String> = keys.iter().map(|key| quoted(key)).collect();
            statements.push(format!(
                "CREATE INDEX IF NOT EXISTS {index} ON {} ({})",
                layout.name,
                keys.join(", ")
            ));
        }
    }
    Ok(statements)
}

fn has_index(connection: &Connection, name: &str) -> Result<bool, Failure> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?1)";
    Ok(connection.query_row(sql, [name], |row| row.get(0))?)
}
