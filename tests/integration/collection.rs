//! What comes out of a listing: every kind of object, with names in place of references.

use std::time::Duration;

use serde_json::{Value as Json, json};
use simulator::{Config, HostSpec, Inventory, Simulator, Value, Vlan, VmSpec};
use vmsync::catalog::ObjectKind::{self, Alarm, Cluster, Datastore, Host, Network, Switch};
use vmsync::config::{Secret, Tls};
use vmsync::inventory::{Choice, Detail, Fact, InventoryBuilder, Sighting, SourceInventory, SourceKind, listing};
use vmsync::vsphere::{Endpoint, Session, Timeouts};

use crate::support::{Mongod, Server, Site, Store, Vcsim, block_on};

/// An inventory, the calls that it took, and what went differently.
struct Listed {
    inventory: SourceInventory,
    calls: u64,
    warnings: Vec<String>,
}

fn list(port: u16, (user, password): (&str, &str), choice: &Choice) -> Listed {
    let endpoint = Endpoint {
        name: "vc1".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        username: user.to_owned(),
        password: Secret::new(password.to_owned()),
        tls: Tls::Unverified,
    };
    let timeouts = Timeouts {
        connect: Duration::from_secs(10),
        call: Duration::from_secs(30),
        deadline: None,
    };
    block_on(async {
        let mut session = Session::open(&endpoint, &timeouts).await.expect("a session");
        let specs = listing(SourceKind::of(session.about()), choice);
        let mut builder = InventoryBuilder::new(session.about(), &specs);
        let listed = session.list(&specs, &mut builder, &|_| ()).await;
        assert!(listed.completeness.is_complete(), "{:?}", listed.completeness);
        let stats = session.logout().await;
        Listed {
            inventory: builder.finish(true),
            calls: stats.soap_calls - listed.stats.pages,
            warnings: listed.warnings.iter().map(ToString::to_string).collect(),
        }
    })
}

fn of_simulator(simulator: &Simulator, choice: &Choice) -> Listed {
    let (user, password) = simulator.credentials();
    list(simulator.port(), (&user, &password), choice)
}

fn fact<'a>(inventory: &'a SourceInventory, kind: ObjectKind, name: &str, field: &str) -> Option<&'a Json> {
    let is_it =
        |object: &&vmsync::inventory::Object| object.kind == kind && object.facts.get("name") == Some(&json!(name));
    let object = inventory.objects.iter().find(is_it);
    object.unwrap_or_else(|| panic!("no {kind:?} {name}")).facts.get(field)
}

fn vm<'a>(inventory: &'a SourceInventory, name: &str) -> &'a Sighting {
    let mut vms = inventory.vms.iter();
    vms.find(|vm| vm.name.known().is_some_and(|known| known == name))
        .expect("listed")
}

/// A vCenter with all that a listing knows.
fn vcenter() -> Simulator {
    let simulator = Simulator::start_in_background(Config::vcenter("vc1")).expect("the simulator starts");
    simulator.inventory(furnish);
    simulator
}

/// Every kind of object, and two VMs.
pub fn furnish(inventory: &mut Inventory) {
    let cluster = inventory.add_cluster("prod");
    let host = inventory.add_host(&HostSpec::new("esx2").cluster(&cluster));
    inventory.add_network("backup", "vSwitch1", 10);
    inventory.add_datastore("san1", 1_000, 400);
    let switch = inventory.add_switch("dvs");
    inventory.add_portgroup(&switch, "web", Vlan::Id(42));
    inventory.add_portgroup(&switch, "trunk", Vlan::Trunk(&[(0, 10), (100, 100)]));
    inventory.add_portgroup(&switch, "private", Vlan::Private(77));
    let pool = inventory.places().resource_pool.clone();
    let gold = inventory.add_pool("gold", &pool);
    let app = inventory.add_app("shop", &gold);
    let owner = inventory.define_attribute("owner");
    let web = inventory.add_vm(&VmSpec::new("web").host(&host));
    inventory.set_attribute(&web, owner, "shop team");
    let inside = inventory.add_vm(&VmSpec::new("inside").powered_off());
    inventory.move_to_app(&inside, &app);
    inventory.trigger_alarm("Host is on fire", &host, "red");
}

