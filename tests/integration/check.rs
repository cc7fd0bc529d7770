//! `check`: what it finds, what it says to do, and that it changes nothing but the end of a login pause.

use crate::site::{AUTH, Entry, GROUP, Site, dead_port, home, session_key, simulate, sources};
use crate::support::{Fault as NetFault, FaultProxy, Mongod, Output, Redis, Vcsim, VmsyncCommand, wait_for};
use bson::doc;
use serde_json::{Value, json};
use simulator::{Config, Effect, Fault, Simulator, VmSpec};
use std::time::{Duration, SystemTime};

const CHECK: [&str; 3] = ["check", "--format", "json"];
/// What README.md grants in Redis.
const GRANTS: [&str; 10] = [
    "+ping",
    "+scan",
    "+strlen",
    "+mget",
    "+get",
    "+pttl",
    "+set",
    "+evalsha",
    "+eval",
    "+script|load",
];

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        for name in ["web", "db"] {
            inventory.add_vm(&VmSpec::new(name));
        }
    })
}

/// Runs a check, and holds its report against what every report keeps.
#[track_caller]
fn check(vmsync: &VmsyncCommand, code: i32) -> (Value, Output) {
    let output = vmsync.run(&CHECK);
    output.assert_code(code);
    let report = output.json();
    assert_eq!(
        (&report["schema"], &report["ok"], &report["exit_code"]),
        (&json!("vmsync.check/1"), &json!(code == 0), &json!(code))
    );
    let schema = include_str!("../../examples/check.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let items = schema["$defs"]["check"]["properties"]["item"]["enum"]
        .as_array()
        .expect("a list");
    for line in report["checks"].as_array().expect("a list") {
        assert!(items.contains(&line["item"]), "{line}");
        let needs_hint = line["verdict"] == "failed" || line["verdict"] == "warning";
        assert_eq!(line["hint"].is_string(), needs_hint, "{line}");
    }
    (report, output)
}

#[track_caller]
fn line(report: &Value, subject: &str, item: &str) -> Value {
    let checks = report["checks"].as_array().expect("a list");
    let found = checks
        .iter()
        .find(|check| check["subject"] == subject && check["item"] == item);
    found
        .unwrap_or_else(|| panic!("no {item} of {subject}: {report:#}"))
        .clone()
}

/// Verdict and detail of one line.
#[track_caller]
fn told(report: &Value, subject: &str, item: &str) -> (String, String) {
    let line = line(report, subject, item);
    let text = |name: &str| line[name].as_str().expect("text").to_owned();
    (text("verdict"), text("detail"))
}

#[track_caller]
fn assert_told(report: &Value, subject: &str, item: &str, verdict: &str, part: &str) {
    let (found, detail) = told(report, subject, item);
    assert!(
        found == verdict && detail.contains(part),
        "{subject} {item}: {found}, {detail}"
    );
}

/// Everything that a check could change.
fn content(site: &Site) -> Value {
    let hash = site.command(doc! {"dbHash": 1});
    let hash = hash.get_str("md5").expect("a hash");
    let sessions: Vec<_> = site
        .redis
        .keys()
        .into_iter()
        .map(|key| (site.redis.get(&key), key))
        .collect();
    json!([hash, site.collections(), sessions])
}

#[test]
fn a_sound_site_is_0_and_nothing_is_written() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    site.session(&session_key(1), &json!({"vms": ["web"], "orphans": []}));
    for is_new in [true, false] {
        let before = content(&site);
        host.clear_calls();
        let (report, _) = check(&site.vmsync, 0);
        for item in [
            "address",
            "connection",
            "certificate",
            "server",
            "login",
            "rights",
            "clock",
        ] {
            assert_eq!(told(&report, "source one", item).0, "ok", "{report:#}");
        }
        assert_told(&report, "source one", "VMs", "ok", "2 VMs");
        assert_told(&report, "source one", "server", "ok", "API 7.0.3.0");
        assert_told(&report, "store", "topology", "ok", "standalone");
        assert_told(&report, "store", "format", "ok", if is_new { "none yet" } else { "1" });
        assert_told(&report, "redis", "sessions", "ok", "1 key matches 30 × [0-9A-Za-z]");
        assert_told(
            &report,
            "endpoints",
            "auth-service-rename-vm",
            "ok",
            "no request was sent",
        );
        assert_eq!(content(&site), before);
        assert_eq!((host.call_count("Login"), host.open_sessions()), (1, 0));
        if is_new {
            assert!(site.collections().is_empty());
            site.converge();
        }
    }
    assert!(site.endpoints.requests().is_empty());
}

