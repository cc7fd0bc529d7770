//! What objects look like: typed, half-formed, changed, moved.

mod support;

use simulator::{Config, HostSpec, MoRef, Simulator, SoapFault, Value, VmSpec};
use support::{Client, between, vm_filter};

async fn with_vms(config: Config, number: usize) -> Simulator {
    let simulator = Simulator::start(config).await.unwrap();
    simulator.inventory(|inventory| {
        for index in 0..number {
            inventory.add_vm(&VmSpec::new(&format!("vm{index}")));
        }
    });
    simulator
}

#[tokio::test]
async fn values_are_typed_like_those_of_real_servers() {
    let simulator = with_vms(Config::vcenter("vc1"), 0).await;
    simulator.inventory(|inventory| {
        let spec = VmSpec::new("a/b\\c%d <&>")
            .managed_by("com.vmware.vcDr", "placeholderVm")
            .fault_tolerance(2)
            .set("guest.hostName", "");
        inventory.add_vm(&spec);
    });
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    let paths = [
        "name",
        "parent",
        "parentVApp",
        "config.template",
        "config.managedBy",
        "config.ftInfo.role",
        "datastore",
        "summary.storage.committed",
        "runtime.powerState",
        "guest.hostName",
        "rootSnapshot",
        "effectiveRole",
    ];
    let answer = client.retrieve(&view, &paths, "").await.unwrap();
    let objects = between(&answer.body, "<returnval>", "</returnval>").unwrap();
    let expected = [
        "<objects><obj type=\"VirtualMachine\">vm-42</obj>",
        &set("name", "xsd:string", "a%2fb%5cc%25d &lt;&amp;&gt;"),
        "<propSet><name>parent</name><val type=\"Folder\" xsi:type=\"ManagedObjectReference\">group-v3</val></propSet>",
        &set("config.template", "xsd:boolean", "false"),
        &set(
            "config.managedBy",
            "ManagedByInfo",
            "<extensionKey>com.vmware.vcDr</extensionKey><type>placeholderVm</type>",
        ),
        &set("config.ftInfo.role", "xsd:int", "2"),
        &set(
            "datastore",
            "ArrayOfManagedObjectReference",
            "<ManagedObjectReference type=\"Datastore\" xsi:type=\"ManagedObjectReference\">datastore-13\
             </ManagedObjectReference>",
        ),
        &set("summary.storage.committed", "xsd:long", "17179869184"),
        &set("runtime.powerState", "VirtualMachinePowerState", "poweredOn"),
        &set("guest.hostName", "xsd:string", ""),
        &set("rootSnapshot", "ArrayOfManagedObjectReference", ""),
        &set("effectiveRole", "ArrayOfInt", "<int xsi:type=\"xsd:int\">-1</int>"),
        "</objects>",
    ];
    assert_eq!(objects, expected.concat());
}

fn set(name: &str, kind: &str, content: &str) -> String {
    format!("<propSet><name>{name}</name><val xsi:type=\"{kind}\">{content}</val></propSet>")
}

