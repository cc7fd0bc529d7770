//! Where secrets come from, and who else could read them.

use std::path::Path;

use super::{World, notes, with_source};
use crate::config::{Config, MongoAddress, NoteLevel, RedisAddress, Request, StoreConfig};

const FROM_FILE: &str = "esxi_hosts:\n  - {host: esx1, username: u, password_file: secret}\n";
const FROM_VARIABLE: &str = "esxi_hosts:\n  - {host: esx1, username: u, password_env: SECRET}\n";

fn password(world: &World) -> String {
    world.config().sources[0].password.expose().to_owned()
}

#[test]
fn one_newline_at_the_end_of_a_file_is_not_part_of_the_secret() {
    let cases = [
        ("s", "s"),
        ("s\n", "s"),
        ("s\r\n", "s"),
        ("s\n\n", "s\n"),
        (" s ", " s "),
        ("s\r", "s\r"),
    ];
    for (content, secret) in cases {
        assert_eq!(
            password(&World::new().with_yaml(FROM_FILE).with_file("secret", content, 0o600)),
            secret
        );
    }
}

#[test]
fn a_variable_is_taken_as_it_is() {
    assert_eq!(
        password(&World::new().with_yaml(FROM_VARIABLE).with_var("SECRET", "s\n")),
        "s\n"
    );
}

#[test]
fn a_credential_of_systemd_wins_over_all() {
    for yaml in [FROM_FILE, FROM_VARIABLE, &with_source("")] {
        let world = World::new()
            .with_yaml(yaml)
            .with_credential("source.esx1.password", "s\n");
        assert_eq!(password(&world), "s");
    }
    let none_written = World::new().with_yaml("esxi_hosts: [{host: esx1, username: u}]");
    assert_eq!(
        password(&none_written.with_credential("source.esx1.password", "s")),
        "s"
    );
    let of_another = World::new()
        .with_yaml(&with_source(""))
        .with_credential("source.esx2.password", "s");
    assert_eq!(password(&of_another), "p");
}

#[test]
fn a_credential_with_an_address_wins_over_its_parts() {
    let world = || {
        World::new()
            .with_credential("mongodb.uri", "mongodb://h\n")
            .with_credential("redis.url", "redis://h")
    };
    for sections in [
        "",
        "mongodb: {host: a}\nredis: {host: a}",
        "mongodb: {uri_file: gone}\nredis: {url_env: GONE}",
    ] {
        let config = world().with_yaml(&with_source(sections)).config();
        let StoreConfig::Mongo(mongo) = config.store else {
            panic!("mongodb")
        };
        assert!(matches!(mongo.address, MongoAddress::Uri(uri) if uri.expose() == "mongodb://h"));
        assert!(matches!(config.redis.unwrap().address, RedisAddress::Url(url) if url.expose() == "redis://h"));
    }
    let with_sqlite = world().with_yaml(&with_source("store: {sqlite: a.db}")).problems();
    assert!(
        with_sqlite.starts_with("sync.yaml:3:17: store.sqlite: stands together with mongodb"),
        "{with_sqlite}"
    );
}

#[test]
fn credentials_hold_the_passwords_of_the_stores_too() {
    let yaml = with_source("mongodb: {host: h, username: u}\nredis: {host: h}");
    let world = World::new()
        .with_credential("mongodb.password", "m")
        .with_credential("redis.password", "r");
    let config = world.with_yaml(&yaml).config();
    let StoreConfig::Mongo(mongo) = config.store else {
        panic!("mongodb")
    };
    assert!(
        matches!(mongo.address, MongoAddress::Parts { login: Some((_, password)), .. } if password.expose() == "m")
    );
    let address = config.redis.unwrap().address;
    assert!(matches!(address, RedisAddress::Parts { password: Some(password), .. } if password.expose() == "r"));
}

#[test]
fn a_secret_that_is_not_to_be_had_is_refused() {
    let file = "sync.yaml:2:46: esxi_hosts[0].password_file: the file named here";
    assert_eq!(
        World::new().with_yaml(FROM_FILE).problems(),
        format!("{file} does not exist")
    );
    let cases = [
        ("", "is empty"),
        ("\n", "is empty"),
        (&"x".repeat((64 << 10) + 1), "is larger than 65536 bytes"),
    ];
    for (content, what) in cases {
        let world = World::new().with_yaml(FROM_FILE).with_file("secret", content, 0o600);
        assert_eq!(world.problems(), format!("{file} {what}"));
    }
    let variable = "sync.yaml:2:45: esxi_hosts[0].password_env: the environment variable named here";
    assert_eq!(
        World::new().with_yaml(FROM_VARIABLE).problems(),
        format!("{variable} is not set")
    );
    let empty = World::new().with_yaml(FROM_VARIABLE).with_var("SECRET", "");
    assert_eq!(empty.problems(), format!("{variable} is empty"));
    let credential = World::new()
        .with_yaml(FROM_FILE)
        .with_credential("source.esx1.password", "");
    assert_eq!(
        credential.problems(),
        "sync.yaml:2:5: esxi_hosts[0]: the credential source.esx1.password: is empty"
    );
    let inline = World::new().with_yaml("esxi_hosts: [{host: a, username: u, password: ''}]");
    assert!(
        inline
            .problems()
            .starts_with("sync.yaml:1:47: esxi_hosts[0].password: is empty")
    );
}

