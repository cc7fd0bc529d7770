//! VMs with their journals, and the services as they are imagined: dumb.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::notify::{DeliveryEvent, Post, Posts, Service, Verdict, build_posts, settle};
use crate::plan::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use crate::plan::record::{DocumentId, VmFields, VmRecord};

/// Everything is told to both services.
pub struct Fleet(pub Vec<VmRecord>);

impl Fleet {
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().enumerate().map(|(vm, name)| record(vm, name)).collect())
    }

    /// One pass in which these VMs got new names, numbered in this order.
    pub fn rename(&mut self, epoch: i64, renames: &[(usize, &str)]) {
        for (number, &(vm, new)) in renames.iter().enumerate() {
            let fields = &mut self.0[vm].fields;
            let old = std::mem::replace(&mut fields.name, new.to_owned());
            fields.names.push(new.to_owned());
            fields.journal.push(entry(epoch, number + 1, &old, new));
        }
    }

    pub fn posts(&self) -> Posts {
        build_posts(&self.0, None, now())
    }

    pub fn record(&mut self, post: &Post, verdict: Verdict) {
        for record in &mut self.0 {
            let event = DeliveryEvent { post, verdict };
            if let Some(journal) = settle::record(&record.fields.journal, &record.id, event) {
                record.fields.journal = journal;
            }
        }
    }

    pub fn entry(&mut self, id: &str) -> &mut JournalEntry {
        let entries = self.0.iter_mut().flat_map(|record| &mut record.fields.journal);
        entries
            .filter(|entry| entry.id == id)
            .last()
            .expect("the test knows its entries")
    }

    pub fn set(&mut self, id: &str, service: Service, delivery: Delivery) {
        *service.delivery_mut(self.entry(id)) = delivery;
    }

    /// As "old>new" in the order in which the auth service is told.
    pub fn auth(&self) -> Vec<String> {
        self.posts()
            .auth
            .iter()
            .flat_map(|chain| &chain.posts)
            .map(arrow)
            .collect()
    }

    /// One string a batch.
    pub fn group(&self) -> Vec<String> {
        self.posts()
            .group
            .iter()
            .flat_map(|chain| &chain.posts)
            .map(arrow)
            .collect()
    }
}

pub fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a time")
}

pub fn record(vm: usize, name: &str) -> VmRecord {
    let fields = VmFields {
        name: name.to_owned(),
        names: vec![name.to_owned()],
        ..VmFields::default()
    };
    VmRecord {
        id: DocumentId(format!("vm{vm}")),
        rev: Some(1),
        epoch: Some(1),
        fields: Box::new(fields),
        stored: Map::new().into(),
    }
}

pub fn entry(epoch: i64, number: usize, old: &str, new: &str) -> JournalEntry {
    JournalEntry {
        id: format!("{epoch}-{number}"),
        epoch,
        event: JournalEvent::Rename {
            old: old.to_owned(),
            new: new.to_owned(),
        },
        sessions: SessionStage::Scanned,
        ambiguous: false,
        group: Delivery::PENDING,
        auth: Delivery::PENDING,
    }
}

/// The renames of a post, old name first.
pub fn renames(post: &Post) -> Vec<(String, String)> {
    let body: Value = serde_json::from_str(&post.body).expect("a body is JSON");
    let pair = |value: &Value, old: &str| (value[old].to_string(), value["new_name"].to_string());
    let pairs = match body["vms"].as_array() {
        Some(vms) => vms.iter().map(|vm| pair(vm, "old_name")).collect(),
        None => vec![pair(&body, "name")],
    };
    pairs
        .into_iter()
        .map(|(old, new)| (old.replace('"', ""), new.replace('"', "")))
        .collect()
}

pub fn arrow(post: &Post) -> String {
    let arrows: Vec<String> = renames(post)
        .into_iter()
        .map(|(old, new)| format!("{old}>{new}"))
        .collect();
    arrows.join(" ")
}

/// Moves what stands at a name to another name, all renames of a post at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumbService(pub BTreeMap<String, usize>);

impl DumbService {
    pub fn of(fleet: &Fleet) -> Self {
        Self(
            fleet
                .0
                .iter()
                .enumerate()
                .map(|(vm, record)| (record.fields.name.clone(), vm))
                .collect(),
        )
    }

    pub fn post(&mut self, post: &Post) {
        let taken: Vec<_> = renames(post)
            .into_iter()
            .map(|(old, new)| (new, self.0.remove(&old)))
            .collect();
        for (new, rights) in taken {
            if let Some(rights) = rights {
                self.0.insert(new, rights);
            }
        }
    }
}
