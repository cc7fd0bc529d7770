//! The envelope of an answer: what was asked for, or a fault.

use super::error::{DecodeError, excerpt};
use super::fault::{Fault, read_fault};
use super::limits::Limits;
use super::names::Namespace;
use super::tag::Element;
use super::tree::read_value;
use super::value::Value;
use super::xml::Xml;

/// An answer that was understood: the method's result, or the server's refusal.
pub type Decoded<T> = Result<Result<T, Fault>, DecodeError>;

/// Reads the answer to `method` as a value: its `returnval`, or `None` where the method returns nothing.
pub fn read_returnval<'a>(bytes: &'a [u8], method: &str, limits: &Limits) -> Decoded<Option<Value<'a>>> {
    let mut xml = Xml::new(bytes, limits)?;
    read_answer(&mut xml, method, |xml| {
        let mut value = None;
        while let Some(child) = xml.child()? {
            if child.is_vim("returnval") {
                value = Some(read_value(xml, &child)?);
            } else {
                xml.skip()?;
            }
        }
        Ok(value)
    })
}

/// Walks to the response of `method`, has `read` take it up to its close, and sees to it that the document ends well:
/// a cut answer is never a shorter one.
pub(super) fn read_answer<'a, T>(
    xml: &mut Xml<'a>,
    method: &str,
    read: impl FnOnce(&mut Xml<'a>) -> Result<T, DecodeError>,
) -> Decoded<T> {
    let content = open_body(xml)?;
    let decoded = if content.namespace == Namespace::Soap && content.name == "Fault" {
        Err(read_fault(xml)?)
    } else {
        check_response(&content, method)?;
        Ok(read(xml)?)
    };
    xml.finish()?;
    Ok(decoded)
}

/// Opens the first element of the body.
pub(super) fn open_body<'a>(xml: &mut Xml<'a>) -> Result<Element<'a>, DecodeError> {
    let missing = |element| DecodeError::Missing { element };
    let root = xml.child()?.ok_or(missing("Envelope"))?;
    if root.namespace != Namespace::Soap || root.name != "Envelope" {
        return Err(DecodeError::NotSoap {
            found: excerpt(root.name),
        });
    }
    while let Some(child) = xml.child()? {
        if child.namespace == Namespace::Soap && child.name == "Body" {
            return xml.child()?.ok_or(missing("Body"));
        }
        xml.skip()?;
    }
    Err(missing("Body"))
}

fn check_response(content: &Element<'_>, method: &str) -> Result<(), DecodeError> {
    if content.namespace == Namespace::Vim && content.name.strip_suffix("Response") == Some(method) {
        return Ok(());
    }
    Err(DecodeError::Unexpected {
        expected: format!("{method}Response"),
        found: excerpt(content.name),
    })
}
