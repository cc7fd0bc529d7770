//! Who is who.

use super::world::{World, esxi, is_quiet, kinds, python_document, read, vcenter, vm};
use crate::inventory::{Fact, Sighting, Uuid};
use crate::plan::journal::JournalEvent;
use crate::plan::record::{DocumentId, UNKNOWN};
use crate::plan::{ChangeKind, Reason, Warning, build_listed};

#[test]
fn a_second_pass_writes_nothing() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)])]);
    let first = world.pass();
    assert_eq!(
        kinds(&first),
        [("db".into(), ChangeKind::Added), ("web".into(), ChangeKind::Added)]
    );
    let second = world.pass();
    assert!(is_quiet(&second), "{second:?}");
    assert_eq!((second.unchanged, second.seen["a"].len()), (2, 2));
}

#[test]
fn documents_of_the_python_service_are_adopted_by_uuid() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    let plan = world.pass();
    assert_eq!(plan.changes.len(), 1);
    assert!(plan.changes[0].adopts && plan.changes[0].kinds.is_empty(), "{plan:?}");
    assert!(is_quiet(&world.pass()));
    assert_eq!(world.records.len(), 1);
}

#[test]
fn a_document_without_any_uuid_is_nobody_s_whatever_its_name() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    let mut stored = python_document("x", "web", "a.example", 9).stored.to_map();
    stored.insert("uuid".into(), UNKNOWN.into());
    world.records.push(read("x", stored));
    let plan = world.pass();
    let expected = [ChangeKind::Added, ChangeKind::Orphaned].map(|kind| ("web".to_owned(), kind));
    assert_eq!(kinds(&plan), expected);
}

#[test]
fn a_rename_is_seen_by_identity_and_journalled() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    world.vm(0, "1").name = Fact::Known("www".into());
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("www".into(), ChangeKind::Renamed)]);
    let record = world.record("www");
    assert_eq!(record.fields.names, ["web", "www"]);
    assert_eq!(
        record.fields.journal[0].event,
        JournalEvent::Rename {
            old: "web".into(),
            new: "www".into()
        }
    );
}

#[test]
fn two_vms_that_swap_names_are_two_renames() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)])]);
    world.pass();
    world.vm(0, "1").name = Fact::Known("db".into());
    world.vm(0, "2").name = Fact::Known("web".into());
    let plan = world.pass();
    assert_eq!(
        kinds(&plan),
        [("db".into(), ChangeKind::Renamed), ("web".into(), ChangeKind::Renamed)]
    );
    assert!(is_quiet(&world.pass()));
}

#[test]
fn vmotion_moves_the_document_instead_of_orphaning_it() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        esxi("b", "2", vec![vm("1", "db", 2)]),
    ]);
    world.pass();
    let mut moved = world.remove(0, "1");
    moved.moref = "7".into();
    world.vms(1).push(moved);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Moved)]);
    assert_eq!(world.record("web").fields.esxi_host_addr, "b.example");
    assert_eq!(world.records.len(), 2);
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_vm_that_moves_to_another_host_of_its_vcenter_is_moved() {
    let mut world = World::new(vec![
        vcenter("vc", "9", &["1", "2"], vec![vm("vm-1", "web", 1)]),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    assert_eq!(world.record("web").fields.esxi_host_addr, "managed-0.local");
    world.vm(0, "vm-1").host = Some(1);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Moved)]);
    assert_eq!(
        world.record("web").fields.esxi_host_addr,
        "b.example",
        "the configured address of the ESXi source"
    );
}

#[test]
fn a_host_and_its_vcenter_see_one_vm() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)]),
    ]);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Added)]);
    let fields = &world.record("web").fields;
    assert_eq!(fields.esxi_host_addr, "a.example");
    let owners: Vec<&str> = fields.sources.iter().map(|owner| owner.name.as_str()).collect();
    assert_eq!(owners, ["vc", "a"]);
    assert!(is_quiet(&world.pass()));
}

#[test]
fn other_double_sightings_are_duplicates_and_never_flap() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        esxi("b", "2", vec![vm("4", "other", 1)]),
    ]);
    let first = world.pass();
    assert_eq!(kinds(&first), [("web".into(), ChangeKind::Added)]);
    assert!(first.changes[0].kinds.contains(&ChangeKind::Duplicate));
    world.sources.swap(0, 1);
    let second = world.pass();
    assert_eq!(kinds(&second), [("web".into(), ChangeKind::Duplicate)]);
    assert_eq!(
        second.changes[0].reason,
        Some(Reason::AlsoListedBy {
            sources: vec!["b".into()]
        })
    );
    assert!(is_quiet(&second));
}

