//! The database file: found, made, opened.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::failure::Failure;

/// How long to wait for another program that holds the file, a person's `sqlite3` for instance.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection is never two threads' at once, so that it need not lock itself for every value that is read.
const ONE_THREAD: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// Opens the file for reading, if there is one. The connection could write, so that it leaves no `-wal` behind when it
/// is closed (a read-only one has to), but refuses to. SQLite itself falls back to read-only where it must.
/// <https://www.sqlite.org/wal.html#read_only_databases>
pub fn open_to_read(path: &Path) -> Result<Option<Connection>, Failure> {
    if !path.try_exists().map_err(Failure::Io)? {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | ONE_THREAD;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(Some(connection))
}

/// Opens the file for writing; makes it, for the user alone, if there is none.
pub fn open_to_write(path: &Path) -> Result<Connection, Failure> {
    make_file(path).map_err(Failure::Io)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// `-wal` and `-shm` take the file's mode over.
fn make_file(path: &Path) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
