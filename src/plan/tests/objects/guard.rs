//! What is withheld of objects that vanish.

use serde_json::json;

use super::world::{World, host, object};
use crate::catalog::ObjectKind::{Alarm, Host};
use crate::plan::objects::ObjectPlan;
use crate::plan::{Allowance, Hold, Subject};

#[test]
fn a_kind_that_vanishes_from_a_source_is_withheld_until_it_is_permitted() {
    let mut world = World::new(&["vc", "other"]);
    world.objects(0).extend((0..20).map(host));
    world.objects(1).extend((0..20).map(host));
    let alarm = |number| object(Alarm, &format!("alarm-{number}"), json!({ "status": "red" }));
    world.objects(0).extend((0..20).map(alarm));
    world.pass();
    world.objects(0).retain(|object| object.kind == Host);
    world.objects(0).truncate(15);
    let held = |plan: &ObjectPlan| plan.changes.iter().filter(|change| change.withheld.is_some()).count();
    assert_eq!(held(&world.plan()), 0, "five of twenty hosts, and alarms");
    world.objects(0).truncate(14);
    let plan = world.plan();
    assert_eq!(held(&plan), 6, "more than guard.min and more than 20 %");
    let withheld = plan
        .changes
        .iter()
        .find_map(|change| change.withheld.as_ref())
        .expect("one");
    assert_eq!(
        (withheld.hold, withheld.affected, withheld.of),
        (Hold::TooManyGone(Host), 6, 20)
    );
    for (source, subject, limit, left) in [
        ("vc", Subject::Gone, 5, 6),
        ("vc", Subject::Orphan, 6, 6),
        ("other", Subject::Gone, 6, 6),
        ("vc", Subject::Gone, 6, 0),
    ] {
        let source = source.to_owned();
        world.allowances = vec![Allowance { source, subject, limit }];
        assert_eq!(held(&world.plan()), left, "{subject:?} {limit}");
    }
    world.allowances.clear();
    let mut thirty = World::new(&["vc"]);
    thirty.objects(0).extend((0..30).map(host));
    thirty.pass();
    thirty.objects(0).truncate(24);
    assert_eq!(held(&thirty.plan()), 0, "six of thirty are 20 %");
    world.pass();
    assert_eq!(
        world
            .records
            .iter()
            .filter(|record| record.kind == Host && !record.present)
            .count(),
        0
    );
    assert_eq!(
        world
            .records
            .iter()
            .filter(|record| record.kind == Alarm && !record.present)
            .count(),
        20
    );
}
