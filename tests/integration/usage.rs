//! Mistakes that people make, and what the program says: through the binary, with its exit code.

use crate::site::{AUTH, Entry, GROUP, Site, dead_port, home, simulate, sources};
use crate::support::{
    Answer, Endpoints, Fault as NetFault, FaultProxy, Mongod, Output, Vcsim, VmsyncCommand, wait_for,
};
use serde_json::{Value, json};
use simulator::{Config, Effect, Fault, MoRef, Simulator, SoapFault, VmSpec};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

const ALL: [&str; 4] = ["sync", "all", "--format", "json"];

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("web"));
        inventory.add_vm(&VmSpec::new("db"));
    })
}

/// A home with the embedded store and one host.
fn small(host: &Simulator) -> VmsyncCommand {
    home(&sources(&[&Entry::esxi("one", host)]))
}

/// A home whose only source is changed.
fn changed_source(host: &Simulator, change: impl FnOnce(&mut Value)) -> VmsyncCommand {
    let mut entry = Entry::esxi("one", host);
    change(&mut entry.value);
    home(&sources(&[&entry]))
}

#[track_caller]
fn assert_refused(yaml: &str, parts: &[&str]) {
    let output = VmsyncCommand::with_config(yaml).run(&["diff"]);
    output.assert_code(78);
    for part in parts {
        output.assert_stderr(part);
    }
    assert_eq!(output.stdout, "", "{output}");
    output.assert_nowhere("s3cret").assert_nowhere("panicked");
}

#[test]
fn help_and_version_need_no_configuration() {
    let vmsync = VmsyncCommand::new();
    for args in [
        &["--help"][..],
        &["-h"],
        &["sync", "--help"],
        &["sync", "all", "--help"],
        &["diff", "--help"],
        &["status", "--help"],
        &["config", "init", "--help"],
        &["config", "validate", "--help"],
        &["config", "show", "--help"],
    ] {
        let output = vmsync.run(args);
        output.assert_code(0).assert_stdout("Usage: vmsync");
        assert_eq!(output.stderr, "", "{output}");
    }
    let version = vmsync.run(&["--version"]);
    assert_eq!(
        version.assert_code(0).stdout,
        format!("vmsync {}\n", env!("CARGO_PKG_VERSION"))
    );
    vmsync
        .run(&["--help"])
        .assert_stdout("Exit codes")
        .assert_stdout("$VMSYNC_CONFIG");
}

#[test]
fn wrong_usage_exits_2() {
    let host = host();
    let vmsync = small(&host);
    for args in [
        &[][..],
        &["sync"],
        &["frobnicate"],
        &["sync", "all", "--fast"],
        &["sync", "vms"],
        &["status", "extra"],
        &["diff", "-q", "-v"],
    ] {
        let output = vmsync.run(args);
        output.assert_code(2);
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{output}");
    }
    assert!(host.calls().is_empty());
}

#[test]
fn no_configuration_names_every_place() {
    let output = VmsyncCommand::new().run(&["sync", "all"]);
    output.assert_code(78);
    for place in [
        "--config",
        "$VMSYNC_CONFIG",
        "$CONFIG_FILE",
        "./sync.yaml",
        "/etc/vmsync/sync.yaml",
        "hint:",
    ] {
        output.assert_stderr(place);
    }
    let named = VmsyncCommand::new()
        .env("VMSYNC_CONFIG", "nowhere.yaml")
        .run(&["sync", "all"]);
    named
        .assert_code(78)
        .assert_stderr("nowhere.yaml")
        .assert_stderr("$VMSYNC_CONFIG");
}

#[test]
fn a_wrong_configuration_is_told_by_file_line_and_key_all_at_once() {
    assert_refused("esxi_hosts:\n  - {host: a\n", &["sync.yaml:", "hint:"]);
    assert_refused("- just\n- a list\n", &["sync.yaml:1"]);
    assert_refused("", &["sync.yaml"]);
    let wrong = "esxi_hosts:\n  - host: a\n    user: u\n    username: u\n    password: s3cret\nmongo: {}\nsync: {timeout: soon}\n";
    assert_refused(
        wrong,
        &[
            "sync.yaml:3",
            "esxi_hosts[0].user",
            "did you mean 'username'?",
            "mongo: unknown key",
            "sync.timeout",
        ],
    );
    let twice = "esxi_hosts:\n  - {host: a, username: u, password: s3cret, password_env: P}\n";
    assert_refused(twice, &["password"]);
    let stores = "esxi_hosts:\n  - {host: a, username: u, password: s3cret}\nmongodb: {host: b}\nstore: {sqlite: c}\n";
    assert_refused(stores, &["mongodb", "store"]);
    assert_refused("mongodb: {host: a}\n", &["esxi_hosts", "vcenters"]);
}

