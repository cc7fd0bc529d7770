//! Which sources a document belongs to, and what follows.

use super::world::{World, esxi, is_quiet, kinds, python_document, vcenter, vm};
use crate::inventory::{Fact, SourceId};
use crate::plan::record::VmRecord;
use crate::plan::{ChangeKind, Hearing, Plan, Reason, Warning, resolve_ids};

fn owners(record: &VmRecord) -> Vec<&str> {
    record.fields.sources.iter().map(|owner| owner.name.as_str()).collect()
}

/// A host and its vCenter, and another host.
fn twice_seen() -> World {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2), vm("3", "x", 3)]),
        vcenter(
            "vc",
            "9",
            &["1"],
            vec![vm("vm-1", "web", 1), vm("vm-2", "db", 2), vm("vm-3", "x", 3)],
        ),
        esxi("b", "2", vec![vm("1", "far", 4)]),
    ]);
    world.pass();
    world
}

fn is_orphaned(plan: &Plan) -> bool {
    plan.changes
        .iter()
        .any(|change| change.kinds.contains(&ChangeKind::Orphaned))
}

#[test]
fn a_twice_seen_vm_survives_each_of_its_sources() {
    for silent in [0, 1] {
        let mut world = twice_seen();
        let heard = world.sources[silent].clone();
        world.fail(silent);
        let plan = world.pass();
        assert!(
            plan.changes
                .iter()
                .all(|change| !change.kinds.contains(&ChangeKind::Moved))
        );
        assert!(is_quiet(&world.pass()), "silent {silent}");
        let other = if silent == 0 { "vm-1" } else { "1" };
        world.remove(1 - silent, other);
        assert!(is_quiet(&world.pass()), "the silent owner may still have it");
        world.sources[silent] = heard;
        world.pass();
        assert!(is_quiet(&world.pass()));
        assert_eq!(world.records.iter().filter(|record| record.fields.orphan).count(), 0);
    }
}

#[test]
fn a_vcenter_that_lost_its_hosts_does_not_disown_the_host() {
    let mut world = twice_seen();
    world.sources[1].hearing = Hearing::Incomplete;
    world.sources[1].inventory.as_mut().expect("heard").hosts.clear();
    world.pass();
    assert_eq!(owners(world.record("web")), ["vc", "a"]);
}

#[test]
fn each_former_source_is_retired_for_itself() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)]),
        esxi("b", "2", vec![]),
    ]);
    world.pass();
    world.sources.drain(..2);
    for (retired, left) in [
        (&["vc"][..], Some("a")),
        (&["a"], Some("vc")),
        (&["A.EXAMPLE"], Some("vc")),
        (&["A.EXAMPLE", "VC"], None),
        (&["b"], Some("vc")),
        (&["vc", "a.example"], None),
        (&["vcenter:9", "esxi:1"], None),
    ] {
        world.retired = retired.iter().map(|label| (*label).to_owned()).collect();
        let plan = world.plan();
        let unowned = plan.unowned.first().map(|unowned| unowned.source.as_str());
        assert_eq!((unowned, is_orphaned(&plan)), (left, left.is_none()), "{retired:?}");
    }
}

