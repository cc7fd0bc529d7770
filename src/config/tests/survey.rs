//! What is shown of a configuration: every value, whence it is, and no secret.

use std::path::Path;

use super::{World, with_source};
use crate::config::{Override, Place, Request, SecretPlace, Survey, Value};

fn survey(world: &World) -> Survey {
    match Survey::load(&Request::file(Path::new("sync.yaml")), world) {
        Ok(survey) => survey,
        Err(error) => panic!("{error}"),
    }
}

/// `key = value (place)` of the settings below a key.
fn lines(survey: &Survey, below: &str) -> Vec<String> {
    let line = |setting: &crate::config::Setting| {
        let value = match &setting.value {
            Value::Shown(value) => value.to_string(),
            Value::Secret => "secret".to_owned(),
            Value::Unset(without) => format!("unset: {without}"),
        };
        format!("{} = {value} ({})", setting.key, setting.place.of(&survey.file))
    };
    let is_below = |setting: &&crate::config::Setting| setting.key.starts_with(below);
    survey.settings.iter().filter(is_below).map(line).collect()
}

#[test]
fn every_value_is_shown_with_its_place() {
    let yaml = with_source("sync: {timeout: 40s, deadline: 100}\nguard:\n  min: 7\n");
    let survey = survey(&World::new().with_yaml(&yaml));
    assert_eq!(
        lines(&survey, "esxi"),
        [
            "esxi_hosts[0].host = \"esx1\" (sync.yaml:2:12)",
            "esxi_hosts[0].port = 443 (default)",
            "esxi_hosts[0].name = \"esx1\" (default)",
            "esxi_hosts[0].username = \"u\" (sync.yaml:2:28)",
            "esxi_hosts[0].password = secret (sync.yaml:2:41)",
        ]
    );
    assert_eq!(
        lines(&survey, "sync"),
        [
            "sync.interval = \"2m\" (default)",
            "sync.timeout = \"40s\" (sync.yaml:3:17)",
            "sync.deadline = \"100s\" (sync.yaml:3:32)",
            "sync.source_deadline = \"50s\" (default)",
            "sync.timezone = \"Asia/Tokyo\" (default)",
        ]
    );
    assert_eq!(
        lines(&survey, "guard.m"),
        ["guard.min = 7 (sync.yaml:5:8)", "guard.missing_for = \"24h\" (default)"]
    );
    let kept = "store.sqlite = \"/home/operator/.local/state/vmsync/vmsync.db\" (default)";
    assert_eq!(lines(&survey, "store"), [kept]);
    assert_eq!(
        lines(&survey, "redis"),
        ["redis = unset: sessions are not touched (default)"]
    );
}

/// Id, place and trouble of each secret.
fn secrets(survey: &Survey) -> Vec<(&str, &SecretPlace, Option<&str>)> {
    survey
        .secrets
        .iter()
        .map(|secret| (secret.id.as_str(), &secret.place, secret.trouble.as_deref()))
        .collect()
}

#[test]
fn secrets_are_listed_with_their_places_also_when_they_are_absent() {
    let yaml = "\
esxi_hosts:
  - {host: a, username: u, password: p}
  - {host: b, username: u, password_file: b.password}
  - {host: c, username: u, password_env: C}
  - {host: d, username: u}
  - {host: e, username: u, password_file: gone}
  - {host: f, username: u, password_env: GONE}
  - {host: g, username: u, password_file: gone}
mongodb: {host: h, username: u}
redis: {host: h}
";
    let world = World::new()
        .with_yaml(yaml)
        .with_file("b.password", "b", 0o600)
        .with_var("C", "c")
        .with_credential("source.g.password", "g");
    let survey = survey(&world);
    let file = SecretPlace::File(world.path("b.password"));
    let variable = SecretPlace::Variable("C".to_owned());
    let credential = SecretPlace::Credential(world.path("credentials/source.g.password"));
    let expected = [
        (
            "source.a.password",
            &SecretPlace::Inline(Place::File { line: 2, column: 38 }),
            None,
        ),
        ("source.b.password", &file, None),
        ("source.c.password", &variable, None),
        ("source.d.password", &SecretPlace::Missing, Some("missing")),
        (
            "source.e.password",
            &SecretPlace::Missing,
            Some("the file named here does not exist"),
        ),
        (
            "source.f.password",
            &SecretPlace::Missing,
            Some("the environment variable named here is not set"),
        ),
        ("source.g.password", &credential, None),
        (
            "mongodb.password",
            &SecretPlace::Missing,
            Some("missing, as there is a username"),
        ),
    ];
    assert_eq!(secrets(&survey), expected);
    assert_eq!(world.problems().lines().count(), 4, "a pass needs them all");
}

