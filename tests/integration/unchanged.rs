//! A pass that finds everything as it is stored writes nothing but that it has seen it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use simulator::Config;
use vmsync::catalog::ObjectKind;

use crate::collection::{furnish, furnish_details};
use crate::support::{Mongod, Server, Site, Store};

/// Rows by what they are and their keys.
type Rows = BTreeMap<(&'static str, String), Map<String, Value>>;

/// All that a pass stores of what it lists, with every field.
fn rows(site: &Site) -> Rows {
    let tables = [("vms", site.documents())].into_iter().chain(
        ObjectKind::ALL
            .into_iter()
            .map(|kind| (kind.plural(), site.objects(kind))),
    );
    tables
        .flat_map(|(table, rows)| rows.into_iter().map(move |(key, row)| ((table, key), row)))
        .collect()
}

/// Without what says that it was seen, which has to be newer.
fn lasting(mut rows: Rows) -> (Rows, Vec<String>) {
    let mut seen = Vec::new();
    for ((table, key), row) in &mut rows {
        let names = if *table == "vms" {
            ["last_sync_time", "epoch"]
        } else {
            ["last_seen", "epoch"]
        };
        for name in names {
            let value = row.remove(name);
            seen.push(
                value
                    .unwrap_or_else(|| panic!("{table} {key} has no {name}"))
                    .to_string(),
            );
        }
    }
    (rows, seen)
}

#[test]
fn an_unchanged_second_pass_writes_no_document_and_no_object() {
    for mut site in [
        Site::with(vec![Config::vcenter("vc")], Store::Sqlite),
        Site::on_mongo_with(vec![Config::vcenter("vc")], Server::Shared(Mongod::shared())),
    ] {
        site.more
            .push_str("inventory: {details: [devices, snapshots, guest_net, guest_disk]}\n");
        let simulator = &site.host("vc").simulator;
        simulator.inventory(furnish);
        simulator.inventory(furnish_details);
        site.sync().assert_code(0);
        let first = rows(&site);
        for table in ["vms"].into_iter().chain(ObjectKind::ALL.map(ObjectKind::plural)) {
            assert!(first.keys().any(|(of, _)| *of == table), "no {table} are stored");
        }
        let (before, seen_before) = lasting(first);
        assert!(before.values().all(|row| row["rev"] == 1 && !row["pass"].is_null()));

        // `last_sync_time` and `last_seen` are to the second.
        std::thread::sleep(Duration::from_millis(1_100));
        let second = site.sync();
        second
            .assert_code(0)
            .assert_report("/changes", json!([]))
            .assert_report("/object_changes", json!([]))
            .assert_report("/updated", 0)
            .assert_report("/unchanged", 2)
            .assert_report("/adopted", 0);
        for kind in ObjectKind::ALL {
            let stored = before.keys().filter(|(table, _)| *table == kind.plural()).count();
            let expected = json!({
                "added": 0, "updated": 0, "gone": 0, "returned": 0, "unchanged": stored, "failed": 0, "withheld": 0,
            });
            second.assert_report(&format!("/objects/{}", kind.plural()), expected);
        }
        let (after, seen_after) = lasting(rows(&site));
        assert_eq!(after, before);
        assert!(
            seen_before
                .iter()
                .zip(&seen_after)
                .all(|(before, after)| before != after),
            "all of it was seen: {seen_after:?}"
        );
    }
}
