//! A real mongod, standalone or a replica set of one node.

use super::binary::find_binary;
use super::runtime::block_on;
use super::server::{Recipe, Server};
use bson::{Document, doc};
use mongodb::Client;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const REPLICA_SET: &str = "rs0";

static STANDALONE: LazyLock<Mongod> = LazyLock::new(Mongod::standalone);
static REPLICATED: LazyLock<Mongod> = LazyLock::new(Mongod::replica_set);
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A running mongod. The journal stays on, also where it could be off: what a killed server had acknowledged with
/// `j: true` is there after [`Mongod::restart`].
pub struct Mongod {
    server: Server,
    replicated: bool,
}

impl Mongod {
    /// The one that the tests of this process share: take a [`Mongod::fresh_db`], and do not stop it.
    pub fn shared() -> &'static Self {
        &STANDALONE
    }

    /// The shared replica set; the same rules.
    pub fn shared_replica_set() -> &'static Self {
        &REPLICATED
    }

    /// A standalone server of one's own, to be stopped, paused and broken at will.
    pub fn standalone() -> Self {
        Self {
            server: start(&[]),
            replicated: false,
        }
    }

    /// A standalone server that lets nobody do anything without a login, with one user who may do everything.
    pub fn guarded(user: &str, password: &str) -> Self {
        let mongod = Self {
            server: start(&["--auth"]),
            replicated: false,
        };
        // Whoever comes from this machine may make the first user.
        mongod.admin(doc! {"createUser": user, "pwd": password, "roles": ["root"]});
        mongod
    }

    /// A replica set of one node, which is its primary.
    pub fn replica_set() -> Self {
        let extra = ["--replSet", REPLICA_SET, "--oplogSize", "64"];
        let mongod = Self {
            server: start(&extra),
            replicated: true,
        };
        let member = format!("127.0.0.1:{}", mongod.port());
        let config = doc! {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]};
        mongod.admin(doc! {"replSetInitiate": config});
        mongod.wait_until_writable();
        mongod
    }

    /// A database name that no other test uses.
    pub fn fresh_db(&self) -> String {
        format!("test_{}_{}", self.port(), DATABASES.fetch_add(1, Ordering::Relaxed))
    }

    /// How a user would address it: a replica set by its name.
    pub fn uri(&self) -> String {
        let set = if self.replicated {
            format!("?replicaSet={REPLICA_SET}")
        } else {
            String::new()
        };
        format!("mongodb://127.0.0.1:{}/{set}", self.port())
    }

    /// The same server through a proxy on `port`: direct, as discovery would go round the proxy.
    pub fn uri_through(port: u16) -> String {
        format!("mongodb://127.0.0.1:{port}/?directConnection=true")
    }

    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// A client of the caller's runtime.
    pub async fn client(&self) -> Client {
        connect(self.port()).await
    }

    /// Runs a command on `admin` and waits for its answer. `enableTestCommands` is on: `configureFailPoint` with
    /// `failCommand` is to be had (on a server of one's own, or with an `appName`).
    pub fn admin(&self, command: Document) -> Document {
        let port = self.port();
        let answer = block_on(async move { connect(port).await.database("admin").run_command(command).await });
        answer.unwrap_or_else(|error| panic!("mongod refuses a command: {error}\n{}", self.server.log_tail()))
    }

    /// Kills it (SIGKILL).
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Kills it if it runs, starts it on the same port with the same data, and waits until it takes writes.
    pub fn restart(&self) {
        self.server.restart();
        self.wait_until_writable();
    }

    /// Stops it in its tracks (SIGSTOP): connections stay, answers do not come.
    pub fn pause(&self) {
        self.server.signal("STOP");
    }

    pub fn resume(&self) {
        self.server.signal("CONT");
    }

    fn wait_until_writable(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while !matches!(self.admin(doc! {"hello": 1}).get_bool("isWritablePrimary"), Ok(true)) {
            assert!(
                Instant::now() < end,
                "mongod does not become primary\n{}",
                self.server.log_tail()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

async fn connect(port: u16) -> Client {
    Client::with_uri_str(Mongod::uri_through(port))
        .await
        .expect("the URI is valid")
}

fn start(extra: &[&str]) -> Server {
    Server::start(Recipe {
        name: "mongod",
        program: find_binary("VMSYNC_TEST_MONGOD", "mongod"),
        arguments,
        extra: extra.iter().map(ToString::to_string).collect(),
    })
}

fn arguments(port: u16, directory: &Path, extra: &[String]) -> Vec<String> {
    let directory = directory.display();
    let fixed = format!(
        "--port={port} --bind_ip=127.0.0.1 --nounixsocket --wiredTigerCacheSizeGB=0.25 \
         --setParameter=diagnosticDataCollectionEnabled=false --setParameter=enableTestCommands=1"
    );
    let mut arguments: Vec<_> = fixed.split_whitespace().map(str::to_owned).collect();
    arguments.push(format!("--dbpath={directory}"));
    arguments.extend_from_slice(extra);
    arguments
}
