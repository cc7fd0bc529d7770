//! What `check` learns of Redis: its version, what this user may do, how many keys match. Nothing is written.

use redis::{ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value};

use super::SessionError;
use super::port::SessionPort;
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

/// A command of a pass. With `trial` it cannot do anything: the server looks at the user's rights before it looks at
/// what is wrong with the arguments.
struct Trial {
    name: &'static str,
    /// For `ACL DRYRUN`, which carries nothing out.
    real: &'static [&'static [u8]],
    trial: &'static [&'static [u8]],
}

const TRIALS: [Trial; 8] = [
    Trial {
        name: "strlen",
        real: &[b"STRLEN", NO_SESSION],
        trial: &[b"STRLEN", NO_SESSION],
    },
    Trial {
        name: "mget",
        real: &[b"MGET", NO_SESSION],
        trial: &[b"MGET", NO_SESSION],
    },
    Trial {
        name: "get",
        real: &[b"GET", NO_SESSION],
        trial: &[b"GET", NO_SESSION],
    },
    Trial {
        name: "pttl",
        real: &[b"PTTL", NO_SESSION],
        trial: &[b"PTTL", NO_SESSION],
    },
    Trial {
        name: "set",
        real: &[b"SET", NO_SESSION, b"", b"KEEPTTL"],
        trial: &[b"SET", NO_SESSION, b"", b"NO-SUCH-OPTION"],
    },
    Trial {
        name: "evalsha",
        real: &[b"EVALSHA", UNKNOWN_SCRIPT, b"0"],
        trial: &[b"EVALSHA", UNKNOWN_SCRIPT, b"0"],
    },
    Trial {
        name: "eval",
        real: &[b"EVAL", NO_SCRIPT, b"0"],
        trial: &[b"EVAL", NO_SCRIPT, b"0"],
    },
    Trial {
        name: "script|load",
        real: &[b"SCRIPT", b"LOAD", NO_SCRIPT],
        trial: &[b"SCRIPT", b"LOAD", NO_SCRIPT],
    },
];

const UNKNOWN_SCRIPT: &[u8] = b"0000000000000000000000000000000000000000";
/// Does not compile, so it is neither run nor kept.
const NO_SCRIPT: &[u8] = b"(";

impl RedisSessions {
    /// Looks at everything that a pass needs.
    pub async fn inspect(&self, pattern: &str) -> RedisFacts {
        let greeting = self.greeting().await;
        let user = self.ask::<String>(&[b"ACL", b"WHOAMI"]).await.ok();
        RedisFacts {
            is_too_old: matches!(&greeting, Err(error) if is_unknown_command(error)),
            version: field(greeting.as_ref().ok(), "version"),
            role: field(greeting.as_ref().ok(), "role").unwrap_or_default(),
            mode: field(greeting.as_ref().ok(), "mode").unwrap_or_default(),
            refused: self.try_commands(user.as_deref()).await,
            user,
            hits: self.count_hits(pattern).await,
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
        for trial in &TRIALS {
            let told = match user {
                Some(user) => self.dry_run(user, trial).await,
                None => None,
            };
            let answer = match told {
                Some(told) => told,
                None => self.attempt(trial).await,
            };
            refused.extend(answer.map(|words| (trial.name, words)));
        }
        refused
    }

    /// By `ACL DRYRUN`, which is there since 7.0 and for administrators; none if it cannot be asked.
    async fn dry_run(&self, user: &str, trial: &Trial) -> Option<Option<String>> {
        let words = [&[b"ACL".as_slice(), b"DRYRUN", user.as_bytes()], trial.real].concat();
        let answer = self.ask::<String>(&words).await.ok()?;
        Some((answer != "OK").then_some(answer))
    }

    async fn attempt(&self, trial: &Trial) -> Option<String> {
        let error = self.ask::<Value>(trial.trial).await.err()?;
        says_no(&error).then(|| error.to_string())
    }

    async fn count_hits(&self, pattern: &str) -> Result<Hits, SessionError> {
        let mut hits = Hits {
            keys: 0,
            complete: false,
        };
        let mut cursor = 0;
        for _ in 0..MOST_PAGES {
            let page = self.scan_keys(cursor, pattern).await?;
            hits.keys += page.keys.iter().filter(|key| !key.is_companion()).count();
            cursor = page.cursor;
            hits.complete = cursor == 0;
            if hits.complete || hits.keys >= MOST_HITS {
                break;
            }
        }
        Ok(hits)
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
