//! Documents whose VM is listed, though not plainly: never absent.

use super::world::{World, esxi, is_quiet, kinds, python_document, vcenter, vm};
use crate::inventory::{Fact, LeftOut, Sighting};
use crate::plan::{ChangeKind, Reason, Warning, build_listed, present_documents};

fn without_instance(mut vm: Sighting) -> Sighting {
    vm.instance_uuid = Fact::Unset;
    vm
}

fn orphans(world: &World) -> usize {
    world.records.iter().filter(|record| record.fields.orphan).count()
}

#[test]
fn a_python_document_of_a_left_out_vm_is_not_orphaned() {
    let mut agent = vm("1", "vCLS-1", 1);
    agent.left_out = Some(LeftOut::ClusterServiceAgent);
    let mut world = World::new(vec![esxi("a", "1", vec![agent, vm("2", "db", 2)])]);
    world.records.push(python_document("x", "vCLS-1", "a.example", 1));
    let plan = world.pass();
    assert_eq!((plan.excluded, orphans(&world)), (1, 0));
}

#[test]
fn a_vm_that_becomes_left_out_keeps_its_document() {
    for moved in [false, true] {
        let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)])]);
        world.pass();
        world.vm(0, "1").left_out = Some(LeftOut::RecoveryPlaceholder);
        if moved {
            world.vm(0, "1").moref = "9".into();
        }
        assert!(is_quiet(&world.pass()) && orphans(&world) == 0);
    }
}

#[test]
fn a_vm_whose_bios_uuid_is_refused_is_known_by_its_instance_uuid_elsewhere() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)]),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    let mut moved = world.remove(0, "1");
    (moved.moref, moved.uuid) = ("7".into(), Fact::Unread);
    world.vms(1).push(moved);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Unidentified)]);
    assert_eq!(plan.changes[0].reason, Some(Reason::UuidRefused));
    assert_eq!(orphans(&world), 0);
}

#[test]
fn a_vm_whose_instance_uuid_is_refused_elsewhere_is_neither_added_nor_orphaned() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)]),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    let mut moved = world.remove(0, "1");
    (moved.moref, moved.instance_uuid) = ("7".into(), Fact::Unread);
    world.vms(1).push(moved);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Unidentified)]);
    assert_eq!(plan.changes[0].reason, Some(Reason::UuidRefused));
    assert_eq!((orphans(&world), world.records.len()), (0, 2));
}

#[test]
fn a_twice_seen_vm_whose_instance_uuid_is_refused_once_gets_one_document() {
    let mut refused = vm("1", "web", 1);
    refused.instance_uuid = Fact::Unread;
    let mut world = World::new(vec![
        esxi("a", "1", vec![refused]),
        vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)]),
    ]);
    world.pass();
    assert_eq!(world.records.len(), 1);
    assert!(is_quiet(&world.pass()));
    // A stranger whose instance UUID is refused is a VM like any other.
    let mut stranger = vm("2", "new", 2);
    stranger.instance_uuid = Fact::Unread;
    world.vms(0).push(stranger);
    assert_eq!(kinds(&world.pass())[0], ("new".into(), ChangeKind::Added));
}

#[test]
fn several_python_documents_of_one_listed_vm_stay_as_they_are() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    world.records.push(python_document("y", "www", "a.example", 1));
    for _ in 0..2 {
        let plan = world.pass();
        let warned = |warning: &&Warning| matches!(warning, Warning::AmbiguousDocument { .. });
        assert_eq!(plan.warnings.iter().filter(warned).count(), 2);
        assert_eq!((orphans(&world), world.records.len()), (0, 3));
    }
}

#[test]
fn clones_without_instance_uuids_that_stop_sharing_a_source_keep_their_documents() {
    let clone = |moref: &str, name: &str| without_instance(vm(moref, name, 1));
    let mut world = World::new(vec![
        esxi("a", "1", vec![clone("1", "web"), clone("2", "clone"), vm("5", "x", 5)]),
        esxi("b", "2", vec![clone("3", "far")]),
    ]);
    world.pass();
    assert_eq!(world.records.len(), 4);
    world.remove(0, "2");
    assert_eq!(kinds(&world.pass())[0], ("clone".into(), ChangeKind::Orphaned));
    assert!(!world.record("far").fields.orphan && !world.record("web").fields.orphan);
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_clone_without_instance_uuid_that_is_gone_is_an_orphan_beside_two_others() {
    let clone = |moref: &str| without_instance(vm(moref, &format!("clone{moref}"), 1));
    let mut world = World::new(vec![esxi("a", "1", vec![clone("1"), clone("2"), clone("3")])]);
    world.pass();
    world.remove(0, "3");
    assert_eq!(kinds(&world.pass()), [("clone3".into(), ChangeKind::Orphaned)]);
}

#[test]
fn python_documents_are_known_by_an_escaped_name_too() {
    let mut lost = vm("1", "a/b", 1);
    (lost.uuid, lost.instance_uuid, lost.has_config) = (Fact::Unset, Fact::Unset, false);
    let mut world = World::new(vec![
        esxi("a", "1", vec![lost, vm("2", "db", 2)]),
        esxi("b", "2", vec![vm("1", "x", 3), vm("2", "y", 4)]),
    ]);
    world.records.push(python_document("x", "a%2fb", "a.example", 1));
    world.records.push(python_document("y", "a/b", "b.example", 9));
    world.records.push(python_document("z", "z", "b.example", 8));
    world.pass();
    let orphaned = world.records[..3].iter().map(|record| record.fields.orphan);
    assert_eq!(orphaned.collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn an_instance_uuid_is_never_stored_twice() {
    // The document of the reference has no instance UUID, and another document has the one that arrives.
    let mut world = World::new(vec![
        esxi("a", "1", vec![without_instance(vm("1", "old", 1))]),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    let mut other = vm("8", "web", 7);
    other.instance_uuid = vm("1", "web", 1).instance_uuid;
    world.vms(1).push(other);
    world.pass();
    world.vms(1).clear();
    *world.vm(0, "1") = vm("1", "old", 1);
    for _ in 0..2 {
        world.pass();
        let bearers = world.records.iter().filter(|record| record.instance_uuid().is_some());
        assert_eq!((bearers.count(), world.records.len()), (1, 2));
    }
}

#[test]
fn a_reference_gives_way_to_the_instance_uuid_that_is_listed_elsewhere() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)]), esxi("b", "2", vec![])]);
    world.pass();
    world.vm(0, "1").instance_uuid = Fact::Unread;
    world.vms(1).push(vm("8", "web", 1));
    for _ in 0..2 {
        let plan = world.pass();
        assert!(
            plan.changes
                .iter()
                .all(|change| !change.kinds.contains(&ChangeKind::Added))
        );
        assert_eq!((world.records.len(), orphans(&world)), (1, 0));
    }
}

