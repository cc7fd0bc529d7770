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
    #[error("failed to read the configuration {}{}: {source}", path.display(), asked(asked_by.as_deref()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Flag or variable that named it.
        asked_by: Option<String>,
        /// What the system said.
        source: io::Error,
    },
    /// The file is larger than any configuration.
    #[error("failed to read the configuration {}: it is larger than {limit} bytes", path.display())]
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

fn asked(by: Option<&str>) -> String {
    by.map(|by| format!(" (named by {by})")).unwrap_or_default()
}

fn invalid(problems: &[Problem]) -> String {
    let mut lines: Vec<String> = problems.iter().take(MAX_SHOWN).map(Problem::to_string).collect();
    if problems.len() > MAX_SHOWN {
        lines.push(format!("and {} more", problems.len() - MAX_SHOWN));
    }
    let is_syntax = |problem: &Problem| problem.key.is_empty() && problem.accepted.is_none();
    let hint = if problems.iter().any(is_syntax) {
        "put a value into quotes if it holds any of : # @ ` & * ! % { [ or begins or ends with a space"
    } else {
        "examples/sync.yaml lists every key with its default"
    };
    format!("{}\nhint: {hint}", lines.join("\n"))
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
}

impl Flaw {
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            accepted: None,
            suggestion: None,
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
        } = flaw;
        self.problems.push(Problem {
            file: self.file.clone(),
            place: at,
            key: key.to_owned(),
            what,
            accepted,
            suggestion,
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

    /// A remark on what stands at a place of the file.
    pub fn note_at(&mut self, at: Place, key: &str, level: NoteLevel, text: &str) {
        let text = format!("{}: {key}: {text}", at.of(&self.file));
        self.note(level, text);
    }

    pub fn note(&mut self, level: NoteLevel, text: String) {
        self.notes.push(Note { level, text });
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
