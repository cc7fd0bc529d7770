//! What references become.

use serde_json::json;

use super::*;

/// A small vCenter: two hosts in a cluster, one on its own, a vApp, two datastores, every sort of network, an alarm.
pub(super) fn site() -> Vec<ObjectContent> {
    let mut objects = vec![
        object(
            "Folder",
            "group-d1",
            [("name", text("Datacenters")), ("effectiveRole", list([text("-2")]))],
        ),
        named("Datacenter", "datacenter-2", "Site%2fA", ("Folder", "group-d1")),
        named("Folder", "group-v3", "vm", ("Datacenter", "datacenter-2")),
        named("Folder", "group-v9", "Web", ("Folder", "group-v3")),
        named("Folder", "group-h4", "host", ("Datacenter", "datacenter-2")),
        named("Folder", "group-s5", "datastore", ("Datacenter", "datacenter-2")),
        named("Folder", "group-n6", "network", ("Datacenter", "datacenter-2")),
        named("ClusterComputeResource", "domain-c7", "prod", ("Folder", "group-h4"))
            .with(
                "datastore",
                list([
                    reference("Datastore", "datastore-1"),
                    reference("Datastore", "datastore-2"),
                ]),
            )
            .with("summary.numHosts", text("2")),
        named("ComputeResource", "domain-s8", "esx3", ("Folder", "group-h4")),
        named(
            "ResourcePool",
            "resgroup-1",
            "Resources",
            ("ClusterComputeResource", "domain-c7"),
        ),
        named("ResourcePool", "resgroup-2", "gold", ("ResourcePool", "resgroup-1")),
        named("VirtualApp", "resgroup-v3", "shop", ("ResourcePool", "resgroup-1"))
            .with("parentFolder", reference("Folder", "group-v9")),
        object(
            "CustomFieldsManager",
            "CustomFieldsManager",
            [(
                "field",
                list([data("CustomFieldDef", [("key", text("7")), ("name", text("owner"))])]),
            )],
        ),
    ];
    objects.extend(hosts());
    objects.extend(storage_and_networks());
    objects.extend(vms());
    objects
}

fn host(moref: &str, name: &str, parent: (&str, &str), vlan: &str) -> ObjectContent {
    let spec = data(
        "HostPortGroupSpec",
        [
            ("name", text("VM Network")),
            ("vlanId", text(vlan)),
            ("vswitchName", text("vSwitch0")),
        ],
    );
    named("HostSystem", moref, name, parent)
        .with("runtime.connectionState", text("connected"))
        .with("summary.quickStats.overallCpuUsage", text("1000"))
        .with("summary.quickStats.overallMemoryUsage", text("2048"))
        .with("datastore", list([reference("Datastore", "datastore-1")]))
        .with(
            "network",
            list([
                reference("Network", "network-1"),
                reference("DistributedVirtualPortgroup", "dvportgroup-2"),
            ]),
        )
        .with(
            "config.network.portgroup",
            list([data("HostPortGroup", [("spec", spec)])]),
        )
}

fn hosts() -> Vec<ObjectContent> {
    vec![
        host("host-1", "esx1", ("ClusterComputeResource", "domain-c7"), "10"),
        host("host-2", "esx2", ("ClusterComputeResource", "domain-c7"), "10"),
        host("host-3", "esx3", ("ComputeResource", "domain-s8"), "10"),
    ]
}

fn portgroup(moref: &str, name: &str, vlan: Value) -> ObjectContent {
    named("DistributedVirtualPortgroup", moref, name, ("Folder", "group-n6"))
        .with("config.key", text(moref))
        .with(
            "config.distributedVirtualSwitch",
            reference("VmwareDistributedVirtualSwitch", "dvs-1"),
        )
        .with(
            "config.defaultPortConfig",
            data("VMwareDVSPortSetting", [("vlan", vlan)]),
        )
}

