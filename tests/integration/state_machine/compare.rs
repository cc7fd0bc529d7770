//! The model against the system, after a pass that ended well: nothing may differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::model::{Life, World};
use super::portal::{lists, orphan_entry};
use super::system::{System, instance_uuid};

type Stored = BTreeMap<String, Map<String, Value>>;

#[track_caller]
pub fn compare(world: &World, system: &System) {
    let documents = system.site.documents().into_values();
    let uuid = |document: &Map<String, Value>| document["instance_uuid"].as_str().unwrap_or_default().to_owned();
    let total = documents.len();
    let stored: Stored = documents.map(|document| (uuid(&document), document)).collect();
    assert_eq!(stored.len(), total, "two documents have one identity");
    compare_documents(world, &stored);
    for session in 0..world.sessions.len() {
        compare_session(world, system, session);
    }
}

fn compare_documents(world: &World, stored: &Stored) {
    let known = world.vms.iter().filter(|vm| vm.document.is_some());
    assert_eq!(
        stored.len(),
        known.count(),
        "every known VM has one document: {stored:?}"
    );
    for (number, vm) in world.vms.iter().enumerate() {
        let Some(expected) = &vm.document else { continue };
        let document = stored.get(&instance_uuid(number));
        let document = document.unwrap_or_else(|| panic!("VM {number} has no document: {vm:?}"));
        let is_set = |field: &str| document.get(field).is_some_and(|value| !value.is_null());
        let found = (
            &document["name"],
            &document["orphan"],
            is_set("missing_since"),
            is_set("orphan_since"),
        );
        let wanted = (
            &expected.name.as_str().into(),
            &expected.orphan.into(),
            expected.missing,
            expected.orphan,
        );
        assert_eq!(
            found, wanted,
            "name, orphan, missing, orphan_since of VM {number}: {vm:?}"
        );
    }
}

/// Its VMs and no other, each in the right list, under its name, once. The time of an orphan may be that of an earlier
/// period, if no pass in between came as far as the sessions.
fn compare_session(world: &World, system: &System, number: usize) {
    let session = &world.sessions[number];
    let key = system.portal.key(number);
    if !session.open {
        assert_eq!(system.site.redis.get(key), None, "{key} is logged out");
        return;
    }
    let Some(found) = lists(&system.site, system.judge.watched(key), key) else {
        assert_eq!(session.life, Life::Brief, "session {key} is gone");
        return;
    };
    let mut expected = [BTreeSet::new(), BTreeSet::new()];
    for vm in &session.rights {
        let document = world.vms[*vm]
            .document
            .as_ref()
            .expect("only a known VM can be granted");
        if document.orphan {
            let of_its_name = system.periods(*vm).filter(|(name, _)| *name == document.name);
            let entries: Vec<String> = of_its_name
                .map(|(name, since)| orphan_entry(name, since).to_string())
                .collect();
            let is_told = |entry: &&String| found[1].contains(*entry) && !expected[1].contains(*entry);
            let entry = entries.iter().find(is_told).unwrap_or(&entries[0]).clone();
            expected[1].insert(entry);
        } else {
            expected[0].insert(Value::from(document.name.as_str()).to_string());
        }
    }
    assert_eq!(found, expected, "vms and orphans of session {key}: {session:?}");
    let pttl = system.site.redis.pttl(key);
    assert_eq!(pttl == -1, session.life == Life::NoEnd, "TTL of {key}: {pttl}");
}
