//! What a server does not tell stays unknown: it neither blanks what is stored, nor is it counted.

use serde_json::json;

use super::resolution::site;
use super::*;

/// The site with one of its objects changed.
fn site_with(moref: &str, change: impl FnOnce(ObjectContent) -> ObjectContent) -> Vec<ObjectContent> {
    let mut objects = site();
    let named = |object: &ObjectContent| object.object.value == moref && object.property("name").is_some();
    let position = objects.iter().position(named).expect("there");
    objects[position] = change(objects[position].clone());
    objects
}

#[test]
fn a_host_that_is_away_loses_no_hardware() {
    for (state, expected) in [("connected", Some(&json!(null))), ("notResponding", None)] {
        let inventory = build(site_with("host-1", |host| {
            host.with("runtime.connectionState", text(state))
                .with("summary.hardware.vendor", text("Dell Inc."))
        }));
        let told = |field| fact(&inventory, ObjectKind::Host, "host-1", field);
        for field in ["memory_bytes", "esxi_version", "serial_number", "hardware_uuid"] {
            assert_eq!(told(field), expected, "{state} {field}");
        }
        assert_eq!(told("vendor"), Some(&json!("Dell Inc.")), "what is told counts");
        assert_eq!(told("boot_time"), Some(&json!(null)), "its runtime is that of now");
    }
}

#[test]
fn a_doubted_listing_does_not_tell_which_hosts_there_are() {
    let mut inventory = build(site());
    let places = [
        (ObjectKind::Datastore, "datastore-1"),
        (ObjectKind::Network, "network-1"),
    ];
    for (kind, moref) in places {
        assert_eq!(
            fact(&inventory, kind, moref, "hosts"),
            Some(&json!(["esx1", "esx2", "esx3"]))
        );
    }
    inventory.forget_counts();
    for (kind, moref) in places {
        assert_eq!(fact(&inventory, kind, moref, "hosts"), None);
    }
}

/// That an adapter's network is in no listing says that it has none that may be read, if the listing is whole.
#[test]
fn a_doubted_listing_takes_no_network_from_an_adapter() {
    for (portgroup, is_kept) in [("dvportgroup-2", true), ("hidden", false)] {
        let mut inventory = build(wired(site(), portgroup));
        assert!(interfaces(&inventory).is_some(), "{portgroup}");
        inventory.forget_counts();
        assert_eq!(interfaces(&inventory).is_some(), is_kept, "{portgroup}");
    }
    let few = Choice {
        kinds: [ObjectKind::Host].into(),
        details: [Detail::Devices].into(),
    };
    let mut inventory = build_with(wired(site(), "hidden"), &few, true);
    inventory.forget_counts();
    assert!(interfaces(&inventory).is_some(), "networks are never asked for");
}

#[test]
fn alarms_are_listed_only_if_the_root_folder_tells_them_all() {
    let alarms = |value: Option<Value>| {
        let root = object("Folder", "group-d1", []);
        value.map_or(root.clone(), |value| root.with("triggeredAlarmState", value))
    };
    let nameless = data("AlarmState", [("overallStatus", text("red"))]);
    let table = [
        ("unset", alarms(None), true),
        ("none", alarms(Some(text(""))), true),
        ("refused", alarms(None).refused("triggeredAlarmState"), false),
        ("no list", alarms(Some(text("odd"))), false),
        ("no alarm", alarms(Some(list([nameless]))), false),
        (
            "of another folder",
            named("Folder", "group-v3", "vm", ("Datacenter", "datacenter-2")).refused("triggeredAlarmState"),
            true,
        ),
    ];
    for (what, folder, expected) in table {
        let mut objects = site();
        objects.push(folder);
        let inventory = build(objects);
        assert_eq!(inventory.listed.contains(&ObjectKind::Alarm), expected, "{what}");
        let arrived = fact(&inventory, ObjectKind::Alarm, "alarm-1.vm-3", "status");
        assert_eq!(arrived, Some(&json!("red")), "{what}: what has arrived is there");
    }
}

#[test]
fn without_the_root_folder_it_is_not_known_which_alarms_are_over() {
    let is_root = |object: &ObjectContent| object.object.value == "group-d1";
    let (root, mut rest): (Vec<_>, Vec<_>) = site().into_iter().partition(is_root);
    let inventory = build(rest.clone());
    assert!(!inventory.listed.contains(&ObjectKind::Alarm));
    let told: Vec<&str> = inventory.errors.iter().map(|problem| &*problem.message).collect();
    assert_eq!(told, ["did not arrive, so it is not known which alarms are over"]);

    let few = Choice {
        kinds: [ObjectKind::Host].into(),
        ..choice()
    };
    assert_eq!(
        build_with(rest.clone(), &few, true).errors,
        [],
        "alarms are not asked for"
    );

    // One that came before the listing had to be begun anew does not count.
    let specs = listing(SourceKind::Vcenter, &choice());
    let mut builder = InventoryBuilder::new(&about(), &specs);
    builder.add(root.clone());
    builder.restart();
    builder.add(rest.clone());
    assert!(!builder.finish(true).listed.contains(&ObjectKind::Alarm));

    rest.extend(root);
    assert!(build(rest).listed.contains(&ObjectKind::Alarm));
}

