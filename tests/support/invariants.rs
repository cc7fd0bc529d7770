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

/// What stands around the lists of a session: bytes of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub head: String,
    pub middle: String,
    pub tail: String,
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            head: HEAD.to_owned(),
            middle: MIDDLE.to_owned(),
            tail: TAIL.to_owned(),
        }
    }
}

impl Frame {
    /// The raw values of `vms` and `orphans`; every byte around them has to be as it was.
    #[track_caller]
    pub fn open<'a>(&self, session: &'a str) -> (&'a str, &'a str) {
        let rest = session.strip_prefix(&self.head);
        let lists = rest.and_then(|rest| rest.strip_suffix(&self.tail)?.split_once(&self.middle));
        lists.unwrap_or_else(|| panic!("bytes of others changed: {session}"))
    }

    /// A session with these raw values.
    pub fn close(&self, vms: &str, orphans: &str) -> String {
        format!("{}{vms}{}{orphans}{}", self.head, self.middle, self.tail)
    }
}

/// A session that is watched: its frame, and the documents of the VMs that it may use.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    pub frame: Frame,
    pub documents: Vec<String>,
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
    /// When all of it had been read.
    read: Instant,
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
            // It can end between these questions.
            let is_there = entry.pttl != -2 && entry.value.is_some();
            is_there.then_some((key, entry))
        };
        Self {
            documents: site.documents(),
            keys: site.redis.keys().into_iter().filter_map(key).collect(),
            read: Instant::now(),
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
            let keys = state.keys.iter().filter(|(key, entry)| !entry.is_over(key, later));
            keys.map(|(key, entry)| (key.clone(), entry.value.clone())).collect()
        };
        assert!(values(self) == values(later), "keys of Redis were written");
    }
}

impl Key {
    /// Whether it is not there later because its time was up.
    fn is_over(&self, key: &str, later: &State) -> bool {
        let passed = i64::try_from(later.read.duration_since(self.asked).as_millis()).unwrap_or(i64::MAX);
        // Two roundings to a millisecond.
        !later.keys.contains_key(key) && self.pttl >= 0 && passed + 2 >= self.pttl
    }
}

