//! What went wrong with the file, and how it is told.

use rusqlite::ErrorCode;
use thiserror::Error;
use tokio::task::JoinError;

use crate::store::{FORMAT, StoreError};
use crate::task::without_panic;

/// Why a piece of work on the database failed.
#[derive(Debug, Error)]
pub enum Failure {
    #[error("{}", explain(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// Of the file or its directory.
    #[error("{0}")]
    Io(std::io::Error),
    #[error("it cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it has format {0}")]
    NewerFormat(i64),
    #[error("the thread that did it ended: {0}")]
    Thread(JoinError),
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        Self::Thread(without_panic(error))
    }
}

impl Failure {
    /// As the error of the store.
    pub fn into_error(self, address: &str, action: &'static str) -> StoreError {
        let (address, reason) = (address.to_owned(), one_line(&self.to_string()));
        match self {
            Self::NewerFormat(found) => StoreError::NewerFormat {
                address,
                found,
                known: FORMAT,
            },
            Self::Sqlite(error) if is_out_of_reach(&error) => StoreError::Unreachable { address, reason },
            Self::Io(_) => StoreError::Unreachable { address, reason },
            Self::Sqlite(_) | Self::Json(_) | Self::Thread(_) => StoreError::Refused {
                address,
                action,
                reason,
            },
        }
    }
}

/// Whether the write alone is to blame, not the store.
pub fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// Whether nobody can say if a failed commit will be there after a crash.
pub fn leaves_doubt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

fn is_out_of_reach(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, FileLockingProtocolFailed, PermissionDenied};
    matches!(
        error.sqlite_error_code(),
        Some(CannotOpen | DatabaseBusy | DatabaseLocked | FileLockingProtocolFailed | PermissionDenied)
    )
}

/// SQLite's words, and what they mean where they do not say it.
pub fn explain(error: &rusqlite::Error) -> String {
    let meaning = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly) => "the file cannot be written by this user",
        // SQLite's words add nothing but the path, which the error of the store has.
        Some(ErrorCode::CannotOpen) => return "the file or its directory cannot be opened by this user".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program keeps it locked",
        Some(ErrorCode::DatabaseCorrupt) => "the file is damaged; restore it from a backup",
        Some(ErrorCode::NotADatabase) => "the file is not an SQLite database",
        Some(ErrorCode::SystemIoFailure) => "the disk failed",
        Some(ErrorCode::ConstraintViolation) if error.to_string().contains("vms_instance_uuid") => {
            return "another document has the same instance_uuid".to_owned();
        }
        _ => return one_line(&error.to_string()),
    };
    format!("{meaning} ({})", one_line(&error.to_string()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
