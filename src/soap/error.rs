//! What can be wrong with an answer.

/// Most characters of a server's own words that are repeated in a message.
const EXCERPT: usize = 300;

/// Why an answer is not the answer of a vSphere server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The answer ends before its last element is closed.
    #[error("the answer ends too early, at byte {at}")]
    Truncated {
        /// Where the bytes ended.
        at: usize,
    },
    /// No well-formed XML.
    #[error("the answer is not well-formed at byte {at}: {reason}")]
    Malformed {
        /// Where the parser stopped.
        at: usize,
        /// The parser's own words.
        reason: String,
    },
    /// No UTF-8.
    #[error("the answer is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Where the first bad byte stands.
        at: usize,
    },
    /// A DOCTYPE, which SOAP 1.1 forbids (section 3) and entity bombs need.
    #[error("the answer holds a DOCTYPE, which SOAP forbids")]
    Doctype,
    /// An entity other than the five that XML defines itself.
    #[error("the answer uses the undefined entity {name:?}")]
    UnknownEntity {
        /// Its name.
        name: String,
    },
    /// The root is something else: a web page, another service.
    #[error("the answer is not a SOAP envelope, but <{found}>")]
    NotSoap {
        /// The root element.
        found: String,
    },
    /// Another element than the method's response.
    #[error("the answer holds <{found}> instead of <{expected}>")]
    Unexpected {
        /// What the method answers with.
        expected: String,
        /// What stood there.
        found: String,
    },
    /// An element without which the answer means nothing.
    #[error("the answer lacks <{element}>")]
    Missing {
        /// Its name.
        element: &'static str,
    },
    /// More bytes than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// [`Limits::bytes`](super::Limits::bytes).
        limit: usize,
    },
    /// Elements inside each other beyond the cap.
    #[error("the answer is nested deeper than {limit} elements")]
    TooDeep {
        /// [`Limits::depth`](super::Limits::depth).
        limit: usize,
    },
    /// More elements than allowed.
    #[error("the answer has more than {limit} elements")]
    TooManyElements {
        /// [`Limits::elements`](super::Limits::elements).
        limit: usize,
    },
    /// More objects on a page than allowed.
    #[error("the answer has more than {limit} objects")]
    TooManyObjects {
        /// [`Limits::objects`](super::Limits::objects).
        limit: usize,
    },
    /// More namespace declarations in force at once than allowed.
    #[error("the answer declares more than {limit} namespaces at once")]
    TooManyNamespaces {
        /// The cap.
        limit: usize,
    },
    /// One text beyond the cap.
    #[error("the answer has a text of more than {limit} bytes")]
    TextTooLong {
        /// [`Limits::text_bytes`](super::Limits::text_bytes).
        limit: usize,
    },
}

/// A server's words, fit for one line of a terminal: shortened, without control characters.
pub(super) fn excerpt(text: &str) -> String {
    let mut words: String = text
        .trim()
        .chars()
        .take(EXCERPT)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.trim().chars().nth(EXCERPT).is_some() {
        words.push('…');
    }
    words
}