#[test]
fn a_clone_with_the_same_bios_uuid_is_a_vm_of_its_own() {
    let mut clone = vm("2", "clone", 2);
    clone.uuid = vm("1", "web", 1).uuid;
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), clone])]);
    let plan = world.pass();
    assert_eq!(world.records.len(), 2);
    assert!(matches!(&plan.warnings[..], [Warning::SharedUuid { names, .. }] if names == &["clone", "web"]));
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_python_document_that_could_be_two_vms_is_left_alone() {
    let mut clone = vm("2", "clone", 2);
    clone.uuid = vm("1", "web", 1).uuid;
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), clone])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    let plan = world.pass();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.kind() == Some(ChangeKind::Added))
    );
    assert!(!world.records[0].fields.orphan);
    assert!(
        plan.warnings
            .iter()
            .any(|warning| matches!(warning, Warning::AmbiguousDocument { .. }))
    );
}

#[test]
fn a_reused_reference_is_another_vm() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)])]);
    world.pass();
    world.remove(0, "1");
    world.vms(0).push(vm("1", "web", 3));
    let plan = world.pass();
    assert_eq!(
        kinds(&plan),
        [("web".into(), ChangeKind::Added), ("web".into(), ChangeKind::Orphaned)]
    );
}

#[test]
fn lookup_is_by_identity_though_both_names_are_known() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2)])]);
    world.pass();
    world.remove(0, "2");
    world.vm(0, "1").name = Fact::Known("db".into());
    let plan = world.pass();
    assert_eq!(
        kinds(&plan),
        [("db".into(), ChangeKind::Orphaned), ("db".into(), ChangeKind::Renamed)]
    );
}

#[test]
fn a_vm_without_uuid_keeps_its_document() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    let lost = world.vm(0, "1");
    (lost.uuid, lost.instance_uuid, lost.has_config) = (Fact::Unset, Fact::Unset, false);
    lost.name = Fact::Known("/vmfs/volumes/ds/web.vmx".into());
    lost.connection_state = Fact::Known("inaccessible".into());
    let plan = world.pass();
    assert_eq!(
        kinds(&plan),
        [("/vmfs/volumes/ds/web.vmx".into(), ChangeKind::Unidentified)]
    );
    assert!(is_quiet(&plan));
    assert!(!world.record("web").fields.orphan);
}

#[test]
fn a_vm_without_config_is_not_orphaned_though_its_document_is_old() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    let lost = world.vm(0, "1");
    (lost.uuid, lost.instance_uuid, lost.has_config) = (Fact::Unset, Fact::Unset, false);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Unidentified)]);
    assert!(!world.record("web").fields.orphan);
}

#[test]
fn half_formed_facts_take_power_and_connection_only() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    let half = world.vm(0, "1");
    half.name = Fact::Known("[ds] web/web.vmx".into());
    half.connection_state = Fact::Known("inaccessible".into());
    half.power_state = Fact::Known("off".into());
    half.tools_status = Fact::Known("toolsNotRunning".into());
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Updated)]);
    let fields = &world.record("web").fields;
    assert_eq!(
        (fields.power_state.as_str(), fields.vmware_tools.as_str()),
        ("off", "toolsOk")
    );
}

#[test]
fn what_did_not_arrive_never_overwrites() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.vm(0, "1").guest_address = Fact::Known("10.0.0.5".into());
    world.vm(0, "1").guest_hostname = Fact::Known("web.lan".into());
    world.pass();
    let vm = world.vm(0, "1");
    (vm.guest_address, vm.guest_hostname, vm.tools_status) = (Fact::Unset, Fact::Unset, Fact::Unread);
    assert!(is_quiet(&world.pass()));
    world.vm(0, "1").tools_status = Fact::Unset;
    world.pass();
    let fields = &world.record("web").fields;
    assert_eq!(
        (
            fields.addr.as_str(),
            fields.hostname.as_str(),
            fields.vmware_tools.as_str()
        ),
        ("10.0.0.5", "web.lan", "unknown")
    );
}

