//! Objects beside VMs: their lifecycle and their facts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalog::ObjectKind::{self, Cluster, Datastore, Host};
use crate::plan::Hearing;
use crate::plan::objects::ObjectEvent::{Added, Gone, Returned, Updated};
use crate::plan::objects::{ObjectChange, ObjectPlan, ObjectRecord, choose_pruned};
use crate::plan::record::{DocumentId, UnreadableDocument};

use world::{World, events, host, object};

mod guard;
mod properties;
mod world;

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
