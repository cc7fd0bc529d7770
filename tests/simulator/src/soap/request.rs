//! Requests: a small tree of elements, names resolved by namespace, never by prefix.

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::SoapFault;
use crate::value::MoRef;

const SOAP: Namespace<'static> = Namespace("http://schemas.xmlsoap.org/soap/envelope/");
const XSI: Namespace<'static> = Namespace("http://www.w3.org/2001/XMLSchema-instance");
/// Deeper than any request of a client; a nest of `selectSet`s stays below twenty.
const MAX_DEPTH: usize = 64;

/// One element of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The local name.
    pub(crate) name: String,
    /// The unqualified attribute `type`: the object type of a reference.
    pub(crate) ref_type: Option<String>,
    /// The local part of `xsi:type`.
    pub(crate) xsi_type: Option<String>,
    /// The text directly in it.
    pub(crate) text: String,
    /// Its children.
    pub(crate) children: Vec<Element>,
}

/// The call in a request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The object it is made on.
    pub(crate) this: MoRef,
    /// The element named like the method, with the arguments in it.
    pub(crate) arguments: Element,
}

impl Element {
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.text_of(name).map(str::trim), Some("true" | "1"))
    }

    pub(crate) fn reference(&self) -> Option<MoRef> {
        Some(MoRef::new(self.ref_type.clone()?, self.text.trim()))
    }
}

/// The call in a request.
pub(crate) fn parse(body: &str) -> Result<Call, SoapFault> {
    let envelope = parse_tree(body).map_err(|error| SoapFault::invalid_request(error.to_string()))?;
    let invalid = |what: &str| SoapFault::invalid_request(what.to_owned());
    let body = envelope.child("Body").ok_or_else(|| invalid("no SOAP body"))?;
    let arguments = body.children.first().ok_or_else(|| invalid("an empty SOAP body"))?;
    let this = arguments.child("_this").and_then(Element::reference);
    Ok(Call {
        this: this.ok_or_else(|| invalid("missing the object of the call"))?,
        arguments: arguments.clone(),
    })
}

fn parse_tree(body: &str) -> Result<Element, Box<dyn std::error::Error>> {
    let mut reader = NsReader::from_str(body);
    let mut tree = Tree::default();
    loop {
        match reader.read_event()? {
            Event::Start(start) => tree.open(new_element(&reader, &start)?)?,
            Event::Empty(start) => {
                tree.open(new_element(&reader, &start)?)?;
                tree.close()?;
            }
            Event::Text(text) => tree.text(&text.xml10_content()),
            Event::CData(text) => tree.text(&text.xml10_content()),
            Event::GeneralRef(reference) => tree.text(&resolve_reference(&reference)?),
            Event::End(_) => tree.close()?,
            Event::Eof => return Err("the document ends too early".into()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if let Some(root) = tree.root.take() {
            return Ok(root);
        }
    }
}

/// A tree in the making.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree {
    fn open(&mut self, element: Element) -> Result<(), &'static str> {
        if self.open.len() >= MAX_DEPTH {
            return Err("nested too deeply");
        }
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text += text;
        }
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let element = self.open.pop().ok_or("an end without a start")?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }
}

fn resolve_reference(reference: &BytesRef) -> Result<String, Box<dyn std::error::Error>> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    Ok(text.ok_or("an unknown entity")?.to_owned())
}

fn new_element(reader: &NsReader<&[u8]>, start: &BytesStart) -> Result<Element, Box<dyn std::error::Error>> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let mut element = Element {
        name: name.as_ref().to_owned(),
        ..Element::default()
    };
    if element.name == "Envelope" && namespace != ResolveResult::Bound(SOAP) {
        return Err("the root element is not a SOAP 1.1 envelope".into());
    }
    for attribute in start.attributes() {
        let attribute = attribute?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        if name.as_ref() != "type" {
            continue;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?;
        match namespace {
            ResolveResult::Bound(bound) if bound == XSI => {
                element.xsi_type = value.rsplit(':').next().map(str::to_owned);
            }
            ResolveResult::Unbound => element.ref_type = Some(value.into_owned()),
            _ => {}
        }
    }
    Ok(element)
}
