//! Why a store cannot be used.

use thiserror::Error;

/// A store as a whole failed. Texts are in lower case, name the store without a secret, and end with a hint where there
/// is something to do.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The configured URI cannot be used.
    #[error(
        "failed to use mongodb.uri: {reason}\nhint: it looks like mongodb://USER:PASSWORD@HOST:27017/?authSource=admin"
    )]
    InvalidUri {
        /// What is wrong, without a word of the URI itself.
        reason: String,
    },
    /// No connection, or it was lost.
    #[error("failed to reach the store at {address}: {reason}\nhint: {}", reach_hint(address))]
    Unreachable {
        /// Without a secret.
        address: String,
        /// The driver's words, without a secret.
        reason: String,
    },
    /// The login was refused.
    #[error("failed to log in to the store at {address}: {reason}\nhint: {LOGIN_HINT}")]
    LoginRefused {
        /// Without a secret.
        address: String,
        /// The driver's words, without a secret.
        reason: String,
    },
    /// It answered, but not what was asked for: no rights, no disk, a broken file.
    #[error(
        "failed to {action} in the store at {address}: {reason}\nhint: {}",
        refused_hint(address)
    )]
    Refused {
        /// Without a secret.
        address: String,
        /// What was tried.
        action: &'static str,
        /// The driver's words, without a secret.
        reason: String,
    },
    /// A newer vmsync wrote it.
    #[error(
        "failed to use the store at {address}: it has format {found}, this vmsync knows {known}\nhint: upgrade vmsync on this machine"
    )]
    NewerFormat {
        /// Without a secret.
        address: String,
        /// In the store.
        found: i64,
        /// [`super::FORMAT`].
        known: i64,
    },
}

const LOGIN_HINT: &str =
    "check mongodb.username and mongodb.password; mongodb.uri can name the database to log in to (?authSource=)";

/// A file needs other remedies than a server.
fn is_server(address: &str) -> bool {
    address.starts_with("mongodb://")
}

fn refused_hint(address: &str) -> &'static str {
    if is_server(address) {
        "`vmsync check` shows whether its user may read and write there; what else there is, the log of MongoDB says"
    } else {
        "see whether its disk has space, and whether vmsync made the file; store.sqlite can name another"
    }
}

fn reach_hint(address: &str) -> &'static str {
    if is_server(address) {
        "check that MongoDB runs and that mongodb.host and mongodb.port, or mongodb.uri, are right"
    } else {
        "check that this user may use the file and its directory, or name another with store.sqlite"
    }
}
