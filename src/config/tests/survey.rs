//! What is shown of a configuration: every value, whence it is, and no secret.

use std::path::Path;

use super::{World, with_source};
use crate::config::{Place, Request, SecretPlace, Survey, Value};

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
            "sync.interval = 120 (default)",
            "sync.timeout = \"40s\" (sync.yaml:3:17)",
            "sync.deadline = 100 (sync.yaml:3:32)",
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