fn storage_and_networks() -> Vec<ObjectContent> {
    let datastore = |moref, name, capacity: &str, free: &str| {
        named("Datastore", moref, name, ("Folder", "group-s5"))
            .with("summary.capacity", text(capacity))
            .with("summary.freeSpace", text(free))
    };
    let range = |start, end| data("NumericRange", [("start", text(start)), ("end", text(end))]);
    let trunk = data(
        "TrunkVlanSpec",
        [
            ("inherited", text("false")),
            ("vlanId", range("0", "4094")),
            ("vlanId", range("100", "100")),
        ],
    );
    vec![
        datastore("datastore-1", "fast", "1000", "400"),
        datastore("datastore-2", "slow", "2000", "500"),
        named("Network", "network-1", "VM Network", ("Folder", "group-n6")),
        named("OpaqueNetwork", "network-o9", "overlay", ("Folder", "group-n6"))
            .with("summary.opaqueNetworkId", text("nsx-9")),
        named("VmwareDistributedVirtualSwitch", "dvs-1", "dvs", ("Folder", "group-n6")).with(
            "config.uplinkPortgroup",
            list([reference("DistributedVirtualPortgroup", "dvportgroup-1")]),
        ),
        portgroup("dvportgroup-1", "dvs-uplinks", trunk),
        portgroup("dvportgroup-2", "web", data("VlanIdSpec", [("vlanId", text("42"))])),
        portgroup("dvportgroup-3", "private", data("PvlanSpec", [("pvlanId", text("77"))])),
    ]
}

/// A whole VM on the first host.
pub(super) fn a_vm(moref: &str, name: &str) -> ObjectContent {
    named("VirtualMachine", moref, name, ("Folder", "group-v9"))
        .with("config.uuid", text(&format!("42100000-0000-0000-0000-{moref:0>12}")))
        .with("runtime.connectionState", text("connected"))
        .with("runtime.host", reference("HostSystem", "host-1"))
        .with("resourcePool", reference("ResourcePool", "resgroup-2"))
        .with(
            "datastore",
            list([
                reference("Datastore", "datastore-2"),
                reference("Datastore", "datastore-1"),
            ]),
        )
        .with(
            "network",
            list([reference("DistributedVirtualPortgroup", "dvportgroup-2")]),
        )
        .with("runtime.bootTime", text("2026-01-05T10:00:00.123+02:00"))
        .with(
            "rootSnapshot",
            list([reference("VirtualMachineSnapshot", "snapshot-1")]),
        )
        .with(
            "customValue",
            list([data(
                "CustomFieldStringValue",
                [("key", text("7")), ("value", text("shop team"))],
            )]),
        )
}

fn vms() -> Vec<ObjectContent> {
    let in_app = a_vm("vm-2", "in-app")
        .without("parent")
        .with("parentVApp", reference("VirtualApp", "resgroup-v3"))
        .with("resourcePool", reference("VirtualApp", "resgroup-v3"));
    let alone = a_vm("vm-3", "alone")
        .with("runtime.host", reference("HostSystem", "host-3"))
        .with("runtime.bootTime", text("1970-01-01T00:00:00Z"))
        .without("rootSnapshot")
        .without("customValue");
    let alarm = data(
        "AlarmState",
        [
            ("key", text("alarm-1.vm-3")),
            ("entity", reference("VirtualMachine", "vm-3")),
            ("alarm", reference("Alarm", "alarm-1")),
            ("overallStatus", text("red")),
            ("time", text("2026-01-05T10:00:00Z")),
        ],
    );
    vec![
        a_vm("vm-1", "plain"),
        in_app,
        alone,
        object("Folder", "group-d1", [("triggeredAlarmState", list([alarm]))]),
        object("Alarm", "alarm-1", [("info.name", text("VM CPU usage"))]),
    ]
}

#[test]
fn a_vm_is_where_its_references_say() {
    let inventory = build(site());
    let names = |fact: &Fact<Vec<Shared>>| fact.known().map(|names| names.join(" "));
    let plain = vm(&inventory, "vm-1");
    assert_eq!(plain.folder_path.as_deref(), Some("/Site/A/vm/Web"));
    assert_eq!(plain.datacenter, Fact::Known("Site/A".into()));
    assert_eq!(plain.cluster, Fact::Known("prod".into()));
    assert_eq!(plain.resource_pool, Fact::Known("gold".into()));
    assert_eq!(names(&plain.datastores).as_deref(), Some("fast slow"));
    assert_eq!(names(&plain.networks).as_deref(), Some("web"));
    assert_eq!(
        plain.boot_time.known().map(ToString::to_string).as_deref(),
        Some("2026-01-05T08:00:00.123Z")
    );
    assert_eq!(plain.snapshots, Fact::Known(1));
    let attributes = plain.custom_attributes.known().expect("known");
    assert_eq!(attributes.get("owner").map(String::as_str), Some("shop team"));
    let in_app = vm(&inventory, "vm-2");
    assert_eq!(in_app.folder_path.as_deref(), Some("/Site/A/vm/Web/shop"));
    assert_eq!(
        (&in_app.datacenter, &in_app.resource_pool),
        (&Fact::Known("Site/A".into()), &Fact::Known("shop".into()))
    );
    let alone = vm(&inventory, "vm-3");
    assert_eq!(alone.cluster, Fact::Unset, "a standalone host is in no cluster");
    assert_eq!((&alone.boot_time, &alone.snapshots), (&Fact::Unset, &Fact::Known(0)));
    assert_eq!(alone.custom_attributes, Fact::Unset);
}

