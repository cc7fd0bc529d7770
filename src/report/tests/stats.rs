use std::collections::BTreeMap;

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::look;
use super::schema::{check, schema_in};
use crate::catalog::{Kind, ObjectKind};
use crate::report::{render_json, render_stats};
use crate::stats::{ClusterFacts, DatastoreFacts, HostFacts, Inventory, Stats, Tally, VmFacts};

const TIB: u64 = 1 << 40;

fn vm(number: u64) -> VmFacts {
    VmFacts::of(&[
        json!(["vc1"]),
        json!("DC"),
        json!(if number.is_multiple_of(3) {
            None
        } else {
            Some("production")
        }),
        json!(["on", "off", "on", "suspended"][usize::try_from(number % 4).expect("small")]),
        json!(if number == 1 { "unknown" } else { "toolsOk" }),
        json!("ubuntu64Guest"),
        json!(null),
        json!((number != 2).then_some(4)),
        json!(8192),
        json!(number % 2),
        json!(number == 5),
        json!(number == 7),
    ])
}

fn busy() -> Stats {
    let host = |moref: &str, cluster: Option<&str>| {
        HostFacts::of(&[
            json!("vc1"),
            json!(moref),
            json!(null),
            json!("DC"),
            json!(cluster),
            json!(32),
            json!(TIB / 4),
        ])
    };
    let datastore = |name: &str, sizes: [Option<u64>; 3]| {
        let [capacity, free, uncommitted] = sizes;
        let name = json!(name);
        let row = [
            json!("vc1"),
            name.clone(),
            name.clone(),
            name,
            json!(null),
            json!(capacity),
            json!(free),
            json!(uncommitted),
        ];
        DatastoreFacts::of(&row)
    };
    let inventory = Inventory {
        sources: ["vc1", "an ESXi host with quite a long name"]
            .map(|name| (name.to_owned(), Kind::ALL.into()))
            .into(),
        hosts: Some(vec![host("host-1", Some("production")), host("host-2", None)]),
        clusters: Some(vec![ClusterFacts::of(&[
            json!("vc1"),
            json!("DC"),
            json!("production"),
        ])]),
        datastores: Some(vec![
            datastore("ds-1", [Some(10 * TIB), Some(4 * TIB), Some(6 * TIB)]),
            datastore("\u{1b}[31mds-2", [Some(TIB), None, None]),
        ]),
        others: BTreeMap::from([(ObjectKind::Network, vec!["vc1".to_owned()])]),
    };
    let mut tally = Tally::new(inventory);
    (0..12).for_each(|number| tally.add(&vm(number)));
    tally.finish(true)
}

fn empty() -> Stats {
    Tally::new(Inventory::default()).finish(false)
}

#[test]
fn what_is_counted_fits_80_columns() {
    insta::assert_snapshot!(render_stats(&busy(), &look(80)));
    let nothing = [
        "VMs            not listed yet",
        "",
        "hosts          not listed yet",
        "CPU            ? cores; vCPUs: ? running (?), ? configured",
        "memory         ?; VMs: ? running (?), ? configured",
        "storage        not listed yet",
    ];
    assert_eq!(render_stats(&empty(), &look(80)).lines().collect::<Vec<_>>(), nothing);
    for width in [40, 60, 80, 120] {
        let page = render_stats(&busy(), &look(width));
        assert!(!page.contains('\u{1b}'), "{page}");
        if width >= 80 {
            assert!(page.lines().all(|line| line.width() <= width), "{width}:\n{page}");
        }
    }
}

#[test]
fn namesakes_of_one_source_are_told_apart_by_their_datacenters() {
    let cluster =
        |source: &str, datacenter: &str, name: &str| ClusterFacts::of(&[json!(source), json!(datacenter), json!(name)]);
    let inventory = Inventory {
        clusters: Some(vec![
            cluster("vc1", "Paris", "production"),
            cluster("vc1", "Rome", "production"),
            cluster("vc1", "Rome", "test"),
            cluster("vc2", "Rome", "production"),
        ]),
        ..Inventory::default()
    };
    let page = render_stats(&Tally::new(inventory).finish(false), &look(80));
    let named = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let rows: Vec<String> = page
        .lines()
        .skip_while(|line| !line.contains("Cluster"))
        .map(named)
        .collect();
    for row in [
        "Paris/production vc1",
        "Rome/production vc1",
        "test vc1",
        "production vc2",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row} in\n{page}");
    }
}

#[test]
fn stats_keep_their_schema() {
    let schema = schema_in("stats.schema.json");
    for stats in [busy(), empty()] {
        let value: serde_json::Value = serde_json::from_str(&render_json(&stats)).expect("JSON");
        assert_eq!(check(&schema, &schema, &value, ""), Vec::<String>::new());
        let names: Vec<_> = value.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(schema["required"], json!(names));
    }
    let good: serde_json::Value = serde_json::from_str(&render_json(&busy())).expect("JSON");
    for (pointer, bad) in [
        ("/schema", json!("vmsync.stats/2")),
        ("/vms/present", json!(null)),
        ("/vms/power_state/on", json!("many")),
        ("/compute/cores", json!(7)),
        ("/clusters/0/hosts", json!("two")),
        ("/datastores/each/0/more", json!(1)),
    ] {
        let mut stats = good.clone();
        match stats.pointer_mut(pointer) {
            Some(place) => *place = bad,
            None => stats["datastores"]["each"][0]["more"] = bad,
        }
        assert_ne!(check(&schema, &schema, &stats, ""), Vec::<String>::new(), "{pointer}");
    }
}