#[test]
fn sources_that_swap_names_or_get_others_move_nothing() {
    let mut world = twice_seen();
    world.sources[0].name = "b".into();
    world.sources[2].name = "a".into();
    world.sources[1].name = "new".into();
    world.pass();
    assert_eq!(owners(world.record("web")), ["new", "b"]);
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_source_known_by_its_name_can_be_renamed() {
    let mut world = World::new(vec![esxi("a", "0", vec![vm("1", "web", 1)])]);
    world.sources[0].id = Some(SourceId::of_name("a"));
    world.sources[0].claimed_id = world.sources[0].id.clone();
    world.pass();
    world.sources[0].name = "z".into();
    world.sources[0].id = Some(SourceId::of_name("z"));
    world.sources[0].claimed_id = world.sources[0].id.clone();
    assert_eq!(kinds(&world.pass()), []);
    assert_eq!(owners(world.record("web")), ["z"]);
}

#[test]
fn a_half_formed_vm_on_another_source_is_moved_and_keeps_its_facts() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)]), esxi("b", "2", vec![])]);
    world.pass();
    let mut moved = world.remove(0, "1");
    moved.connection_state = Fact::Known("inaccessible".into());
    moved.name = Fact::Known("[ds] web.vmx".into());
    moved.uuid_text = "changed".into();
    moved.uuid = Fact::Known(crate::inventory::Uuid::new("changed").expect("a UUID"));
    world.vms(1).push(moved);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Moved)]);
    let fields = &world.record("web").fields;
    assert_eq!(
        (fields.esxi_host_addr.as_str(), owners(world.record("web"))),
        ("a.example", vec!["b"])
    );
    assert_ne!(
        fields.uuid, "changed",
        "only presence, power and connection state are taken"
    );
    assert!(is_quiet(&world.pass()));
    world.vm(1, "1").host = None;
    assert!(is_quiet(&world.pass()), "half-formed on its own source");
}

#[test]
fn two_copies_on_one_source_are_a_duplicate_whatever_their_order() {
    let vms = vec![vm("2", "copy", 1), vm("1", "web", 1)];
    let mut world = World::new(vec![esxi("a", "1", vms.clone())]);
    let plan = world.plan();
    assert!(plan.changes[0].kinds.contains(&ChangeKind::Duplicate));
    world.vms(0).reverse();
    assert_eq!(world.plan(), plan);
    *world.vms(0) = vms;
    world.pass();
    world.vms(0).reverse();
    assert!(is_quiet(&world.pass()) && world.records.len() == 1);
}

#[test]
fn an_object_on_two_pages_is_one_vm() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1), vm("1", "web", 1)])]);
    world.vms(0).iter_mut().for_each(|vm| vm.instance_uuid = Fact::Unset);
    let plan = world.pass();
    assert_eq!(
        (world.records.len(), plan.changes[0].kinds.len(), plan.warnings.len()),
        (1, 1, 0)
    );
}

#[test]
fn twins_stay_told_apart_while_one_is_silent() {
    let id = SourceId::from_stored("esxi:1");
    let claim = |name: &str, id: Option<&SourceId>| (name.to_owned(), id.cloned());
    let named = |name: &str| Some(SourceId::of_name(name));
    let both = [claim("a", Some(&id)), claim("b", Some(&id))];
    assert_eq!(resolve_ids(&both, &[]), [named("a"), named("b")]);
    let silent = [claim("a", Some(&id)), claim("b", None)];
    assert_eq!(
        resolve_ids(&silent, &[named("a"), named("b")]),
        [named("a"), named("b")]
    );
    assert_eq!(
        resolve_ids(&silent, &[Some(id.clone()), named("b")])[0],
        Some(id.clone())
    );
    assert_eq!(resolve_ids(&silent, &[named("a"), None]), [Some(id.clone()), None]);
    assert_eq!(
        resolve_ids(&silent, &[None, Some(id.clone())]),
        [Some(id.clone()), None]
    );
    let heard = [claim("a", Some(&id)), claim("b", named("b").as_ref())];
    assert_eq!(resolve_ids(&heard, &[named("a"), named("b")])[0], Some(id));
}

#[test]
fn a_host_of_another_vcenter_is_a_duplicate() {
    let mut world = World::new(vec![
        vcenter("vc", "8", &["1"], vec![vm("vm-1", "web", 1)]),
        vcenter("wc", "9", &["2"], vec![vm("vm-1", "web", 1)]),
        esxi("b", "2", vec![vm("1", "web", 1)]),
    ]);
    let plan = world.pass();
    let sources = vec!["b".into(), "wc".into()];
    assert_eq!(plan.changes[0].reason, Some(Reason::AlsoListedBy { sources }));
    assert_eq!(owners(world.record("web")), ["vc"]);
}

