//! Sessions in a Redis server, 6.0 or newer.

use std::sync::OnceLock;

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt};
use redis::aio::MultiplexedConnection;
use redis::{Cmd, ErrorKind, RedisError, RedisResult, Script, ServerErrorKind};

use super::SessionError;
use super::connect::{Connected, connect};
use super::port::{IsStopped, Replaced, Replacement, ScanPage, SessionKey, SessionPort, Size, StoredSession};
use crate::config::RedisConfig;
use crate::failpoint::failpoint;

/// The time to live is read before anything is written: SET with KEEPTTL would make a new, immortal session of one that
/// has just expired. GET raises an error for another type, hence `pcall`. A time to live of 0 ms is possible, and PX
/// refuses it.
const COMPARE_AND_SET: &str = r"
local current = redis.pcall('GET', KEYS[1])
if not current then return 0 end
if type(current) == 'table' and not string.find(current.err, 'WRONGTYPE', 1, true) then return current end
if current ~= ARGV[1] then return 1 end
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
if #KEYS > 1 then
  if ttl == -1 then
    redis.call('SET', KEYS[2], ARGV[3])
  else
    redis.call('SET', KEYS[2], ARGV[3], 'PX', math.max(ttl, 1))
  end
end
return 2
";

/// Scripts in flight on the one connection; 64 reach 230,000 a second on a local server, more bring no more.
const IN_FLIGHT: usize = 64;

/// How many keys Redis looks at for one page of a scan, about a millisecond of its time.
const SCAN_COUNT: usize = 1_000;

/// A connection to Redis.
pub struct RedisSessions {
    pub(super) connection: MultiplexedConnection,
    address: String,
    script: Script,
}

impl RedisSessions {
    /// Connects and logs in. Nothing is written.
    ///
    /// # Errors
    /// The address is none, nobody answers within 5 s, or the login is refused.
    pub async fn connect(config: &RedisConfig) -> Result<Self, SessionError> {
        let Connected { connection, address } = connect(&config.address).await?;
        Ok(Self {
            connection,
            address,
            script: Script::new(COMPARE_AND_SET),
        })
    }

    /// Host and port, or path, without a secret.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    fn failure(&self, action: &'static str) -> impl Fn(RedisError) -> SessionError {
        move |error| SessionError::new(&self.address, action, &error)
    }

    async fn compare_and_set(&self, replacement: &Replacement) -> Result<Replaced, SessionError> {
        match self
            .invoke(replacement)
            .await
            .map_err(self.failure("write a session"))?
        {
            0 => Ok(Replaced::Gone),
            1 => Ok(Replaced::Edited),
            _ => Ok(Replaced::Written),
        }
    }

    /// After the first failure nothing more is sent: each would wait for its own timeout. Nor is it once the run has to
    /// stop, as its lease may have passed on.
    async fn write_unless_over(
        &self,
        replacement: Replacement,
        failure: &OnceLock<SessionError>,
        is_stopped: IsStopped<'_>,
    ) -> Result<Replaced, SessionError> {
        if let Some(failure) = failure.get() {
            return Err(failure.clone());
        }
        failpoint!("session.before");
        if is_stopped() {
            return Ok(Replaced::NotSent);
        }
        let replaced = self.compare_and_set(&replacement).await;
        failpoint!("session.after");
        replaced.inspect_err(|error| drop(failure.set(error.clone())))
    }

    /// `invoke_async` loads the script if the server does not have it. Someone may flush it right then: what is sent along
    /// with its call cannot be flushed.
    async fn invoke(&self, replacement: &Replacement) -> RedisResult<u8> {
        let mut invocation = self.script.key(replacement.key.as_bytes());
        invocation.arg(&replacement.before).arg(&replacement.after);
        if let Some(companion) = &replacement.companion {
            invocation.key(replacement.key.companion()).arg(companion);
        }
        let mut connection = self.connection.clone();
        match invocation.invoke_async(&mut connection).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                eval(replacement).query_async(&mut connection).await
            }
            result => result,
        }
    }
}