#[test]
fn no_password_at_all_names_the_ways_to_give_one() {
    assert_eq!(
        World::new()
            .with_yaml("esxi_hosts: [{host: a, username: u}]")
            .problems(),
        "sync.yaml:1:14: esxi_hosts[0].password: missing; accepted: one of password, password_file, password_env"
    );
}

#[test]
fn secret_files_that_others_can_read_are_warned_of_and_that_they_can_write_refused() {
    let world = |mode| World::new().with_yaml(FROM_FILE).with_file("secret", "s", mode);
    for mode in [0o600, 0o640, 0o660] {
        assert!(world(mode).config().notes.is_empty(), "{mode:o}");
    }
    let config = world(0o644).config();
    let text = "sync.yaml:2:46: esxi_hosts[0].password_file: the secret's file can be read by every user; chmod o-rwx";
    assert_eq!(
        (notes(&config), config.notes[0].level),
        (vec![text], NoteLevel::Warning)
    );
    for mode in [0o602, 0o666] {
        let text = "sync.yaml:2:46: esxi_hosts[0].password_file: the file named here can be written by every user";
        assert_eq!(world(mode).problems(), text);
    }
}

#[test]
fn a_credential_that_others_can_read_is_warned_of_at_its_section() {
    let config = World::new()
        .with_yaml("esxi_hosts: [{host: esx1.example, username: u}]")
        .with_credential("source.esx1.example.password", "s")
        .with_file("credentials/source.esx1.example.password", "s", 0o444)
        .config();
    let text = "sync.yaml:1:14: esxi_hosts[0]: the credential source.esx1.example.password can be read by every user; \
                chmod o-rwx";
    assert_eq!(notes(&config), [text]);
}

/// What stands behind `hint: `.
fn hint(world: &World) -> String {
    let error = world.load().err().expect("a refusal").to_string();
    error.rsplit_once("\nhint: ").expect("a hint").1.to_owned()
}

#[test]
fn each_kind_of_trouble_with_a_secret_has_its_own_hint() {
    let gone = World::new().with_yaml(FROM_FILE);
    let start = gone.path("").display().to_string();
    let make = "make the file, with mode 0600 and the secret in it; a relative path starts in ";
    assert_eq!(hint(&gone), format!("{make}{}", start.trim_end_matches('/')));
    let in_file = |content: &str, mode| World::new().with_yaml(FROM_FILE).with_file("secret", content, mode);
    assert_eq!(hint(&in_file("", 0o600)), "write the secret into the file");
    assert!(hint(&in_file("s", 0o602)).starts_with("chmod o-rwx the file"));
    assert!(hint(&in_file(&"x".repeat(1 << 17), 0o600)).starts_with("name a text file"));
    let set = "set the variable for vmsync, or keep the secret in a file and name it with password_file";
    assert_eq!(hint(&World::new().with_yaml(FROM_VARIABLE)), set);
    let url = World::new().with_yaml(&with_source("ping: {url_env: GONE}"));
    assert_eq!(hint(&url), set.replace("password_file", "url_file"));
    let open = World::new().with_file("sync.yaml", &with_source(""), 0o646);
    assert!(hint(&open).starts_with("chmod o-rwx sync.yaml"));
}

#[test]
fn several_kinds_of_trouble_have_each_hint_once() {
    let yaml = "\
esxi_hosts:
  - {host: a, username: u, password_env: GONE}
  - {host: b, username: u, password_env: GONE}
  - {host: c, username: u, password_file: empty, prot: 1}
";
    let hint = hint(&World::new().with_yaml(yaml).with_file("empty", "", 0o600));
    let parts: Vec<&str> = hint.split("; ").collect();
    assert_eq!(parts.len(), 3, "{hint}");
    assert!(parts[2].starts_with("examples/sync.yaml in "), "{hint}");
    assert!(
        parts[0].starts_with("set the variable") && parts[1].starts_with("write the secret"),
        "{hint}"
    );
}

