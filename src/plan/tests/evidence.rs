//! What it takes to call a VM an orphan.

use std::collections::BTreeSet;

use super::world::{World, esxi, is_quiet, kinds, python_document, vcenter, vm};
use crate::plan::{ChangeKind, Hearing, Look, Reason};

fn two_hosts() -> World {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1), vm("2", "db", 2), vm("3", "mail", 3)]),
        esxi("b", "2", vec![vm("1", "www", 4)]),
    ]);
    world.pass();
    world
}

#[test]
fn gone_from_every_complete_listing_is_an_orphan() {
    let mut world = two_hosts();
    world.remove(0, "1");
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Orphaned)]);
    let fields = &world.record("web").fields;
    assert!(fields.orphan && fields.orphan_since == fields.last_orphan_since);
    assert_eq!(fields.journal.len(), 1);
    let since = fields.orphan_since.clone();
    assert!(is_quiet(&world.pass()), "orphan_since is set once");
    assert_eq!(world.record("web").fields.orphan_since, since);
}

#[test]
fn an_exception_in_mid_listing_orphans_nothing() {
    let mut world = two_hosts();
    world.sources[0].hearing = Hearing::Incomplete;
    world.remove(0, "2");
    world.remove(0, "3");
    assert!(is_quiet(&world.pass()));
}

#[test]
fn an_unheard_source_orphans_nothing() {
    let mut world = two_hosts();
    world.fail(0);
    let plan = world.pass();
    assert!(is_quiet(&plan) && plan.unowned.is_empty());
}

#[test]
fn while_another_source_is_not_heard_a_vm_is_missing() {
    let mut world = two_hosts();
    let gone = world.remove(0, "1");
    let inventory = world.sources[1].inventory.clone();
    world.fail(1);
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("web".into(), ChangeKind::Missing)]);
    assert_eq!(
        plan.changes[0].reason,
        Some(Reason::NotHeard {
            sources: vec!["b".into()]
        })
    );
    assert!(world.record("web").fields.missing_since.is_some() && !world.record("web").fields.orphan);
    assert!(is_quiet(&world.pass()), "missing_since is set once");
    world.sources[1].hearing = Hearing::Complete;
    world.sources[1].inventory = inventory;
    let mut back = world;
    back.vms(1).push(gone);
    assert_eq!(kinds(&back.pass()), [("web".into(), ChangeKind::Moved)]);
    assert_eq!(back.record("web").fields.missing_since, None);
}

#[test]
fn missing_ends_with_the_first_pass_that_hears_all() {
    let mut world = two_hosts();
    world.remove(0, "1");
    world.sources[1].hearing = Hearing::NotAsked;
    world.pass();
    world.sources[1].hearing = Hearing::Complete;
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Orphaned)]);
}

#[test]
fn missing_for_a_day_with_its_owner_denying_it_is_an_orphan() {
    let mut world = two_hosts();
    world.remove(0, "1");
    world.fail(1);
    world.pass();
    world.minutes += 24 * 60 - 3;
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Missing)]);
    world.minutes += 1;
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Orphaned)]);
    world.fail(0);
    assert!(is_quiet(&world.plan()), "time alone never orphans");
}

#[test]
fn a_clock_that_went_back_orphans_nothing() {
    let mut world = two_hosts();
    world.remove(0, "1");
    world.fail(1);
    world.pass();
    world.minutes -= 100_000;
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Missing)]);
}

#[test]
fn the_second_look_has_the_last_word() {
    let mut world = two_hosts();
    world.remove(0, "1");
    let id = world.record("web").id.clone();
    world.look = Some(Look {
        complete: true,
        found: BTreeSet::from([id]),
    });
    let plan = world.plan();
    assert_eq!(plan.changes[0].reason, Some(Reason::FoundAgain));
    assert!(is_quiet(&plan));
    world.look = Some(Look {
        complete: false,
        found: BTreeSet::new(),
    });
    assert_eq!(world.plan().changes[0].reason, Some(Reason::NotConfirmed));
    world.look = Some(Look {
        complete: true,
        found: BTreeSet::new(),
    });
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Orphaned)]);
}