#[test]
fn uuids_compare_without_case() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 0xA)])]);
    let mut document = python_document("x", "web", "a.example", 1);
    document.fields.uuid = "421000AB-0000-0000-0000-000000000001".into();
    world.records.push(document);
    let text = "421000ab-0000-0000-0000-000000000001";
    world.vm(0, "1").uuid = Fact::Known(Uuid::new(text).expect("a UUID"));
    world.vm(0, "1").uuid_text = text.into();
    world.pass();
    assert_eq!(world.records.len(), 1);
    assert_eq!(world.records[0].fields.uuid, "421000AB-0000-0000-0000-000000000001");
}

#[test]
fn two_sources_that_claim_one_identity_are_told_apart_by_name() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        esxi("b", "1", vec![vm("1", "web", 1)]),
    ]);
    let claimed: Vec<_> = world
        .sources
        .iter()
        .map(|s| (s.name.clone(), s.claimed_id.clone()))
        .collect();
    let ids = crate::plan::resolve_ids(&claimed, &[None, None]);
    for (source, id) in world.sources.iter_mut().zip(ids) {
        source.id = id;
    }
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Added)]);
    assert!(plan.changes[0].kinds.contains(&ChangeKind::Duplicate));
    let expected = Warning::SharedSourceIdentity {
        sources: vec!["a".into(), "b".into()],
    };
    assert!(plan.warnings.contains(&expected), "{:?}", plan.warnings);
    assert_eq!(world.record("web").fields.sources[0].id.as_str(), "name:a");
    // The twin leaves the configuration: the first one's own identity is usable again, and nothing moves.
    world.sources.pop();
    world.sources[0].id = world.sources[0].claimed_id.clone();
    let plan = world.pass();
    assert_eq!(kinds(&plan), []);
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_new_vm_that_is_not_connected_waits() {
    let mut new = vm("1", "/vmfs/volumes/x/x.vmx", 1);
    new.connection_state = Fact::Known("inaccessible".into());
    let mut world = World::new(vec![esxi("a", "1", vec![new])]);
    let plan = world.pass();
    assert_eq!(
        plan.changes[0].reason,
        Some(Reason::NotConnected {
            state: "inaccessible".into()
        })
    );
    assert!(is_quiet(&plan) && world.records.is_empty());
}

#[test]
fn excluded_vms_are_counted_and_never_orphaned() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "test-1", 1), vm("2", "web", 2)])]);
    world.pass();
    world.sources[0].exclude.names = vec!["test-*".into()];
    world.vm(0, "1").name = Fact::Known("test-2".into());
    let plan = world.pass();
    assert_eq!((plan.excluded, is_quiet(&plan)), (1, true));
    assert!(!world.record("test-1").fields.orphan);
}

#[test]
fn an_instance_uuid_is_found_among_listed_vms_with_and_without_one() {
    let with = |number: u32| vm(&number.to_string(), "web", number);
    let without = |number: u32| Sighting {
        instance_uuid: Fact::Unset,
        ..with(number)
    };
    let instance = |number: u32| with(number).instance_uuid.known().cloned().expect("it has one");
    for vms in [
        vec![with(2), without(3), with(4), without(5), with(6)],
        vec![without(3), without(5), without(7), without(9), with(2)],
        vec![with(6), with(2)],
        vec![without(3)],
    ] {
        let listed: Vec<_> = vms.iter().filter_map(|vm| vm.instance_uuid.known()).cloned().collect();
        let sources = [esxi("a", "1", vms)];
        let index = build_listed(&sources);
        for number in 1..10 {
            let uuid = instance(number);
            assert_eq!(index.has_instance(&uuid), listed.contains(&uuid), "{number}");
        }
    }
}

#[test]
fn of_two_documents_of_one_vm_a_live_one_is_it_then_the_first_by_its_key() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    let record = world.records.remove(0);
    for has_reference in [true, false] {
        let copy = |key: &str, orphan: bool| {
            let mut copy = record.clone();
            copy.id = DocumentId(key.into());
            copy.fields.orphan = orphan;
            if !has_reference {
                copy.fields.sources.clear();
            }
            copy
        };
        for (records, expected) in [
            ([copy("1", true), copy("2", false)], "2"),
            ([copy("2", false), copy("1", true)], "2"),
            ([copy("2", false), copy("1", false)], "1"),
        ] {
            world.records = records.into();
            let seen: Vec<_> = world.plan().seen.into_values().flatten().collect();
            assert_eq!(seen, [DocumentId(expected.into())], "{has_reference}");
        }
    }
}
