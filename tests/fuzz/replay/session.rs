use proptest::prelude::*;
use serde_json::Value;

use crate::targets::session::{NAMES, TIMES, check};
use crate::{mutate, mutation, replay};

const PIECES: &[&str] = &[
    "\"vms\":",
    "\"orphans\" : ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "\"a\"",
    "\"b\"",
    "null",
    "1E5",
    "\\u0061",
    "\\ud800",
    "\u{feff}",
    " ",
    "\n",
    "\"\\u0076ms\"",
    "{\"name\":\"c\"}",
    "\"since\":",
    "\"orphan_since\":\"?\"",
];

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(NAMES.to_vec()).prop_map(|name| Value::from(name).to_string())
}

fn member() -> impl Strategy<Value = String> {
    let since = || prop::sample::select(TIMES.to_vec());
    prop_oneof![
        4 => name(),
        2 => (name(), since()).prop_map(|(name, since)| format!(r#"{{"name":{name}, "since":"{since}"}}"#)),
        1 => (name(), since()).prop_map(|(name, since)| format!(r#"{{ "orphan_since":"{since}","k":1e5,"name" : {name}}}"#)),
        1 => Just(r#"{"no":[1E5,{"vms":["a"]}]}"#.to_owned()),
        1 => Just("123456789012345678901234567890".to_owned()),
        1 => Just(r#""\ud800""#.to_owned()),
        1 => Just(r#""\u0061""#.to_owned()),
        1 => Just(r#""nobody's""#.to_owned()),
    ]
}

fn list() -> impl Strategy<Value = String> {
    let items = prop::collection::vec(member(), 0..6);
    let separator = prop::sample::select(vec![",", ", ", " ,\n  "]);
    (items, separator, prop::sample::select(vec!["", " ", "\n"]))
        .prop_map(|(items, separator, pad)| format!("[{pad}{}{pad}]", items.join(separator)))
}

fn session() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["vms", "vms", "orphans", "orphans", "\\u0076ms", "x", "\\ud800"]);
    let value = prop_oneof![6 => list(), 1 => Just("null".to_owned())];
    let members = prop::collection::vec((key, value), 0..5);
    let mark = prop::sample::select(vec!["", "\u{feff}"]);
    (mark, members).prop_map(|(mark, members)| {
        let members: Vec<_> = members
            .iter()
            .map(|(key, value)| format!("\"{key}\" : {value}"))
            .collect();
        format!("{mark} {{ {} }}\n", members.join(" , "))
    })
}

/// Makes the documents.
fn program() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

fn input(session: &[u8], program: &[u8]) -> Vec<u8> {
    [session, &[0], program].concat()
}

#[test]
fn the_seeds_of_session_hold() {
    replay("session", check);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn any_bytes_of_redis_hold(bytes in prop::collection::vec(any::<u8>(), 0..200), program in program()) {
        check(&input(&bytes, &program));
    }

    #[test]
    fn sessions_hold_under_any_documents(session in session(), program in program()) {
        check(&input(session.as_bytes(), &program));
    }

    #[test]
    fn sessions_with_a_few_changes_hold(
        session in session(),
        mutations in prop::collection::vec(mutation(PIECES), 1..4),
        program in program(),
    ) {
        check(&input(&mutate(session.into_bytes(), &mutations), &program));
    }
}
