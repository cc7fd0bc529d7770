//! The bugs of the systems that vmsync replaces, each as a test of the whole binary.

use crate::site::{AUTH, Entry, GROUP, Site, changed, dead_port, home, session_key, simulate, sources};
use crate::support::{Answer, Output, VmsyncCommand, wait_for};
use serde_json::{Value, json};
use simulator::{Config, Effect, Expiry, Fault, HostSpec, Inventory, MoRef, Simulator, SoapFault, VmSpec};
use std::collections::BTreeSet;
use std::time::Duration;

/// A host with this many VMs, `vm000` and so on.
fn host_with(vms: usize) -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| add_vms(inventory, vms))
}

fn add_vms(inventory: &mut Inventory, vms: usize) {
    for number in 0..vms {
        inventory.add_vm(&VmSpec::new(&format!("vm{number:03}")));
    }
}

/// The first VM of a simulated ESXi host has the reference `1`.
fn rename_first(simulator: &Simulator, name: &str) {
    simulator.inventory(|inventory| inventory.rename("1", name));
}

fn esxi(simulator: &Simulator) -> Site {
    Site::new(&[&Entry::esxi("one", simulator)])
}

fn orphans(site: &Site) -> Vec<String> {
    let documents = site.documents();
    let orphans = documents.iter().filter(|document| document["orphan"] == true);
    orphans
        .map(|document| document["name"].as_str().expect("a name").to_owned())
        .collect()
}

// "An exception in mid-listing returned the partial list and orphaned the rest."
#[test]
fn an_exception_in_mid_listing_orphans_nothing() {
    let host = host_with(250);
    let site = esxi(&host);
    site.converge();
    let broken = || SoapFault::new("InternalFault", "the host is out of memory");
    let no_permission = || SoapFault::no_permission(&MoRef::new("Folder", "group-d1"), "System.Read");
    for effect in [
        Effect::Soap(broken()),
        Effect::Soap(no_permission()),
        Effect::Truncate { bytes: 5000 },
        Effect::Garbage,
        Effect::DropAfter,
        Effect::Http {
            status: 503,
            headers: Vec::new(),
            body: "busy".to_owned(),
        },
        Effect::Expire(Expiry::MissingSet),
    ] {
        host.script(Fault::on("ContinueRetrievePropertiesEx", effect.clone()).from(2));
        let output = site.sync();
        output
            .assert_code(3)
            .assert_report("/orphaned", 0)
            .assert_report("/missing", 0)
            .assert_report("/sources/0/complete", false);
        assert!(output.json()["sources"][0]["error"].is_string(), "{effect:?}\n{output}");
        assert_eq!(orphans(&site), [""; 0], "{effect:?}");
        assert_eq!(host.open_sessions(), 0, "{effect:?}: a session was left open");
        host.clear_faults();
    }
    assert_eq!(site.converge()["unchanged"], 250);
}

#[test]
fn an_empty_answer_of_a_dead_session_orphans_nothing() {
    let host = host_with(3);
    let site = esxi(&host);
    site.converge();
    for expiry in [Expiry::Empty, Expiry::MissingSet, Expiry::Fault] {
        host.script(Fault::on("RetrievePropertiesEx", Effect::Expire(expiry)));
        let output = site.sync();
        assert_ne!(output.code, 0, "{output}");
        assert_eq!(orphans(&site), [""; 0], "{expiry:?}");
        host.clear_faults();
    }
    site.converge();
}

// "A VM with config unset was skipped, hence orphaned."
#[test]
fn a_vm_with_config_unset_is_not_orphaned() {
    let host = host_with(3);
    let site = esxi(&host);
    site.session(&session_key(1), &json!({"vms": ["vm000", "vm001"], "orphans": []}));
    site.converge();
    let before = site.document("vm000");
    host.inventory(|inventory| {
        let ids = inventory.ids("VirtualMachine");
        inventory.make_inaccessible(&ids[0]);
        inventory.unset(&ids[1], "config");
    });
    let report = site.converge();
    assert_eq!(
        (&report["orphaned"], &report["missing"], &report["renamed"]),
        (&json!(0), &json!(0), &json!([]))
    );
    let after = site.document("vm000");
    for kept in [
        "name",
        "hostname",
        "addr",
        "uuid",
        "instance_uuid",
        "vmware_tools",
        "orphan",
    ] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(report["unidentified"], 2, "it is reported: {report:#}");
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["vm000", "vm001"]));
}

