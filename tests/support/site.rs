//! A whole site: hosts, portal services, a store and vmsync, each behind a proxy that can break it.

use super::{Endpoints, Fault, FaultProxy, Mongod, Output, Redis, Running, VmsyncCommand, block_on};
use bson::{DateTime, Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};
use simulator::{Config, Kind, Simulator, VmSpec};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use vmsync::catalog::ObjectKind;

/// Paths of the two services.
pub const GROUP: &str = "/rename-vms";
pub const AUTH: &str = "/rename-vm";

/// What the tests' sessions consist of around their lists: bytes that belong to others.
pub const HEAD: &str = r#"{"user":"ren\u00e9","big":123456789012345678901,"vms":"#;
pub const MIDDLE: &str = r#", "other" : {"vms":["x"]},"orphans":"#;
pub const TAIL: &str = r#","theme":"dark","theme":"twice" }"#;

/// One source.
pub struct Host {
    pub name: String,
    pub kind: Kind,
    pub simulator: Simulator,
    pub proxy: FaultProxy,
    /// What the configuration says.
    pub password: String,
    pub pin: String,
}

/// Where the documents are.
pub enum Store {
    Sqlite,
    Mongo {
        server: Server,
        proxy: FaultProxy,
        database: String,
    },
}

/// A mongod of one's own, or the one that all tests share.
pub enum Server {
    Shared(&'static Mongod),
    Own(Box<Mongod>),
}

impl Server {
    pub fn get(&self) -> &Mongod {
        match self {
            Self::Shared(server) => server,
            Self::Own(server) => server,
        }
    }
}

/// Documents by their key in the store.
pub type Documents = BTreeMap<String, Map<String, Value>>;

pub struct Site {
    pub hosts: Vec<Host>,
    pub redis: Redis,
    pub redis_proxy: FaultProxy,
    pub endpoints: Endpoints,
    pub endpoints_proxy: FaultProxy,
    pub store: Store,
    pub vmsync: VmsyncCommand,
    /// The section `sync:`.
    pub timing: String,
    /// Added to the URI of MongoDB.
    pub uri_options: String,
    /// More lines of the configuration.
    pub more: String,
}

impl Site {
    /// ESXi hosts of these names, without VMs, and the embedded store.
    pub fn start(hosts: &[&str]) -> Self {
        Self::with(hosts.iter().map(|name| Config::esxi(name)).collect(), Store::Sqlite)
    }

    /// The same with a MongoDB.
    pub fn on_mongo(hosts: &[&str], server: Server) -> Self {
        Self::on_mongo_with(hosts.iter().map(|name| Config::esxi(name)).collect(), server)
    }

    pub fn on_mongo_with(configs: Vec<Config>, server: Server) -> Self {
        let proxy = FaultProxy::to(server.get().port());
        let database = server.get().fresh_db();
        let store = Store::Mongo {
            server,
            proxy,
            database,
        };
        Self::with(configs, store)
    }

    pub fn with(configs: Vec<Config>, store: Store) -> Self {
        let redis = Redis::start();
        let endpoints = Endpoints::start();
        Self {
            hosts: configs.into_iter().map(Host::start).collect(),
            redis_proxy: FaultProxy::to(redis.port()),
            endpoints_proxy: FaultProxy::to(endpoints.port()),
            redis,
            endpoints,
            store,
            vmsync: VmsyncCommand::new().limit(Duration::from_secs(90)),
            timing: "{timeout: 10s, source_deadline: 25s, deadline: 60s}".to_owned(),
            uri_options: String::new(),
            more: String::new(),
        }
    }

    pub fn host(&self, name: &str) -> &Host {
        let host = self.hosts.iter().find(|host| host.name == name);
        host.expect("a host of the site")
    }

    pub fn host_mut(&mut self, name: &str) -> &mut Host {
        let host = self.hosts.iter_mut().find(|host| host.name == name);
        host.expect("a host of the site")
    }

    /// Adds VMs to a host; returns their ids.
    pub fn add(&self, host: &str, names: &[&str]) -> Vec<String> {
        let add = |name: &&str| {
            self.host(host)
                .simulator
                .inventory(|inventory| inventory.add_vm(&VmSpec::new(name)))
        };
        names.iter().map(add).collect()
    }

    pub fn rename(&self, host: &str, id: &str, name: &str) {
        self.host(host)
            .simulator
            .inventory(|inventory| inventory.rename(id, name));
    }

    /// `sync all` to its end.
    pub fn sync(&self) -> Output {
        self.run(&["sync", "all", "--format", "json"])
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.write_config();
        self.vmsync.run(args)
    }

    /// `sync all`, to be signalled.
    pub fn spawn(&self) -> Running {
        self.write_config();
        self.vmsync.spawn(&["sync", "all", "--format", "json"])
    }

