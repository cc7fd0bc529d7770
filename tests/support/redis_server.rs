//! A real redis-server, cheap enough for one per test.

use super::binary::find_binary;
use super::server::{Recipe, Server};
use redis::{Client, Commands, Connection, FromRedisValue, RedisWrite, ToRedisArgs};
use std::path::Path;
use std::time::Duration;

/// A running redis-server. What it acknowledged survives a kill (append-only file, never synced to the disk).
pub struct Redis {
    server: Server,
}

impl Redis {
    pub fn start() -> Self {
        Self::with_options(&[])
    }

    /// With settings of its own, as on redis-server's command line (`--requirepass x`); the later one of two wins.
    pub fn with_options(options: &[&str]) -> Self {
        let program = find_binary("VMSYNC_TEST_REDIS", "redis-server");
        Self {
            server: Server::start(Recipe {
                name: "redis-server",
                program,
                arguments,
                extra: options.iter().map(ToString::to_string).collect(),
            }),
        }
    }

    pub fn url(&self) -> String {
        Self::url_through(self.port())
    }

    /// The same through a proxy on `port`.
    pub fn url_through(port: u16) -> String {
        format!("redis://127.0.0.1:{port}/")
    }

    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// A blocking connection to database 0; an answer that takes more than 10 s is an error.
    pub fn connection(&self) -> Connection {
        let limit = Duration::from_secs(10);
        let client = Client::open(self.url()).expect("the URL is valid");
        let connection = client
            .get_connection_with_timeout(limit)
            .unwrap_or_else(|error| panic!("redis-server refuses: {error}\n{}", self.server.log_tail()));
        connection.set_read_timeout(Some(limit)).expect("a timeout above zero");
        connection
    }

    /// Sets the bytes of a key, without a time to live.
    pub fn set(&self, key: &str, value: impl AsRef<[u8]>) {
        self.command(&["SET", key], value.as_ref());
    }

    /// Sets the bytes of a key that expires.
    pub fn set_for(&self, key: &str, value: impl AsRef<[u8]>, ttl: Duration) {
        self.command(&["PSETEX", key, &ttl.as_millis().to_string()], value.as_ref());
    }

    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.connection().get(key).expect("GET answers")
    }

    /// Milliseconds to live; -1 for a key without, -2 for no such key.
    pub fn pttl(&self, key: &str) -> i64 {
        self.connection().pttl(key).expect("PTTL answers")
    }

    /// All keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.connection().keys("*").expect("KEYS answers");
        keys.sort_unstable();
        keys
    }

    pub fn flush(&self) {
        let _: () = redis::cmd("FLUSHALL")
            .query(&mut self.connection())
            .expect("FLUSHALL answers");
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        self.server.read_log()
    }

    /// Kills it (SIGKILL).
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Kills it if it runs, and starts it on the same port with the same keys (scripts are forgotten).
    pub fn restart(&self) {
        self.server.restart();
        // It accepts while it still loads the file: PING is refused until then.
        super::wait_for("redis-server has loaded its keys", Duration::from_secs(10), || {
            redis::cmd("PING").query::<String>(&mut self.connection()).ok()
        });
    }

    /// Stops it in its tracks (SIGSTOP).
    pub fn pause(&self) {
        self.server.signal("STOP");
    }

    pub fn resume(&self) {
        self.server.signal("CONT");
    }

    fn command(&self, words: &[&str], value: &[u8]) {
        let (name, arguments) = words.split_first().expect("a command has a name");
        let _: () = redis::cmd(name)
            .arg(arguments)
            .arg(value)
            .query(&mut self.connection())
            .unwrap_or_else(|error| panic!("{name} is refused: {error}"));
    }
}

fn arguments(port: u16, directory: &Path, extra: &[String]) -> Vec<String> {
    let fixed = format!(
        "--port {port} --bind 127.0.0.1 --appendonly yes --appendfsync no --auto-aof-rewrite-percentage 0 \
         --aof-use-rdb-preamble no --save"
    );
    let mut arguments: Vec<_> = fixed.split_whitespace().map(str::to_owned).collect();
    arguments.extend([String::new(), "--dir".to_owned(), directory.display().to_string()]);
    arguments.extend_from_slice(extra);
    arguments
}
