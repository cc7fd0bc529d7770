//! What a user has: sources, a database, sessions, two services, and a configuration that names them.

use crate::support::{Endpoints, Mongod, Output, Redis, Vcsim, VmsyncCommand, block_on};
use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use simulator::{Inventory, Simulator};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub const GROUP: &str = "/vms/group/rename-vms";
pub const AUTH: &str = "/rename/vm";
/// How long sessions live here.
pub const SESSION_TIME: Duration = Duration::from_hours(1);

/// Everything that vmsync talks to but the sources, and the configuration `sync.yaml` in its home.
pub struct Site {
    pub mongod: &'static Mongod,
    pub database: String,
    pub redis: Redis,
    pub endpoints: Endpoints,
    pub vmsync: VmsyncCommand,
    pub config: Value,
}

/// A source of the configuration: the section it stands in, and its entry.
pub struct Entry {
    section: &'static str,
    pub value: Value,
}

impl Entry {
    pub fn esxi(name: &str, simulator: &Simulator) -> Self {
        Self::simulated("esxi_hosts", name, simulator)
    }

    pub fn vcenter(name: &str, simulator: &Simulator) -> Self {
        Self::simulated("vcenters", name, simulator)
    }

    pub fn vcsim_esxi(name: &str, vcsim: &Vcsim) -> Self {
        Self::of_vcsim("esxi_hosts", name, vcsim)
    }

    pub fn vcsim_vcenter(name: &str, vcsim: &Vcsim) -> Self {
        Self::of_vcsim("vcenters", name, vcsim)
    }

    fn simulated(section: &'static str, name: &str, simulator: &Simulator) -> Self {
        let (user, password) = simulator.credentials();
        let pin = simulator.fingerprint_sha256();
        Self::new(section, name, simulator.port(), &user, &password, pin)
    }

    fn of_vcsim(section: &'static str, name: &str, vcsim: &Vcsim) -> Self {
        let pin = vcsim.fingerprint_sha256();
        Self::new(section, name, vcsim.port(), Vcsim::USER, Vcsim::PASSWORD, &pin)
    }

    fn new(section: &'static str, name: &str, port: u16, user: &str, password: &str, pin: &str) -> Self {
        let value = json!({
            "name": name, "host": "127.0.0.1", "port": port, "username": user, "password": password,
            "tls": {"fingerprint_sha256": pin},
        });
        Self { section, value }
    }
}

/// A configuration with these sources and nothing else; the documents go into SQLite.
pub fn sources(entries: &[&Entry]) -> Value {
    let mut config = json!({});
    for entry in entries {
        if config.get(entry.section).is_none() {
            config[entry.section] = json!([]);
        }
        let section = config[entry.section].as_array_mut().expect("a list");
        section.push(entry.value.clone());
    }
    config
}

/// A home with this configuration. JSON is YAML.
pub fn home(config: &Value) -> VmsyncCommand {
    VmsyncCommand::with_config(&config.to_string())
}

/// A configured port that nobody listens on.
pub fn dead_port() -> u16 {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    socket.local_addr().expect("it is bound").port()
}

impl Site {
    /// On the shared standalone mongod.
    pub fn new(entries: &[&Entry]) -> Self {
        Self::on(Mongod::shared(), entries)
    }

    pub fn on(mongod: &'static Mongod, entries: &[&Entry]) -> Self {
        let (redis, endpoints, database) = (Redis::start(), Endpoints::start(), mongod.fresh_db());
        let mut config = sources(entries);
        config["mongodb"] = json!({"uri": mongod.uri(), "db": database});
        config["redis"] = json!({"host": "127.0.0.1", "port": redis.port()});
        config["endpoints"] = json!({
            "vm-group-service-rename-vm": endpoints.url(GROUP),
            "auth-service-rename-vm": endpoints.url(AUTH),
        });
        let vmsync = home(&config);
        Self {
            mongod,
            database,
            redis,
            endpoints,
            vmsync,
            config,
        }
    }

