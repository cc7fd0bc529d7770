//! What `vmsync config init` writes, and where.

use std::path::{Path, PathBuf};

use super::Environment;
use super::locate::{IN_CURRENT_DIR, asked_for};

/// A configuration that is right once it has a host and a login of its own.
pub const TEMPLATE: &str = include_str!("template.yaml");

/// The file that `--config` or a variable names, else the first place that is looked at.
#[must_use]
pub fn place_to_write(explicit: Option<&Path>, env: &dyn Environment) -> PathBuf {
    asked_for(explicit, env).map_or_else(|| IN_CURRENT_DIR.into(), |located| located.path)
}