#[test]
fn every_kind_of_object_of_a_vcenter_is_listed_with_names() {
    let simulator = vcenter();
    let Listed {
        inventory,
        calls,
        warnings,
    } = of_simulator(&simulator, &Choice::default());
    assert_eq!((warnings, &inventory.errors[..]), (Vec::new(), &[][..]));
    assert_eq!(
        calls, 5,
        "besides the pages: content, login, the view, its end, and logout"
    );
    for (kind, name, field, value) in [
        (Host, "esx2", "cluster", json!("prod")),
        (Host, "esx2", "datacenter", json!("Datacenter")),
        (Host, "esx2", "serial_number", json!("7GWX4Z2")),
        (Host, "esx2", "vm_count", json!(1)),
        (Host, "host1.vc1", "cluster", json!(null)),
        (Host, "host1.vc1", "boot_time", json!("2026-01-02T06:30:00Z")),
        (Cluster, "prod", "vm_count", json!(1)),
        (Cluster, "prod", "used_cpu_mhz", json!(4200)),
        (Cluster, "prod", "ha_enabled", json!(true)),
        (Cluster, "prod", "drs_automation", json!("fullyAutomated")),
        (Datastore, "san1", "free_bytes", json!(400)),
        (Datastore, "san1", "hosts", json!(["esx2", "host1.vc1"])),
        (Datastore, "datastore1", "vm_count", json!(2)),
        (Network, "backup", "vlan_id", json!(10)),
        (Network, "backup", "switch", json!("vSwitch1")),
        (Network, "backup", "network_type", json!("StandardNetwork")),
        (Network, "web", "vlan_id", json!(42)),
        (Network, "web", "switch", json!("dvs")),
        (Network, "web", "uplink", json!(false)),
        (Network, "trunk", "vlan_range", json!("0-10,100")),
        (Network, "private", "vlan_type", json!("pvlan")),
        (Network, "dvs-DVUplinks", "uplink", json!(true)),
        (Switch, "dvs", "version", json!("7.0.3")),
        (Switch, "dvs", "uplink_portgroups", json!(["dvs-DVUplinks"])),
    ] {
        assert_eq!(fact(&inventory, kind, name, field), Some(&value), "{name} {field}");
    }
    let alarms: Vec<_> = inventory.objects.iter().filter(|object| object.kind == Alarm).collect();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].facts.get("entity"), Some(&json!("esx2")));
    let inside = vm(&inventory, "inside");
    assert_eq!(inside.folder_path.as_deref(), Some("/Datacenter/vm/shop"));
    assert_eq!(
        (&inside.resource_pool, &inside.boot_time),
        (&Fact::Known("shop".into()), &Fact::Unset)
    );
    let web = vm(&inventory, "web");
    assert_eq!(
        (&web.cluster, &web.snapshots),
        (&Fact::Known("prod".into()), &Fact::Known(0))
    );
    assert_eq!(
        web.custom_attributes,
        Fact::Known([("owner".into(), "shop team".to_owned())].into())
    );
}

/// Gives the VM `web` an adapter in the portgroup of that name, a disk, and a guest that tells of both.
pub fn furnish_details(inventory: &mut Inventory) {
    let label = |label: &str| Value::object("Description", [("label", label.into()), ("summary", "".into())]);
    let portgroup = inventory
        .ids("DistributedVirtualPortgroup")
        .into_iter()
        .find(|id| {
            inventory
                .object(id)
                .is_some_and(|found| found.get("name") == Some(&"web".into()))
        })
        .expect("there");
    let port = [
        ("switchUuid", "50 1e".into()),
        ("portgroupKey", portgroup.as_str().into()),
    ];
    let port = Value::object("DistributedVirtualSwitchPortConnection", port);
    let backing = Value::object("VirtualEthernetCardDistributedVirtualPortBackingInfo", [("port", port)]);
    let adapter = [
        ("key", 4000.into()),
        ("deviceInfo", label("Network adapter 1")),
        ("backing", backing),
        ("macAddress", "00:50:56:00:00:01".into()),
    ];
    let disk = [
        ("key", 2000.into()),
        ("deviceInfo", label("Hard disk 1")),
        ("capacityInKB", 1024_i64.into()),
        ("capacityInBytes", 1_048_576_i64.into()),
    ];
    let nic = [
        ("ipAddress", Value::list(["192.0.2.7", "fe80::1"])),
        ("macAddress", "00:50:56:00:00:01".into()),
        ("connected", true.into()),
        ("deviceConfigId", 4000.into()),
    ];
    let root = [
        ("diskPath", "/".into()),
        ("capacity", 1000_i64.into()),
        ("freeSpace", 400_i64.into()),
    ];
    let devices = [
        Value::object("VirtualVmxnet3", adapter),
        Value::object("VirtualDisk", disk),
    ];
    let web = inventory.ids("VirtualMachine")[0].clone();
    inventory.set(&web, "config.hardware.device", Value::list(devices));
    inventory.set(&web, "guest.net", Value::list([Value::object("GuestNicInfo", nic)]));
    inventory.set(&web, "guest.disk", Value::list([Value::object("GuestDiskInfo", root)]));
}

