//! Sums that agree, whatever the order.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn vm(sources: &[&str], cluster: Option<&str>, power_state: &str) -> VmFacts {
    VmFacts {
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        datacenter: Some("DC".to_owned()),
        cluster: cluster.map(str::to_owned),
        power_state: Some(power_state.to_owned()),
        vmware_tools: Some("toolsOk".to_owned()),
        family: Some(GuestFamily::Linux),
        num_cpu: Some(4),
        memory_bytes: Some(8 << 30),
        snapshots: Some(0),
        template: false,
        orphan: false,
    }
}

fn host(source: &str, moref: &str, uuid: &str, cluster: Option<&str>) -> HostFacts {
    HostFacts {
        source: source.to_owned(),
        moref: moref.to_owned(),
        hardware_uuid: Some(uuid.to_owned()),
        datacenter: Some("DC".to_owned()),
        cluster: cluster.map(str::to_owned),
        cpu_cores: Some(16),
        memory_bytes: Some(64 << 30),
    }
}

fn datastore(source: &str, url: &str, sizes: [Option<u64>; 3]) -> DatastoreFacts {
    DatastoreFacts {
        source: source.to_owned(),
        moref: format!("datastore-{url}"),
        name: format!("{source} {url}"),
        url: Some(url.to_owned()),
        last_seen: Some("2026-11-21T12:00:00Z".to_owned()),
        capacity_bytes: sizes[0],
        free_bytes: sizes[1],
        uncommitted_bytes: sizes[2],
    }
}

fn stats(inventory: Inventory, vms: &[VmFacts]) -> Stats {
    let mut tally = Tally::new(inventory);
    for vm in vms {
        tally.add(vm);
    }
    tally.finish(true)
}

#[test]
fn a_host_and_a_vm_seen_twice_count_once_in_the_cluster_of_the_vcenter() {
    let inventory = Inventory {
        sources: ["esx1", "vc1"].map(|name| (name.to_owned(), Kind::ALL.into())).into(),
        hosts: Some(vec![
            host("esx1", "ha-host", "AA-1", None),
            host("vc1", "host-1", "aa-1", Some("prod")),
            host("vc1", "host-2", "00000000-0000", Some("prod")),
            host("vc1", "host-3", "00000000-0000", Some("prod")),
        ]),
        ..Inventory::default()
    };
    let vms = [
        vm(&["esx1", "vc1"], Some("prod"), "on"),
        vm(&["vc1"], Some("prod"), "off"),
    ];
    let stats = stats(inventory, &vms);
    assert_eq!(stats.compute.hosts, Some(3), "zeros are no identity");
    let [prod] = &stats.clusters[..] else {
        panic!("{:?}", stats.clusters)
    };
    assert_eq!(
        (prod.source.as_deref(), prod.name.as_deref(), prod.vms),
        (Some("vc1"), Some("prod"), 2)
    );
    assert_eq!(prod.compute.cores.sum, Some(48));
    assert_eq!(
        (prod.compute.configured.vcpus.sum, prod.compute.running.vcpus.sum),
        (Some(8), Some(4))
    );
    assert_eq!(
        (prod.compute.cpu_percent, prod.compute.memory_percent),
        (Some(8), Some(4))
    );
    let of_sources: Vec<_> = stats
        .sources
        .iter()
        .map(|one| (one.name.as_str(), one.vms, one.hosts))
        .collect();
    assert_eq!(of_sources, [("esx1", Some(1), Some(1)), ("vc1", Some(2), Some(3))]);
}

