//! Killed at every step, the next pass heals: passes are ended at failpoints and at random instants while VMs are
//! renamed, swapped, removed, returned and replaced by strangers, and the world is compared with a model after each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use simulator::{Config, Object, Simulator, VmSpec};

use crate::support::{Endpoints, FAILPOINTS, Mongod, Output, Redis, VmsyncCommand, block_on, comes_often, is_nightly};

/// What the simulator's host has.
const SERIAL: &str = "7GWX4Z2";
/// Below the home: every failpoint that was passed.
const PASSED: &str = "failpoints.log";

#[test]
fn a_killed_pass_is_healed_by_the_next_one_on_mongodb() {
    let mongod = Mongod::shared();
    let database = mongod.fresh_db();
    let store = format!(
        "mongodb: {{host: 127.0.0.1, port: {}, db: {database}}}\nlinks: {{hosts: {{collection: servers}}}}",
        mongod.port()
    );
    Bench::new(&store, Documents::Mongo { database }, seed(1)).torment(rounds());
}

#[test]
fn a_killed_pass_is_healed_by_the_next_one_on_sqlite() {
    Bench::new("", Documents::Sqlite, seed(2)).torment(rounds());
}

/// Both tests together: at least 200, in the nightly run at least 10,000.
fn rounds() -> usize {
    if is_nightly() { 5_000 } else { 102 }
}

/// The same story every time, unless another is asked for.
fn seed(number: u64) -> u64 {
    let wanted = std::env::var("VMSYNC_TEST_SEED").ok();
    wanted.and_then(|seed| seed.parse::<u64>().ok()).unwrap_or(0) * 1000 + number
}

/// Documents in the order of their UUIDs, sessions by key.
type Snapshot = (Vec<Map<String, Value>>, BTreeMap<String, Vec<u8>>);

/// Where the documents are read back from.
enum Documents {
    Mongo { database: String },
    Sqlite,
}

impl Documents {
    /// The embedded store has none.
    fn has_records(&self) -> bool {
        matches!(self, Self::Mongo { .. })
    }

    /// The portal's record of the host, as if it had just been made: without a link.
    fn put_record(&self) {
        if let Self::Mongo { database } = self {
            block_on(put_record(database.clone()));
        }
    }

    fn link(&self) -> Option<bson::Bson> {
        match self {
            Self::Mongo { database } => block_on(read_link(database.clone())),
            Self::Sqlite => None,
        }
    }
}

/// What is true of one VM.
struct Vm {
    moref: String,
    /// What it is called; of a removed one, what it was called when a pass last saw it.
    name: String,
    /// Its name when the last pass saw it.
    seen_name: Option<String>,
    /// Set while it is removed.
    removed: Option<Object>,
    /// It shared its name with another VM at some time: the services, which know names only, cannot tell them apart.
    shared_name: bool,
}

struct Bench {
    host: Simulator,
    redis: Redis,
    endpoints: Endpoints,
    vmsync: VmsyncCommand,
    documents: Documents,
    vms: Vec<Vm>,
    /// Which VMs each session may use, by index.
    rights: BTreeMap<String, BTreeSet<usize>>,
    names: usize,
    /// When a VM of a name was last removed.
    removals: BTreeMap<String, Instant>,
    /// Passes that came to their failpoint.
    died: usize,
    /// The link of the portal's hardware record, as the first pass set it.
    link: Option<bson::Bson>,
    random: Random,
}

impl Bench {
    fn new(store: &str, documents: Documents, seed: u64) -> Self {
        let host = Simulator::start_in_background(Config::esxi("esx1").credentials("root", "secret")).expect("starts");
        let (redis, endpoints) = (Redis::start(), Endpoints::start());
        let yaml = format!(
            "esxi_hosts:\n  - {{name: esx1, host: 127.0.0.1, port: {}, username: root, password: secret, \
             tls: {{fingerprint_sha256: \"{}\"}}}}\n{store}\nredis: {{host: 127.0.0.1, port: {}}}\n\
             endpoints:\n  vm-group-service-rename-vm: {}\n  auth-service-rename-vm: {}\n",
            host.port(),
            host.fingerprint_sha256(),
            redis.port(),
            endpoints.url("/group"),
            endpoints.url("/auth"),
        );
        let vmsync = VmsyncCommand::with_config(&yaml);
        let mut bench = Self {
            host,
            redis,
            endpoints,
            vmsync,
            documents,
            vms: Vec::new(),
            rights: BTreeMap::new(),
            names: 0,
            removals: BTreeMap::new(),
            died: 0,
            link: None,
            random: Random(seed),
        };
        bench.furnish();
        bench
    }

