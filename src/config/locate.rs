//! Where the configuration file is.

use std::path::{Path, PathBuf};

use super::{ConfigError, Environment};

pub(super) const IN_CURRENT_DIR: &str = "sync.yaml";
const IN_ETC: &str = "/etc/vmsync/sync.yaml";
const VARIABLES: [&str; 2] = ["VMSYNC_CONFIG", "CONFIG_FILE"];

/// A file that is to be read, and who asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// As it was written; relative to the current directory.
    pub path: PathBuf,
    /// `--config`, `$VMSYNC_CONFIG`, …; `None` for the places that are looked at unasked.
    pub asked_by: Option<String>,
}

/// The first that is given or exists. A file that somebody asked for need not exist here: reading it will tell.
pub(super) fn locate(explicit: Option<&Path>, env: &dyn Environment) -> Result<Located, ConfigError> {
    asked_for(explicit, env)
        .or_else(|| found(env))
        .ok_or_else(|| ConfigError::NotFound { looked_at: places() })
}

/// The file that somebody names.
pub(super) fn asked_for(explicit: Option<&Path>, env: &dyn Environment) -> Option<Located> {
    let by_flag = || {
        explicit.map(|path| Located {
            path: path.to_owned(),
            asked_by: Some("--config".to_owned()),
        })
    };
    let by_variable = |name: &&str| {
        env.filled_var(name).map(|path| Located {
            path: path.into(),
            asked_by: Some(format!("${name}")),
        })
    };
    by_flag().or_else(|| VARIABLES.iter().find_map(by_variable))
}

fn found(env: &dyn Environment) -> Option<Located> {
    // A place that may not be looked into counts as found: reading it gives the reason.
    let exists = |path: &&str| env.current_dir().join(path).try_exists().unwrap_or(true);
    let path = [IN_CURRENT_DIR, IN_ETC].into_iter().find(|path| exists(path))?;
    Some(Located {
        path: PathBuf::from(path),
        asked_by: None,
    })
}

fn places() -> Vec<String> {
    let variables = VARIABLES.iter().map(|name| format!("${name} (not set)"));
    let files = [format!("./{IN_CURRENT_DIR}"), IN_ETC.to_owned()];
    std::iter::once("--config (not given)".to_owned())
        .chain(variables)
        .chain(files)
        .collect()
}