#[test]
fn the_table_is_for_people_and_fits_80_columns() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    let output = site.vmsync.run(&["check"]);
    output
        .assert_code(0)
        .assert_stdout("source one\n")
        .assert_stdout("  ok       VMs            2 VMs seen\n")
        .assert_stdout("hint: ")
        .assert_stdout("0 failed, 0 skipped: a pass would find all it needs\n");
    let copied = |line: &&str| !line.contains(&site.database);
    assert!(
        output
            .stdout
            .lines()
            .filter(copied)
            .all(|line| line.chars().count() <= 80),
        "{output}"
    );
}

#[test]
fn what_is_not_configured_is_said() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (report, _) = check(&vmsync, 0);
    for (subject, item) in [
        ("redis", "connection"),
        ("endpoints", "vm-group-service-rename-vm"),
        ("endpoints", "auth-service-rename-vm"),
    ] {
        assert_told(&report, subject, item, "skipped", "not configured");
    }
    assert_told(&report, "store", "topology", "ok", "does not exist yet");
    assert!(!vmsync.state().exists());
}

#[test]
fn a_refused_login_is_one_attempt() {
    let host = host();
    let (_, password) = host.credentials();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.reconfigure(|config| config["esxi_hosts"][0]["password"] = json!("wrong-canary"));
    let before = content(&site);
    let (report, output) = check(&site.vmsync, 77);
    output.assert_nowhere("wrong-canary").assert_nowhere(&password);
    assert_told(
        &report,
        "source one",
        "login",
        "failed",
        "refuses the user name or password",
    );
    assert_eq!((host.login_attempts(), host.open_sessions()), (1, 0));
    assert_eq!(content(&site), before);
}

#[test]
fn a_session_that_expires_is_not_logged_in_again() {
    let host = host();
    host.script(Fault::on(
        "RetrievePropertiesEx",
        Effect::Expire(simulator::Expiry::Fault),
    ));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (report, _) = check(&vmsync, 3);
    assert_told(&report, "source one", "rights", "failed", "expired");
    assert_eq!(host.login_attempts(), 1);
}

/// The login of a pass is refused; then the server takes the very same one.
fn end_a_pause(host: &Simulator, vmsync: &VmsyncCommand, content: &dyn Fn() -> Value) {
    let (_, password) = host.credentials();
    let all = ["sync", "all", "--format", "json"];
    host.configure(|config| "another".clone_into(&mut config.password));
    vmsync.run(&all).assert_code(77);
    let before = content();
    for attempts in [2, 3] {
        let (report, _) = check(vmsync, 77);
        assert_told(
            &report,
            "source one",
            "login pause",
            "warning",
            "the one attempt of this check",
        );
        assert_eq!((host.login_attempts(), content()), (attempts, before.clone()));
    }
    host.configure(|config| config.password = password);
    host.unlock();
    vmsync.run(&all).assert_code(77).assert_stdout("login paused until");
    assert_eq!(host.login_attempts(), 3, "the pause goes on");
    let (report, _) = check(vmsync, 0);
    assert_told(
        &report,
        "source one",
        "login pause",
        "ok",
        "ended by the login of this check",
    );
    assert_eq!((host.login_attempts(), host.open_sessions()), (4, 0));
    vmsync.run(&all).assert_code(0).assert_report("/added", 2);
}