/// The same call with the script in it.
fn eval(replacement: &Replacement) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command
        .arg(COMPARE_AND_SET)
        .arg(1 + usize::from(replacement.companion.is_some()));
    command.arg(replacement.key.as_bytes());
    if replacement.companion.is_some() {
        command.arg(replacement.key.companion());
    }
    command
        .arg(&replacement.before)
        .arg(&replacement.after)
        .arg(&replacement.companion);
    command
}

#[async_trait]
impl SessionPort for RedisSessions {
    async fn scan_keys(&self, cursor: u64, pattern: &str) -> Result<ScanPage, SessionError> {
        let mut command = redis::cmd("SCAN");
        command
            .arg(cursor)
            .arg("MATCH")
            .arg(pattern)
            .arg("COUNT")
            .arg(SCAN_COUNT);
        let answer: RedisResult<(u64, Vec<Vec<u8>>)> = command.query_async(&mut self.connection.clone()).await;
        let (cursor, keys) = answer.map_err(self.failure("scan for sessions"))?;
        Ok(ScanPage {
            cursor,
            keys: keys.into_iter().map(SessionKey::new).collect(),
        })
    }

    async fn load_sizes(&self, keys: &[SessionKey]) -> Result<Vec<Size>, SessionError> {
        let mut pipeline = redis::pipe();
        pipeline.ignore_errors();
        for key in keys {
            pipeline.cmd("STRLEN").arg(key.as_bytes());
        }
        let answer = pipeline.query_async(&mut self.connection.clone()).await;
        let sizes: Vec<RedisResult<u64>> = answer.map_err(self.failure("measure sessions"))?;
        sizes
            .into_iter()
            .map(|size| read_size(size).map_err(self.failure("measure sessions")))
            .collect()
    }

    async fn load_sessions(&self, keys: &[SessionKey], companions: bool) -> Result<Vec<StoredSession>, SessionError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = redis::cmd("MGET");
        for key in keys {
            command.arg(key.as_bytes());
        }
        for key in keys.iter().filter(|_| companions) {
            command.arg(key.companion());
        }
        let answer: RedisResult<Vec<Option<Vec<u8>>>> = command.query_async(&mut self.connection.clone()).await;
        let mut values = answer.map_err(self.failure("read sessions"))?.into_iter();
        let sessions: Vec<_> = values.by_ref().take(keys.len()).collect();
        let companions = values.chain(std::iter::repeat(None));
        Ok(sessions
            .into_iter()
            .zip(companions)
            .map(|(bytes, companion)| StoredSession { bytes, companion })
            .collect())
    }

    async fn replace(
        &self,
        replacements: Vec<Replacement>,
        is_stopped: IsStopped<'_>,
    ) -> Vec<Result<Replaced, SessionError>> {
        let failure = OnceLock::new();
        let write = |replacement| self.write_unless_over(replacement, &failure, is_stopped);
        stream::iter(replacements)
            .map(write)
            .buffered(IN_FLIGHT)
            .collect()
            .await
    }
}

fn read_size(size: RedisResult<u64>) -> RedisResult<Size> {
    match size {
        Ok(bytes) => Ok(Size::Bytes(bytes)),
        Err(error) if error.code() == Some("WRONGTYPE") => Ok(Size::OtherType),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use redis::Arg;

    use super::*;

    fn words(companion: Option<&str>) -> Vec<String> {
        let command = eval(&Replacement {
            key: SessionKey::new(b"key".to_vec()),
            before: b"before".to_vec(),
            after: b"after".to_vec(),
            companion: companion.map(|text| text.as_bytes().to_vec()),
        });
        let text = |word| match word {
            Arg::Simple(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => panic!("a script is called with bytes"),
        };
        command.args_iter().map(text).collect()
    }

    #[test]
    fn a_script_that_is_sent_along_has_the_keys_and_values_of_its_call() {
        assert_eq!(words(None)[2..], ["1", "key", "before", "after"]);
        let with_companion = ["2", "key", "vmsync:{key}", "before", "after", "[]"];
        assert_eq!(words(Some("[]"))[2..], with_companion);
        assert_eq!(words(None)[..2], ["EVAL", COMPARE_AND_SET]);
    }
}