#[tokio::test]
async fn one_call_reads_the_view_the_root_folder_and_the_session() {
    let simulator = with_vms(Config::vcenter("vc1"), 2).await;
    simulator.inventory(|inventory| {
        inventory.set_root_roles(&[-2]);
        inventory.add_host(&HostSpec::new("esx2").uuid("00000000-0000-0000-0000-000000000000"));
    });
    let client = Client::logged_in(&simulator).await;
    let view = client
        .view(&["VirtualMachine", "HostSystem", "Folder", "Datacenter"])
        .await;
    let vms = vm_filter(&view, &["name"]);
    let (start, rest) = vms.split_once("<objectSet>").unwrap();
    let content = format!(
        "{start}<propSet><type>HostSystem</type><pathSet>hardware.systemInfo.uuid</pathSet></propSet>\
         <propSet><type>Folder</type><pathSet>name</pathSet><pathSet>effectiveRole</pathSet></propSet>\
         <propSet><type>SessionManager</type><pathSet>currentSession</pathSet></propSet>\
         <objectSet><obj type=\"Folder\">group-d1</obj></objectSet>\
         <objectSet><obj type=\"SessionManager\">SessionManager</obj></objectSet><objectSet>{rest}"
    );
    let answer = client.collector("RetrievePropertiesEx", &content).await.unwrap();
    let kinds: Vec<_> = answer
        .body
        .split("<obj type=\"")
        .skip(1)
        .filter_map(|object| object.split('"').next())
        .collect();
    let count = |kind| kinds.iter().filter(|found| **found == kind).count();
    assert_eq!(
        ["VirtualMachine", "HostSystem", "Folder", "SessionManager"].map(count),
        [2, 2, 5, 1]
    );
    assert!(answer.body.contains(">00000000-0000-0000-0000-000000000000<"));
    assert!(
        answer
            .body
            .contains("<val xsi:type=\"ArrayOfInt\"><int xsi:type=\"xsd:int\">-2</int></val>")
    );
    assert!(
        answer.body.contains("<val xsi:type=\"UserSession\"><key>52"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn objects_are_as_half_formed_as_the_test_makes_them() {
    let simulator = with_vms(Config::esxi("esx1"), 4).await;
    simulator.inventory(|inventory| {
        inventory.make_inaccessible("1");
        inventory.forbid("2", "config");
        let fault = SoapFault::new("NotAuthenticated", "The session is not authenticated.");
        inventory.object_mut("3").miss("guest.hostName", fault);
        let folder = inventory.places().vm_folder.clone();
        let inner = inventory.add_folder("inner", &folder);
        inventory.move_to_folder("4", &inner);
        inventory.hide(&inner);
    });
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    let paths = ["name", "config.uuid", "guest.hostName", "runtime.connectionState"];
    let answer = client.retrieve(&view, &paths, "").await.unwrap();
    let objects: Vec<_> = answer.body.split("<objects>").skip(1).collect();
    assert_eq!(objects.len(), 3);
    assert!(!objects[0].contains("config.uuid") && objects[0].contains(">inaccessible<"));
    assert!(objects[0].contains(">[datastore1] vm0%2fvm0.vmx<"), "{}", objects[0]);
    assert!(objects[1].contains("<missingSet><path>config.uuid</path><fault><fault xsi:type=\"NoPermission\">"));
    assert!(objects[2].contains("<missingSet><path>guest.hostName</path><fault><fault xsi:type=\"NotAuthenticated\">"));
}

#[tokio::test]
async fn a_change_shows_wherever_the_property_is_repeated() {
    let simulator = with_vms(Config::esxi("esx1"), 1).await;
    simulator.inventory(|inventory| {
        inventory.rename("1", "new");
        inventory.power("1", "poweredOff");
        inventory.set("1", "config.uuid", "u");
        let vm = inventory.object("1").unwrap();
        let same = [
            ("config.name", "new"),
            ("summary.config.name", "new"),
            ("summary.runtime.powerState", "poweredOff"),
            ("summary.config.uuid", "u"),
            ("summary.guest.toolsStatus", "toolsNotRunning"),
        ];
        for (path, value) in same {
            assert_eq!(vm.get(path).and_then(Value::as_text), Some(value), "{path}");
        }
    });
}

#[tokio::test]
async fn a_vm_moves_between_servers_and_keeps_its_uuids() {
    let from = with_vms(Config::esxi("esx1"), 3).await;
    let to = with_vms(Config::vcenter("vc1"), 1).await;
    let vm = from.inventory(|inventory| inventory.remove("2"));
    let uuid = vm.get("config.uuid").cloned();
    let id = to.inventory(|inventory| inventory.adopt(vm));
    assert_eq!(id, "vm-43");
    to.inventory(|inventory| {
        let vm = inventory.object(&id).unwrap();
        assert_eq!(vm.get("config.uuid").cloned(), uuid);
        assert_eq!(inventory.ids("VirtualMachine"), ["vm-42", "vm-43"]);
    });
    from.inventory(|inventory| {
        let vm = inventory.remove("1");
        inventory.put_back(vm);
        assert_eq!(inventory.ids("VirtualMachine"), ["3", "1"]);
    });
}

#[tokio::test]
async fn every_type_of_the_inventory_can_be_there() {
    let simulator = with_vms(Config::vcenter("vc1"), 1).await;
    let kinds = [
        "ClusterComputeResource",
        "HostSystem",
        "VmwareDistributedVirtualSwitch",
        "DistributedVirtualPortgroup",
        "VirtualApp",
        "VirtualMachine",
    ];
    simulator.inventory(|inventory| {
        let cluster = inventory.add_cluster("cluster");
        inventory.add_host(&HostSpec::new("esx2").cluster(&cluster));
        let folder = inventory.places().network_folder.clone();
        inventory.add_entity(kinds[2], "dvs-20", "switch", &folder);
        let vlan = Value::object("VmwareDistributedVirtualSwitchVlanIdSpec", [("vlanId", 7.into())]);
        inventory.add_entity(kinds[3], "dvportgroup-21", "ports", &folder).set(
            "config.defaultPortConfig",
            Value::object("VMwareDVSPortSetting", [("vlan", vlan)]),
        );
        let pool = inventory.places().resource_pool.clone();
        inventory.add_entity("VirtualApp", "resgroup-v22", "app", &pool);
        inventory.unset("vm-42", "parent");
        inventory.set("vm-42", "parentVApp", MoRef::new("VirtualApp", "resgroup-v22"));
        inventory
            .add_object("Alarm", "alarm-23")
            .set("info.name", "Host memory usage");
        let fields = [
            ("key", "alarm-23.host-12".into()),
            ("entity", MoRef::new("HostSystem", "host-12").into()),
            ("alarm", MoRef::new("Alarm", "alarm-23").into()),
            ("overallStatus", "red".into()),
        ];
        let alarm = Value::object("AlarmState", fields);
        inventory.set("group-d1", "triggeredAlarmState", Value::List(vec![alarm]));
    });
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&kinds).await;
    let set = |kind, paths: &str| format!("<propSet><type>{kind}</type>{paths}</propSet>");
    let path = |path| format!("<pathSet>{path}</pathSet>");
    let vms = vm_filter(&view, &["parentVApp"]);
    let content = vms.replace(
        "<objectSet>",
        &[
            &set("ManagedEntity", &path("name")),
            &set("ClusterComputeResource", &path("configurationEx.dasConfig.enabled")),
            &set("DistributedVirtualPortgroup", &path("config.defaultPortConfig")),
            &set("Folder", &path("triggeredAlarmState")),
            &set("Alarm", &path("info.name")),
            "<objectSet><obj type=\"Folder\">group-d1</obj></objectSet>",
            "<objectSet><obj type=\"Alarm\">alarm-23</obj></objectSet><objectSet>",
        ]
        .concat(),
    );
    let body = client.collector("RetrievePropertiesEx", &content).await.unwrap().body;
    for kind in kinds.iter().chain(&["Folder", "Alarm"]) {
        assert!(
            body.contains(&format!("<objects><obj type=\"{kind}\">")),
            "{kind}: {body}"
        );
    }
    for part in [
        "<val xsi:type=\"VMwareDVSPortSetting\"><vlan xsi:type=\"VmwareDistributedVirtualSwitchVlanIdSpec\"><vlanId>7<",
        "<val type=\"VirtualApp\" xsi:type=\"ManagedObjectReference\">resgroup-v22<",
        "<val xsi:type=\"ArrayOfAlarmState\"><AlarmState xsi:type=\"AlarmState\"><key>alarm-23.host-12<",
        "<name>info.name</name><val xsi:type=\"xsd:string\">Host memory usage<",
        "<name>configurationEx.dasConfig.enabled</name><val xsi:type=\"xsd:boolean\">true<",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
}