// "vMotion orphaned on A and was refused on B for ever."
#[test]
fn vmotion_is_a_move_on_both_hosts() {
    let (a, b) = (
        host_with(2),
        simulate(Config::esxi("esx2"), |inventory| {
            inventory.add_vm(&VmSpec::new("resident"));
        }),
    );
    let mut entries = [Entry::esxi("a", &a), Entry::esxi("b", &b)];
    entries[1].value["host"] = json!("localhost");
    let site = Site::new(&[&entries[0], &entries[1]]);
    site.session(&session_key(1), &json!({"vms": ["vm000"], "orphans": []}));
    site.converge();
    let before = site.document("vm000");
    let vm = a.inventory(|inventory| inventory.remove("1"));
    b.inventory(|inventory| inventory.adopt(vm));
    let report = site.converge();
    assert_eq!(
        (&report["moved"], &report["orphaned"], &report["added"]),
        (&json!(1), &json!(0), &json!(0))
    );
    let after = site.document("vm000");
    assert_eq!(
        (&after["_id"], &after["esxi_host_addr"]),
        (&before["_id"], &json!("localhost"))
    );
    assert_eq!(after["sources"][0]["name"], "b");
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["vm000"]));
    assert_eq!(site.converge()["changes"], json!([]));
}

#[test]
fn vmotion_inside_a_vcenter_is_a_move() {
    let vcenter = simulate(Config::vcenter("vc"), |inventory| add_vms(inventory, 2));
    let site = Site::new(&[&Entry::vcenter("vc", &vcenter)]);
    site.converge();
    vcenter.inventory(|inventory| {
        let host = inventory.add_host(&HostSpec::new("esx9.example"));
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.move_to_host(&id, &host);
    });
    let report = site.converge();
    assert_eq!((&report["moved"], &report["orphaned"]), (&json!(1), &json!(0)));
    assert_eq!(site.document("vm000")["esxi_host_addr"], "esx9.example");
}

#[test]
fn a_vm_that_moves_between_two_listings_is_not_orphaned() {
    let (a, b) = (host_with(2), simulate(Config::esxi("esx2"), |_| ()));
    let site = Site::new(&[&Entry::esxi("a", &a), &Entry::esxi("b", &b)]);
    site.converge();
    // B has listed when A loses the VM, and A's listing is made after that.
    let vm = a.inventory(|inventory| inventory.remove("1"));
    let target = vm.clone();
    b.script(Fault::after("RetrievePropertiesEx", move |inventory| {
        inventory.adopt(target.clone());
    }));
    let output = site.sync();
    output.assert_report("/orphaned", 0);
    assert_eq!(orphans(&site), [""; 0]);
    let report = site.converge();
    assert_eq!((&report["moved"], &report["orphaned"]), (&json!(1), &json!(0)));
}

// "Lookup by name when both were known made rename detection impossible."
#[test]
fn a_rename_is_detected_by_identity_though_another_vm_takes_the_old_name() {
    let host = host_with(1);
    let site = esxi(&host);
    site.session(&session_key(1), &json!({"vms": ["vm000"], "orphans": []}));
    site.converge();
    let first = site.document("vm000");
    host.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.rename(&id, "kept");
        inventory.add_vm(&VmSpec::new("vm000"));
    });
    let report = site.converge();
    assert_eq!(
        (changed(&report, "renamed"), changed(&report, "added")),
        (vec!["kept".to_owned()], vec!["vm000".to_owned()])
    );
    assert_eq!(site.document("kept")["_id"], first["_id"]);
    assert_eq!(
        site.session_of(&session_key(1))["vms"],
        json!(["kept"]),
        "the rights stay with the VM"
    );
    site.converge();
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["kept"]));
}

