//! Why the sessions cannot be brought to the documents.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use thiserror::Error;

/// Redis as a whole failed. Texts name the server without a secret, and no session key: whoever knows one is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SessionError {
    /// The configured address is none.
    #[error("failed to understand the address of Redis: {reason}\nhint: redis.url is redis://, rediss:// or unix://")]
    InvalidAddress {
        /// Without the address, which may hold a password.
        reason: String,
    },
    /// No connection, or it was lost, or an answer did not come in time.
    #[error(
        "failed to reach Redis at {address}: {reason}\nhint: check that it runs and that redis.host and redis.port are right; the next run brings the sessions up to date"
    )]
    Unreachable {
        /// Without a secret.
        address: String,
        /// The client's words.
        reason: String,
    },
    /// The login was refused, or one is needed.
    #[error("failed to log in to Redis at {address}: {reason}\nhint: check redis.username and redis.password")]
    LoginRefused {
        /// Without a secret.
        address: String,
        /// The server's words.
        reason: String,
    },
    /// It answered, but not what was asked for.
    #[error("failed to {action} in Redis at {address}: {reason}\nhint: {hint}")]
    Refused {
        /// Without a secret.
        address: String,
        /// What was tried.
        action: &'static str,
        /// The server's words.
        reason: String,
        /// What to do.
        hint: &'static str,
    },
}

impl SessionError {
    /// From what the client reports.
    pub(super) fn new(address: &str, action: &'static str, error: &RedisError) -> Self {
        let (address, reason) = (address.to_owned(), words(error));
        if needs_login(error) {
            Self::LoginRefused { address, reason }
        } else if is_connection_lost(error) {
            Self::Unreachable { address, reason }
        } else {
            Self::Refused {
                address,
                action,
                hint: hint(error),
                reason,
            }
        }
    }

    pub(super) fn timed_out(address: &str) -> Self {
        Self::Unreachable {
            address: address.to_owned(),
            reason: "no answer within 5 s".to_owned(),
        }
    }
}

/// What Redis says of a command that it does not know, or that is renamed, ends with its arguments: a password, or the
/// keys of sessions.
fn words(error: &RedisError) -> String {
    let text = error.to_string();
    let told = text.split(", with args beginning with").next();
    told.unwrap_or_default().to_owned()
}

fn needs_login(error: &RedisError) -> bool {
    error.kind() == ErrorKind::AuthenticationFailed || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
}

fn is_connection_lost(error: &RedisError) -> bool {
    let is_loading = error.kind() == ErrorKind::Server(ServerErrorKind::BusyLoading);
    // The client's parser speaks of an answer that ends in the middle, where the connection broke.
    let is_cut = error.to_string().contains("Unexpected end of input");
    error.is_io_error() || error.is_timeout() || error.is_connection_dropped() || is_loading || is_cut
}

fn hint(error: &RedisError) -> &'static str {
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::NoPerm) => {
            "the user needs scan, mget, strlen, get, pttl, set, evalsha, eval, script|load, ping on all keys"
        }
        ErrorKind::Server(ServerErrorKind::ReadOnly) => "this server is a replica; configure the primary",
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::CrossSlot) => {
            "this server is part of a cluster, which is not supported"
        }
        _ if error.to_string().contains("syntax error") => "Redis 6.0 or newer is needed",
        _ => "see the log of Redis; the next run brings the sessions up to date",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server_error(code: &str) -> RedisError {
        redis::make_extension_error(code.to_owned(), Some("words".to_owned()))
    }

    #[test]
    fn each_failure_is_told_with_what_to_do() {
        let text = |error: &RedisError| SessionError::new("redis.example:6379", "read sessions", error).to_string();
        let refused = text(&RedisError::from((
            ErrorKind::Server(ServerErrorKind::NoPerm),
            "no permission",
        )));
        assert!(
            refused.starts_with("failed to read sessions in Redis at redis.example:6379: "),
            "{refused}"
        );
        assert!(refused.contains("\nhint: the user needs"), "{refused}");
        let unknown = "unknown command 'MGET', with args beginning with: '4nary'";
        let unknown = text(&redis::make_extension_error("ERR".to_owned(), Some(unknown.to_owned())));
        assert!(
            unknown.contains("unknown command 'MGET'\nhint") && !unknown.contains("4nary"),
            "{unknown}"
        );
        assert!(text(&server_error("NOAUTH")).starts_with("failed to log in"));
        assert!(text(&RedisError::from(std::io::Error::other("gone"))).starts_with("failed to reach"));
        assert!(text(&(ErrorKind::Server(ServerErrorKind::ReadOnly), "r").into()).contains("replica"));
        assert!(text(&(ErrorKind::Server(ServerErrorKind::Moved), "m").into()).contains("cluster"));
        assert!(text(&(ErrorKind::Extension, "ERR syntax error").into()).contains("6.0"));
    }
}