#[test]
fn a_missing_secret_names_its_file_or_variable() {
    let missing_file = "esxi_hosts:\n  - {host: a, username: u, password_file: nowhere.password}\n";
    assert_refused(missing_file, &["sync.yaml:2", "esxi_hosts[0].password_file"]);
    let missing_variable = "esxi_hosts:\n  - {host: a, username: u, password_env: NO_SUCH_VARIABLE}\n";
    assert_refused(
        missing_variable,
        &["sync.yaml:2", "esxi_hosts[0].password_env", "not set"],
    );
    assert_refused(
        "esxi_hosts:\n  - {host: a, username: u}\n",
        &["esxi_hosts[0]", "password"],
    );
}

#[test]
fn secrets_come_from_files_variables_and_systemd() {
    let host = host();
    let (_, password) = host.credentials();
    let without = |key: &str, value: &str| {
        changed_source(&host, |entry| {
            entry.as_object_mut().expect("an object").remove("password");
            entry[key] = json!(value);
        })
    };
    let from_file = without("password_file", "secret");
    from_file.write("secret", format!("{password}\n"));
    from_file.run(&ALL).assert_code(0);
    without("password_env", "HOST_SECRET")
        .env("HOST_SECRET", &*password)
        .run(&ALL)
        .assert_code(0);
    let wrong = without("password", "not this one");
    wrong.write("credentials/source.one.password", &password);
    let directory = wrong.home().join("credentials").display().to_string();
    wrong.env("CREDENTIALS_DIRECTORY", directory).run(&ALL).assert_code(0);
}

#[test]
fn a_configuration_with_secrets_that_others_read_is_a_warning_and_that_others_write_an_error() {
    let host = host();
    let vmsync = small(&host);
    let path = vmsync.home().join("sync.yaml");
    let chmod = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("it is ours");
    chmod(0o644);
    vmsync.run(&ALL).assert_code(0).assert_stderr("sync.yaml");
    chmod(0o646);
    vmsync.run(&ALL).assert_code(78).assert_stderr("sync.yaml");
}

#[test]
fn an_unknown_source_exits_2_and_names_those_that_are_configured() {
    let host = host();
    let vmsync = small(&host);
    for args in [
        &["sync", "all", "--source", "onee"][..],
        &["diff", "--source", "onee"],
        &["sync", "all", "--allow", "onee:orphan=3"],
    ] {
        vmsync
            .run(args)
            .assert_code(2)
            .assert_stderr("onee")
            .assert_stderr("configured are one");
    }
    assert!(host.calls().is_empty());
}

#[test]
fn a_refused_login_exits_77_after_one_attempt() {
    let host = host();
    let vmsync = changed_source(&host, |entry| entry["password"] = json!("wrong-canary"));
    let output = vmsync.run(&[&ALL[..], &["-vvv"]].concat());
    output
        .assert_code(77)
        .assert_report("/conditions", json!(["login_refused"]))
        .assert_nowhere("wrong-canary");
    let error = output.json()["sources"][0]["error"]
        .as_str()
        .expect("a text")
        .to_owned();
    for part in ["one", "127.0.0.1", "user name or password", "root", "hint:"] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!((host.login_attempts(), host.call_count("Login")), (1, 1));
}

#[test]
fn a_login_without_rights_exits_77() {
    let host = host();
    let refusal = SoapFault::no_permission(&MoRef::new("Folder", "ha-folder-root"), "System.View");
    host.script(Fault::soap("Login", refusal));
    let output = small(&host).run(&ALL);
    output.assert_code(77).assert_stdout("hint:");
}

