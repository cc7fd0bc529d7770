//! Where the file is looked for.

use std::path::{Path, PathBuf};

use super::{World, with_source};
use crate::config::locate::locate;
use crate::config::{Config, ConfigError, Request};

fn place(world: &World, explicit: Option<&str>) -> PathBuf {
    locate(explicit.map(Path::new), world).unwrap().path
}

#[test]
fn the_flag_wins_over_the_variables_and_they_over_the_usual_places() {
    let here = World::new().with_yaml("");
    assert_eq!(place(&here, None), PathBuf::from("sync.yaml"));
    let old = here.with_var("CONFIG_FILE", "old.yaml");
    assert_eq!(place(&old, None), PathBuf::from("old.yaml"));
    let new = old.with_var("VMSYNC_CONFIG", "new.yaml");
    assert_eq!(place(&new, None), PathBuf::from("new.yaml"));
    assert_eq!(place(&new, Some("flag.yaml")), PathBuf::from("flag.yaml"));
    let empty = new.with_var("VMSYNC_CONFIG", "");
    assert_eq!(place(&empty, None), PathBuf::from("old.yaml"));
}

#[test]
fn without_any_file_all_places_are_named() {
    if Path::new("/etc/vmsync/sync.yaml").exists() {
        return;
    }
    let error = Config::load(&Request::default(), &World::new()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "failed to find a configuration file; looked at: --config (not given), $VMSYNC_CONFIG (not set), \
         $CONFIG_FILE (not set), ./sync.yaml, /etc/vmsync/sync.yaml\nhint: name the file with --config FILE, \
         or let `vmsync config init` write one"
    );
}

#[test]
fn a_file_that_was_asked_for_and_is_not_there_is_named_with_who_asked() {
    let world = World::new()
        .with_yaml(&with_source(""))
        .with_var("VMSYNC_CONFIG", "gone.yaml");
    let error = Config::load(&Request::default(), &world).err().unwrap();
    let text =
        "failed to read the configuration gone.yaml (named by $VMSYNC_CONFIG): No such file or directory (os error 2)";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_file_beyond_the_limit_is_not_parsed() {
    let filled = |bytes: usize| {
        let source = with_source("");
        format!("{source}#{}", "x".repeat(bytes - source.len() - 1))
    };
    assert!(World::new().with_yaml(&filled(4 << 20)).load().is_ok());
    let error = World::new().with_yaml(&filled((4 << 20) + 1)).load().err().unwrap();
    assert!(matches!(error, ConfigError::TooLarge { .. }), "{error}");
}

#[test]
fn without_a_home_the_state_directory_is_asked_for() {
    let problems = World::new().with_yaml(&with_source("")).without_var("HOME").problems();
    assert_eq!(
        problems,
        "sync.yaml:1:1: the state directory is unknown, as $XDG_STATE_HOME and $HOME are not set; \
         accepted: an absolute path in one of them, or store.sqlite"
    );
    let elsewhere = World::new()
        .with_yaml(&with_source("mongodb: {host: h}"))
        .without_var("HOME")
        .config();
    assert_eq!(elsewhere.state_dir, None);
}

#[test]
fn text_that_is_not_utf_8_is_refused_at_its_place() {
    let world = World::new().with_yaml("");
    std::fs::write(world.path("sync.yaml"), b"a: b\nc: \xff").unwrap();
    assert_eq!(
        world.problems(),
        "sync.yaml:2:4: not UTF-8 text; accepted: a text file in UTF-8"
    );
}
