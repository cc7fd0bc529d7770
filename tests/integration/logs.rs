//! Messages in their three forms, on terminals and elsewhere, and the run that they all name.

use crate::site::{Entry, home, simulate, sources};
use crate::support::{JOURNAL_SOCKET, Journal, Output, VmsyncCommand, open_terminal, wait_for};
use serde_json::{Value, json};
use simulator::{Config, Effect, Fault, Simulator, VmSpec};
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::Duration;
use vmsync::exit::Condition;

const UNKNOWN: [&str; 4] = ["sync", "all", "--source", "esx2"];

fn host() -> Simulator {
    host_called("esx1")
}

fn host_called(name: &str) -> Simulator {
    simulate(Config::esxi(name), |inventory| {
        inventory.add_vm(&VmSpec::new("evil\u{1b}[2J\n{\"level\":\"error\"}"));
    })
}

fn small(host: &Simulator) -> VmsyncCommand {
    home(&sources(&[&Entry::esxi("one", host)]))
}

/// Each line of stderr.
#[track_caller]
fn objects(output: &Output) -> Vec<Value> {
    let lines = output.stderr.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}\n{output}")))
        .collect()
}

#[test]
fn a_run_has_one_id_in_report_history_and_every_message() {
    let host = host();
    let vmsync = small(&host);
    let pass = vmsync.run(&["sync", "all", "-vvv", "--format", "json", "--log-format", "json"]);
    let run = pass.assert_code(0).json()["run_id"].clone();
    let messages = objects(&pass);
    assert!(messages.iter().all(|message| message["run_id"] == run), "{pass}");
    let said: Vec<_> = messages
        .iter()
        .map(|message| message["message"].as_str().expect("text"))
        .collect();
    for part in [
        "begins",
        "took the lease",
        "answered",
        "listed",
        "planned",
        "wrote documents",
        "ends",
    ] {
        assert!(said.contains(&part), "{part}: {pass}");
    }
    let calls = messages
        .iter()
        .filter(|message| message["fields"]["method"].is_string());
    assert!(
        calls.clone().count() > 5 && calls.clone().all(|call| call["fields"]["source"] == "one"),
        "{pass}"
    );
    let status = vmsync.run(&["status", "--format", "json"]).json();
    assert_eq!(status["last_pass"]["run_id"], run);
    let text = vmsync.run(&["sync", "all", "-v", "--format", "json"]);
    let digits = text.json()["run_id"].as_str().expect("text")[..8].to_owned();
    for line in text.stderr.lines() {
        assert!(line.contains(&format!(" INFO run={digits} ")), "{line}");
    }
    assert_ne!(text.json()["run_id"], run);
}

#[test]
fn errors_come_in_the_form_that_was_asked_for() {
    let host = host();
    let vmsync = small(&host);
    let output = vmsync.run(&[&UNKNOWN[..], &["--log-format", "json"]].concat());
    let messages = objects(output.assert_code(2));
    let said = "--source esx2: no such source; configured are one";
    assert_eq!(
        (messages.len(), &messages[0]["level"]),
        (1, &json!("error")),
        "{output}"
    );
    assert!(
        messages[0]["message"]
            .as_str()
            .is_some_and(|text| text.starts_with(said)),
        "{output}"
    );

    let plain = vmsync.run(&UNKNOWN);
    let (time, rest) = plain.assert_code(2).stderr.split_once(' ').expect("two parts");
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{plain}");
    assert!(
        rest.starts_with("ERROR run=") && rest[18..].starts_with(&format!(" {said}")),
        "{plain}"
    );

    let broken = VmsyncCommand::with_config("esxi_hosts: 7\nnonsense: \"\\e[2J\"\n");
    let output = broken.run(&["diff", "--log-format", "json"]);
    let message = objects(output.assert_code(78))[0]["message"].clone();
    let lines: Vec<_> = message.as_str().expect("text").lines().collect();
    assert!(
        lines.len() > 2 && lines.last().is_some_and(|line| line.starts_with("hint: ")),
        "{output}"
    );
}

#[test]
fn a_panic_comes_in_the_form_that_was_asked_for() {
    let host = host();
    let vmsync = small(&host);
    let failpoint = [("VMSYNC_FAILPOINT", "pass.before:1"), ("VMSYNC_FAILPOINT_PANIC", "1")];
    for backtrace in ["0", "1"] {
        let variables = [&failpoint[..], &[("RUST_BACKTRACE", backtrace)]].concat();
        let pass = vmsync.spawn_with(&["diff", "--log-format", "json"], &variables).wait();
        pass.assert_code(0);
        let pass = vmsync.spawn_with(
            &["sync", "all", "--log-format", "json", "--lock-timeout", "1s"],
            &variables,
        );
        let pass = pass.wait();
        let messages = objects(pass.assert_code(1));
        let first = messages[0]["message"].as_str().expect("text");
        assert!(first.contains("failpoint pass.before"), "{pass}");
        assert_eq!(first.contains("stack backtrace"), backtrace == "1", "{pass}");
        let last = messages[1]["message"].as_str().expect("text");
        assert!(last.starts_with("ended with exit code 1: internal error: "), "{pass}");
        assert_eq!(messages.len(), 2, "{pass}");
    }
}

