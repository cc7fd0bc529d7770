//! What holds of any listings.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::world::{World, object};
use crate::catalog::ObjectKind::{self, Cluster, Host};
use crate::inventory::Object;
use crate::plan::{Allowance, Hearing, Subject};

/// What a source has, and how well it is heard.
type Turn = (BTreeMap<u8, u8>, u8, bool);

fn turns() -> impl Strategy<Value = Vec<[Turn; 2]>> {
    let turn = || (prop::collection::btree_map(0..8u8, 0..3u8, 0..8), 0..3u8, any::<bool>());
    prop::collection::vec([turn(), turn()], 1..6)
}

fn play(world: &mut World, turn: &[Turn; 2], backwards: bool) {
    for (index, (objects, hearing, asks_hosts)) in turn.iter().enumerate() {
        let kinds = [Host, Cluster];
        let listed = objects.iter().map(|(number, cores)| {
            let kind = kinds[usize::from(*number % 2)];
            let name = if kind == Host { "cpu_cores" } else { "hosts" };
            object(
                kind,
                &format!("{}-{number}", kind.singular()),
                json!({ "name": "n", name: cores }),
            )
        });
        let mut listed: Vec<Object> = listed.collect();
        if backwards {
            listed.reverse();
        }
        *world.objects(index) = listed;
        *world.listed(index) = ObjectKind::ALL
            .into_iter()
            .filter(|kind| *asks_hosts || *kind != Host)
            .collect();
        world.sources[index].hearing =
            [Hearing::Complete, Hearing::Incomplete, Hearing::Complete][usize::from(*hearing)];
    }
}

fn permitted() -> World {
    let mut world = World::new(&["a", "b"]);
    let allow = |source: &str| Allowance {
        source: source.to_owned(),
        subject: Subject::Gone,
        limit: 99,
    };
    world.allowances = vec![allow("a"), allow("b")];
    world
}

proptest! {
    /// A second pass over the same world has nothing to do, and the order of listings and documents never matters.
    #[test]
    fn plans_converge_and_no_order_matters(turns in turns()) {
        let (mut one, mut other) = (permitted(), permitted());
        for turn in &turns {
            play(&mut one, turn, false);
            play(&mut other, turn, true);
            other.records.reverse();
            prop_assert_eq!(one.pass(), other.pass());
            let again = one.plan();
            prop_assert!(again.changes.is_empty(), "{:?}", again.changes);
        }
    }

    /// An object is present exactly if it was listed since a complete listing, which asked for its kind, was without it.
    #[test]
    fn presence_is_what_the_evidence_says(turns in turns()) {
        let mut world = permitted();
        let mut expected: BTreeMap<String, bool> = BTreeMap::new();
        for turn in &turns {
            play(&mut world, turn, false);
            for view in &world.sources {
                let (inventory, id) = (view.inventory.as_ref().expect("listed"), view.id.as_ref().expect("known"));
                let is_whole = view.hearing == Hearing::Complete;
                let prefix = format!("{id}/");
                for (key, present) in expected.iter_mut().filter(|(key, _)| key.starts_with(&prefix)) {
                    let is_host = key.contains("/host-");
                    *present &= !is_whole || !inventory.listed.contains(if is_host { &Host } else { &Cluster });
                }
                expected.extend(inventory.objects.iter().map(|object| (format!("{prefix}{}", object.moref), true)));
            }
            world.pass();
            let stored = world.records.iter().map(|record| (record.id.0.clone(), record.present));
            prop_assert_eq!(stored.collect::<BTreeMap<_, _>>(), expected.clone());
        }
    }
}
