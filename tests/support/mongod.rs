//! A real mongod, standalone, a replica set of one node, or one of three.

use super::binary::find_binary;
use super::runtime::block_on;
use super::server::{Recipe, Server};
use super::wait_for;
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
    /// The other members, which never become primary.
    secondaries: Vec<Server>,
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
            secondaries: Vec::new(),
        }
    }

    /// A standalone server that lets nobody do anything without a login, with one user who may do everything.
    pub fn guarded(user: &str, password: &str) -> Self {
        let mongod = Self {
            server: start(&["--auth"]),
            replicated: false,
            secondaries: Vec::new(),
        };
        // Whoever comes from this machine may make the first user.
        mongod.admin(doc! {"createUser": user, "pwd": password, "roles": ["root"]});
        mongod
    }

    /// A replica set of one node, which is its primary.
    pub fn replica_set() -> Self {
        Self::replicated(0)
    }

    /// A replica set of three nodes, of which this one is the primary, also while it does not hear the others for a
    /// minute.
    pub fn replica_set_of_three() -> Self {
        let mongod = Self::replicated(2);
        wait_for("both secondaries follow", Duration::from_mins(1), || {
            let status = mongod.admin(doc! {"replSetGetStatus": 1});
            let members = status.get_array("members").expect("members").iter();
            let following = members.filter_map(|member| member.as_document()?.get_str("stateStr").ok());
            (following.filter(|state| *state == "SECONDARY").count() == 2).then_some(())
        });
        mongod
    }

    fn replicated(secondaries: i32) -> Self {
        let member = || start(&["--replSet", REPLICA_SET, "--oplogSize", "64"]);
        let mongod = Self {
            server: member(),
            replicated: true,
            secondaries: (0..secondaries).map(|_| member()).collect(),
        };
        let host = |server: &Server| format!("127.0.0.1:{}", server.port());
        let mut config = doc! {"_id": REPLICA_SET, "version": 1, "members": [{"_id": 0, "host": host(&mongod.server)}]};
        mongod.admin(doc! {"replSetInitiate": config.clone()});
        mongod.wait_until_writable();
        if mongod.secondaries.is_empty() {
            return mongod;
        }
        // Added to a primary: an election among three would wait for its timeout first.
        let members = config.get_array_mut("members").expect("members");
        for (id, server) in (1..).zip(&mongod.secondaries) {
            members.push(doc! {"_id": id, "host": host(server), "priority": 0}.into());
        }
        config.insert("version", 2);
        config.insert(
            "settings",
            doc! {"electionTimeoutMillis": 60_000, "heartbeatTimeoutSecs": 60},
        );
        mongod.admin(doc! {"replSetReconfig": config, "force": true});
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

    /// Whether a user of this name has logged in so far.
    pub fn has_let_in(&self, user: &str) -> bool {
        let log = self.server.read_log();
        let user = format!("\"{user}\"");
        log.lines()
            .any(|line| line.contains("uthenticat") && line.contains("ucce") && line.contains(&user))
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        self.server.read_log()
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

    /// Stops the secondaries in their tracks: the primary takes writes, and no majority confirms them.
    pub fn pause_secondaries(&self) {
        self.secondaries.iter().for_each(|server| server.signal("STOP"));
    }

    pub fn resume_secondaries(&self) {
        self.secondaries.iter().for_each(|server| server.signal("CONT"));
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