#[test]
fn details_tell_adapters_disks_and_file_systems() {
    let simulator = vcenter();
    simulator.inventory(furnish_details);
    let choice = Choice {
        details: Detail::ALL.into(),
        ..Choice::default()
    };
    let inventory = of_simulator(&simulator, &choice).inventory;
    let details = vm(&inventory, "web").details.as_ref().expect("asked for");
    let adapter = json!([{
        "label": "Network adapter 1", "mac": "00:50:56:00:00:01", "adapter_type": "Vmxnet3", "network": "web",
        "ip_addresses": ["192.0.2.7", "fe80::1"],
    }]);
    assert_eq!(details.network_interfaces, Fact::Known(adapter));
    let disk = json!([{"label": "Hard disk 1", "capacity_bytes": 1_048_576}]);
    assert_eq!(details.virtual_disks, Fact::Known(disk));
    assert_eq!(details.snapshot_tree, Fact::Known(json!([])));
    let root = json!([{"path": "/", "capacity_bytes": 1000, "free_bytes": 400}]);
    assert_eq!(details.partitions, Fact::Known(root));
    let inside = vm(&inventory, "inside").details.as_ref().expect("asked for");
    assert_eq!(
        inside.partitions,
        Fact::Unread,
        "a guest that is off still has its file systems"
    );
}

#[test]
fn a_path_that_an_old_server_lacks_is_unknown_and_nothing_else() {
    let simulator = vcenter();
    simulator.inventory(|inventory| {
        inventory.forget_path("Datastore", "summary.maintenanceMode");
        inventory.forget_path("VirtualMachine", "config.firmware");
    });
    let Listed {
        inventory, warnings, ..
    } = of_simulator(&simulator, &Choice::default());
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(fact(&inventory, Datastore, "san1", "maintenance_mode"), None);
    assert_eq!(fact(&inventory, Datastore, "san1", "free_bytes"), Some(&json!(400)));
    assert_eq!(vm(&inventory, "web").firmware, Fact::Unread);
    assert_eq!(inventory.errors, [], "it is said once, not of each object");
}

#[test]
fn vcsim_is_understood_as_well() {
    let vcsim = Vcsim::vpx(&["-pool", "1", "-app", "1"]);
    let Listed {
        inventory, warnings, ..
    } = list(vcsim.port(), (Vcsim::USER, Vcsim::PASSWORD), &Choice::default());
    assert_eq!((warnings, &inventory.errors[..]), (Vec::new(), &[][..]));
    let kinds: std::collections::BTreeSet<_> = inventory.objects.iter().map(|object| object.kind).collect();
    assert_eq!(kinds.len(), 5, "all kinds but alarms: {kinds:?}");
    for (kind, name, field, value) in [
        (Host, "DC0_C0_H0", "cluster", json!("DC0_C0")),
        (Host, "DC0_H0", "cluster", json!(null)),
        (Host, "DC0_H0", "datacenter", json!("DC0")),
        (Cluster, "DC0_C0", "hosts", json!(3)),
        (Network, "DC0_DVPG0", "switch", json!("DVS0")),
        (
            Network,
            "DC0_DVPG0",
            "network_type",
            json!("DistributedVirtualPortgroup"),
        ),
        (Network, "VM Network", "network_type", json!("StandardNetwork")),
    ] {
        assert_eq!(fact(&inventory, kind, name, field), Some(&value), "{name} {field}");
    }
    let all = inventory.vms.len();
    assert_eq!(fact(&inventory, Datastore, "LocalDS_0", "vm_count"), Some(&json!(all)));
    for vm in &inventory.vms {
        assert!(vm.datacenter.known().is_some() && vm.folder_path.is_some(), "{vm:?}");
        assert!(
            vm.resource_pool.known().is_some() && vm.datastores.known().is_some(),
            "{vm:?}"
        );
        assert!(
            vm.networks.known().is_some_and(|networks| !networks.is_empty()),
            "{vm:?}"
        );
    }
}

