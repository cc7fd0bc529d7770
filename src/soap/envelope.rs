//! Writes requests. Every text is escaped on its way in; there is no other way in.

use zeroize::Zeroizing;

use super::request::Request;
use super::value::ManagedObjectReference;

const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
    r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>"#
);
const TAIL: &str = "</soapenv:Body></soapenv:Envelope>";

/// A request that is being written. The buffer is overwritten when it is dropped.
pub(super) struct Envelope {
    method: &'static str,
    buffer: Zeroizing<Vec<u8>>,
}

impl Envelope {
    /// Begins the call of `method` on `this`. `text` is the number of bytes of all texts to come: the buffer is taken
    /// large enough at once, because a buffer that grows leaves copies of a password behind.
    pub(super) fn call(method: &'static str, this: &ManagedObjectReference, text: usize) -> Self {
        let mut envelope = Self {
            method,
            buffer: Zeroizing::new(Vec::with_capacity(2048 + 6 * text)),
        };
        envelope.raw(HEAD).raw("<").raw(method).raw(r#" xmlns="urn:vim25">"#);
        envelope.reference("_this", this);
        envelope
    }

    /// Markup, as it stands.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.buffer.extend_from_slice(markup.as_bytes());
        self
    }

    /// `<name>text</name>`.
    pub(super) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.raw("<")
            .raw(name)
            .raw(">")
            .escaped(text)
            .raw("</")
            .raw(name)
            .raw(">")
    }

    /// `<name type="kind">value</name>`.
    pub(super) fn reference(&mut self, name: &str, object: &ManagedObjectReference) -> &mut Self {
        self.raw("<")
            .raw(name)
            .raw(r#" type=""#)
            .escaped(&object.kind)
            .raw(r#"">"#);
        self.escaped(&object.value).raw("</").raw(name).raw(">")
    }

    /// Ends the call.
    pub(super) fn finish(mut self) -> Request {
        let method = self.method;
        self.raw("</").raw(method).raw(">").raw(TAIL);
        Request {
            method,
            body: self.buffer,
        }
    }

    /// XML 1.0, section 2.4. Line ends and tabs as references too: a reader would turn them into other white space.
    fn escaped(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            match byte {
                b'<' => self.buffer.extend_from_slice(b"&lt;"),
                b'>' => self.buffer.extend_from_slice(b"&gt;"),
                b'&' => self.buffer.extend_from_slice(b"&amp;"),
                b'"' => self.buffer.extend_from_slice(b"&quot;"),
                b'\'' => self.buffer.extend_from_slice(b"&apos;"),
                b'\n' => self.buffer.extend_from_slice(b"&#10;"),
                b'\r' => self.buffer.extend_from_slice(b"&#13;"),
                b'\t' => self.buffer.extend_from_slice(b"&#9;"),
                other => self.buffer.push(other),
            }
        }
        self
    }
}
