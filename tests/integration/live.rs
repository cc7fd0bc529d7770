//! `list --live`: what the sources say now, and nothing is stored.

use crate::list_objects::vcenter;
use crate::site::{Entry, dead_port, home, simulate, sources};
use crate::support::{Output, VmsyncCommand, wait_for};
use serde_json::{Value, json};
use simulator::{Config, Effect, Fault, Simulator, VmSpec};
use std::time::Duration;

/// The rows without what is of the moment of one run.
fn rows(output: &Output) -> Vec<Value> {
    let mut rows = output.json()["rows"].as_array().expect("rows").clone();
    for row in &mut rows {
        let fields = row.as_object_mut().expect("an object");
        for own in ["last_sync_time", "first_seen", "last_seen"] {
            if let Some(value) = fields.get_mut(own) {
                assert!(value.is_string(), "{own}: {value}");
                *value = Value::Null;
            }
        }
    }
    rows
}

fn list(vmsync: &VmsyncCommand, kind: &str, rest: &[&str]) -> Output {
    let form = ["list", kind, "--columns", "all", "--format", "json"];
    vmsync.run(&[&form, rest].concat())
}

fn host(name: &str, vms: &[&str]) -> Simulator {
    simulate(Config::esxi(name), |inventory| {
        for vm in vms {
            inventory.add_vm(&VmSpec::new(vm));
        }
    })
}

fn assert_logged_out(host: &Simulator) {
    assert_eq!(host.open_sessions(), 0, "a session was left open");
}

#[test]
fn it_writes_nothing_and_says_what_a_pass_then_stores() {
    let (vcenter, esxi) = (vcenter(), host("esx9", &["alone", "other"]));
    let vmsync = home(&sources(&[&Entry::vcenter("vc", &vcenter), &Entry::esxi("one", &esxi)]));
    let kinds = [
        "vms",
        "hosts",
        "clusters",
        "datastores",
        "networks",
        "switches",
        "alarms",
    ];
    let live = kinds.map(|kind| {
        rows(
            list(&vmsync, kind, &["--live"])
                .assert_code(0)
                .assert_stderr("from 2 sources, now"),
        )
    });
    assert!(!vmsync.sqlite().exists() && !vmsync.state().join("vmsync.lock").exists());
    let sources = list(&vmsync, "sources", &["--live"]).assert_code(0).json();
    assert_eq!(
        (&sources["rows"][0]["name"], &sources["rows"][1]["name"]),
        (&json!("one"), &json!("vc"))
    );
    for (kind, live) in kinds.iter().zip(&live) {
        let count = vmsync.run(&["list", kind, "--live", "--count", "-q"]);
        assert_eq!(count.assert_code(0).stdout, format!("{}\n", live.len()), "{kind}");
    }
    vmsync.run(&["sync", "all", "-q"]).assert_code(0);
    for (kind, live) in kinds.iter().zip(live) {
        assert!(!live.is_empty(), "{kind}");
        assert_eq!(live, rows(&list(&vmsync, kind, &[])), "{kind}");
    }
    esxi.inventory(|inventory| inventory.add_vm(&VmSpec::new("new")));
    let stored = std::fs::read(vmsync.sqlite()).expect("the store");
    let filter = ["--where", "source = one and name != alone", "--count"];
    let count = |live: &[&str]| vmsync.run(&[&["list", "vms", "-q"], live, &filter].concat());
    assert_eq!(count(&[]).assert_code(0).stdout, "1\n");
    assert_eq!(count(&["--live"]).assert_code(0).stdout, "2\n");
    let sorted = vmsync.run(&[
        "list",
        "vms",
        "--live",
        "--columns",
        "name",
        "--sort",
        "-name",
        "--limit",
        "2",
        "--format",
        "csv",
    ]);
    assert_eq!(sorted.assert_code(0).stdout, "name\nweb\nother\n");
    assert_eq!(std::fs::read(vmsync.sqlite()).expect("the store"), stored);
    assert_logged_out(&vcenter);
    assert_logged_out(&esxi);
}

#[test]
fn what_was_not_heard_is_said_and_is_in_the_exit_code() {
    let (good, bad) = (host("esx1", &["a"]), host("esx2", &["b"]));
    let mut config = sources(&[&Entry::esxi("good", &good), &Entry::esxi("bad", &bad)]);
    config["esxi_hosts"][1]["port"] = json!(dead_port());
    let vmsync = home(&config);
    let some = list(&vmsync, "vms", &["--live"]);
    some.assert_code(3)
        .assert_stderr("bad: failed to open a session on bad (127.0.0.1:")
        .assert_stderr("this list lacks something: 1 of 2 sources not heard completely\n  hint: run `vmsync check`");
    assert_eq!(rows(&some).len(), 1);
    assert_logged_out(&good);

    config["esxi_hosts"][0]["port"] = json!(dead_port());
    vmsync.write("sync.yaml", config.to_string());
    let none = list(&vmsync, "hosts", &["--live"]);
    none.assert_code(69)
        .assert_stderr("failed to list hosts: no source delivered anything\n  hint: run `vmsync check`");
    assert_eq!(none.stdout, "");
    let why = list(&vmsync, "sources", &["--live"]);
    why.assert_code(69);
    assert!(rows(&why).iter().all(|row| row["last_error"].is_string()), "{why}");
    assert!(!vmsync.sqlite().exists());
}

#[test]
fn a_login_that_is_known_to_be_refused_is_not_tried() {
    let host = host("esx1", &["a"]);
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    config["esxi_hosts"][0]["password"] = json!("wrong");
    let vmsync = home(&config);
    list(&vmsync, "vms", &["--live"]).assert_code(77);
    vmsync.run(&["sync", "all", "-q"]).assert_code(77);
    assert_eq!(host.login_attempts(), 2, "looking remembers nothing");
    list(&vmsync, "vms", &["--live"])
        .assert_code(77)
        .assert_stderr("one: login paused until ");
    assert_eq!(host.login_attempts(), 2);
}

#[test]
fn no_store_is_needed() {
    let host = host("esx1", &["a"]);
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    config["mongodb"] = json!({"host": "127.0.0.1", "port": dead_port()});
    config["inventory"] = json!({"types": ["datastores"]});
    let vmsync = home(&config);
    let output = list(&vmsync, "vms", &["--live"]);
    output
        .assert_code(0)
        .assert_stderr("it is not known which logins were refused lately: failed to reach the store");
    assert_eq!(rows(&output).len(), 1);
    list(&vmsync, "hosts", &["--live"])
        .assert_code(2)
        .assert_stderr("list hosts: inventory.types of the configuration leaves hosts out\n  hint: add hosts to it");
    list(&vmsync, "vms", &["--live", "--gone"])
        .assert_code(2)
        .assert_stderr("'--live' cannot be used with '--gone'");
}

#[test]
fn a_signal_ends_it_without_an_answer_and_logs_out() {
    let host = host("esx1", &["a"]);
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        host.clear_calls();
        host.script(Fault::on(
            "RetrievePropertiesEx",
            Effect::Delay(Duration::from_secs(30)),
        ));
        let running = vmsync.spawn(&["list", "vms", "--live", "--format", "json"]);
        wait_for("it lists", Duration::from_secs(10), || {
            (host.call_count("RetrievePropertiesEx") > 0).then_some(())
        });
        running.signal(signal);
        let output = running.wait();
        assert_eq!(output.assert_code(code).stdout, "");
        host.clear_faults();
    }
    assert_logged_out(&host);
}