#[test]
fn a_login_that_was_sent_and_not_answered_is_told_as_sent() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (_, password) = host.credentials();
    host.configure(|config| "another".clone_into(&mut config.password));
    vmsync.run(&["sync", "all"]).assert_code(77);
    host.configure(|config| config.password = password);
    host.script(Fault::on("Login", Effect::Drop).once());
    let (report, _) = check(&vmsync, 69);
    assert_told(
        &report,
        "source one",
        "login pause",
        "warning",
        "this check sent one login",
    );
    host.script(Fault::http("RetrieveServiceContent", 404, "").once());
    let (report, _) = check(&vmsync, 69);
    assert_told(&report, "source one", "login pause", "warning", "made no attempt");
}

#[test]
fn a_pause_is_ended_by_an_accepted_login_and_by_no_other() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    end_a_pause(&host, &site.vmsync, &|| content(&site));
}

#[test]
fn a_pause_in_the_embedded_store_is_ended_too() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let remembered = || {
        let connection = rusqlite::Connection::open(vmsync.sqlite()).expect("the store");
        let read = "SELECT group_concat(source) FROM vmsync_sources";
        json!(
            connection
                .query_row(read, [], |row| row.get::<_, String>(0))
                .expect("a row")
        )
    };
    end_a_pause(&host, &vmsync, &remembered);
}

#[test]
fn a_pause_is_left_alone_while_a_pass_is_at_work() {
    let (paused, other) = (host(), simulate(Config::esxi("esx2"), |_| {}));
    let site = Site::new(&[&Entry::esxi("one", &paused), &Entry::esxi("two", &other)]);
    let (_, password) = paused.credentials();
    paused.configure(|config| "another".clone_into(&mut config.password));
    site.sync().assert_code(3);
    paused.configure(|config| config.password = password);
    other.script(Fault::on("RetrievePropertiesEx", Effect::Hang).once());
    other.clear_calls();
    let pass = site.vmsync.spawn(&["sync", "all"]);
    wait_for("the pass lists", Duration::from_secs(30), || {
        (other.call_count("RetrievePropertiesEx") > 0).then_some(())
    });
    let (report, _) = check(&site.vmsync, 0);
    assert_told(&report, "source one", "login pause", "warning", "a pass is at work");
    pass.kill();
    other.clear_faults();
}

#[test]
fn sources_that_cannot_be_used_are_told_apart() {
    let (good, bad) = (host(), host());
    let dead = dead_port();
    let mut entry = Entry::esxi("bad", &bad);
    entry.value["port"] = json!(dead);
    let (report, _) = check(&home(&sources(&[&Entry::esxi("good", &good), &entry])), 3);
    assert_told(
        &report,
        "source bad",
        "connection",
        "failed",
        &format!("127.0.0.1:{dead}"),
    );
    assert_told(&report, "source bad", "login", "skipped", "not tried");
    assert_eq!(told(&report, "source good", "login").0, "ok");
    check(&home(&sources(&[&entry])), 69);
    let mut unknown = Entry::esxi("bad", &bad);
    unknown.value["host"] = json!("no-such-host.invalid");
    let (report, _) = check(&home(&sources(&[&unknown])), 69);
    assert_told(
        &report,
        "source bad",
        "address",
        "failed",
        "no-such-host.invalid cannot be resolved",
    );
    let mut untrusted = Entry::esxi("bad", &bad);
    untrusted.value["tls"] = json!({});
    let (report, _) = check(&home(&sources(&[&untrusted])), 77);
    assert_told(&report, "source bad", "certificate", "failed", bad.fingerprint_sha256());
    assert!(
        bad.calls().is_empty(),
        "nothing is said to a server that is not trusted"
    );
}

