//! What an error of the driver means for a write, and how it is told.

use std::future::IntoFuture;
use std::time::Duration;

use mongodb::error::{Error, ErrorKind};
use tokio::task::JoinError;

use crate::store::StoreError;
use crate::task::without_panic;

/// How long one command may take. The driver has no limit of its own, and a server that is cut off without a reset
/// would hold the pass for ever.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(15);

/// A command that failed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is known of its effect.
    pub class: Class,
    /// In one line, without a secret.
    pub reason: String,
}

/// What a failure says about the effect of its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It was not carried out; trying again may help.
    Unsent,
    /// It may have been carried out in whole or in part; trying again may help.
    Lost,
    /// The server does not know us.
    Login,
    /// The server will not do it; trying again does not help.
    Refused,
}

/// Codes that say "not here, not by me": nothing was done.
/// <https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-discovery-and-monitoring.md#not-writable-primary-and-node-is-recovering>
const NOT_PRIMARY: [i32; 3] = [10107, 13435, 10058];
/// Codes after which a server may be back soon; a command may have been cut short in the middle.
/// <https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md#determining-retryable-errors>
const TRANSIENT: [i32; 12] = [6, 7, 50, 89, 91, 112, 134, 189, 262, 9001, 11600, 11602];
/// A node that recovers refuses before it starts.
const RECOVERING: i32 = 13436;
/// `AuthenticationFailed`.
const AUTHENTICATION_FAILED: i32 = 18;
/// `Unauthorized`: no right, or no login at all.
const UNAUTHORIZED: i32 = 13;

/// Whether a statement that failed with this code may succeed when it is sent again.
pub fn is_transient(code: i32) -> bool {
    TRANSIENT.contains(&code) || NOT_PRIMARY.contains(&code) || code == RECOVERING
}

impl Failure {
    /// No reply in time.
    fn timed_out(limit: Duration) -> Self {
        Self {
            class: Class::Lost,
            reason: format!("no reply within {} s", limit.as_secs()),
        }
    }

    /// Whether it is worth another try.
    pub const fn is_passing(&self) -> bool {
        matches!(self.class, Class::Unsent | Class::Lost)
    }

    /// As the error of the store.
    pub fn into_error(self, address: &str, action: &'static str) -> StoreError {
        let (address, reason) = (address.to_owned(), self.reason);
        match self.class {
            Class::Unsent | Class::Lost => StoreError::Unreachable { address, reason },
            Class::Login => StoreError::LoginRefused { address, reason },
            Class::Refused => StoreError::Refused {
                address,
                action,
                reason,
            },
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            class: classify(&error.kind),
            reason: one_line(&error.kind),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        let error = without_panic(error);
        Self {
            class: Class::Refused,
            reason: format!("the task that did it ended: {error}"),
        }
    }
}

fn classify(kind: &ErrorKind) -> Class {
    match kind {
        ErrorKind::Authentication { .. } => Class::Login,
        ErrorKind::Command(error) => classify_code(error.code, &error.message),
        ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::DnsResolve { .. } => {
            Class::Unsent
        }
        ErrorKind::Io(_) | ErrorKind::InvalidResponse { .. } | ErrorKind::Write(_) => Class::Lost,
        _ => Class::Refused,
    }
}

fn classify_code(code: i32, message: &str) -> Class {
    match code {
        AUTHENTICATION_FAILED => Class::Login,
        UNAUTHORIZED if message.contains("requires authentication") => Class::Login,
        code if NOT_PRIMARY.contains(&code) || code == RECOVERING => Class::Unsent,
        code if TRANSIENT.contains(&code) => Class::Lost,
        _ => Class::Refused,
    }
}

/// The driver's words on one line. Of a failed server selection only the cause: the rest is the driver's own view of
/// the topology.
fn one_line(kind: &ErrorKind) -> String {
    let text = match kind {
        ErrorKind::Command(error) => format!("{} ({})", error.message, error.code_name),
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::ServerSelection { message, .. } => selection_cause(message),
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn selection_cause(message: &str) -> String {
    let cause = message
        .split_once("Error: Kind: ")
        .map(|(_, rest)| rest.split(", labels:").next().unwrap_or(rest));
    cause.map_or_else(|| message.to_owned(), |cause| format!("no usable server: {cause}"))
}

/// Runs one command of the driver within [`COMMAND_TIMEOUT`].
pub async fn call<T, F>(command: F) -> Result<T, Failure>
where
    F: IntoFuture<Output = mongodb::error::Result<T>>,
{
    call_within(COMMAND_TIMEOUT, command).await
}

/// Runs one command of the driver within another limit.
pub async fn call_within<T, F>(limit: Duration, command: F) -> Result<T, Failure>
where
    F: IntoFuture<Output = mongodb::error::Result<T>>,
{
    match tokio::time::timeout(limit, command).await {
        Ok(result) => result.map_err(Failure::from),
        Err(_) => Err(Failure::timed_out(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_anything_was_done() {
        assert_eq!(classify_code(10107, "not primary"), Class::Unsent);
        assert_eq!(classify_code(13436, "node is recovering"), Class::Unsent);
        assert_eq!(classify_code(11600, "interrupted at shutdown"), Class::Lost);
        assert_eq!(classify_code(18, "Authentication failed."), Class::Login);
        assert_eq!(classify_code(13, "command find requires authentication"), Class::Login);
        assert_eq!(
            classify_code(13, "not authorized on esxi to execute command"),
            Class::Refused
        );
        assert_eq!(classify_code(14031, "out of disk space"), Class::Refused);
    }

    #[test]
    fn a_failed_selection_tells_its_cause_only() {
        let message = "Server selection timeout: No available servers. Topology: { Type: Single, Servers: [ { Address: \
                       h:1, Type: Unknown, Error: Kind: I/O error: Connection refused (os error 111), labels: {} } ] }";
        assert_eq!(
            selection_cause(message),
            "no usable server: I/O error: Connection refused (os error 111)"
        );
        assert_eq!(selection_cause("other"), "other");
    }

    #[test]
    fn network_errors_leave_the_effect_open() {
        let reset = Error::from(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
        let failure = Failure::from(reset);
        assert_eq!(failure.class, Class::Lost);
        assert!(failure.is_passing() && Failure::timed_out(COMMAND_TIMEOUT).is_passing());
    }
}
