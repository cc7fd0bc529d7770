//! Reads the values of one section by the schema's names, with the schema's defaults.

use std::borrow::Cow;
use std::time::Duration;

use super::Place;
use super::node::{Content, Node};
use super::schema::{Key, Kind, Presence, ROOT};
use super::{times, values};

/// A section that `check` has seen. What it refused reads as absent: the configuration is refused anyway.
#[derive(Clone)]
pub(super) struct Section<'tree> {
    node: Option<&'tree Node>,
    keys: &'static [Key],
    /// Path for messages.
    pub path: String,
    /// Where it begins, or where it would stand.
    pub at: Place,
    /// Where a key is looked for that is not in this one.
    fallback: Option<Box<Section<'tree>>>,
}

impl<'tree> Section<'tree> {
    pub fn root(node: &'tree Node) -> Self {
        Self {
            node: Some(node),
            keys: ROOT,
            path: String::new(),
            at: node.at,
            fallback: None,
        }
    }

    /// This section over another: what is not written here holds as it is written there.
    pub fn over(self, fallback: &Self) -> Self {
        Self {
            fallback: Some(Box::new(fallback.clone())),
            ..self
        }
    }

    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Where the key's value stands, or else the section.
    pub fn place_of(&self, name: &str) -> Place {
        self.node
            .and_then(|node| node.get(name))
            .map_or(self.at, |node| node.at)
    }

    /// Whether the key is written.
    pub fn has(&self, name: &str) -> bool {
        self.node.is_some_and(|node| node.get(name).is_some())
    }

    /// Whether the key is written with the empty text that its kind takes for nothing.
    pub fn is_blank(&self, name: &str) -> bool {
        let takes_blank = matches!(
            self.key(name).map(|key| &key.kind),
            Some(Kind::Login | Kind::LoginPassword)
        );
        takes_blank && self.value(name).is_some_and(|node| values::text(&node).is_err())
    }

    /// Those of the keys that are written.
    pub fn present<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.has(name)).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.node.is_none_or(|node| node.entries().is_empty())
    }

    pub fn section(&self, name: &str) -> Self {
        let node = self.node.and_then(|node| node.get(name));
        let keys = match self.key(name).map(|key| &key.kind) {
            Some(Kind::Section(keys)) => *keys,
            _ => &[],
        };
        Self {
            node,
            keys,
            path: self.path_of(name),
            at: self.place_of(name),
            fallback: None,
        }
    }

    pub fn items(&self, name: &str) -> Vec<Self> {
        let Some(Kind::List(keys)) = self.key(name).map(|key| &key.kind) else {
            return Vec::new();
        };
        let nodes = match self.node.and_then(|node| node.get(name)).map(|node| &node.content) {
            Some(Content::Sequence(nodes)) => nodes.as_slice(),
            _ => &[],
        };
        let item = |(index, node): (usize, &'tree Node)| {
            let path = format!("{}[{index}]", self.path_of(name));
            Self {
                node: Some(node),
                keys,
                path,
                at: node.at,
                fallback: None,
            }
        };
        nodes.iter().enumerate().map(item).collect()
    }

    /// Whether the key is written with something that is no list.
    pub fn is_misused_list(&self, name: &str) -> bool {
        let content = self.node.and_then(|node| node.get(name)).map(|node| &node.content);
        content.is_some_and(|content| !matches!(content, Content::Sequence(_) | Content::Null))
    }

    fn key(&self, name: &str) -> Option<&'static Key> {
        let key = self.keys.iter().find(|key| key.name == name);
        debug_assert!(key.is_some(), "the schema has no {name} in {}", self.path);
        key
    }

    /// The valid value as written, in the fallback, or by default.
    fn value(&self, name: &str) -> Option<Cow<'tree, Node>> {
        let key = self.key(name)?;
        let written = self.node.and_then(|node| node.get(name));
        if let Some(node) = written {
            return key.kind.judge(node).ok().map(|()| Cow::Borrowed(node));
        }
        match (&self.fallback, key.presence) {
            (Some(fallback), _) => fallback.value(name),
            (None, Presence::Default(text)) => Some(Cow::Owned(Node::of_default(text))),
            (None, _) => None,
        }
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name)
            .and_then(|node| values::text(&node).ok().map(str::to_owned))
    }

    pub fn texts(&self, name: &str) -> Vec<String> {
        let Some(node) = self.value(name) else {
            return Vec::new();
        };
        node.items()
            .iter()
            .filter_map(|item| values::text(item).ok().map(str::to_owned))
            .collect()
    }

    pub fn number<N: TryFrom<u64>>(&self, name: &str) -> Option<N> {
        let node = self.value(name)?;
        N::try_from(values::number(&node, 0, u64::MAX).ok()?).ok()
    }

    pub fn switch(&self, name: &str) -> Option<bool> {
        self.value(name).and_then(|node| values::switch(&node).ok())
    }

    pub fn duration(&self, name: &str) -> Option<Duration> {
        self.value(name)
            .and_then(|node| times::duration(&node, Duration::ZERO, Duration::MAX).ok())
    }

    /// The value of a kind that has no reader here.
    pub fn read<T, E>(&self, name: &str, read: impl FnOnce(&Node) -> Result<T, E>) -> Option<T> {
        self.value(name).and_then(|node| read(&node).ok())
    }
}