#[test]
fn only_the_named_sources_are_asked() {
    let (one, two) = (host(), host());
    let site = Site::new(&[&Entry::esxi("one", &one), &Entry::esxi("two", &two)]);
    let output = site.run(&["check", "--source", "two"]);
    let report = output.assert_code(0).json();
    assert_told(&report, "source one", "login", "skipped", "--source");
    assert_eq!((one.calls().len(), two.login_attempts()), (0, 1));
    site.run(&["check", "--source", "tow"])
        .assert_code(2)
        .assert_stderr("no such source; configured are one, two");
}

#[test]
fn a_source_in_the_wrong_section_is_a_warning() {
    let (esxi, vcenter) = (host(), simulate(Config::vcenter("vc1"), |_| {}));
    let swapped = [&Entry::vcenter("one", &esxi), &Entry::esxi("two", &vcenter)];
    let (report, _) = check(&home(&sources(&swapped)), 0);
    assert_told(&report, "source one", "server", "warning", "configured as a vCenter");
    assert_told(&report, "source two", "server", "warning", "configured as an ESXi host");
    assert_told(&report, "source two", "VMs", "warning", "none is seen");
}

#[test]
fn rights_that_do_not_suffice_are_a_source_that_fails() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    host.inventory(|inventory| inventory.set_root_roles(&[-3]));
    let (report, _) = check(&vmsync, 3);
    assert_told(
        &report,
        "source one",
        "rights",
        "failed",
        "role View on the root folder",
    );
    host.inventory(|inventory| {
        inventory.set_root_roles(&[-2]);
        let id = inventory.ids("VirtualMachine")[0].clone();
        inventory.forbid(&id, "config.uuid");
    });
    let (report, _) = check(&vmsync, 3);
    assert_told(&report, "source one", "rights", "failed", "1 of 2 VMs");
    assert_eq!(host.open_sessions(), 0);
}

#[test]
fn a_clock_that_is_wrong_is_a_warning() {
    let host = host();
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(10);
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
         <CurrentTimeResponse xmlns=\"urn:vim25\"><returnval>{time}</returnval></CurrentTimeResponse>\
         </soapenv:Body></soapenv:Envelope>"
    );
    host.script(Fault::http("CurrentTime", 200, &body));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (report, _) = check(&vmsync, 0);
    assert_told(&report, "source one", "clock", "warning", "min ahead of this machine's");
}

#[test]
fn what_is_said_instead_of_a_time_is_not_repeated() {
    let host = host();
    let words = "canary-of-the-clock";
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
         <CurrentTimeResponse xmlns=\"urn:vim25\"><returnval>{words}</returnval></CurrentTimeResponse>\
         </soapenv:Body></soapenv:Envelope>"
    );
    host.script(Fault::http("CurrentTime", 200, &body));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (report, output) = check(&vmsync, 0);
    assert_told(&report, "source one", "clock", "warning", "no time");
    output.assert_nowhere(words);
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning() {
    let end = SystemTime::now() + Duration::from_hours(5 * 24 + 6);
    let host = simulate(Config::esxi("esx1").certificate_ends(end), |_| {});
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let (report, _) = check(&vmsync, 0);
    assert_told(
        &report,
        "source one",
        "certificate",
        "warning",
        "pinned, expires in 5 days",
    );
    let past = SystemTime::now() - Duration::from_hours(30);
    let old = simulate(Config::esxi("esx2").certificate_ends(past), |_| {});
    let mut verified = Entry::esxi("one", &old);
    verified.value["tls"] = json!({"ca_file": "old.pem"});
    let vmsync = home(&sources(&[&verified]));
    vmsync.write("old.pem", old.certificate_pem());
    let (report, _) = check(&vmsync, 77);
    assert_told(&report, "source one", "certificate", "failed", "expired");
    assert_eq!(old.login_attempts(), 0);
}

#[test]
fn a_certificate_that_nobody_verifies_is_a_warning() {
    let host = host();
    let mut entry = Entry::esxi("one", &host);
    entry.value["tls"] = json!({"verify": false});
    let (report, output) = check(&home(&sources(&[&entry])), 0);
    assert_told(&report, "source one", "certificate", "warning", "not verified");
    let hint = line(&report, "source one", "certificate")["hint"].to_string();
    assert!(hint.contains(host.fingerprint_sha256()), "{output}");
}

