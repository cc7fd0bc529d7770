//! From characters to tokens.

use std::ops::Range;

use super::error::Mistake;
use super::operator::Operator;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    /// In bytes.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// As it stands there.
    Word(String),
    /// Without its quotes and escapes.
    Quoted(String),
    Operator(Operator),
    Open,
    Close,
}

/// What is wrong, and where.
pub type Flaw = (Mistake, Range<usize>);

/// Signs of other languages, and what they are here.
const FOREIGN: [(&str, &str); 6] = [
    ("==", "="),
    ("<>", "!="),
    ("=~", "~"),
    ("&&", "and"),
    ("||", "or"),
    ("!", "not"),
];

/// What may stand in a value without quotes.
pub fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '/' | '@' | '-' | '+' | '%')
}

/// What may stand in a pattern without quotes.
pub fn is_wild(c: char) -> bool {
    matches!(c, '*' | '?')
}

/// Takes the whole expression apart.
pub fn tokens(text: &str) -> Result<Vec<Token>, Flaw> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = token(&text[at..], c).map_err(|(mistake, place)| (mistake, shifted(place, at)))?;
        let span = at..at + length;
        at = span.end;
        tokens.push(Token { kind, span });
    }
    Ok(tokens)
}

fn shifted(place: Range<usize>, by: usize) -> Range<usize> {
    place.start + by..place.end + by
}

/// The token that the text, which is not empty, begins with, and its length.
fn token(text: &str, first: char) -> Result<(TokenKind, usize), Flaw> {
    match first {
        '(' => Ok((TokenKind::Open, 1)),
        ')' => Ok((TokenKind::Close, 1)),
        '"' | '\'' => quoted(text, first),
        c if is_bare(c) || is_wild(c) => {
            let length = text.find(|c| !is_bare(c) && !is_wild(c)).unwrap_or(text.len());
            Ok((TokenKind::Word(text[..length].to_owned()), length))
        }
        _ => sign(text, first),
    }
}

fn sign(text: &str, first: char) -> Result<(TokenKind, usize), Flaw> {
    let known = Operator::SIGNS.iter().find(|(sign, _)| text.starts_with(sign));
    let foreign = FOREIGN.iter().find(|(sign, _)| text.starts_with(sign));
    match (known, foreign) {
        (Some((sign, _)), Some((other, here))) if other.len() > sign.len() => Err(foreign_sign(other, here)),
        (Some((sign, operator)), _) => Ok((TokenKind::Operator(*operator), sign.len())),
        (None, Some((other, here))) => Err(foreign_sign(other, here)),
        (None, None) => Err((Mistake::Character { found: first }, 0..first.len_utf8())),
    }
}

fn foreign_sign(found: &'static str, here: &'static str) -> Flaw {
    (Mistake::ForeignSign { found, here }, 0..found.len())
}

/// Either quote will do; inside, `\` takes the meaning from the next character.
fn quoted(text: &str, quote: char) -> Result<(TokenKind, usize), Flaw> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            c if c == quote => return Ok((TokenKind::Quoted(value), at + 1)),
            '\\' => value.push(escaped(text, at, &mut characters)?),
            c => value.push(c),
        }
    }
    Err((Mistake::OpenQuote, 0..text.len()))
}

fn escaped(text: &str, start: usize, rest: &mut impl Iterator<Item = (usize, char)>) -> Result<char, Flaw> {
    let Some((at, c)) = rest.next() else {
        return Err((Mistake::OpenQuote, 0..text.len()));
    };
    match c {
        '\\' | '"' | '\'' => Ok(c),
        'n' => Ok('\n'),
        't' => Ok('\t'),
        'r' => Ok('\r'),
        'u' => code_point(text, start, rest),
        _ => Err((Mistake::Escape, start..at + c.len_utf8())),
    }
}

/// `\u{2028}`: what cannot be seen.
fn code_point(text: &str, start: usize, rest: &mut impl Iterator<Item = (usize, char)>) -> Result<char, Flaw> {
    let body: String = rest.map(|(_, c)| c).take_while(|c| *c != '}').take(9).collect();
    let point = body
        .strip_prefix('{')
        .filter(|digits| digits.len() <= 6)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32);
    let end = start + 2 + body.len() + 1;
    let end = if text.is_char_boundary(end) { end } else { text.len() };
    point.ok_or((Mistake::Escape, start..end))
}