    fn furnish(&mut self) {
        for _ in 0..14 {
            let name = self.fresh_name();
            self.add(&name);
        }
        self.documents.put_record();
        self.pass(&[]).assert_code(0);
        self.link = self.documents.link();
        assert_eq!(
            self.link.is_some(),
            self.documents.has_records(),
            "the record is linked"
        );
        for number in 0..6 {
            let key = format!("{number}abcdefghijklmnopqrstuvwxyzABC");
            let mine: BTreeSet<usize> = (0..14).filter(|_| self.random.below(3) == 0).collect();
            let names: Vec<&str> = mine.iter().map(|vm| self.vms[*vm].name.as_str()).collect();
            let session = serde_json::json!({"user": number, "vms": names, "orphans": [], "big": 1e5});
            if number == 0 {
                self.redis.set(&key, session.to_string());
            } else {
                // The long loop takes more than an hour where the machine has other work.
                self.redis.set_for(&key, session.to_string(), Duration::from_hours(24));
            }
            self.rights.insert(key, mine);
        }
    }

    fn torment(mut self, rounds: usize) {
        let failpoints = self.failpoints();
        for round in 0..rounds {
            self.mutate();
            // Once in a while at any time.
            let how = match failpoints.get(round % (failpoints.len() + 1)) {
                Some(failpoint) => self.kill_at(failpoint),
                None => self.kill_at_random(),
            };
            let healing = self.pass(&[]);
            assert_eq!(healing.code, 0, "round {round}, {how}:\n{healing}");
            let before = self.snapshot();
            self.check(&format!("round {round}, {how}"), &before);
            let posts = self.endpoints.requests().len();
            self.pass(&[]).assert_code(0);
            assert_eq!(
                self.snapshot(),
                before,
                "round {round}, {how}: the pass after the healing one writes"
            );
            assert_eq!(
                self.endpoints.requests().len(),
                posts,
                "round {round}, {how}: a service is told again"
            );
        }
        assert_eq!(self.host.open_sessions(), 0, "the healing passes end their sessions");
        let log = std::fs::read_to_string(self.vmsync.home().join(PASSED)).expect("the passes have noted them");
        let passed: BTreeSet<&str> = log.lines().collect();
        assert_eq!(
            passed,
            failpoints.into_iter().collect(),
            "every failpoint is reached, and in the list"
        );
    }

