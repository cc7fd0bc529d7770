//! The portal: it reads the documents, and keeps its users' sessions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::model::Life;
use super::system::instance_uuid;
use super::transitions::Transition;
use crate::support::{Frame, Judge, Site, Watched, session_key};

const BRIEF: Duration = Duration::from_millis(1_500);

/// The keys of all sessions ever.
pub struct Portal {
    keys: Vec<String>,
    edits: usize,
}

/// A document with its key in the store.
type Stored = (String, Map<String, Value>);

impl Portal {
    pub fn new(keys: Vec<String>) -> Self {
        Self { keys, edits: 0 }
    }

    pub fn key(&self, session: usize) -> &str {
        &self.keys[session]
    }

    pub fn apply(&mut self, site: &Site, judge: &mut Judge, transition: &Transition) {
        match transition {
            Transition::LogIn { vms, life } => self.log_in(site, judge, vms, *life),
            Transition::LogOut { session } => {
                let key = &self.keys[*session];
                let _: i64 = redis::cmd("DEL")
                    .arg(key)
                    .query(&mut site.redis.connection())
                    .expect("DEL answers");
                judge.forget(key);
            }
            Transition::EditOther { session } => {
                self.edits += 1;
                let head = format!(r#"{{"edits":{}, "v\u006ds":["x"],"vms":"#, self.edits);
                self.edit(site, judge, *session, |watched, _, _| watched.frame.head = head);
            }
            Transition::Grant { session, vm } => {
                let stored = stored(site, *vm);
                self.edit(site, judge, *session, |watched, vms, orphans| {
                    watched.documents.push(stored.0.clone());
                    grant(&stored.1, vms, orphans);
                });
            }
            Transition::Withdraw { session, vm } => {
                let stored = stored(site, *vm);
                self.edit(site, judge, *session, |watched, vms, _| {
                    watched.documents.retain(|id| *id != stored.0);
                    vms.retain(|entry| *entry != stored.1["name"]);
                });
            }
            other => panic!("{other:?} is none of the portal's business"),
        }
    }

    fn log_in(&mut self, site: &Site, judge: &mut Judge, granted: &[usize], life: Life) {
        let key = session_key(u32::try_from(self.keys.len() + 1).expect("few sessions"));
        let (mut vms, mut orphans) = (Vec::new(), Vec::new());
        let stored: Vec<Stored> = granted.iter().map(|vm| stored(site, *vm)).collect();
        for (_, document) in &stored {
            grant(document, &mut vms, &mut orphans);
        }
        let watched = Watched {
            frame: Frame::default(),
            documents: stored.into_iter().map(|(id, _)| id).collect(),
        };
        let text = watched
            .frame
            .close(&json!(vms).to_string(), &json!(orphans).to_string());
        match life {
            Life::NoEnd => site.redis.set(&key, text),
            Life::Hour => site.redis.set_for(&key, text, Duration::from_hours(1)),
            Life::Brief => site.redis.set_for(&key, text, BRIEF),
        }
        judge.watch(&key, watched);
        self.keys.push(key);
    }

    /// A session that is over meanwhile is not brought back.
    fn edit(
        &self,
        site: &Site,
        judge: &mut Judge,
        session: usize,
        change: impl FnOnce(&mut Watched, &mut Vec<Value>, &mut Vec<Value>),
    ) {
        let key = &self.keys[session];
        let Some(bytes) = site.redis.get(key) else { return };
        let text = String::from_utf8(bytes).expect("a session is text");
        let mut watched = judge.watched(key).clone();
        let (vms, orphans) = watched.frame.open(&text);
        let [mut vms, mut orphans] = [vms, orphans].map(|list| serde_json::from_str(list).expect("a list"));
        change(&mut watched, &mut vms, &mut orphans);
        let text = watched
            .frame
            .close(&json!(vms).to_string(), &json!(orphans).to_string());
        let mut set = redis::cmd("SET");
        let set = set.arg(key).arg(text).arg("XX").arg("KEEPTTL");
        let _: Option<String> = set.query(&mut site.redis.connection()).expect("SET answers");
        judge.watch(key, watched);
    }
}

/// The lists of a session in Redis, sorted; nothing if it is over.
pub fn lists(site: &Site, watched: &Watched, key: &str) -> Option<[BTreeSet<String>; 2]> {
    let text = String::from_utf8(site.redis.get(key)?).expect("a session is text");
    let (vms, orphans) = watched.frame.open(&text);
    let lists = [vms, orphans].map(|list| {
        let list: Vec<Value> = serde_json::from_str(list).expect("a list");
        let sorted: BTreeSet<String> = list.iter().map(Value::to_string).collect();
        assert_eq!(sorted.len(), list.len(), "an entry stands twice in {key}: {text}");
        sorted
    });
    Some(lists)
}

/// How a session speaks of an orphan.
pub fn orphan_entry(name: &str, since: &str) -> Value {
    json!({"name": name, "since": since})
}

fn grant(document: &Map<String, Value>, vms: &mut Vec<Value>, orphans: &mut Vec<Value>) {
    let name = document["name"].as_str().expect("every document has a name");
    if document["orphan"] == true {
        let since = document["orphan_since"].as_str().expect("an orphan has a time");
        orphans.push(orphan_entry(name, since));
    } else {
        vms.push(name.into());
    }
}

fn stored(site: &Site, vm: usize) -> Stored {
    let documents = site.documents().into_iter();
    let mut of_vm = documents.filter(|(_, document)| document["instance_uuid"] == instance_uuid(vm));
    of_vm.next().expect("only what is stored can be granted")
}
