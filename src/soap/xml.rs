//! A namespace-aware pull reader with caps, over quick-xml's slice reader.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::error::{DecodeError, excerpt};
use super::limits::Limits;
use super::names::Scopes;
use super::tag::{Element, TagError};

/// What comes next inside an element.
pub(super) enum Node<'a> {
    Open(Element<'a>),
    Text(Cow<'a, str>),
    Close,
}

/// The reader. It keeps count of depth and elements, so that a caller may recurse without fear.
pub(super) struct Xml<'a> {
    input: &'a str,
    reader: Reader<&'a [u8]>,
    scopes: Scopes<'a>,
    depth: usize,
    elements: usize,
    pub(super) limits: Limits,
}

impl<'a> Xml<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        if bytes.len() > limits.bytes {
            return Err(DecodeError::TooLarge { limit: limits.bytes });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8 {
            at: error.valid_up_to(),
        })?;
        Ok(Self::over(text, limits))
    }

    pub(super) fn over(text: &'a str, limits: &Limits) -> Self {
        let input = text.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(input);
        reader.config_mut().expand_empty_elements = true;
        Self {
            input,
            reader,
            scopes: Scopes::default(),
            depth: 0,
            elements: 0,
            limits: *limits,
        }
    }

    /// The next child of the open element, or `None` when that element closes. Text between children is skipped.
    pub(super) fn child(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        loop {
            match self.next()? {
                Node::Open(element) => return Ok(Some(element)),
                Node::Close => return Ok(None),
                Node::Text(_) => {}
            }
        }
    }

    /// The whole text of the open element; elements inside it are passed over.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.next()? {
                Node::Text(more) => self.append(&mut text, more)?,
                Node::Open(_) => self.skip()?,
                Node::Close => return Ok(text),
            }
        }
    }

    /// Adds a piece of text: entities and CDATA sections split what is one text to the reader of the document.
    pub(super) fn append(&self, text: &mut Cow<'a, str>, more: Cow<'a, str>) -> Result<(), DecodeError> {
        if text.len() + more.len() > self.limits.text_bytes {
            return Err(DecodeError::TextTooLong {
                limit: self.limits.text_bytes,
            });
        }
        if text.is_empty() {
            *text = more;
        } else {
            text.to_mut().push_str(&more);
        }
        Ok(())
    }

    /// Passes over the rest of the open element.
    pub(super) fn skip(&mut self) -> Result<(), DecodeError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Reads on to the end of the document, where all elements have to be closed.
    pub(super) fn finish(&mut self) -> Result<(), DecodeError> {
        while self.depth > 0 {
            self.next()?;
        }
        loop {
            match self.reader.read_event().map_err(|error| self.misread(&error))? {
                Event::Eof => return Ok(()),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                _ => return Err(self.malformed("something follows the end of the document")),
            }
        }
    }

    /// The next event of interest inside the document.
    pub(super) fn next(&mut self) -> Result<Node<'a>, DecodeError> {
        loop {
            let start = self.position();
            // By reference: there are millions of events, and each is too large to be moved for nothing.
            match &self.reader.read_event() {
                Ok(Event::Start(tag)) => {
                    return self.open(start, tag.len(), tag.name().0.len()).map(Node::Open);
                }
                Ok(Event::End(_)) => return Ok(self.close()),
                Ok(Event::Text(text)) => return Ok(Node::Text(text.xml10_content())),
                Ok(Event::CData(text)) => return Ok(Node::Text(text.xml10_content())),
                Ok(Event::GeneralRef(entity)) => return Self::resolve(entity).map(Node::Text),
                Ok(Event::DocType(_)) => return Err(DecodeError::Doctype),
                Ok(Event::Eof) => {
                    return Err(DecodeError::Truncated { at: self.position() });
                }
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_)) => {}
                Err(error) => return Err(self.misread(error)),
            }
        }
    }

    #[cold]
    fn misread(&self, error: &quick_xml::Error) -> DecodeError {
        match error {
            quick_xml::Error::Syntax(_) => DecodeError::Truncated { at: self.input.len() },
            other => self.malformed(&other.to_string()),
        }
    }

    fn open(&mut self, start: usize, length: usize, name_length: usize) -> Result<Element<'a>, DecodeError> {
        if self.depth == self.limits.depth {
            return Err(DecodeError::TooDeep {
                limit: self.limits.depth,
            });
        }
        if self.elements == self.limits.elements {
            return Err(DecodeError::TooManyElements {
                limit: self.limits.elements,
            });
        }
        self.depth += 1;
        self.elements += 1;
        // The event borrows from itself only; the same bytes out of the input live as long as the input.
        let tag = self
            .input
            .get(start + 1..start + 1 + length)
            .ok_or_else(|| self.malformed("a tag out of place"))?;
        Element::read(tag, name_length, self.depth, &mut self.scopes).map_err(|error| match error {
            TagError::Scope(error) => error,
            TagError::Attribute(reason) => self.malformed(&reason),
        })
    }

    fn close(&mut self) -> Node<'a> {
        self.scopes.leave(self.depth);
        self.depth = self.depth.saturating_sub(1);
        Node::Close
    }

    /// Only character references and the five entities of XML itself: nothing expands to anything long.
    fn resolve(entity: &BytesRef<'a>) -> Result<Cow<'a, str>, DecodeError> {
        let text = match &**entity {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "apos" => "'",
            "quot" => "\"",
            name => match entity.resolve_char_ref() {
                Ok(Some(character)) => return Ok(Cow::Owned(character.to_string())),
                _ => {
                    return Err(DecodeError::UnknownEntity { name: excerpt(name) });
                }
            },
        };
        Ok(Cow::Borrowed(text))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn malformed(&self, reason: &str) -> DecodeError {
        DecodeError::Malformed {
            at: self.position(),
            reason: excerpt(reason),
        }
    }
}
