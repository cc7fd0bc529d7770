//! Where the servers are: what `./tests/run` exports, what it left below target/tests, or PATH.

use std::env;
use std::path::{Path, PathBuf};

/// The binary named by `variable`, else `name` in target/tests/bin, else in PATH.
pub fn find_binary(variable: &str, name: &str) -> PathBuf {
    env::var_os(variable)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .or_else(|| search(name))
        .filter(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!("{name} is missing: run ./tests/run: it provisions the servers of the tests, or says how to (or set {variable})")
        })
}

/// Whether the long versions of the loops were asked for (`./tests/run nightly`).
pub fn is_nightly() -> bool {
    env::var_os("VMSYNC_TEST_NIGHTLY").is_some_and(|value| value == "1")
}

fn search(name: &str) -> Option<PathBuf> {
    let provisioned = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut directories = std::iter::once(provisioned).chain(env::split_paths(&path));
    directories.find_map(|directory| Some(directory.join(name)).filter(|candidate| candidate.is_file()))
}
