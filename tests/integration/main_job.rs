//! The main job on real servers: what a pass leaves in MongoDB, Redis and the two services.

use crate::site::{AUTH, Entry, GROUP, SESSION_TIME, Site, changed, lasting, session_key, simulate};
use crate::support::{Mongod, Recorded, Vcsim};
use serde_json::{Value, json};
use simulator::{Config, HostSpec, VmSpec};

const TEN_FIELDS: [&str; 10] = [
    "esxi_host_addr",
    "name",
    "hostname",
    "addr",
    "uuid",
    "power_state",
    "vmware_tools",
    "orphan",
    "orphan_since",
    "last_sync_time",
];

const POWER_STATES: [&str; 3] = ["on", "off", "suspended"];
const TOOLS: [&str; 5] = ["toolsOk", "toolsOld", "toolsNotRunning", "toolsNotInstalled", "unknown"];

/// `01-07-2024: 12:34:00`, as other services parse it.
#[track_caller]
fn assert_local_time(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    let parsed = jiff::civil::DateTime::strptime("%d-%m-%Y: %H:%M:%S", text);
    assert!(parsed.is_ok() && text.len() == 20, "{text}");
}

#[track_caller]
fn assert_ten_fields(document: &Value) {
    for name in &TEN_FIELDS[..7] {
        assert!(
            document[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name} in {document:#}"
        );
    }
    assert!(
        POWER_STATES.iter().any(|state| document["power_state"] == *state),
        "{document:#}"
    );
    assert!(
        TOOLS.iter().any(|state| document["vmware_tools"] == *state),
        "{document:#}"
    );
    let orphan = document["orphan"].as_bool().expect("a boolean");
    if orphan {
        assert_local_time(&document["orphan_since"]);
    } else {
        assert_eq!(document.get("orphan_since"), Some(&Value::Null), "null, and not absent");
    }
    assert_local_time(&document["last_sync_time"]);
    assert!(document["_id"]["$oid"].is_string(), "{document:#}");
}

/// A first pass over some VMs of vcsim.
#[track_caller]
fn assert_first_pass(site: &Site, kind: &str, vms: usize) {
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/schema", "vmsync.report/1")
        .assert_report("/command", "sync all")
        .assert_report("/ok", true)
        .assert_report("/exit_code", 0)
        .assert_report("/conditions", json!([]))
        .assert_report("/dry_run", false)
        .assert_report("/added", vms)
        .assert_report("/sources/0/name", "one")
        .assert_report("/sources/0/kind", kind)
        .assert_report("/sources/0/reachable", true)
        .assert_report("/sources/0/complete", true)
        .assert_report("/sources/0/counts/vms", vms)
        .assert_report("/sources/0/error", Value::Null)
        .assert_report("/notifications", json!({"sent": 0, "pending": 0, "rejected": 0}))
        .assert_report("/error", Value::Null);
    let report = output.json();
    for zero in [
        "updated",
        "orphaned",
        "added_failures",
        "updated_failures",
        "orphaned_failures",
        "moved",
        "unchanged",
    ] {
        assert_eq!(report[zero], 0, "{zero}\n{output}");
    }
    for zero in [
        "adopted",
        "missing",
        "unidentified",
        "duplicates",
        "withheld",
        "excluded",
    ] {
        assert_eq!(report[zero], 0, "{zero}\n{output}");
    }
    for empty in ["reactivated", "renamed", "unowned", "warnings"] {
        assert_eq!(report[empty], json!([]), "{empty}\n{output}");
    }
    let changes = report["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), vms);
    assert!(
        changes
            .iter()
            .all(|change| change["kind"] == "added" && change["outcome"] == "applied")
    );
    assert!(
        report["sources"][0]["soap_calls"]
            .as_u64()
            .is_some_and(|calls| calls <= 7),
        "{output}"
    );
    let documents = site.documents();
    assert_eq!(documents.len(), vms);
    documents.iter().for_each(assert_ten_fields);
}

#[test]
fn a_first_pass_adds_every_vm_of_a_vcenter() {
    let vcsim = Vcsim::vpx(&["-vm", "3"]);
    let site = Site::new(&[&Entry::vcsim_vcenter("one", &vcsim)]);
    assert_first_pass(&site, "vcenter", 6);
    let document = site.document("DC0_H0_VM0");
    assert_eq!(document["esxi_host_addr"], "DC0_H0");
    assert_eq!(document["power_state"], "on");
    assert_eq!(
        (&document["hostname"], &document["addr"]),
        (&json!("unknown"), &json!("unknown"))
    );
    let listed = vcsim.govc(&["vm.info", "-json", "/DC0/vm/DC0_H0_VM0"]);
    let config = &serde_json::from_str::<Value>(&listed).expect("JSON")["virtualMachines"][0]["config"];
    assert_eq!(document["uuid"], config["uuid"]);
    assert_eq!(document["instance_uuid"], config["instanceUuid"]);
}

#[test]
fn a_first_pass_adds_every_vm_of_a_host_to_a_replica_set() {
    let vcsim = Vcsim::esx(&[]);
    let site = Site::on(Mongod::shared_replica_set(), &[&Entry::vcsim_esxi("one", &vcsim)]);
    assert_first_pass(&site, "esxi", 2);
    assert_eq!(site.document("ha-host_VM0")["esxi_host_addr"], "127.0.0.1");
}

#[test]
fn a_vm_document_says_what_the_guest_says_and_names_are_decoded() {
    let simulator = simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("a/b\\c%d+e").guest("web.example", "fe80::1"));
        inventory.add_vm(&VmSpec::new("off").powered_off());
        inventory.add_vm(&VmSpec::new("asleep").set("guest.toolsStatus", "toolsOld"));
        let asleep = inventory.ids("VirtualMachine")[2].clone();
        inventory.power(&asleep, "suspended");
    });
    let site = Site::new(&[&Entry::esxi("one", &simulator)]);
    site.converge();
    let web = site.document("a/b\\c%d+e");
    assert_eq!(
        (&web["hostname"], &web["addr"]),
        (&json!("web.example"), &json!("fe80::1"))
    );
    assert_eq!(web["vmware_tools"], "toolsOk");
    let off = site.document("off");
    assert_eq!(
        (&off["power_state"], &off["vmware_tools"]),
        (&json!("off"), &json!("toolsNotRunning"))
    );
    assert_eq!(site.document("asleep")["power_state"], "suspended");
    assert_eq!(simulator.open_sessions(), 0, "a session was left open");
}

