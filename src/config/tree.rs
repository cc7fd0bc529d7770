//! From the text of the file to a tree of values with their places.
//!
//! One parser gives both; `serde_yaml` would give no places, and texts of errors that repeat values. The tests hold
//! the tree against `serde_yaml`.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use zeroize::Zeroizing;

use super::Place;
use super::node::{Content, Entry, Node};

/// Far more than the schema is deep.
const MAX_DEPTH: usize = 32;
/// Aliases included; far more than a file of the permitted size needs without them.
const MAX_WEIGHT: usize = 16 << 20;

/// Why the text is no YAML; there is no tree then.
pub(super) struct SyntaxError {
    pub at: Place,
    pub what: &'static str,
}

/// Reads the only document of the text; an empty text is an empty value.
pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        weight: 0,
    };
    reader.document()
}

struct Reader<'text> {
    parser: Parser<'text, StrInput<'text>>,
    anchors: HashMap<usize, Node>,
    weight: usize,
}

type Spanned<'text> = (Event<'text>, Place);

impl<'text> Reader<'text> {
    fn document(&mut self) -> Result<Node, SyntaxError> {
        let mut root = None;
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => {
                    return Ok(root.unwrap_or(Node {
                        at: Place::START,
                        content: Content::Null,
                    }));
                }
                (Event::DocumentStart(_), at) if root.is_some() => {
                    return fail(at, "a second YAML document begins here");
                }
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                value => root = Some(self.value(value, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<Spanned<'text>, SyntaxError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, start(&span))),
            Some(Err(error)) => Err(syntax_error(&error)),
            None => Ok((Event::StreamEnd, Place::START)),
        }
    }

    fn value(&mut self, (event, at): Spanned<'text>, depth: usize) -> Result<Node, SyntaxError> {
        if depth > MAX_DEPTH {
            return fail(at, "the values are nested too deeply");
        }
        let (anchor, content) = match event {
            Event::Alias(anchor) => return self.alias(anchor, at),
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(text.into_owned(), style, tag.as_deref())),
            Event::SequenceStart(anchor, tag) => (anchor, tagged(tag.as_deref(), self.sequence(depth)?)),
            Event::MappingStart(anchor, tag) => (anchor, tagged(tag.as_deref(), self.mapping(depth)?)),
            _ => return fail(at, "a value is missing"),
        };
        self.keep(anchor, Node { at, content })
    }

    fn keep(&mut self, anchor: usize, node: Node) -> Result<Node, SyntaxError> {
        if anchor > 0 {
            self.bear(&node)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, at: Place) -> Result<Node, SyntaxError> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return fail(at, "an alias (*) stands within the value it refers to");
        };
        let node = Node { at, ..node };
        self.bear(&node)?;
        Ok(node)
    }

    fn bear(&mut self, copy: &Node) -> Result<(), SyntaxError> {
        self.weight += copy.weight();
        if self.weight > MAX_WEIGHT {
            fail(copy.at, "the aliases (*) expand to too much")
        } else {
            Ok(())
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<Content, SyntaxError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Content::Sequence(items)),
                value => items.push(self.value(value, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Content, SyntaxError> {
        let mut entries = Vec::new();
        loop {
            let (key, key_at) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Content::Mapping(entries)),
                (Event::Scalar(key, ..), at) => (key.into_owned(), at),
                (_, at) => return fail(at, "a key must be one word"),
            };
            let value = self.next()?;
            entries.push(Entry {
                key,
                key_at,
                value: self.value(value, depth + 1)?,
            });
        }
    }
}

fn scalar(text: String, style: ScalarStyle, tag: Option<&Tag>) -> Content {
    match tag {
        None if style == ScalarStyle::Plain => Content::plain(text),
        None => Content::Text(Zeroizing::new(text)),
        Some(tag) if is_text_tag(tag) => Content::Text(Zeroizing::new(text)),
        Some(_) => {
            drop(Zeroizing::new(text));
            Content::Tagged
        }
    }
}

/// `!!str`, and the lone `!`, which means the same for a scalar.
fn is_text_tag(tag: &Tag) -> bool {
    (tag.is_yaml_core_schema() && tag.suffix == "str") || (tag.handle.is_empty() && tag.suffix == "!")
}

fn tagged(tag: Option<&Tag>, content: Content) -> Content {
    if tag.is_some() { Content::Tagged } else { content }
}

fn start(span: &Span) -> Place {
    Place::File {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

/// The parser's own texts are fixed but for one, which quotes a character that may be the first of a password.
fn syntax_error(error: &ScanError) -> SyntaxError {
    let at = Place::File {
        line: error.marker().line(),
        column: error.marker().col() + 1,
    };
    SyntaxError {
        at,
        what: known_text(error.info()),
    }
}

fn fail<T>(at: Place, what: &'static str) -> Result<T, SyntaxError> {
    Err(SyntaxError { at, what })
}

/// The commonest slips in plain words; the parser's other texts are of no more use than the place.
fn known_text(info: &str) -> &'static str {
    let slips = [
        (
            "unexpected character",
            "a value begins with a character that has a meaning in YAML",
        ),
        ("unknown anchor", "an alias (*) refers to nothing"),
        (
            "anchor or alias",
            "a value begins with & or *, which have a meaning in YAML",
        ),
        ("mapping values are not allowed", "a ':' stands where no key can be"),
        ("simple key", "a key is not followed by ':'"),
        ("recursion limit", "the values are nested too deeply"),
        ("tab", "a tab is used for indentation"),
        ("escape", "an escape (\\) within quotation marks has no meaning in YAML"),
        ("after double-quoted", "something follows the closing quotation mark"),
        (
            "found unexpected end of stream",
            "a quotation mark is opened and not closed",
        ),
        ("unexpected eof", "a [ or { is not closed"),
        ("flow", "a [ or { is not closed, or a comma is missing in it"),
        ("indent", "the indentation fits no line before"),
        ("block", "the indentation fits no line before"),
        ("tag", "a value begins with !, which has a meaning in YAML"),
    ];
    let fits = |(part, _): &&(&str, &str)| info.contains(part);
    slips
        .iter()
        .find(fits)
        .map_or("this is not well-formed YAML", |(_, text)| text)
}
