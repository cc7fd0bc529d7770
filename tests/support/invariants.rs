//! What must hold after every pass, whatever went wrong in it: written once, applied by every scenario.

use super::Output;
use super::site::{AUTH, Documents, GROUP, HEAD, MIDDLE, Site, Store, TAIL};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use vmsync::plan::record::VmFields;

/// Fields that the store adds to every write.
const STAMPS: [&str; 4] = ["last_sync_time", "rev", "epoch", "pass"];

/// The lists of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists {
    pub vms: Vec<String>,
    pub orphans: Vec<String>,
}

#[derive(Clone)]
struct Key {
    value: Option<Vec<u8>>,
    pttl: i64,
    /// `pttl` was true at some moment between these.
    asked: Instant,
    answered: Instant,
}

/// Everything that vmsync could have changed.
#[derive(Clone)]
pub struct State {
    pub documents: Documents,
    keys: BTreeMap<String, Key>,
}

impl State {
    pub fn of(site: &Site) -> Self {
        let key = |key: String| {
            let connection = &mut site.redis.connection();
            let asked = Instant::now();
            let pttl = redis::cmd("PTTL").arg(&key).query(connection).expect("PTTL answers");
            let answered = Instant::now();
            let value = redis::cmd("DUMP").arg(&key).query(connection).expect("DUMP answers");
            let entry = Key {
                value,
                pttl,
                asked,
                answered,
            };
            (key, entry)
        };
        Self {
            documents: site.documents(),
            keys: site.redis.keys().into_iter().map(key).collect(),
        }
    }

    /// Nothing at all was written: not one byte of a document or a key.
    #[track_caller]
    pub fn assert_untouched(&self, later: &Self) {
        assert_eq!(self.documents, later.documents, "documents were written");
        self.assert_same_keys(later);
    }

    /// No key of Redis was written.
    #[track_caller]
    pub fn assert_same_keys(&self, later: &Self) {
        let values = |state: &Self| -> BTreeMap<String, Option<Vec<u8>>> {
            let keys = state.keys.iter();
            keys.map(|(key, entry)| (key.clone(), entry.value.clone())).collect()
        };
        assert!(values(self) == values(later), "keys of Redis were written");
    }
}

/// Follows a site from pass to pass.
pub struct Judge {
    last: State,
    /// All names that each document ever bore.
    names: BTreeMap<String, BTreeSet<String>>,
    /// Whose names each session held in the beginning, as keys of documents.
    owned: BTreeMap<String, Vec<String>>,
    /// What a service knows that heard of the first state, and then applies posts one by one.
    known: BTreeMap<String, String>,
}

impl Judge {
    /// The first pass of a site: everything is added, and everybody knows it.
    #[track_caller]
    pub fn settle(site: &Site, sessions: &[(u32, &[&str])]) -> Self {
        site.sync().assert_code(0);
        site.plant_foreign_fields();
        let keys: Vec<String> = sessions
            .iter()
            .map(|(number, vms)| site.add_session(*number, vms))
            .collect();
        let last = State::of(site);
        let mut judge = Self {
            names: BTreeMap::new(),
            owned: BTreeMap::new(),
            known: name_of_each(&last.documents),
            last,
        };
        judge.learn_names(&judge.last.documents.clone());
        for key in keys {
            let lists = read_session(site, &key).expect("it was just made");
            let owners = lists.vms.iter().filter_map(|name| {
                let mut bearers = judge.last.documents.iter().filter(|(_, d)| d["name"] == **name);
                bearers.next().map(|(id, _)| id.clone())
            });
            let owners = owners.collect();
            judge.owned.insert(key, owners);
        }
        judge
    }

    /// A pass has ended, or was ended.
    #[track_caller]
    pub fn after(&mut self, site: &Site, output: &Output) {
        let now = State::of(site);
        self.learn_names(&now.documents);
        self.check_evidence(site, &now);
        self.check_documents(&now);
        self.check_sessions(site, &now);
        check_posts(site);
        self.check_truth(output, &now);
        check_secrecy(site, output, &now);
        self.last = now;
    }