fn second_pass_rewrites_nothing(mongod: &'static Mongod) {
    let (vcenter, host) = (Vcsim::vpx(&["-vm", "3"]), Vcsim::esx(&[]));
    let site = Site::on(
        mongod,
        &[&Entry::vcsim_vcenter("vc", &vcenter), &Entry::vcsim_esxi("esx", &host)],
    );
    site.session(
        &session_key(1),
        &json!({"vms": ["DC0_H0_VM0", "foreign"], "orphans": [], "user": "u"}),
    );
    site.converge();
    let before: Vec<_> = site.documents().iter().map(lasting).collect();
    site.watch_database();
    site.watch_redis();
    let report = site.converge();
    let operations = site.operations("vms");
    assert_eq!(
        operations.get("update"),
        Some(&2),
        "one multi-update a source: {operations:?}"
    );
    for op in ["insert", "remove", "findAndModify", "createIndexes"] {
        assert_eq!(operations.get(op).copied().unwrap_or_default(), 0, "{operations:?}");
    }
    let after: Vec<_> = site.documents().iter().map(lasting).collect();
    assert_eq!(before, after);
    let written: Vec<_> = site
        .redis_commands()
        .into_iter()
        .filter(|name| !READS.contains(&name.as_str()))
        .collect();
    assert!(written.is_empty(), "{written:?}");
    assert!(site.endpoints.requests().is_empty());
    assert_eq!((&report["unchanged"], &report["changes"]), (&json!(8), &json!([])));
    assert_eq!(
        (&report["sessions"]["scanned"], &report["sessions"]["changed"]),
        (&json!(1), &json!(0))
    );
    assert!(
        site.documents().iter().all(|document| document["epoch"] == 2),
        "seen by the second pass"
    );
}

/// What a pass without work may ask of Redis.
pub const READS: [&str; 14] = [
    "scan",
    "mget",
    "get",
    "strlen",
    "pttl",
    "ping",
    "hello",
    "client",
    "client|setinfo",
    "select",
    "auth",
    "type",
    "info",
    "client|setname",
];

#[test]
fn a_second_pass_rewrites_nothing_on_a_standalone_server() {
    second_pass_rewrites_nothing(Mongod::shared());
}

#[test]
fn a_second_pass_rewrites_nothing_on_a_replica_set() {
    second_pass_rewrites_nothing(Mongod::shared_replica_set());
}