#[test]
fn the_sizes_of_a_datastore_that_is_not_accessible_are_not_known() {
    let inventory = build(site_with("datastore-1", |datastore| {
        datastore
            .with("summary.accessible", text("false"))
            .with("summary.uncommitted", text("7"))
    }));
    let told = |field| fact(&inventory, ObjectKind::Datastore, "datastore-1", field);
    for field in ["capacity_bytes", "free_bytes", "uncommitted_bytes"] {
        assert_eq!(told(field), None, "{field}");
    }
    assert_eq!(told("accessible"), Some(&json!(false)));
    for field in ["total_storage_bytes", "used_storage_bytes"] {
        assert_eq!(
            fact(&inventory, ObjectKind::Cluster, "domain-c7", field),
            None,
            "{field}"
        );
    }
}

#[test]
fn no_number_is_more_than_a_store_can_hold() {
    let (most, more) = (i64::MAX.to_string(), (i64::MAX.unsigned_abs() + 1).to_string());
    let with = |objects: Vec<ObjectContent>, moref: &str, path, value: &str| -> Vec<ObjectContent> {
        let change = |object: ObjectContent| {
            if object.object.value == moref {
                object.with(path, text(value))
            } else {
                object
            }
        };
        objects.into_iter().map(change).collect()
    };
    let mut objects = with(site(), "datastore-1", "summary.capacity", &most);
    objects = with(objects, "datastore-1", "summary.uncommitted", &more);
    objects = with(objects, "vm-1", "summary.storage.committed", &more);
    objects = with(objects, "host-1", "summary.quickStats.overallMemoryUsage", &most);
    let inventory = build(objects);
    let cluster = |field| fact(&inventory, ObjectKind::Cluster, "domain-c7", field);
    let datastore = |field| fact(&inventory, ObjectKind::Datastore, "datastore-1", field);
    assert_eq!(datastore("capacity_bytes"), Some(&json!(i64::MAX)));
    assert_eq!(datastore("uncommitted_bytes"), None);
    assert_eq!(vm(&inventory, "vm-1").committed_bytes, Fact::Unread);
    assert_eq!(cluster("total_storage_bytes"), Some(&json!(i64::MAX)));
    assert_eq!(cluster("used_memory_bytes"), Some(&json!(i64::MAX)));
    let complaints: Vec<&str> = inventory.errors.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        complaints,
        [
            "not understood: summary.uncommitted",
            "not understood: summary.storage.committed"
        ]
    );
}

#[test]
fn a_path_is_given_up_when_it_is_too_long() {
    for (length, is_known) in [(16_000, true), (16_384, false)] {
        let name = "x".repeat(length);
        let inventory = build(site_with("group-v9", |folder| folder.with("name", text(&name))));
        let path = vm(&inventory, "vm-1").folder_path.as_deref();
        let expected = format!("/Site/A/vm/{name}");
        assert_eq!(path, is_known.then_some(expected.as_str()), "{length}");
    }
}

#[test]
fn a_cluster_uses_what_its_hosts_tell() {
    const CPU: &str = "summary.quickStats.overallCpuUsage";
    let used = |objects| fact(&build(objects), ObjectKind::Cluster, "domain-c7", "used_cpu_mhz").cloned();
    let away = |host: ObjectContent| host.with("runtime.connectionState", text("disconnected")).without(CPU);
    let empty = || {
        let mut objects = site();
        objects.retain(|object| object.object.kind != "HostSystem" || object.object.value == "host-3");
        objects
    };
    let table = [
        ("one is away", site_with("host-1", away), Some(json!(1000))),
        ("one does not tell", site_with("host-1", |host| host.without(CPU)), None),
        (
            "one may be in any cluster",
            site_with("host-3", |host| host.refused("parent")),
            None,
        ),
        (
            "one is in no cluster",
            site_with("host-3", |host| host.without(CPU)),
            Some(json!(2000)),
        ),
        ("there are none", empty(), Some(json!(0))),
    ];
    for (what, objects, expected) in table {
        assert_eq!(used(objects), expected, "{what}");
    }
}

