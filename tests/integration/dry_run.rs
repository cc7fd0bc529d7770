//! Looking writes nothing, and shows what the next pass does.

use crate::main_job::READS;
use crate::site::{Entry, Site, home, session_key, simulate, sources};
use crate::support::{VmsyncCommand, wait_for};
use serde_json::{Value, json};
use simulator::{Config, Effect, Fault, Simulator, VmSpec};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        for name in ["web", "db", "old", "asleep", "away"] {
            inventory.add_vm(&VmSpec::new(name));
        }
    })
}

/// Every kind of change but the rare ones.
fn stir(host: &Simulator) {
    host.inventory(|inventory| {
        let ids = inventory.ids("VirtualMachine");
        inventory.rename(&ids[0], "www");
        inventory.power(&ids[1], "poweredOff");
        inventory.remove(&ids[2]);
        inventory.add_vm(&VmSpec::new("new"));
    });
}

/// A report without what is of one run, or of a real one.
fn plan_of(report: &Value) -> Value {
    let mut plan = report.clone();
    let fields = plan.as_object_mut().expect("an object");
    for own in [
        "run_id",
        "command",
        "dry_run",
        "started",
        "finished",
        "ok",
        "exit_code",
        "conditions",
        "notifications",
        "timings",
    ] {
        fields.remove(own);
    }
    for source in plan["sources"].as_array_mut().expect("a list") {
        source["fetch_ms"] = Value::Null;
        source["timings"] = Value::Null;
    }
    for change in plan["object_changes"].as_array_mut().expect("a list") {
        change["outcome"] = Value::Null;
    }
    for change in plan["changes"].as_array_mut().expect("a list") {
        change["outcome"] = Value::Null;
        // The moment of the pass.
        if let Some(since) = change.pointer_mut("/fields/orphan_since/after") {
            *since = Value::Null;
        }
    }
    plan
}

#[test]
fn diff_and_dry_run_show_what_the_next_pass_applies() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.session(&session_key(1), &json!({"vms": ["web", "old", "db"], "orphans": []}));
    let first = plan_of(&site.run(&["diff"]).assert_code(0).json());
    assert_eq!(
        (&first["added"], first["changes"].as_array().map(Vec::len)),
        (&json!(5), Some(5))
    );
    let site_report = site.converge();
    assert_eq!(first["changes"], plan_of(&site_report)["changes"]);
    stir(&host);
    let diff = site.run(&["diff"]).assert_code(0).json();
    let dry_run = site.run(&["sync", "all", "--dry-run"]).assert_code(0).json();
    let applied = site.converge();
    assert_eq!(plan_of(&diff), plan_of(&dry_run));
    assert_eq!(plan_of(&dry_run), plan_of(&applied));
    assert_eq!((&diff["dry_run"], &applied["dry_run"]), (&json!(true), &json!(false)));
    assert!(
        diff["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|change| change["outcome"] == "planned")
    );
    assert!(
        applied["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|change| change["outcome"] == "applied")
    );
}

#[test]
fn diff_exits_10_only_while_something_differs_and_only_if_asked() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.run(&["diff", "--exit-code"])
        .assert_code(10)
        .assert_report("/conditions", json!(["differences"]))
        .assert_report("/ok", false);
    site.run(&["diff"]).assert_code(0);
    site.converge();
    site.run(&["diff", "--exit-code"])
        .assert_code(0)
        .assert_report("/changes", json!([]));
    site.session(&session_key(1), &json!({"vms": [], "orphans": ["web"]}));
    site.run(&["diff", "--exit-code"])
        .assert_code(10)
        .assert_report("/sessions/changed", 1);
}

#[test]
fn looking_at_an_empty_database_creates_nothing() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    for args in [
        &["diff"][..],
        &["sync", "all", "--dry-run"],
        &["sync", "vms", "web", "--dry-run"],
        &["status"],
    ] {
        site.run(args).assert_code(0);
        assert!(site.collections().is_empty(), "{args:?}: {:?}", site.collections());
    }
    assert_eq!(host.open_sessions(), 0, "a session was left open");
}

#[test]
fn looking_sends_no_write_to_anybody() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.session(&session_key(1), &json!({"vms": ["web", "old"], "orphans": []}));
    site.converge();
    stir(&host);
    site.watch_database();
    site.watch_redis();
    for args in [
        &["diff"][..],
        &["sync", "all", "-n"],
        &["sync", "vms", "www", "-n"],
        &["status"],
    ] {
        site.run(args).assert_code(0);
    }
    let operations = site.all_operations();
    let allowed = |op: &String| {
        let command = op.split(' ').nth(1).unwrap_or_default();
        [
            "find",
            "aggregate",
            "getMore",
            "hello",
            "listCollections",
            "listIndexes",
            "ping",
            "count",
            "profile",
            "endSessions",
        ]
        .contains(&command)
    };
    assert!(operations.iter().all(allowed), "{operations:?}");
    let written: Vec<_> = site
        .redis_commands()
        .into_iter()
        .filter(|name| !READS.contains(&name.as_str()))
        .collect();
    assert!(written.is_empty(), "{written:?}");
    assert!(site.endpoints.requests().is_empty());
    assert_eq!(site.redis.keys(), [session_key(1)]);
}