    /// Without a fault the next pass reaches the fault-free state, and the one after it writes nothing.
    #[track_caller]
    pub fn converge(&mut self, site: &Site) {
        site.heal();
        let output = site.sync();
        output.assert_code(0);
        self.after(site, &output);
        self.check_reached(site);
        let before = State::of(site);
        let posts = site.endpoints.requests().len();
        let quiet = site.sync();
        quiet
            .assert_code(0)
            .assert_report("/sessions/changed", 0)
            .assert_report("/notifications/sent", 0);
        self.after(site, &quiet);
        assert_eq!(site.endpoints.requests().len(), posts, "a quiet pass posts nothing");
        before.assert_same_keys(&self.last);
        let changed = before.documents.iter().filter(|(id, document)| {
            let later = &self.last.documents[*id];
            content(document) != content(later)
        });
        assert_eq!(changed.count(), 0, "a quiet pass writes no document\n{quiet}");
    }

    /// Somebody else has changed something since.
    pub fn notice(&mut self, site: &Site) {
        self.last = State::of(site);
    }

    fn learn_names(&mut self, documents: &Documents) {
        for (id, document) in documents {
            let names = self.names.entry(id.clone()).or_default();
            names.extend(document["name"].as_str().map(str::to_owned));
        }
    }

    /// Evidence: whatever some source still has is no orphan.
    #[track_caller]
    fn check_evidence(&self, site: &Site, now: &State) {
        let there = vms_of(site);
        for (id, document) in &now.documents {
            let was = self.last.documents.get(id);
            let newly = document["orphan"] == true && was.is_some_and(|was| was["orphan"] == false);
            let uuid = document["instance_uuid"].as_str().unwrap_or_default();
            assert!(
                !newly || !(there.contains_key(uuid) || is_there_by_reference(site, document)),
                "false orphan: {document:?}"
            );
        }
    }

    /// No clobber, fence: documents stay, with what others put into them; `rev` and `epoch` never go back.
    #[track_caller]
    fn check_documents(&self, now: &State) {
        let own = own_fields();
        for (id, before) in &self.last.documents {
            let Some(after) = now.documents.get(id) else {
                panic!("a document vanished: {before:?}");
            };
            let foreign = |document: &Map<String, Value>| -> Map<String, Value> {
                let fields = document.clone().into_iter();
                fields.filter(|(key, _)| !own.contains(key)).collect()
            };
            assert_eq!(foreign(before), foreign(after), "a field of others was changed");
            for stamp in ["rev", "epoch"] {
                assert!(
                    before[stamp].as_i64() <= after[stamp].as_i64(),
                    "{stamp} went back: {before:?} {after:?}"
                );
            }
            assert!(
                content(before) == content(after) || before["rev"].as_i64() < after["rev"].as_i64(),
                "a change without a rev: {before:?} {after:?}"
            );
        }
    }

    /// Conservation, rights, no clobber, time to live.
    #[track_caller]
    fn check_sessions(&self, site: &Site, now: &State) {
        for (key, before) in &self.last.keys {
            let Some(after) = now.keys.get(key) else {
                assert!(before.pttl >= 0, "{key} had no end, and is gone");
                continue;
            };
            check_ttl(key, before, after);
            if !self.owned.contains_key(key) && !key.starts_with("vmsync:") {
                assert!(before.value == after.value, "{key} is none of vmsync's business");
            }
        }
        for key in now.keys.keys() {
            let companion = key.strip_prefix("vmsync:{").and_then(|rest| rest.strip_suffix('}'));
            let of_ours = companion.unwrap_or(key);
            assert!(
                self.last.keys.contains_key(key) || self.owned.contains_key(of_ours),
                "{key} was made, or is back"
            );
        }
        for (key, owners) in &self.owned {
            if let Some(lists) = read_session(site, key) {
                self.check_names(key, owners, &lists);
            }
        }
    }

    /// Every VM that a session had is there under one of its names, and nothing else.
    #[track_caller]
    fn check_names(&self, key: &str, owners: &[String], lists: &Lists) {
        let held: Vec<&String> = lists.vms.iter().chain(&lists.orphans).collect();
        assert_eq!(
            held.len(),
            owners.len(),
            "session {key} lost or gained a name: {lists:?}"
        );
        let mut left = held.clone();
        for owner in owners {
            // A session may lag behind; what it holds is a name that this very VM bore.
            let place = left.iter().position(|name| self.names[owner].contains(*name));
            let Some(place) = place else {
                panic!("session {key} lost {:?}: {lists:?}", self.names[owner]);
            };
            left.remove(place);
        }
    }