#[test]
fn what_sends_no_secret_is_content_without_them_and_with_nothing_less() {
    let load = |world: &World| Config::load_without_secrets(&Request::file(Path::new("sync.yaml")), world);
    for yaml in [FROM_FILE, FROM_VARIABLE, "esxi_hosts: [{host: esx1, username: u}]"] {
        let world = World::new().with_yaml(yaml);
        let config = load(&world).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.sources[0].password.expose(), "");
        assert!(world.load().is_err());
    }
    let wrong = FROM_FILE.replace("host:", "hots:");
    assert!(load(&World::new().with_yaml(&wrong)).is_err());
}

#[test]
fn what_asks_the_store_alone_wants_its_secrets_alone() {
    let load = |yaml: &str| {
        let world = World::new().with_yaml(yaml);
        Config::load_for_store(&Request::file(Path::new("sync.yaml")), &world)
    };
    for yaml in [FROM_FILE, FROM_VARIABLE, "esxi_hosts: [{host: esx1, username: u}]\n"] {
        let others = format!("{yaml}redis: {{url_file: gone}}\nping: {{url_env: GONE}}\n");
        let config = load(&others).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.sources[0].password.expose(), "");
        for store in [
            "{host: h, username: u, password_file: gone}",
            "{uri_env: GONE}",
            "{host: h, username: u}",
        ] {
            let error = load(&format!("{others}mongodb: {store}\n"))
                .err()
                .expect("a refusal")
                .to_string();
            assert!(error.contains(": mongodb."), "{error}");
            assert!(!error.contains("esxi_hosts") && !error.contains("redis"), "{error}");
        }
    }
}

#[test]
fn a_configuration_with_secrets_is_held_to_the_same() {
    let world = |yaml: &str, mode| {
        World::new()
            .with_file("secret", "s", 0o600)
            .with_file("sync.yaml", yaml, mode)
    };
    let inline = with_source("");
    assert!(world(&inline, 0o640).config().notes.is_empty());
    let text = "sync.yaml holds secrets and can be read by every user; chmod o-rwx";
    assert_eq!(notes(&world(&inline, 0o644).config()), [text]);
    let text = "sync.yaml:1:1: the file holds secrets and can be written by every user";
    assert_eq!(world(&inline, 0o666).problems(), text);
    assert!(world(FROM_FILE, 0o644).config().notes.is_empty());
    let without_login = format!("{FROM_FILE}redis: {{url: 'redis://h'}}");
    assert!(world(&without_login, 0o644).config().notes.is_empty());
    let with_login = format!("{FROM_FILE}redis: {{url: 'redis://:p@h'}}");
    assert_eq!(world(&with_login, 0o644).config().notes.len(), 1);
}

#[test]
fn a_ping_url_stands_wherever_a_secret_can_stand() {
    let url = "https://hc.example/token?create=1";
    let written = |section: &str| World::new().with_yaml(&with_source(section));
    let pinged = |world: &World| world.config().ping.map(|url| url.expose().to_string());
    assert_eq!(
        pinged(&written("ping: {url: 'https://hc.example/token?create=1'}")).as_deref(),
        Some(url)
    );
    let in_file = written("ping: {url_file: f}").with_file("f", &format!("{url}\n"), 0o600);
    assert_eq!(pinged(&in_file).as_deref(), Some(url));
    assert_eq!(
        pinged(&written("ping: {url_env: P}").with_var("P", url)).as_deref(),
        Some(url)
    );
    for section in ["", "ping: {url: http://h/other}"] {
        let credential = written(section).with_credential("ping.url", url);
        assert_eq!(pinged(&credential).as_deref(), Some(url));
    }
    assert_eq!(pinged(&written("")), None);
    assert_eq!(pinged(&written("ping:\n")), None);
    for url in ["ftp://h/x", "h/x", "https://user:12/34@h/x", "https://user:12?34@h/x"] {
        assert_eq!(
            written(&format!("ping: {{url: '{url}'}}")).problems(),
            "sync.yaml:3:13: ping.url: not an http or https URL; accepted: such as https://hc-ping.com/UUID, with %40 for @"
        );
    }
    let both = written("ping: {url: 'http://h/x', url_env: P}").problems();
    assert!(both.contains("ping.url_env: stands together with url"), "{both}");
}

#[test]
fn a_ping_url_in_the_file_makes_the_file_a_secret() {
    let config = World::new().with_file(
        "sync.yaml",
        "esxi_hosts: [{host: a, username: u, password_file: p}]\nping: {url: 'http://h/x'}\n",
        0o644,
    );
    let config = config.with_file("p", "p", 0o600).config();
    assert!(
        notes(&config)[0].contains("holds secrets and can be read by every user"),
        "{:?}",
        notes(&config)
    );
}