/// The entries of the pins are merged into those of the configuration, by host and port.
fn paste(config: &mut Value, pins: &Value) {
    for section in ["esxi_hosts", "vcenters"] {
        for pin in pins[section].as_array().into_iter().flatten() {
            let entries = config[section].as_array_mut().expect("a list");
            let entry = entries.iter_mut().find(|entry| entry["port"] == pin["port"]);
            let entry = entry.expect("the entry of the same server");
            assert_eq!(entry["host"], pin["host"]);
            entry["tls"] = pin["tls"].clone();
        }
    }
}

#[test]
fn pins_that_are_pasted_make_the_next_check_sound() {
    let (esxi, vcenter) = (host(), simulate(Config::vcenter("vc1"), |_| {}));
    let mut entries = [Entry::esxi("one", &esxi), Entry::vcenter("two", &vcenter)];
    for entry in &mut entries {
        entry.value.as_object_mut().expect("an entry").remove("tls");
    }
    let mut config = sources(&[&entries[0], &entries[1]]);
    check(&home(&config), 77);
    let output = home(&config).run(&["check", "--print-pins"]);
    output.assert_code(0);
    assert!(esxi.calls().is_empty() && vcenter.calls().is_empty(), "nothing is sent");
    let pins: Value = serde_yaml::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    assert_eq!(pins["vcenters"][0]["name"], "two");
    paste(&mut config, &pins);
    check(&home(&config), 0);
    config["esxi_hosts"][0]["port"] = json!(dead_port());
    let output = home(&config).run(&["check", "--print-pins"]);
    output
        .assert_code(3)
        .assert_stdout("  # one: no connection")
        .assert_stdout("vcenters:\n  - host:");
    home(&config)
        .run(&["check", "--print-pins", "--source", "one"])
        .assert_code(69);
}

#[test]
fn pins_are_printed_before_there_is_any_password_and_whatever_the_configuration_says_of_certificates() {
    let host = host();
    let mut entry = Entry::esxi("one", &host);
    entry.value["tls"] = json!({"verify": false});
    let fields = entry.value.as_object_mut().expect("an entry");
    fields.remove("password");
    fields.insert("password_file".to_owned(), json!("gone"));
    let vmsync = home(&sources(&[&entry]));
    let pins = vmsync.run(&["check", "--print-pins"]);
    pins.assert_code(0).assert_stdout(host.fingerprint_sha256());
    assert_eq!(pins.stderr, "");
    vmsync
        .run(&["check"])
        .assert_code(78)
        .assert_stderr("the file named here does not exist");
    assert_eq!(host.login_attempts(), 0);
}

#[test]
fn only_what_asks_sources_warns_of_certificates_that_nobody_verifies() {
    let host = host();
    let mut entry = Entry::esxi("one", &host);
    entry.value["tls"] = json!({"verify": false});
    let vmsync = home(&sources(&[&entry]));
    let warning = "the certificates of these sources are not verified: one";
    for args in [&["sync", "all"][..], &["diff"]] {
        vmsync.run(args).assert_code(0).assert_stderr(warning);
    }
    for args in [&["check"][..], &["config", "validate"]] {
        vmsync
            .run(args)
            .assert_code(0)
            .assert_stdout("certificates of these sources are not verified:");
    }
    for args in [
        &["status"][..],
        &["config", "show"],
        &["units"],
        &["check", "--print-pins"],
    ] {
        let output = vmsync.run(args);
        assert!(!output.to_string().contains(warning), "{output}");
    }
}

