//! Sources with objects, and what is stored of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::world::vcenter;
use crate::catalog::ObjectKind;
use crate::inventory::Object;
use crate::plan::objects::{ObjectChange, ObjectEvent, ObjectInput, ObjectPlan, ObjectRecord, build_object_plan};
use crate::plan::record::UnreadableDocument;
use crate::plan::{Allowance, Now, SourceView};

use ObjectKind::Host;

pub struct World {
    pub sources: Vec<SourceView>,
    pub records: Vec<ObjectRecord>,
    pub unreadable: Vec<(ObjectKind, UnreadableDocument)>,
    pub kinds: BTreeSet<ObjectKind>,
    pub retired: Vec<String>,
    pub allowances: Vec<Allowance>,
    minutes: i64,
}

impl World {
    pub fn new(names: &[&str]) -> Self {
        let source = |name: &&str| {
            let mut source = vcenter(name, &format!("uuid-{name}1"), &[], Vec::new());
            let inventory = source.inventory.as_mut().expect("listed");
            inventory.listed = ObjectKind::ALL.into();
            source
        };
        Self {
            sources: names.iter().map(source).collect(),
            records: Vec::new(),
            unreadable: Vec::new(),
            kinds: ObjectKind::ALL.into(),
            retired: Vec::new(),
            allowances: Vec::new(),
            minutes: 0,
        }
    }

    pub fn objects(&mut self, source: usize) -> &mut Vec<Object> {
        &mut self.sources[source].inventory.as_mut().expect("listed").objects
    }

    pub fn listed(&mut self, source: usize) -> &mut BTreeSet<ObjectKind> {
        &mut self.sources[source].inventory.as_mut().expect("listed").listed
    }

    pub fn plan(&self) -> ObjectPlan {
        let instant = jiff::Timestamp::from_second(1_700_000_000 + self.minutes * 60).expect("in range");
        let now = Now {
            instant,
            local: String::new(),
        };
        build_object_plan(&ObjectInput {
            existing: &self.records,
            unreadable: &self.unreadable,
            sources: &self.sources,
            now: &now,
            kinds: &self.kinds,
            retired: &self.retired,
            allowances: &self.allowances,
        })
    }

    /// Plans, and stores what is written, as a store would.
    pub fn pass(&mut self) -> ObjectPlan {
        let plan = self.plan();
        for change in plan.changes.iter().filter(|change| change.is_written()) {
            let at = self
                .records
                .iter()
                .position(|record| record.kind == change.kind && record.id == change.id);
            let mut stored = at.map_or_else(Map::new, |at| self.records.remove(at).stored);
            for (name, field) in &change.write {
                assert_eq!(stored.get(name).unwrap_or(&Value::Null), &field.before, "{name}");
                stored.insert(name.clone(), field.after.clone());
            }
            stored.insert("rev".to_owned(), json!(change.rev.unwrap_or(0) + 1));
            let record = ObjectRecord::from_stored(change.kind, change.id.clone(), stored);
            self.records.push(record.expect("it is whole"));
        }
        self.minutes += 1;
        plan
    }

    pub fn record(&self, moref: &str) -> &ObjectRecord {
        self.records
            .iter()
            .find(|record| record.moref == moref)
            .expect("stored")
    }
}

pub fn object(kind: ObjectKind, moref: &str, facts: Value) -> Object {
    let Value::Object(facts) = facts else {
        panic!("an object")
    };
    let facts = facts.into_iter().map(|(name, value)| {
        let field = kind.fields().find(|field| field.name == name).expect("of the catalog");
        (field.name, value)
    });
    Object {
        kind,
        moref: moref.to_owned(),
        facts: facts.collect(),
    }
}

pub fn host(number: usize) -> Object {
    let facts = json!({
        "name": format!("esx{number}"), "cluster": "c1", "cpu_cores": 32, "cpu_usage_mhz": 1_000, "uptime_seconds": 60,
    });
    object(Host, &format!("host-{number}"), facts)
}

pub fn events(plan: &ObjectPlan) -> Vec<(ObjectKind, Option<ObjectEvent>, &str)> {
    let event = |change: &'_ ObjectChange| (change.kind, change.event);
    plan.changes
        .iter()
        .map(|change| (event(change).0, event(change).1, change.moref.as_str()))
        .collect()
}