/// Follows a site from pass to pass.
pub struct Judge {
    last: State,
    /// All names that each document ever bore.
    names: BTreeMap<String, BTreeSet<String>>,
    /// What each session may hold, by its key.
    owned: BTreeMap<String, Watched>,
    /// What a service knows that heard of the first state, and then applies posts one by one.
    known: BTreeMap<String, String>,
    /// Documents that shared a name with others at some time: a service, which knows names only, mixes them up.
    confused: BTreeSet<String>,
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
            confused: BTreeSet::new(),
            last,
        };
        judge.learn_names(&judge.last.documents.clone());
        for key in keys {
            let lists = read_session(site, &key).expect("it was just made");
            let owners = lists.vms.iter().filter_map(|name| {
                let mut bearers = judge.last.documents.iter().filter(|(_, d)| d["name"] == **name);
                bearers.next().map(|(id, _)| id.clone())
            });
            let documents = owners.collect();
            let frame = Frame::default();
            judge.owned.insert(key, Watched { frame, documents });
        }
        judge
    }

    /// Somebody logged in, or the portal changed what a session is; [`Judge::notice`] has to follow.
    pub fn watch(&mut self, key: &str, session: Watched) {
        self.owned.insert(key.to_owned(), session);
    }

    /// Somebody logged out; [`Judge::notice`] has to follow.
    pub fn forget(&mut self, key: &str) {
        self.owned.remove(key);
    }

    /// What a session may hold.
    pub fn watched(&self, key: &str) -> &Watched {
        &self.owned[key]
    }

    /// Services are not asked what they make of this document any more.
    pub fn excuse(&mut self, document: &str) {
        self.confused.insert(document.to_owned());
    }

    /// A pass has ended, or was ended.
    #[track_caller]
    pub fn after(&mut self, site: &Site, output: &Output) {
        self.after_all(site, &[output]);
    }

    /// Passes that overlapped have ended, or were ended.
    #[track_caller]
    pub fn after_all(&mut self, site: &Site, outputs: &[&Output]) {
        let now = State::of(site);
        self.learn_names(&now.documents);
        self.check_evidence(site, &now);
        self.check_documents(&now);
        self.check_sessions(site, &now);
        check_posts(site);
        self.check_truth(outputs, &now);
        for output in outputs {
            check_secrecy(site, output, &now);
        }
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
                let is_companion = companion_of(key).is_some();
                assert!(
                    is_companion || before.is_over(key, now),
                    "{key} is gone before its time"
                );
                continue;
            };
            check_ttl(key, before, after);
            if !self.owned.contains_key(key) && !key.starts_with("vmsync:") {
                assert!(before.value == after.value, "{key} is none of vmsync's business");
            }
        }
        for key in now.keys.keys() {
            let was_there = |key: &str| self.last.keys.contains_key(key);
            let of_ours =
                companion_of(key).is_some_and(|session| self.owned.contains_key(session) && was_there(session));
            assert!(was_there(key) || of_ours, "{key} was made, or is back");
        }
        for (key, session) in &self.owned {
            if let Some(lists) = read_framed(site, key, &session.frame) {
                self.check_names(key, &session.documents, &lists);
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
        // A session may lag behind; what it holds are names that these very VMs bore, one each.
        let borne: Vec<&BTreeSet<String>> = owners.iter().map(|owner| &self.names[owner]).collect();
        assert!(
            can_be_told_apart(&held, &borne),
            "session {key} lost a VM or gained another: {lists:?}, its VMs were called {borne:?}"
        );
    }

    /// What the report says is what is durable.
    #[track_caller]
    fn check_truth(&self, outputs: &[&Output], now: &State) {
        let reports: Option<Vec<Value>> = outputs
            .iter()
            .map(|output| serde_json::from_str(&output.stdout).ok())
            .collect();
        // What was killed reports nothing.
        let Some(reports) = reports else { return };
        // It can be killed between its report and its end.
        let ended = |(_, output): &(&Value, &&Output)| output.code >= 0;
        for (report, output) in reports.iter().zip(outputs).filter(ended) {
            assert_eq!(report["exit_code"].as_i64(), Some(i64::from(output.code)), "{output}");
        }
        let mut changes = reports
            .iter()
            .flat_map(|report| report["changes"].as_array().into_iter().flatten());
        let doubtful = |change: &Value| change["outcome"] == "unknown" || change["others"] == "unknown";
        if reports.iter().any(|report| report["dry_run"] == true) || changes.any(doubtful) {
            return;
        }
        let number = |report: &Value, field: &str| usize::try_from(report[field].as_u64().unwrap_or_default());
        let count = |field: &str| -> usize {
            reports
                .iter()
                .map(|report| number(report, field).expect("a count"))
                .sum()
        };
        let pairs = || {
            now.documents
                .iter()
                .filter_map(|(id, after)| Some((self.last.documents.get(id)?, after)))
        };
        let added = now.documents.len() - self.last.documents.len();
        let orphaned = pairs().filter(|(before, after)| before["orphan"] == false && after["orphan"] == true);
        let reactivated = pairs().filter(|(before, after)| before["orphan"] == true && after["orphan"] == false);
        let renamed = pairs().filter(|(before, after)| before["name"] != after["name"]);
        let length = |report: &Value, field: &str| report[field].as_array().map_or(0, Vec::len);
        let told = |field: &str| -> usize { reports.iter().map(|report| length(report, field)).sum() };
        assert_eq!(count("added"), added, "added is not what is stored\n{outputs:?}");
        assert_eq!(
            count("orphaned"),
            orphaned.count(),
            "orphaned is not what is stored\n{outputs:?}"
        );
        assert_eq!(
            told("reactivated"),
            reactivated.count(),
            "reactivated is not what is stored\n{outputs:?}"
        );
        assert_eq!(
            told("renamed"),
            renamed.count(),
            "renamed is not what is stored\n{outputs:?}"
        );
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
        for (key, session) in &self.owned {
            let Some(lists) = read_framed(site, key, &session.frame) else {
                continue;
            };
            let (mut vms, mut orphans) = (Vec::new(), Vec::new());
            for owner in &session.documents {
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

    /// Notify: services that apply the posts one by one, each key once, end with the right names.
    #[track_caller]
    fn check_services(&self, site: &Site) {
        let is_told = |id: &String| self.known.contains_key(id) && !self.confused.contains(id);
        let right = |mut names: BTreeMap<String, String>| {
            names.retain(|id, _| is_told(id));
            names
        };
        let expected = right(name_of_each(&self.last.documents));
        let after = |path: &str| {
            let mut known = self.known.clone();
            let mut seen = BTreeSet::new();
            for post in site.endpoints.requests_to(path) {
                let key = post.header("Idempotency-Key").expect("every post has a key").to_owned();
                if seen.insert(key) {
                    rename(&mut known, &renames_of(&post.json()));
                }
            }
            right(known)
        };
        assert_eq!(after(AUTH), expected, "the auth service ends with the right names");
        assert_eq!(after(GROUP), expected, "the group service ends with the right names");
    }
}

/// The session whose companion this key is.
fn companion_of(key: &str) -> Option<&str> {
    key.strip_prefix("vmsync:{").and_then(|rest| rest.strip_suffix('}'))
}

/// Whether each name can be that of another owner: the first one takes any that fits, and the rest goes on without it.
fn can_be_told_apart(held: &[&String], borne: &[&BTreeSet<String>]) -> bool {
    let Some((name, others)) = held.split_first() else {
        return true;
    };
    (0..borne.len())
        .filter(|owner| borne[*owner].contains(*name))
        .any(|owner| {
            let mut left = borne.to_vec();
            left.swap_remove(owner);
            can_be_told_apart(others, &left)
        })
}

/// Old and new names of a post, of either service.
fn renames_of(body: &Value) -> Vec<(String, String)> {
    let text = |name: &Value| name.as_str().expect("a name").to_owned();
    match body["vms"].as_array() {
        Some(renames) => {
            let renames = renames.iter();
            renames
                .map(|rename| (text(&rename["old_name"]), text(&rename["new_name"])))
                .collect()
        }
        None => vec![(text(&body["name"]), text(&body["new_name"]))],
    }
}

/// Moves the one bearer of each old name, all at once.
fn rename(known: &mut BTreeMap<String, String>, renames: &[(String, String)]) {
    let bearer = |(old, new): &(String, String)| {
        let found = known.iter().find(|(_, name)| *name == old);
        found.map(|(id, _)| (id.clone(), new.clone()))
    };
    let moved: Vec<_> = renames.iter().filter_map(bearer).collect();
    known.extend(moved);
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
                    vms.insert(uuid, unescaped(&name));
                }
            }
        });
    }
    vms
}

/// A name as a person reads it: a server escapes these three.
fn unescaped(name: &str) -> String {
    name.replace("%2f", "/").replace("%5c", "\\").replace("%25", "%")
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
    read_framed(site, key, &Frame::default())
}

#[track_caller]
fn read_framed(site: &Site, key: &str, frame: &Frame) -> Option<Lists> {
    let text = String::from_utf8(site.redis.get(key)?).expect("a session is text");
    let (vms, orphans) = frame.open(&text);
    let orphans: Vec<Value> = serde_json::from_str(orphans).expect("a list");
    let name = |entry: &Value| entry["name"].as_str().expect("an orphan has a name").to_owned();
    Some(Lists {
        vms: serde_json::from_str(vms).expect("a list of names"),
        orphans: orphans.iter().map(name).collect(),
    })
}