#[test]
fn the_layers_over_the_file_are_named_and_queries_are_left_out() {
    let world = World::new()
        .with_yaml(&with_source(
            "endpoints: {auth-service-rename-vm: 'http://h/p?token=x'}",
        ))
        .with_var("VMSYNC_SYNC_INTERVAL", "3")
        .with_var("VMSYNC_REDIS_HOST", "redis")
        .with_var("VMSYNC_REDIS_PASSWORD", "p")
        .with_var("VMSYNC_STORE_SQLITE", "a.db");
    let overrides = [Override {
        flag: "--timeout",
        key: "sync.timeout",
        value: "9s".to_owned(),
    }];
    let request = Request {
        overrides: &overrides,
        ..Request::file(Path::new("sync.yaml"))
    };
    let Ok(survey) = Survey::load(&request, &world) else {
        panic!("valid")
    };
    assert_eq!(
        lines(&survey, "sync")[..2],
        [
            "sync.interval = \"3s\" ($VMSYNC_SYNC_INTERVAL)",
            "sync.timeout = \"9s\" (--timeout)"
        ]
    );
    let sqlite = world.path("a.db").display().to_string();
    assert_eq!(
        lines(&survey, "store"),
        [format!("store.sqlite = {sqlite:?} ($VMSYNC_STORE_SQLITE)")]
    );
    assert_eq!(
        lines(&survey, "endpoints"),
        ["endpoints.auth-service-rename-vm = \"http://h/p?…\" (sync.yaml:3:37)"]
    );
    assert!(lines(&survey, "redis").contains(&"redis.password = secret ($VMSYNC_REDIS_PASSWORD)".to_owned()));
    assert_eq!(
        survey.secrets.last().map(|secret| &secret.place),
        Some(&SecretPlace::Inline(Place::Variable("VMSYNC_REDIS_PASSWORD")))
    );
}

#[test]
fn sections_of_a_source_show_what_stands_in_them_and_no_defaults() {
    let yaml = "esxi_hosts: [{host: a, username: u, password: p, guard: {min: 1}}]\nguard: {min: 2}";
    let survey = survey(&World::new().with_yaml(yaml));
    assert_eq!(
        lines(&survey, "esxi_hosts[0].guard"),
        ["esxi_hosts[0].guard.min = 1 (sync.yaml:1:63)"]
    );
    assert_eq!(lines(&survey, "guard.min"), ["guard.min = 2 (sync.yaml:2:14)"]);
}

#[test]
fn a_store_of_a_credential_alone_is_shown_with_its_defaults() {
    let world = World::new()
        .with_yaml(&with_source(""))
        .with_credential("mongodb.uri", "mongodb://h");
    let survey = survey(&world);
    let expected = [
        "mongodb.uri = secret (default)",
        "mongodb.db = \"esxi\" (default)",
        "mongodb.collection = \"vms\" (default)",
        "mongodb.inventory_prefix = \"vmsync_\" (default)",
    ];
    assert_eq!(lines(&survey, "mongodb"), expected);
    assert_eq!(
        lines(&survey, "store"),
        ["store = unset: SQLite at its default, unless mongodb is there (default)"]
    );
}

#[test]
fn an_address_may_be_left_to_a_credential_that_is_absent() {
    let world = World::new().with_yaml(&with_source("mongodb: {db: portal}\nredis: {}"));
    let told = survey(&world);
    let absent = |id| (id, &SecretPlace::Missing, Some("missing"));
    assert_eq!(
        secrets(&told)[1..],
        [absent("mongodb.uri"), absent("redis.url")],
        "the first is the source's"
    );
    let expected = [
        "mongodb.uri = secret (default)",
        "mongodb.db = \"portal\" (sync.yaml:3:15)",
        "mongodb.collection = \"vms\" (default)",
        "mongodb.inventory_prefix = \"vmsync_\" (default)",
    ];
    assert_eq!(lines(&told, "mongodb"), expected);
    assert_eq!(
        world.problems(),
        "sync.yaml:3:10: mongodb.host: missing; accepted: a DNS name or an IP address, or uri instead\n\
         sync.yaml:4:8: redis.host: missing; accepted: a DNS name or an IP address, or url instead"
    );
}

#[test]
fn what_else_is_wrong_is_refused_and_absences_are_not_counted_to_it() {
    let world = World::new().with_yaml("esxi_hosts: [{host: a, username: u, password_file: gone, port: 0}]");
    let Err(error) = Survey::load(&Request::file(Path::new("sync.yaml")), &world) else {
        panic!("a refusal")
    };
    let text = error.to_string();
    assert!(
        text.starts_with("sync.yaml:1:64: esxi_hosts[0].port: 0 is out of range"),
        "{text}"
    );
    assert!(!text.contains("gone") && !text.contains("does not exist"), "{text}");
}