#[test]
fn orphans_and_templates_want_nothing_and_what_is_unknown_is_no_zero() {
    let template = VmFacts {
        template: true,
        snapshots: None,
        vmware_tools: None,
        family: None,
        ..vm(&["vc1"], None, "off")
    };
    let orphan = VmFacts {
        orphan: true,
        ..vm(&["vc1"], None, "on")
    };
    let unknown = VmFacts {
        num_cpu: None,
        memory_bytes: None,
        power_state: None,
        ..vm(&["vc1"], None, "on")
    };
    let stats = stats(Inventory::default(), &[template, orphan, unknown]);
    let vms = stats.vms.expect("known");
    assert_eq!((vms.present, vms.templates, vms.orphans), (2, 1, 1));
    assert_eq!(json!(vms.power_state), json!({"off": 1, "unknown": 1}));
    assert_eq!(json!(vms.tools), json!({"toolsOk": 1, "unknown": 1}));
    assert_eq!(json!(vms.guest_family), json!({"linux": 1, "unknown": 1}));
    assert_eq!(
        json!(vms.snapshots),
        json!({"vms": 0, "snapshots": {"sum": 0, "unknown": 1}})
    );
    let compute = stats.compute;
    assert_eq!(
        (compute.hosts, compute.cores.sum, compute.cpu_percent),
        (None, None, None)
    );
    assert_eq!(json!(compute.configured.vcpus), json!({"sum": null, "unknown": 1}));
    assert_eq!((stats.datastores, stats.sources[0].hosts), (None, None));
    let nothing = Tally::new(Inventory::default()).finish(false);
    assert_eq!(nothing.vms, None);
}

#[test]
fn a_datastore_seen_by_several_sources_counts_once_and_the_fullest_promise_comes_first() {
    let tib = 1 << 40;
    let stats = stats(
        Inventory {
            datastores: Some(vec![
                datastore(
                    "vc1",
                    "ds:///vmfs/volumes/a/",
                    [Some(10 * tib), Some(4 * tib), Some(6 * tib)],
                ),
                datastore("esx1", "/vmfs/volumes/a", [Some(10 * tib), Some(4 * tib), None]),
                datastore("vc1", "ds:///vmfs/volumes/b/", [Some(2 * tib), Some(0), Some(tib)]),
                datastore("vc1", "ds:///vmfs/volumes/c/", [Some(tib), None, None]),
                datastore("vc1", "ds:///vmfs/volumes/d/", [Some(0), Some(0), Some(0)]),
            ]),
            ..Inventory::default()
        },
        &[],
    );
    let datastores = stats.datastores.expect("known");
    assert_eq!((datastores.count, datastores.shared), (4, 1));
    assert_eq!(
        json!(datastores.capacity_bytes),
        json!({"sum": 13_u64 * tib, "unknown": 0})
    );
    assert_eq!(
        json!(datastores.uncommitted_bytes),
        json!({"sum": 7_u64 * tib, "unknown": 1})
    );
    // 8 of 12, 15 of 12: `c` does not say how much is free.
    assert_eq!(
        (datastores.used_percent, datastores.committed_percent),
        (Some(67), Some(125))
    );
    let each: Vec<_> = datastores
        .each
        .iter()
        .map(|one| (one.sources.join(","), one.used_percent, one.committed_percent))
        .collect();
    let expected = [
        ("vc1".to_owned(), Some(100), Some(150)),
        ("esx1,vc1".to_owned(), Some(60), Some(120)),
        ("vc1".to_owned(), None, None),
        ("vc1".to_owned(), None, None),
    ];
    assert_eq!(each, expected);
}

#[test]
fn shares_are_rounded_and_never_of_nothing() {
    for (part, whole, expected) in [
        (Some(1), Some(3), Some(33)),
        (Some(2), Some(3), Some(67)),
        (Some(1), Some(2), Some(50)),
        (Some(u64::MAX), Some(u64::MAX), Some(100)),
        (Some(1), Some(0), None),
        (None, Some(1), None),
        (Some(1), None, None),
    ] {
        assert_eq!(percent(part, whole), expected);
    }
}

fn a_source() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["vc1".to_owned(), "vc2".to_owned(), "esx1".to_owned()])
}

fn a_cluster() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec!["prod".to_owned(), "test".to_owned()]))
}

prop_compose! {
    fn a_vm()(
        sources in prop::collection::vec(a_source(), 0..3),
        cluster in a_cluster(),
        power in prop::option::of(prop::sample::select(vec!["on", "off", "suspended"])),
        num_cpu in prop::option::of(1_u64..64),
        memory in prop::option::of(1_u64..1 << 40),
        snapshots in prop::option::of(0_u64..4),
        template in any::<bool>(),
        orphan in any::<bool>(),
    ) -> VmFacts {
        VmFacts {
            sources,
            cluster,
            power_state: power.map(str::to_owned),
            num_cpu,
            memory_bytes: memory,
            snapshots,
            template,
            orphan,
            ..vm(&[], None, "on")
        }
    }
}

