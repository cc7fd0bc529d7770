//! Reads the value of the open element, whatever its type.

use std::borrow::Cow;

use super::error::DecodeError;
use super::names::Namespace;
use super::tag::Element;
use super::value::{Reference, Value};
use super::xml::{Node, Xml};

/// Reads up to the close of `element`. What it is follows from `xsi:type` where the server names one, else from the
/// content: real servers name the type of every member of an array, vcsim does not.
pub(super) fn read_value<'a>(xml: &mut Xml<'a>, element: &Element<'a>) -> Result<Value<'a>, DecodeError> {
    if is_array(element) {
        return read_members(xml).map(Value::Array);
    }
    let mut text = Cow::Borrowed("");
    let mut fields = Vec::new();
    loop {
        match xml.next()? {
            Node::Text(more) => xml.append(&mut text, more)?,
            Node::Open(child) => fields.push((child.name, read_value(xml, &child)?)),
            Node::Close => return Ok(build(element, text, fields)),
        }
    }
}

/// Reads `<obj type="Folder">group-v3</obj>`.
pub(super) fn read_reference<'a>(xml: &mut Xml<'a>, element: &Element<'a>) -> Result<Reference<'a>, DecodeError> {
    let value = xml.text()?;
    Ok(Reference::new(element.kind.unwrap_or_default(), value))
}

fn read_members<'a>(xml: &mut Xml<'a>) -> Result<Vec<Value<'a>>, DecodeError> {
    let mut members = Vec::new();
    while let Some(member) = xml.child()? {
        members.push(read_value(xml, &member)?);
    }
    Ok(members)
}

fn is_array(element: &Element<'_>) -> bool {
    matches!(element.schema_type, Some((Namespace::Vim, name)) if name.starts_with("ArrayOf"))
}

fn build<'a>(element: &Element<'a>, text: Cow<'a, str>, fields: Vec<(&'a str, Value<'a>)>) -> Value<'a> {
    if !fields.is_empty() {
        return Value::Struct {
            type_name: struct_type(element),
            fields,
        };
    }
    if let Some(kind) = element.kind {
        return Value::Reference(Reference::new(kind, text));
    }
    // A data object whose every field is unset is as empty as an empty string; enumerations are never empty.
    match struct_type(element) {
        Some(name) if text.trim().is_empty() => Value::Struct {
            type_name: Some(name),
            fields,
        },
        _ => Value::Text(text),
    }
}

fn struct_type<'a>(element: &Element<'a>) -> Option<&'a str> {
    match element.schema_type {
        Some((Namespace::Vim, name)) => Some(name),
        _ => None,
    }
}
