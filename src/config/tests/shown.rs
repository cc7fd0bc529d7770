//! Whatever a valid configuration says, and wherever its secrets are: what is shown of it fits 80 columns and holds none.

use std::path::Path;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::World;
use crate::config::{Request, Survey};
use crate::report::{Look, SettingsReport, Styles, render_json, render_settings, render_verdict};

const CANARY: &str = "C4nary.hunter2";

/// Where a secret of the stores is.
const PLACES: [&str; 6] = ["inline", "file", "variable", "credential", "VMSYNC", "absent"];

/// A configuration with a source and two services, whose secrets are at these places; `is_uri` for whole addresses.
fn world(places: [&str; 3], is_uri: bool) -> World {
    let source = entry("password", CANARY, places[0], "SOURCE");
    let (mongodb, redis) = if is_uri {
        let uri = format!("mongodb://u:{CANARY}@h/?authSource={CANARY}");
        let url = format!("redis://u:{CANARY}@h/0");
        (
            entry("uri", &uri, places[1], "MONGODB"),
            entry("url", &url, places[2], "REDIS"),
        )
    } else {
        let (mongodb, redis) = (
            entry("password", CANARY, places[1], "MONGODB"),
            entry("password", CANARY, places[2], "REDIS"),
        );
        (
            format!("host: h, username: u, {mongodb}"),
            format!("host: h, username: u, {redis}"),
        )
    };
    let yaml = format!(
        "esxi_hosts: [{{host: esx1, username: u, {source}}}]\nmongodb: {{{mongodb}}}\nredis: {{{redis}}}\n\
         endpoints: {{auth-service-rename-vm: 'http://h/p?token={CANARY}'}}\n"
    );
    let mut world = World::new().with_yaml(&yaml);
    let stems = if is_uri {
        ["password", "uri", "url"]
    } else {
        ["password"; 3]
    };
    let ids = ["source.esx1", "mongodb", "redis"];
    for (number, name) in ["SOURCE", "MONGODB", "REDIS"].into_iter().enumerate() {
        let secret = match stems[number] {
            "uri" => format!("mongodb://u:{CANARY}@h"),
            "url" => format!("redis://u:{CANARY}@h"),
            _ => CANARY.to_owned(),
        };
        world = match places[number] {
            "file" => world.with_file(name, &secret, 0o600),
            "variable" => world.with_var(name, secret),
            "credential" => world.with_credential(&format!("{}.{}", ids[number], stems[number]), &secret),
            "VMSYNC" if number > 0 => {
                world.with_var(&format!("VMSYNC_{name}_{}", stems[number].to_ascii_uppercase()), secret)
            }
            _ => world,
        };
    }
    world
}

/// The key that says where the secret is. One that is absent stands at the wrong key: it is no file.
fn entry(stem: &str, secret: &str, place: &str, name: &str) -> String {
    match place {
        "file" => format!("{stem}_file: {name}"),
        "variable" => format!("{stem}_env: {name}"),
        "absent" => format!("{stem}_file: '{CANARY}'"),
        _ => format!("{stem}: '{secret}'"),
    }
}

fn shown(survey: &Survey, width: usize) -> [String; 3] {
    let look = Look {
        width,
        timezone: TimeZone::UTC,
        styles: Styles::PLAIN,
    };
    [
        render_settings(survey, &look),
        render_verdict(survey, &look),
        render_json(&SettingsReport::new(survey)),
    ]
}

proptest! {
    #[test]
    fn no_secret_is_shown_and_80_columns_hold(
        places in prop::array::uniform3(prop::sample::select(&PLACES[..])),
        is_uri in any::<bool>(),
        variables in prop::collection::vec(prop::sample::select(vec![
            ("VMSYNC_SYNC_INTERVAL", "7m"),
            ("VMSYNC_ENDPOINTS_VM_GROUP_SERVICE_RENAME_VM", "https://vm-group-service.example.org/vms/group/rename-vms?key=C4nary"),
            ("VMSYNC_EXCLUDE_NAME", "a,bb,ccc,dddd,eeeee,ffffff,ggggggg,hhhhhhhh,iiiiiiiii,jjjjjjjjjj"),
            ("VMSYNC_TLS_FINGERPRINT_SHA256", "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"),
            ("VMSYNC_MONGODB_COLLECTION", "ein.sehr.langer.name.einer.Sammlung.der.nicht.in.die.Spalte.der.Werte.passt"),
        ]), 0..3),
    ) {
        let mut world = world(places, is_uri);
        for (name, value) in variables {
            world = world.with_var(name, value);
        }
        let survey = Survey::load(&Request::file(Path::new("sync.yaml")), &world);
        let survey = survey.map_err(|error| TestCaseError::fail(error.to_string()))?;
        for text in shown(&survey, 80) {
            prop_assert!(!text.contains("C4nary") && !text.contains("hunter2"), "{}", text);
        }
        let [table, verdict, _] = shown(&survey, 80);
        for line in table.lines().chain(verdict.lines()) {
            prop_assert!(line.chars().count() <= 80, "{}", line);
        }
    }
}

#[test]
fn secrets_are_told_by_their_place() {
    let survey = Survey::load(
        &Request::file(Path::new("sync.yaml")),
        &world(["inline", "credential", "absent"], false),
    );
    let survey = survey.unwrap_or_else(|error| panic!("{error}"));
    let [table, _, json] = shown(&survey, 80);
    let lines: Vec<&str> = table
        .lines()
        .skip_while(|line| !line.starts_with("  password"))
        .filter(|line| line.contains("password") || line.contains("file named"))
        .collect();
    assert_eq!(
        lines,
        [
            "  password            (secret)                      sync.yaml:1:50",
            "  password            (secret)                      credential mongodb.password",
            "  password            (absent)",
            "                      the file named here does not exist (sync.yaml:3:46)",
        ]
    );
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    let settings = told["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|setting| setting["key"] == key).unwrap();
    assert_eq!(
        *of("redis.password"),
        serde_json::json!({
            "key": "redis.password", "value": null, "origin": "file", "at": "sync.yaml:3:46", "without": null,
            "secret": {
                "id": "redis.password", "from": "missing", "name": null, "trouble": "the file named here does not exist",
            },
        })
    );
    assert_eq!(of("sync.interval")["value"], "2m");
    assert_eq!(of("sync.interval")["at"], serde_json::Value::Null);
}
