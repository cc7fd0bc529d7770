//! What lies over the file: variables and options, which of them wins, and what is wrong with them.

use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::time::Duration;

use super::{World, notes, with_source};
use crate::config::schema::{Kind, all_keys};
use crate::config::{Config, ConfigError, NoteLevel, Override, RedisAddress, Request, StoreConfig, Tls, variable_of};

fn load(world: &World, overrides: &[Override]) -> Result<Config, ConfigError> {
    let request = Request {
        overrides,
        ..Request::file(Path::new("sync.yaml"))
    };
    Config::load(&request, world)
}

fn given(flag: &'static str, key: &'static str, value: &str) -> Override {
    let value = value.to_owned();
    Override { flag, key, value }
}

fn intervals(world: &World, overrides: &[Override]) -> u64 {
    let config = load(world, overrides).unwrap_or_else(|error| panic!("{error}"));
    config.timing.interval.as_secs()
}

#[test]
fn an_option_lies_over_a_variable_over_the_file_over_the_default() {
    let flag = [given("--interval", "sync.interval", "4m")];
    let world = World::new().with_yaml(&with_source(""));
    assert_eq!(intervals(&world, &[]), 120);
    let world = world.with_yaml(&with_source("sync: {interval: 2s, timeout: 9}"));
    assert_eq!(intervals(&world, &[]), 2);
    let world = world.with_var("VMSYNC_SYNC_INTERVAL", "3");
    assert_eq!(intervals(&world, &[]), 3);
    assert_eq!(intervals(&world, &flag), 240);
    assert_eq!(
        intervals(&world.with_var("VMSYNC_SYNC_INTERVAL", ""), &[]),
        2,
        "an empty one is none"
    );
    let other = World::new()
        .with_yaml(&with_source("sync: {interval: 2s, timeout: 9}"))
        .with_var("VMSYNC_SYNC_INTERVAL", "3");
    assert_eq!(
        other.config().timing.call,
        Duration::from_secs(9),
        "the rest of the section holds"
    );
}

#[test]
fn every_key_but_those_of_the_sources_has_a_variable() {
    for key in all_keys() {
        let is_settable =
            !key.path.contains("[]") && !matches!(key.key.kind, Kind::Section(_) | Kind::List(_) | Kind::Unused(_));
        assert_eq!(variable_of(&key.path).is_some(), is_settable, "{}", key.path);
    }
    let cases = [
        ("sync.interval", "VMSYNC_SYNC_INTERVAL"),
        ("mongodb.uri", "VMSYNC_MONGODB_URI"),
        (
            "endpoints.vm-group-service-rename-vm",
            "VMSYNC_ENDPOINTS_VM_GROUP_SERVICE_RENAME_VM",
        ),
    ];
    for (path, variable) in cases {
        assert_eq!(variable_of(path), Some(variable));
    }
    let names: std::collections::BTreeSet<_> = all_keys().iter().filter_map(|key| variable_of(&key.path)).collect();
    let count = all_keys().iter().filter(|key| variable_of(&key.path).is_some()).count();
    assert_eq!(names.len(), count, "two keys share a variable");
}

#[test]
fn the_text_of_a_variable_needs_no_quotes_and_commas_part_a_list() {
    let (one, two) = ("ab".repeat(32), "cd".repeat(32));
    let config = World::new()
        .with_yaml(&with_source(""))
        .with_var("VMSYNC_REDIS_HOST", "redis")
        .with_var("VMSYNC_REDIS_PASSWORD", "0123 # \" '")
        .with_var("VMSYNC_REDIS_DB", " 7 ")
        .with_var("VMSYNC_EXCLUDE_NAME", "test-*, *old")
        .with_var("VMSYNC_EXCLUDE_TEMPLATES", "true")
        .with_var("VMSYNC_TLS_FINGERPRINT_SHA256", format!("{one},{two}"))
        .config();
    let RedisAddress::Parts {
        host,
        database,
        password,
        ..
    } = config.redis.unwrap().address
    else {
        panic!("parts")
    };
    assert_eq!((host.as_str(), database), ("redis", 7));
    assert_eq!(password.unwrap().expose(), "0123 # \" '");
    let source = &config.sources[0];
    assert_eq!(source.exclude.names, ["test-*", "*old"]);
    assert!(source.exclude.templates);
    assert_eq!(source.tls, Tls::Fingerprints(vec![[0xab; 32], [0xcd; 32]]));
}

#[test]
fn relative_paths_start_where_they_are_written() {
    let world = World::new().with_file("etc/sync.yaml", &with_source("store: {sqlite: a.db}"), 0o600);
    let path_of = |world: &World| match Config::load(&Request::file(Path::new("etc/sync.yaml")), world) {
        Ok(Config {
            store: StoreConfig::Sqlite { path },
            ..
        }) => path,
        _ => panic!("SQLite"),
    };
    assert_eq!(path_of(&world), world.path("etc/a.db"));
    let world = world.with_var("VMSYNC_STORE_SQLITE", "b.db");
    assert_eq!(path_of(&world), world.path("b.db"));
}