#[test]
fn documents_of_a_source_that_is_no_longer_configured_stay() {
    let mut world = two_hosts();
    world.sources.remove(1);
    let plan = world.pass();
    assert!(is_quiet(&plan));
    assert_eq!((plan.unowned[0].source.as_str(), plan.unowned[0].vms), ("b", 1));
    for label in ["b", "b.example"] {
        world.retired = vec![label.into()];
        assert_eq!(kinds(&world.plan()), [("www".into(), ChangeKind::Orphaned)], "{label}");
    }
}

#[test]
fn a_source_never_heard_under_its_new_name_could_be_the_owner() {
    let mut world = two_hosts();
    world.fail(1);
    (world.sources[1].id, world.sources[1].claimed_id) = (None, None);
    let plan = world.pass();
    assert!(is_quiet(&plan) && plan.unowned.is_empty());
}

#[test]
fn python_documents_belong_to_the_source_with_their_address() {
    let mut world = two_hosts();
    world.records.push(python_document("x", "old", "a.example", 90));
    world.records.push(python_document("y", "older", "elsewhere", 91));
    let plan = world.pass();
    assert_eq!(kinds(&plan), [("old".into(), ChangeKind::Orphaned)]);
    assert_eq!((plan.unowned[0].source.as_str(), plan.unowned[0].vms), ("elsewhere", 1));
}

#[test]
fn an_orphan_that_returns_is_reactivated() {
    let mut world = two_hosts();
    let gone = world.remove(0, "1");
    world.pass();
    let since = world.record("web").fields.orphan_since.clone();
    world.vms(0).push(gone);
    assert_eq!(kinds(&world.pass()), [("web".into(), ChangeKind::Reactivated)]);
    let fields = &world.record("web").fields;
    assert_eq!(
        (fields.orphan, &fields.orphan_since, &fields.last_orphan_since),
        (false, &None, &since)
    );
}

/// Sessions find the way back from an earlier period by it; a VM that comes and goes does not grow its document for ever.
#[test]
fn the_orphan_periods_before_the_last_one_are_kept_within_bounds() {
    let mut world = two_hosts();
    for round in 0..20_usize {
        let gone = world.remove(0, "1");
        world.pass();
        let fields = &world.record("web").fields;
        assert_eq!(fields.former_orphan_periods.len(), round.min(16));
        assert!(fields.former_orphan_periods.iter().all(|period| period.name == "web"));
        world.vms(0).push(gone);
        world.pass();
    }
}

#[test]
fn patience_that_ran_out_needs_no_complete_look() {
    let mut world = two_hosts();
    world.remove(0, "1");
    world.fail(1);
    world.pass();
    world.minutes += 24 * 60;
    let found = BTreeSet::new();
    world.look = Some(Look { complete: false, found });
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Orphaned)]);
}

#[test]
fn the_most_patient_owner_decides() {
    let mut world = World::new(vec![
        esxi("a", "1", vec![vm("1", "web", 1)]),
        vcenter("vc", "9", &["1"], vec![vm("vm-1", "web", 1)]),
        esxi("b", "2", vec![]),
    ]);
    world.sources[1].guard.missing_for = std::time::Duration::ZERO;
    world.pass();
    world.remove(0, "1");
    world.remove(1, "vm-1");
    world.fail(2);
    world.pass();
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Missing)]);
    world.sources[0].guard.missing_for = std::time::Duration::ZERO;
    world.minutes -= 2;
    assert_eq!(kinds(&world.plan()), [("web".into(), ChangeKind::Orphaned)], "at once");
}

#[test]
fn the_orphan_period_of_the_python_service_is_kept_with_its_name() {
    let mut world = two_hosts();
    let mut orphan = python_document("x", "old", "a.example", 9);
    for (key, value) in [("orphan", true.into()), ("orphan_since", "01-07-2024: 12:34:00".into())] {
        orphan.stored.insert(key.to_owned(), value);
    }
    world.records.push(super::world::read("x", orphan.stored));
    world.vms(0).push(vm("9", "new", 9));
    assert_eq!(kinds(&world.pass()), [("new".into(), ChangeKind::Reactivated)]);
    let fields = &world.record("new").fields;
    assert_eq!(fields.last_orphan_since.as_deref(), Some("01-07-2024: 12:34:00"));
    assert_eq!(fields.last_orphan_name.as_deref(), Some("old"));
    world.remove(0, "9");
    world.pass();
    let period = &world.record("new").fields.former_orphan_periods[0];
    assert_eq!(
        (period.name.as_str(), period.since.as_str()),
        ("old", "01-07-2024: 12:34:00")
    );
}
