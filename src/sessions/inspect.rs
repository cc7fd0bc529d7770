//! What `check` learns of Redis: its version, what this user may do, how many keys match. Nothing is written.

use redis::{ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value};

use super::SessionError;
use super::port::{SessionKey, SessionPort};
use super::server::RedisSessions;

/// Pages of a scan after which the count is "at least". 1,000 keys a page, a millisecond each.
const MOST_PAGES: usize = 1_000;
/// Hits after which it is.
const MOST_HITS: usize = 10_000;

/// A key that no session has: companions are called like this.
const NO_SESSION: &[u8] = b"vmsync:{check}";

/// A server that answered.
#[derive(Debug)]
pub struct RedisFacts {
    /// As the server says it; none if it does not.
    pub version: Option<String>,
    /// Whether it is older than 6.0.
    pub is_too_old: bool,
    /// `master`, `replica`; empty if the server does not say.
    pub role: String,
    /// `standalone`, `cluster`, `sentinel`; empty likewise.
    pub mode: String,
    /// Who we are, if we may know.
    pub user: Option<String>,
    /// Commands of a pass that the server would not carry out, with its words.
    pub refused: Vec<(&'static str, String)>,
    /// Sessions by the pattern.
    pub hits: Result<Hits, SessionError>,
}

/// Keys that match, without vmsync's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    /// How many; keys may be seen twice.
    pub keys: usize,
    /// Whether the scan came to its end.
    pub complete: bool,
}

/// The commands of a pass, so that they cannot do anything: the server looks at the user's rights before it looks at what
/// is wrong with the arguments.
const TRIALS: [(&str, &[&[u8]]); 8] = [
    ("strlen", &[b"STRLEN", NO_SESSION]),
    ("mget", &[b"MGET", NO_SESSION]),
    ("get", &[b"GET", NO_SESSION]),
    ("pttl", &[b"PTTL", NO_SESSION]),
    ("set", &[b"SET", NO_SESSION, b"", b"NO-SUCH-OPTION"]),
    ("evalsha", &[b"EVALSHA", UNKNOWN_SCRIPT, b"0"]),
    ("eval", &[b"EVAL", NO_SCRIPT, b"0"]),
    ("script|load", &[b"SCRIPT", b"LOAD", NO_SCRIPT]),
];

/// Of a session's own key, which other rights may hold for than for vmsync's: the words never tell the key.
const NO_SESSION_KEYS: &str = "no permission for the keys of sessions";

const UNKNOWN_SCRIPT: &[u8] = b"0000000000000000000000000000000000000000";
/// Does not compile, so it is neither run nor kept.
const NO_SCRIPT: &[u8] = b"(";

impl RedisSessions {
    /// Looks at everything that a pass needs.
    pub async fn inspect(&self, pattern: &str) -> RedisFacts {
        let greeting = self.greeting().await;
        let user = self.ask::<String>(&[b"ACL", b"WHOAMI"]).await.ok();
        let (hits, first) = match self.count_hits(pattern).await {
            Ok((hits, first)) => (Ok(hits), first),
            Err(error) => (Err(error), None),
        };
        let mut refused = self.try_commands(user.as_deref()).await;
        if let Some(session) = &first {
            let mut more = self.try_session(user.as_deref(), session).await;
            more.retain(|name| refused.iter().all(|(known, _)| known != name));
            refused.extend(more.into_iter().map(|name| (name, NO_SESSION_KEYS.to_owned())));
        }
        RedisFacts {
            is_too_old: matches!(&greeting, Err(error) if is_unknown_command(error)),
            version: field(greeting.as_ref().ok(), "version"),
            role: field(greeting.as_ref().ok(), "role").unwrap_or_default(),
            mode: field(greeting.as_ref().ok(), "mode").unwrap_or_default(),
            refused,
            user,
            hits,
        }
    }

