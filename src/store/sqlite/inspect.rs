//! The file as `check` sees it: what it is, and whether this user could write it. Nothing is made or changed.

use std::path::Path;

use super::failure::Failure;
use super::{Database, file};
use crate::access::{barrier, may_write};
use crate::store::{Rights, StoreFacts};

impl Database {
    pub(super) fn read_facts(&self) -> Result<StoreFacts, Failure> {
        let kept = self.lock();
        let opened = match (kept.as_ref(), self.path.as_deref()) {
            (None, Some(path)) => file::open_to_read(path)?,
            _ => None,
        };
        let format = match kept.as_ref().or(opened.as_ref()) {
            Some(connection) => connection.query_row("PRAGMA user_version", [], |row| row.get(0))?,
            None => 0,
        };
        Ok(StoreFacts {
            version: format!("SQLite {}", rusqlite::version()),
            needs_version: None,
            topology: self.path.as_deref().map_or("memory", topology).to_owned(),
            topology_warning: None,
            format: Ok((format > 0).then_some(format)),
            rights: self
                .path
                .as_deref()
                .map_or_else(|| Rights::Sufficient("it is memory".to_owned()), rights),
        })
    }
}

fn topology(path: &Path) -> &'static str {
    if path.exists() {
        "a file of this machine"
    } else {
        "a file that does not exist yet; the first pass makes it"
    }
}

/// SQLite writes a journal beside the file, so the directory counts too.
fn rights(path: &Path) -> Rights {
    let mut lacking = Vec::new();
    if path.exists() && !may_write(path) {
        lacking.push(format!("read and write {}", path.display()));
    }
    if let Some(directory) = barrier(path) {
        lacking.push(format!("create files in {}", directory.display()));
    }
    if lacking.is_empty() {
        Rights::Sufficient("this user may write the file and its directory".to_owned())
    } else {
        Rights::Lacking(lacking)
    }
}
