//! A value that knows where it stands: in the file as YAML, or in a layer over it.

use zeroize::Zeroizing;

use super::Place;

/// One value and where it begins.
#[derive(Clone)]
pub(super) struct Node {
    pub at: Place,
    pub content: Content,
}

/// Scalars keep the characters of the file, whatever they mean: 64 digits may be a number or a fingerprint. As any of
/// them can be a secret, all are overwritten when they are dropped.
#[derive(Clone)]
pub(super) enum Content {
    Null,
    Switch(bool),
    Number(Zeroizing<String>),
    Text(Zeroizing<String>),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
    /// A value with a tag (`!vault …`) that has no meaning here.
    Tagged,
}

/// A key, where it stands, and its value. A mapping holds duplicates too; `check` reports them.
#[derive(Clone)]
pub(super) struct Entry {
    pub key: String,
    pub key_at: Place,
    pub value: Node,
}

impl Node {
    /// The value that a default of the schema stands for.
    pub fn of_default(text: &str) -> Self {
        let content = if text == "[]" {
            Content::Sequence(Vec::new())
        } else {
            Content::plain(text.to_owned())
        };
        Self {
            at: Place::Default,
            content,
        }
    }

    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// A list, or one value that stands for a list of one.
    pub fn items(&self) -> &[Node] {
        match &self.content {
            Content::Sequence(items) => items,
            Content::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The section at a key, which begins here if there is none; `None` if something else stands there.
    pub fn section_mut(&mut self, key: &str, at: Place) -> Option<&mut Self> {
        let entries = self.entries_mut()?;
        let found = entries.iter().position(|entry| entry.key == key);
        let index = found.unwrap_or(entries.len());
        if found.is_none() {
            entries.push(Entry {
                key: key.to_owned(),
                key_at: at,
                value: Self {
                    at,
                    content: Content::Null,
                },
            });
        }
        Some(&mut entries[index].value)
    }

    /// The entries of a section, which has none yet if it has no value; `None` if it is none.
    pub fn entries_mut(&mut self) -> Option<&mut Vec<Entry>> {
        if matches!(self.content, Content::Null) {
            self.content = Content::Mapping(Vec::new());
        }
        match &mut self.content {
            Content::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The characters of a number or of a text.
    pub fn characters(&self) -> Option<&str> {
        match &self.content {
            Content::Number(text) | Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn describe(&self) -> &'static str {
        match &self.content {
            Content::Null => "no value",
            Content::Switch(_) => "a true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::Sequence(_) => "a list",
            Content::Mapping(_) => "a section",
            Content::Tagged => "a value with a YAML tag (!)",
        }
    }

    /// A measure of the memory in use, to bound what aliases can multiply.
    pub fn weight(&self) -> usize {
        let inside: usize = match &self.content {
            Content::Number(text) | Content::Text(text) => text.len(),
            Content::Sequence(items) => items.iter().map(Node::weight).sum(),
            Content::Mapping(entries) => entries.iter().map(|entry| entry.key.len() + entry.value.weight()).sum(),
            Content::Null | Content::Switch(_) | Content::Tagged => 0,
        };
        inside + size_of::<Entry>()
    }
}

impl Content {
    /// What a scalar without quotes means. The file's events say where things stand; what a word is, a number, a switch
    /// or text, is for the YAML library to say.
    pub fn plain(text: String) -> Self {
        match serde_yaml::from_str(&text) {
            Ok(serde_yaml::Value::Null) => Self::Null,
            Ok(serde_yaml::Value::Bool(switch)) => Self::Switch(switch),
            Ok(serde_yaml::Value::Number(_)) => Self::Number(Zeroizing::new(text)),
            Ok(_) | Err(_) => Self::Text(Zeroizing::new(text)),
        }
    }
}
