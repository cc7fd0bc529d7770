//! Every file in examples/ is read the way it will be: none may be there that nothing looks at.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use jiff::tz::TimeZone;
use vmsync::cli::Cli;
use vmsync::config::{Config, Environment, Request};

use super::project;

#[test]
fn every_example_is_looked_at() {
    for path in walk(&project().join("examples")) {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        let folder = path
            .parent()
            .and_then(Path::file_name)
            .and_then(|folder| folder.to_str());
        match (folder, name.rsplit_once('.')) {
            (Some("cron"), _) if name == "vmsync-export" => assert_crontab(&text, "export"),
            (Some("cron"), _) => assert_crontab(&text, "sync all"),
            // The compiler reads the one, the tests of units, package, containers and metrics the others.
            (_, Some((_, "rs"))) | (Some("systemd" | "debian" | "kubernetes" | "prometheus"), _) => {}
            (_, None) if name == "Containerfile" => {}
            (_, Some((_, "yaml"))) => assert_configures(name, &text),
            (_, Some((_, "json"))) => drop(serde_json::from_str::<serde_json::Value>(&text).expect(name)),
            // Run by a test of its own.
            (_, Some((_, "sh"))) => assert_eq!(name, "smoke.sh"),
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
struct Machine(tempfile::TempDir);

impl Environment for Machine {
    fn var(&self, _: &str) -> Option<OsString> {
        None
    }

    fn names(&self) -> Vec<OsString> {
        Vec::new()
    }

    fn current_dir(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn is_root(&self) -> bool {
        true
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

fn assert_configures(name: &str, text: &str) {
    let machine = Machine(tempfile::tempdir().expect("a temporary directory"));
    let secrets = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    for (_, file) in secrets.filter_map(|line| line.split_once("_file: ")) {
        fs::write(machine.0.path().join(file.trim()), "secret\n").expect("a file below the home");
    }
    let path = machine.0.path().join(name);
    fs::write(&path, text).expect("a file below the home");
    let config = Config::load(&Request::file(&path), &machine).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!config.sources.is_empty(), "{name}");
}

/// Five fields of time, a user, a command; see crontab(5).
fn assert_crontab(text: &str, command: &str) {
    let is_entry = |line: &&str| line.starts_with(|c: char| c == '*' || c.is_ascii_digit());
    let entries: Vec<_> = text.lines().filter(is_entry).collect();
    assert_eq!(entries.len(), 1, "{text}");
    let words: Vec<_> = entries[0].split_whitespace().skip(6).collect();
    let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cli.command.words(), command);
}