    /// Changes the configuration from the next run on.
    pub fn reconfigure(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.config);
        self.vmsync.write("sync.yaml", self.config.to_string());
    }

    /// `sync all` with a JSON report.
    pub fn sync(&self) -> Output {
        self.run(&["sync", "all"])
    }

    /// Any command with a JSON report.
    pub fn run(&self, args: &[&str]) -> Output {
        self.vmsync.run(&[args, &["--format", "json"]].concat())
    }

    /// A `sync all` that has to converge; its report.
    #[track_caller]
    pub fn converge(&self) -> Value {
        self.sync().assert_code(0).json()
    }

    /// The VM documents in relaxed extended JSON, by name, then id.
    pub fn documents(&self) -> Vec<Value> {
        let documents = self.find("vms", doc! {});
        let mut documents: Vec<_> = documents.into_iter().map(extended_json).collect();
        documents.sort_by_key(|document| (document["name"].to_string(), document["_id"].to_string()));
        documents
    }

    /// The only document with this name.
    #[track_caller]
    pub fn document(&self, name: &str) -> Value {
        let mut found = self.find("vms", doc! {"name": name});
        assert_eq!(found.len(), 1, "documents called {name}: {found:#?}");
        extended_json(found.remove(0))
    }

    /// Documents as they are stored.
    pub fn find(&self, collection: &str, filter: Document) -> Vec<Document> {
        let (mongod, database, collection) = (self.mongod, self.database.clone(), collection.to_owned());
        block_on(async move {
            let database = mongod.client().await.database(&database);
            let cursor = database.collection::<Document>(&collection).find(filter).await?;
            cursor.try_collect().await
        })
        .unwrap_or_else(|error: mongodb::error::Error| panic!("find is refused: {error}"))
    }

    pub fn insert(&self, documents: Vec<Document>) {
        self.command(doc! {"insert": "vms", "documents": documents});
    }

    /// Runs a command on the database of this site.
    pub fn command(&self, command: Document) -> Document {
        let (mongod, database) = (self.mongod, self.database.clone());
        block_on(async move { mongod.client().await.database(&database).run_command(command).await })
            .unwrap_or_else(|error| panic!("mongod refuses a command: {error}"))
    }

    /// The collections of the database, without the profiler's.
    pub fn collections(&self) -> BTreeSet<String> {
        let answer = self.command(doc! {"listCollections": 1, "nameOnly": true});
        let batch = answer
            .get_document("cursor")
            .and_then(|cursor| cursor.get_array("firstBatch"));
        let names = batch
            .expect("a cursor")
            .iter()
            .filter_map(|entry| entry.as_document()?.get_str("name").ok());
        names
            .filter(|name| !name.starts_with("system."))
            .map(str::to_owned)
            .collect()
    }

    /// From now on mongod notes every operation on this database.
    pub fn watch_database(&self) {
        self.command(doc! {"profile": 2});
    }

    /// What was noted of a collection: name and number of operations. Ends the watch.
    pub fn operations(&self, collection: &str) -> BTreeMap<String, usize> {
        self.command(doc! {"profile": 0});
        let namespace = format!("{}.{collection}", self.database);
        let mut operations = BTreeMap::new();
        for noted in self.find("system.profile", doc! {"ns": namespace}) {
            let op = noted.get_str("op").unwrap_or_default();
            let command = noted
                .get_document("command")
                .ok()
                .and_then(|command| command.keys().next());
            let name = if op == "command" {
                command.map_or(op, String::as_str)
            } else {
                op
            };
            *operations.entry(name.to_owned()).or_default() += 1;
        }
        operations
    }

    /// Everything that was noted, on any collection. Ends the watch.
    pub fn all_operations(&self) -> BTreeSet<String> {
        self.command(doc! {"profile": 0});
        let noted = self.find("system.profile", doc! {});
        let describe = |noted: &Document| {
            let command = noted
                .get_document("command")
                .ok()
                .and_then(|command| command.keys().next().cloned());
            format!(
                "{} {}",
                noted.get_str("op").unwrap_or_default(),
                command.unwrap_or_default()
            )
        };
        noted.iter().map(describe).collect()
    }

    /// Writes a session.
    pub fn session(&self, key: &str, value: &Value) {
        self.redis.set_for(key, value.to_string(), SESSION_TIME);
    }

    #[track_caller]
    pub fn session_of(&self, key: &str) -> Value {
        let bytes = self.redis.get(key).unwrap_or_else(|| panic!("no session {key}"));
        serde_json::from_slice(&bytes).expect("a session is JSON")
    }

    /// Forgets what redis-server has counted.
    pub fn watch_redis(&self) {
        let _: () = redis::cmd("CONFIG")
            .arg("RESETSTAT")
            .query(&mut self.redis.connection())
            .expect("it obeys");
    }

    /// The commands that redis-server has seen since, scripts' own included.
    pub fn redis_commands(&self) -> BTreeSet<String> {
        let info: String = redis::cmd("INFO")
            .arg("commandstats")
            .query(&mut self.redis.connection())
            .expect("it answers");
        let lines = info
            .lines()
            .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
        lines
            .map(|(name, _)| name.to_lowercase())
            .filter(|name| !name.starts_with("config") && name != "info")
            .collect()
    }
}

/// The key of a session: thirty letters and digits.
pub fn session_key(number: usize) -> String {
    format!("Session{number:023}")
}

/// A simulated server in the background with what `fill` puts into it.
pub fn simulate(config: simulator::Config, fill: impl FnOnce(&mut Inventory)) -> Simulator {
    let simulator = Simulator::start_in_background(config).expect("the simulator starts");
    simulator.inventory(fill);
    simulator
}

fn extended_json(document: Document) -> Value {
    Bson::from(document).into_relaxed_extjson()
}

/// The document without what each pass refreshes.
pub fn lasting(document: &Value) -> Value {
    let mut document = document.clone();
    let fields = document.as_object_mut().expect("a document");
    for refreshed in ["last_sync_time", "epoch"] {
        fields.remove(refreshed);
    }
    document
}

/// Names of the changes of a kind.
pub fn changed(report: &Value, kind: &str) -> Vec<String> {
    let changes = report["changes"].as_array().expect("a list").iter();
    let of_kind = changes.filter(|change| change["kind"] == kind);
    of_kind
        .map(|change| change["name"].as_str().expect("a name").to_owned())
        .collect()
}
