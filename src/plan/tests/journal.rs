//! What is recorded for sessions and services.

use super::world::{World, esxi, python_document, vm};
use crate::inventory::Fact;
use crate::plan::journal::{Audience, Delivery, JournalEvent, SessionStage};
use crate::plan::record::VmRecord;
use crate::plan::{Warning, record::field};

fn host() -> World {
    let mut world = World::new(vec![esxi(
        "a",
        "1",
        vec![vm("1", "web", 1), vm("2", "db", 2), vm("3", "x", 3)],
    )]);
    world.pass();
    world
}

fn rename(world: &mut World, moref: &str, name: &str) {
    world.vm(0, moref).name = Fact::Known(name.into());
}

fn numbered(world: &World, number: u32) -> &VmRecord {
    let wanted = vm("", "", number).instance_uuid.known().cloned();
    world
        .records
        .iter()
        .find(|record| record.instance_uuid() == wanted)
        .expect("stored")
}

#[test]
fn an_orphan_and_the_stranger_that_takes_its_name() {
    let mut world = host();
    world.remove(0, "1");
    rename(&mut world, "2", "web");
    let plan = world.pass();
    let orphan = &numbered(&world, 1).fields;
    let since = orphan.orphan_since.clone().expect("an orphan");
    let old = "web".to_owned();
    assert_eq!(orphan.journal[0].event, JournalEvent::Orphan { old, since });
    assert_eq!(
        (&orphan.journal[0].group, orphan.journal[0].ambiguous),
        (&Delivery::None, false)
    );
    let renamed = &numbered(&world, 2).fields.journal[0];
    assert_eq!(
        (&renamed.group, &renamed.auth),
        (&Delivery::PENDING, &Delivery::PENDING)
    );
    let mut ids = [orphan.journal[0].id.as_str(), renamed.id.as_str()];
    ids.sort_unstable();
    assert_eq!(ids, ["2-1", "2-2"]);
    assert!(plan.warnings.is_empty());
}

#[test]
fn a_name_that_two_live_vms_bear_is_ambiguous() {
    let mut world = host();
    rename(&mut world, "2", "web");
    world.pass();
    rename(&mut world, "2", "www");
    let plan = world.pass();
    assert!(numbered(&world, 2).fields.journal[1].ambiguous);
    assert_eq!(plan.warnings, [Warning::AmbiguousName { name: "web".into() }]);
}

#[test]
fn a_python_orphan_that_returns_keeps_when_it_was_one() {
    let mut world = host();
    let mut orphan = python_document("p", "old", "a.example", 9);
    orphan.fields.orphan = true;
    orphan.fields.orphan_since = Some("01-07-2024: 12:34:00".into());
    orphan.stored.insert(field::ORPHAN.into(), true.into());
    orphan
        .stored
        .insert(field::ORPHAN_SINCE.into(), "01-07-2024: 12:34:00".into());
    world.records.push(orphan);
    world.vms(0).push(vm("9", "old", 9));
    world.pass();
    let fields = &world.record("old").fields;
    assert_eq!((fields.orphan, &fields.orphan_since), (false, &None));
    assert_eq!(fields.last_orphan_since.as_deref(), Some("01-07-2024: 12:34:00"));
}

/// An orphan called `web` returns as `www`; meanwhile `namesake` happened.
fn return_renamed(namesake: impl FnOnce(&mut World)) -> World {
    let mut world = host();
    let mut gone = world.remove(0, "1");
    world.pass();
    namesake(&mut world);
    gone.name = Fact::Known("www".into());
    world.vms(0).push(gone);
    world.pass();
    world
}

#[test]
fn the_services_are_told_of_an_orphan_that_returns_with_another_name() {
    let world = return_renamed(|_| ());
    let entry = &numbered(&world, 1).fields.journal[1];
    assert_eq!(
        (entry.sessions, &entry.group),
        (SessionStage::Closed, &Delivery::PENDING)
    );
    assert!(!entry.ambiguous, "sessions have it among their orphans");
}

#[test]
fn a_returning_orphan_does_not_take_its_namesakes_rights_along() {
    let world = return_renamed(|world| {
        rename(world, "2", "web");
        world.pass();
    });
    assert_eq!(
        numbered(&world, 1).fields.journal.len(),
        1,
        "`web` means the other VM everywhere"
    );
    let world = return_renamed(|world| {
        rename(world, "2", "web");
        world.pass();
        world.remove(0, "2");
        world.pass();
    });
    let entry = &numbered(&world, 1).fields.journal[1];
    assert_eq!(
        (entry.sessions, &entry.group),
        (SessionStage::Closed, &Delivery::PENDING),
        "which orphan?"
    );
}

#[test]
fn only_those_who_are_configured_are_told() {
    let none = Audience::default();
    let tell = |audience: Audience| {
        let mut world = host();
        world.audience = audience;
        rename(&mut world, "2", "x");
        rename(&mut world, "3", "y");
        world.remove(0, "1");
        world.pass();
        let journals = [1, 2].map(|number| numbered(&world, number).fields.journal.clone());
        let plan = {
            rename(&mut world, "2", "z");
            rename(&mut world, "3", "x");
            world.pass();
            world.plan()
        };
        (journals, plan.warnings)
    };
    assert_eq!(tell(none).0.map(|journal| journal.len()), [0, 0]);
    let ([orphan, renamed], _) = tell(Audience { group: true, ..none });
    assert!(orphan.is_empty());
    assert_eq!(
        (
            renamed[0].sessions,
            renamed[0].group.is_pending(),
            renamed[0].auth.is_pending()
        ),
        (SessionStage::Closed, true, false)
    );
    let ([orphan, renamed], _) = tell(Audience { auth: true, ..none });
    assert!(orphan.is_empty() && renamed[0].auth.is_pending() && !renamed[0].group.is_pending());
    let ([orphan, renamed], _) = tell(Audience { sessions: true, ..none });
    assert_eq!(
        (orphan[0].sessions, renamed[0].sessions, renamed[0].is_undelivered()),
        (SessionStage::Open, SessionStage::Open, false)
    );
}
