//! `config init`, `validate` and `show`, and the layers over the file, as an operator meets them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use crate::support::{Output, VmsyncCommand};

const YAML: &str = "\
esxi_hosts:
  - host: esx1.example.org
    username: vmsync
    password_file: esx1.password
redis: {host: localhost}
sync: {interval: 5m}
";

fn site() -> VmsyncCommand {
    let vmsync = VmsyncCommand::with_config(YAML);
    vmsync.write("esx1.password", "s3cret\n");
    vmsync
}

/// The line of a key in the table.
#[track_caller]
fn line_of<'a>(output: &'a Output, key: &str) -> &'a str {
    let begin = format!("  {key} ");
    output
        .stdout
        .lines()
        .find(|line| line.starts_with(&begin))
        .unwrap_or_else(|| panic!("no line of {key}\n{output}"))
}

#[test]
fn init_writes_a_file_that_works_once_it_is_filled_in() {
    let vmsync = VmsyncCommand::new();
    let output = vmsync.run(&["config", "init"]);
    output.assert_code(0);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        (
            "wrote sync.yaml, which nobody but its owner can read\n\
             next: put your hosts and logins into it, then run\n    vmsync check\n",
            ""
        )
    );
    let path = vmsync.home().join("sync.yaml");
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    vmsync
        .run(&["config", "validate"])
        .assert_code(78)
        .assert_told("error: sync.yaml:13:20: esxi_hosts[0].password_file: the file named here does not exist\nhint: ");
    vmsync.write("esx1.password", "s3cret\n");
    let valid = vmsync.run(&["config", "validate"]);
    valid.assert_code(0).assert_nowhere("s3cret");
    assert_eq!(valid.stderr, "", "{valid}");
}

#[test]
fn init_overwrites_nothing_and_says_what_to_do() {
    let vmsync = site();
    let refused = vmsync.run(&["config", "init"]);
    refused.assert_code(2);
    assert_eq!(
        (refused.stdout.as_str(), refused.told().as_str()),
        (
            "",
            "error: failed to write the configuration sync.yaml: it is there already and stays as it is\n\
             hint: name another file with --config FILE, or see what this one says with `vmsync config show`\n"
        )
    );
    assert_eq!(
        fs::read_to_string(vmsync.home().join("sync.yaml")).expect("it is there"),
        YAML
    );
    symlink("nowhere", vmsync.home().join("link")).expect("a link");
    for (file, what) in [
        ("link", "it is there already"),
        (
            "gone/sync.yaml",
            "No such file or directory (os error 2)\nhint: make its directory first",
        ),
        (
            "sync.yaml/x",
            "Not a directory (os error 20)\nhint: name another file with --config FILE",
        ),
    ] {
        let output = vmsync.run(&["config", "init", "--config", file]);
        let text = format!("error: failed to write the configuration {file}: {what}");
        output.assert_code(2).assert_told(&text);
    }
    assert!(!vmsync.home().join("nowhere").exists());
}

#[test]
fn init_goes_where_option_or_variable_say_and_names_the_file_to_check() {
    let vmsync = VmsyncCommand::new().env("VMSYNC_CONFIG", "by variable.yaml");
    vmsync
        .run(&["config", "init"])
        .assert_code(0)
        .assert_stdout("wrote by variable.yaml,")
        .assert_stdout("\n    vmsync check\n");
    vmsync
        .run(&["config", "init", "-c", "by option.yaml"])
        .assert_code(0)
        .assert_stdout("\n    vmsync check --config 'by option.yaml'\n");
    let names = ["by variable.yaml", "by option.yaml"].map(|name| vmsync.home().join(name).exists());
    assert_eq!(names, [true, true]);
}

#[test]
fn without_a_file_every_command_names_the_places_and_init() {
    let vmsync = VmsyncCommand::new();
    for command in [&["config", "show"][..], &["config", "validate"], &["diff"], &["check"]] {
        let output = vmsync.run(command);
        output.assert_code(78).assert_told(
            "failed to find a configuration file; looked at: --config (not given), $VMSYNC_CONFIG (not set), \
             $CONFIG_FILE (not set), ./sync.yaml, /etc/vmsync/sync.yaml\n\
             hint: name the file with --config FILE, or let `vmsync config init` write one\n",
        );
        assert_eq!(output.stdout, "");
    }
}