fn changes_reach_everybody(mongod: &'static Mongod) {
    let vcsim = Vcsim::vpx(&["-vm", "3"]);
    let site = Site::on(mongod, &[&Entry::vcsim_vcenter("vc", &vcsim)]);
    site.session(
        &session_key(1),
        &json!({"id": 12_345_678_901_234_567_890_u64, "vms": ["DC0_H0_VM0", "DC0_H0_VM1"], "orphans": []}),
    );
    site.session(&session_key(2), &json!({"vms": ["DC0_H0_VM2"], "orphans": []}));
    let untouched = r#"{ "vms":["DC0_C0_RP0_VM0"],"orphans":[] }"#;
    site.redis.set_for(&session_key(3), untouched, SESSION_TIME);
    site.converge();
    vcsim.govc(&["vm.change", "-vm", "DC0_H0_VM0", "-name", "web"]);
    vcsim.govc(&["vm.power", "-off", "DC0_H0_VM1"]);
    vcsim.govc(&["vm.destroy", "DC0_H0_VM2"]);
    let report = site.converge();
    assert_eq!(changed(&report, "renamed"), ["web"]);
    assert_eq!(changed(&report, "updated"), ["DC0_H0_VM1"]);
    assert_eq!(changed(&report, "orphaned"), ["DC0_H0_VM2"]);
    assert_eq!(
        report["renamed"],
        json!([{"old_name": "DC0_H0_VM0", "new_name": "web"}])
    );
    assert_eq!(
        (&report["updated"], &report["orphaned"], &report["unchanged"]),
        (&json!(2), &json!(1), &json!(3))
    );
    assert_eq!(report["notifications"], json!({"sent": 2, "pending": 0, "rejected": 0}));
    assert_eq!(report["sessions"]["changed"], 2);
    assert_eq!(site.document("DC0_H0_VM1")["power_state"], "off");
    let gone = site.document("DC0_H0_VM2");
    assert_ten_fields(&gone);
    assert_eq!(gone["orphan"], true);
    let since = &gone["orphan_since"];
    assert_eq!(
        site.session_of(&session_key(1)),
        json!({"id": 12_345_678_901_234_567_890_u64, "vms": ["web", "DC0_H0_VM1"], "orphans": []})
    );
    let orphans = json!([{"name": "DC0_H0_VM2", "since": since}]);
    assert_eq!(site.session_of(&session_key(2)), json!({"vms": [], "orphans": orphans}));
    assert_eq!(site.redis.get(&session_key(3)).as_deref(), Some(untouched.as_bytes()));
    for key in [1, 2, 3] {
        let left = site.redis.pttl(&session_key(key));
        assert!((1..=3_600_000).contains(&left), "time to live of session {key}: {left}");
    }
    assert_services_told(&site);
    site.endpoints.forget();
    let report = site.converge();
    assert_eq!(
        (&report["changes"], &report["sessions"]["changed"]),
        (&json!([]), &json!(0))
    );
    assert!(site.endpoints.requests().is_empty());
}

#[track_caller]
fn assert_services_told(site: &Site) {
    let group = site.endpoints.requests_to(GROUP);
    let auth = site.endpoints.requests_to(AUTH);
    assert_eq!((group.len(), auth.len(), site.endpoints.requests().len()), (1, 1, 2));
    assert_eq!(
        group[0].json(),
        json!({"vms": [{"old_name": "DC0_H0_VM0", "new_name": "web"}]})
    );
    assert_eq!(auth[0].json(), json!({"name": "DC0_H0_VM0", "new_name": "web"}));
    for request in group.iter().chain(&auth) {
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert!(request.header("idempotency-key").is_some_and(|key| !key.is_empty()));
    }
    assert_ne!(group[0].header("idempotency-key"), auth[0].header("idempotency-key"));
}

#[test]
fn changes_reach_documents_sessions_and_services_on_a_standalone_server() {
    changes_reach_everybody(Mongod::shared());
}

#[test]
fn changes_reach_documents_sessions_and_services_on_a_replica_set() {
    changes_reach_everybody(Mongod::shared_replica_set());
}

#[test]
fn a_vm_that_returns_is_reactivated_and_so_are_its_sessions() {
    let simulator = simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("web"));
        inventory.add_vm(&VmSpec::new("db"));
    });
    let site = Site::new(&[&Entry::esxi("one", &simulator)]);
    site.session(&session_key(1), &json!({"vms": ["web", "db"], "orphans": []}));
    site.converge();
    let web = simulator.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.remove(&id)
    });
    let id = site.document("web")["_id"].clone();
    assert_eq!(changed(&site.converge(), "orphaned"), ["web"]);
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["db"]));
    simulator.inventory(|inventory| inventory.adopt(web));
    let report = site.converge();
    assert_eq!(
        (&report["reactivated"], &report["added"], &report["updated"]),
        (&json!(["web"]), &json!(0), &json!(1))
    );
    let back = site.document("web");
    assert_eq!(
        (&back["_id"], &back["orphan"], &back["orphan_since"]),
        (&id, &json!(false), &Value::Null)
    );
    let session = site.session_of(&session_key(1));
    let mut names: Vec<_> = session["vms"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!((names, &session["orphans"]), (vec!["db", "web"], &json!([])));
}

