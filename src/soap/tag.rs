//! What a start tag says: a name, prefix declarations, and the two attributes that matter.

use std::borrow::Cow;

use quick_xml::events::attributes::Attributes;

use super::error::DecodeError;
use super::names::{Namespace, Scopes};

/// An element that was just opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) namespace: Namespace,
    /// The local name.
    pub(super) name: &'a str,
    /// `xsi:type`, resolved.
    pub(super) schema_type: Option<(Namespace, &'a str)>,
    /// The unqualified `type` attribute: the kind of a managed object reference.
    pub(super) kind: Option<&'a str>,
}

/// Why a tag cannot be read.
pub(super) enum TagError {
    Scope(DecodeError),
    /// The parser's own words.
    Attribute(String),
}

impl<'a> Element<'a> {
    /// Reads the text between `<` and `>`, and notes its prefix declarations as those of the element at `depth`.
    pub(super) fn read(
        tag: &'a str,
        name_length: usize,
        depth: usize,
        scopes: &mut Scopes<'a>,
    ) -> Result<Self, TagError> {
        let (name, attributes) = tag.split_at(name_length);
        let (schema_type, kind) = if attributes.is_empty() {
            (None, None)
        } else {
            read_attributes(tag, name_length, depth, scopes)?
        };
        let (namespace, name) = scopes.split(name);
        Ok(Self {
            namespace,
            name,
            schema_type: schema_type.map(|name| scopes.split(name)),
            kind,
        })
    }

    /// Whether it is this element of the vSphere API.
    pub(super) fn is_vim(&self, name: &str) -> bool {
        self.namespace == Namespace::Vim && self.name == name
    }
}

/// Notes the declarations and finds `xsi:type` and `type`. A declaration counts for its own element wherever it
/// stands in it, so a prefix that is declared after its use is looked up once more.
fn read_attributes<'a>(
    tag: &'a str,
    from: usize,
    depth: usize,
    scopes: &mut Scopes<'a>,
) -> Result<(Option<&'a str>, Option<&'a str>), TagError> {
    let (mut schema_type, mut kind) = (None, None);
    let (mut used, mut late) = (false, false);
    for attribute in attributes(tag, from) {
        let (name, value) = attribute?;
        match name.split_once(':') {
            None if name == "type" => kind = Some(value),
            None if name == "xmlns" => scopes.declare(depth, "", value).map_err(TagError::Scope)?,
            Some(("xmlns", prefix)) => {
                scopes.declare(depth, prefix, value).map_err(TagError::Scope)?;
                late = used;
            }
            Some((prefix, "type")) => {
                used = true;
                schema_type = schema_type.or(instance(scopes, prefix, value));
            }
            _ => {}
        }
    }
    Ok((
        if late {
            find_schema_type(tag, from, scopes)?
        } else {
            schema_type
        },
        kind,
    ))
}

fn find_schema_type<'a>(tag: &'a str, from: usize, scopes: &Scopes<'a>) -> Result<Option<&'a str>, TagError> {
    for attribute in attributes(tag, from) {
        let (name, value) = attribute?;
        if let Some((prefix, "type")) = name.split_once(':')
            && let Some(found) = instance(scopes, prefix, value)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn instance<'a>(scopes: &Scopes<'_>, prefix: &str, value: &'a str) -> Option<&'a str> {
    (scopes.resolve(prefix) == Namespace::Instance).then_some(value)
}

/// Name and value as they stand: neither kinds nor the namespaces that matter contain entities. Without the check for
/// duplicates, which takes the square of their number.
fn attributes(tag: &str, from: usize) -> impl Iterator<Item = Result<(&str, &str), TagError>> {
    let mut attributes = Attributes::new(tag, from);
    attributes.with_checks(false);
    attributes.map(|attribute| {
        let attribute = attribute.map_err(|error| TagError::Attribute(error.to_string()))?;
        match attribute.value {
            Cow::Borrowed(value) => Ok((attribute.key.0, value)),
            Cow::Owned(_) => Err(TagError::Attribute("an attribute out of place".into())),
        }
    })
}