#[test]
fn a_state_directory_that_cannot_be_written_is_a_warning() {
    let host = host();
    let site = Site::new(&[&Entry::esxi("one", &host)]);
    let (report, _) = check(&site.vmsync, 0);
    assert_eq!(told(&report, "configuration", "state directory").0, "ok");
    let file = site.vmsync.write("file", "");
    let vmsync = site.vmsync.env("XDG_STATE_HOME", file.to_str().expect("UTF-8"));
    let (report, _) = check(&vmsync, 0);
    let told = format!("as this user cannot write to {}; if a pass", file.display());
    assert_told(&report, "configuration", "state directory", "warning", &told);
    vmsync
        .run(&["sync", "all"])
        .assert_code(0)
        .assert_stderr("failed to open the lock file");
}

#[test]
fn an_embedded_store_that_cannot_be_reached_names_its_file_once() {
    let host = host();
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    let vmsync = home(&config);
    let file = vmsync.write("file", "");
    let below = file.join("vmsync.db");
    config["store"] = json!({"sqlite": below.to_str().expect("UTF-8")});
    let vmsync = home(&config);
    let told = format!("failed to reach the store at {}: ", below.display());
    for args in [&["sync", "all"][..], &["diff"]] {
        let output = vmsync.run(&[args, &["--format", "json"]].concat());
        output.assert_code(69);
        let error = output.json()["error"].as_str().expect("a text").to_owned();
        let count = error.matches(below.to_str().expect("UTF-8")).count();
        assert!(error.starts_with(&told) && count == 1, "{error}");
    }
    let status = vmsync.run(&["status"]);
    status.assert_code(69).assert_stderr(&told);
}

#[test]
fn vcsim_passes_as_vcenter_and_as_host() {
    let (vpx, esx) = (Vcsim::vpx(&[]), Vcsim::esx(&[]));
    let entries = [&Entry::vcsim_vcenter("vc1", &vpx), &Entry::vcsim_esxi("esx1", &esx)];
    let (report, _) = check(&home(&sources(&entries)), 0);
    for subject in ["source vc1", "source esx1"] {
        for item in ["certificate", "server", "login", "rights", "VMs", "clock"] {
            assert_eq!(told(&report, subject, item).0, "ok", "{report:#}");
        }
    }
}

#[test]
fn a_store_that_cannot_be_used_is_told_with_the_code_of_a_pass() {
    let host = host();
    let with_store = |mongodb: Value| {
        let mut config = sources(&[&Entry::esxi("one", &host)]);
        config["mongodb"] = mongodb;
        home(&config)
    };
    let dead = json!({"host": "127.0.0.1", "port": dead_port()});
    let (report, _) = check(&with_store(dead), 69);
    assert_told(&report, "store", "connection", "failed", "failed to reach the store");
    let guarded = Mongod::guarded("boss", "mongo-canary");
    let address = |user: &str, password: &str| json!({"host": "127.0.0.1", "port": guarded.port(), "username": user, "password": password});
    let (_, output) = check(&with_store(address("boss", "wrong-canary")), 77);
    output.assert_nowhere("wrong-canary");
    let nobody = json!({"host": "127.0.0.1", "port": guarded.port()});
    let (report, _) = check(&with_store(nobody), 77);
    assert_told(&report, "store", "format", "failed", "failed to log in");
    let (report, output) = check(&with_store(address("boss", "mongo-canary")), 0);
    assert_told(&report, "store", "rights", "ok", "boss may read and write vms");
    output.assert_nowhere("mongo-canary");
}

#[test]
fn a_login_that_only_reads_is_told_without_a_write() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.command(doc! {"createUser": "reader", "pwd": "mongo-canary", "roles": ["read"]});
    let port = site.mongod.port();
    let uri = format!(
        "mongodb://reader:mongo-canary@127.0.0.1:{port}/?authSource={}",
        site.database
    );
    site.reconfigure(|config| config["mongodb"]["uri"] = json!(uri));
    let (report, output) = check(&site.vmsync, 69);
    output.assert_nowhere("mongo-canary");
    assert_told(&report, "store", "rights", "failed", "insert on vms, update on vms");
    assert!(site.collections().is_empty());
    site.command(doc! {"grantRolesToUser": "reader", "roles": ["readWrite"]});
    check(&site.vmsync, 0);
}

