//! What is made of the command line, and what is written by hand about it: both are held against the code.
//!
//! `VMSYNC_WRITE=1 cargo test --test integration artifacts` makes `man/` and `completions/` anew.

mod chapter;
mod examples;
mod manual;
mod readme;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use clap::CommandFactory;
use clap_complete::{Generator, Shell};
use vmsync::cli::Cli;

use crate::support::find_binary;

const REMEDY: &str = "VMSYNC_WRITE=1 cargo test --test integration artifacts";

/// Contents by name.
type Files = BTreeMap<String, Vec<u8>>;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tree without a commit in its version, with what clap adds to it.
fn tree() -> clap::Command {
    let mut tree = Cli::command()
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true);
    tree.build();
    tree
}

/// A command and all below it.
fn all_below(command: &clap::Command) -> Vec<&clap::Command> {
    let below = command.get_subcommands().flat_map(all_below);
    std::iter::once(command).chain(below).collect()
}

fn files_in(directory: &Path) -> Files {
    let Ok(entries) = fs::read_dir(directory) else {
        return Files::new();
    };
    let read = |path: PathBuf| {
        let name = path.file_name().expect("an entry has a name");
        let content = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (name.to_string_lossy().into_owned(), content)
    };
    entries.map(|entry| read(entry.expect("an entry").path())).collect()
}

fn write_anew(directory: &Path, files: &Files) {
    fs::create_dir_all(directory).expect("a directory");
    for stale in files_in(directory).keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(directory.join(stale)).expect("a file that is no longer made");
    }
    for (name, content) in files {
        fs::write(directory.join(name), content).expect("a file of the checkout");
    }
}

fn assert_made(name: &str, made: &Files) {
    let directory = project().join(name);
    if env::var_os("VMSYNC_WRITE").is_some_and(|value| value == "1") {
        write_anew(&directory, made);
    }
    let existing = files_in(&directory);
    let names: BTreeSet<_> = made.keys().chain(existing.keys()).collect();
    let stale: Vec<_> = names
        .into_iter()
        .filter(|name| existing.get(*name) != made.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "{name}/: {stale:?} differ from the command line; run: {REMEDY}"
    );
}

#[test]
fn the_manual_pages_are_those_of_the_command_line() {
    assert_made("man", &manual::pages());
}

/// With all warnings, as `man --warnings` renders.
#[test]
fn the_manual_pages_are_rendered_without_a_warning() {
    let groff = find_binary("VMSYNC_TEST_GROFF", "groff");
    let render = |page: &Path| {
        let render = Command::new(&groff)
            .args(["-mandoc", "-Tutf8", "-Kutf8", "-ww", "-z"])
            .arg(page)
            .output();
        let rendered = render.expect("groff runs");
        assert!(rendered.status.success(), "{}", page.display());
        String::from_utf8_lossy(&rendered.stderr).into_owned()
    };
    for name in files_in(&project().join("man")).keys() {
        assert_eq!(render(&project().join("man").join(name)), "", "{name}");
    }
    let broken = tempfile::NamedTempFile::new().expect("a file");
    fs::write(broken.path(), ".TH x 1\n.XX\n").expect("a page");
    assert!(render(broken.path()).contains("not defined"));
}

#[test]
fn the_completions_are_those_of_the_command_line() {
    let mut made = Files::new();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "vmsync", &mut script);
        made.insert(shell.file_name("vmsync"), script);
    }
    assert_made("completions", &made);
}