#[test]
fn an_untrusted_certificate_exits_77_and_the_printed_line_pins_it() {
    let host = host();
    let mut entry = Entry::esxi("one", &host);
    entry.value.as_object_mut().expect("an object").remove("tls");
    let vmsync = home(&sources(&[&entry]));
    let output = vmsync.run(&ALL);
    output
        .assert_code(77)
        .assert_report("/conditions", json!(["login_refused"]));
    assert!(host.calls().is_empty(), "something was sent: {:?}", host.calls());
    let error = output.json()["sources"][0]["error"]
        .as_str()
        .expect("a text")
        .to_owned();
    let start = error
        .find("tls: {")
        .unwrap_or_else(|| panic!("no line to paste: {error}"));
    let end = start + error[start..].find('}').expect("a closed line");
    let port = host.port();
    let (user, password) = host.credentials();
    let yaml = format!(
        "esxi_hosts:\n  - host: 127.0.0.1\n    port: {port}\n    username: {user}\n    password: '{password}'\n    {}\n",
        &error[start..=end]
    );
    vmsync.write("sync.yaml", yaml);
    vmsync.run(&ALL).assert_code(0).assert_report("/added", 2);
}

#[test]
fn another_certificate_than_the_pinned_one_is_refused() {
    let host = host();
    let vmsync = changed_source(&host, |entry| {
        entry["tls"] = json!({"fingerprint_sha256": "00".repeat(32)});
    });
    vmsync
        .run(&ALL)
        .assert_code(77)
        .assert_stdout(host.fingerprint_sha256());
    assert!(host.calls().is_empty(), "something was sent");
    let sha1 = changed_source(&host, |entry| {
        entry["tls"] = json!({"fingerprint_sha256": "00".repeat(20)});
    });
    sha1.run(&ALL).assert_code(78).assert_stderr("fingerprint_sha256");
}

#[test]
fn the_authority_of_a_file_is_trusted_and_verify_false_trusts_anyone() {
    let host = host();
    let vmsync = changed_source(&host, |entry| entry["tls"] = json!({"ca_file": "host.pem"}));
    vmsync.write("host.pem", host.certificate_pem());
    vmsync.run(&ALL).assert_code(0);
    let anyone = changed_source(&host, |entry| entry["tls"] = json!({"verify": false}));
    anyone.run(&ALL).assert_code(0).assert_stderr("not verified: one");
}

#[test]
fn an_unreachable_host_exits_69() {
    let host = host();
    let vmsync = changed_source(&host, |entry| entry["port"] = json!(dead_port()));
    let output = vmsync.run(&ALL);
    output
        .assert_code(69)
        .assert_report("/conditions", json!(["unreachable"]))
        .assert_report("/sources/0/reachable", false);
    output
        .assert_stdout("failed to open a session on one")
        .assert_stdout("hint:");
    let unknown = changed_source(&host, |entry| entry["host"] = json!("no-such-host.invalid"));
    unknown.run(&ALL).assert_code(69).assert_stdout("no-such-host.invalid");
}

#[test]
fn sources_that_failed_for_mixed_reasons_exit_69() {
    let (one, two) = (host(), host());
    let mut entries = [Entry::esxi("one", &one), Entry::esxi("two", &two)];
    entries[0].value["password"] = json!("wrong");
    entries[1].value["port"] = json!(dead_port());
    home(&sources(&[&entries[0], &entries[1]])).run(&ALL).assert_code(69);
}

#[test]
fn what_is_no_vsphere_server_is_told_so() {
    let host = host();
    let web = Endpoints::start();
    let plain = changed_source(&host, |entry| entry["port"] = json!(web.port()));
    plain
        .run(&ALL)
        .assert_code(69)
        .assert_stdout("tls")
        .assert_stdout("hint: check `host` and `port`");
    for effect in [
        Effect::Garbage,
        Effect::Empty,
        Effect::Huge { bytes: 1 << 30 },
        Effect::Http {
            status: 404,
            headers: Vec::new(),
            body: "<html>".to_owned(),
        },
        Effect::Http {
            status: 200,
            headers: Vec::new(),
            body: "<html><body>welcome".to_owned(),
        },
        Effect::Truncate { bytes: 40 },
    ] {
        host.script(Fault::on("RetrieveServiceContent", effect.clone()));
        let output = small(&host).run(&ALL);
        output.assert_code(69).assert_nowhere("panicked");
        assert!(output.json()["sources"][0]["error"].is_string(), "{effect:?}\n{output}");
        host.clear_faults();
    }
}

