//! The forms of reports: files, lines, colour, and the line for a monitoring system.

use crate::site::{Entry, dead_port, home, simulate, sources};
use crate::support::{Output, VmsyncCommand};
use serde_json::{Value, json};
use simulator::{Config, Simulator, VmSpec};
use std::fs;
use std::path::Path;

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("web"));
        inventory.add_vm(&VmSpec::new("db"));
    })
}

fn small(host: &Simulator) -> VmsyncCommand {
    home(&sources(&[&Entry::esxi("one", host)]))
}

fn read_report(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a JSON report")
}

fn lines(output: &Output) -> Vec<Value> {
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}\n{output}")))
        .collect()
}

#[test]
fn a_report_file_is_replaced_by_every_run_also_by_silent_ones() {
    let host = host();
    let vmsync = small(&host);
    let path = vmsync.home().join("reports/last.json");
    fs::create_dir(path.parent().expect("a folder")).expect("made");
    let sync = ["sync", "all", "--report-file", "reports/last.json"];
    vmsync.run(&sync).assert_code(0).assert_silent();
    let first = read_report(&path);
    assert_eq!((&first["added"], &first["exit_code"]), (&json!(2), &json!(0)));

    let shown = vmsync.run(&["diff", "--report-file", "reports/last.json", "--format", "json"]);
    assert_eq!(read_report(&path), shown.assert_code(0).json());

    let usage = vmsync.run(&[&sync[..], &["--source", "two"]].concat());
    usage.assert_code(2);
    assert_eq!(read_report(&path)["conditions"], json!(["usage"]));

    host.configure(|config| "changed".clone_into(&mut config.password));
    vmsync.run(&sync).assert_code(77);
    assert_eq!(read_report(&path)["exit_code"], 77);
    let names: Vec<_> = fs::read_dir(path.parent().expect("a folder"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["last.json"], "no drafts are left");
}

#[test]
fn a_report_file_that_cannot_be_written_is_found_out_before_the_run() {
    let host = host();
    let vmsync = small(&host);
    for (path, said) in [
        ("absent/last.json", "No such file or directory"),
        (".", "it is no regular file"),
        ("/dev/null", "it is no regular file"),
    ] {
        let output = vmsync.run(&["sync", "all", "--report-file", path]);
        output.assert_code(2).assert_stderr("--report-file").assert_stderr(said);
        output.assert_stderr("hint: name a file");
    }
    assert_eq!(host.call_count("Login"), 0);
    assert!(!vmsync.sqlite().exists());
}

#[test]
fn changes_come_line_by_line_and_the_report_last() {
    let host = host();
    let vmsync = small(&host);
    let output = vmsync.run(&["sync", "all", "--format", "ndjson"]);
    let lines = lines(output.assert_code(0));
    let kinds: Vec<_> = lines.iter().map(|line| (&line["kind"], &line["name"])).collect();
    assert_eq!(
        kinds[..2],
        [(&json!("added"), &json!("db")), (&json!("added"), &json!("web"))]
    );
    let last = lines.last().expect("the report");
    let objects = &lines[2..lines.len() - 1];
    assert!(
        !objects.is_empty() && objects.iter().all(|line| line["object"].is_string()),
        "{objects:?}"
    );
    assert_eq!(
        (
            &last["schema"],
            &last["added"],
            &last["changes"],
            &last["object_changes"]
        ),
        (&json!("vmsync.report/1"), &json!(2), &json!([]), &json!([]))
    );
}

#[test]
fn colour_is_there_when_it_is_asked_for_and_only_adds() {
    let host = host();
    let vmsync = small(&host);
    let plain = vmsync.run(&["status"]);
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
    vmsync.run(&["sync", "all"]).assert_code(0);
    let shown = |args: &[&str], variables: &[(&str, &str)]| {
        let arguments = [&["diff"], args].concat();
        vmsync.spawn_with(&arguments, variables).wait()
    };
    let has_colour = |output: &Output| output.stdout.contains("\u{1b}[1m");
    assert!(!has_colour(&shown(&[], &[])), "no terminal");
    assert!(has_colour(&shown(&["--color", "always"], &[("NO_COLOR", "1")])));
    assert!(has_colour(&shown(&[], &[("CLICOLOR_FORCE", "1")])));
    assert!(!has_colour(&shown(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])));
    assert!(!has_colour(&shown(&["--color", "never"], &[("CLICOLOR_FORCE", "1")])));
    let json = shown(&["--color", "always", "--format", "json"], &[]);
    assert!(!json.stdout.contains('\u{1b}'), "programs get none: {json}");
}

