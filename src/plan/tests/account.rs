//! What a plan counts, and how it names what it cannot take over.

use super::world::{World, esxi, kinds, python_document, vm};
use crate::inventory::Fact;
use crate::plan::{ChangeKind, Reason};

#[test]
fn unchanged_is_what_is_listed_known_and_the_same_for_its_readers() {
    let twin = vm("7", "twin", 3);
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2), vm("3", "twin", 3)]),
        esxi("b", "2", vec![vm("8", "other", 8)]),
    ]);
    world.records.push(python_document("x", "web", "a.example", 1));
    assert_eq!(world.pass().unchanged, 0, "added and adopted ones are not");
    assert_eq!(world.pass().unchanged, 4);

    world.vms(1).push(twin);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("twin".into(), ChangeKind::Duplicate)]);
    assert_eq!(plan.unchanged, 4, "a duplicate changes nothing by itself");

    world.vm(0, "1").name = Fact::Known("www".into());
    world.vm(0, "2").power_state = Fact::Known("off".into());
    assert_eq!(world.pass().unchanged, 2);
}

#[test]
fn an_adopted_document_that_changes_is_not_unchanged_either() {
    let mut world = World::new(vec![esxi("a", "1", vec![vm("1", "www", 1)])]);
    world.records.push(python_document("x", "web", "a.example", 1));
    let plan = world.pass();
    assert_eq!(
        (kinds(&plan), plan.unchanged),
        (vec![("www".into(), ChangeKind::Renamed)], 0)
    );
}

#[test]
fn the_reason_of_an_unidentified_vm_is_a_refusal_only_where_a_right_is_missing() {
    for (unread, has_config, reason) in [
        (true, true, Reason::UuidRefused),
        (true, false, Reason::NoUuid),
        (false, true, Reason::NoUuid),
        (false, false, Reason::NoUuid),
    ] {
        let mut young = vm("1", "young", 1);
        young.instance_uuid = Fact::Unset;
        young.uuid = if unread { Fact::Unread } else { Fact::Unset };
        young.has_config = has_config;
        let plan = World::new(vec![esxi("a", "1", vec![young])]).plan();
        assert_eq!(kinds(&plan), [("young".into(), ChangeKind::Unidentified)]);
        assert_eq!(
            plan.changes[0].reason,
            Some(reason),
            "unread {unread}, config {has_config}"
        );
    }
}

#[test]
fn an_unidentified_vm_is_reported_with_what_is_known_of_it() {
    let mut clouded = vm("1", "clouded", 1);
    clouded.uuid = Fact::Unread;
    let instance = clouded.instance_uuid.clone();
    let plan = World::new(vec![esxi("a", "1", vec![clouded])]).plan();
    assert_eq!(plan.changes[0].reason, Some(Reason::UuidRefused));
    assert_eq!(
        plan.changes[0].after.instance_uuid.as_deref(),
        instance.known().map(crate::inventory::Uuid::as_str)
    );
}

#[test]
fn an_orphan_of_a_retired_source_bears_that_source_s_name() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        esxi("b", "2", vec![vm("1", "db", 2)]),
    ]);
    world.records.push(python_document("x", "old", "elsewhere", 9));
    world.pass();
    world.sources.remove(1);
    world.retired = vec!["b".into(), "elsewhere".into()];
    let plan = world.plan();
    let gone: Vec<_> = plan
        .changes
        .iter()
        .map(|change| (change.after.name.as_str(), change.source.as_str()))
        .collect();
    assert_eq!(gone, [("db", "b"), ("old", "elsewhere")]);
}

#[test]
fn a_kind_is_called_the_same_everywhere() {
    use ChangeKind::{Added, Duplicate, Missing, Moved, Orphaned, Reactivated, Renamed, Unidentified, Updated};
    for kind in [
        Added,
        Orphaned,
        Reactivated,
        Moved,
        Renamed,
        Updated,
        Missing,
        Duplicate,
        Unidentified,
    ] {
        assert_eq!(serde_json::json!(kind), kind.name());
    }
}
