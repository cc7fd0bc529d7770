//! What a document becomes, field by field.

use serde_json::json;

use super::world::{World, esxi, is_quiet, kinds, python_document, read, vcenter, vm};
use crate::inventory::{Details, Fact, Sighting};
use crate::plan::record::{DocumentId, UNKNOWN, VmRecord, field};
use crate::plan::{ChangeKind, Hearing, Reason};

fn one() -> World {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.vm(0, "1").uncommitted_bytes = Fact::Known(100);
    world.pass();
    world
}

#[test]
fn gauges_are_written_along_or_when_they_moved_by_a_twentieth() {
    for (bytes, written) in [(104, false), (105, true), (96, false), (95, true), (100, false)] {
        let mut world = one();
        world.vm(0, "1").uncommitted_bytes = Fact::Known(bytes);
        let plan = world.plan();
        assert_eq!(
            (!is_quiet(&plan), plan.unchanged, kinds(&plan).len()),
            (written, 1, 0),
            "{bytes}"
        );
    }
    let mut world = one();
    world.vm(0, "1").uncommitted_bytes = Fact::Known(101);
    world.vm(0, "1").num_cpu = Fact::Known(4);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Updated)]);
    assert_eq!(world.record("web").fields.uncommitted_bytes, Some(101));
    for (fact, stored) in [
        (Fact::Unread, Some(101)),
        (Fact::Unset, None),
        (Fact::Known(0), Some(0)),
    ] {
        world.vm(0, "1").uncommitted_bytes = fact;
        assert_eq!(kinds(&world.pass()), []);
        assert_eq!(world.record("web").fields.uncommitted_bytes, stored);
        assert!(is_quiet(&world.pass()));
    }
}

#[test]
fn facts_of_the_vm_follow_and_unset_ones_are_cleared() {
    let mut world = one();
    let facts = |vm: &mut Sighting| {
        vm.template = Fact::Known(true);
        vm.num_cpu = Fact::Known(2);
        vm.memory_mb = Fact::Known(1024);
        vm.guest_os = Fact::Known("Linux".into());
        vm.tools_version_status = Fact::Known("guestToolsCurrent".into());
    };
    facts(world.vm(0, "1"));
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Updated)]);
    let fields = &world.record("web").fields;
    assert_eq!(
        (fields.template, fields.num_cpu, fields.memory_mb),
        (Some(true), Some(2), Some(1024))
    );
    (world.vm(0, "1").num_cpu, world.vm(0, "1").guest_os) = (Fact::Unset, Fact::Unread);
    world.pass();
    let fields = &world.record("web").fields;
    assert_eq!((fields.num_cpu, fields.guest_os.as_deref()), (None, Some("Linux")));
}

#[test]
fn places_and_attributes_follow_and_unset_ones_are_cleared() {
    let mut world = one();
    let web = world.vm(0, "1");
    web.folder_path = Some("/DC/vm/Web".into());
    web.networks = Fact::Known(vec!["lan".into(), "dmz".into()]);
    web.custom_attributes = Fact::Known([("owner".into(), "team".into())].into());
    world.pass();
    let fields = &world.record("web").fields;
    assert_eq!(fields.folder_path.as_deref(), Some("/DC/vm/Web"));
    assert_eq!(fields.networks, ["lan", "dmz"]);
    assert_eq!(fields.custom_attributes, Some([("owner".into(), "team".into())].into()));

    let web = world.vm(0, "1");
    (web.folder_path, web.networks, web.custom_attributes) = (None, Fact::Unread, Fact::Unread);
    assert!(is_quiet(&world.pass()), "what did not arrive blanks nothing");
    let web = world.vm(0, "1");
    (web.networks, web.custom_attributes) = (Fact::Unset, Fact::Unset);
    world.pass();
    let fields = &world.record("web").fields;
    assert_eq!(
        (fields.networks.as_slice(), &fields.custom_attributes),
        (&[][..], &None)
    );
    assert_eq!(
        fields.folder_path.as_deref(),
        Some("/DC/vm/Web"),
        "every VM is in a folder"
    );
}

