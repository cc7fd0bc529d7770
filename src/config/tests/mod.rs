//! The configuration from outside: files in a directory, an environment made for the test.

mod bad;
mod example;
mod good;
mod layers;
mod leaks;
mod places;
mod robustness;
mod secrets;
mod shown;
mod survey;
mod template;

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{Config, ConfigError, Environment, Request};

/// A directory with the configuration and its files, and the variables of a process in it.
struct World {
    directory: tempfile::TempDir,
    variables: HashMap<String, OsString>,
    is_root: bool,
}

impl World {
    fn new() -> Self {
        let variables = HashMap::from([("HOME".to_owned(), OsString::from("/home/operator"))]);
        Self {
            directory: tempfile::tempdir().unwrap(),
            variables,
            is_root: false,
        }
    }

    fn with_var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    fn without_var(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    fn with_file(self, name: &str, content: &str, mode: u32) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn with_yaml(self, yaml: &str) -> Self {
        self.with_file("sync.yaml", yaml, 0o600)
    }

    /// Files below `credentials/`, the way systemd hands them over.
    fn with_credential(self, id: &str, content: &str) -> Self {
        let directory = self.path("credentials");
        self.with_file(&format!("credentials/{id}"), content, 0o400)
            .with_var("CREDENTIALS_DIRECTORY", directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&Request::file(Path::new("sync.yaml")), self)
    }

    fn config(&self) -> Config {
        self.load().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The error's lines without its hint.
    fn problems(&self) -> String {
        let text = self.load().err().expect("a refusal").to_string();
        text.rsplit_once("\nhint: ").expect("a hint").0.to_owned()
    }
}

impl Environment for World {
    fn var(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }

    fn names(&self) -> Vec<OsString> {
        self.variables.keys().map(OsString::from).collect()
    }

    fn current_dir(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    fn is_root(&self) -> bool {
        self.is_root
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }
}

/// The shortest right configuration, and more.
fn with_source(more: &str) -> String {
    format!("esxi_hosts:\n  - {{host: esx1, username: u, password: p}}\n{more}")
}

/// The texts of all notes.
fn notes(config: &Config) -> Vec<&str> {
    config.notes.iter().map(|note| note.text.as_str()).collect()
}
