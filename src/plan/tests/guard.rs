//! What is withheld.

use super::world::{World, esxi, is_quiet, kinds, python_document, vm};
use crate::inventory::Fact;
use crate::plan::{Allowance, ChangeKind, Hold, Plan, Subject};

fn host_with(count: u32) -> World {
    let vms = (1..=count)
        .map(|n| vm(&n.to_string(), &format!("vm{n:03}"), n))
        .collect();
    let mut world = World::new(vec![esxi("a", "1", vms)]);
    world.pass();
    world
}

fn holds(plan: &Plan) -> Vec<Hold> {
    plan.changes
        .iter()
        .filter_map(|change| change.withheld.as_ref().map(|withheld| withheld.hold))
        .collect()
}

#[test]
fn limits_of_orphaning() {
    // (live, gone, withheld)
    let table = [
        (1, 1, None),
        (2, 2, Some(Hold::LosesAll)),
        (3, 2, None),
        (10, 5, None),
        (10, 6, Some(Hold::TooManyOrphans)),
        (30, 6, None),
        (29, 6, Some(Hold::TooManyOrphans)),
        (100, 20, None),
        (100, 21, Some(Hold::TooManyOrphans)),
    ];
    for (live, gone, expected) in table {
        let mut world = host_with(live);
        for n in 1..=gone {
            world.remove(0, &n.to_string());
        }
        let plan = world.plan();
        let expected: Vec<Hold> = expected
            .into_iter()
            .flat_map(|hold| vec![hold; usize::try_from(gone).expect("few")])
            .collect();
        assert_eq!(holds(&plan), expected, "{gone} of {live}");
        assert_eq!(is_quiet(&plan), !expected.is_empty(), "{gone} of {live}");
    }
}

#[test]
fn an_allowance_permits_up_to_its_number_for_its_source() {
    let mut world = host_with(10);
    for n in 1..=6 {
        world.remove(0, &n.to_string());
    }
    for (source, subject, limit, withheld) in [
        ("a", Subject::Orphan, 6, 0),
        ("a", Subject::Orphan, 5, 6),
        ("b", Subject::Orphan, 6, 6),
        ("a", Subject::Rename, 6, 6),
    ] {
        world.allowances = vec![Allowance {
            source: source.into(),
            subject,
            limit,
        }];
        assert_eq!(holds(&world.plan()).len(), withheld, "{source} {subject:?} {limit}");
    }
}

#[test]
fn a_replaced_source_adds_and_orphans_nothing() {
    let mut world = host_with(20);
    for n in 1..=6 {
        world.remove(0, &n.to_string());
        world.vms(0).push(vm(&format!("n{n}"), &format!("new{n}"), 100 + n));
    }
    let plan = world.plan();
    assert_eq!(holds(&plan), [Hold::SourceReplaced; 12]);
    assert!(is_quiet(&plan));
    world.allowances = vec![Allowance {
        source: "a".into(),
        subject: Subject::Orphan,
        limit: 6,
    }];
    assert_eq!(holds(&world.plan()), []);
    world.allowances.clear();
    world.remove(0, "n1");
    assert_eq!(
        holds(&world.plan()),
        [Hold::TooManyOrphans; 6],
        "fewer appear than vanish"
    );
}

#[test]
fn names_are_withheld_and_other_fields_apply() {
    let mut world = host_with(20);
    for n in 1..=6 {
        let vm = world.vm(0, &n.to_string());
        vm.name = Fact::Known(format!("x{n}"));
        vm.power_state = Fact::Known("off".into());
    }
    let plan = world.pass();
    assert_eq!(holds(&plan), [Hold::TooManyRenames; 6]);
    let fields = &world.record("vm001").fields;
    assert_eq!(
        (fields.power_state.as_str(), fields.names.len(), fields.journal.len()),
        ("off", 1, 0)
    );
    world.allowances = vec![Allowance {
        source: "a".into(),
        subject: Subject::Rename,
        limit: 6,
    }];
    assert_eq!(holds(&world.pass()), []);
    assert_eq!(world.record("x1").fields.names, ["vm001", "x1"]);
}

#[test]
fn a_few_renames_pass_and_adoption_is_not_guarded() {
    let mut world = host_with(20);
    for n in 1..=5 {
        world.vm(0, &n.to_string()).name = Fact::Known(format!("x{n}"));
    }
    assert_eq!(holds(&world.plan()), []);
    let vms = (1..=10).map(|n| vm(&n.to_string(), &format!("new{n}"), n)).collect();
    let mut world = World::new(vec![esxi("a", "1", vms)]);
    world.records = (1..=10)
        .map(|n| python_document(&n.to_string(), &format!("old{n}"), "a.example", n))
        .collect();
    let plan = world.plan();
    assert_eq!(holds(&plan), []);
    assert!(kinds(&plan).iter().all(|(_, kind)| *kind == ChangeKind::Renamed));
}

#[test]
fn moved_vms_are_no_loss() {
    let vms = (1..=10).map(|n| vm(&n.to_string(), &format!("vm{n}"), n)).collect();
    let mut world = World::new(vec![esxi("a", "1", vms), esxi("b", "2", vec![])]);
    world.pass();
    let moved = std::mem::take(world.vms(0));
    *world.vms(1) = moved;
    let plan = world.pass();
    assert_eq!(holds(&plan), []);
    assert_eq!(kinds(&plan).len(), 10);
}

#[test]
fn moved_vms_do_not_hide_a_loss() {
    let vms = (1..=10).map(|n| vm(&n.to_string(), &format!("vm{n}"), n)).collect();
    let mut world = World::new(vec![esxi("a", "1", vms), esxi("b", "2", vec![])]);
    world.pass();
    let mut moved = std::mem::take(world.vms(0));
    moved.truncate(8);
    *world.vms(1) = moved;
    assert_eq!(
        holds(&world.plan()),
        [Hold::LosesAll; 2],
        "what stayed behind was all that the source had left"
    );
}

#[test]
fn orphans_are_no_measure() {
    let mut world = host_with(5);
    for n in 1..=3 {
        world.remove(0, &n.to_string());
    }
    assert_eq!(holds(&world.pass()), []);
    world.remove(0, "4");
    world.remove(0, "5");
    assert_eq!(holds(&world.plan()), [Hold::LosesAll; 2]);
}

#[test]
fn what_is_withheld_stays_withheld_while_new_vms_arrive() {
    for (live, gone, new) in [(3, 3, 3), (10, 6, 3), (10, 6, 40)] {
        let mut world = host_with(live);
        for n in 1..=gone {
            world.remove(0, &n.to_string());
        }
        for n in 1..=new {
            world.vms(0).push(vm(&format!("n{n}"), &format!("new{n}"), 100 + n));
            let plan = world.pass();
            let orphaned = plan
                .changes
                .iter()
                .filter(|change| change.kinds.contains(&ChangeKind::Orphaned));
            assert!(
                orphaned.clone().all(|change| change.withheld.is_some()),
                "{live} {gone} {n}"
            );
            assert_eq!(
                orphaned.count(),
                usize::try_from(gone).expect("small"),
                "{live} {gone} {n}"
            );
        }
        let limit = usize::try_from(gone).expect("small");
        world.allowances = vec![Allowance {
            source: "a".into(),
            subject: Subject::Orphan,
            limit,
        }];
        assert_eq!(holds(&world.plan()), []);
    }
}