#[test]
fn looking_leaves_no_file_where_the_embedded_store_would_be() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    for args in [&["diff", "--format", "json"][..], &["sync", "all", "-n"], &["status"]] {
        vmsync.run(args).assert_code(0);
        assert!(!vmsync.state().exists(), "{args:?} made {}", vmsync.state().display());
    }
}

#[test]
fn looking_works_while_a_pass_holds_the_lease() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.converge();
    stir(&host);
    host.script(Fault::on("RetrievePropertiesEx", Effect::Hang).once());
    host.clear_calls();
    let pass = site.vmsync.spawn(&["sync", "all"]);
    wait_for("the pass lists", Duration::from_secs(10), || {
        (host.call_count("RetrievePropertiesEx") > 0).then_some(())
    });
    site.sync().assert_code(75);
    host.clear_faults();
    site.run(&["diff", "--exit-code"])
        .assert_code(10)
        .assert_report("/renamed/0/new_name", "www");
    assert!(!pass.has_ended());
    assert_eq!(pass.kill().code, -9);
    site.converge();
}

#[test]
fn the_guard_withholds_in_a_dry_run_as_in_a_pass() {
    let host = simulate(Config::esxi("esx1"), |inventory| {
        for number in 0..20 {
            inventory.add_vm(&VmSpec::new(&format!("vm{number:02}")));
        }
    });
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.converge();
    host.inventory(|inventory| {
        for id in inventory.ids("VirtualMachine").into_iter().take(8) {
            inventory.remove(&id);
        }
    });
    let diff = site.run(&["diff", "--exit-code"]);
    diff.assert_code(4)
        .assert_report("/withheld", 8)
        .assert_report("/orphaned", 0);
    let pass = site.sync();
    pass.assert_code(4)
        .assert_report("/withheld", 8)
        .assert_report("/orphaned", 0);
    assert_eq!(plan_of(&diff.json()), plan_of(&pass.json()));
    let reason = pass.json()["changes"][0]["reason"]
        .as_str()
        .expect("a reason")
        .to_owned();
    let flag = reason.rsplit(' ').next().expect("a word");
    assert!(site.documents().iter().all(|document| document["orphan"] == false));
    site.run(&["sync", "all", "--allow", flag])
        .assert_code(0)
        .assert_report("/orphaned", 8);
}

/// The script of examples/ci, with the binary in its path.
fn smoke(vmsync: &VmsyncCommand) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_vmsync"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(binary.parent().expect("a directory").to_owned()).chain(std::env::split_paths(&path));
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/smoke.sh"))
        .arg("sync.yaml")
        .current_dir(vmsync.home())
        .env_clear()
        .env("PATH", std::env::join_paths(path).expect("plain names"))
        .env("HOME", vmsync.home())
        .env("XDG_STATE_HOME", vmsync.state())
        .output()
        .expect("the script runs");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().expect("it ended by itself"),
        String::from_utf8(text).expect("text"),
    )
}

#[test]
fn the_smoke_script_tells_what_a_pass_would_meet() {
    let host = host();
    let config = sources(&[&Entry::esxi("one", &host)]);
    let vmsync = home(&config);
    let (code, text) = smoke(&vmsync);
    assert!(code == 0 && text.ends_with("smoke: a pass would work\n"), "{text}");
    let report = std::fs::read_to_string(vmsync.home().join("vmsync-report.json")).expect("the report is left");
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    assert_eq!((&report["dry_run"], &report["added"]), (&json!(true), &json!(5)));
    assert!(!vmsync.sqlite().exists(), "nothing is written");
    vmsync.run(&["sync", "all"]).assert_code(0);
    host.inventory(|inventory| {
        for id in inventory.ids("VirtualMachine") {
            inventory.remove(&id);
        }
    });
    let (code, text) = smoke(&vmsync);
    assert!(
        code == 4 && text.contains("\nsmoke: the dry run ended with exit code 4: the guard would withhold changes"),
        "{text}"
    );
    drop(host);
    let (code, text) = smoke(&vmsync);
    assert!(code == 69 && text.contains("source one"), "{text}");
    let told = "\nsmoke: check ended with exit code 69: no source answers, or the document store does not";
    assert!(text.contains(told), "{text}");
    let report = vmsync.home().join("vmsync-report.json");
    assert!(!report.exists(), "that of the check before says nothing of this one");
    let (code, text) = smoke(&VmsyncCommand::with_config("esxi_hosts: []"));
    assert!(code == 78 && text.contains("sync.yaml:1:"), "{text}");
    let told = "\nsmoke: config validate ended with exit code 78: correct the mistakes";
    assert!(text.contains(told), "{text}");
}
