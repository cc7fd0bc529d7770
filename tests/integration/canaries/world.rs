//! A portal in which every secret is a mark, and vmsync at homes that differ in where its secrets stand.

use super::marks::{self, percent};
use super::rows::ROWS;
use crate::support::{AUTH, Endpoints, FaultProxy, GROUP, Mongod, Output, Redis, VmsyncCommand, block_on};
use bson::{Document, doc};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use simulator::{Config, Simulator, VmSpec};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How a source gets its password; also its name.
pub const SOURCES: [&str; 5] = ["inline", "file", "env", "credential", "vcenter"];
/// How MongoDB's or Redis' secret is given, a password or a whole address.
const PLACES: [&str; 5] = ["inline", "file", "env", "credential", "over the file"];
/// Five places of a password, five of an address, and one without MongoDB.
pub const HOMES: usize = 2 * PLACES.len() + 1;
/// What a session of a user holds beside its lists.
const TOKEN: usize = 40;
const SESSION: usize = 50;

pub struct Source {
    pub simulator: Simulator,
    pub password: String,
}

pub struct Home {
    pub vmsync: VmsyncCommand,
    pub config: Value,
}

pub struct World {
    pub sources: Vec<Source>,
    pub mongod: &'static Mongod,
    pub mongo_proxy: FaultProxy,
    pub database: String,
    pub redis: Redis,
    pub redis_proxy: FaultProxy,
    pub endpoints: Endpoints,
    pub homes: Vec<Home>,
    renamed: usize,
    /// Secrets that were found where they should not be.
    found: Mutex<Vec<String>>,
}

impl World {
    pub fn start() -> Self {
        let mongod = Mongod::shared();
        let redis = Redis::start();
        let mut world = Self {
            sources: (0..SOURCES.len()).map(source).collect(),
            mongo_proxy: FaultProxy::to(mongod.port()),
            database: mongod.fresh_db(),
            redis_proxy: FaultProxy::to(redis.port()),
            endpoints: Endpoints::start(),
            homes: Vec::new(),
            renamed: 0,
            found: Mutex::default(),
            mongod,
            redis,
        };
        world.homes = (0..HOMES).map(|number| world.home(number)).collect();
        world.create_users();
        world.add_sessions();
        world.heal();
        // A VM has to be known before it can be renamed.
        for home in [0, HOMES - 1] {
            world.run(home, ROWS[0], "a first pass").assert_code(0);
        }
        world
    }

    fn home(&self, number: usize) -> Home {
        let mut vmsync = VmsyncCommand::new().limit(Duration::from_mins(1));
        let directory = vmsync.home().join("credentials");
        vmsync = vmsync.env("CREDENTIALS_DIRECTORY", directory.to_string_lossy());
        for (number, place) in SOURCES.iter().enumerate() {
            vmsync = put(
                vmsync,
                place,
                &format!("source.{place}.password"),
                &marks::password(number),
            );
        }
        let (vmsync, mongodb) = self.service(vmsync, number, "mongodb", "uri");
        let (vmsync, redis) = self.service(vmsync, number, "redis", "url");
        let mut config = json!({
            "esxi_hosts": [self.entry(0), self.entry(1), self.entry(2), self.entry(3)],
            "vcenters": [self.entry(4)],
            "mongodb": mongodb,
            "redis": redis,
            "endpoints": self.addresses(),
            "sync": {"timeout": "3s", "source_deadline": "8s", "deadline": "30s"},
        });
        if number == HOMES - 1 {
            config.as_object_mut().expect("sections").remove("mongodb");
        }
        Home { vmsync, config }
    }

    /// A source's entry.
    fn entry(&self, number: usize) -> Value {
        let (simulator, password) = (&self.sources[number].simulator, &self.sources[number].password);
        let mut entry = json!({
            "name": SOURCES[number], "host": "127.0.0.1", "port": simulator.port(), "username": "root",
            "tls": {"fingerprint_sha256": simulator.fingerprint_sha256()},
        });
        write_key(
            &mut entry,
            SOURCES[number],
            "password",
            &format!("source.{}.password", SOURCES[number]),
            password,
        );
        entry
    }

