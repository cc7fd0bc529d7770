//! What `vmsync --version` prints: the version, and in a release build of a git checkout the commit.
//!
//! Files are read and nothing is run, so nothing here can fail. A development build has no commit, as each commit would
//! compile everything again.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = is_release.then(|| commit(Path::new("."))).flatten();
    let version = env!("CARGO_PKG_VERSION");
    let text = commit.map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=VMSYNC_VERSION={text}");
}

/// The first digits of the commit that is checked out; see gitrepository-layout(5).
fn commit(root: &Path) -> Option<String> {
    let directory = git_directory(root)?;
    let head = fs::read_to_string(directory.join("HEAD")).ok()?;
    // A file that is not there would run this again at every build.
    for name in ["HEAD", "logs/HEAD"] {
        let path = directory.join(name);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    let hash = match head.trim().strip_prefix("ref: ") {
        Some(name) => resolve(&directory, name)?,
        None => head.trim().to_owned(),
    };
    let is_hash = hash.len() >= 40 && hash.chars().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| hash[..10].to_owned())
}

/// `.git`, or where it points in a worktree.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let path = root.join(".git");
    if path.is_dir() {
        return Some(path);
    }
    let text = fs::read_to_string(&path).ok()?;
    Some(root.join(text.strip_prefix("gitdir: ")?.trim()))
}

/// A branch's commit: in a file of its own, or in the list of packed ones.
fn resolve(directory: &Path, name: &str) -> Option<String> {
    let common = fs::read_to_string(directory.join("commondir"));
    let common = common.map_or_else(|_| directory.to_owned(), |path| directory.join(path.trim()));
    if let Ok(hash) = fs::read_to_string(common.join(name)) {
        return Some(hash.trim().to_owned());
    }
    let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
    let hash = |line: &str| Some(line.strip_suffix(name)?.strip_suffix(' ')?.to_owned());
    packed.lines().find_map(hash)
}