#[test]
fn a_document_edited_by_hand_is_put_right() {
    let edits = [
        (field::ORPHAN, serde_json::json!("no")),
        (field::ORPHAN, serde_json::Value::Null),
        (field::ORPHAN_SINCE, serde_json::json!(5)),
        (field::HOSTNAME, serde_json::Value::Null),
        (field::POWER_STATE, serde_json::json!(1)),
    ];
    for (key, value) in edits {
        let mut world = one();
        let mut stored = world.records[0].stored.clone();
        stored.insert(field::REV.into(), 1.into());
        stored.insert(key.into(), value.clone());
        world.records[0] = read("doc", stored);
        assert_eq!(
            kinds(&world.pass()),
            [("web".into(), ChangeKind::Updated)],
            "{key} {value}"
        );
        assert!(is_quiet(&world.pass()), "{key} {value}");
    }
}

#[test]
fn what_other_readers_miss_of_a_document_is_a_difference() {
    for key in [field::HOSTNAME, field::VMWARE_TOOLS] {
        let mut world = one();
        world.vm(0, "1").guest_hostname = Fact::Known("web.local".into());
        world.pass();
        let mut stored = world.records[0].stored.to_map();
        stored.remove(key);
        stored.insert(field::REV.into(), 1.into());
        world.records[0] = read("doc", stored);
        assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Updated)], "{key}");
    }
}

#[test]
fn a_python_document_that_was_missing_is_still_adopted() {
    let mut world = World::new(vec![esxi("a", "1", vec![]), esxi("b", "2", vec![])]);
    world.records.push(python_document("x", "old", "a.example", 1));
    world.sources[1].hearing = Hearing::Incomplete;
    assert_eq!(kinds(&world.pass()), [("old".into(), ChangeKind::Missing)]);
    world.vms(1).push(vm("1", "new", 1));
    let plan = world.pass();
    assert!(plan.changes[0].adopts && plan.changes[0].kinds.contains(&ChangeKind::Renamed));
    assert!(is_quiet(&world.pass()));
}

#[test]
fn a_vm_with_one_uuid_only_says_so() {
    let mut half = vm("1", "web", 1);
    half.uuid = Fact::Unset;
    let mut world = World::new(vec![esxi("a", "1", vec![half])]);
    world.pass();
    assert_eq!(
        (world.records[0].fields.uuid.as_str(), world.records[0].uuid()),
        (UNKNOWN, None)
    );
    *world.vm(0, "1") = vm("1", "web", 1);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Updated)]);
    assert!(world.records[0].uuid().is_some());
}

#[test]
fn a_new_vm_without_a_name_waits() {
    let mut nameless = vm("1", "", 1);
    nameless.name = Fact::Unread;
    let world = World::new(vec![esxi("a", "1", vec![nameless])]);
    let plan = world.plan();
    assert_eq!(kinds(&plan), [("1".into(), ChangeKind::Unidentified)]);
    assert_eq!(plan.changes[0].reason, Some(Reason::NoUuid));
}

#[test]
fn folders_and_templates_can_be_excluded() {
    let mut template = vm("1", "base", 1);
    template.template = Fact::Known(true);
    let mut tested = vm("2", "x", 2);
    tested.folder_path = Some("/DC/vm/Test/Deep".into());
    let mut lost = vm("3", "lost", 3);
    (lost.uuid, lost.instance_uuid) = (Fact::Unset, Fact::Unset);
    let mut world = World::new(vec![esxi("a", "1", vec![template, tested, lost, vm("4", "web", 4)])]);
    world.sources[0].exclude.templates = true;
    world.sources[0].exclude.folders = vec!["/DC/vm/Test/*".into()];
    world.sources[0].exclude.names = vec!["l?st".into()];
    let plan = world.pass();
    assert_eq!(
        (kinds(&plan), plan.excluded),
        (vec![("web".into(), ChangeKind::Added)], 3)
    );
    world.sources[0].exclude.templates = false;
    assert_eq!(kinds(&world.pass()), [("base".into(), ChangeKind::Added)]);
}