    pub fn write_config(&self) {
        let mut yaml = self.sources("esxi_hosts", Kind::Esxi) + &self.sources("vcenters", Kind::Vcenter);
        if let Store::Mongo { proxy, database, .. } = &self.store {
            let uri = format!("{}{}", Mongod::uri_through(proxy.port()), self.uri_options);
            writeln!(yaml, "mongodb: {{uri: \"{uri}\", db: {database}}}").expect("a string grows");
        }
        let redis = Redis::url_through(self.redis_proxy.port());
        let endpoint = |path| Endpoints::url_through(self.endpoints_proxy.port(), path);
        writeln!(
            yaml,
            "redis: {{url: \"{redis}\"}}\nsync: {}\nendpoints: {{vm-group-service-rename-vm: \"{}\", \
             auth-service-rename-vm: \"{}\"}}\n{}",
            self.timing,
            endpoint(GROUP),
            endpoint(AUTH),
            self.more
        )
        .expect("a string grows");
        self.vmsync.write("sync.yaml", yaml);
    }

    fn sources(&self, section: &str, kind: Kind) -> String {
        let mut yaml = String::new();
        for host in self.hosts.iter().filter(|host| host.kind == kind) {
            if yaml.is_empty() {
                writeln!(yaml, "{section}:").expect("a string grows");
            }
            let (name, port, user) = (&host.name, host.proxy.port(), host.simulator.credentials().0);
            let (password, pin) = (json!(host.password), &host.pin);
            writeln!(
                yaml,
                "  - {{name: {name}, host: 127.0.0.1, port: {port}, username: \"{user}\", password: {password}, \
                 tls: {{fingerprint_sha256: \"{pin}\"}}}}"
            )
            .expect("a string grows");
        }
        yaml
    }

    /// All documents as they are stored.
    pub fn documents(&self) -> Documents {
        match &self.store {
            Store::Sqlite => self.rows(),
            Store::Mongo { server, database, .. } => read_collection(server.get(), database, "vms"),
        }
    }

    /// All stored objects of a kind, as they are stored.
    pub fn objects(&self, kind: ObjectKind) -> Documents {
        let name = format!("vmsync_{}", kind.plural());
        match &self.store {
            Store::Sqlite => self.object_rows(&name),
            Store::Mongo { server, database, .. } => read_collection(server.get(), database, &name),
        }
    }

    /// All that vmsync keeps beside the documents: the lease, sources, passes, by their keys.
    pub fn memory(&self) -> BTreeMap<String, String> {
        match &self.store {
            Store::Sqlite => self.own_rows(),
            Store::Mongo { server, database, .. } => {
                let own = read_collection(server.get(), database, "vms_vmsync");
                own.into_iter()
                    .map(|(key, row)| (key, Value::from(row).to_string()))
                    .collect()
            }
        }
    }

    fn own_rows(&self) -> BTreeMap<String, String> {
        let connection = self.sqlite();
        let read = "SELECT 'lease', epoch || ' ' || ifnull(holder, '') || ' ' || ifnull(until, '') FROM vmsync_lease
             UNION ALL SELECT 'source:' || name, source FROM vmsync_sources
             UNION ALL SELECT 'pass:' || run_id, finished || ' ' || pass FROM vmsync_passes";
        let mut statement = connection.prepare(read).expect("the tables");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// `sync all`, which puts itself to sleep at a failpoint. Returns once it sleeps.
    pub fn spawn_sleeper(&self, failpoint: &str) -> Running {
        self.spawn_asleep(&["sync", "all", "--format", "json"], failpoint)
    }

    /// The same of any command.
    pub fn spawn_asleep(&self, args: &[&str], failpoint: &str) -> Running {
        self.write_config();
        let asleep = [("VMSYNC_FAILPOINT_SLEEP", failpoint)];
        let running = self.vmsync.spawn_with(args, &asleep);
        super::wait_for(failpoint, Duration::from_secs(30), || {
            running.is_stopped().then_some(())
        });
        running
    }

    /// The lease's time is over, by the store's clock.
    pub fn end_lease(&self) {
        let Store::Mongo { server, database, .. } = &self.store else {
            let ended = self.sqlite().execute("UPDATE vmsync_lease SET until = 1", []);
            assert_eq!(ended.expect("the lease can be written"), 1);
            return;
        };
        block_on(async {
            let own = server.get().client().await.database(database);
            let own = own.collection::<Document>("vms_vmsync");
            let end = doc! {"$set": {"until": DateTime::from_millis(1)}};
            let ended = own.update_one(doc! {"_id": "lease"}, end).await;
            assert_eq!(ended.expect("the lease can be written").modified_count, 1);
        });
    }

    /// What vmsync remembers of a source.
    pub fn remembered(&self, source: &str) -> Value {
        match &self.store {
            Store::Sqlite => {
                let read = "SELECT source FROM vmsync_sources WHERE name = ?1";
                let text: String = self
                    .sqlite()
                    .query_row(read, [source], |row| row.get(0))
                    .expect("it is remembered");
                serde_json::from_str(&text).expect("JSON")
            }
            Store::Mongo { server, database, .. } => {
                let own = read_collection(server.get(), database, "vms_vmsync");
                own[&format!("\"source:{source}\"")].clone().into()
            }
        }
    }

    /// The document of the VM that is called so.
    pub fn document(&self, name: &str) -> Map<String, Value> {
        let documents = self.documents();
        let mut named = documents.values().filter(|document| document["name"] == name);
        let found = named.next().unwrap_or_else(|| panic!("no document is called {name}"));
        assert!(named.next().is_none(), "two documents are called {name}");
        found.clone()
    }

    /// The embedded store, opened beside vmsync.
    pub fn sqlite(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.vmsync.sqlite()).expect("the store can be opened");
        connection
            .busy_timeout(Duration::from_secs(10))
            .expect("a timeout can be set");
        connection
    }

