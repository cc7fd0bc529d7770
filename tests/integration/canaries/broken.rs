//! Configurations that are wrong at the very place of a secret.

use super::marks;
use super::rows::{self, FORMATS, INIT, LOUDNESS, ROWS};
use crate::support::VmsyncCommand;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

/// `@` is the secret.
const PLACES: [&str; 22] = [
    "esxi_hosts:\n  - host: a\n    username: u\n    password: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password:@\n",
    "esxi_hosts:\n  - host: a\n    username: u\n\tpassword: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n   password: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    passwort: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password: @\n    password_env: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password_file: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password_env: @\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password: [@]\n",
    "esxi_hosts:\n  - host: a\n    username: u\n    password: {a: @}\n",
    "esxi_hosts: [{host: a, username: u, password: x, @}]\n",
    "vcenters:\n  - host: a\n    port: @\n    username: u\n    password: x\n",
    "vcenters: @\n",
    "mongodb:\n  host: h\n  username: u\n  password: @\n  uri: @\n",
    "mongodb:\n  uri: @\n",
    "mongodb:\n  uri: mongodb://u:@@h:x/\n  host: h\n",
    "mongodb:\n  host: h\n  port: @\nguard: {min: @, missing_for: @}\n",
    "redis:\n  url: redis://:@@h/x\n",
    "redis:\n  host: h\n  db: @\nsync: {timeout: @, timezone: @}\n",
    "endpoints:\n  auth-service-rename-vm: https://u:@@h/\n",
    "endpoints:\n  auth-service-rename-vm: @\n",
    "tls: {fingerprint_sha256: @, verify: @}\nstore: @\n",
];

/// Nothing is run where a secret fits by chance.
const WRONG: &str = "\nno such key: 1\n";

/// How a secret may be written; the last ones are such that no quotes are needed, and that nothing but the place says
/// what they are.
fn spellings() -> Vec<String> {
    let secret = marks::password(61);
    let quoted = serde_json::json!(secret).to_string();
    let plain = marks::word(61).to_lowercase();
    let cut = quoted[..quoted.len() - 1].to_owned();
    vec![
        quoted,
        secret.clone(),
        cut,
        format!("!!int {secret}"),
        format!("|\n      {secret}"),
        format!("*{plain}"),
        plain,
    ]
}

#[test]
fn a_broken_configuration_is_explained_without_the_secret_in_it() {
    let homes = VmsyncCommand::new();
    let readers: Vec<_> = ROWS.into_iter().filter(|row| *row != INIT).collect();
    let mut turn = 0;
    for place in PLACES {
        for spelling in spellings() {
            homes.write("sync.yaml", place.replace('@', &spelling) + WRONG);
            turn += 1;
            let line = rows::line(readers[turn % readers.len()], LOUDNESS[turn % 4], FORMATS[turn / 4 % 2]);
            let output = homes.run(&line);
            output.assert_code(78);
            for text in [&output.stdout, &output.stderr] {
                assert_eq!(marks::find(text.as_bytes()), None, "{output}\n{place}{spelling}");
            }
        }
    }
}

/// A number is a secret too: a PIN at the key of a port.
#[test]
fn a_number_at_the_wrong_key_is_not_repeated() {
    let homes = VmsyncCommand::new();
    for place in PLACES {
        homes.write("sync.yaml", place.replace('@', "73313370042") + WRONG);
        homes
            .run(&["sync", "all", "-vvv"])
            .assert_code(78)
            .assert_nowhere("7331")
            .assert_nowhere("0042");
    }
}

/// The path may be shown, what lies there may not.
#[test]
fn the_content_of_a_file_that_others_can_write_is_not_shown() {
    let homes = VmsyncCommand::new();
    let file = homes.write("secret", marks::password(62));
    homes.write(
        "sync.yaml",
        "esxi_hosts: [{host: a, username: u, password_file: secret}]\nmongodb: {uri_file: secret}\nredis: {url_file: secret}\n",
    );
    for mode in [0o666, 0o602, 0o644, 0o600] {
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("it is ours");
        for loudness in LOUDNESS {
            let output = homes.run(&[ROWS[0], loudness].concat());
            output.assert_code(78).assert_stderr("mongodb.uri_file");
            assert_eq!(marks::find(output.stderr.as_bytes()), None, "{output}");
        }
    }
}
