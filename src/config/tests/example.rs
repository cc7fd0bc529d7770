//! The examples: complete, right, and with the defaults that hold.

use std::collections::BTreeSet;

use super::World;
use crate::config::node::{Content, Node};
use crate::config::schema::{Presence, all_keys};
use crate::config::{Config, NoteLevel, tree};

const REFERENCE: &str = include_str!("../../../examples/sync.yaml");
const MINIMAL: &str = include_str!("../../../examples/minimal.yaml");

/// A commented line with a key: behind `mark`, the name of a key of the schema, a colon and a value.
fn switched_on<'line>(line: &'line str, mark: &str) -> Option<(&'line str, &'line str)> {
    let indentation = &line[..line.len() - line.trim_start().len()];
    let written = line.trim_start().strip_prefix(mark)?;
    let name = written.split_once(": ")?.0;
    all_keys()
        .iter()
        .any(|key| key.key.name == name)
        .then_some((indentation, written))
}

/// The reference with the lines behind the marks switched on.
fn reference_with(marks: &[&str]) -> String {
    let line = |line: &str| match marks.iter().find_map(|mark| switched_on(line, mark)) {
        Some((indentation, written)) => format!("{indentation}{written}\n"),
        None => format!("{line}\n"),
    };
    REFERENCE.lines().map(line).collect()
}

fn world(yaml: &str) -> World {
    let files = [
        "esx1.password",
        "vcenter.password",
        "mongodb.password",
        "redis.password",
    ];
    let world = World::new().with_yaml(yaml);
    files
        .iter()
        .fold(world, |world, file| world.with_file(file, "secret\n", 0o600))
}

fn paths(node: &Node, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in node.entries() {
        let path = format!("{prefix}{}", entry.key);
        found.insert(path.clone());
        match &entry.value.content {
            Content::Sequence(items) => items.iter().for_each(|item| paths(item, &format!("{path}[]."), found)),
            _ if path == "api_server" => {}
            _ => paths(&entry.value, &format!("{path}."), found),
        }
    }
}

#[test]
fn the_reference_lists_every_key_and_no_other() {
    let Ok(root) = tree::parse(&reference_with(&["# ", "#~ "])) else {
        panic!("not YAML")
    };
    let mut listed = BTreeSet::new();
    paths(&root, "", &mut listed);
    let known: BTreeSet<String> = all_keys().into_iter().map(|key| key.path).collect();
    assert_eq!(
        listed.symmetric_difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn the_reference_shows_the_defaults() {
    let Ok(root) = tree::parse(&reference_with(&["# ", "#~ "])) else {
        panic!("not YAML")
    };
    for key in all_keys() {
        let Presence::Default(default) = key.key.presence else {
            continue;
        };
        let node = key.path.split('.').try_fold(&root, |node, name| {
            let node = node.get(name.trim_end_matches("[]"))?;
            if name.ends_with("[]") {
                node.items().first()
            } else {
                Some(node)
            }
        });
        let node = node.unwrap_or_else(|| panic!("{} is not shown", key.path));
        let shown = match &node.content {
            Content::Switch(on) => on.to_string(),
            Content::Sequence(items) if items.is_empty() => "[]".to_owned(),
            _ => node.characters().unwrap_or_default().to_owned(),
        };
        assert_eq!(shown, default, "{}", key.path);
    }
}

#[test]
fn the_reference_is_right_as_it_is_and_with_its_defaults_switched_on() {
    let facts = |config: &Config| {
        let sources = config
            .sources
            .iter()
            .map(|s| (s.name.clone(), s.port, s.tls.clone(), s.exclude.clone(), s.guard));
        (
            sources.collect::<Vec<_>>(),
            config.timing,
            config.redis.as_ref().map(|redis| redis.key_pattern.clone()),
        )
    };
    let as_is = world(REFERENCE).config();
    let switched_on = world(&reference_with(&["# "])).config();
    assert_eq!(facts(&as_is), facts(&switched_on));
    assert!(as_is.notes.is_empty() && as_is.sources.len() == 2);
}

#[test]
fn every_example_value_is_right_by_itself() {
    let lines: Vec<&str> = REFERENCE.lines().collect();
    let examples = (0..lines.len()).filter_map(|index| Some((index, switched_on(lines[index], "#~ ")?)));
    for (index, (indentation, written)) in examples {
        let line = format!("{indentation}{written}");
        let yaml = lines
            .iter()
            .enumerate()
            .map(|(i, old)| if i == index { line.as_str() } else { *old })
            .collect::<Vec<_>>()
            .join("\n");
        let Err(error) = world(&yaml).with_var("MONGODB_URI", "mongodb://h").load() else {
            continue;
        };
        let by_intent = [
            "stand",
            "as there is a",
            "a second way",
            "failed to read /etc/vmsync/ca.pem",
            "is not set",
            "does not exist",
        ];
        let text = error.to_string();
        let problems = || text.lines().filter(|line| !line.starts_with("hint: "));
        assert!(
            problems().all(|problem| by_intent.iter().any(|part| problem.contains(part))),
            "{written}\n{text}"
        );
    }
}

#[test]
fn the_minimal_example_is_one_host() {
    let config = world(MINIMAL).with_file("esx1.password", "secret\n", 0o600).config();
    assert_eq!((config.sources.len(), config.redis.is_none()), (1, true));
    assert!(config.notes.iter().all(|note| note.level == NoteLevel::Info));
}