    /// `HELLO` without arguments changes nothing, and every user may say it. Since 6.0.
    async fn greeting(&self) -> RedisResult<Vec<(String, Value)>> {
        let pairs: Vec<Value> = self.ask(&[b"HELLO"]).await?;
        let pair = |pair: &[Value]| {
            Some((
                String::from_redis_value(pair.first()?.clone()).ok()?,
                pair.get(1)?.clone(),
            ))
        };
        Ok(pairs.chunks(2).filter_map(pair).collect())
    }

    async fn try_commands(&self, user: Option<&str>) -> Vec<(&'static str, String)> {
        let mut refused = Vec::new();
        for (name, words) in TRIALS {
            refused.extend(self.try_command(user, words).await.map(|words| (name, words)));
        }
        refused
    }

    /// What may not be done with a session. Writing is not tried but by a dry run.
    async fn try_session(&self, user: Option<&str>, session: &SessionKey) -> Vec<&'static str> {
        let key = session.as_bytes();
        let mut refused = Vec::new();
        for (name, words) in [("strlen", [b"STRLEN".as_slice(), key]), ("get", [b"GET", key])] {
            refused.extend(self.try_command(user, &words).await.map(|_| name));
        }
        if let Some(user) = user
            && let Some(Some(_)) = self.dry_run(user, &[b"SET", key, b""]).await
        {
            refused.push("set");
        }
        refused
    }

    async fn try_command(&self, user: Option<&str>, words: &[&[u8]]) -> Option<String> {
        let told = match user {
            Some(user) => self.dry_run(user, words).await,
            None => None,
        };
        match told {
            Some(told) => told,
            None => self.attempt(words).await,
        }
    }

    /// By `ACL DRYRUN`, which is there since 7.0 and for administrators; none if it cannot be asked.
    async fn dry_run(&self, user: &str, words: &[&[u8]]) -> Option<Option<String>> {
        let words = [&[b"ACL".as_slice(), b"DRYRUN", user.as_bytes()], words].concat();
        let answer = self.ask::<String>(&words).await.ok()?;
        Some((answer != "OK").then_some(answer))
    }

    async fn attempt(&self, words: &[&[u8]]) -> Option<String> {
        let error = self.ask::<Value>(words).await.err()?;
        says_no(&error).then(|| error.to_string())
    }

    /// Counts, and keeps the first.
    async fn count_hits(&self, pattern: &str) -> Result<(Hits, Option<SessionKey>), SessionError> {
        let mut first = None;
        let mut hits = Hits {
            keys: 0,
            complete: false,
        };
        let mut cursor = 0;
        for _ in 0..MOST_PAGES {
            let page = self.scan_keys(cursor, pattern).await?;
            let mut sessions = page.keys.into_iter().filter(|key| !key.is_companion()).peekable();
            first = first.or_else(|| sessions.peek().cloned());
            hits.keys += sessions.count();
            cursor = page.cursor;
            hits.complete = cursor == 0;
            if hits.complete || hits.keys >= MOST_HITS {
                break;
            }
        }
        Ok((hits, first))
    }

    async fn ask<T: FromRedisValue>(&self, words: &[&[u8]]) -> RedisResult<T> {
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(*word);
        }
        command.query_async(&mut self.connection.clone()).await
    }
}

fn field(greeting: Option<&Vec<(String, Value)>>, name: &str) -> Option<String> {
    let (_, value) = greeting?.iter().find(|(field, _)| field == name)?;
    String::from_redis_value(value.clone()).ok()
}

/// Anything else is said of arguments that are wrong on purpose.
fn says_no(error: &RedisError) -> bool {
    let kinds = [
        ServerErrorKind::NoPerm,
        ServerErrorKind::ReadOnly,
        ServerErrorKind::Moved,
    ];
    kinds.into_iter().any(|kind| error.kind() == ErrorKind::Server(kind)) || is_unknown_command(error)
}

fn is_unknown_command(error: &RedisError) -> bool {
    error.to_string().contains("unknown command")
}
