//! `sync vms`.

use super::world::{World, esxi, kinds, vm};
use crate::inventory::Fact;
use crate::plan::{ChangeKind, Plan};

fn host() -> World {
    let mut world = World::new(vec![esxi(
        "a",
        "1",
        (1..=9).map(|n| vm(&n.to_string(), &format!("vm{n}"), n)).collect(),
    )]);
    world.pass();
    world
}

fn rename(world: &mut World, moref: &str, name: &str) {
    world.vm(0, moref).name = Fact::Known(name.into());
}

fn only(world: &mut World, ids: &[&str]) -> Plan {
    world.only = Some(ids.iter().map(|id| (*id).to_owned()).collect());
    world.plan()
}

fn names(plan: &Plan) -> Vec<String> {
    kinds(plan).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn ids_are_uuids_in_any_form_and_exact_names() {
    let mut world = host();
    for n in 1..=3 {
        world.vm(0, &n.to_string()).power_state = Fact::Known("off".into());
    }
    for id in [
        "vm2",
        "42100000-0000-0000-0000-000000000002",
        "50100000-0000-0000-0000-000000000002",
        "50100000000000000000000000000002",
    ] {
        let plan = only(&mut world, &[id]);
        assert_eq!((names(&plan), plan.unchanged), (vec!["vm2".to_owned()], 0), "{id}");
        assert_eq!(plan.seen["a"].len(), 1);
    }
    let upper = "50100000-0000-0000-0000-00000000000A";
    world.vms(0).push(vm("10", "vm10", 10));
    world.vm(0, "10").instance_uuid = Fact::Known(crate::inventory::Uuid::new(upper).expect("a UUID"));
    assert_eq!(names(&only(&mut world, &[upper])), ["vm10"]);
    let plan = only(&mut world, &["VM2", "vm9", "nobody", "nobody", "vm9", "0"]);
    assert_eq!(plan.unknown_ids, ["VM2", "nobody", "0"]);
    assert_eq!((plan.changes.len(), plan.unchanged), (0, 1));
}

#[test]
fn a_name_takes_all_its_vms_stored_or_listed() {
    let mut world = host();
    world.vms(0).push(vm("20", "vm1", 20));
    rename(&mut world, "2", "vm1");
    rename(&mut world, "3", "other");
    let plan = only(&mut world, &["vm1"]);
    assert_eq!(
        kinds(&plan),
        [("vm1".into(), ChangeKind::Added), ("vm1".into(), ChangeKind::Renamed)]
    );
    assert_eq!(plan.scope.as_ref().map(std::collections::BTreeSet::len), Some(2));
}

#[test]
fn a_withheld_or_half_formed_name_names_its_document() {
    let mut world = host();
    for n in 1..=6 {
        rename(&mut world, &n.to_string(), &format!("x{n}"));
    }
    let plan = only(&mut world, &["x2"]);
    assert!(plan.changes.len() == 1 && plan.changes[0].withheld.is_some() && plan.unknown_ids.is_empty());
    let mut world = host();
    rename(&mut world, "1", "[ds] vm1.vmx");
    let half = world.vm(0, "1");
    half.connection_state = Fact::Known("inaccessible".into());
    half.power_state = Fact::Known("off".into());
    assert_eq!(names(&only(&mut world, &["[ds] vm1.vmx"])), ["vm1"]);
}

#[test]
fn unidentified_vms_are_known_by_name() {
    let mut world = host();
    let mut lost = vm("30", "lost", 30);
    (lost.uuid, lost.instance_uuid) = (Fact::Unset, Fact::Unset);
    world.vms(0).push(lost);
    let plan = only(&mut world, &["lost"]);
    assert_eq!(kinds(&plan), [("lost".into(), ChangeKind::Unidentified)]);
    assert!(plan.unknown_ids.is_empty());
}

#[test]
fn a_chain_of_renames_is_one_thing() {
    let mut world = host();
    rename(&mut world, "1", "vm2");
    rename(&mut world, "2", "vm3");
    rename(&mut world, "3", "free");
    rename(&mut world, "5", "vm6");
    for id in ["vm1", "free", "42100000-0000-0000-0000-000000000002"] {
        assert_eq!(names(&only(&mut world, &[id])), ["free", "vm2", "vm3"], "{id}");
    }
}

#[test]
fn a_vm_and_the_one_whose_name_it_takes_are_one_thing() {
    let mut world = host();
    world.remove(0, "1");
    world.vms(0).push(vm("40", "vm1", 40));
    rename(&mut world, "2", "gone");
    world.vms(0).push(vm("41", "vm2", 41));
    world.remove(0, "3");
    let plan = only(&mut world, &["42100000-0000-0000-0000-000000000040"]);
    assert_eq!(
        kinds(&plan),
        [("vm1".into(), ChangeKind::Added), ("vm1".into(), ChangeKind::Orphaned)]
    );
    let plan = only(&mut world, &["42100000-0000-0000-0000-000000000041"]);
    assert_eq!(
        kinds(&plan),
        [("vm2".into(), ChangeKind::Added), ("gone".into(), ChangeKind::Renamed)]
    );
}

#[test]
fn namesakes_that_only_arrive_are_not_one_thing() {
    let mut world = host();
    world.vms(0).push(vm("40", "new", 40));
    world.vms(0).push(vm("41", "new", 41));
    let plan = only(&mut world, &["42100000-0000-0000-0000-000000000040"]);
    assert_eq!(plan.changes.len(), 1);
}

#[test]
fn a_namesake_that_merely_changes_is_not_drawn_in() {
    let mut world = host();
    world.vms(0).push(vm("40", "vm1", 40));
    world.pass();
    world.remove(0, "1");
    world.vm(0, "40").power_state = Fact::Known("off".into());
    let plan = only(&mut world, &["42100000-0000-0000-0000-000000000001"]);
    assert_eq!(kinds(&plan), [("vm1".into(), ChangeKind::Orphaned)]);
}