#[test]
fn garbage_in_a_listing_loses_nothing() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.converge();
    let before = site.documents();
    for effect in [
        Effect::Garbage,
        Effect::Truncate { bytes: 300 },
        Effect::Huge { bytes: 1 << 30 },
    ] {
        host.script(Fault::on("RetrievePropertiesEx", effect.clone()));
        let output = site.sync();
        assert!([3, 69].contains(&output.code), "{effect:?}\n{output}");
        output.assert_nowhere("panicked").assert_report("/orphaned", 0);
        host.clear_faults();
    }
    let lasting = |documents: &[Value]| documents.iter().map(crate::site::lasting).collect::<Vec<_>>();
    assert_eq!(lasting(&site.documents()), lasting(&before));
    assert_eq!(host.open_sessions(), 0, "a session was left open");
}

fn with_mongodb(host: &Simulator, section: Value) -> VmsyncCommand {
    let mut config = sources(&[&Entry::esxi("one", host)]);
    config["mongodb"] = section;
    home(&config)
}

#[track_caller]
fn assert_store_unreachable(output: &Output) {
    output
        .assert_code(69)
        .assert_report("/conditions", json!(["unreachable"]))
        .assert_report("/added", 0);
    let error = output.json()["error"].as_str().expect("a text").to_owned();
    assert!(
        error.starts_with("failed to reach the store at ") && error.contains("hint:"),
        "{error}"
    );
    assert!(output.elapsed < Duration::from_secs(8), "{output}");
}

#[test]
fn an_unreachable_mongodb_exits_69_within_seconds() {
    let host = host();
    let refused = with_mongodb(&host, json!({"host": "127.0.0.1", "port": dead_port()}));
    // Side by side, as each waits for as long.
    let [pass, diff, status] = [&ALL[..], &["diff", "--format", "json"], &["status"]].map(|args| refused.spawn(args));
    assert_store_unreachable(&pass.wait());
    assert_store_unreachable(&diff.wait());
    status
        .wait()
        .assert_code(69)
        .assert_stderr("failed to reach the store")
        .assert_stderr("hint:");
    assert!(host.calls().is_empty(), "no host is bothered without a store");
}

#[test]
fn a_mongodb_that_does_not_answer_exits_69_within_seconds() {
    let host = host();
    let proxy = FaultProxy::to(Mongod::shared().port());
    proxy.set(NetFault::Blackhole);
    let output = with_mongodb(&host, json!({"uri": Mongod::uri_through(proxy.port())})).run(&ALL);
    assert_store_unreachable(&output);
}

#[test]
fn a_store_that_is_no_database_is_told_with_what_to_do() {
    let host = host();
    let vmsync = small(&host);
    std::fs::create_dir_all(vmsync.sqlite().parent().expect("a folder")).expect("made");
    std::fs::write(vmsync.sqlite(), "a letter, and no database\n".repeat(100)).expect("a file");
    let output = vmsync.run(&["status"]);
    output
        .assert_code(69)
        .assert_stderr("the file is not an SQLite database");
    output.assert_stderr("hint: see whether its disk has space, and whether vmsync made the file");
    let text = std::fs::read_to_string(vmsync.sqlite()).expect("it is left alone");
    assert!(text.starts_with("a letter"), "{text}");
}

#[test]
fn a_login_that_mongodb_refuses_exits_77() {
    let host = host();
    let port = Mongod::shared().port();
    let login = json!({"host": "127.0.0.1", "port": port, "username": "u", "password": "mongo-canary"});
    let output = with_mongodb(&host, login).run(&[&ALL[..], &["-vvv"]].concat());
    output
        .assert_code(77)
        .assert_report("/conditions", json!(["login_refused"]))
        .assert_nowhere("mongo-canary");
    output
        .assert_stdout("failed to log in to the store")
        .assert_stdout("hint:");
    assert_eq!(host.login_attempts(), 0);
}

