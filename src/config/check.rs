//! Holds the tree against the schema: unknown, doubled and missing keys, and the kind of every value.

use super::node::{Content, Entry, Node};
use super::problem::{Findings, Flaw};
use super::schema::{Key, Kind, Presence, ROOT};
use super::values::wrong_type;
use super::words::similar;
use super::{NoteLevel, Place};

/// Notes everything in the tree that the schema does not allow.
pub(super) fn check(root: &Node, findings: &mut Findings) {
    section(root, ROOT, "", findings);
}

fn section(node: &Node, keys: &'static [Key], path: &str, findings: &mut Findings) {
    if !matches!(node.content, Content::Mapping(_) | Content::Null) {
        let flaw = Flaw::new(format!("{} does not fit", node.describe()));
        let accepted = format!("a section with the keys {}", names(keys).join(", "));
        return findings.problem(node.at, path, flaw.accepting(accepted));
    }
    for (index, entry) in node.entries().iter().enumerate() {
        let section_path = path;
        let path = join(path, &entry.key);
        let earlier = node.entries()[..index].iter().find(|earlier| earlier.key == entry.key);
        match (earlier, keys.iter().find(|key| key.name == entry.key)) {
            (_, None) => unknown(entry, keys, section_path, findings),
            (Some(earlier), _) => doubled(entry, earlier, &path, findings),
            (None, Some(key)) => value(&entry.value, key, &path, findings),
        }
    }
    missing(node, keys, path, findings);
}

fn missing(node: &Node, keys: &[Key], path: &str, findings: &mut Findings) {
    let is_missing = |key: &&Key| key.presence == Presence::Required && node.get(key.name).is_none();
    for key in keys.iter().filter(is_missing) {
        findings.problem(
            node.at,
            &join(path, key.name),
            Flaw::new("missing").accepting(key.kind.accepted()),
        );
    }
}

fn value(node: &Node, key: &'static Key, path: &str, findings: &mut Findings) {
    match key.kind {
        Kind::Section(keys) => section(node, keys, path, findings),
        Kind::List(keys) => list(node, keys, path, findings),
        Kind::Unused(why) => findings.note_at(node.at, path, NoteLevel::Info, &format!("not used: {why}")),
        _ => scalar(node, &key.kind, path, findings),
    }
}

fn list(node: &Node, keys: &'static [Key], path: &str, findings: &mut Findings) {
    if !matches!(node.content, Content::Sequence(_) | Content::Null) {
        let flaw = Flaw::new(format!("{} does not fit", node.describe()));
        return findings.problem(node.at, path, flaw.accepting("a list of sections, each begun by '- '"));
    }
    for (index, item) in node.items().iter().enumerate() {
        section(item, keys, &format!("{path}[{index}]"), findings);
    }
}

fn scalar(node: &Node, kind: &Kind, path: &str, findings: &mut Findings) {
    if let Err(flaw) = kind.judge(node) {
        let of_items = flaws_of_items(node, kind);
        if of_items.is_empty() {
            findings.problem(node.at, path, flaw);
        }
        for (index, item, flaw) in of_items {
            // A variable's items have no places of their own.
            let at = if item.at == Place::Default { node.at } else { item.at };
            findings.problem(at, &format!("{path}[{index}]"), flaw);
        }
    }
    findings.inline_secret |= kind.is_secret_in_file(node);
}

/// What is wrong with each item of a list of texts.
fn flaws_of_items<'n>(node: &'n Node, kind: &Kind) -> Vec<(usize, &'n Node, Flaw)> {
    match (kind, &node.content) {
        (Kind::Words(_) | Kind::Globs | Kind::FolderGlobs, Content::Sequence(items)) => {
            let judge = |item: &Node| match item.content {
                // By itself it could be the list.
                Content::Sequence(_) | Content::Null => Err(wrong_type(item).accepting(kind.accepted())),
                _ => kind.judge(item),
            };
            let flaw = |(index, item)| judge(item).err().map(|flaw| (index, item, flaw));
            items.iter().enumerate().filter_map(flaw).collect()
        }
        _ => Vec::new(),
    }
}

/// An unknown key without a value may be what follows the comma in a password without quotes: `{password: a,b}`.
fn unknown(entry: &Entry, keys: &[Key], section: &str, findings: &mut Findings) {
    let names = names(keys);
    let suggestion = similar(&entry.key, names.iter().copied());
    let is_key = suggestion.is_some() || !matches!(entry.value.content, Content::Null);
    let path = join(section, if is_key { &entry.key } else { "?" });
    let flaw = Flaw::new("unknown key")
        .accepting(names.join(", "))
        .suggesting(suggestion);
    findings.problem(entry.key_at, &path, flaw);
}

fn doubled(entry: &Entry, earlier: &Entry, path: &str, findings: &mut Findings) {
    let first = earlier.key_at.of(findings.file());
    let flaw = Flaw::new(format!("stands twice, first at {first}"));
    findings.problem(entry.key_at, path, flaw.accepting("each key once"));
}

fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The path of a key. A key that looks like none may be a password that lost its quotes or the space after its colon.
fn join(path: &str, key: &str) -> String {
    let is_usual = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '<');
    let is_word = key.len() <= 40 && key.chars().all(is_usual);
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{}", if is_word { key } else { "(not a lower-case word)" })
}