// "The session moves crashed on dicts in sets, forgot an await, and reported success."
#[test]
fn sessions_with_orphans_as_objects_are_moved_and_the_report_counts_what_redis_has() {
    let host = host_with(3);
    let site = esxi(&host);
    let since = "01-07-2024: 12:34:00";
    let old = json!([{"name": "older", "since": since}, {"name": "oldest", "orphan_since": since}, "plain"]);
    site.session(
        &session_key(1),
        &json!({"vms": ["vm000", "vm001"], "orphans": old, "user": {"id": 7}}),
    );
    site.session(&session_key(2), &json!({"vms": ["vm001"]}));
    site.session(&session_key(3), &json!({"vms": ["vm002"], "orphans": []}));
    site.converge();
    host.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[1].clone();
        inventory.remove(&id)
    });
    let report = site.converge();
    assert_eq!(
        (&report["sessions"]["changed"], &report["sessions"]["scanned"]),
        (&json!(2), &json!(3))
    );
    let gone = json!({"name": "vm001", "since": site.document("vm001")["orphan_since"]});
    let mut expected = old.as_array().expect("a list").clone();
    expected.push(gone.clone());
    assert_eq!(
        site.session_of(&session_key(1)),
        json!({"vms": ["vm000"], "orphans": expected, "user": {"id": 7}})
    );
    assert_eq!(site.session_of(&session_key(2)), json!({"vms": [], "orphans": [gone]}));
}

#[test]
fn a_session_step_that_failed_is_not_reported_as_success() {
    let host = host_with(2);
    let site = esxi(&host);
    site.session(&session_key(1), &json!({"vms": ["vm000"], "orphans": []}));
    site.converge();
    rename_first(&host, "web");
    site.redis.stop();
    let output = site.sync();
    output
        .assert_code(6)
        .assert_report("/ok", false)
        .assert_report("/sessions", Value::Null);
    output
        .assert_report("/renamed/0/new_name", "web")
        .assert_report("/conditions/0", "store_failed");
    site.redis.restart();
    let report = site.converge();
    assert_eq!(report["sessions"]["changed"], 1, "the next pass repairs the sessions");
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["web"]));
}