#[test]
fn two_hosts_with_the_same_uuids_are_told_apart_by_name_and_never_flap() {
    let (first, second) = (Vcsim::esx(&[]), Vcsim::esx(&[]));
    let site = Site::new(&[&Entry::vcsim_esxi("east", &first), &Entry::vcsim_esxi("west", &second)]);
    let report = site.converge();
    assert_eq!((&report["added"], &report["duplicates"]), (&json!(2), &json!(2)));
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("told apart by name"), "{warnings}");
    let owners = |site: &Site| {
        let documents = site.documents();
        let owner = |document: &Value| document["sources"].clone();
        documents
            .iter()
            .map(|document| (owner(document), document["rev"].clone()))
            .collect::<Vec<_>>()
    };
    let before = owners(&site);
    assert!(
        before
            .iter()
            .all(|(sources, _)| sources.as_array().is_some_and(|list| list.len() == 1)),
        "{before:?}"
    );
    for _ in 0..3 {
        let report = site.converge();
        assert_eq!(
            (&report["unchanged"], &report["duplicates"], &report["moved"]),
            (&json!(2), &json!(2), &json!(0))
        );
        assert_eq!(changed(&report, "duplicate").len(), 2);
        assert_eq!(owners(&site), before);
    }
    second.govc(&["vm.change", "-vm", "ha-host_VM0", "-name", "impostor"]);
    assert_eq!(
        site.converge()["renamed"],
        json!([]),
        "the other sighting changes nothing"
    );
}

#[test]
fn a_vm_seen_through_its_host_and_its_vcenter_is_one_document() {
    let host = simulate(
        Config::esxi("esx1").host_uuid("4c4c4544-0042-4a10-8036-b7c04f4a3432"),
        |_| (),
    );
    let twin = |name: &str| {
        VmSpec::new(name)
            .uuid("420a0000-0000-4000-8000-000000000001")
            .instance_uuid("500a0000-0000-4000-8000-000000000001")
    };
    host.inventory(|inventory| inventory.add_vm(&twin("web")));
    let vcenter = simulate(Config::vcenter("vc"), |inventory| {
        let spec = HostSpec::new("esx1.example").uuid("4C4C4544-0042-4A10-8036-B7C04F4A3432");
        let id = inventory.add_host(&spec);
        inventory.add_vm(&twin("web").host(&id));
    });
    let site = Site::new(&[&Entry::esxi("esx", &host), &Entry::vcenter("vc", &vcenter)]);
    let report = site.converge();
    assert_eq!(
        (&report["added"], &report["duplicates"]),
        (&json!(1), &json!(0)),
        "{report:#}"
    );
    let document = site.document("web");
    assert_eq!(
        document["esxi_host_addr"], "127.0.0.1",
        "the configured host, by its hardware UUID"
    );
    assert_eq!(document["sources"].as_array().map(Vec::len), Some(2));
    vcenter.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.rename(&id, "www");
    });
    let report = site.converge();
    assert_eq!(
        report["renamed"],
        json!([{"old_name": "web", "new_name": "www"}]),
        "the vCenter supplies the facts"
    );
    assert_eq!(site.converge()["changes"], json!([]));
}

#[test]
fn two_vms_that_swap_their_names_are_two_renames_at_once() {
    let simulator = simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("blue"));
        inventory.add_vm(&VmSpec::new("green"));
    });
    let site = Site::new(&[&Entry::esxi("one", &simulator)]);
    site.session(&session_key(1), &json!({"vms": ["blue"], "orphans": []}));
    site.session(&session_key(2), &json!({"vms": ["green", "blue"], "orphans": []}));
    site.converge();
    let uuid = |name: &str| site.document(name)["uuid"].clone();
    let (blue, green) = (uuid("blue"), uuid("green"));
    simulator.inventory(|inventory| {
        let ids = inventory.ids("VirtualMachine");
        inventory.rename(&ids[0], "green");
        inventory.rename(&ids[1], "blue");
    });
    let report = site.converge();
    assert_eq!(report["renamed"].as_array().map(Vec::len), Some(2));
    assert_eq!((uuid("green"), uuid("blue")), (blue, green));
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["green"]));
    assert_eq!(site.session_of(&session_key(2))["vms"], json!(["blue", "green"]));
    let told: Vec<_> = site.endpoints.requests_to(AUTH).iter().map(Recorded::json).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0]["new_name"]
            .as_str()
            .is_some_and(|name| name.contains("~vmsync~")),
        "{told:?}"
    );
    assert_eq!(site.endpoints.requests_to(GROUP).len(), 1);
    site.endpoints.forget();
    for _ in 0..2 {
        assert_eq!(site.converge()["changes"], json!([]));
    }
    assert_eq!(
        site.session_of(&session_key(1))["vms"],
        json!(["green"]),
        "applied once"
    );
    assert!(site.endpoints.requests().is_empty());
}
