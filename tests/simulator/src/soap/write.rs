//! Values and envelopes as text, typed the way real servers do it.

use std::borrow::Cow;

use crate::schema::schema;
use crate::value::{DataObject, MoRef, Value};

const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    "\n<soapenv:Envelope",
    r#" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/""#,
    r#" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
    r#" xmlns:xsd="http://www.w3.org/2001/XMLSchema""#,
    r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
    "\n<soapenv:Body>\n",
);
const TAIL: &str = "\n</soapenv:Body>\n</soapenv:Envelope>";

/// A whole answer around the content of its body.
pub(crate) fn envelope(body: &str) -> String {
    [HEAD, body, TAIL].concat()
}

/// Text with the characters of markup escaped; a carriage return too, or parsers would turn it into a line feed.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"', '\r']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    Cow::Owned(text.replace('\r', "&#xd;"))
}

/// `<tag>text</tag>`.
pub(crate) fn element(out: &mut String, tag: &str, text: &str) {
    open(out, tag, &[]);
    out.push_str(&escaped(text));
    close(out, tag);
}

/// A reference whose type is known from its place: `<obj type="Folder">group-d1</obj>`.
pub(crate) fn local_ref(out: &mut String, tag: &str, reference: &MoRef) {
    open(out, tag, &[("type", &reference.kind)]);
    out.push_str(&escaped(&reference.id));
    close(out, tag);
}

/// A value of type `anyType`, with its `xsi:type`: a property.
pub(crate) fn typed(out: &mut String, tag: &str, value: &Value, declared: &'static str) {
    match value {
        Value::List(members) => array(out, tag, members, declared),
        single => one(out, tag, single, declared, true),
    }
}

/// A value where its type is known: a field of a data object, repeated for an array.
pub(crate) fn nested(out: &mut String, tag: &str, value: &Value, declared: &'static str) {
    match value {
        Value::List(members) => {
            for member in members {
                one(out, tag, member, declared, false);
            }
        }
        single => one(out, tag, single, declared, false),
    }
}

/// `<tag xsi:type="ArrayOfInt"><int xsi:type="xsd:int">-1</int></tag>`.
fn array(out: &mut String, tag: &str, members: &[Value], kind: &'static str) {
    let mut array_type = String::from("ArrayOf");
    let mut letters = kind.chars();
    array_type.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    array_type.push_str(letters.as_str());
    open(out, tag, &[("xsi:type", &array_type)]);
    for member in members {
        one(out, kind, member, kind, true);
    }
    close(out, tag);
}

fn one(out: &mut String, tag: &str, value: &Value, declared: &'static str, with_type: bool) {
    let name = type_name(value, declared);
    let differs = name != declared && !name.starts_with("xsd:");
    let shown = with_type || differs || declared == "anyType";
    let xsi = shown.then_some(("xsi:type", name));
    match value {
        Value::Ref(reference) => {
            let xsi = with_type.then_some(("xsi:type", "ManagedObjectReference"));
            let attributes: Vec<_> = [Some(("type", reference.kind.as_str())), xsi]
                .into_iter()
                .flatten()
                .collect();
            open(out, tag, &attributes);
            out.push_str(&escaped(&reference.id));
        }
        Value::Object(object) => {
            open(out, tag, xsi.as_slice());
            fields(out, object);
        }
        scalar => {
            open(out, tag, xsi.as_slice());
            out.push_str(&scalar_text(scalar));
        }
    }
    close(out, tag);
}

fn fields(out: &mut String, object: &DataObject) {
    for field in schema().fields(object.kind) {
        if let Some(value) = object.get(field.name) {
            nested(out, field.name, value, field.kind);
        }
    }
}

fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Text(text) => escaped(text),
        Value::Ref(_) | Value::Object(_) | Value::List(_) => Cow::Borrowed(""),
    }
}

fn type_name(value: &Value, declared: &'static str) -> &'static str {
    match (value, declared) {
        (Value::Object(object), _) => object.kind,
        (Value::Ref(_), _) => "ManagedObjectReference",
        (Value::Bool(_), "anyType") | (_, "boolean") => "xsd:boolean",
        (Value::Number(_), "anyType") | (_, "int") => "xsd:int",
        (Value::Text(_), "anyType") | (_, "string") => "xsd:string",
        (_, "long") => "xsd:long",
        (_, "short") => "xsd:short",
        (_, "byte") => "xsd:byte",
        (_, "float") => "xsd:float",
        (_, "double") => "xsd:double",
        (_, "dateTime") => "xsd:dateTime",
        (_, "base64Binary") => "xsd:base64Binary",
        (_, enumeration) => enumeration,
    }
}

/// A start tag.
pub(crate) fn open(out: &mut String, tag: &str, attributes: &[(&str, &str)]) {
    out.push('<');
    out.push_str(tag);
    for (name, value) in attributes {
        for part in [" ", name, "=\"", &escaped(value), "\""] {
            out.push_str(part);
        }
    }
    out.push('>');
}

/// An end tag.
pub(crate) fn close(out: &mut String, tag: &str) {
    for part in ["</", tag, ">"] {
        out.push_str(part);
    }
}
