//! Objects beside VMs: their lifecycle, their facts, their guard.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::world::vcenter;
use crate::catalog::ObjectKind;
use crate::inventory::Object;
use crate::plan::objects::{
    ObjectChange, ObjectEvent, ObjectInput, ObjectPlan, ObjectRecord, build_object_plan, choose_pruned,
};
use crate::plan::record::{DocumentId, UnreadableDocument};
use crate::plan::{Allowance, Hearing, Hold, Now, SourceView, Subject};

use ObjectEvent::{Added, Gone, Returned, Updated};
use ObjectKind::{Alarm, Cluster, Datastore, Host};

struct World {
    sources: Vec<SourceView>,
    records: Vec<ObjectRecord>,
    unreadable: Vec<(ObjectKind, UnreadableDocument)>,
    kinds: BTreeSet<ObjectKind>,
    retired: Vec<String>,
    allowances: Vec<Allowance>,
    minutes: i64,
}

impl World {
    fn new(names: &[&str]) -> Self {
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

    fn objects(&mut self, source: usize) -> &mut Vec<Object> {
        &mut self.sources[source].inventory.as_mut().expect("listed").objects
    }

    fn listed(&mut self, source: usize) -> &mut BTreeSet<ObjectKind> {
        &mut self.sources[source].inventory.as_mut().expect("listed").listed
    }

    fn plan(&self) -> ObjectPlan {
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
    fn pass(&mut self) -> ObjectPlan {
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

    fn record(&self, moref: &str) -> &ObjectRecord {
        self.records
            .iter()
            .find(|record| record.moref == moref)
            .expect("stored")
    }
}

fn object(kind: ObjectKind, moref: &str, facts: Value) -> Object {
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

fn host(number: usize) -> Object {
    let facts = json!({
        "name": format!("esx{number}"), "cluster": "c1", "cpu_cores": 32, "cpu_usage_mhz": 1_000, "uptime_seconds": 60,
    });
    object(Host, &format!("host-{number}"), facts)
}

fn events(plan: &ObjectPlan) -> Vec<(ObjectKind, Option<ObjectEvent>, &str)> {
    let event = |change: &'_ ObjectChange| (change.kind, change.event);
    plan.changes
        .iter()
        .map(|change| (event(change).0, event(change).1, change.moref.as_str()))
        .collect()
}

#[test]
fn an_object_is_added_goes_and_returns() {
    let mut world = World::new(&["vc"]);
    world.objects(0).push(host(1));
    assert_eq!(events(&world.pass()), [(Host, Some(Added), "host-1")]);
    let record = world.record("host-1");
    assert_eq!(record.id.0, "vcenter:uuid-vc1/host-1");
    let own = [
        "source",
        "source_id",
        "moref",
        "name",
        "present",
        "first_seen",
        "last_seen",
        "gone_since",
    ];
    let own = own.map(|name| record.stored[name].clone());
    let (id, first) = ("vcenter:uuid-vc1", "2023-11-14T22:13:20Z");
    assert_eq!(
        json!(own),
        json!(["vc", id, "host-1", "esx1", true, first, first, null])
    );
    assert_eq!(events(&world.pass()), []);

    let back = world.objects(0).remove(0);
    assert_eq!(events(&world.pass()), [(Host, Some(Gone), "host-1")]);
    let record = world.record("host-1");
    assert_eq!(
        (record.present, record.gone_since()),
        (false, Some("2023-11-14T22:15:20Z"))
    );
    assert_eq!(record.stored["cpu_cores"], json!(32), "what was known stays");
    assert_eq!(events(&world.pass()), [], "it goes once");

    world.objects(0).push(back);
    assert_eq!(events(&world.pass()), [(Host, Some(Returned), "host-1")]);
    let record = world.record("host-1");
    assert_eq!(
        (record.present, record.gone_since(), &record.stored["first_seen"]),
        (true, None, &json!(first))
    );
    let seen = world.pass();
    assert_eq!((seen.unchanged[&Host], seen.seen["vc"][&Host].len()), (1, 1));
}

/// Only what a complete listing asked for is gone if it is not there.
#[test]
fn what_is_no_evidence_marks_nothing() {
    let mut world = World::new(&["vc", "other"]);
    let store = object(Datastore, "datastore-1", json!({ "name": "ds1" }));
    world.objects(0).extend([host(1), store]);
    world.pass();
    world.objects(0).clear();
    world.listed(0).remove(&Host);
    assert_eq!(events(&world.plan()), [(Datastore, Some(Gone), "datastore-1")]);
    for hearing in [Hearing::Incomplete, Hearing::Unheard, Hearing::NotAsked] {
        world.sources[0].hearing = hearing;
        assert_eq!(events(&world.plan()), [], "{hearing:?}");
    }
    world.sources[0].hearing = Hearing::Complete;
    world.kinds = [Host].into();
    assert_eq!(events(&world.plan()), [], "datastores are not asked for by the command");
    world.sources.remove(0);
    world.kinds = ObjectKind::ALL.into();
    assert_eq!(events(&world.plan()), [], "no longer configured");
    for label in ["VC", "vcenter:uuid-vc1"] {
        world.retired = vec![label.to_owned()];
        assert_eq!(world.plan().changes.len(), 2, "{label}");
    }
}

#[test]
fn a_source_is_known_by_its_identity_and_not_by_its_name() {
    let mut world = World::new(&["vc"]);
    world.objects(0).push(host(1));
    world.pass();
    world.sources[0].name = "renamed".to_owned();
    let plan = world.pass();
    assert_eq!(events(&plan), [(Host, Some(Updated), "host-1")]);
    assert_eq!(plan.changes[0].write.keys().collect::<Vec<_>>(), ["source"]);
    assert_eq!(world.record("host-1").source, "renamed");
    world.sources[0].id = None;
    assert_eq!(events(&world.plan()), [], "nobody knows who it is");
}

#[test]
fn what_did_not_arrive_stays_and_what_is_unset_is_cleared() {
    let mut world = World::new(&["vc"]);
    world.objects(0).push(host(1));
    world.pass();
    world.objects(0)[0] = object(
        Host,
        "host-1",
        json!({ "name": "esx1", "cluster": null, "vendor": null }),
    );
    let plan = world.pass();
    assert_eq!(plan.changes[0].write.keys().collect::<Vec<_>>(), ["cluster"]);
    let stored = &world.record("host-1").stored;
    assert_eq!((&stored["cluster"], &stored["cpu_cores"]), (&Value::Null, &json!(32)));
    world.objects(0)[0].facts.insert("present", json!(false));
    world.objects(0)[0]
        .facts
        .insert("gone_since", json!("2020-01-01T00:00:00Z"));
    assert_eq!(events(&world.plan()), [], "no listing sets what a pass keeps");
    world.objects(0)[0].facts.insert("colour", json!("blue"));
    world.objects(0).push(host(2));
    world.objects(0)[1].facts.insert("colour", json!("blue"));
    let plan = world.plan();
    assert_eq!(events(&plan), [(Host, Some(Added), "host-2")]);
    assert!(
        !plan.changes[0].write.contains_key("colour"),
        "the catalog does not know it"
    );
}

#[test]
fn gauges_make_no_difference_and_are_written_when_they_moved() {
    let mut world = World::new(&["vc"]);
    world.objects(0).push(host(1));
    world.pass();
    let set = |name: &'static str, value: u64, world: &mut World| {
        world.objects(0)[0].facts.insert(name, json!(value));
        let plan = world.plan();
        (events(&plan).first().map(|event| event.1), plan.unchanged[&Host])
    };
    assert_eq!(set("cpu_usage_mhz", 1_049, &mut world), (None, 1));
    assert_eq!(set("uptime_seconds", 100_000, &mut world), (None, 1));
    assert_eq!(
        set("cpu_usage_mhz", 1_050, &mut world),
        (Some(None), 1),
        "written, and no event"
    );
    assert_eq!(world.plan().changes[0].write.len(), 2, "along with the clock");
    assert_eq!(set("cpu_cores", 64, &mut world), (Some(Some(Updated)), 0));
    world.pass();
    assert_eq!(world.record("host-1").stored["uptime_seconds"], json!(100_000));
    assert_eq!(events(&world.pass()), []);
}

#[test]
fn an_object_that_vmsync_did_not_write_is_unreadable_and_says_why() {
    let mut world = World::new(&["vc"]);
    world.objects(0).push(host(1));
    world.pass();
    let whole = world.record("host-1").clone();
    let read = |name: &str, value: Value| {
        let mut stored = whole.stored.clone();
        stored.insert(name.to_owned(), value);
        ObjectRecord::from_stored(Host, whole.id.clone(), stored)
    };
    for (name, value, reason) in [
        ("rev", Value::Null, "it has no rev, so vmsync did not write it"),
        ("source_id", json!(1), "it has no source_id"),
        ("moref", Value::Null, "it has no moref"),
        (
            "moref",
            json!("host-2"),
            "its key is not made of its source_id and moref",
        ),
        ("present", json!("yes"), "its present is neither true nor false"),
    ] {
        let (id, reason) = (whole.id.clone(), reason.to_owned());
        assert_eq!(read(name, value), Err(UnreadableDocument { id, reason }));
    }
    let nameless = read("source", Value::Null).expect("it is known by its id");
    assert_eq!(nameless.source, "vcenter:uuid-vc1");
}

#[test]
fn documents_of_others_under_a_listed_key_are_left_alone() {
    let mut world = World::new(&["vc"]);
    world.objects(0).extend([host(1), host(2)]);
    let (id, reason) = (DocumentId("vcenter:uuid-vc1/host-1".into()), String::new());
    world.unreadable.push((Host, UnreadableDocument { id, reason }));
    assert_eq!(events(&world.plan()), [(Host, Some(Added), "host-2")]);
}

#[test]
fn a_change_bears_the_name_of_the_object_or_its_reference() {
    let mut world = World::new(&["vc"]);
    world
        .objects(0)
        .extend([host(1), object(Host, "host-2", json!({ "cpu_cores": 32 }))]);
    let names = |plan: &ObjectPlan| {
        let named = |change: &ObjectChange| (change.moref.clone(), change.name.clone());
        plan.changes.iter().map(named).collect::<BTreeMap<_, _>>()
    };
    let expect = |first: &str, second: &str| {
        let expected = [("host-1", first), ("host-2", second)];
        BTreeMap::from(expected.map(|(moref, name)| (moref.to_owned(), name.to_owned())))
    };
    assert_eq!(names(&world.pass()), expect("esx1", "host-2"));
    world.objects(0)[0].facts.insert("name", json!("new"));
    world.objects(0)[1].facts.insert("cpu_cores", json!(64));
    assert_eq!(names(&world.pass()), expect("new", "host-2"));
    world.objects(0)[0].facts.remove("name");
    world.objects(0)[0].facts.insert("cpu_cores", json!(64));
    world.objects(0)[1].facts.insert("cpu_cores", json!(128));
    assert_eq!(names(&world.pass()), expect("new", "host-2"), "the name did not arrive");
    world.objects(0).clear();
    assert_eq!(names(&world.pass()), expect("new", "host-2"), "what was known");
}

#[test]
fn a_kind_is_new_to_the_store_until_one_of_it_is_stored() {
    let mut world = World::new(&["vc"]);
    world.kinds = [Host, Cluster].into();
    world.objects(0).push(host(1));
    assert_eq!(world.pass().first, [Host, Cluster].into());
    assert_eq!(world.pass().first, [Cluster].into());
    world.objects(0).clear();
    world.pass();
    assert_eq!(world.plan().first, [Cluster].into(), "one that is gone is stored");
}

#[test]
fn events_are_named_as_in_json() {
    for event in [Added, Gone, Returned, Updated] {
        assert_eq!(json!(event), json!(event.name()));
    }
}

#[test]
fn a_kind_that_vanishes_from_a_source_is_withheld_until_it_is_permitted() {
    let mut world = World::new(&["vc", "other"]);
    world.objects(0).extend((0..20).map(host));
    world.objects(1).extend((0..20).map(host));
    let alarm = |number| object(Alarm, &format!("alarm-{number}"), json!({ "status": "red" }));
    world.objects(0).extend((0..20).map(alarm));
    world.pass();
    world.objects(0).retain(|object| object.kind == Host);
    world.objects(0).truncate(15);
    let held = |plan: &ObjectPlan| plan.changes.iter().filter(|change| change.withheld.is_some()).count();
    assert_eq!(held(&world.plan()), 0, "five of twenty hosts, and alarms");
    world.objects(0).truncate(14);
    let plan = world.plan();
    assert_eq!(held(&plan), 6, "more than guard.min and more than 20 %");
    let withheld = plan
        .changes
        .iter()
        .find_map(|change| change.withheld.as_ref())
        .expect("one");
    assert_eq!(
        (withheld.hold, withheld.affected, withheld.of),
        (Hold::TooManyGone(Host), 6, 20)
    );
    for (source, subject, limit, left) in [
        ("vc", Subject::Gone, 5, 6),
        ("vc", Subject::Orphan, 6, 6),
        ("other", Subject::Gone, 6, 6),
        ("vc", Subject::Gone, 6, 0),
    ] {
        let source = source.to_owned();
        world.allowances = vec![Allowance { source, subject, limit }];
        assert_eq!(held(&world.plan()), left, "{subject:?} {limit}");
    }
    world.allowances.clear();
    let mut thirty = World::new(&["vc"]);
    thirty.objects(0).extend((0..30).map(host));
    thirty.pass();
    thirty.objects(0).truncate(24);
    assert_eq!(held(&thirty.plan()), 0, "six of thirty are 20 %");
    world.pass();
    assert_eq!(
        world
            .records
            .iter()
            .filter(|record| record.kind == Host && !record.present)
            .count(),
        0
    );
    assert_eq!(
        world
            .records
            .iter()
            .filter(|record| record.kind == Alarm && !record.present)
            .count(),
        20
    );
}

#[test]
fn only_what_has_been_gone_for_long_is_pruned() {
    let mut world = World::new(&["vc"]);
    world.objects(0).extend([host(1), host(2), host(3)]);
    world.pass();
    world.objects(0).remove(0);
    world.pass();
    world.objects(0).remove(0);
    world.pass();
    let pruned = |before: &str| {
        let pruned = choose_pruned(&world.records, before);
        pruned.into_iter().map(|pruned| pruned.moref).collect::<Vec<_>>()
    };
    assert!(pruned("2023-11-14T22:14:20Z").is_empty());
    assert_eq!(pruned("2023-11-14T22:14:21Z"), ["host-1"]);
    assert_eq!(pruned("2030-01-01T00:00:00Z"), ["host-1", "host-2"]);
}

/// What a source has, and how well it is heard.
type Turn = (BTreeMap<u8, u8>, u8, bool);

fn turns() -> impl Strategy<Value = Vec<[Turn; 2]>> {
    let turn = || (prop::collection::btree_map(0..8u8, 0..3u8, 0..8), 0..3u8, any::<bool>());
    prop::collection::vec([turn(), turn()], 1..6)
}

fn play(world: &mut World, turn: &[Turn; 2], backwards: bool) {
    for (index, (objects, hearing, asks_hosts)) in turn.iter().enumerate() {
        let kinds = [Host, Cluster];
        let listed = objects.iter().map(|(number, cores)| {
            let kind = kinds[usize::from(*number % 2)];
            let name = if kind == Host { "cpu_cores" } else { "hosts" };
            object(
                kind,
                &format!("{}-{number}", kind.singular()),
                json!({ "name": "n", name: cores }),
            )
        });
        let mut listed: Vec<Object> = listed.collect();
        if backwards {
            listed.reverse();
        }
        *world.objects(index) = listed;
        *world.listed(index) = ObjectKind::ALL
            .into_iter()
            .filter(|kind| *asks_hosts || *kind != Host)
            .collect();
        world.sources[index].hearing =
            [Hearing::Complete, Hearing::Incomplete, Hearing::Complete][usize::from(*hearing)];
    }
}

fn permitted() -> World {
    let mut world = World::new(&["a", "b"]);
    let allow = |source: &str| Allowance {
        source: source.to_owned(),
        subject: Subject::Gone,
        limit: 99,
    };
    world.allowances = vec![allow("a"), allow("b")];
    world
}

proptest! {
    /// A second pass over the same world has nothing to do, and the order of listings and documents never matters.
    #[test]
    fn plans_converge_and_no_order_matters(turns in turns()) {
        let (mut one, mut other) = (permitted(), permitted());
        for turn in &turns {
            play(&mut one, turn, false);
            play(&mut other, turn, true);
            other.records.reverse();
            prop_assert_eq!(one.pass(), other.pass());
            let again = one.plan();
            prop_assert!(again.changes.is_empty(), "{:?}", again.changes);
        }
    }

    /// An object is present exactly if it was listed since a complete listing, which asked for its kind, was without it.
    #[test]
    fn presence_is_what_the_evidence_says(turns in turns()) {
        let mut world = permitted();
        let mut expected: BTreeMap<String, bool> = BTreeMap::new();
        for turn in &turns {
            play(&mut world, turn, false);
            for view in &world.sources {
                let (inventory, id) = (view.inventory.as_ref().expect("listed"), view.id.as_ref().expect("known"));
                let is_whole = view.hearing == Hearing::Complete;
                let prefix = format!("{id}/");
                for (key, present) in expected.iter_mut().filter(|(key, _)| key.starts_with(&prefix)) {
                    let is_host = key.contains("/host-");
                    *present &= !is_whole || !inventory.listed.contains(if is_host { &Host } else { &Cluster });
                }
                expected.extend(inventory.objects.iter().map(|object| (format!("{prefix}{}", object.moref), true)));
            }
            world.pass();
            let stored = world.records.iter().map(|record| (record.id.0.clone(), record.present));
            prop_assert_eq!(stored.collect::<BTreeMap<_, _>>(), expected.clone());
        }
    }
}