    /// A query is no login, but it may be a token.
    fn addresses(&self) -> Value {
        let address = |number: usize, path| {
            let query = percent(&marks::password(TOKEN + number));
            self.endpoints.url(&format!("{path}?token={query}"))
        };
        json!({"vm-group-service-rename-vm": address(1, GROUP), "auth-service-rename-vm": address(2, AUTH)})
    }

    /// The section of MongoDB or Redis at a home, and what must lie there for it.
    fn service(&self, vmsync: VmsyncCommand, home: usize, name: &str, stem: &str) -> (VmsyncCommand, Value) {
        let (place, is_address) = (
            PLACES[home % PLACES.len()],
            (PLACES.len()..2 * PLACES.len()).contains(&home),
        );
        let (user, password) = (self.user(home), secret_of(name, home));
        let port = if stem == "uri" {
            self.mongo_proxy.port()
        } else {
            self.redis_proxy.port()
        };
        let mut section = if stem == "uri" {
            json!({"db": self.database})
        } else {
            json!({})
        };
        let (key, secret) = if is_address {
            let login = format!("{user}:{}@127.0.0.1:{port}", percent(&password));
            let mongo = format!("mongodb://{login}/?directConnection=true&authSource=admin");
            (
                stem,
                if stem == "uri" {
                    mongo
                } else {
                    format!("redis://{login}/0")
                },
            )
        } else {
            section["host"] = json!("127.0.0.1");
            section["port"] = json!(port);
            section["username"] = json!(user);
            ("password", password)
        };
        let id = format!("{name}.{key}");
        write_key(&mut section, place, key, &id, &secret);
        (put(vmsync, place, &id, &secret), section)
    }

    fn user(&self, home: usize) -> String {
        format!("{}_{home}", self.database)
    }

    /// Each home logs in as another user.
    fn create_users(&self) {
        for home in 0..HOMES {
            let (user, password) = (self.user(home), secret_of("mongodb", home));
            let roles = doc! {"role": "readWrite", "db": &self.database};
            self.mongod
                .admin(doc! {"createUser": user, "pwd": password, "roles": [roles]});
        }
    }

    /// The passwords that MongoDB and Redis accept.
    pub fn set_passwords(&self, mongodb: impl Fn(usize) -> String, redis: impl Fn(usize) -> String) {
        for home in 0..HOMES {
            self.mongod
                .admin(doc! {"updateUser": self.user(home), "pwd": mongodb(home)});
            self.allow(&self.redis, home, &redis(home), &["~*", "+@all"]);
        }
    }

    /// Sets what a home's user may do in Redis.
    pub fn allow(&self, redis: &Redis, home: usize, password: &str, rights: &[&str]) {
        let mut command = redis::cmd("ACL");
        command.arg("SETUSER").arg(self.user(home)).arg("reset").arg("on");
        command.arg(format!(">{password}")).arg(rights);
        command.exec(&mut redis.connection()).expect("the user is set");
    }

    /// Sessions that change with each pass, and some that nobody can read.
    pub fn add_sessions(&self) {
        let name = self.name();
        let session = |number: usize| {
            let token = marks::password(TOKEN + number);
            json!({"token": token, "vms": ["fixed", name, "elsewhere"], "orphans": []}).to_string()
        };
        let contents = [
            session(3),
            session(4),
            format!("{{\"vms\": [\"{}", marks::word(TOKEN + 5)),
            json!({"vms": {"token": marks::password(TOKEN + 6)}}).to_string(),
            marks::word(TOKEN + 7).repeat(40_000),
        ];
        for (number, content) in contents.iter().enumerate() {
            self.redis
                .set_for(&marks::word(SESSION + number), content, Duration::from_hours(1));
        }
    }

    fn name(&self) -> String {
        format!("web-{}", self.renamed)
    }

    /// Something to do for the next pass: a rename, and with it a session and two notifications.
    pub fn stir(&mut self) {
        self.renamed += 1;
        let name = self.name();
        self.sources[0]
            .simulator
            .inventory(|inventory| inventory.rename("1", &name));
    }