    /// What the report says is what is durable.
    #[track_caller]
    fn check_truth(&self, output: &Output, now: &State) {
        let Ok(report) = serde_json::from_str::<Value>(&output.stdout) else {
            return;
        };
        let changes = report["changes"].as_array().into_iter().flatten();
        let doubtful = |change: &Value| change["outcome"] == "unknown" || change["others"] == "unknown";
        if report["dry_run"] == true || changes.into_iter().any(doubtful) {
            return;
        }
        let count = |field: &str| usize::try_from(report[field].as_u64().unwrap_or_default()).expect("a count");
        let pairs = || {
            now.documents
                .iter()
                .filter_map(|(id, after)| Some((self.last.documents.get(id)?, after)))
        };
        let added = now.documents.len() - self.last.documents.len();
        let orphaned = pairs().filter(|(before, after)| before["orphan"] == false && after["orphan"] == true);
        let reactivated = pairs().filter(|(before, after)| before["orphan"] == true && after["orphan"] == false);
        let renamed = pairs().filter(|(before, after)| before["name"] != after["name"]);
        let told = |field: &str| report[field].as_array().map_or(0, Vec::len);
        assert_eq!(count("added"), added, "added is not what is stored\n{output}");
        assert_eq!(
            count("orphaned"),
            orphaned.count(),
            "orphaned is not what is stored\n{output}"
        );
        assert_eq!(
            told("reactivated"),
            reactivated.count(),
            "reactivated is not what is stored\n{output}"
        );
        assert_eq!(
            told("renamed"),
            renamed.count(),
            "renamed is not what is stored\n{output}"
        );
        assert_eq!(report["exit_code"].as_i64(), Some(i64::from(output.code)), "{output}");
    }

    /// Convergence: documents as the sources are, sessions as the documents are, services as the sessions are.
    #[track_caller]
    fn check_reached(&self, site: &Site) {
        let mut live: Vec<(String, String)> = Vec::new();
        for document in self.last.documents.values().filter(|d| d["orphan"] == false) {
            let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
            live.push((text("instance_uuid"), text("name")));
        }
        live.sort();
        let expected: Vec<_> = vms_of(site).into_iter().collect();
        assert_eq!(live, expected, "live documents are what the sources have");
        for (key, owners) in &self.owned {
            let Some(lists) = read_session(site, key) else { continue };
            let (mut vms, mut orphans) = (Vec::new(), Vec::new());
            for owner in owners {
                let document = &self.last.documents[owner];
                let name = document["name"].as_str().unwrap_or_default().to_owned();
                if document["orphan"] == true {
                    orphans.push(name);
                } else {
                    vms.push(name);
                }
            }
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            let found = (sorted(lists.vms), sorted(lists.orphans));
            assert_eq!(found, (sorted(vms), sorted(orphans)), "session {key}");
        }
        self.check_services(site);
    }

    /// Notify: a service that applies the posts one by one, each key once, ends with the right names.
    #[track_caller]
    fn check_services(&self, site: &Site) {
        let present = name_of_each(&self.last.documents);
        let expected: BTreeMap<&String, &String> =
            present.iter().filter(|(id, _)| self.known.contains_key(*id)).collect();
        let mut known = self.known.clone();
        let mut seen = BTreeSet::new();
        for post in site.endpoints.requests_to(AUTH) {
            let key = post.header("Idempotency-Key").expect("every post has a key").to_owned();
            if seen.insert(key) {
                let body = post.json();
                rename(&mut known, &body["name"], &body["new_name"]);
            }
        }
        let known: BTreeMap<&String, &String> = known.iter().collect();
        assert_eq!(known, expected, "the auth service ends with the right names");
    }
}

/// Moves the one bearer of a name.
fn rename(known: &mut BTreeMap<String, String>, old: &Value, new: &Value) {
    if let Some(bearer) = known.values_mut().find(|name| *old == **name) {
        new.as_str().unwrap_or_default().clone_into(bearer);
    }
}

fn name_of_each(documents: &Documents) -> BTreeMap<String, String> {
    let name = |document: &Map<String, Value>| document["name"].as_str().unwrap_or_default().to_owned();
    documents
        .iter()
        .map(|(id, document)| (id.clone(), name(document)))
        .collect()
}

/// The VMs that the sources have, instance UUID to name.
fn vms_of(site: &Site) -> BTreeMap<String, String> {
    let mut vms = BTreeMap::new();
    for host in &site.hosts {
        host.simulator.inventory(|inventory| {
            for id in inventory.ids("VirtualMachine") {
                let vm = inventory.object(&id).expect("just listed");
                let text = |path: &str| vm.get(path).and_then(simulator::Value::as_text).map(str::to_owned);
                if let (Some(uuid), Some(name)) = (text("config.instanceUuid"), text("name")) {
                    vms.insert(uuid, name);
                }
            }
        });
    }
    vms
}