#[test]
fn validate_says_what_it_has_read_and_all_that_is_wrong() {
    let vmsync = site().env("VMSYNC_SYNC_TIMEOUT", "9s").env("VMSYNC_SINC_TIMEOUT", "9s");
    let valid = vmsync.run(&["config", "validate"]);
    valid.assert_code(0);
    assert_eq!(
        valid.stdout.replace(&vmsync.state().display().to_string(), "STATE"),
        "ok: the configuration is valid\n\
         read           sync.yaml, $VMSYNC_SYNC_TIMEOUT\n\
         sources        esx1.example.org\n\
         documents      STATE/vmsync/vmsync.db\n\
         sessions       redis://localhost:6379/0\n\
         warning        $VMSYNC_SINC_TIMEOUT sets nothing that vmsync knows; did you mean\n               \
                        $VMSYNC_SYNC_TIMEOUT?\n"
    );
    let wrong = vmsync
        .env("VMSYNC_SYNC_DEADLINE", "soon")
        .env("VMSYNC_STORE_SQLITE", "a.db");
    wrong.write("sync.yaml", format!("{YAML}mongodb: {{host: h, prot: 1}}\n"));
    let refused = wrong.run(&["config", "validate"]);
    refused.assert_code(78);
    assert_eq!(refused.stdout, "");
    let told = refused.told();
    let places: Vec<_> = told.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    let by_variable = told.lines().filter(|line| line.starts_with("$VMSYNC_")).count();
    assert_eq!((places[0], by_variable), ("sync.yaml:7:20", 2), "{refused}");
    refused
        .assert_told("mongodb.prot: unknown key; accepted: ")
        .assert_told("did you mean 'port'?\n")
        .assert_told("\n$VMSYNC_STORE_SQLITE: store.sqlite: stands together with mongodb (sync.yaml:7:10), and ")
        .assert_told("\n$VMSYNC_SYNC_DEADLINE: sync.deadline: not a time; accepted: seconds as a number, ");
}

#[test]
fn show_tells_of_each_value_where_it_comes_from() {
    let vmsync = site()
        .env("VMSYNC_SYNC_TIMEOUT", "9s")
        .env("VMSYNC_REDIS_PASSWORD", "s3cret of the environment");
    let output = vmsync.run(&["config", "show"]);
    output.assert_code(0).assert_nowhere("s3cret");
    assert_eq!(output.stderr, "", "{output}");
    let words = |key| line_of(&output, key).split_whitespace().collect::<Vec<_>>();
    assert_eq!(words("host"), ["host", "esx1.example.org", "sync.yaml:2:11"]);
    assert_eq!(words("interval"), ["interval", "5m", "sync.yaml:6:18"]);
    assert_eq!(words("timeout"), ["timeout", "9s", "$VMSYNC_SYNC_TIMEOUT"]);
    assert_eq!(words("deadline"), ["deadline", "10m", "default"]);
    let file = vmsync.home().join("esx1.password");
    output.assert_stdout(&format!("{} (sync.yaml:4:20)", file.display()));
    output.assert_stdout("(secret)                      $VMSYNC_REDIS_PASSWORD\n");
    output.assert_stdout("\nmongodb\n  not set: SQLite at store.sqlite\n");
    assert!(
        output
            .stdout
            .lines()
            .all(|line| line.chars().count() <= 80 || line.contains("/esx1.password"))
    );
}

#[test]
fn show_does_without_a_secret_that_is_absent_and_a_pass_does_not() {
    let vmsync = site();
    fs::remove_file(vmsync.home().join("esx1.password")).expect("it was there");
    let shown = vmsync.run(&["config", "show", "--format", "json"]);
    shown
        .assert_code(0)
        .assert_report("/schema", "vmsync.config/1")
        .assert_report("/file", "sync.yaml");
    let report = shown.json();
    let settings = report["settings"].as_array().expect("a list");
    let of = |key: &str| settings.iter().find(|setting| setting["key"] == key).expect("the key");
    assert_eq!(
        of("esxi_hosts[0].password")["secret"],
        json!({
            "id": "source.esx1.example.org.password", "from": "missing", "name": Value::Null,
            "trouble": "the file named here does not exist",
        })
    );
    assert_eq!(of("esxi_hosts[0].password")["at"], "sync.yaml:4:20");
    assert_eq!(of("endpoints")["without"], "nobody is notified of renames");
    vmsync.run(&["diff"]).assert_code(78);
    let credentials = vmsync.write("credentials/source.esx1.example.org.password", "s3cret");
    let vmsync = vmsync.env(
        "CREDENTIALS_DIRECTORY",
        credentials.parent().expect("a directory").to_string_lossy(),
    );
    let shown = vmsync.run(&["config", "show"]);
    shown
        .assert_nowhere("s3cret")
        .assert_stdout("credential source.esx1.example.org.password");
    vmsync.run(&["config", "validate"]).assert_code(0);
}

#[test]
fn a_variable_holds_for_every_command_and_wrong_ones_end_it() {
    let vmsync = site().env("VMSYNC_SYNC_INTERVAL", "0");
    for command in [&["sync", "all"][..], &["status"], &["check"]] {
        vmsync
            .run(command)
            .assert_code(78)
            .assert_told("error: $VMSYNC_SYNC_INTERVAL: sync.interval: 0 is out of range; accepted: ");
    }
    let vmsync = site().env("VMSYNC_STORE_SQLITE", "there.db");
    vmsync.write("there.db", "this is no database");
    vmsync.run(&["status"]).assert_code(69).assert_told("/there.db");
}

#[test]
fn what_is_told_of_a_file_that_others_can_read_goes_to_stderr() {
    let vmsync = site();
    fs::set_permissions(vmsync.home().join("esx1.password"), Permissions::from_mode(0o644)).expect("ours");
    let shown = vmsync.run(&["config", "show"]);
    shown
        .assert_code(0)
        .assert_told("the secret's file can be read by every user; chmod o-rwx");
    assert_eq!(vmsync.run(&["config", "show", "-q"]).stderr, "");
}
