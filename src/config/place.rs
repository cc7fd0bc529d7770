//! Where a value comes from.

use std::path::{Path, PathBuf};

/// The layer that a value stands in, and where in it. A later one lies over an earlier one, but for the defaults, which
/// lie beneath all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The configuration file.
    File {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// An environment variable: `VMSYNC_…`.
    Variable(&'static str),
    /// An option of the command line: `--…`.
    Flag(&'static str),
    /// Nowhere: it is what holds by itself.
    Default,
}

impl Place {
    /// Where the file begins.
    pub(super) const START: Self = Self::File { line: 1, column: 1 };

    /// Whether both are of one layer.
    pub(super) fn is_beside(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// In words, in a configuration that is read from this file: `sync.yaml:3:5`, `$VMSYNC_SYNC_INTERVAL`.
    #[must_use]
    pub fn of(self, file: &Path) -> String {
        match self {
            Self::File { line, column } => format!("{}:{line}:{column}", file.display()),
            Self::Variable(name) => format!("${name}"),
            Self::Flag(name) => name.to_owned(),
            Self::Default => "default".to_owned(),
        }
    }
}

/// Where relative paths start.
pub(super) struct Directories {
    /// Of those in the file: its own directory.
    pub of_file: PathBuf,
    /// Of those in variables and options: where the process is.
    pub of_process: PathBuf,
}

impl Directories {
    pub fn start_of(&self, place: Place) -> &Path {
        match place {
            Place::File { .. } | Place::Default => &self.of_file,
            Place::Variable(_) | Place::Flag(_) => &self.of_process,
        }
    }

    pub fn join(&self, place: Place, path: &str) -> PathBuf {
        self.start_of(place).join(path)
    }
}
