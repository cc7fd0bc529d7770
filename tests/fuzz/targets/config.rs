//! Configurations: any text is one, or is refused with places and without its secrets.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_yaml::Value;
use vmsync::config::{Config, ConfigError, Environment, Place, Request};

/// Stands for a secret: in the variable `SECRET`, in the file `secret`, and wherever the text has it.
pub const SECRET: &str = "Zq7hunter";

/// Keys whose value is a secret, or holds one.
const SECRET_KEYS: [&str; 3] = ["password", "uri", "url"];

thread_local! {
    /// One for all texts of a thread: a directory for each would be most of the work.
    static HERE: Here = Here::new();
}

/// Loads the text as `sync.yaml`, and checks what must hold of any.
///
/// # Panics
/// A property does not hold.
pub fn check(text: &[u8]) {
    HERE.with(|here| {
        std::fs::write(here.directory.path().join("sync.yaml"), text).expect("the file can be written");
        let told = match Config::load(&Request::file(Path::new("sync.yaml")), here) {
            Ok(config) => config
                .notes
                .into_iter()
                .map(|note| note.text)
                .collect::<Vec<_>>()
                .join("\n"),
            Err(error) => {
                check_places(&error, text);
                format!("{error}\n{error:?}")
            }
        };
        if is_secret(text) {
            assert!(!told.contains(SECRET), "{told}");
        }
    });
}

fn check_places(error: &ConfigError, text: &[u8]) {
    let ConfigError::Invalid { problems } = error else {
        panic!("the file is there and small: {error}");
    };
    assert!(!problems.is_empty(), "refused without a reason");
    let breaks = String::from_utf8_lossy(text)
        .chars()
        .filter(|c| "\n\r\u{85}\u{2028}\u{2029}".contains(*c))
        .count();
    for problem in problems {
        assert_eq!(problem.file, Path::new("sync.yaml"));
        let Place::File { line, column } = problem.place else {
            panic!("there are no layers over the file: {problem}");
        };
        assert!((1..=breaks + 2).contains(&line), "{problem}");
        assert!((1..=text.len() + 2).contains(&column), "{problem}");
        assert!(!problem.what.is_empty());
    }
    assert!(problems.is_sorted_by_key(|problem| problem.place));
}

/// Whether whatever the text says of [`SECRET`] is a secret: it has none, or one, as the value of such a key.
fn is_secret(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    match text.matches(SECRET).count() {
        0 => true,
        1 => {
            serde_yaml::from_str::<Value>(&text).map_or_else(|_| is_secret_in_line(&text), |value| holds_secret(&value))
        }
        _ => false,
    }
}

fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Mapping(entries) => entries.iter().any(|(key, value)| {
            let is_secret_key = key.as_str().is_some_and(|key| SECRET_KEYS.contains(&key));
            holds_secret(value) || is_secret_key && value.as_str().is_some_and(|text| text.contains(SECRET))
        }),
        Value::Sequence(items) => items.iter().any(holds_secret),
        _ => false,
    }
}

/// Of a text that is no YAML: the last key before it on its line says. Quotes and blocks could make a text of the key.
fn is_secret_in_line(text: &str) -> bool {
    let before = text.split(SECRET).next().unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let key = line
        .rsplit_once(": ")
        .map(|(key, _)| key.rsplit([' ', '{', ',']).next());
    let is_plain = !before.contains(['"', '\'', '|', '>', '#', '?', '&', '*', '!', '%']);
    is_plain && key.flatten().is_some_and(|key| SECRET_KEYS.contains(&key))
}

/// A process with a directory of its own.
struct Here {
    directory: tempfile::TempDir,
}

impl Here {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(directory.path().join("secret"), SECRET).expect("the file can be written");
        Self { directory }
    }
}

impl Environment for Here {
    fn var(&self, name: &str) -> Option<OsString> {
        match name {
            "HOME" => Some("/home/operator".into()),
            "SECRET" => Some(SECRET.into()),
            _ => None,
        }
    }

    fn names(&self) -> Vec<OsString> {
        ["HOME", "SECRET"].map(OsString::from).into()
    }

    fn current_dir(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    fn is_root(&self) -> bool {
        false
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}
