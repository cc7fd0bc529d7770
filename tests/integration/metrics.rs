//! The file for `node_exporter`, as promtool and an alert see it.

use crate::support::{Fault, Site, find_binary, wait_for};
use jiff::Timestamp;
use simulator::{Effect, Fault as Trouble};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use vmsync::exit::Condition;
use vmsync::inventory::SourceKind;
use vmsync::report::{
    Carried, Draft, NOT_ASKED, NotificationCounts, Report, SessionCounts, SourceCounts, SourceReport, Step, Unowned,
    VmCounts, render_metrics,
};

const SUCCESS: &str = "vmsync_last_success_timestamp_seconds";
const CODE: &str = "vmsync_last_run_exit_code";
const LIST: &str = "RetrievePropertiesEx";

fn promtool(arguments: &[&str], input: &str) -> Output {
    let mut promtool = Command::new(find_binary("VMSYNC_TEST_PROMTOOL", "promtool"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/prometheus"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut stdin = promtool.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("promtool reads");
    drop(stdin);
    promtool.wait_with_output().expect("promtool ends")
}

/// It prints nothing where there is nothing to say.
#[track_caller]
fn assert_sound(metrics: &str) {
    let Output { status, stdout, stderr } = promtool(&["check", "metrics"], metrics);
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success() && said.is_empty(), "{said}\n{metrics}");
}

/// A site that writes its metrics beside the configuration.
fn site(hosts: &[&str]) -> (Site, PathBuf) {
    let mut site = Site::start(hosts);
    for host in hosts {
        site.add(host, &[*host]);
    }
    "metrics: {textfile: vmsync.prom}\n".clone_into(&mut site.more);
    let path = site.vmsync.home().join("vmsync.prom");
    (site, path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of a sample's value.
#[track_caller]
fn value<'a>(text: &'a str, series: &str) -> &'a str {
    let of_series = |line: &'a str| line.strip_prefix(series)?.strip_prefix(' ');
    text.lines()
        .find_map(of_series)
        .unwrap_or_else(|| panic!("no {series} in\n{text}"))
}

fn is_later(time: &str, other: &str) -> bool {
    let seconds = |text: &str| text.parse::<f64>().expect("a number");
    seconds(time) > seconds(other)
}

#[test]
fn every_whole_pass_that_writes_leaves_its_metrics_also_one_that_fails() {
    let (mut site, path) = site(&["a", "b"]);
    for line in [&["diff"][..], &["sync", "all", "-n"], &["sync", "vms", "a"]] {
        site.run(line).assert_code(0);
        assert!(!path.exists(), "{line:?}");
    }
    site.run(&["sync", "all"]).assert_code(0).assert_silent();
    let good = read(&path);
    assert_sound(&good);
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o644);
    assert_eq!(value(&good, CODE), "0");
    assert_eq!(value(&good, "vmsync_source_vms{source=\"b\"}"), "1");
    assert_eq!(value(&good, "vmsync_vms{state=\"present\"}"), "2");
    let success = value(&good, SUCCESS);
    assert_eq!(success, value(&good, "vmsync_last_run_timestamp_seconds"));

    site.host("b").proxy.set(Fault::Refuse);
    site.run(&["sync", "all"]).assert_code(3);
    let failed = read(&path);
    assert_sound(&failed);
    assert_eq!((value(&failed, CODE), value(&failed, SUCCESS)), ("3", success));
    assert_eq!(value(&failed, "vmsync_source_up{source=\"b\"}"), "0");
    let complete = |source| {
        value(
            &failed,
            &format!("vmsync_source_last_complete_timestamp_seconds{{source=\"{source}\"}}"),
        )
    };
    assert_eq!(complete("b"), success);
    assert!(is_later(complete("a"), success));

    site.run(&["sync", "all", "--source", "a"]).assert_code(0);
    let limited = read(&path);
    assert_eq!((value(&limited, CODE), value(&limited, SUCCESS)), ("0", success));
    assert!(!limited.contains("vmsync_source_up{source=\"b\"}"), "{limited}");
    site.run(&["sync", "all", "--source", "c"]).assert_code(2);
    assert_eq!(value(&read(&path), CODE), "2");

    site.hosts.pop();
    site.run(&["sync", "all"]).assert_code(0);
    let removed = read(&path);
    assert!(
        !removed.contains("source=\"b\"") && is_later(value(&removed, SUCCESS), success),
        "{removed}"
    );
    let names = fs::read_dir(site.vmsync.home()).expect("the home");
    let names = names.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    assert_eq!(
        names.filter(|name| name.contains("prom")).collect::<Vec<_>>(),
        ["vmsync.prom"]
    );
}