#[test]
fn a_replica_set_is_told_as_one() {
    let host = host();
    let site = Site::on(Mongod::shared_replica_set(), &[&Entry::esxi("one", &host)]);
    let (report, _) = check(&site.vmsync, 0);
    assert_told(
        &report,
        "store",
        "topology",
        "ok",
        "primary of the replica set rs0 (1 member)",
    );
}

#[test]
fn a_file_that_cannot_be_made_is_told_and_not_made() {
    let host = host();
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    config["store"] = json!({"sqlite": "sync.yaml/below/vmsync.db"});
    let (report, _) = check(&home(&config), 69);
    assert_eq!(told(&report, "source one", "login").0, "ok");
}

#[test]
fn redis_and_services_that_are_down_have_their_codes() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    let dead = dead_port();
    site.reconfigure(|config| {
        for (key, path) in [("vm-group-service-rename-vm", GROUP), ("auth-service-rename-vm", AUTH)] {
            config["endpoints"][key] = json!(format!("http://127.0.0.1:{dead}{path}"));
        }
    });
    let (report, _) = check(&site.vmsync, 5);
    assert_told(
        &report,
        "endpoints",
        "auth-service-rename-vm",
        "failed",
        &format!("127.0.0.1:{dead}"),
    );
    site.reconfigure(|config| config["redis"]["port"] = json!(dead));
    let (report, _) = check(&site.vmsync, 6);
    assert_told(&report, "redis", "connection", "failed", "failed to reach Redis");
}

#[test]
fn a_watchdog_is_connected_to_and_its_token_not_shown() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    let url = site.endpoints.url("/canary");
    site.reconfigure(|config| config["ping"] = json!({"url": url}));
    let (report, output) = check(&site.vmsync, 0);
    output.assert_nowhere("canary");
    assert_told(&report, "endpoints", "ping.url", "ok", "no request was sent");
    assert!(site.endpoints.requests().is_empty());
    let dead = dead_port();
    site.reconfigure(|config| config["ping"]["url"] = json!(format!("http://127.0.0.1:{dead}/canary")));
    let (report, output) = check(&site.vmsync, 0);
    output.assert_nowhere("canary");
    let expected = format!("http://127.0.0.1:{dead}: no connection to ");
    assert_told(&report, "endpoints", "ping.url", "warning", &expected);
}

#[test]
fn a_service_without_the_promised_tls_fails_and_is_sent_nothing() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    let url = site.endpoints.url(AUTH).replace("http://", "https://");
    site.reconfigure(|config| config["endpoints"]["auth-service-rename-vm"] = json!(url));
    let (report, _) = check(&site.vmsync, 5);
    assert_eq!(told(&report, "endpoints", "auth-service-rename-vm").0, "failed");
    assert!(site.endpoints.requests().is_empty());
}

#[test]
fn no_session_that_matches_is_a_warning_with_the_pattern() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.redis.set("other:1", "x");
    site.reconfigure(|config| config["redis"]["key_pattern"] = json!("session:*"));
    let (report, _) = check(&site.vmsync, 0);
    assert_told(&report, "redis", "sessions", "warning", "no key matches session:*");
    let fill = "for i = 1, 12000 do redis.call('SET', 'session:' .. i, '{}') end";
    let _: () = redis::cmd("EVAL")
        .arg(&[fill, "0"])
        .query(&mut site.redis.connection())
        .expect("it obeys");
    let (report, _) = check(&site.vmsync, 0);
    assert_told(&report, "redis", "sessions", "ok", "at least 10");
}

fn set_user(redis: &Redis, grants: &[&str]) {
    let mut command = redis::cmd("ACL");
    command
        .arg(&["SETUSER", "portal", "reset", "on", ">redis-canary", "~*"])
        .arg(grants);
    let _: () = command.query(&mut redis.connection()).expect("it obeys");
}