#[test]
fn objects_get_names_and_counts() {
    let inventory = build(site());
    let table = [
        (ObjectKind::Host, "host-1", "cluster", json!("prod")),
        (ObjectKind::Host, "host-3", "cluster", json!(null)),
        (ObjectKind::Host, "host-3", "datacenter", json!("Site/A")),
        (ObjectKind::Host, "host-1", "vm_count", json!(2)),
        (ObjectKind::Host, "host-2", "vm_count", json!(0)),
        (ObjectKind::Cluster, "domain-c7", "vm_count", json!(2)),
        (ObjectKind::Cluster, "domain-c7", "used_cpu_mhz", json!(2000)),
        (
            ObjectKind::Cluster,
            "domain-c7",
            "used_memory_bytes",
            json!(4_294_967_296_u64),
        ),
        (ObjectKind::Cluster, "domain-c7", "total_storage_bytes", json!(3000)),
        (ObjectKind::Cluster, "domain-c7", "used_storage_bytes", json!(2100)),
        (
            ObjectKind::Datastore,
            "datastore-1",
            "hosts",
            json!(["esx1", "esx2", "esx3"]),
        ),
        (ObjectKind::Datastore, "datastore-2", "vm_count", json!(3)),
        (ObjectKind::Network, "network-1", "vlan_id", json!(10)),
        (ObjectKind::Network, "network-1", "switch", json!("vSwitch0")),
        (ObjectKind::Network, "network-1", "vm_count", json!(0)),
        (ObjectKind::Network, "dvportgroup-1", "vlan_range", json!("0-4094,100")),
        (ObjectKind::Network, "dvportgroup-1", "uplink", json!(true)),
        (ObjectKind::Network, "dvportgroup-2", "vlan_id", json!(42)),
        (ObjectKind::Network, "dvportgroup-2", "uplink", json!(false)),
        (ObjectKind::Network, "dvportgroup-2", "switch", json!("dvs")),
        (ObjectKind::Network, "dvportgroup-3", "vlan_type", json!("pvlan")),
        (
            ObjectKind::Network,
            "network-o9",
            "network_type",
            json!("OpaqueNetwork"),
        ),
        (ObjectKind::Switch, "dvs-1", "uplink_portgroups", json!(["dvs-uplinks"])),
        (ObjectKind::Alarm, "alarm-1.vm-3", "name", json!("VM CPU usage")),
        (ObjectKind::Alarm, "alarm-1.vm-3", "entity", json!("alone")),
        (ObjectKind::Alarm, "alarm-1.vm-3", "acknowledged", json!(false)),
    ];
    for (kind, moref, field, value) in table {
        assert_eq!(fact(&inventory, kind, moref, field), Some(&value), "{moref} {field}");
    }
    let clusters = inventory
        .objects
        .iter()
        .filter(|object| object.kind == ObjectKind::Cluster);
    assert_eq!(clusters.count(), 1, "the compute resource of a standalone host is none");
    assert_eq!(inventory.root_roles, [-2]);
    assert_eq!(inventory.errors, []);
}

#[test]
fn every_fact_is_a_field_of_its_kind() {
    for object in build(site()).objects {
        for field in object.facts.keys() {
            assert!(
                object.kind.fields().any(|known| known.name == *field),
                "{:?} {field}",
                object.kind
            );
        }
    }
}