#[test]
fn a_monitoring_system_gets_its_line_and_its_exit_codes() {
    let host = host();
    let vmsync = small(&host);
    let plugin = |args: &[&str]| vmsync.run(&[&["status", "--format", "nagios"], args].concat());
    plugin(&[])
        .assert_code(2)
        .assert_stdout("VMSYNC CRITICAL - no pass over all sources has succeeded yet, 1 of 1 source stale | age=U;");
    vmsync.run(&["sync", "all"]).assert_code(0);
    let fresh = plugin(&["--warn", "1h", "--crit", "2h"]);
    fresh.assert_code(0).assert_stdout("VMSYNC OK - last success ");
    fresh.assert_stdout("s;3600;7200;0 present=2;;;0 orphans=0;;;0 ");
    assert_eq!(fresh.stdout.lines().count(), 1, "{fresh}");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    plugin(&["--warn", "0", "--crit", "1h"]).assert_code(1);
    plugin(&["--warn", "0", "--crit", "1s"])
        .assert_code(2)
        .assert_stdout("CRITICAL");
    plugin(&["--warn", "2h", "--crit", "1h"])
        .assert_code(3)
        .assert_stdout("VMSYNC UNKNOWN - --warn 2 h is above --crit 1 h");
    for (args, told) in [
        (
            &["--warn", "x"][..],
            "invalid value 'x' for '--warn <AGE>': expected seconds",
        ),
        (&["--crit"], "a value is required for '--crit <AGE>'"),
        (&["--carn", "1h"], "unexpected argument '--carn' found"),
    ] {
        let refused = plugin(args);
        refused
            .assert_code(3)
            .assert_stdout(&format!("VMSYNC UNKNOWN - {told}"));
        assert_eq!(
            (refused.stdout.lines().count(), refused.stderr.as_str()),
            (1, ""),
            "{refused}"
        );
        let with_sign = vmsync.run(&[&["status", "--format=nagios"], args].concat());
        assert_eq!(with_sign.stdout, refused.stdout);
    }
    plugin(&["--help"]).assert_code(0).assert_stdout("Usage: vmsync status");
    let for_people = vmsync.run(&["status", "--format", "table", "--warn", "x"]);
    for_people.assert_code(2).assert_stderr("error: invalid value 'x'");
    assert_eq!(for_people.stdout, "");
    vmsync
        .run(&["status", "--warn", "2h", "--crit", "1h"])
        .assert_code(2)
        .assert_stderr("--warn 2 h is above --crit 1 h");
}

#[test]
fn a_monitoring_system_is_told_that_nothing_is_known_in_its_own_form() {
    let broken = VmsyncCommand::with_config("esxi_hosts: 7\n");
    broken
        .run(&["status", "--format", "nagios"])
        .assert_code(3)
        .assert_stdout("VMSYNC UNKNOWN - ");
    let mut config = json!({"mongodb": {"host": "127.0.0.1", "port": dead_port()}});
    config["esxi_hosts"] = json!([{"host": "127.0.0.1", "username": "u", "password": "p"}]);
    home(&config)
        .run(&["status", "--format", "nagios"])
        .assert_code(3)
        .assert_stdout("VMSYNC UNKNOWN - failed to ");
}
