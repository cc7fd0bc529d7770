//! Lists, questions and totals of a vCenter's hosts, clusters, datastores, networks, switches and alarms, from both
//! stores.

use crate::site::{Entry, Site, home, simulate, sources};
use crate::support::{Output, VmsyncCommand};
use bson::doc;
use serde_json::{Value, json};
use simulator::{Config, HostSpec, Simulator, Vlan, VmSpec};

const GIB: i64 = 1 << 30;

/// One of everything: a cluster of two hosts, of which the second one has no VM.
pub fn vcenter() -> Simulator {
    simulate(Config::vcenter("vc"), |inventory| {
        let cluster = inventory.add_cluster("prod");
        inventory.set(&cluster, "summary.numHosts", 2);
        let busy = inventory.add_host(&HostSpec::new("esx1").cluster(&cluster).uuid("uuid-1"));
        inventory.add_host(&HostSpec::new("esx2").cluster(&cluster).uuid("uuid-2"));
        inventory.add_datastore("fast-01", 1024 * GIB, 100 * GIB);
        inventory.add_datastore("slow-01", 4096 * GIB, 4000 * GIB);
        inventory.add_network("backup", "vSwitch1", 20);
        let switch = inventory.add_switch("dvs-1");
        inventory.add_portgroup(&switch, "prod-100", Vlan::Id(100));
        inventory.trigger_alarm("Host memory usage", &busy, "red");
        inventory.add_vm(&VmSpec::new("web").host(&busy));
        inventory.add_vm(&VmSpec::new("old").host(&busy).powered_off());
    })
}

/// The same vCenter in both stores.
struct Both {
    sqlite: VmsyncCommand,
    mongodb: Site,
}

impl Both {
    fn synced(vcenter: &Simulator) -> Self {
        let entry = Entry::vcenter("vc", vcenter);
        let both = Self {
            sqlite: home(&sources(&[&entry])),
            mongodb: Site::new(&[&entry]),
        };
        both.sqlite.run(&["sync", "all", "-q"]).assert_code(0);
        both.mongodb.converge();
        both
    }

    /// The answer, which is the same from both.
    #[track_caller]
    fn run(&self, args: &[&str]) -> Output {
        let [ours, theirs] = [&self.sqlite, &self.mongodb.vmsync].map(|vmsync| vmsync.run(args));
        assert_eq!(ours.assert_code(0).stdout, theirs.assert_code(0).stdout, "{args:?}");
        ours
    }

    #[track_caller]
    fn rows(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--format", "json"]].concat());
        let mut list = output.json();
        assert_eq!(list["schema"], "vmsync.list/1");
        list["rows"].take()
    }
}

#[test]
fn every_kind_has_rows_and_both_stores_answer_alike() {
    let vcenter = vcenter();
    let both = Both::synced(&vcenter);
    for (kind, columns, filter, expected) in [
        (
            "hosts",
            "name,cluster,vm_count,connection_state",
            "cluster = prod",
            json!([
                {"name": "esx1", "cluster": "prod", "vm_count": 2, "connection_state": "connected"},
                {"name": "esx2", "cluster": "prod", "vm_count": 0, "connection_state": "connected"},
            ]),
        ),
        (
            "clusters",
            "name,hosts,vm_count",
            "hosts >= 2",
            json!([{"name": "prod", "hosts": 2, "vm_count": 2}]),
        ),
        (
            "datastores",
            "name,capacity_bytes,free_bytes,accessible",
            "free_bytes < 200GB and name ~ FAST*",
            json!([{"name": "fast-01", "capacity_bytes": 1024 * GIB, "free_bytes": 100 * GIB, "accessible": true}]),
        ),
        (
            "networks",
            "name,network_type,vlan_id,switch,source",
            "vlan_id = 20 or vlan_id = 100",
            json!([
                {"name": "backup", "network_type": "StandardNetwork", "vlan_id": 20, "switch": "vSwitch1", "source": "vc"},
                {"name": "prod-100", "network_type": "DistributedVirtualPortgroup", "vlan_id": 100, "switch": "dvs-1", "source": "vc"},
            ]),
        ),
        (
            "switches",
            "name,ports,version,present",
            "version = 7.0.3",
            json!([{"name": "dvs-1", "ports": 24, "version": "7.0.3", "present": true}]),
        ),
        (
            "alarms",
            "name,entity,entity_type,status,acknowledged,triggered_at",
            "status = red and not acknowledged",
            json!([{
                "name": "Host memory usage", "entity": "esx1", "entity_type": "HostSystem", "status": "red",
                "acknowledged": false, "triggered_at": "2026-01-05T08:00:00Z",
            }]),
        ),
    ] {
        let rows = both.rows(&["list", kind, "--columns", columns, "--where", filter]);
        assert_eq!(rows, expected, "{kind}");
        for format in ["table", "csv", "ndjson"] {
            let name = expected[0]["name"].as_str().expect("a name");
            both.run(&["list", kind, "--where", filter, "--format", format])
                .assert_stdout(name);
        }
    }
}

