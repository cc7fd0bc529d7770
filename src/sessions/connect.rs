//! The way to the Redis server.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    RedisConnectionInfo, RedisError, RedisResult,
};

use super::SessionError;
use crate::config::RedisAddress;

/// To connect, and for each answer. The library's own default of 500 ms is too short for a large MGET.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Connected {
    pub connection: MultiplexedConnection,
    /// Host and port, or path, without a secret.
    pub address: String,
}

/// Connects, logs in, selects the database, and lets the server say that it serves.
pub(super) async fn connect(address: &RedisAddress) -> Result<Connected, SessionError> {
    // The library panics without one; another part of the program may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let info = connection_info(address).map_err(|error| invalid(&error))?;
    let shown = info.addr().to_string();
    let client = Client::open(info).map_err(|error| invalid(&error))?;
    match tokio::time::timeout(TIMEOUT, greet(&client)).await {
        Ok(Ok(connection)) => Ok(Connected {
            connection,
            address: shown,
        }),
        Ok(Err(error)) => Err(SessionError::new(&shown, "open the database", &error)),
        Err(_) => Err(SessionError::timed_out(&shown)),
    }
}

async fn greet(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(TIMEOUT))
        .set_response_timeout(Some(TIMEOUT));
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("PING").query_async::<()>(&mut connection).await?;
    Ok(connection)
}

fn connection_info(address: &RedisAddress) -> RedisResult<ConnectionInfo> {
    match address {
        RedisAddress::Url(url) => {
            let info = url.expose().into_connection_info()?;
            let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP2);
            Ok(info.set_redis_settings(settings))
        }
        RedisAddress::Parts {
            host,
            port,
            database,
            username,
            password,
        } => {
            let mut settings = RedisConnectionInfo::default().set_db(*database);
            if let Some(username) = username {
                settings = settings.set_username(username);
            }
            if let Some(password) = password {
                settings = settings.set_password(password.expose());
            }
            let info = ConnectionAddr::Tcp(host.clone(), *port).into_connection_info()?;
            Ok(info.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP2)))
        }
    }
}

/// The kind only: a detail could quote the address.
fn invalid(error: &RedisError) -> SessionError {
    SessionError::InvalidAddress {
        reason: error.category().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn url(text: &str) -> RedisAddress {
        RedisAddress::Url(Secret::new(text.to_owned()))
    }

    #[test]
    fn every_form_of_address_is_understood() {
        let shown = |text: &str| connection_info(&url(text)).map(|info| info.addr().to_string()).ok();
        assert_eq!(shown("redis://:canary@h:1234/3").as_deref(), Some("h:1234"));
        assert_eq!(shown("rediss://user:canary@h").as_deref(), Some("h:6379"));
        assert_eq!(shown("unix:///run/redis.sock?db=2").as_deref(), Some("/run/redis.sock"));
        let parts = RedisAddress::Parts {
            host: "h".to_owned(),
            port: 7,
            database: 2,
            username: Some("u".to_owned()),
            password: Some(Secret::new("canary".to_owned())),
        };
        let info = connection_info(&parts).expect("parts are an address");
        let settings = info.redis_settings();
        assert_eq!(
            (settings.db(), settings.username(), settings.password()),
            (2, Some("u"), Some("canary"))
        );
    }

    #[tokio::test]
    async fn no_error_shows_the_password() {
        for text in [
            "http://:canary@h",
            "redis://:canary@h:port",
            "redis://u:canary@h/x",
            "canary",
            "rediss://:canary@h/#canary",
        ] {
            let error = connect(&url(text))
                .await
                .err()
                .map(|error| format!("{error} {error:?}"))
                .unwrap_or_default();
            assert!(error.contains("redis.url") && !error.contains("canary"), "{error}");
        }
        let error = connect(&url("redis://:canary@127.0.0.1:1"))
            .await
            .err()
            .map(|error| format!("{error} {error:?}"));
        let error = error.unwrap_or_default();
        assert!(
            error.contains("failed to reach Redis at 127.0.0.1:1") && !error.contains("canary"),
            "{error}"
        );
    }
}