prop_compose! {
    fn a_host()(source in a_source(), number in 0_u8..6, cluster in a_cluster(), cores in prop::option::of(1_u64..128)) -> HostFacts {
        HostFacts {
            cpu_cores: cores,
            ..host(&source, &format!("host-{number}"), &format!("uuid-{}", number % 3), cluster.as_deref())
        }
    }
}

prop_compose! {
    fn a_datastore()(source in a_source(), url in "[abc]", sizes in prop::array::uniform3(prop::option::of(0_u64..1 << 44))) -> DatastoreFacts {
        datastore(&source, &url, sizes)
    }
}

prop_compose! {
    fn an_inventory()(
        hosts in prop::option::of(prop::collection::vec(a_host(), 0..6)),
        datastores in prop::option::of(prop::collection::vec(a_datastore(), 0..6)),
    ) -> Inventory {
        Inventory { hosts, datastores, ..Inventory::default() }
    }
}

/// The lists of an inventory the other way round.
fn reversed(inventory: &Inventory) -> Inventory {
    let mut other = inventory.clone();
    other.hosts.iter_mut().for_each(|hosts| hosts.reverse());
    other.datastores.iter_mut().for_each(|datastores| datastores.reverse());
    other
}

proptest! {
    #[test]
    fn order_never_matters(inventory in an_inventory(), vms in prop::collection::vec(a_vm(), 0..12).prop_shuffle()) {
        let mut backwards = vms.clone();
        backwards.reverse();
        prop_assert_eq!(stats(inventory.clone(), &vms), stats(reversed(&inventory), &backwards));
    }

    #[test]
    fn sums_agree(inventory in an_inventory(), vms in prop::collection::vec(a_vm(), 0..12)) {
        let Stats { vms: counted, sources, clusters, compute, datastores, .. } = stats(inventory, &vms);
        let counted = counted.expect("known");
        prop_assert_eq!(counted.present + counted.orphans, vms.len());
        for map in [&counted.power_state, &counted.tools, &counted.guest_family] {
            prop_assert_eq!(map.values().sum::<usize>(), counted.present);
        }
        prop_assert_eq!(clusters.iter().map(|one| one.vms).sum::<usize>(), counted.present);
        prop_assert_eq!(compute.configured.vms + counted.templates, counted.present);
        let vcpus: u64 = clusters.iter().filter_map(|one| one.compute.running.vcpus.sum).sum();
        prop_assert_eq!(vcpus, compute.running.vcpus.sum.unwrap_or_default());
        let sightings = vms.iter().filter(|vm| !vm.orphan).map(|vm| vm.sources.iter().collect::<BTreeSet<_>>().len());
        prop_assert_eq!(sources.iter().filter_map(|one| one.vms).sum::<usize>(), sightings.sum::<usize>());
        if let Some(datastores) = datastores {
            prop_assert_eq!(datastores.each.len(), datastores.count);
            prop_assert!(datastores.capacity_bytes.unknown <= datastores.count);
        }
    }
}

#[test]
fn what_a_source_has_not_listed_is_unknown() {
    let inventory = Inventory {
        sources: [
            ("heard".to_owned(), [Kind::Vm, Kind::Object(ObjectKind::Host)].into()),
            ("never".to_owned(), BTreeSet::new()),
        ]
        .into(),
        hosts: Some(Vec::new()),
        datastores: Some(Vec::new()),
        ..Inventory::default()
    };
    let stats = stats(inventory, &[vm(&["heard"], None, "on")]);
    let counts: Vec<_> = stats
        .sources
        .iter()
        .map(|one| (one.vms, one.hosts, one.datastores))
        .collect();
    assert_eq!(counts, [(Some(1), Some(0), None), (None, None, None)]);
}