#[test]
fn two_copies_on_a_vcenter_that_is_its_own_host_are_told_apart() {
    let mut world = World::new(vec![vcenter(
        "vc",
        "9",
        &["1"],
        vec![vm("vm-1", "web", 1), vm("vm-2", "copy", 1)],
    )]);
    world.pass();
    world.remove(0, "vm-1");
    assert_eq!(kinds(&world.pass()), [("copy".into(), ChangeKind::Renamed)]);
    world.vms(0).insert(0, vm("vm-1", "web", 1));
    assert!(is_quiet(&world.pass()), "the stored reference speaks");
}

#[test]
fn an_owner_that_is_not_clear_is_kept() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)]), esxi("b", "2", vec![])]);
    world.pass();
    let moved = world.remove(0, "1");
    world.vms(1).push(moved);
    world.fail(0);
    (world.sources[0].name, world.sources[0].id, world.sources[0].claimed_id) = ("new".into(), None, None);
    world.pass();
    assert_eq!(owners(world.record("web")), ["b", "a"]);
}

#[test]
fn a_host_without_uuid_is_not_a_source_without_identity() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![]),
        vcenter("vc", "9", &["0"], vec![vm("vm-1", "web", 1)]),
    ]);
    world.fail(0);
    (world.sources[0].id, world.sources[0].claimed_id) = (None, None);
    world.pass();
    assert_eq!(world.record("web").fields.esxi_host_addr, "managed-0.local");
}

#[test]
fn a_host_that_its_vcenter_brings_in_moves_nothing() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    assert_eq!(world.record("web").fields.host_id.as_deref(), Some("1"));
    world.sources = vec![vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)])];
    assert!(
        world
            .pass()
            .changes
            .iter()
            .all(|change| !change.kinds.contains(&ChangeKind::Moved))
    );
}

#[test]
fn a_vm_that_joins_or_leaves_unformed_is_judged_by_its_owners() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        vcenter("vc", "9", &["1"], vec![]),
    ]);
    world.pass();
    let mut half = vm("vm-1", "web", 1);
    half.connection_state = Fact::Known("disconnected".into());
    world.vms(1).push(half);
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Updated)]);
    world.remove(0, "1");
    *world.vm(1, "vm-1") = vm("vm-1", "web", 1);
    world.vm(1, "vm-1").host = None;
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Moved)]);
}

#[test]
fn a_python_document_that_its_vcenter_brings_in_moves_only_with_its_address() {
    let vms = || vec![vm("vm-1", "web", 1)];
    let moved = |address: &str, sources| {
        let mut world = World::new(sources);
        world.records.push(python_document("x", "web", address, 1));
        world.plan().changes[0].kinds.contains(&ChangeKind::Moved)
    };
    let alone = || vec![vcenter("vc", "9", &["1"], vms())];
    let beside = || {
        vec![
            vcenter("vc", "9", &["1"], vms()),
            esxi("a", "1", vec![vm("1", "web", 1)]),
        ]
    };
    assert!(!moved("managed-0.local", alone()) && moved("elsewhere", alone()));
    assert!(!moved("A.Example", beside()) && moved("elsewhere", beside()));
}

#[test]
fn a_source_to_be_retired_that_has_no_document_is_told() {
    let mut world = twice_seen();
    world.sources.remove(2);
    let told = |world: &mut World, label: &str| {
        world.retired = vec![label.to_owned()];
        let warnings = world.plan().warnings;
        warnings.contains(&Warning::NothingToRetire {
            label: label.to_owned(),
        })
    };
    for (label, expected) in [("b", false), ("B", false), ("bb", true), ("a", true)] {
        assert_eq!(told(&mut world, label), expected, "{label}");
    }
    world.retired = vec!["b".to_owned()];
    world.pass();
    assert_eq!(world.records.iter().filter(|record| record.fields.orphan).count(), 1);
    assert!(!told(&mut world, "b"), "an orphan is of a source too");
    world.records = vec![
        python_document("8", "old", "old.example", 8),
        python_document("9", "web", "a.example", 9),
    ];
    for (label, expected) in [("old.example", false), ("older.example", true), ("a.example", true)] {
        assert_eq!(told(&mut world, label), expected, "{label}");
    }
}
