//! What is wrong with a configuration, in words for the operator who wrote it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{Note, NoteLevel, Place};

/// A file that is no configuration at all may have a problem on every line.
const MAX_SHOWN: usize = 100;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No file was named, and none lies where it is looked for.
    #[error(
        "failed to find a configuration file; looked at: {}\nhint: name the file with --config FILE, or let `vmsync config init` write one",
        looked_at.join(", ")
    )]
    NotFound {
        /// In the order in which they were tried.
        looked_at: Vec<String>,
    },
    /// The file cannot be read.
    #[error(
        "failed to read the configuration {}{}: {source}\nhint: {}",
        path.display(), asked(asked_by.as_deref()), remedy(source.kind())
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Flag or variable that named it.
        asked_by: Option<String>,
        /// What the system said.
        source: io::Error,
    },
    /// The file is larger than any configuration.
    #[error(
        "failed to read the configuration {}: it is larger than {limit} bytes\nhint: name vmsync's own file with --config FILE",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// The file was read, and this is wrong with it or with what lies over it; never empty, in the order of the file.
    #[error("{}", invalid(problems))]
    Invalid {
        /// All of them.
        problems: Vec<Problem>,
    },
}

fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => "run vmsync as the user that the file is for, or let this user read it",
        _ => "name a file that is there with --config FILE",
    }
}

fn asked(by: Option<&str>) -> String {
    by.map(|by| format!(" (named by {by})")).unwrap_or_default()
}

fn invalid(problems: &[Problem]) -> String {
    let mut lines: Vec<String> = problems.iter().take(MAX_SHOWN).map(Problem::to_string).collect();
    if problems.len() > MAX_SHOWN {
        lines.push(format!("and {} more", problems.len() - MAX_SHOWN));
    }
    format!("{}\nhint: {}", lines.join("\n"), hints(problems).join("; "))
}

/// Who knows them all.
const ABOUT_KEYS: &str = "examples/sync.yaml in vmsync's sources explains every key, and `vmsync config init --config NEW_FILE` \
                          writes a configuration to begin with";

/// Each once, that about keys last.
fn hints(problems: &[Problem]) -> Vec<&str> {
    let mut hints: Vec<&str> = Vec::new();
    for hint in problems.iter().filter_map(|problem| problem.hint.as_deref()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    let is_about_keys = |problem: &Problem| problem.hint.is_none();
    hints.extend(problems.iter().any(is_about_keys).then_some(ABOUT_KEYS));
    hints
}

/// One thing that is wrong with the file or a layer over it. Its text never shows the value of a secret, nor a line of
/// the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: PathBuf,
    /// Where it is in it, or which layer over it is wrong.
    pub place: Place,
    /// Path of the key (`esxi_hosts[0].port`); empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub accepted: Option<String>,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// What to do about it; none if it is a matter of keys and values, which are explained elsewhere.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place.of(&self.file))?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.what)?;
        if let Some(accepted) = &self.accepted {
            write!(f, "; accepted: {accepted}")?;
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean '{suggestion}'?"),
            None => Ok(()),
        }
    }
}

/// What is wrong with one value, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub what: String,
    pub accepted: Option<String>,
    pub suggestion: Option<String>,
    pub hint: Option<String>,
}

impl Flaw {
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            accepted: None,
            suggestion: None,
            hint: None,
        }
    }

    pub fn accepting(self, accepted: impl Into<String>) -> Self {
        Self {
            accepted: Some(accepted.into()),
            ..self
        }
    }

    pub fn suggesting(self, suggestion: Option<String>) -> Self {
        Self { suggestion, ..self }
    }

    /// What to do, instead of the words about keys.
    pub fn hinting(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// All that the stages have found so far.
pub(super) struct Findings {
    file: PathBuf,
    problems: Vec<Problem>,
    absences: Vec<Problem>,
    pub notes: Vec<Note>,
    /// Whether a secret stands in the file itself, which then must not be open to others.
    pub inline_secret: bool,
}

impl Findings {
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            problems: Vec::new(),
            absences: Vec::new(),
            notes: Vec::new(),
            inline_secret: false,
        }
    }

    pub fn problem(&mut self, at: Place, key: &str, flaw: Flaw) {
        let Flaw {
            what,
            accepted,
            suggestion,
            hint,
        } = flaw;
        self.problems.push(Problem {
            file: self.file.clone(),
            place: at,
            key: key.to_owned(),
            what,
            accepted,
            suggestion,
            hint,
        });
    }

    /// A secret that is not to be had now: a problem for whoever needs it.
    pub fn absence(&mut self, at: Place, key: &str, flaw: Flaw) {
        self.problem(at, key, flaw);
        self.absences.extend(self.problems.pop());
    }

    /// From here on each absence is a problem.
    pub fn insist_on_secrets(&mut self) {
        self.problems.append(&mut self.absences);
    }

    /// From here on each absence in this section is a problem.
    pub fn insist_on_secrets_of(&mut self, section: &str) {
        let is_in = |key: &str| {
            key.strip_prefix(section)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let of_section = self.absences.extract_if(.., |absence| is_in(&absence.key));
        self.problems.extend(of_section);
    }

    /// A remark on what stands at a place of the file.
    pub fn note_at(&mut self, at: Place, key: &str, level: NoteLevel, text: &str) {
        let text = format!("{}: {key}: {text}", at.of(&self.file));
        self.note(level, text);
    }

    pub fn note(&mut self, level: NoteLevel, text: String) {
        self.notes.push(Note {
            level,
            is_of_connections: false,
            text,
        });
    }

    /// A warning for whatever connects to the sources.
    pub fn warn_of_connections(&mut self, text: String) {
        self.notes.push(Note {
            level: NoteLevel::Warning,
            is_of_connections: true,
            text,
        });
    }

    pub fn file(&self) -> &std::path::Path {
        &self.file
    }

    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub fn into_error(mut self) -> ConfigError {
        self.problems.sort_by_key(|problem| problem.place);
        ConfigError::Invalid {
            problems: self.problems,
        }
    }
}