#[test]
fn what_is_counted_is_unknown_unless_all_that_counts_is_there() {
    let derived = |inventory: &SourceInventory| -> Vec<&'static str> {
        let facts = inventory
            .objects
            .iter()
            .flat_map(|object| object.facts.keys().map(move |name| (object.kind, *name)));
        facts
            .filter(|fact| crate::inventory::vm::DERIVED.contains(fact))
            .map(|(_, name)| name)
            .collect()
    };
    assert!(
        derived(&build_with(site(), &choice(), false)).is_empty(),
        "the listing was cut off"
    );
    let mut doubted = build(site());
    assert!(!derived(&doubted).is_empty());
    doubted.forget_counts();
    assert!(derived(&doubted).is_empty());

    let mut objects = site();
    let position = objects
        .iter()
        .position(|object| object.object.value == "vm-1")
        .expect("there");
    objects[position] = objects[position].clone().refused("datastore").refused("runtime.host");
    let inventory = build(objects);
    assert_eq!(fact(&inventory, ObjectKind::Datastore, "datastore-1", "vm_count"), None);
    assert_eq!(
        fact(&inventory, ObjectKind::Host, "host-2", "vm_count"),
        None,
        "it may be on any host"
    );
    assert_eq!(
        fact(&inventory, ObjectKind::Network, "dvportgroup-2", "vm_count"),
        Some(&json!(3))
    );
    let [problem] = &inventory.errors[..] else {
        panic!("{:?}", inventory.errors)
    };
    assert_eq!(problem.object, "VirtualMachine plain");
    assert_eq!(
        problem.message,
        "not readable: datastore (NoPermission), runtime.host (NoPermission)"
    );
}

#[test]
fn kinds_that_are_not_chosen_are_not_listed_and_blank_nothing() {
    let few = Choice {
        kinds: [ObjectKind::Host].into(),
        details: [].into(),
    };
    let mut objects = site();
    objects.retain(|object| !matches!(&*object.object.kind, "Datastore" | "Network"));
    let inventory = build_with(
        objects
            .into_iter()
            .map(|object| object.without("datastore").without("network"))
            .collect(),
        &few,
        true,
    );
    assert_eq!(inventory.listed, few.kinds);
    assert!(inventory.objects.iter().all(|object| object.kind == ObjectKind::Host));
    assert_eq!(vm(&inventory, "vm-1").datastores, Fact::Unread);
    assert_eq!(fact(&inventory, ObjectKind::Host, "host-1", "datastores"), None);
    assert_eq!(
        vm(&inventory, "vm-1").cluster,
        Fact::Known("prod".into()),
        "names that VMs need are there"
    );
    assert_eq!(vm(&inventory, "vm-1").details, None);
}

#[test]
fn hosts_that_differ_make_a_vlan_unknown_and_say_so() {
    let mut objects = site();
    objects.push(host("host-2", "esx2", ("ClusterComputeResource", "domain-c7"), "11"));
    let inventory = build(objects);
    assert_eq!(fact(&inventory, ObjectKind::Network, "network-1", "vlan_id"), None);
    assert_eq!(inventory.errors[0].object, "Network VM Network");
}

#[test]
fn a_listing_that_begins_anew_forgets_only_once_it_is_complete() {
    for (complete, known) in [(true, 1), (false, 3)] {
        let mut builder = InventoryBuilder::new(&about(), &listing(SourceKind::Vcenter, &choice()));
        builder.add(site());
        builder.restart();
        builder.add(vec![a_vm("vm-1", "renamed")]);
        let inventory = builder.finish(complete);
        assert_eq!(inventory.vms.len(), known);
        assert_eq!(
            vm(&inventory, "vm-1").name,
            Fact::Known("renamed".into()),
            "the later sight counts"
        );
    }
}

#[test]
fn the_serial_is_that_of_the_host_never_of_its_enclosure() {
    let tag = |key, value| {
        let kind = data("ElementDescription", [("label", text("x")), ("key", text(key))]);
        (
            "otherIdentifyingInfo",
            data(
                "HostSystemIdentificationInfo",
                [("identifierValue", text(value)), ("identifierType", kind)],
            ),
        )
    };
    let table = [
        (vec![("serialNumber", text("S1")), tag("ServiceTag", "S2")], json!("S1")),
        (
            vec![
                ("serialNumber", text(" ")),
                tag("SerialNumberTag", "S3"),
                tag("ServiceTag", "S2"),
            ],
            json!("S2"),
        ),
        (
            vec![tag("EnclosureSerialNumberTag", "E"), tag("SerialNumberTag", "S3")],
            json!("S3"),
        ),
        (vec![tag("EnclosureSerialNumberTag", "E")], json!(null)),
    ];
    for (fields, serial) in table {
        let info = Value::Struct {
            type_name: Some("HostSystemInfo"),
            fields,
        };
        let mut objects = site();
        objects.push(hosts().remove(0).with("hardware.systemInfo", info));
        assert_eq!(
            fact(&build(objects), ObjectKind::Host, "host-1", "serial_number"),
            Some(&serial)
        );
    }
}
