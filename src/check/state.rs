//! Where the lock file is kept, by which a pass knows that the one before it was killed.

use std::path::Path;

use super::model::Findings;
use crate::access::{barrier, may_write};
use crate::config::{Config, StoreConfig};
use crate::run::lock_file;

const ITEM: &str = "state directory";
const WITHOUT: &str = "if a pass is killed, the next one waits a minute";

/// `store` is its address, if it can be used. Beside an embedded store the rights of the store tell the same.
pub(super) fn check_state(config: &Config, store: Option<&str>, findings: &mut Findings) {
    if matches!(config.store, StoreConfig::Sqlite { .. }) {
        return;
    }
    let Some(directory) = &config.state_dir else {
        let hint = "set $XDG_STATE_HOME to a directory of this user";
        let detail = format!("unknown, as $XDG_STATE_HOME and $HOME are not set; {WITHOUT}");
        return findings.warn(ITEM, detail, hint);
    };
    match obstacle(directory, store) {
        None => findings.ok(ITEM, directory.display().to_string()),
        Some(obstacle) => findings.warn(
            ITEM,
            format!("{obstacle}; {WITHOUT}"),
            "let this user write there, or set $XDG_STATE_HOME to a directory of this user",
        ),
    }
}

/// What a pass would meet that opens the lock file.
fn obstacle(directory: &Path, store: Option<&str>) -> Option<String> {
    // Of an unknown store it is one that is not there.
    let lock = lock_file(directory, store.unwrap_or_default());
    if lock.exists() {
        return (!may_write(&lock)).then(|| format!("{} cannot be written by this user", lock.display()));
    }
    let barrier = barrier(&lock)?.display();
    let directory = directory.display();
    Some(format!(
        "no lock file can be made in {directory}, as this user cannot write to {barrier}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_can_be_made_is_no_obstacle_and_a_file_in_its_place_is() {
        let home = tempfile::tempdir().expect("a directory");
        assert_eq!(obstacle(home.path(), Some("mongodb://h")), None);
        let directory = home.path().join("state/vmsync");
        assert_eq!(obstacle(&directory, None), None);
        assert!(!directory.exists(), "nothing is made");
        std::fs::write(home.path().join("state"), "").expect("ours");
        let told = obstacle(&directory, None).expect("an obstacle");
        let home = home.path().display();
        assert_eq!(
            told,
            format!("no lock file can be made in {home}/state/vmsync, as this user cannot write to {home}/state")
        );
    }
}
