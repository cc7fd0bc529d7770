//! What no story shows by itself: the small decisions, each for itself.

use serde_json::{Value, json};

use super::world::{World, esxi, kinds, python_document, read, vcenter, vm};
use crate::inventory::{Fact, SourceId};
use crate::plan::owners::{Owner, resolve_owner};
use crate::plan::record::{Ownership, VmRecord};
use crate::plan::{ChangeKind, Warning};

fn record(stored: Value) -> VmRecord {
    let Value::Object(stored) = stored else {
        unreachable!("an object")
    };
    read("x", stored)
}

fn owner(id: SourceId, name: &str) -> Ownership {
    Ownership {
        id,
        name: name.into(),
        moref: "1".into(),
    }
}

/// Two hosts that claim one identity, and so are told apart by name.
fn twins() -> World {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        esxi("b", "1", vec![vm("1", "db", 2)]),
    ]);
    for source in &mut world.sources {
        source.id = Some(SourceId::of_name(&source.name));
    }
    world
}

#[test]
fn an_owner_is_found_by_its_identity_then_by_the_name_it_is_made_of_or_shares() {
    let world = twins();
    let claimed = world.sources[0].claimed_id.clone().expect("claimed");
    let sources = &world.sources;
    assert_eq!(
        resolve_owner(&owner(claimed.clone(), "a"), sources),
        Owner::Configured(0)
    );
    assert_eq!(
        resolve_owner(&owner(claimed.clone(), "b"), sources),
        Owner::Configured(1)
    );
    assert_eq!(resolve_owner(&owner(claimed, "c"), sources), Owner::Gone);
    let other = SourceId::from_stored("esxi:9");
    assert_eq!(resolve_owner(&owner(other, "b"), sources), Owner::Gone);

    let world = World::new(vec![esxi("z", "7", vec![]), esxi("a", "1", vec![])]);
    let of_name = owner(SourceId::of_name("a"), "old");
    assert_eq!(resolve_owner(&of_name, &world.sources), Owner::Configured(1));
    assert_eq!(
        resolve_owner(&owner(SourceId::of_name("b"), "a"), &world.sources),
        Owner::Gone
    );
}

#[test]
fn a_host_whose_hardware_uuid_is_not_its_own_is_known_by_reference() {
    let mut world = twins();
    world.pass();
    assert_eq!(world.record("web").fields.host_id.as_deref(), Some("name:a/ha-host"));
    let mut world = World::new(vec![vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)])]);
    world.sources[0].id = Some(SourceId::of_name("vc"));
    world.pass();
    assert_eq!(world.record("web").fields.host_id.as_deref(), Some("1"));
}

#[test]
fn one_that_claims_an_identity_alone_shares_it_with_nobody() {
    assert!(matches!(
        &twins().plan().warnings[..],
        [Warning::SharedSourceIdentity { .. }]
    ));
    let mut alone = twins();
    alone.sources.pop();
    assert_eq!(alone.plan().warnings, []);
}

#[test]
fn a_document_is_read_leniently() {
    let odd = record(json!({"name": "web", "names": null, "journal": null, "num_cpu": 4, "hostname": 7}));
    assert_eq!(odd.fields.names, ["web"]);
    assert_eq!((odd.fields.num_cpu, odd.fields.hostname.as_str()), (Some(4), ""));
    let named = record(json!({"name": "web", "names": ["old", "web"]}));
    assert_eq!(named.fields.names, ["old", "web"]);
    for (orphan, since, expected) in [
        (json!(false), json!(null), true),
        (json!(true), json!("01-07-2024: 12:34:00"), true),
        (json!("no"), json!(null), false),
        (json!(true), json!(5), false),
    ] {
        let stored = json!({"name": "web", "orphan": orphan, "orphan_since": since});
        assert_eq!(record(stored).is_well_typed(), expected, "{orphan} {since}");
    }
    assert!(record(json!({"name": "web", "orphan": false})).is_well_typed());
    assert!(!record(json!({"name": "web"})).is_well_typed());
}

#[test]
fn empty_lists_that_were_never_stored_are_not_written() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    let plan = world.plan();
    assert!(plan.changes[0].adopts);
    assert!(
        plan.changes[0].write.values().all(|field| field.after != json!([])),
        "{plan:?}"
    );
}

#[test]
fn each_write_counts_up_the_revision() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    let mut revisions = Vec::new();
    for state in ["on", "off", "suspended", "on"] {
        world.vm(0, "1").power_state = Fact::Known(state.into());
        world.pass();
        revisions.push(world.record("web").rev);
    }
    assert_eq!(revisions, [Some(1), Some(2), Some(3), Some(4)]);
}

#[test]
fn names_of_vmsync_are_decoded_already() {
    let mut clouded = vm("7", "a/b", 7);
    (clouded.uuid, clouded.instance_uuid) = (Fact::Unset, Fact::Unset);
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "a%2fb", 1), vm("2", "db", 2)])]);
    world.pass();
    world.remove(0, "1");
    world.vms(0).push(clouded);
    let plan = world.pass();
    assert_eq!(kinds(&plan)[0], ("a%2fb".into(), ChangeKind::Orphaned));
}

#[test]
fn what_was_seen_with_the_vanished_ones_measures_the_loss() {
    let some = |numbers: std::ops::Range<u32>| numbers.map(|n| vm(&n.to_string(), &format!("vm{n}"), n)).collect();
    let mut world = World::new(vec![
        esxi("a", "1", some(1..7)),
        esxi("b", "2", vec![vm("90", "far", 90)]),
    ]);
    world.pass();
    let more: Vec<_> = some(10..44);
    world.vms(0).extend(more);
    world.pass();
    for number in 1..7_u32 {
        world.remove(0, &number.to_string());
    }
    let plan = world.pass();
    let withheld = plan.changes.iter().filter(|change| change.withheld.is_some()).count();
    assert_eq!((kinds(&plan).len(), withheld), (6, 0), "6 of 40");
}

#[test]
fn of_the_vms_asked_for_those_that_stay_the_same_are_unchanged() {
    let mut world = World::new(vec![
        esxi(
            "a",
            "1",
            (1..10).map(|n| vm(&n.to_string(), &format!("vm{n}"), n)).collect(),
        ),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    world.remove(0, "2");
    let mut twin = vm("7", "vm3", 3);
    twin.host = None;
    world.vms(1).push(twin);
    world.only = Some(["vm1", "vm2", "vm3"].map(str::to_owned).to_vec());
    let plan = world.plan();
    assert_eq!(
        kinds(&plan),
        [
            ("vm2".into(), ChangeKind::Orphaned),
            ("vm3".into(), ChangeKind::Duplicate)
        ]
    );
    assert_eq!(plan.unchanged, 2);
}
