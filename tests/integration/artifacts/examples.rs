//! Every file in examples/ is read the way it will be: none may be there that nothing looks at.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use jiff::tz::TimeZone;
use vmsync::cli::{Cli, parse_duration};
use vmsync::config::{Config, Environment, Presence, Request, all_keys};

use super::project;

#[test]
fn every_example_is_looked_at() {
    for path in walk(&project().join("examples")) {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        match name.rsplit_once('.') {
            // promtool reads them in `metrics`.
            Some((_, "yaml")) if path.parent().is_some_and(|parent| parent.ends_with("prometheus")) => {}
            Some((_, "yaml")) => assert_configures(name, &text),
            Some((_, "json")) => drop(serde_json::from_str::<serde_json::Value>(&text).expect(name)),
            Some((_, kind @ ("service" | "timer"))) => assert_unit(name, kind, &text),
            // The compiler reads it.
            Some((_, "rs")) => {}
            // Run by a test of its own.
            Some((_, "sh")) => assert_eq!(name, "smoke.sh"),
            _ if path.parent().is_some_and(|parent| parent.ends_with("cron")) => assert_crontab(&text),
            _ => panic!("no test reads {}", path.display()),
        }
    }
}

fn walk(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of the checkout");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

/// A machine with nothing but the files that the example names.
struct Machine {
    home: tempfile::TempDir,
    variables: HashMap<&'static str, OsString>,
}

impl Environment for Machine {
    fn var(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }

    fn names(&self) -> Vec<OsString> {
        Vec::new()
    }

    fn current_dir(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    fn is_root(&self) -> bool {
        true
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

fn machine(credentials: &[String]) -> Machine {
    let home = tempfile::tempdir().expect("a temporary directory");
    let directory = home.path().join("credentials");
    fs::create_dir(&directory).expect("a directory");
    for id in credentials {
        fs::write(directory.join(id), "secret\n").expect("a credential");
    }
    let variables = HashMap::from([("CREDENTIALS_DIRECTORY", directory.into())]);
    Machine { home, variables }
}

fn assert_configures(name: &str, text: &str) {
    let machine = machine(&[]);
    let secrets = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    for (_, file) in secrets.filter_map(|line| line.split_once("_file: ")) {
        fs::write(machine.home.path().join(file.trim()), "secret\n").expect("a file below the home");
    }
    let path = machine.home.path().join(name);
    fs::write(&path, text).expect("a file below the home");
    let config = Config::load(&Request::file(&path), &machine).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!config.sources.is_empty(), "{name}");
}

const KEYS: [(&str, &str); 4] = [
    ("Unit", "Description Documentation Wants After OnFailure"),
    (
        "Service",
        "Type ExecStart SuccessExitStatus TimeoutStartSec LoadCredential DynamicUser StateDirectory \
         StateDirectoryMode Environment UMask CapabilityBoundingSet LockPersonality MemoryDenyWriteExecute \
         NoNewPrivileges PrivateDevices PrivateTmp PrivateUsers ProcSubset ProtectClock ProtectControlGroups ProtectHome \
         ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem \
         RemoveIPC RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID \
         SystemCallArchitectures SystemCallErrorNumber SystemCallFilter ReadWritePaths SupplementaryGroups",
    ),
    ("Timer", "OnActiveSec OnUnitActiveSec AccuracySec RandomizedDelaySec"),
    ("Install", "WantedBy"),
];

/// `Section.Key` with all its values; see systemd.syntax(7). Lines that are commented out count too, if they are one.
fn read_unit(name: &str, text: &str) -> BTreeMap<String, Vec<String>> {
    let mut section = "";
    let mut values = BTreeMap::<String, Vec<String>>::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#")
    {
        if let Some(opened) = line.strip_prefix('[') {
            section = opened.strip_suffix(']').expect("a section is closed");
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{name}: {line}"));
        let known = KEYS
            .iter()
            .find(|(known, _)| *known == section)
            .map_or("", |(_, keys)| keys);
        let plain = key.trim_start_matches('#');
        assert!(
            known.split(' ').any(|known| known == plain),
            "{name}: [{section}] {plain}"
        );
        values
            .entry(format!("{section}.{key}"))
            .or_default()
            .push(value.to_owned());
    }
    values
}

fn assert_unit(name: &str, kind: &str, text: &str) {
    let unit = read_unit(name, text);
    let one = |key: &str| match unit.get(key).map(Vec::as_slice) {
        Some([value]) => value.as_str(),
        other => panic!("{name}: {key}: {other:?}"),
    };
    let seconds = |key: &str| parse_duration(one(key)).expect(key).as_secs();
    if kind == "timer" {
        assert_eq!((seconds("Timer.OnActiveSec"), seconds("Timer.AccuracySec")), (0, 1));
        assert_eq!(seconds("Timer.OnUnitActiveSec"), default_of("sync.interval"));
        return;
    }
    let command: Vec<_> = one("Service.ExecStart").split(' ').collect();
    let cli = Cli::try_parse_from(command).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(cli.command.words(), "sync all");
    assert_eq!(seconds("Service.TimeoutStartSec"), default_of("sync.deadline") + 60);
    assert_eq!(one("Service.SuccessExitStatus"), "75");
    assert!(unit.contains_key("Unit.#OnFailure"), "{name}: an example of OnFailure");
    assert_credentials(&unit["Service.LoadCredential"]);
    assert_eq!(one("Service.Environment"), "XDG_STATE_HOME=/var/lib");
    assert_eq!(one("Service.StateDirectory"), "vmsync");
}

/// With them, and no other secret, a source can be logged in to.
fn assert_credentials(lines: &[String]) {
    let ids: Vec<_> = lines
        .iter()
        .map(|line| line.split(':').next().expect("an id").to_owned())
        .collect();
    let machine = machine(&ids);
    let path = machine.home.path().join("sync.yaml");
    fs::write(
        &path,
        "esxi_hosts: [{name: esx1, host: esx1.example.org, username: vmsync}]\n",
    )
    .expect("a file");
    Config::load(&Request::file(&path), &machine).unwrap_or_else(|error| panic!("{error}"));
}

fn default_of(path: &str) -> u64 {
    let keys = all_keys();
    let key = keys
        .iter()
        .find(|key| key.path == path)
        .expect("a key of the configuration");
    match key.key.presence {
        Presence::Default(value) => value.parse().expect("seconds"),
        other => panic!("{path}: {other:?}"),
    }
}

/// Five fields of time, a user, a command; see crontab(5).
fn assert_crontab(text: &str) {
    let is_entry = |line: &&str| line.starts_with(|c: char| c == '*' || c.is_ascii_digit());
    let entries: Vec<_> = text.lines().filter(is_entry).collect();
    assert_eq!(entries.len(), 1, "{text}");
    let words: Vec<_> = entries[0].split_whitespace().skip(6).collect();
    let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cli.command.words(), "sync all");
}