/// A VM without its config is there all the same.
fn is_there_by_reference(site: &Site, document: &Map<String, Value>) -> bool {
    let owners = document["sources"].as_array().into_iter().flatten();
    owners.into_iter().any(|owner| {
        let moref = owner["moref"].as_str().unwrap_or_default();
        let host = site.hosts.iter().find(|host| owner["name"] == *host.name);
        host.is_some_and(|host| host.simulator.inventory(|inventory| inventory.object(moref).is_some()))
    })
}

/// A document without what every pass refreshes.
fn content(document: &Map<String, Value>) -> Map<String, Value> {
    let fields = document.clone().into_iter();
    fields.filter(|(key, _)| !STAMPS.contains(&key.as_str())).collect()
}

fn own_fields() -> BTreeSet<String> {
    let fields = serde_json::to_value(VmFields::default()).expect("fields are JSON");
    let own = fields.as_object().expect("an object").keys().cloned();
    own.chain(STAMPS.map(str::to_owned)).collect()
}

/// Never longer, never immortal, never without what it had.
#[track_caller]
fn check_ttl(key: &str, before: &Key, after: &Key) {
    if before.pttl < 0 {
        assert_eq!(after.pttl, before.pttl, "{key} had no end and has one");
        return;
    }
    let passed = after.asked.duration_since(before.answered).as_millis();
    let passed = i64::try_from(passed).unwrap_or(i64::MAX);
    let (had, has) = (before.pttl, after.pttl);
    assert!(has != -1, "{key} became immortal");
    // Two roundings to a millisecond.
    assert!(
        has <= had - passed + 2,
        "{key} lives longer: {had} ms, {passed} ms later {has} ms"
    );
}

/// One key, one content: a repetition says the same, byte by byte.
#[track_caller]
fn check_posts(site: &Site) {
    let mut bodies = BTreeMap::new();
    for post in site.endpoints.requests() {
        assert!([GROUP, AUTH].contains(&post.path.as_str()), "{} is mangled", post.path);
        let key = post.header("Idempotency-Key").expect("every post has a key").to_owned();
        let body = String::from_utf8_lossy(&post.body).into_owned();
        let first = bodies
            .entry((post.path.clone(), key))
            .or_insert_with(|| body.clone())
            .clone();
        assert_eq!(first, body, "one Idempotency-Key, two contents");
    }
}

/// No password anywhere.
#[track_caller]
fn check_secrecy(site: &Site, output: &Output, now: &State) {
    for host in &site.hosts {
        for password in [&host.password, &host.simulator.credentials().1] {
            output.assert_nowhere(password);
            assert!(!output.command.contains(password.as_str()), "a password in argv");
            let documents = format!("{:?}", now.documents);
            assert!(!documents.contains(password.as_str()), "a password in a document");
            for request in site.endpoints.requests() {
                assert!(
                    !contains(&request.body, password.as_bytes()),
                    "a password went to a service"
                );
            }
            if matches!(site.store, Store::Sqlite) {
                for file in ["vmsync.db", "vmsync.db-wal"] {
                    let bytes = std::fs::read(site.vmsync.state().join("vmsync").join(file)).unwrap_or_default();
                    assert!(!contains(&bytes, password.as_bytes()), "a password in {file}");
                }
            }
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The lists of a session; every byte around them has to be as it was. None if it is gone.
#[track_caller]
pub fn read_session(site: &Site, key: &str) -> Option<Lists> {
    let text = String::from_utf8(site.redis.get(key)?).expect("a session is text");
    let rest = text
        .strip_prefix(HEAD)
        .unwrap_or_else(|| panic!("bytes of others changed: {text}"));
    let (vms, rest) = rest
        .split_once(MIDDLE)
        .unwrap_or_else(|| panic!("bytes of others changed: {text}"));
    let orphans = rest
        .strip_suffix(TAIL)
        .unwrap_or_else(|| panic!("bytes of others changed: {text}"));
    let orphans: Vec<Value> = serde_json::from_str(orphans).expect("a list");
    let name = |entry: &Value| entry["name"].as_str().expect("an orphan has a name").to_owned();
    Some(Lists {
        vms: serde_json::from_str(vms).expect("a list of names"),
        orphans: orphans.iter().map(name).collect(),
    })
}
