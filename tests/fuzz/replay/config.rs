use proptest::prelude::*;
use vmsync::config::all_keys;

use crate::targets::config::{SECRET, check};
use crate::{mutate, mutation, replay};

const PIECES: &[&str] = &[
    ": ",
    ":\n  ",
    "\n",
    "\n  ",
    "\n  - ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n    ",
    "&a ",
    "*a",
    "!x ",
    "? ",
    "| ",
    "> ",
    "'",
    "\"",
    "# ",
    "---\n",
    "...",
    "%",
    "<<",
    "\t",
    "\r",
    "\u{feff}",
    "~",
    "0x1",
    "-1",
    "1e9",
    ".inf",
    "é",
    "password: ",
    "uri: ",
    "url: ",
    SECRET,
    "password_env: SECRET",
    "uri_file: secret",
];

/// Pieces that YAML and the schema have a meaning for.
fn piece() -> impl Strategy<Value = String> {
    let names: Vec<String> = all_keys().iter().map(|key| key.key.name.to_owned()).collect();
    prop_oneof![
        4 => prop::sample::select(names),
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[a-z0-9:/.@]{0,8}",
        1 => ".{0,4}",
    ]
}

/// The shortest right configuration, and more.
fn with_source(more: &str) -> String {
    format!("esxi_hosts:\n  - {{host: esx1, username: u, password: {SECRET}}}\n{more}")
}

/// A configuration in order, with a value for some keys of each section.
fn sections() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        2 => "[a-z0-9]{1,6}",
        1 => any::<u32>().prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec!["10s", "\"1h\"", "true", "null", "[a, b]", "{a: b}", "mongodb://u:p@h/?w=0", "redis://h:x"]).prop_map(str::to_owned),
        1 => Just(SECRET.to_owned()),
    ];
    let section = prop::sample::select(vec![
        "mongodb",
        "redis",
        "sync",
        "store",
        "tls",
        "guard",
        "exclude",
        "endpoints",
        "nonsense",
    ]);
    let keys: Vec<String> = all_keys().iter().map(|key| key.key.name.to_owned()).collect();
    let entries = prop::collection::vec((prop::sample::select(keys), value), 0..4);
    prop::collection::vec((section, entries), 0..4).prop_map(|sections| {
        let section = |(name, entries): (&str, Vec<(String, String)>)| {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("  {key}: {value}\n"))
                .collect();
            format!("{name}:\n{}", entries.concat())
        };
        sections.into_iter().map(section).collect()
    })
}

#[test]
fn the_seeds_of_config_hold() {
    replay("config", check);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_bytes_of_a_file_hold(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn pieces_of_yaml_hold(pieces in prop::collection::vec(piece(), 0..40), beside_source in any::<bool>()) {
        let text = pieces.concat();
        check(if beside_source { with_source(&text) } else { text }.as_bytes());
    }

    #[test]
    fn configurations_with_a_few_changes_hold(
        sections in sections(),
        beside_source in any::<bool>(),
        mutations in prop::collection::vec(mutation(PIECES), 0..3),
    ) {
        let text = if beside_source { with_source(&sections) } else { sections };
        check(&mutate(text.into_bytes(), &mutations));
    }
}