/// A VM with an adapter in a portgroup, and its guest's word of it.
fn wired(objects: Vec<ObjectContent>, portgroup: &str) -> Vec<ObjectContent> {
    let port = data(
        "DistributedVirtualSwitchPortConnection",
        [("portgroupKey", text(portgroup))],
    );
    let card = data(
        "VirtualVmxnet3",
        [
            ("key", text("4000")),
            (
                "backing",
                data("VirtualEthernetCardDistributedVirtualPortBackingInfo", [("port", port)]),
            ),
            ("macAddress", text("00:50:56:00:00:01")),
        ],
    );
    let nic = data(
        "GuestNicInfo",
        [("deviceConfigId", text("4000")), ("ipAddress", text("192.0.2.7"))],
    );
    let wire = |object: ObjectContent| match &*object.object.value {
        "vm-1" => object
            .with("config.hardware.device", list([card.clone()]))
            .with("guest.net", list([nic.clone()])),
        _ => object,
    };
    objects.into_iter().map(wire).collect()
}

fn interfaces(inventory: &SourceInventory) -> Option<&Json> {
    let details = vm(inventory, "vm-1").details.as_ref()?;
    details.network_interfaces.known()
}

#[test]
fn interfaces_are_whole_or_unknown() {
    let row = |network: Option<&str>| {
        let mut row = json!({
            "mac": "00:50:56:00:00:01", "adapter_type": "Vmxnet3", "ip_addresses": ["192.0.2.7"],
        });
        if let Some(network) = network {
            row["network"] = network.into();
        }
        json!([row])
    };
    let build = |portgroup, complete| build_with(wired(site(), portgroup), &choice(), complete);
    assert_eq!(interfaces(&build("dvportgroup-2", true)), Some(&row(Some("web"))));
    assert_eq!(interfaces(&build("dvportgroup-2", false)), Some(&row(Some("web"))));
    assert_eq!(interfaces(&build("gone", true)), Some(&row(None)), "it may not be read");
    assert_eq!(interfaces(&build("gone", false)), None, "it may be to come");
    for path in ["guest.net", "config.hardware.device"] {
        let mut objects = wired(site(), "dvportgroup-2");
        for object in &mut objects {
            if object.object.value == "vm-1" {
                *object = object.clone().refused(path);
            }
        }
        assert_eq!(interfaces(&build_with(objects, &choice(), true)), None, "{path}");
    }
}

#[test]
fn a_guest_that_tells_of_no_address_does_not_take_them_away() {
    let told = |choice: &Choice, nics: &[&[&str]]| {
        let nics = nics.iter().zip(["00:50:56:00:00:01", "00:50:56:00:00:02"]);
        let nic = |(addresses, mac): (&&[&str], &str)| {
            let addresses = addresses.iter().map(|address| ("ipAddress", text(address)));
            let fields = [("macAddress", text(mac))].into_iter().chain(addresses);
            Value::Struct {
                type_name: Some("GuestNicInfo"),
                fields: fields.collect(),
            }
        };
        let nics = list(nics.map(nic).collect::<Vec<_>>());
        let objects = wired(site(), "dvportgroup-2").into_iter();
        let objects = objects.map(|object| match &*object.object.value {
            "vm-1" => object.with("guest.net", nics.clone()),
            _ => object,
        });
        interfaces(&build_with(objects.collect(), choice, true)).cloned()
    };
    let addresses = |rows: Option<Json>| rows.map(|rows| rows[0].get("ip_addresses").cloned());
    let all = choice();
    let guest = Choice {
        details: [Detail::GuestNet].into(),
        ..choice()
    };
    for choice in [&all, &guest] {
        assert_eq!(
            addresses(told(choice, &[&["192.0.2.7"]])),
            Some(Some(json!(["192.0.2.7"])))
        );
        assert_eq!(addresses(told(choice, &[&[]])), Some(None), "none is told");
        let of_another: [&[&str]; 2] = [&[], &["192.0.2.8"]];
        assert_eq!(
            addresses(told(choice, &of_another)),
            Some(Some(json!([]))),
            "it has none"
        );
    }
    assert_eq!(addresses(told(&all, &[])), Some(None), "it is off");
    assert_eq!(told(&guest, &[]), None, "it is off");
}

#[test]
fn interfaces_have_no_network_where_networks_are_never_asked_for() {
    let few = Choice {
        kinds: [ObjectKind::Host].into(),
        details: [Detail::Devices].into(),
    };
    let mut objects = wired(site(), "dvportgroup-2");
    objects.retain(|object| object.object.kind != "DistributedVirtualPortgroup");
    let inventory = build_with(objects, &few, false);
    let first = &interfaces(&inventory).expect("known")[0];
    assert_eq!(first["mac"], "00:50:56:00:00:01");
    assert_eq!(first.get("network"), None);
}
