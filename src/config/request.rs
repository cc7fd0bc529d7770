//! What the command line says of the configuration.

use std::path::Path;

/// Which file to read, and what the options of the command line set in its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The file of `--config`.
    pub file: Option<&'a Path>,
    /// What lies over file and environment.
    pub overrides: &'a [Override],
}

impl<'a> Request<'a> {
    /// This file, and no option besides.
    #[must_use]
    pub const fn file(path: &'a Path) -> Self {
        Self {
            file: Some(path),
            overrides: &[],
        }
    }
}

/// An option that stands for a key of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// As it is written, with its dashes.
    pub flag: &'static str,
    /// Path of the key (`sync.interval`); one that has a variable too.
    pub key: &'static str,
    /// What was given.
    pub value: String,
}