#[test]
fn a_secret_of_the_environment_replaces_whatever_the_file_says_of_it() {
    let yaml = with_source("redis: {host: h, password_file: gone}");
    let password = |world: &World| match load(world, &[]).unwrap().redis.unwrap().address {
        RedisAddress::Parts { password, .. } => password.unwrap().expose().to_owned(),
        RedisAddress::Url(_) => panic!("parts"),
    };
    let world = World::new().with_yaml(&yaml).with_file("there", "from a file\n", 0o600);
    let direct = world.with_var("VMSYNC_REDIS_PASSWORD", "from the environment");
    assert_eq!(password(&direct), "from the environment");
    let by_file = direct
        .without_var("VMSYNC_REDIS_PASSWORD")
        .with_var("VMSYNC_REDIS_PASSWORD_FILE", "there");
    assert_eq!(password(&by_file), "from a file");
    let by_name = by_file
        .without_var("VMSYNC_REDIS_PASSWORD_FILE")
        .with_var("VMSYNC_REDIS_PASSWORD_ENV", "OTHER")
        .with_var("OTHER", "by name");
    assert_eq!(password(&by_name), "by name");
    let credential = by_name.with_credential("redis.password", "of systemd");
    assert_eq!(password(&credential), "of systemd");
}

#[test]
fn what_is_wrong_with_all_layers_is_told_at_once() {
    let problems = World::new()
        .with_yaml(&with_source(
            "sync: {interval: x}\nstore: {sqlite: a.db}\nredis: {host: h}\nguard: 7\n",
        ))
        .with_var("VMSYNC_SYNC_TIMEOUT", "30 parsecs")
        .with_var("VMSYNC_SYNC_TIMEZONE", "Europe/Berln")
        .with_var("VMSYNC_MONGODB_HOST", "mongo")
        .with_var("VMSYNC_MONGODB_PASSWORD", "Hunter2")
        .with_var("VMSYNC_MONGODB_PASSWORD_FILE", "Hunter3")
        .with_var("VMSYNC_REDIS_URL", "redis://h")
        .with_var("VMSYNC_GUARD_MIN", "-1")
        .with_var("VMSYNC_EXCLUDE_FOLDER", "/a,")
        .with_var("VMSYNC_MONGODB_DB", std::ffi::OsString::from_vec(vec![b'a', 0xff]))
        .problems();
    let expected = "\
sync.yaml:3:18: sync.interval: not a time; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 365d
sync.yaml:4:17: store.sqlite: stands together with mongodb ($VMSYNC_MONGODB_HOST), and there can be one store only; accepted: either mongodb or store.sqlite
sync.yaml:5:15: redis.host: stands together with url ($VMSYNC_REDIS_URL), which holds it; accepted: either url or host, port, db
sync.yaml:6:8: guard: a number does not fit; accepted: a section with the keys min, orphan_percent, replaced_percent, rename_percent, missing_for
$VMSYNC_EXCLUDE_FOLDER: exclude.folder[1]: is empty; accepted: a list of patterns with * and ? that begin with '/' or '*'
$VMSYNC_GUARD_MIN: guard.min: -1 is out of range; accepted: a number from 0 to 1000000
$VMSYNC_MONGODB_DB: mongodb.db: not UTF-8 text; accepted: a name of at most 63 bytes without any of / \\ . \" $ * < > : | ? and spaces
$VMSYNC_MONGODB_PASSWORD_FILE: mongodb.password_file: stands together with password; accepted: exactly one of password, password_file, password_env
$VMSYNC_SYNC_TIMEOUT: sync.timeout: not a time; accepted: seconds as a number, or a number with ms, s, m, h or d, from 1s to 1h
$VMSYNC_SYNC_TIMEZONE: sync.timezone: unknown time zone; accepted: an IANA name such as Europe/Berlin; did you mean 'Europe/Berlin'?";
    assert_eq!(problems, expected);
}

#[test]
fn a_variable_beside_a_store_of_the_file_is_told_with_both_places() {
    let problems = World::new()
        .with_yaml(&with_source("mongodb: {host: h}"))
        .with_var("VMSYNC_STORE_SQLITE", "/a.db")
        .problems();
    let text = "$VMSYNC_STORE_SQLITE: store.sqlite: stands together with mongodb (sync.yaml:3:10), and there can be one \
                store only; accepted: either mongodb or store.sqlite";
    assert_eq!(problems, text);
}

#[test]
fn an_option_with_a_wrong_value_is_told_by_its_name() {
    let world = World::new().with_yaml(&with_source(""));
    let error = load(&world, &[given("--interval", "sync.interval", "soon")])
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .starts_with("--interval: sync.interval: not a time; accepted: "),
        "{error}"
    );
}