#[test]
fn an_unreachable_redis_exits_6_with_the_documents_applied() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.reconfigure(|config| config["redis"]["port"] = json!(dead_port()));
    let output = site.sync();
    output
        .assert_code(6)
        .assert_report("/added", 2)
        .assert_report("/sessions", Value::Null);
    output
        .assert_stdout("failed to reach Redis at 127.0.0.1")
        .assert_stdout("hint:");
    assert_eq!(site.documents().len(), 2);
}

#[test]
fn the_deadline_ends_a_pass_at_a_safe_point() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.reconfigure(|config| config["sync"] = json!({"deadline": "4s", "source_deadline": "2s"}));
    site.converge();
    host.inventory(|inventory| inventory.rename("1", "www"));
    for path in [GROUP, AUTH] {
        site.endpoints.answer_always(path, Answer::Hang);
    }
    let output = site.sync();
    output
        .assert_code(7)
        .assert_report("/renamed/0/new_name", "www")
        .assert_report("/notifications/pending", 1);
    assert!(output.elapsed < Duration::from_secs(8), "{output}");
    for path in [GROUP, AUTH] {
        site.endpoints.answer_always(path, Answer::Status(200));
    }
    site.sync().assert_code(0).assert_report("/notifications/sent", 2);
}

#[test]
fn without_redis_and_endpoints_the_report_says_that_the_steps_are_skipped() {
    let host = host();
    let vmsync = small(&host);
    vmsync
        .run(&ALL)
        .assert_code(0)
        .assert_report("/sessions", Value::Null)
        .assert_report("/notifications", Value::Null);
    vmsync
        .run(&["diff"])
        .assert_code(0)
        .assert_stdout("no redis configured")
        .assert_stdout("no endpoints configured");
}

#[test]
fn a_pass_that_went_well_is_silent_under_cron() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    for _ in 0..2 {
        site.vmsync.run(&["sync", "all"]).assert_code(0).assert_silent();
    }
    site.vmsync.run(&["sync", "vms", "web"]).assert_code(0).assert_silent();
    site.vmsync
        .run(&["sync", "all", "--dry-run"])
        .assert_code(0)
        .assert_stdout("no differences");
    site.vmsync
        .run(&["diff"])
        .assert_code(0)
        .assert_stdout("no differences");
    site.vmsync
        .run(&["status"])
        .assert_code(0)
        .assert_stdout("last success");
    host.inventory(|inventory| inventory.forbid("1", "guest.ipAddress"));
    host.configure(|config| "changed".clone_into(&mut config.password));
    site.vmsync
        .run(&["sync", "all"])
        .assert_code(77)
        .assert_stdout("exit code 77");
    site.vmsync
        .run(&["sync", "all", "-q"])
        .assert_code(77)
        .assert_stdout("exit code 77");
}

/// One report a run, whatever ends it.
#[test]
fn a_json_report_is_printed_whatever_the_exit_code() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    assert_one_report(&site.run(&["diff", "--exit-code"]), 10);
    assert_one_report(&site.sync(), 0);
    assert_one_report(&site.run(&["sync", "all", "--source", "nobody"]), 2);
    assert_one_report(&site.run(&["sync", "vms", "nobody"]), 9);
    host.script(Fault::on("RetrievePropertiesEx", Effect::Hang));
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        host.clear_calls();
        let pass = site.vmsync.spawn(&ALL);
        wait_for("the pass lists", Duration::from_secs(10), || {
            (host.call_count("RetrievePropertiesEx") > 0).then_some(())
        });
        assert_one_report(&site.sync(), 75);
        pass.signal(signal);
        assert_one_report(&pass.wait(), code);
    }
    host.clear_faults();
    assert_eq!(host.open_sessions(), 0, "a session was left open");
    site.reconfigure(|config| config["redis"]["port"] = json!(dead_port()));
    assert_one_report(&site.sync(), 6);
    site.reconfigure(|config| config["esxi_hosts"][0]["password"] = json!("wrong"));
    assert_one_report(&site.sync(), 77);
    site.reconfigure(|config| config["esxi_hosts"][0]["port"] = json!(dead_port()));
    assert_one_report(&site.sync(), 69);
}