#[test]
fn the_host_is_named_by_its_source_its_inventory_or_not_at_all() {
    let mut homeless = vm("vm-3", "none", 3);
    homeless.host = None;
    let mut world = World::new(vec![vcenter(
        "vc",
        "9",
        &["1", "0"],
        vec![vm("vm-1", "web", 1), vm("vm-2", "db", 2), homeless],
    )]);
    world.vm(0, "vm-2").host = Some(1);
    world.pass();
    let address = |world: &World, name: &str| world.record(name).fields.esxi_host_addr.clone();
    assert_eq!(
        ["web", "db", "none"].map(|name| address(&world, name)),
        ["managed-0.local", "managed-1.local", UNKNOWN]
    );
    // A host without a usable UUID is added anew.
    world.sources[0].inventory.as_mut().expect("heard").hosts[1].moref = "host-99".into();
    world.vm(0, "vm-1").host = None;
    assert_eq!(kinds(&world.pass()), []);
    world.vm(0, "vm-2").host = Some(0);
    assert_eq!(kinds(&world.pass()), [("db".into(), ChangeKind::Moved)]);
    world.vm(0, "vm-2").host = Some(1);
    world.sources[0].inventory.as_mut().expect("heard").hosts[1].name = None;
    world.pass();
    assert_eq!(address(&world, "db"), "managed-0.local");
}

#[test]
fn a_time_that_makes_no_sense_starts_anew() {
    for since in ["yesterday", "2999-01-01T00:00:00Z"] {
        let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)]), esxi("b", "2", vec![])]);
        world.pass();
        world.remove(0, "1");
        world.fail(1);
        world.records[0].fields.missing_since = Some(since.into());
        world.records[0]
            .stored
            .insert(field::MISSING_SINCE.into(), since.into());
        world.pass();
        assert!(is_quiet(&world.pass()));
        world.minutes += 24 * 60;
        assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Orphaned)], "{since}");
    }
}

#[test]
fn a_name_that_returns_is_known_once_and_an_empty_one_never() {
    let mut world = one();
    for name in ["www", "", "web"] {
        world.vm(0, "1").name = Fact::Known(name.into());
        world.pass();
    }
    assert_eq!(world.record("web").fields.names, ["www", "web"]);
}

#[test]
fn a_property_that_may_not_be_read_overwrites_nothing() {
    let mut whole = vm("1", "web", 1);
    (whole.num_cpu, whole.memory_mb) = (Fact::Known(4), Fact::Known(8_192));
    let mut world = World::new(vec![esxi("a", "1", vec![whole])]);
    world.pass();
    let known = world.record("web").fields.clone();
    let clouded = world.vm(0, "1");
    (clouded.num_cpu, clouded.memory_mb, clouded.tools_status) = (Fact::Unread, Fact::Unread, Fact::Unread);
    assert!(is_quiet(&world.pass()));
    assert_eq!(world.record("web").fields, known);
}

#[test]
fn a_document_without_a_name_or_with_a_form_that_vmsync_never_writes_is_unreadable() {
    let id = || DocumentId("7".into());
    for (stored, reason) in [
        (json!({}), "it has no name"),
        (json!({"name": 7}), "it has no name"),
        (json!({"name": "web", "journal": 7}), "a field has an unexpected form"),
    ] {
        let stored = stored.as_object().cloned().expect("an object");
        let refused = VmRecord::from_stored(id(), stored).expect_err(reason);
        assert_eq!(refused.id, id());
        assert!(refused.reason.starts_with(reason), "{refused:?}");
    }
}