    /// All that a pass of this bench comes to.
    fn failpoints(&self) -> Vec<&'static str> {
        let has_records = self.documents.has_records();
        let mut failpoints = FAILPOINTS.to_vec();
        failpoints.retain(|name| has_records || !name.starts_with("links."));
        failpoints
    }

    /// A pass to its end; it notes the failpoints.
    fn pass(&self, variables: &[(&str, &str)]) -> Output {
        let variables = [&[("VMSYNC_FAILPOINT_LOG", PASSED)], variables].concat();
        self.vmsync
            .spawn_with(&["sync", "all", "--format", "json"], &variables)
            .wait()
    }

    fn kill_at(&mut self, failpoint: &str) -> String {
        let nth = if comes_often(failpoint) {
            1 + self.random.below(3)
        } else {
            1
        };
        let at = format!("{failpoint}:{nth}");
        let output = self.pass(&[("VMSYNC_FAILPOINT", &at)]);
        // A pass that does not come to the failpoint so often ends by itself.
        assert!(output.code == 0 || output.code == -6, "{at}:\n{output}");
        self.died += usize::from(output.code == -6);
        // What the victim left open on the host would have timed out there.
        self.host.expire_sessions(simulator::Expiry::Fault);
        at
    }

    fn kill_at_random(&mut self) -> String {
        let delay = Duration::from_millis(self.random.below(120) as u64);
        let victim = self.vmsync.spawn(&["sync", "all"]);
        std::thread::sleep(delay);
        victim.kill();
        self.host.expire_sessions(simulator::Expiry::Fault);
        format!("killed after {delay:?}")
    }

    fn fresh_name(&mut self) -> String {
        self.names += 1;
        format!("vm {}", self.names)
    }

    fn add(&mut self, name: &str) {
        let number = self.vms.len();
        let spec = VmSpec::new(name)
            .uuid(&format!("42100000-0000-0000-0000-{number:012}"))
            .instance_uuid(&format!("50100000-0000-0000-0000-{number:012}"));
        let moref = self.host.inventory(|inventory| inventory.add_vm(&spec));
        self.vms.push(Vm {
            moref,
            name: name.to_owned(),
            seen_name: None,
            removed: None,
            shared_name: false,
        });
    }

    fn live(&self) -> Vec<usize> {
        (0..self.vms.len())
            .filter(|vm| self.vms[*vm].removed.is_none())
            .collect()
    }

    fn rename(&mut self, vm: usize, name: &str) {
        self.host
            .inventory(|inventory| inventory.rename(&self.vms[vm].moref, name));
        name.clone_into(&mut self.vms[vm].name);
    }

    fn mutate(&mut self) {
        for vm in &mut self.vms {
            vm.seen_name = Some(vm.name.clone());
        }
        if self.random.below(2) == 0 {
            self.documents.put_record();
        }
        for _ in 0..=self.random.below(2) {
            let live = self.live();
            let pick = live[self.random.below(live.len())];
            let other = live[self.random.below(live.len())];
            match self.random.below(8) {
                0 | 1 => {
                    let name = self.fresh_name();
                    self.rename(pick, &name);
                }
                2 | 3 if pick != other => {
                    let (mine, yours) = (self.vms[pick].name.clone(), self.vms[other].name.clone());
                    self.rename(pick, &yours);
                    self.rename(other, &mine);
                }
                4 if live.len() > 8 => self.remove(pick),
                5 => self.put_back(),
                6 => self.let_a_stranger_in(pick, live.len()),
                _ => self
                    .host
                    .inventory(|inventory| inventory.power(&self.vms[pick].moref, "suspended")),
            }
        }
        self.note_namesakes();
        let live: BTreeSet<_> = self.live().into_iter().map(|vm| &self.vms[vm].name).collect();
        assert_eq!(live.len(), self.live().len(), "two live VMs of one name: {live:?}");
    }

    /// Not if another VM of its name was removed just now: sessions tell orphans of one name apart by the second in which
    /// they became orphans, and the passes of this test are faster than that.
    fn remove(&mut self, vm: usize) {
        let Some(seen) = self.vms[vm].seen_name.clone() else {
            return;
        };
        let lately = |removed: &Instant| removed.elapsed() < Duration::from_secs(4);
        if self.removals.get(&seen).is_some_and(lately) {
            return;
        }
        self.removals.insert(seen.clone(), Instant::now());
        let object = self.host.inventory(|inventory| {
            inventory.rename(&self.vms[vm].moref, &seen);
            inventory.remove(&self.vms[vm].moref)
        });
        self.vms[vm].name = seen;
        self.vms[vm].removed = Some(object);
    }

    /// Whoever bears a name that another VM bore when it was last seen shares it.
    fn note_namesakes(&mut self) {
        let mut bearers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, vm) in self.vms.iter().enumerate() {
            bearers.entry(vm.name.clone()).or_default().push(number);
        }
        for number in bearers.into_values().filter(|bearers| bearers.len() > 1).flatten() {
            self.vms[number].shared_name = true;
        }
    }

    /// One that was removed returns, under a new name if its own was taken.
    fn put_back(&mut self) {
        let Some(vm) = (0..self.vms.len()).find(|vm| self.vms[*vm].removed.is_some()) else {
            return;
        };
        let Some(object) = self.vms[vm].removed.take() else {
            return;
        };
        self.host.inventory(|inventory| inventory.put_back(object));
        let taken = self
            .live()
            .into_iter()
            .any(|other| other != vm && self.vms[other].name == self.vms[vm].name);
        if taken {
            let name = self.fresh_name();
            self.rename(vm, &name);
        }
    }

    /// A VM is removed and a new one gets its name, at once. Not if a third one has just taken it: of two live VMs of one
    /// name a session that has it could mean either.
    fn let_a_stranger_in(&mut self, vm: usize, live: usize) {
        if live <= 8 || self.vms.len() > 60 || self.vms[vm].seen_name.is_none() {
            return;
        }
        let seen = self.vms[vm].seen_name.as_ref();
        let is_taken = |other: usize| other != vm && Some(&self.vms[other].name) == seen;
        if self.live().into_iter().any(is_taken) {
            return;
        }
        self.remove(vm);
        if self.vms[vm].removed.is_none() {
            return;
        }
        self.vms[vm].shared_name = true;
        let name = self.vms[vm].name.clone();
        self.add(&name);
        if let Some(stranger) = self.vms.last_mut() {
            stranger.shared_name = true;
        }
    }

    /// All documents and sessions, without what every pass refreshes.
    fn snapshot(&self) -> Snapshot {
        let mut documents = self.read_documents();
        for document in &mut documents {
            document.remove("last_sync_time");
            document.remove("epoch");
        }
        documents.sort_by_key(|document| document["uuid"].to_string());
        let sessions = self
            .rights
            .keys()
            .map(|key| (key.clone(), self.redis.get(key).expect("never lost")));
        (documents, sessions.collect())
    }

    fn read_documents(&self) -> Vec<Map<String, Value>> {
        match &self.documents {
            Documents::Mongo { database } => block_on(read_mongo(database.clone())),
            Documents::Sqlite => {
                let store = rusqlite::Connection::open(self.vmsync.sqlite()).expect("opens");
                let mut query = store.prepare("SELECT document FROM vms").expect("a table");
                let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("rows");
                rows.map(|row| serde_json::from_str(&row.expect("text")).expect("JSON"))
                    .collect()
            }
        }
    }

    fn check(&self, when: &str, (documents, sessions): &Snapshot) {
        assert_eq!(self.documents.link(), self.link, "{when}: the hardware record");
        assert_eq!(documents.len(), self.vms.len(), "{when}: every VM has one document");
        for (number, vm) in self.vms.iter().enumerate() {
            let document = &documents[number];
            assert_eq!(document["orphan"], vm.removed.is_some(), "{when}: {}", vm.name);
            assert_eq!(document["name"], vm.name.as_str(), "{when}");
            let journal = document.get("journal").and_then(Value::as_array);
            assert!(journal.is_none_or(Vec::is_empty), "{when}: {}", vm.name);
        }
        for (key, bytes) in sessions {
            self.check_session(when, key, bytes, documents);
        }
        self.check_services(when);
    }

    /// Exactly its VMs, in the right list, under the right names; everything else as it was.
    fn check_session(&self, when: &str, key: &str, bytes: &[u8], documents: &[Map<String, Value>]) {
        let session: Value = serde_json::from_slice(bytes).expect("JSON");
        let names = |list: &str| -> BTreeSet<String> {
            let entries = session[list].as_array().expect("a list").iter();
            entries
                .map(|entry| entry["name"].as_str().or(entry.as_str()).expect("a name").to_owned())
                .collect()
        };
        let mine = |live: bool| -> BTreeSet<String> {
            let vms = self.rights[key].iter().map(|vm| &self.vms[*vm]);
            vms.filter(|vm| vm.removed.is_none() == live)
                .map(|vm| vm.name.clone())
                .collect()
        };
        if (names("vms"), names("orphans")) != (mine(true), mine(false)) {
            for document in documents {
                let keep = [
                    "name",
                    "names",
                    "orphan",
                    "orphan_since",
                    "last_orphan_since",
                    "last_orphan_name",
                    "uuid",
                ];
                let told: Vec<String> = keep
                    .iter()
                    .map(|key| document.get(*key).unwrap_or(&Value::Null).to_string())
                    .collect();
                eprintln!("DOC {}", told.join(" "));
            }
        }
        assert_eq!(
            (names("vms"), names("orphans")),
            (mine(true), mine(false)),
            "{when}: {session}"
        );
        for entry in session["orphans"].as_array().expect("a list") {
            let known = documents
                .iter()
                .any(|document| document["orphan_since"] == entry["since"]);
            assert!(known, "{when}: {entry}");
        }
        let text = String::from_utf8_lossy(bytes);
        assert!(text.contains("\"big\":100000.0}"), "{when}: {text}");
        let ttl = self.redis.pttl(key);
        let is_right = if session["user"] == 0 {
            ttl == -1
        } else {
            (1..=86_400_000).contains(&ttl)
        };
        assert!(is_right, "{when}: TTL {ttl}");
    }

    /// A group service that honours the idempotency key, and an auth service that knows nothing but the posts in their
    /// order, end with the right names.
    fn check_services(&self, when: &str) {
        let mut keys = BTreeSet::new();
        let (mut group, mut auth) = (Vec::new(), Vec::new());
        for post in self.endpoints.requests() {
            let body = post.json();
            let key = post.header("idempotency-key").expect("a key").to_owned();
            let name = |rename: &Value, key: &str| rename[key].as_str().expect("a name").to_owned();
            if post.path == "/auth" {
                auth.push(vec![(name(&body, "name"), name(&body, "new_name"))]);
            } else if keys.insert(key) {
                let renames = body["vms"].as_array().expect("a list").iter();
                group.push(
                    renames
                        .map(|rename| (name(rename, "old_name"), name(rename, "new_name")))
                        .collect(),
                );
            }
        }
        for (service, posts) in [("group", group), ("auth", auth)] {
            let told = apply_renames(&posts);
            for (number, vm) in self
                .vms
                .iter()
                .enumerate()
                .take(14)
                .filter(|(_, vm)| !vm.shared_name && vm.removed.is_none())
            {
                assert_eq!(
                    told.get(&vm.name),
                    Some(&number),
                    "{when}: {service} service, {}: {posts:?}",
                    vm.name
                );
            }
        }
    }
}

