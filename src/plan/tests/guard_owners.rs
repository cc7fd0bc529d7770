//! What is withheld where several sources own a VM.

use super::world::{World, esxi, is_quiet, vcenter, vm};
use crate::inventory::Fact;
use crate::plan::record::field;
use crate::plan::{Allowance, ChangeKind, Hold, Plan, Subject};

/// A host with `own` VMs, first in the configuration, and its vCenter, which has `all`.
fn site(own: u32, all: u32) -> World {
    let vms = |prefix: &str, count| {
        (1..=count)
            .map(|n| vm(&format!("{prefix}{n}"), &format!("vm{n:03}"), n))
            .collect()
    };
    let mut world = World::new(vec![
        esxi("a", "1", vms("", own)),
        vcenter("vc", "9", &["1", "2"], vms("vm-", all)),
    ]);
    for n in own + 1..=all {
        world.vm(1, &format!("vm-{n}")).host = Some(1);
    }
    world.pass();
    world
}

fn remove(world: &mut World, numbers: std::ops::RangeInclusive<u32>) {
    for n in numbers {
        world.remove(0, &n.to_string());
        world.remove(1, &format!("vm-{n}"));
    }
}

fn holds(plan: &Plan) -> Vec<(Hold, &str, usize, usize)> {
    let held = plan.changes.iter().filter_map(|change| {
        let withheld = change.withheld.as_ref()?;
        Some((withheld.hold, change.source.as_str(), withheld.affected, withheld.of))
    });
    held.collect()
}

fn allow(source: &str, subject: Subject, limit: usize) -> Allowance {
    Allowance {
        source: source.into(),
        subject,
        limit,
    }
}

#[test]
fn renames_are_measured_against_all_that_the_vcenter_has() {
    // 6 are 30 % of 20, but not of 21; 12 are 30 % of 40.
    for (own, renamed) in [(20, 6), (21, 6), (40, 12_u32)] {
        let mut world = site(own, 100);
        for n in 1..=renamed {
            world.vm(0, &n.to_string()).name = Fact::Known(format!("x{n}"));
            world.vm(1, &format!("vm-{n}")).name = Fact::Known(format!("x{n}"));
        }
        let (own, renamed) = (own as usize, renamed as usize);
        let expected = if own == 21 { 0 } else { renamed };
        let plan = world.plan();
        assert_eq!(
            holds(&plan),
            vec![(Hold::TooManyRenames, "a", renamed, own); expected],
            "{own}"
        );
        assert!(
            plan.changes
                .iter()
                .all(|change| change.rename().is_some() == (expected == 0))
        );
    }
}

#[test]
fn a_host_that_would_lose_all_is_held_by_itself() {
    let mut world = site(3, 100);
    remove(&mut world, 1..=3);
    assert_eq!(holds(&world.plan()), [(Hold::LosesAll, "a", 3, 3); 3]);
    world.allowances = vec![allow("vc", Subject::Orphan, 3)];
    assert_eq!(holds(&world.plan()).len(), 3);
    world.allowances = vec![allow("a", Subject::Orphan, 3)];
    assert_eq!(holds(&world.plan()), []);
}

#[test]
fn every_owner_has_to_consent() {
    let mut world = site(10, 20);
    remove(&mut world, 1..=6);
    assert_eq!(holds(&world.plan()), [(Hold::TooManyOrphans, "vc", 6, 20); 6]);
    world.allowances = vec![allow("vc", Subject::Orphan, 6)];
    assert_eq!(holds(&world.plan()), [(Hold::TooManyOrphans, "a", 6, 10); 6]);
    world.allowances.push(allow("a", Subject::Orphan, 6));
    assert_eq!(holds(&world.plan()), []);
}

#[test]
fn a_replaced_host_is_seen_through_its_vcenter() {
    let mut world = site(10, 100);
    remove(&mut world, 1..=6);
    for n in 201..=206 {
        world.vms(0).push(vm(&n.to_string(), &format!("new{n}"), n));
        world.vms(1).push(vm(&format!("vm-{n}"), &format!("new{n}"), n));
    }
    let plan = world.plan();
    assert_eq!(holds(&plan), [(Hold::SourceReplaced, "a", 6, 10); 12]);
    assert!(is_quiet(&plan));
}

#[test]
fn limits_of_renames_and_replacement() {
    // (live, changed, held)
    for (live, changed, held) in [
        (20, 6, true),
        (21, 6, false),
        (23, 7, true),
        (24, 7, false),
        (10, 5, false),
    ] {
        let vms: Vec<_> = (1..=live)
            .map(|n| vm(&n.to_string(), &format!("vm{n:03}"), n))
            .collect();
        let mut world = World::new(vec![esxi("a", "1", vms)]);
        world.pass();
        let mut renamed = World::new(world.sources.clone());
        renamed.records.clone_from(&world.records);
        for n in 1..=changed {
            renamed.vm(0, &n.to_string()).name = Fact::Known(format!("x{n}"));
            world.remove(0, &n.to_string());
            world.vms(0).push(vm(&format!("n{n}"), &format!("n{n}"), 100 + n));
        }
        assert_eq!(!holds(&renamed.plan()).is_empty(), held, "{changed} of {live}");
        let replaced = holds(&world.plan())
            .iter()
            .any(|(hold, ..)| *hold == Hold::SourceReplaced);
        assert_eq!(replaced, held, "{changed} of {live}");
        renamed.allowances = vec![allow("a", Subject::Rename, changed as usize - 1)];
        assert_eq!(!holds(&renamed.plan()).is_empty(), held);
        renamed.allowances.push(allow("a", Subject::Rename, changed as usize));
        assert_eq!(holds(&renamed.plan()), [], "the greatest allowance counts");
    }
}

#[test]
fn a_withheld_name_is_withheld_whole() {
    let mut world = site(10, 10);
    for n in 1..=6 {
        for (source, moref) in [(0, n.to_string()), (1, format!("vm-{n}"))] {
            let vm = world.vm(source, &moref);
            vm.name = Fact::Known(format!("x{n}"));
            vm.power_state = Fact::Known("off".into());
        }
    }
    let plan = world.plan();
    let change = &plan.changes[0];
    assert!(change.held.keys().eq([field::NAME, field::NAMES]) && change.write.keys().eq([field::POWER_STATE]));
    assert!(change.after.names.len() == 1 && change.after.journal.is_empty());
    world.pass();
    assert_eq!(
        world.plan().changes.iter().filter(|change| change.is_written()).count(),
        0
    );
}

#[test]
fn missing_vms_are_no_measure() {
    let mut world = site(0, 10);
    world.sources[0].hearing = crate::plan::Hearing::Incomplete;
    for n in 1..=4 {
        world.remove(1, &format!("vm-{n}"));
    }
    let plan = world.pass();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.kind() == Some(ChangeKind::Missing))
    );
    for n in 5..=10 {
        world.vm(1, &format!("vm-{n}")).name = Fact::Known(format!("x{n}"));
    }
    assert_eq!(holds(&world.plan()), [(Hold::TooManyRenames, "vc", 6, 6); 6]);
}