#[test]
fn commands_that_the_user_may_not_use_are_named() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.reconfigure(|config| {
        config["redis"]["username"] = json!("portal");
        config["redis"]["password"] = json!("redis-canary");
    });
    let reads = &GRANTS[..6];
    let may_ask = ["+acl|whoami", "+acl|dryrun"];
    for grants in [reads.to_vec(), [reads, &may_ask].concat()] {
        set_user(&site.redis, &grants);
        let (report, output) = check(&site.vmsync, 6);
        assert_told(
            &report,
            "redis",
            "rights",
            "failed",
            "may not set, evalsha, eval, script|load",
        );
        output.assert_nowhere("redis-canary");
        assert!(site.redis.keys().is_empty());
    }
    for grants in [GRANTS.to_vec(), [&GRANTS[..], &may_ask].concat()] {
        set_user(&site.redis, &grants);
        let (report, _) = check(&site.vmsync, 0);
        assert_eq!(told(&report, "redis", "rights").0, "ok");
        assert!(site.redis.keys().is_empty());
    }
    site.reconfigure(|config| config["redis"]["password"] = json!("wrong"));
    let (report, _) = check(&site.vmsync, 6);
    assert_told(&report, "redis", "connection", "failed", "failed to log in");
}

#[test]
fn rights_for_other_keys_than_those_of_sessions_do_not_suffice() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    site.reconfigure(|config| {
        config["redis"]["username"] = json!("portal");
        config["redis"]["password"] = json!("redis-canary");
    });
    let key = session_key(7);
    site.session(&key, &json!({ "vms": [] }));
    let before = site.redis.get(&key);
    let may_ask = ["+acl|whoami", "+acl|dryrun"];
    for (more, refused) in [(&may_ask[..], "may not strlen, get, set"), (&[], "may not strlen, get")] {
        let keys = ["resetkeys", "~vmsync:*"];
        set_user(&site.redis, &[&GRANTS[..], more, &keys].concat());
        let (report, output) = check(&site.vmsync, 6);
        let told = format!("{refused} (no permission for the keys of sessions)");
        assert_told(&report, "redis", "rights", "failed", &told);
        output.assert_nowhere(&key);
        assert_eq!(site.redis.keys(), [key.as_str()]);
        assert_eq!(site.redis.get(&key), before);
    }
}

#[test]
fn a_replica_of_redis_is_told() {
    let host = host();
    let mut site = Site::new(&[&Entry::esxi("one", &host)]);
    let primary = site.redis.port().to_string();
    let replica = Redis::with_options(&["--replicaof", "127.0.0.1", &primary]);
    site.reconfigure(|config| config["redis"]["port"] = json!(replica.port()));
    let (report, _) = check(&site.vmsync, 6);
    assert_told(&report, "redis", "version", "failed", "a replica");
}

#[test]
fn one_slow_source_costs_only_its_own_deadline() {
    let (good, slow) = (host(), host());
    let proxy = FaultProxy::to(slow.port());
    proxy.set(NetFault::Blackhole);
    let mut entry = Entry::esxi("slow", &slow);
    entry.value["port"] = json!(proxy.port());
    let mut config = sources(&[&Entry::esxi("good", &good), &entry]);
    config["sync"] = json!({"timeout": "2s", "source_deadline": "4s"});
    let (report, _) = check(&home(&config), 3);
    assert_eq!(told(&report, "source good", "clock").0, "ok");
    assert_told(&report, "source slow", "login", "skipped", "not tried");
}

#[test]
fn a_signal_ends_it_logged_out() {
    let host = host();
    host.script(Fault::on("CurrentTime", Effect::Hang));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    let running = vmsync.spawn(&CHECK);
    wait_for("it asks for the time", Duration::from_secs(30), || {
        (host.call_count("CurrentTime") > 0).then_some(())
    });
    running.signal("INT");
    let output = running.wait();
    let report = output.assert_code(130).json();
    assert_told(&report, "source one", "time", "failed", "the check was stopped");
    assert_eq!(host.open_sessions(), 0);
}
