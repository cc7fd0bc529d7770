//! Passes without a process each: the library is called as `vmsync sync all` calls it, on a store of its own.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use redis::Commands;
use serde_json::{Map, Value, json};
use simulator::Kind;
use tempfile::TempDir;
use vmsync::config::{Config, Environment, Request};
use vmsync::progress::Progress;
use vmsync::report::Report;
use vmsync::run::{Mode, Order, Stage, Stop, run_pass};

use super::world::World;
use crate::support::{Redis, session};

/// Documents by their key.
pub type Rows = std::collections::BTreeMap<i64, Map<String, Value>>;

/// Where and with what password a source is tried, if not as it should be.
#[derive(Clone, Default)]
pub struct Access {
    pub port: Option<u16>,
    pub has_wrong_password: bool,
}

/// How long a pass waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub call: Duration,
    pub source: Duration,
}

impl Patience {
    /// For sources that are well, on a machine that is busy.
    pub const ENDLESS: Self = Self {
        call: Duration::from_mins(1),
        source: Duration::from_mins(2),
    };
}

/// The portal: its store and its sessions.
pub struct Site<'a> {
    home: TempDir,
    redis: &'a Redis,
    sessions: redis::Connection,
    prefix: String,
}

struct Surroundings<'a>(&'a Path);

impl Environment for Surroundings<'_> {
    fn var(&self, name: &str) -> Option<OsString> {
        (name == "XDG_STATE_HOME").then(|| self.0.join("state").into())
    }

    fn names(&self) -> Vec<OsString> {
        Vec::new()
    }

    fn current_dir(&self) -> PathBuf {
        self.0.to_owned()
    }

    fn is_root(&self) -> bool {
        false
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

impl<'a> Site<'a> {
    /// In memory, where the machine has room for files there: nothing here is about disks.
    pub fn new(redis: &'a Redis, prefix: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let directory = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let home = tempfile::Builder::new().prefix("vmsync-outages-").tempdir_in(directory);
        Self {
            home: home.expect("a temporary directory"),
            redis,
            sessions: redis.connection(),
            prefix: prefix.to_owned(),
        }
    }

    /// `vmsync sync all`.
    pub async fn sync(&self, world: &World, access: &[Access], patience: Patience) -> Report {
        let path = self.home.path().join("sync.yaml");
        write_private(&path, &self.yaml(world, access));
        let mut config = match Config::load(&Request::file(&path), &Surroundings(self.home.path())) {
            Ok(config) => config,
            Err(error) => panic!("{error}"),
        };
        // Shorter than the configuration takes them.
        config.timing.call = patience.call;
        config.timing.connect = patience.call.min(Duration::from_secs(10));
        config.timing.source_deadline = patience.source;
        let order = Order {
            run_id: uuid::Uuid::new_v4(),
            command: "sync all",
            mode: Mode::Apply {
                lock_timeout: Duration::ZERO,
            },
            aim: vmsync::run::Aim::Everything,
            asked: None,
            retired: Vec::new(),
            allowances: Vec::new(),
        };
        let stop = Stop::new(Instant::now() + config.timing.deadline);
        let stage = Stage {
            order: &order,
            config: &config,
            progress: &Progress::default(),
            began: &|| (),
            stop: &stop,
        };
        run_pass(stage).await
    }

    /// The guard is as good as off: what is not orphaned is not orphaned for lack of evidence alone.
    fn yaml(&self, world: &World, access: &[Access]) -> String {
        let mut yaml =
            String::from("guard: {min: 1000, orphan_percent: 100, replaced_percent: 100, rename_percent: 100}\n");
        for (section, kind) in [("esxi_hosts", Kind::Esxi), ("vcenters", Kind::Vcenter)] {
            let mut heading = format!("{section}:\n");
            let mine = world
                .sources
                .iter()
                .zip(access)
                .filter(|(source, _)| source.kind == kind);
            for (source, access) in mine {
                let (user, right) = source.simulator.credentials();
                let password = if access.has_wrong_password {
                    json!("wrong")
                } else {
                    json!(right)
                };
                writeln!(
                    yaml,
                    "{heading}  - {{name: {}, host: 127.0.0.1, port: {}, username: {user}, password: {password}, \
                     tls: {{fingerprint_sha256: \"{}\"}}}}",
                    source.name,
                    access.port.unwrap_or_else(|| source.simulator.port()),
                    source.simulator.fingerprint_sha256(),
                )
                .expect("a string grows");
                heading.clear();
            }
        }
        let (redis, prefix) = (self.redis.port(), &self.prefix);
        writeln!(
            yaml,
            "redis: {{host: 127.0.0.1, port: {redis}, key_pattern: \"{prefix}*\"}}"
        )
        .expect("a string grows");
        yaml
    }

    /// All documents as they are stored.
    pub fn rows(&self) -> Rows {
        let path = self.home.path().join("state/vmsync/vmsync.db");
        let store = rusqlite::Connection::open(path).expect("the store can be opened");
        let mut statement = store.prepare("SELECT id, document FROM vms").expect("a table");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        let parse = |row: rusqlite::Result<(i64, String)>| {
            let (id, text) = row.expect("a row");
            (id, serde_json::from_str(&text).expect("a document"))
        };
        rows.expect("rows").map(parse).collect()
    }

    /// Gives a user these VMs; returns the session's key.
    pub fn add_session(&mut self, number: usize, vms: &[&str]) -> String {
        let key = format!("{}{number}", self.prefix);
        let _: () = self.sessions.set(&key, session(vms)).expect("SET answers");
        key
    }

    /// The bytes of a session.
    pub fn session(&mut self, key: &str) -> String {
        self.sessions.get(key).expect("the session is there")
    }
}

fn write_private(path: &Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .expect("a file in the home");
}
