//! A secret stands wherever a person may put it; no message repeats it.

use super::{World, with_source};

/// Also as the first letters of it: a cut-off secret is one too.
const CANARY: &str = "C4nary.hunter2";

fn shows_nothing(world: &World) {
    let text = match world.load() {
        Ok(config) => config.notes.iter().map(|note| note.text.clone()).collect(),
        Err(error) => format!("{error}\n{error:?}"),
    };
    assert!(!text.contains("C4nary") && !text.contains("hunter2"), "{text}");
}

/// Every way in which the value of a key can be written wrongly.
fn spellings() -> Vec<String> {
    let forms = [
        "@",
        "'@",
        "\"@",
        "\"@\" x",
        "'@' x",
        "@: x",
        "[@",
        "[@]",
        "{@",
        "{@}",
        "{@: @}",
        "*@",
        "&@",
        "&@ *@",
        "!@",
        "!@ @",
        "!!int @",
        "| @\n @",
        "> @\n",
        "%@",
        "\\@",
        "\"\\@\"",
        "`@",
        "@\n  @: @",
        "@\n@",
        "\n\t@",
        "\n- @",
        "? @",
        "- @",
        "@ # x",
    ];
    let mut spellings: Vec<String> = forms.iter().map(|form| form.replace('@', CANARY)).collect();
    spellings.push(format!("@{CANARY}"));
    spellings
}

#[test]
fn no_value_of_a_secret_is_shown_however_it_is_written() {
    let places = [
        "esxi_hosts:\n  - host: a\n    username: u\n    password: @",
        "esxi_hosts:\n  - host: a\n    username: u\n    password:@",
        "esxi_hosts:\n  - host: a\n    username: u\n    password_file: @",
        "esxi_hosts:\n  - host: a\n    username: u\n    password_env: @",
        "esxi_hosts: [{host: a, username: u, password: @}]",
        "esxi_hosts: [{host: a, username: u, password:@}]",
        "mongodb:\n  host: h\n  username: u\n  password: @",
        "mongodb:\n  uri: @",
        "mongodb:\n  uri: mongodb://u:@@h",
        "mongodb:\n  uri: mongodb://u:@",
        "mongodb:\n  uri_file: @",
        "mongodb:\n  uri_env: @",
        "redis:\n  host: h\n  password: @",
        "redis:\n  url: @",
        "redis:\n  url: redis://:@@h/x",
        "redis:\n  url_file: @",
        "redis:\n  password_env: @",
        "ping:\n  url: @",
        "ping:\n  url: https://@",
        "ping:\n  url: ftp://h/@",
        "ping:\n  url_file: @",
        "ping: {url_env: @}",
        "endpoints:\n  auth-service-rename-vm: http://u:@@h/",
        "store: {sqlite: a}\nmongodb:\n  uri: @",
    ];
    for place in places {
        for spelling in spellings() {
            let yaml = place.replacen('@', &spelling, 1);
            shows_nothing(&World::new().with_yaml(&yaml));
            shows_nothing(&World::new().with_yaml(&format!("{yaml}\nport: x\n: : :\n")));
        }
    }
}

#[test]
fn no_content_of_a_secret_file_is_shown() {
    let yaml = with_source("mongodb: {uri_file: secret}\nredis: {url_env: SECRET}\nping: {url_file: secret}\n");
    for content in [
        CANARY.to_owned(),
        format!("mongodb://u:{CANARY}@h:x"),
        format!("redis://{CANARY}"),
        format!("x\n{CANARY}"),
    ] {
        for mode in [0o600, 0o644, 0o666] {
            let world = World::new()
                .with_yaml(&yaml)
                .with_var("SECRET", &content)
                .with_file("secret", &content, mode);
            shows_nothing(&world.with_credential("redis.password", &content));
        }
    }
}