#[test]
fn questions_and_totals_are_of_what_is_stored() {
    let vcenter = vcenter();
    let both = Both::synced(&vcenter);
    let idle = both.rows(&["query", "hosts with no vms"]);
    let names: Vec<&str> = idle
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert!(names.contains(&"esx2") && !names.contains(&"esx1"), "{names:?}");
    for vmsync in [&both.sqlite, &both.mongodb.vmsync] {
        let output = vmsync.run(&["stats", "--format", "json"]);
        output
            .assert_code(0)
            .assert_report("/vms/power_state", json!({"off": 1, "on": 1}))
            .assert_report("/sources/0/networks", 4)
            .assert_report("/compute/hosts", 3)
            .assert_report("/clusters/1/name", "prod")
            .assert_report("/clusters/1/hosts", 2)
            .assert_report("/clusters/1/vms", 2)
            .assert_report("/clusters/1/running/vms", 1)
            .assert_report("/datastores/count", 3);
        let stats = output.json();
        let each = stats["datastores"]["each"].as_array().expect("a list");
        let fast = each.iter().find(|datastore| datastore["name"] == "fast-01");
        let fast = fast.expect("it is stored");
        assert_eq!(
            (&fast["free_bytes"], &fast["used_percent"], &fast["sources"]),
            (&json!(100 * GIB), &json!(90), &json!(["vc"]))
        );
        vmsync.run(&["stats"]).assert_code(0).assert_stdout("fast-01");
    }
}

/// How the server found what the last question wanted: `IXSCAN { name: 1 }`.
fn plan_of(site: &Site, kind: &str, filter: &str) -> String {
    site.command(doc! {"profile": 2});
    site.run(&["list", kind, "--where", filter]).assert_code(0);
    site.command(doc! {"profile": 0});
    let collection = if kind == "vms" {
        kind.to_owned()
    } else {
        format!("vmsync_{kind}")
    };
    let question = doc! {"ns": format!("{}.{collection}", site.database), "op": "query"};
    let asked = site.find("system.profile", question);
    site.command(doc! {"drop": "system.profile"});
    assert_eq!(asked.len(), 1, "{kind} where {filter}: {asked:#?}");
    asked[0].get_str("planSummary").expect("a plan").to_owned()
}

/// Of what has a handful of values (`orphan`, `power_state`) an index narrows too little to be kept up with each write.
#[test]
fn mongodb_looks_common_questions_up_in_an_index() {
    let vcenter = vcenter();
    let site = Site::new(&[&Entry::vcenter("vc", &vcenter)]);
    site.converge();
    for (kind, filter, plan) in [
        ("vms", "name = web", "IXSCAN { name: 1 }"),
        ("vms", "uuid = none-such", "IXSCAN { uuid: 1 }"),
        ("vms", "host = esx1 and memory_mb > 1GB", "IXSCAN { host: 1 }"),
        ("vms", "cluster = prod and not name ~ x*", "IXSCAN { cluster: 1 }"),
        ("hosts", "name = esx1", "IXSCAN { name: 1 }"),
        ("vms", "power_state = off", "COLLSCAN"),
        ("vms", "orphan", "COLLSCAN"),
    ] {
        assert_eq!(plan_of(&site, kind, filter), plan, "{kind} where {filter}");
    }
    for (kind, filter) in [
        ("hosts", "cluster = prod"),
        ("hosts", "source = vc"),
        ("datastores", "type = VMFS"),
        ("networks", "switch = dvs-1"),
        ("alarms", "entity = esx1"),
    ] {
        let plan = plan_of(&site, kind, filter);
        assert!(plan.starts_with("IXSCAN"), "{kind} where {filter}: {plan}");
    }
}