/// Whoever collects messages learns why, without the report; cron mails stdout and stderr, and says it once.
#[test]
fn programs_are_told_how_a_run_ended_and_why() {
    let (host, other) = (host(), host_called("esx2"));
    let vmsync = home(&sources(&[&Entry::esxi("one", &host), &Entry::esxi("two", &other)]));
    let line = ["sync", "all", "--log-format", "json"];
    vmsync.run(&line).assert_code(0).assert_silent();
    other.script(Fault::on("RetrieveServiceContent", Effect::Drop));
    let pass = vmsync.run(&line);
    let messages = objects(pass.assert_code(3));
    assert_eq!(messages.len(), 2, "{pass}");
    assert_eq!(
        (&messages[0]["level"], &messages[0]["fields"]),
        (&json!("warn"), &json!({"source": "two", "state": "failed"}))
    );
    assert!(
        messages[0]["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("failed to ")),
        "{pass}"
    );
    assert_eq!(
        (&messages[1]["level"], &messages[1]["fields"], &messages[1]["message"]),
        (
            &json!("error"),
            &json!({"exit_code": 3}),
            &json!(format!("ended with exit code 3: {}", Condition::SourceFailed.meaning()))
        )
    );
    let quiet = vmsync.run(&[&line[..], &["-q"]].concat());
    assert_eq!(objects(quiet.assert_code(3)).len(), 1, "{quiet}");
    host.inventory(|inventory| inventory.add_vm(&VmSpec::new("new")));
    let asked = ["diff", "--exit-code", "--source", "one", "--log-format", "json"];
    assert_eq!(vmsync.run(&asked).assert_code(10).stderr, "", "an answer is no error");
    let limited = vmsync.run(&[&line[..], &["--source", "one"]].concat());
    limited.assert_code(0).assert_silent();
    let text = vmsync.run(&["sync", "all"]);
    assert_eq!(text.assert_code(3).stderr, "", "{text}");
}

#[test]
fn the_journal_gets_messages_and_stderr_gets_none() {
    let (host, journal) = (host(), Journal::start());
    let vmsync = small(&host).env(JOURNAL_SOCKET, journal.path().to_string_lossy());
    let pass = vmsync.run(&["sync", "all", "-vv", "--format", "json", "--log-format", "journald"]);
    assert_eq!(pass.assert_code(0).stderr, "", "{pass}");
    let run = pass.json()["run_id"].clone();
    let entries = journal.entries();
    assert!(
        entries.iter().all(|entry| json!(entry["VMSYNC_RUN_ID"]) == run),
        "{entries:?}"
    );
    let listed = entries
        .iter()
        .find(|entry| entry["MESSAGE"] == "listed")
        .expect("it is told");
    assert_eq!(
        (&*listed["VMSYNC_SOURCE"], &*listed["VMSYNC_VMS"], &*listed["PRIORITY"]),
        ("one", "1", "6")
    );

    let refused = vmsync.run(&[&UNKNOWN[..], &["--log-format", "journald", "-q"]].concat());
    refused.assert_code(2).assert_silent();
    let entries = journal.entries();
    assert_eq!((entries.len(), &*entries[0]["PRIORITY"]), (1, "3"), "{entries:?}");
    assert!(
        entries[0]["MESSAGE"].starts_with("--source esx2: no such source"),
        "{entries:?}"
    );
}

#[test]
fn without_a_journal_the_run_goes_on_and_says_so() {
    let host = host();
    let vmsync = small(&host).env(JOURNAL_SOCKET, "/nowhere/socket");
    let pass = vmsync.run(&["sync", "all", "--log-format", "journald"]);
    pass.assert_code(0).assert_stderr(" WARN run=");
    pass.assert_stderr("failed to reach the journal at /nowhere/socket: No such file or directory");
    pass.assert_stderr("\n  hint: give --log-format text or json");
}

/// A refused run whose stderr is a file, under systemd or not.
fn with_stderr_in_a_file(vmsync: &VmsyncCommand, journal: &Journal, stream: &dyn Fn(&File) -> String) -> String {
    let mut file = tempfile::tempfile().expect("a file");
    let status = vmsync
        .of(env!("CARGO_BIN_EXE_vmsync"))
        .args(UNKNOWN)
        .env("JOURNAL_STREAM", stream(&file))
        .env(JOURNAL_SOCKET, journal.path())
        .stderr(file.try_clone().expect("a copy"))
        .status();
    assert_eq!(status.expect("vmsync can be started").code(), Some(2));
    let mut text = String::new();
    file.rewind()
        .and_then(|()| file.read_to_string(&mut text))
        .expect("text");
    text
}

#[test]
fn a_stream_of_the_journal_is_recognised_and_no_other() {
    let (host, journal) = (host(), Journal::start());
    let vmsync = small(&host);
    let stream = |file: &File, more: u64| {
        let metadata = file.metadata().expect("it is open");
        format!("{}:{}", metadata.dev(), metadata.ino() + more)
    };
    let own = with_stderr_in_a_file(&vmsync, &journal, &|file| stream(file, 0));
    assert_eq!((own.as_str(), journal.entries().len()), ("", 1));
    let other = with_stderr_in_a_file(&vmsync, &journal, &|file| stream(file, 1));
    assert!(other.contains("ERROR run="), "{other}");
    assert_eq!(journal.entries().len(), 0);
}

/// What a person sees until the run ends, and its exit code.
fn watched(vmsync: &VmsyncCommand, args: &[&str], term: &str) -> (String, Option<i32>) {
    let (mut screen, terminal) = open_terminal(80).expect("a terminal");
    let mut child = vmsync
        .of(env!("CARGO_BIN_EXE_vmsync"))
        .args(args)
        .env("TERM", term)
        .stdout(Stdio::null())
        .stderr(terminal)
        .spawn()
        .expect("vmsync can be started");
    let mut shown = Vec::new();
    // A terminal that nobody has open any more ends with an error.
    let _ = screen.read_to_end(&mut shown);
    let status = child.wait().expect("it ends");
    (String::from_utf8_lossy(&shown).into_owned(), status.code())
}

#[test]
fn a_terminal_shows_progress_and_errors_as_people_read_them() {
    let host = host();
    let vmsync = small(&host);
    host.configure(|config| config.latency = Duration::from_millis(50));
    let (shown, code) = watched(&vmsync, &["sync", "all"], "xterm-256color");
    assert!(
        shown.contains("] 0/1 sources ") && shown.contains("one  done: 1 VM"),
        "{shown:?}"
    );
    assert_eq!(code, Some(0));
    for (args, term) in [
        (&["sync", "all"][..], "dumb"),
        (&["sync", "all", "-q"], "xterm-256color"),
        (&["sync", "all", "--log-format", "json"], "xterm-256color"),
    ] {
        assert_eq!(
            watched(&vmsync, args, term),
            (String::new(), Some(0)),
            "{args:?} {term}"
        );
    }
    let (shown, code) = watched(&vmsync, &UNKNOWN, "xterm-256color");
    assert!(shown.starts_with("error: --source esx2: no such source"), "{shown:?}");
    assert_eq!(code, Some(2));
}

#[test]
fn a_terminal_shows_whom_a_run_waits_for() {
    let host = host();
    let vmsync = small(&host);
    host.script(Fault::on("RetrievePropertiesEx", Effect::Hang));
    let first = vmsync.spawn(&["sync", "all"]);
    wait_for("it lists", Duration::from_secs(30), || {
        (host.call_count("RetrievePropertiesEx") > 0).then_some(())
    });
    let (shown, code) = watched(&vmsync, &["sync", "all", "--lock-timeout", "1s"], "xterm-256color");
    assert!(shown.contains("waiting for sync all on "), "{shown:?}");
    assert_eq!(code, Some(75));
    first.kill();
}

/// What a person waits for: a debug build on a busy machine has more time than the 200 ms that `cargo bench --bench
/// startup` holds a release build to.
#[test]
fn the_first_line_of_progress_does_not_wait_for_a_server() {
    let host = host();
    host.receive(simulator::Connections::Ignored);
    let vmsync = small(&host);
    let (mut screen, terminal) = open_terminal(80).expect("a terminal");
    let mut pass = vmsync
        .of(env!("CARGO_BIN_EXE_vmsync"))
        .args(["sync", "all"])
        .env("TERM", "xterm")
        .stdout(Stdio::null())
        .stderr(terminal)
        .spawn()
        .expect("vmsync can be started");
    let mut buffer = [0; 4096];
    let mut shown = String::new();
    wait_for("the first line", Duration::from_secs(5), || {
        let length = screen.read(&mut buffer).expect("it is open");
        shown += &String::from_utf8_lossy(&buffer[..length]);
        shown.contains("0/1 sources").then_some(())
    });
    pass.kill().and_then(|()| pass.wait()).expect("it was running");
}