#[track_caller]
fn assert_one_report(output: &Output, code: i32) {
    output
        .assert_code(code)
        .assert_report("/schema", "vmsync.report/1")
        .assert_report("/exit_code", code);
    output.assert_report("/ok", code == 0);
    assert_eq!(output.stdout.lines().count(), 1, "{output}");
    let report = output.json();
    assert!(
        report["run_id"].is_string() && report["changes"].is_array() && report["warnings"].is_array(),
        "{output}"
    );
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let host = host();
    let vmsync = small(&host);
    for args in [
        &["diff"][..],
        &["diff", "--format", "ndjson"],
        &["status"],
        &["--help"],
        &["help", "sync", "vms"],
        &["--version"],
        &ALL,
        &["sync", "vms", "web", "--dry-run"],
        &["status", "--format", "nagios"],
        &["check"],
        &["check", "--print-pins"],
    ] {
        let mut child = vmsync
            .of(env!("CARGO_BIN_EXE_vmsync"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("vmsync can be started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_disk_that_is_full_is_an_error_of_every_command() {
    let host = host();
    let vmsync = small(&host);
    for args in [&["diff"][..], &["status"], &["check"], &["--help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux");
        let output = vmsync
            .of(env!("CARGO_BIN_EXE_vmsync"))
            .args(args)
            .stdout(full)
            .output()
            .expect("vmsync can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {stderr}");
        assert!(
            stderr.contains("to stdout: No space left on device"),
            "{args:?}: {stderr}"
        );
    }
}

fn field(site: &Site, name: &str, field: &str) -> String {
    site.document(name)[field].as_str().expect("a text").to_owned()
}

#[test]
fn sync_vms_takes_uuids_in_any_form_and_names() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.converge();
    let uuid = field(&site, "web", "uuid");
    let instance = field(&site, "web", "instance_uuid");
    let forms = [
        uuid.clone(),
        uuid.to_uppercase(),
        uuid.replace('-', ""),
        instance.to_uppercase().replace('-', ""),
        "web".to_owned(),
    ];
    for (turn, id) in forms.iter().enumerate() {
        let state = ["poweredOff", "poweredOn"][turn % 2];
        host.inventory(|inventory| {
            inventory.power("1", state);
            inventory.power("2", state);
        });
        let other = field(&site, "db", "power_state");
        let output = site.run(&["sync", "vms", id]);
        output
            .assert_code(0)
            .assert_report("/command", "sync vms")
            .assert_report("/updated", 1);
        assert_eq!(field(&site, "web", "power_state"), ["off", "on"][turn % 2], "{id}");
        assert_eq!(field(&site, "db", "power_state"), other, "only this VM");
    }
}

#[test]
fn sync_vms_takes_all_vms_of_a_name_by_their_stored_or_listed_name() {
    let host = simulate(Config::esxi("esx1"), |inventory| {
        for name in ["twin", "twin", "other"] {
            inventory.add_vm(&VmSpec::new(name));
        }
    });
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.run(&["sync", "vms", "twin"])
        .assert_code(0)
        .assert_report("/added", 2);
    site.converge();
    host.inventory(|inventory| {
        inventory.power("1", "poweredOff");
        inventory.power("2", "suspended");
        inventory.power("3", "poweredOff");
    });
    site.run(&["sync", "vms", "twin"])
        .assert_code(0)
        .assert_report("/updated", 2);
    host.inventory(|inventory| inventory.rename("1", "single"));
    site.run(&["sync", "vms", "single"])
        .assert_code(0)
        .assert_report("/renamed/0/new_name", "single");
    host.inventory(|inventory| inventory.rename("1", "lone"));
    site.run(&["sync", "vms", "single"])
        .assert_code(0)
        .assert_report("/renamed/0/new_name", "lone");
    assert_eq!(field(&site, "other", "power_state"), "on");
}

#[test]
fn an_id_that_is_known_nowhere_exits_9_and_the_others_are_done() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    let output = site.run(&["sync", "vms", "web", "ghost"]);
    output
        .assert_code(9)
        .assert_report("/conditions", json!(["unknown_id"]))
        .assert_report("/added", 1);
    let warnings = output.json()["warnings"].to_string();
    assert!(warnings.contains("ghost") && !warnings.contains("web"), "{warnings}");
    site.run(&["sync", "vms", "WEB"]).assert_code(9);
}

#[test]
fn a_second_pass_exits_75_naming_the_first_and_a_patient_one_waits() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    host.script(Fault::on("Login", Effect::Delay(Duration::from_secs(2))).once());
    let first = site.vmsync.spawn(&ALL);
    wait_for("the first logs in", Duration::from_secs(10), || {
        (host.call_count("Login") > 0).then_some(())
    });
    let refused = site.sync();
    refused.assert_code(75).assert_report("/conditions", json!(["busy"]));
    let error = refused.json()["error"].as_str().expect("a text").to_owned();
    let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux");
    let status = site.run(&["status"]).assert_code(0).json();
    assert_eq!(status["running"]["pid"], first.pid());
    assert_eq!(status["running"]["host"], hostname.trim());
    let since = status["running"]["since"].as_str().expect("a time");
    for part in [hostname.trim(), &format!("pid {}", first.pid()), &since[..19], "hint:"] {
        assert!(error.contains(part), "{part} in {error}");
    }
    let patient = site.vmsync.spawn(&[&ALL[..], &["--lock-timeout", "60s"]].concat());
    assert_eq!(first.wait().assert_code(0).json()["added"], 2);
    patient.wait().assert_code(0).assert_report("/unchanged", 2);
    assert_eq!(site.run(&["status"]).json()["running"], Value::Null);
}

#[test]
fn a_pass_that_was_killed_does_not_block_the_next() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    host.script(Fault::on("Login", Effect::Hang).once());
    let first = site.vmsync.spawn(&ALL);
    wait_for("the first logs in", Duration::from_secs(10), || {
        (host.call_count("Login") > 0).then_some(())
    });
    first.kill();
    let output = site.sync();
    output.assert_code(0).assert_report("/added", 2);
    assert!(output.elapsed < Duration::from_secs(10), "{output}");
}