/// What a store reads of its own text is what it would read of the values.
#[test]
fn a_document_that_vmsync_wrote_is_read_from_its_text_and_any_other_is_not() {
    let id = || DocumentId("7".into());
    let read = |text: &str| VmRecord::from_text(id(), &serde_json::from_str(text).expect("an object"));
    let mut world = one();
    world.pass();
    let mut stored = world.record("web").stored.to_map();
    stored.extend([("rev".to_owned(), json!(3)), ("epoch".to_owned(), json!(9))]);
    stored.extend([("addr".to_owned(), json!(7)), ("own".to_owned(), json!({"a": [null]}))]);
    let record = read(&json!(stored).to_string()).expect("it is whole");
    assert_eq!((record.rev, record.epoch), (Some(3), Some(9)));
    assert_eq!(record, VmRecord::from_stored(id(), stored).expect("it is whole"));
    for text in [
        "{}",
        r#"{"names":[""]}"#,
        r#"{"name":7,"names":["web"]}"#,
        r#"{"name":"web","names":["www"]}"#,
        r#"{"name":"web","names":["web"],"journal":7}"#,
        "{\"name\":\"web\",\"names\":[\n\"web\"]}",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn what_a_newer_version_keeps_for_the_first_time_is_no_difference() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    world.pass();
    let kept = |record: &mut VmRecord| {
        let mut stored = record.stored.to_map();
        stored.retain(|key, _| !FIRST_KEPT.contains(&key.as_str()));
        record.stored = stored.into();
    };
    world.records.iter_mut().for_each(kept);
    let web = world.vm(0, "1");
    web.cluster = Fact::Known("prod".into());
    web.datastores = Fact::Known(vec!["fast".into(), "slow".into()]);
    web.committed_bytes = Fact::Known(7);
    web.boot_time = Fact::Known("2026-01-05T08:00:00.5Z".parse().expect("a time"));
    web.custom_attributes = Fact::Known([("owner".into(), "team".into())].into());
    let plan = world.pass();
    assert_eq!(kinds(&plan), []);
    assert_eq!(plan.unchanged, 1);
    let fields = &world.record("web").fields;
    assert_eq!(fields.datastores, ["fast", "slow"]);
    assert_eq!(fields.boot_time.as_deref(), Some("2026-01-05T08:00:00Z"));
    assert!(is_quiet(&world.pass()));

    world.vm(0, "1").cluster = Fact::Unread;
    world.vm(0, "1").datastores = Fact::Unread;
    world.vm(0, "1").boot_time = Fact::Unread;
    assert!(is_quiet(&world.pass()), "what did not arrive blanks nothing");
    world.vm(0, "1").cluster = Fact::Known("test".into());
    assert_eq!(kinds(&world.pass()), [("web".to_owned(), ChangeKind::Updated)]);
    world.vm(0, "1").cluster = Fact::Unset;
    world.vm(0, "1").boot_time = Fact::Unset;
    world.pass();
    let fields = &world.record("web").fields;
    assert_eq!((&fields.cluster, &fields.boot_time), (&None, &None));
}

const FIRST_KEPT: [&str; 5] = [
    "cluster",
    "datastores",
    "committed_bytes",
    "boot_time",
    "custom_attributes",
];

#[test]
fn file_systems_are_written_when_one_of_them_moved() {
    let rows = |free: u64| serde_json::json!([{"path": "/", "capacity_bytes": 1000, "free_bytes": free}]);
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "web", 1)])]);
    for (free, quiet) in [(500, false), (510, true), (526, false), (526, true)] {
        let details = Details {
            partitions: Fact::Known(rows(free)),
            ..Details::default()
        };
        world.vm(0, "1").details = Some(Box::new(details));
        let plan = world.pass();
        assert_eq!(is_quiet(&plan), quiet, "{free}");
        assert!(
            kinds(&plan).iter().all(|(_, kind)| *kind == ChangeKind::Added),
            "a gauge is no difference"
        );
    }
}