/// Runs a pass; its report.
fn pass(site: &Site) -> Json {
    let output = site.run(&["sync", "all", "--format", "json"]);
    assert_eq!(output.code, 0, "{output}");
    serde_json::from_str(&output.stdout).expect("a report")
}

/// The name of a custom attribute that begins with `$`, as the store has it.
fn stored_name(site: &Site, name: &str) -> String {
    match site.store {
        Store::Sqlite => name.to_owned(),
        Store::Mongo { .. } => name.replacen('$', "%24", 1),
    }
}

#[test]
fn a_pass_keeps_what_it_learns_of_a_vm_on_both_stores() {
    for site in [
        Site::with(vec![Config::vcenter("vc1")], Store::Sqlite),
        Site::on_mongo_with(vec![Config::vcenter("vc1")], Server::Shared(Mongod::shared())),
    ] {
        let web = site.add("vc1", &["web"])[0].clone();
        let simulator = &site.host("vc1").simulator;
        simulator.inventory(|inventory| {
            let cost = inventory.define_attribute("$cost.center");
            inventory.set_attribute(&web, cost, "4711");
            inventory.trigger_alarm("VM is on fire", &web, "red");
        });
        let report = pass(&site);
        assert_eq!(report["added"], 1);
        assert!(report["sources"][0]["soap_calls"].as_u64() <= Some(9), "{report}");
        assert_eq!(simulator.call_count("CreateContainerView"), 1);
        let document = site.document("web");
        for (field, value) in [
            ("datacenter", json!("Datacenter")),
            ("folder_path", json!("/Datacenter/vm")),
            ("resource_pool", json!("Resources")),
            ("datastores", json!(["datastore1"])),
            ("networks", json!(["VM Network"])),
            ("hardware_version", json!("vmx-19")),
            ("committed_bytes", json!(17_179_869_184_i64)),
            ("boot_time", json!("2026-01-05T08:00:00Z")),
            ("snapshots", json!(0)),
            ("custom_attributes", json!({stored_name(&site, "$cost.center"): "4711"})),
        ] {
            assert_eq!(document.get(field), Some(&value), "{field}");
        }
        let again = pass(&site);
        assert_eq!((&again["updated"], &again["unchanged"]), (&json!(0), &json!(1)));
        for key in ["$oid", "$date", "$numberInt", "$id", "$ref", "$db"] {
            for value in ["64b7f0c2a1b2c3d4e5f60718", "7", "soon"] {
                simulator.inventory(|inventory| {
                    let attribute = inventory.define_attribute(key);
                    inventory.set_attribute(&web, attribute, value);
                });
                assert_eq!(pass(&site)["updated"], 1, "{key}: {value}");
                let stored = site.document("web")["custom_attributes"].clone();
                assert_eq!(stored, json!({stored_name(&site, key): value}), "names are no types");
            }
            assert_eq!(pass(&site)["unchanged"], 1, "{key}");
        }

        let network = simulator.inventory(|inventory| inventory.places().network.clone());
        simulator.inventory(|inventory| inventory.hide(&network));
        let report = pass(&site);
        let warnings = report["warnings"].to_string();
        assert!(warnings.contains("not a single network"), "{warnings}");
        assert_eq!(
            site.document("web")["networks"],
            json!(["VM Network"]),
            "a name that is not told blanks nothing"
        );
    }
}