    /// The names that a user's session has now.
    pub fn session(&self) -> Value {
        let bytes = self.redis.get(&marks::word(SESSION)).expect("it lives");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    pub fn is_renamed(&self) -> bool {
        self.session()["vms"]
            .as_array()
            .expect("a list")
            .contains(&json!(self.name()))
    }

    /// Changes the configuration of all homes.
    pub fn reconfigure(&self, change: impl Fn(&mut Value)) {
        for home in &self.homes {
            let mut config = home.config.clone();
            change(&mut config);
            home.vmsync.write("sync.yaml", config.to_string());
        }
    }

    /// No fault anywhere, and no memory of one.
    pub fn heal(&self) {
        for source in &self.sources {
            source.simulator.clear_faults();
            source.simulator.receive(simulator::Connections::Served);
            source
                .simulator
                .configure(|config| source.password.clone_into(&mut config.password));
        }
        self.mongo_proxy.heal();
        self.redis_proxy.heal();
        self.set_passwords(|home| secret_of("mongodb", home), |home| secret_of("redis", home));
        for path in self.paths() {
            self.endpoints.answer_always(&path, crate::support::Answer::Status(200));
        }
        self.reconfigure(|_| ());
        self.mongo("vms_vmsync", doc! {"_id": "format"}, doc! {"$set": {"number": 1}});
        self.forget_pauses();
    }

    /// The paths of the services, with their queries.
    pub fn paths(&self) -> Vec<String> {
        let addresses = self.addresses();
        let path = |address: &Value| {
            let url = url::Url::parse(address.as_str().expect("text")).expect("a URL");
            format!("{}?{}", url.path(), url.query().unwrap_or_default())
        };
        addresses.as_object().expect("two").values().map(path).collect()
    }

    /// A refused login is not tried again for a while; here it is.
    pub fn forget_pauses(&self) {
        self.mongo("vms_vmsync", doc! {}, doc! {"$unset": {"login_pause": ""}});
        let database = self.homes[HOMES - 1].vmsync.sqlite();
        if database.exists() {
            let connection = rusqlite::Connection::open(database).expect("the store");
            let forget = "UPDATE vmsync_sources SET source = json_remove(source, '$.login_pause')";
            let _ = connection.execute(forget, []);
        }
    }

    /// Frees the lease of a pass that did not come to its end.
    pub fn forget_lease(&self) {
        self.mongo(
            "vms_vmsync",
            doc! {"_id": "lease"},
            doc! {"$set": {"until": bson::DateTime::from_millis(0)}},
        );
    }

    pub fn mongo(&self, collection: &str, filter: Document, update: Document) {
        let (mongod, database, collection) = (self.mongod, self.database.clone(), collection.to_owned());
        block_on(async move {
            let database = mongod.client().await.database(&database);
            let collection = database.collection::<Document>(&collection);
            collection.update_many(filter, update).await
        })
        .expect("mongod takes an update");
    }

    /// A run at a home; what it shows is searched.
    pub fn run(&self, home: usize, line: &[&str], failure: &str) -> Output {
        self.forget_pauses();
        let running = self.homes[home].vmsync.spawn(line);
        let arguments = fs::read(format!("/proc/{}/cmdline", running.pid())).unwrap_or_default();
        let output = running.wait();
        let occasion = format!("{failure}, home {home}, `{}`", output.command);
        for (place, bytes) in [
            ("stdout", output.stdout.as_bytes()),
            ("stderr", output.stderr.as_bytes()),
            ("the command line", &*arguments),
        ] {
            self.search(&occasion, place, bytes);
        }
        output
    }

    fn search(&self, occasion: &str, place: &str, bytes: &[u8]) {
        if let Some(found) = marks::find(bytes) {
            self.lock().push(format!("{occasion}: {place} holds {found:?}"));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[track_caller]
    pub fn assert_nothing_found(&self) {
        let found = self.lock();
        assert!(
            found.is_empty(),
            "{} secrets were found:\n{}",
            found.len(),
            found.join("\n")
        );
    }

    /// Searches all that vmsync or, because of it, a server has written.
    pub fn search_stores(&self, failure: &str) {
        for (place, bytes) in self.mongo_documents().into_iter().chain(self.logs()) {
            self.search(failure, &place, &bytes);
        }
        for home in &self.homes {
            for path in files_below(&home.vmsync.state()) {
                self.search(failure, &path.display().to_string(), path.to_string_lossy().as_bytes());
                self.search(
                    failure,
                    &path.display().to_string(),
                    &fs::read(&path).unwrap_or_default(),
                );
            }
        }
        self.search_redis(failure);
    }

    fn logs(&self) -> Vec<(String, Vec<u8>)> {
        let log = |name: &str, text: String| (name.to_owned(), text.into_bytes());
        vec![
            log("the log of mongod", self.mongod.log()),
            log("the log of Redis", self.redis.log()),
        ]
    }

    fn mongo_documents(&self) -> Vec<(String, Vec<u8>)> {
        let (mongod, name) = (self.mongod, self.database.clone());
        block_on(async move {
            let database = mongod.client().await.database(&name);
            let mut all = Vec::new();
            for collection in database.list_collection_names().await? {
                let cursor = database
                    .collection::<bson::RawDocumentBuf>(&collection)
                    .find(doc! {})
                    .await?;
                let documents: Vec<_> = cursor.try_collect().await?;
                all.extend(
                    documents
                        .into_iter()
                        .map(|document| (collection.clone(), document.into_bytes())),
                );
            }
            Ok::<_, mongodb::error::Error>(all)
        })
        .expect("mongod shows what it has")
    }

    /// vmsync's own keys name their session, by contract; what they hold does not.
    fn search_redis(&self, failure: &str) {
        let own = self
            .redis
            .keys()
            .into_iter()
            .filter(|key| marks::word(SESSION).len() != key.len());
        for key in own {
            assert!(key.starts_with("vmsync:"), "{failure}: a key of nobody, {key}");
            self.search(failure, &key, &self.redis.get(&key).unwrap_or_default());
        }
    }

    /// What the sources have been sent, by a mark: a password, a cookie, a session's key.
    pub fn was_sent(&self, mark: &str) -> bool {
        let sent = |source: &Source| {
            source.simulator.calls().iter().any(|call| {
                String::from_utf8_lossy(&call.body).contains(mark)
                    || call.cookie.as_ref().is_some_and(|cookie| cookie.contains(mark))
            })
        };
        self.sources.iter().any(sent)
    }

    /// Whether the users of all homes with a login have been let in by MongoDB.
    pub fn strangers(&self) -> BTreeSet<String> {
        let users = (0..HOMES - 1).map(|home| self.user(home));
        users.filter(|user| !self.mongod.has_let_in(user)).collect()
    }
}

/// The mark before the cookies and keys of a source's sessions.
pub fn session_mark(number: usize) -> String {
    marks::word(10 + number)
}

/// The password of MongoDB or Redis at a home.
pub fn secret_of(name: &str, home: usize) -> String {
    marks::password(home + if name == "mongodb" { 20 } else { 70 })
}

fn source(number: usize) -> Source {
    let name = SOURCES[number];
    let config = if name == "vcenter" {
        Config::vcenter(name)
    } else {
        Config::esxi(name)
    };
    let password = marks::password(number);
    let config = Config {
        lock_after: None,
        session_mark: session_mark(number),
        ..config.credentials("root", &password)
    };
    let simulator = Simulator::start_in_background(config).expect("the simulator starts");
    simulator.inventory(|inventory| {
        let names = if number == 0 {
            vec!["web-0", "fixed"]
        } else {
            vec![name]
        };
        for name in names {
            inventory.add_vm(&VmSpec::new(name));
        }
    });
    Source { simulator, password }
}

/// The key under which a secret stands, if any.
fn write_key(section: &mut Value, place: &str, stem: &str, id: &str, secret: &str) {
    match place {
        "file" => section[format!("{stem}_file")] = json!(id),
        "env" => section[format!("{stem}_env")] = json!(variable(id)),
        "credential" | "over the file" => {}
        _ => section[stem] = json!(secret),
    }
}

/// Lays a secret where its key says, or where systemd would.
fn put(vmsync: VmsyncCommand, place: &str, id: &str, secret: &str) -> VmsyncCommand {
    match place {
        "file" => drop(vmsync.write(id, secret)),
        "env" => return vmsync.env(&variable(id), secret),
        "over the file" => return vmsync.env(&format!("VMSYNC_{}", variable(id)), secret),
        "credential" => drop(vmsync.write(&format!("credentials/{id}"), secret)),
        _ => {}
    }
    vmsync
}

fn variable(id: &str) -> String {
    id.to_uppercase().replace('.', "_")
}

fn files_below(directory: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let below = |path: std::path::PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    paths.flat_map(below).collect()
}
