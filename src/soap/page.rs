//! The pages of the property collector.

use super::answer::{Decoded, open_body, read_answer};
use super::error::DecodeError;
use super::fault::read_localized;
use super::limits::Limits;
use super::request::PropertySpec;
use super::tree::{read_reference, read_value};
use super::value::{MissingProperty, ObjectContent, Page, Value};
use super::xml::Xml;

/// Bytes of a page's head in which the token is looked for.
const HEAD: usize = 16 << 10;
/// What most objects have at most.
const PROPERTIES: usize = 32;

/// Reads the answer of `method` (`RetrievePropertiesEx` or `ContinueRetrievePropertiesEx`, which are alike). No
/// `returnval` at all is an empty page: that is how real servers say "nothing" — and how some answer an expired session.
/// Properties that no spec names are dropped.
pub fn read_page<'a>(bytes: &'a [u8], method: &str, specs: &[PropertySpec], limits: &Limits) -> Decoded<Page<'a>> {
    let mut paths = Paths::of(specs);
    let mut xml = Xml::new(bytes, limits)?;
    read_answer(&mut xml, method, |xml| {
        let mut page = Page::default();
        while let Some(child) = xml.child()? {
            if child.is_vim("returnval") {
                read_result(xml, &mut paths, &mut page)?;
            } else {
                xml.skip()?;
            }
        }
        Ok(page)
    })
}

/// The token of a page, looked up in its head without reading the page. It stands before the objects (WSDL type
/// `RetrieveResult`), so this is cheap. `None` also for anything odd: reading the page will tell what is wrong, and
/// finds a token that stands elsewhere.
#[must_use]
pub fn peek_token(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let text = head.utf8_chunks().next()?.valid();
    find_token(&mut Xml::over(text, &Limits::default())).ok().flatten()
}

fn find_token(xml: &mut Xml<'_>) -> Result<Option<String>, DecodeError> {
    open_body(xml)?;
    while let Some(child) = xml.child()? {
        if child.is_vim("token") {
            return Ok(Some(xml.text()?.into_owned()));
        }
        if !child.is_vim("returnval") {
            return Ok(None);
        }
    }
    Ok(None)
}

fn read_result<'a>(xml: &mut Xml<'a>, paths: &mut Paths, page: &mut Page<'a>) -> Result<(), DecodeError> {
    while let Some(child) = xml.child()? {
        if child.is_vim("objects") {
            if page.objects.len() == xml.limits.objects {
                return Err(DecodeError::TooManyObjects {
                    limit: xml.limits.objects,
                });
            }
            page.objects.push(read_object(xml, paths)?);
        } else if child.is_vim("token") {
            // The first one counts, as it does for a peek.
            page.token.get_or_insert(xml.text()?.into_owned());
        } else {
            xml.skip()?;
        }
    }
    Ok(())
}

fn read_object<'a>(xml: &mut Xml<'a>, paths: &mut Paths) -> Result<ObjectContent<'a>, DecodeError> {
    let mut object = None;
    let mut properties = Vec::with_capacity(PROPERTIES);
    let mut missing = Vec::new();
    while let Some(child) = xml.child()? {
        match child.name {
            "obj" if child.is_vim("obj") => object = Some(read_reference(xml, &child)?),
            "propSet" => properties.extend(read_property(xml, paths)?),
            "missingSet" => missing.push(read_missing(xml)?),
            _ => xml.skip()?,
        }
    }
    let object = object.filter(|object| !object.kind.is_empty() && !object.value.is_empty());
    Ok(ObjectContent {
        object: object.ok_or(DecodeError::Missing { element: "obj" })?,
        properties,
        missing,
    })
}

fn read_property<'a>(xml: &mut Xml<'a>, paths: &mut Paths) -> Result<Option<(&'static str, Value<'a>)>, DecodeError> {
    let mut path = None;
    let mut value = None;
    while let Some(child) = xml.child()? {
        match child.name {
            "name" => path = paths.find(&xml.text()?),
            "val" => value = Some(read_value(xml, &child)?),
            _ => xml.skip()?,
        }
    }
    Ok(path.zip(value))
}

fn read_missing(xml: &mut Xml<'_>) -> Result<MissingProperty, DecodeError> {
    let mut path = None;
    let mut fault = None;
    while let Some(child) = xml.child()? {
        match child.name {
            "path" => path = Some(xml.text()?.into_owned()),
            "fault" => fault = Some(read_localized(xml)?),
            _ => xml.skip()?,
        }
    }
    let path = path.ok_or(DecodeError::Missing { element: "path" })?;
    Ok(MissingProperty {
        path,
        fault: fault.ok_or(DecodeError::Missing { element: "fault" })?,
    })
}

/// Every path of the specs, once: a property's name becomes the spec's own text instead of a copy.
struct Paths {
    sorted: Vec<&'static str>,
    /// For each, the place of the one that came after it the last time: objects mostly have theirs in one order.
    next: Vec<usize>,
    last: usize,
}

impl Paths {
    fn of(specs: &[PropertySpec]) -> Self {
        let mut sorted: Vec<_> = specs.iter().flat_map(|spec| spec.paths.iter().copied()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self {
            next: vec![0; sorted.len()],
            sorted,
            last: 0,
        }
    }

    fn find(&mut self, path: &str) -> Option<&'static str> {
        let expected = self.next.get(self.last).copied().unwrap_or(0);
        let found = match self.sorted.get(expected) {
            Some(known) if *known == path => expected,
            _ => self.sorted.binary_search(&path).ok()?,
        };
        self.next[self.last] = found;
        self.last = found;
        Some(self.sorted[found])
    }
}