/// A service that knows VMs by name, after these posts; all renames of one post apply at once.
fn apply_renames(posts: &[Vec<(String, String)>]) -> BTreeMap<String, usize> {
    let mut names: BTreeMap<String, usize> = (0..14).map(|number| (format!("vm {}", number + 1), number)).collect();
    for renames in posts {
        let moved: Vec<_> = renames
            .iter()
            .filter_map(|(old, new)| names.remove(old).map(|vm| (new.clone(), vm)))
            .collect();
        names.extend(moved);
    }
    names
}

async fn records(database: &str) -> mongodb::Collection<bson::Document> {
    let client = Mongod::shared().client().await;
    client.database(database).collection("servers")
}

async fn put_record(database: String) {
    let (key, record) = (bson::doc! {"_id": 1}, bson::doc! {"service_tag": SERIAL});
    let records = records(&database).await;
    let put = records.replace_one(key, record).upsert(true).await;
    put.expect("it is put there");
}

async fn read_link(database: String) -> Option<bson::Bson> {
    let found = records(&database).await.find_one(bson::doc! {"_id": 1}).await;
    found.expect("it is read")?.get("vcenter_host_id").cloned()
}

async fn read_mongo(database: String) -> Vec<Map<String, Value>> {
    use futures_util::TryStreamExt as _;
    let client = Mongod::shared().client().await;
    let collection = client.database(&database).collection::<bson::Document>("vms");
    let documents: Vec<bson::Document> = collection
        .find(bson::doc! {})
        .await
        .expect("finds")
        .try_collect()
        .await
        .expect("reads");
    let json = |document: bson::Document| match bson::Bson::Document(document).into_relaxed_extjson() {
        Value::Object(mut map) => {
            map.remove("_id");
            map
        }
        other => panic!("{other}"),
    };
    documents.into_iter().map(json).collect()
}

/// xorshift64*: the same story for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).unwrap_or(0) % limit.max(1)
    }
}