/// It has just been registered elsewhere: its reference is new, its UUIDs are not known yet.
fn without_uuids(mut vm: Sighting, moref: &str) -> Sighting {
    (vm.moref, vm.uuid, vm.instance_uuid) = (moref.into(), Fact::Unset, Fact::Unset);
    vm
}

#[test]
fn a_python_document_is_protected_by_its_name_on_any_source() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("2", "db", 2)]),
        esxi("b", "2", vec![without_uuids(vm("1", "web", 1), "7")]),
    ]);
    world.records.push(python_document("x", "web", "a.example", 1));
    world.pass();
    assert_eq!(orphans(&world), 0);
    *world.vm(1, "7") = vm("7", "web", 1);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Moved)]);
}

#[test]
fn a_reference_that_an_orphan_had_before_protects_the_vm_that_has_it_now() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("3", "old", 3), vm("2", "db", 2)]),
        esxi("b", "2", vec![vm("1", "web", 1), vm("4", "mail", 4)]),
    ]);
    world.pass();
    world.remove(0, "3");
    world.pass();
    assert_eq!(orphans(&world), 1);
    let moving = without_uuids(world.remove(1, "1"), "3");
    world.vms(0).push(moving);
    world.pass();
    assert_eq!(orphans(&world), 1, "web is listed, though by name alone");
}

#[test]
fn a_reference_of_a_vm_that_is_listed_elsewhere_protects_the_vm_that_has_it_now() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("3", "ci", 3), vm("2", "db", 2)]),
        esxi("b", "2", vec![vm("1", "web", 1), vm("4", "mail", 4)]),
    ]);
    world.pass();
    let mut ci = world.remove(0, "3");
    ci.moref = "9".into();
    world.vms(1).push(ci);
    let moving = without_uuids(world.remove(1, "1"), "3");
    world.vms(0).push(moving);
    world.pass();
    assert_eq!(orphans(&world), 0);
}

#[test]
fn a_look_is_judged_with_every_document() {
    let mut clouded = vm("1", "web", 1);
    let mut world = World::new(vec![
        esxi("a", "1", vec![clouded.clone(), vm("2", "db", 2)]),
        esxi("b", "2", vec![vm("1", "web", 5), vm("4", "mail", 4)]),
    ]);
    world.pass();
    (clouded.uuid, clouded.instance_uuid) = (Fact::Unread, Fact::Unread);
    *world.vm(0, "1") = clouded;
    world.remove(1, "1");
    let found = present_documents(&world.records, &world.sources, &build_listed(&world.sources));
    let found: Vec<_> = world
        .records
        .iter()
        .filter(|record| found.contains(&record.id))
        .map(|record| (record.fields.name.as_str(), record.fields.sources[0].name.as_str()))
        .collect();
    assert_eq!(found, [("db", "a"), ("mail", "b"), ("web", "a")]);
    assert_eq!(
        kinds(&world.plan()),
        [
            ("web".into(), ChangeKind::Orphaned),
            ("web".into(), ChangeKind::Unidentified)
        ]
    );
}

#[test]
fn a_vm_without_uuids_that_is_known_by_reference_protects_no_namesake() {
    let mut world = World::new(vec![esxi(
        "a",
        "1",
        vec![vm("1", "web", 1), vm("5", "web", 5), vm("2", "db", 2)],
    )]);
    world.pass();
    let clouded = world.vm(0, "1");
    (clouded.uuid, clouded.instance_uuid) = (Fact::Unread, Fact::Unread);
    world.remove(0, "5");
    assert_eq!(kinds(&world.pass())[0], ("web".into(), ChangeKind::Orphaned));
}