    fn rows(&self) -> Documents {
        if !self.vmsync.sqlite().exists() {
            return Documents::new();
        }
        let connection = self.sqlite();
        let mut statement = connection.prepare("SELECT id, document FROM vms").expect("the table");
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        rows.expect("rows")
            .map(|row| {
                let (id, document) = row.expect("a row");
                (id.to_string(), serde_json::from_str(&document).expect("a document"))
            })
            .collect()
    }

    fn object_rows(&self, table: &str) -> Documents {
        let connection = self.sqlite();
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("the table");
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = statement.query_map([], |row| {
            let cell = |(place, name): (usize, &String)| Ok((name.clone(), cell(row.get_ref(place)?)));
            names
                .iter()
                .enumerate()
                .map(cell)
                .collect::<rusqlite::Result<Map<String, Value>>>()
        });
        let row = |row: rusqlite::Result<Map<String, Value>>| {
            let mut row = row.expect("a row");
            (row.remove("id").expect("a key").to_string(), row)
        };
        rows.expect("rows").map(row).collect()
    }

    /// Puts a field of somebody else into every document.
    pub fn plant_foreign_fields(&self) {
        match &self.store {
            Store::Sqlite => {
                let plant = r#"UPDATE vms SET document = json_set(document, '$.portal', json('{"note": "keep", "n": 12345678901}'))"#;
                self.sqlite().execute(plant, []).expect("the documents are there");
            }
            Store::Mongo { server, database, .. } => {
                let (server, database) = (server.get(), database.clone());
                block_on(async move {
                    let vms = server.client().await.database(&database).collection::<Document>("vms");
                    let plant = doc! {"$set": {"portal": {"note": "keep", "n": 12_345_678_901_i64}}};
                    vms.update_many(doc! {}, plant).await.expect("the documents are there");
                });
            }
        }
    }

    /// A user's session, with bytes of others around its lists.
    pub fn add_session(&self, number: u32, vms: &[&str]) -> String {
        let key = session_key(number);
        self.redis.set_for(&key, session(vms), Duration::from_hours(1));
        key
    }

    /// No fault anywhere.
    pub fn heal(&self) {
        for host in &self.hosts {
            host.proxy.heal();
            host.simulator.clear_faults();
        }
        self.redis_proxy.heal();
        self.endpoints_proxy.heal();
        for path in [GROUP, AUTH] {
            self.endpoints.answer_always(path, super::Answer::Status(200));
        }
        if let Store::Mongo { proxy, .. } = &self.store {
            proxy.heal();
        }
    }

    /// The whole way to a host is broken.
    pub fn break_host(&self, name: &str, fault: Fault) {
        self.host(name).proxy.set(fault);
    }

    pub fn mongo_proxy(&self) -> &FaultProxy {
        match &self.store {
            Store::Mongo { proxy, .. } => proxy,
            Store::Sqlite => panic!("this site has no MongoDB"),
        }
    }

    pub fn mongod(&self) -> &Mongod {
        match &self.store {
            Store::Mongo { server, .. } => server.get(),
            Store::Sqlite => panic!("this site has no MongoDB"),
        }
    }
}

impl Host {
    fn start(config: Config) -> Self {
        let (name, kind) = (config.name.clone(), config.kind);
        let simulator = Simulator::start_in_background(config).expect("the simulator starts");
        Self {
            proxy: FaultProxy::to(simulator.port()),
            password: simulator.credentials().1,
            pin: simulator.fingerprint_sha256().to_owned(),
            name,
            kind,
            simulator,
        }
    }
}

/// Thirty letters and digits, as the portal makes them.
pub fn session_key(number: u32) -> String {
    format!("{number:030}")
}

pub fn session(vms: &[&str]) -> String {
    format!("{HEAD}{}{MIDDLE}[]{TAIL}", json!(vms))
}

fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => bytes.into(),
    }
}

fn read_collection(server: &Mongod, database: &str, collection: &str) -> Documents {
    // Raw: what is read as a `Document` takes a key such as `$oid` for a type.
    let documents: Vec<RawDocumentBuf> = block_on(async {
        let collection = server
            .client()
            .await
            .database(database)
            .collection::<RawDocumentBuf>(collection);
        let found = collection.find(doc! {}).await.expect("the documents are read");
        found.try_collect().await.expect("all of them")
    });
    let entry = |raw: RawDocumentBuf| {
        let mut document = Document::try_from(&*raw).expect("a document");
        let id = document.remove("_id").expect("every document has one").to_string();
        let value: Value = bson::Bson::Document(document).into_relaxed_extjson();
        (id, value.as_object().expect("an object").clone())
    };
    documents.into_iter().map(entry).collect()
}