#[test]
fn the_flag_goes_before_the_configuration_and_a_file_that_cannot_be_written_changes_nothing() {
    let (mut site, path) = site(&["a"]);
    site.run(&["sync", "all", "--metrics-file", "other.prom"])
        .assert_code(0);
    assert!(!path.exists());
    assert_sound(&read(&site.vmsync.home().join("other.prom")));

    "metrics: {textfile: absent/vmsync.prom}\n".clone_into(&mut site.more);
    site.add("a", &["new"]);
    let output = site.run(&["sync", "all", "-q", "--format", "json"]);
    output
        .assert_code(0)
        .assert_report("/added", 1)
        .assert_told("error: failed to write the metrics to ")
        .assert_stderr("/absent/vmsync.prom: No such file or directory")
        .assert_told("\nhint: let this user write to its folder");
    // Nobody writes to it: whoever opens it waits.
    let pipe = site.vmsync.home().join("pipe.prom");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts");
    assert!(made.success());
    let output = site.run(&["sync", "all", "--metrics-file", "pipe.prom"]);
    output.assert_code(0).assert_stderr("pipe.prom: it is no regular file");
    let output = site.run(&["sync", "all", "--metrics-file", "/dev/null"]);
    output.assert_code(2).assert_stderr("a name that ends in .prom");
}

#[test]
fn a_pass_that_is_stopped_says_so_and_one_that_finds_another_says_nothing() {
    let (site, path) = site(&["a"]);
    site.run(&["sync", "all"]).assert_code(0);
    let before = read(&path);
    site.host("a").simulator.clear_calls();
    site.host("a").simulator.script(Trouble::on(LIST, Effect::Hang));
    let running = site.spawn();
    wait_for("it lists", Duration::from_secs(30), || {
        (site.host("a").simulator.call_count(LIST) > 0).then_some(())
    });
    site.run(&["sync", "all"]).assert_code(75);
    let waiting = site.vmsync.spawn(&["sync", "all", "-v", "--lock-timeout", "1h"]);
    wait_for("it waits", Duration::from_secs(30), || {
        waiting.stderr_so_far().contains("waits for sync all on ").then_some(())
    });
    waiting.signal("TERM");
    waiting.wait().assert_code(143);
    assert_eq!(read(&path), before);
    running.signal("TERM");
    running.wait().assert_code(143);
    let stopped = read(&path);
    assert_sound(&stopped);
    assert_eq!(
        (value(&stopped, CODE), value(&stopped, SUCCESS)),
        ("143", value(&before, SUCCESS))
    );
    assert_eq!(
        value(&stopped, "vmsync_last_run_condition{condition=\"terminated\"}"),
        "1"
    );
}

fn source(name: &str, error: Option<&str>) -> SourceReport {
    SourceReport {
        name: name.to_owned(),
        kind: SourceKind::Esxi,
        reachable: error.is_none(),
        complete: error.is_none(),
        counts: SourceCounts {
            vms: Some(7),
            hosts: Some(2),
            alarms: Some(0),
            ..SourceCounts::default()
        },
        timings: vmsync::report::SourceTimings::default(),
        items: Vec::new(),
        soap_calls: 9,
        bytes: 12_345,
        fetch_ms: 1_234,
        error: error.map(str::to_owned),
    }
}

/// Everything that a report can have.
fn full() -> Draft {
    let mut draft = Draft::new("run", "sync all", false, Timestamp::UNIX_EPOCH);
    draft.sources = vec![
        source("esx1", None),
        source("a\\b\"c d", Some("failed")),
        source("not asked", Some(NOT_ASKED)),
    ];
    draft.documents = Some(VmCounts::default());
    draft.unowned = vec![Unowned {
        source: "old".to_owned(),
        vms: 2,
    }];
    draft.sessions = Step::Done(SessionCounts::default());
    draft.notifications = Step::Done(NotificationCounts::default());
    draft.warnings = vec!["x".to_owned()];
    draft
}

fn rendered(report: &Report) -> String {
    let names = report.sources.iter().map(|source| source.name.as_str());
    render_metrics(report, &Carried::read("", names, report.started).after(report, true))
}

#[test]
fn promtool_has_nothing_to_say_of_any_kind_of_report() {
    let finish = |draft: Draft| draft.finish("2026-11-21T09:23:53.5Z".parse().expect("a time"));
    assert_sound(&rendered(&finish(full())));
    assert_sound(&rendered(&finish(Draft::new(
        "run",
        "sync all",
        false,
        Timestamp::UNIX_EPOCH,
    ))));
    for condition in Condition::ALL {
        let mut draft = full();
        draft.conditions.insert(condition);
        draft.sessions = Step::NotConfigured;
        assert_sound(&rendered(&finish(draft)));
    }
}

#[test]
fn the_alert_rules_are_right_and_ask_for_metrics_that_exist() {
    for arguments in [
        ["check", "rules", "vmsync.rules.yaml"],
        ["test", "rules", "vmsync.rules.test.yaml"],
    ] {
        let Output { status, stdout, stderr } = promtool(&arguments, "");
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        assert!(status.success() && said.contains("SUCCESS"), "{arguments:?}: {said}");
    }
    let report = full().finish(Timestamp::UNIX_EPOCH);
    let metrics = rendered(&report);
    let known: BTreeSet<_> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge"))
        .collect();
    let rules = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/prometheus/vmsync.rules.yaml"));
    let expressions: Vec<_> = rules
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("expr: "))
        .collect();
    assert_eq!(
        expressions.len(),
        rules.matches("- alert: ").count(),
        "each on one line"
    );
    for expression in expressions {
        let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let asked: Vec<_> = words.filter(|word| word.starts_with("vmsync_")).collect();
        assert!(
            !asked.is_empty() && asked.iter().all(|name| known.contains(name)),
            "{expression}"
        );
    }
}