#[test]
fn status_reads_an_empty_store_and_tells_of_passes() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    let empty = site.run(&["status"]);
    empty
        .assert_code(0)
        .assert_report("/schema", "vmsync.status/1")
        .assert_report("/running", Value::Null);
    empty
        .assert_report("/last_pass", Value::Null)
        .assert_report("/last_success", Value::Null);
    empty
        .assert_report("/vms", json!({"present": 0, "orphan": 0, "missing": 0}))
        .assert_report("/pending_notifications", 0);
    let pass = site.converge();
    host.inventory(|inventory| inventory.remove("1"));
    site.converge();
    let status = site.run(&["status"]).json();
    assert_eq!(status["vms"], json!({"present": 1, "orphan": 1, "missing": 0}));
    assert_eq!(
        (&status["last_pass"]["exit_code"], &status["last_pass"]["command"]),
        (&json!(0), &json!("sync all"))
    );
    assert_ne!(status["last_pass"]["run_id"], pass["run_id"]);
    assert!(
        status["last_success"].is_string() && status["sources"][0]["last_complete"].is_string(),
        "{status:#}"
    );
    site.reconfigure(|config| config["esxi_hosts"][0]["port"] = json!(dead_port()));
    site.sync().assert_code(69);
    let after = site.run(&["status"]).json();
    assert_eq!(
        (&after["last_pass"]["exit_code"], &after["last_success"]),
        (&json!(69), &status["last_success"])
    );
    assert!(
        after["sources"][0]["last_error"]
            .as_str()
            .is_some_and(|error| error.contains("failed to open")),
        "{after:#}"
    );
}

#[test]
fn one_source_of_two_can_be_asked_and_the_other_is_not_held_against_its_vms() {
    let vcenter = Vcsim::vpx(&["-vm", "1"]);
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host), &Entry::vcsim_vcenter("vc", &vcenter)]);
    site.converge();
    let documents = site.documents().len();
    host.inventory(|inventory| inventory.remove("1"));
    let report = site.run(&["sync", "all", "--source", "one"]).json();
    assert_eq!(
        (&report["orphaned"], &report["missing"]),
        (&json!(0), &json!(1)),
        "it may have moved to vc"
    );
    assert_eq!(report["sources"][1]["reachable"], false);
    assert_eq!(site.documents().len(), documents);
    assert_eq!(site.converge()["orphaned"], 1);
}