// "A session without TTL broke the rename."
#[test]
fn a_session_without_time_to_live_is_renamed_and_stays_without() {
    let host = host_with(1);
    let site = esxi(&host);
    site.redis.set(&session_key(1), r#"{"vms":["vm000"],"orphans":[]}"#);
    site.session(&session_key(2), &json!({"vms": ["vm000"], "orphans": []}));
    site.converge();
    rename_first(&host, "web");
    assert_eq!(site.converge()["sessions"]["changed"], 2);
    assert_eq!(
        site.redis.get(&session_key(1)).as_deref(),
        Some(&br#"{"vms":["web"],"orphans":[]}"#[..])
    );
    assert_eq!(site.redis.pttl(&session_key(1)), -1);
    assert!(site.redis.pttl(&session_key(2)) > 0);
}

// "Endpoint URLs were mangled by replacing `-` with `_`."
#[test]
fn endpoint_urls_keep_their_dashes() {
    let host = host_with(1);
    let mut site = esxi(&host);
    let (group, auth) = ("/a-b_c/vms-group/rename-vms?x-y=1", "/auth-service/rename-vm");
    let urls = [site.endpoints.url(group), site.endpoints.url(auth)];
    site.reconfigure(|config| {
        config["endpoints"] = json!({"vm-group-service-rename-vm": urls[0], "auth-service-rename-vm": urls[1]});
    });
    site.converge();
    rename_first(&host, "web-1");
    site.converge();
    let paths: BTreeSet<String> = site
        .endpoints
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(paths, BTreeSet::from([group.to_owned(), auth.to_owned()]));
}

// "Name swaps were applied one after the other."
#[test]
fn a_cycle_of_names_is_applied_at_once_everywhere() {
    let host = host_with(3);
    let site = esxi(&host);
    for number in 0..3 {
        site.session(
            &session_key(number),
            &json!({"vms": [format!("vm{number:03}")], "orphans": []}),
        );
    }
    site.converge();
    host.inventory(|inventory| {
        for (number, id) in inventory.ids("VirtualMachine").iter().enumerate() {
            inventory.rename(id, &format!("vm{:03}", (number + 1) % 3));
        }
    });
    assert_eq!(site.converge()["renamed"].as_array().map(Vec::len), Some(3));
    for number in 0..3 {
        let name = format!("vm{:03}", (number + 1) % 3);
        assert_eq!(site.session_of(&session_key(number))["vms"], json!([name]));
    }
    assert_eq!(final_names(&site), ["vm001", "vm002", "vm000"]);
}

/// What the auth service, which knows one name at a time, makes of the names it had.
fn final_names(site: &Site) -> Vec<String> {
    let mut users: Vec<String> = ["vm000", "vm001", "vm002"].map(str::to_owned).to_vec();
    for request in site.endpoints.requests_to(AUTH) {
        let post = request.json();
        let (old, new) = (
            post["name"].as_str().expect("a name"),
            post["new_name"].as_str().expect("a name"),
        );
        for user in users.iter_mut().filter(|user| *user == old) {
            new.clone_into(user);
        }
    }
    users
}

// "\"Fast\" sync made 243 extra calls for 9 VMs."
#[test]
fn fast_sync_costs_seven_calls_at_most() {
    let host = host_with(9);
    let site = esxi(&host);
    for _ in 0..2 {
        host.clear_calls();
        let report = site.converge();
        let calls = host.calls().len();
        assert!(calls <= 7, "{:?}", methods(&host));
        assert_eq!(report["sources"][0]["soap_calls"], calls);
    }
}

/// 250 VMs in pages of 100.
#[test]
fn a_source_costs_seven_calls_and_one_for_each_further_page() {
    for config in [Config::esxi("esx1"), Config::vcenter("vc")] {
        let host = simulate(config, |inventory| add_vms(inventory, 250));
        let site = Site::new(&[&Entry::vcenter("one", &host)]);
        let report = site.converge();
        let pages = host.call_count("ContinueRetrievePropertiesEx");
        let calls = host.calls().len();
        assert!((2..=3).contains(&pages) && calls <= 7 + pages, "{:?}", methods(&host));
        assert_eq!(
            (&report["sources"][0]["soap_calls"], &report["added"]),
            (&json!(calls), &json!(250))
        );
        assert_eq!((host.call_count("Login"), host.call_count("Logout")), (1, 1));
    }
}

fn methods(simulator: &Simulator) -> Vec<String> {
    simulator.calls().into_iter().map(|call| call.method).collect()
}

// "`'connected' in state` took `disconnected` for online."
#[test]
fn disconnected_is_not_online() {
    let host = host_with(2);
    let site = esxi(&host);
    site.converge();
    let before = site.document("vm000");
    host.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.set(&id, "runtime.connectionState", "disconnected");
        inventory.set(&id, "guest.ipAddress", "10.6.6.6");
        inventory.set(&id, "guest.toolsStatus", "toolsNotInstalled");
        inventory.rename(&id, "half known");
    });
    let report = site.converge();
    assert_eq!((&report["renamed"], &report["orphaned"]), (&json!([]), &json!(0)));
    let after = site.document("vm000");
    assert_eq!(after["connection_state"], "disconnected");
    for kept in ["addr", "vmware_tools", "name"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
}

// "Old rows were deleted and committed before the new ones were inserted."
#[test]
fn a_pass_that_dies_while_it_writes_loses_no_document() {
    let host = host_with(30);
    let site = esxi(&host);
    site.converge();
    let ids = |site: &Site| {
        site.documents()
            .into_iter()
            .map(|document| document["_id"].clone())
            .collect::<Vec<_>>()
    };
    let before = ids(&site);
    host.inventory(|inventory| {
        for id in inventory.ids("VirtualMachine") {
            inventory.power(&id, "poweredOff");
        }
    });
    site.watch_database();
    let pass = site.vmsync.spawn(&["sync", "all"]);
    wait_for("the pass writes, or is through", Duration::from_secs(10), || {
        let written = site.find("system.profile", bson::doc! {"op": "update"});
        (!written.is_empty() || pass.has_ended()).then_some(())
    });
    pass.kill();
    assert_eq!(ids(&site), before);
    assert_ne!(site.operations("vms").get("remove"), Some(&1));
    let report = site.converge();
    assert_eq!((&report["added"], &report["orphaned"]), (&json!(0), &json!(0)));
    assert!(site.documents().iter().all(|document| document["power_state"] == "off"));
}

#[test]
fn a_pass_removes_no_document_and_no_row() {
    let host = host_with(2);
    let site = esxi(&host);
    site.converge();
    host.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.remove(&id);
        inventory.add_vm(&VmSpec::new("new"));
    });
    site.watch_database();
    site.converge();
    let operations = site.operations("vms");
    assert!(
        operations
            .keys()
            .all(|op| !["remove", "drop", "findAndModify"].contains(&op.as_str())),
        "{operations:?}"
    );
    assert_eq!(site.documents().len(), 3);
}

