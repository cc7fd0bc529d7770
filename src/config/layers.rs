//! What lies over the file: environment variables `VMSYNC_…`, and over them options of the command line. They become
//! values of the tree, so that `check` and `resolve` treat all layers alike.

use std::ffi::OsString;
use std::sync::LazyLock;

use zeroize::Zeroizing;

use super::links;
use super::node::{Content, Entry, Node};
use super::problem::{Findings, Flaw};
use super::schema::{Key, Kind, ROOT, secret_behind};
use super::words::similar;
use super::{Environment, NoteLevel, Place, Request};

const PREFIX: &str = "VMSYNC_";
/// Those that are no key: where the file is, and what belongs to the build and its tests.
const OTHERS: [&str; 3] = ["VMSYNC_CONFIG", "VMSYNC_VERSION", "VMSYNC_WRITE"];
#[cfg(debug_assertions)]
const OF_TESTS: &[&str] = &["VMSYNC_TEST_", "VMSYNC_FAILPOINT", "VMSYNC_JOURNAL_SOCKET"];
#[cfg(not(debug_assertions))]
const OF_TESTS: &[&str] = &["VMSYNC_TEST_"];

/// A key that can be set from outside the file: all but those of the sources, which are lists of sections.
struct Settable {
    /// `VMSYNC_SYNC_INTERVAL`.
    variable: String,
    /// `sync.interval`.
    path: String,
    sections: Vec<&'static str>,
    siblings: &'static [Key],
    key: &'static Key,
}

static SETTABLE: LazyLock<Vec<Settable>> = LazyLock::new(|| {
    let mut all = Vec::new();
    collect(ROOT, &[], &mut all);
    all
});

fn collect(keys: &'static [Key], sections: &[&'static str], all: &mut Vec<Settable>) {
    for key in keys {
        let path = [sections, &[key.name]].concat();
        match key.kind {
            Kind::Section(inner) => collect(inner, &path, all),
            Kind::List(_) | Kind::Unused(_) => {}
            _ => all.push(Settable {
                variable: format!("{PREFIX}{}", path.join("_").replace('-', "_").to_ascii_uppercase()),
                path: path.join("."),
                sections: sections.to_vec(),
                siblings: keys,
                key,
            }),
        }
    }
}

/// The variable that stands for the key at this path, if one does.
#[must_use]
pub fn variable_of(path: &str) -> Option<&'static str> {
    SETTABLE
        .iter()
        .find(|settable| settable.path == path)
        .map(|settable| settable.variable.as_str())
}

/// Puts the variables of the environment over the tree of the file, and over both what the command line says.
pub(super) fn overlay(root: &mut Node, request: &Request<'_>, env: &dyn Environment, findings: &mut Findings) {
    let mut names: Vec<OsString> = env.names();
    names.sort();
    let names = names.iter().filter_map(|name| name.to_str());
    for name in names.filter(|name| name.starts_with(PREFIX) && !is_of_others(name)) {
        let Some(value) = env.filled_var(name) else { continue };
        match SETTABLE.iter().find(|settable| settable.variable == name) {
            _ if links::is_address(name, &value) => tell_of_link(name, findings),
            Some(settable) => settable.set(root, Place::Variable(&settable.variable), value, findings),
            None if links::is_detail(name) => {}
            None => warn_of_unknown(name, findings),
        }
    }
    for given in request.overrides {
        let settable = SETTABLE.iter().find(|settable| settable.path == given.key);
        debug_assert!(settable.is_some(), "{} stands for no key of the schema", given.flag);
        if let Some(settable) = settable {
            settable.set(root, Place::Flag(given.flag), given.value.clone().into(), findings);
        }
    }
}

fn is_of_others(name: &str) -> bool {
    OTHERS.contains(&name) || OF_TESTS.iter().any(|prefix| name.starts_with(prefix))
}

fn tell_of_link(name: &str, findings: &mut Findings) {
    let name = name.escape_debug();
    findings.note(
        NoteLevel::Info,
        format!("${name} is the address of a service, put there by Kubernetes or Docker, and sets nothing"),
    );
}

fn warn_of_unknown(name: &str, findings: &mut Findings) {
    let known = SETTABLE.iter().map(|settable| &settable.variable[PREFIX.len()..]);
    let meant = match similar(&name[PREFIX.len()..], known) {
        Some(meant) => format!("did you mean ${PREFIX}{meant}?"),
        None => "unset it, or see `vmsync config show` for the keys that there are".to_owned(),
    };
    let name = name.escape_debug();
    findings.note(
        NoteLevel::Warning,
        format!("${name} sets nothing that vmsync knows; {meant}"),
    );
}

impl Settable {
    fn set(&self, root: &mut Node, at: Place, value: OsString, findings: &mut Findings) {
        let Ok(text) = value.into_string() else {
            let flaw = Flaw::new("not UTF-8 text").accepting(self.key.kind.accepted());
            return findings.problem(at, &self.path, flaw);
        };
        let value = Node {
            at,
            content: self.key.kind.content_of(text),
        };
        let section = self
            .sections
            .iter()
            .try_fold(root, |section, name| section.section_mut(name, at))
            .and_then(Node::entries_mut);
        match section {
            Some(section) => self.put(section, value, findings),
            // What stands there in place of a section is a problem of its own; this one is told beside it.
            None => {
                if let Err(flaw) = self.key.kind.judge(&value) {
                    findings.problem(at, &self.path, flaw);
                }
            }
        }
    }

    /// Takes the place of what a lower layer says, of a secret whichever of its three keys says it.
    fn put(&self, section: &mut Vec<Entry>, value: Node, findings: &mut Findings) {
        let at = value.at;
        let secret = secret_behind(self.siblings, self.key.name);
        let is_same = |name: &str| {
            let other = || secret_behind(self.siblings, name).map(|key| key.name);
            name == self.key.name || secret.is_some_and(|key| Some(key.name) == other())
        };
        section.retain(|entry| {
            let is_replaced = is_same(&entry.key) && !entry.key_at.is_beside(at);
            if is_replaced && let Some(key) = self.siblings.iter().find(|key| key.name == entry.key) {
                findings.inline_secret |= key.kind.is_secret_in_file(&entry.value);
            }
            !is_replaced
        });
        section.push(Entry {
            key: self.key.name.to_owned(),
            key_at: at,
            value,
        });
    }
}

impl Kind {
    /// The value that a text from outside the file stands for: quotes have no meaning there, and commas part a list.
    fn content_of(&self, text: String) -> Content {
        let text_of = |text: &str| Content::Text(Zeroizing::new(text.to_owned()));
        match self {
            Self::Port | Self::Number(..) | Self::Switch | Self::Duration(..) => Content::plain(text.trim().to_owned()),
            Self::Globs | Self::FolderGlobs | Self::Words(_) | Self::Fingerprints => Content::Sequence(
                text.split(',')
                    .map(|item| Node {
                        at: Place::Default,
                        content: text_of(item.trim()),
                    })
                    .collect(),
            ),
            _ => Content::Text(Zeroizing::new(text)),
        }
    }
}

/// The variables of the environment that set a key.
#[must_use]
pub fn variables_set(env: &dyn Environment) -> Vec<&'static str> {
    let names = SETTABLE.iter().map(|settable| settable.variable.as_str());
    names.filter(|name| env.filled_var(name).is_some()).collect()
}
