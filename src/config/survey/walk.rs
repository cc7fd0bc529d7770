//! Through the schema and the tree side by side: from what is written to what is shown.

use super::super::Place;
use super::super::node::{Content, Node};
use super::super::place::Directories;
use super::super::resolve::{Derived, Resolved};
use super::super::schema::{Key, Kind, Presence, ROOT, secret_behind};
use super::super::times::{duration, show_duration};
use super::{Setting, SurveyedSecret, Value};

/// All settings of a configuration, in the order of the schema.
pub(super) fn settings(root: &Node, directories: &Directories, resolved: &Resolved) -> Vec<Setting> {
    let walk = Walk {
        directories,
        secrets: &resolved.secrets,
        derived: &resolved.derived,
    };
    let mut settings = Vec::new();
    walk.section(Some(root), ROOT, "", true, &mut settings);
    settings
}

struct Walk<'a> {
    directories: &'a Directories,
    secrets: &'a [SurveyedSecret],
    derived: &'a Derived,
}

impl Walk<'_> {
    /// `has_defaults`: whether what is not written here holds by default, not by a section elsewhere.
    fn section(
        &self,
        node: Option<&Node>,
        keys: &'static [Key],
        path: &str,
        has_defaults: bool,
        settings: &mut Vec<Setting>,
    ) {
        for key in keys {
            let written = node.and_then(|node| node.get(key.name));
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            match key.kind {
                Kind::Unused(_) => {}
                Kind::Section(inner) => self.inner(written, key, inner, &path, has_defaults, settings),
                Kind::List(inner) => {
                    for (index, item) in written.map(Node::items).unwrap_or_default().iter().enumerate() {
                        self.section(Some(item), inner, &format!("{path}[{index}]"), true, settings);
                    }
                }
                _ => settings.extend(self.value(node, keys, key, path, has_defaults)),
            }
        }
    }

    fn inner(
        &self,
        written: Option<&Node>,
        key: &Key,
        inner: &'static [Key],
        path: &str,
        has_defaults: bool,
        settings: &mut Vec<Setting>,
    ) {
        let is_on_top = key.name == path;
        let holds_by_itself = key.presence == Presence::Filled;
        let is_in_use = || self.is_known_below(path);
        if written.is_some() || has_defaults && is_on_top && (holds_by_itself || is_in_use()) {
            return self.section(written, inner, path, has_defaults && is_on_top, settings);
        }
        if let (true, Presence::Optional(without)) = (is_on_top, key.presence) {
            settings.push(Setting {
                key: path.to_owned(),
                value: Value::Unset(without),
                place: Place::Default,
            });
        }
    }

    /// Whether a section that is not written has a value all the same: a credential, or one that resolution found.
    fn is_known_below(&self, path: &str) -> bool {
        let is_below = |key: &str| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        self.secrets.iter().any(|secret| is_below(&secret.key)) || self.derived.keys().any(|key| is_below(key))
    }

    fn value(
        &self,
        section: Option<&Node>,
        keys: &'static [Key],
        key: &'static Key,
        path: String,
        has_defaults: bool,
    ) -> Option<Setting> {
        let written = section.and_then(|section| section.get(key.name));
        if let Some(secret) = secret_behind(keys, key.name) {
            let is_known = secret.name == key.name && self.secrets.iter().any(|secret| secret.key == path);
            return is_known.then(|| Setting {
                place: place_of_secret(section, keys, secret),
                key: path,
                value: Value::Secret,
            });
        }
        let (value, place) = match (written, key.presence, self.derived.get(&path)) {
            (Some(node), _, _) => (self.shown(&key.kind, node), node.at),
            (None, _, Some(derived)) => (derived.clone()?.into(), Place::Default),
            (None, Presence::Default(text), None) if has_defaults => {
                (self.shown(&key.kind, &Node::of_default(text)), Place::Default)
            }
            (None, _, None) => return None,
        };
        Some(Setting {
            key: path,
            value: Value::Shown(value),
            place,
        })
    }

    fn shown(&self, kind: &Kind, node: &Node) -> serde_json::Value {
        match (kind, &node.content) {
            (_, Content::Switch(on)) => (*on).into(),
            // With its unit, as those that were written with one.
            (Kind::Duration(least, most), Content::Number(digits)) => {
                let span = duration(node, *least, *most);
                span.map_or_else(|_| digits.as_str().to_owned(), show_duration).into()
            }
            (_, Content::Number(digits)) => {
                serde_json::from_str(digits).unwrap_or_else(|_| digits.as_str().to_owned().into())
            }
            (Kind::Path, Content::Text(path)) => self.directories.join(node.at, path).display().to_string().into(),
            (Kind::HttpUrl, Content::Text(url)) => without_query(url).into(),
            (_, Content::Text(text)) => text.as_str().to_owned().into(),
            (_, Content::Sequence(items)) => items.iter().map(|item| self.shown(kind, item)).collect(),
            (_, Content::Null | Content::Mapping(_) | Content::Tagged) => serde_json::Value::Null,
        }
    }
}

fn place_of_secret(section: Option<&Node>, keys: &'static [Key], secret: &Key) -> Place {
    let is_of_it = |name: &str| secret_behind(keys, name).is_some_and(|key| key.name == secret.name);
    let entry = section.and_then(|section| section.entries().iter().find(|entry| is_of_it(&entry.key)));
    entry.map_or(Place::Default, |entry| entry.value.at)
}

/// A query may be a token.
fn without_query(url: &str) -> String {
    match url.split_once('?') {
        Some((before, _)) => format!("{before}?…"),
        None => url.to_owned(),
    }
}