// "Success was reported though every item had failed."
#[test]
fn success_is_not_reported_when_every_item_failed() {
    let host = host_with(3);
    let site = esxi(&host);
    // Nothing passes this rule, so mongod refuses every document.
    site.command(bson::doc! {"create": "vms", "validator": {"impossible": {"$exists": true}}});
    let output = site.sync();
    output
        .assert_code(6)
        .assert_report("/ok", false)
        .assert_report("/added", 0)
        .assert_report("/added_failures", 3);
    let report = output.json();
    assert!(
        report["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|change| change["outcome"] == "failed" && change["reason"].is_string()),
        "{output}"
    );
    assert!(site.documents().is_empty());
}

#[test]
fn success_is_not_reported_when_every_notification_failed() {
    let host = host_with(1);
    let site = esxi(&host);
    site.converge();
    rename_first(&host, "web");
    for path in [GROUP, AUTH] {
        site.endpoints.answer_always(path, Answer::Status(400));
    }
    let output = site.sync();
    output.assert_code(5).assert_report("/ok", false);
    output
        .assert_report("/notifications/sent", 0)
        .assert_report("/notifications/pending", 1);
    for path in [GROUP, AUTH] {
        site.endpoints.answer_always(path, Answer::Status(200));
    }
    let first: Vec<_> = site
        .endpoints
        .requests()
        .into_iter()
        .map(|request| {
            (
                request.path.clone(),
                request.header("idempotency-key").map(str::to_owned),
                request.body,
            )
        })
        .collect();
    site.endpoints.forget();
    assert_eq!(
        site.converge()["notifications"],
        json!({"sent": 2, "pending": 0, "rejected": 0})
    );
    for request in site.endpoints.requests() {
        let sent = (
            request.path.clone(),
            request.header("idempotency-key").map(str::to_owned),
            request.body,
        );
        assert!(first.contains(&sent), "not the same bytes with the same key");
    }
}

// "Passwords were stored and printed in plain text."
const CANARIES: [&str; 4] = ["canary-source#1:@%&<", "canary-mongo", "canary-redis", "canary-query"];

#[test]
fn passwords_are_nowhere() {
    let config = Config::esxi("esx1").credentials("root", CANARIES[0]);
    let host = simulate(config, |inventory| add_vms(inventory, 2));
    let mut site = esxi(&host);
    let hidden = site.endpoints.url(&format!("{GROUP}?token={}", CANARIES[3]));
    site.reconfigure(|config| config["endpoints"]["vm-group-service-rename-vm"] = json!(hidden));
    site.session(&session_key(1), &json!({"vms": ["vm000"], "orphans": []}));
    let pass = |site: &Site| {
        for args in [&["sync", "all", "-vvv"][..], &["diff", "-vvv"], &["status", "-vvv"]] {
            assert_secret(&site.run(args));
            assert_secret(&site.vmsync.run(args));
        }
    };
    pass(&site);
    rename_first(&host, "web");
    site.endpoints.answer_always(GROUP, Answer::Status(500));
    pass(&site);
    for collection in site.collections() {
        let stored = format!("{:?}", site.find(&collection, bson::doc! {}));
        assert!(
            !CANARIES.iter().any(|canary| stored.contains(canary)),
            "{collection}: {stored}"
        );
    }
    // The configured services refuse these logins.
    site.reconfigure(|config| {
        let port = config["redis"]["port"].clone();
        config["redis"] = json!({"host": "127.0.0.1", "port": port, "username": "u", "password": CANARIES[2]});
    });
    pass(&site);
    let port = site.mongod.port();
    site.reconfigure(|config| {
        config["mongodb"] =
            json!({"host": "127.0.0.1", "port": port, "username": "u", "password": CANARIES[1], "db": "x"});
    });
    pass(&site);
    site.reconfigure(|config| {
        let uri = format!("mongodb://u:{}@127.0.0.1:{port}/?directConnection=true", CANARIES[1]);
        config["mongodb"] = json!({"uri": uri, "db": "x"});
    });
    pass(&site);
    host.configure(|config| "another".clone_into(&mut config.password));
    pass(&site);
}

#[track_caller]
fn assert_secret(output: &Output) {
    for canary in CANARIES {
        output.assert_nowhere(canary);
    }
}

#[test]
fn passwords_are_not_in_the_embedded_store_nor_on_the_command_line() {
    let config = Config::esxi("esx1").credentials("root", CANARIES[0]);
    let host = simulate(config, |inventory| add_vms(inventory, 2));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    vmsync
        .run(&["sync", "all", "-vvv", "--format", "json"])
        .assert_code(0)
        .assert_nowhere(CANARIES[0]);
    for file in files_below(&vmsync) {
        let bytes = std::fs::read(&file).expect("a file of the store");
        assert!(
            !bytes.windows(6).any(|window| window == b"canary"),
            "{}",
            file.display()
        );
    }
    host.clear_calls();
    host.script(Fault::on("RetrievePropertiesEx", Effect::Hang).once());
    let pass = vmsync.spawn(&["sync", "all"]);
    wait_for("the pass lists", Duration::from_secs(10), || {
        (host.call_count("RetrievePropertiesEx") > 0).then_some(())
    });
    let line = std::fs::read(format!("/proc/{}/cmdline", pass.pid())).expect("it runs");
    assert_eq!(
        line.split(|byte| *byte == 0).skip(1).collect::<Vec<_>>(),
        [&b"sync"[..], b"all", b""]
    );
    pass.kill();
}

fn files_below(vmsync: &VmsyncCommand) -> Vec<std::path::PathBuf> {
    let directory = std::fs::read_dir(vmsync.state().join("vmsync")).expect("the state directory");
    let files: Vec<_> = directory.map(|entry| entry.expect("an entry").path()).collect();
    assert!(files.contains(&vmsync.sqlite()), "{files:?}");
    files
}

#[test]
fn a_source_that_was_not_heard_orphans_nothing_and_the_rest_is_applied() {
    let (a, b) = (
        host_with(2),
        simulate(Config::esxi("esx2"), |inventory| {
            inventory.add_vm(&VmSpec::new("resident"));
        }),
    );
    let mut site = Site::new(&[&Entry::esxi("a", &a), &Entry::esxi("b", &b)]);
    site.converge();
    a.inventory(|inventory| {
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.remove(&id);
        inventory.add_vm(&VmSpec::new("new"));
    });
    let (port, dead) = (b.port(), dead_port());
    site.reconfigure(|config| config["esxi_hosts"][1]["port"] = json!(dead));
    let output = site.sync();
    output
        .assert_code(3)
        .assert_report("/added", 1)
        .assert_report("/orphaned", 0)
        .assert_report("/missing", 1);
    assert_eq!(orphans(&site), [""; 0]);
    site.reconfigure(|config| config["esxi_hosts"][1]["port"] = json!(port));
    assert_eq!(site.converge()["orphaned"], 1);
}