#[test]
fn a_variable_that_nothing_knows_is_warned_of_and_those_of_tests_are_not() {
    let config = World::new()
        .with_yaml(&with_source(""))
        .with_var("VMSYNC_SYNC_INTERVALL", "3")
        .with_var("VMSYNC_QQQ", "3")
        .with_var("VMSYNC_NOTHING", "")
        .with_var("VMSYNC_CONFIG", "sync.yaml")
        .with_var("VMSYNC_TEST_SEED", "3")
        .with_var("VMSYNC_FAILPOINT_SLEEP", "3")
        .with_var("SYNC_INTERVAL", "3")
        .config();
    assert_eq!(
        notes(&config),
        [
            "$VMSYNC_QQQ sets nothing that vmsync knows; unset it, or see `vmsync config show` for the keys that there are",
            "$VMSYNC_SYNC_INTERVALL sets nothing that vmsync knows; did you mean $VMSYNC_SYNC_INTERVAL?",
        ]
    );
    assert!(config.notes.iter().all(|note| note.level == NoteLevel::Warning));
    assert_eq!(config.timing.interval.as_secs(), 120);
}

/// A container gets these for a service of the name before each of them, whether vmsync uses it or not.
#[test]
fn variables_of_services_of_kubernetes_and_docker_set_nothing_and_no_warning_tells_of_them() {
    let of_service = |service: &str, scheme: &str| {
        let (port, protocol) = (format!("{service}_PORT"), scheme.to_ascii_uppercase());
        let details = format!("{port}_6379_{protocol}");
        [
            (port, format!("{scheme}://10.0.0.1:6379")),
            (format!("{service}_SERVICE_HOST"), "10.0.0.1".to_owned()),
            (format!("{service}_SERVICE_PORT"), "6379".to_owned()),
            (format!("{service}_SERVICE_PORT_REDIS_TLS"), "6379".to_owned()),
            (details.clone(), format!("{scheme}://10.0.0.1:6379")),
            (format!("{details}_PROTO"), scheme.to_owned()),
            (format!("{details}_PORT"), "6379".to_owned()),
            (format!("{details}_ADDR"), "10.0.0.1".to_owned()),
        ]
    };
    for service in ["VMSYNC", "VMSYNC_REDIS", "VMSYNC_MONGODB", "VMSYNC_EXPORTER"] {
        for scheme in ["tcp", "udp", "sctp"] {
            let world = World::new().with_yaml(&with_source(""));
            let world = of_service(service, scheme)
                .into_iter()
                .fold(world, |world, (name, value)| world.with_var(&name, value));
            let config = world.config();
            assert!(
                config.redis.is_none() && matches!(config.store, StoreConfig::Sqlite { .. }),
                "{service}"
            );
            let text = format!(
                "${service}_PORT is the address of a service, put there by Kubernetes or Docker, and sets nothing"
            );
            assert_eq!(notes(&config), [text]);
            assert_eq!(config.notes[0].level, NoteLevel::Info);
        }
    }
}

#[test]
fn variables_that_only_resemble_those_of_services_are_judged_as_all_are() {
    for name in [
        "VMSYNC_REDIS_PORT_X_TCP",
        "VMSYNC_REDIS_PORT_6379",
        "VMSYNC_REDIS_PORT_6379_TCP_X",
        "VMSYNC_REDIS_PORT_70000_TCP",
    ] {
        let config = World::new().with_yaml(&with_source("")).with_var(name, "1").config();
        assert_eq!(config.notes[0].level, NoteLevel::Warning, "{name}");
    }
    for (value, what) in [
        ("http://h:1", "text does not fit"),
        ("tcp:1", "text does not fit"),
        ("0", "0 is out of range"),
    ] {
        let world = World::new().with_yaml(&with_source("redis: {host: h}"));
        let problems = world.with_var("VMSYNC_REDIS_PORT", value).problems();
        assert!(
            problems.starts_with(&format!("$VMSYNC_REDIS_PORT: redis.port: {what}")),
            "{problems}"
        );
    }
    let config = World::new()
        .with_yaml(&with_source("redis: {host: h}"))
        .with_var("VMSYNC_REDIS_PORT", "7000")
        .config();
    assert!(matches!(
        config.redis.unwrap().address,
        RedisAddress::Parts { port: 7000, .. }
    ));
}

#[test]
fn a_secret_of_the_environment_does_not_make_the_file_one_with_secrets_nor_does_it_make_one_of_none() {
    let no_secret = "esxi_hosts: [{host: a, username: u, password_env: A}]\nredis: {host: h}\n";
    let world = |yaml: &str| {
        World::new()
            .with_file("sync.yaml", yaml, 0o644)
            .with_var("A", "a")
            .with_var("VMSYNC_REDIS_PASSWORD", "p")
    };
    assert!(world(no_secret).config().notes.is_empty());
    let replaced = no_secret.replace("{host: h}", "{host: h, password: old}");
    assert_eq!(
        notes(&world(&replaced).config()),
        ["sync.yaml holds secrets and can be read by every user; chmod o-rwx"]
    );
}
