//! What is wrong with an expression, and where.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::advice::{TIMES, form, in_our_words, noun, pattern, units, unknown_field, words};
use super::lexer::TokenKind;
use super::{MAX_DEPTH, MAX_LENGTH, Operator};
use crate::catalog::{Field, Kind};

/// Why an expression cannot be read. Its text shows the place, and ends with a hint.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterError {
    text: String,
    place: Range<usize>,
    kind: Kind,
    /// What is wrong.
    pub mistake: Mistake,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "its text says what each member is")]
pub enum Mistake {
    Empty,
    TooLong,
    TooDeep,
    Character { found: char },
    ForeignSign { found: &'static str, here: &'static str },
    ForeignWord { field: &'static Field, found: String },
    OpenQuote,
    Escape,
    Unopened,
    Unclosed,
    Unexpected { found: Option<TokenKind>, expected: String },
    UnknownField { name: String },
    NoOperator { field: &'static Field },
    Unfit { field: &'static Field, operator: Operator },
    NoValue { field: &'static Field, operator: Operator },
    OrderOfNone { operator: Operator },
    NotCompared { field: &'static Field },
    Pattern { field: &'static Field, operator: Operator },
    Word { field: &'static Field, found: String },
    Switch { field: &'static Field, found: String },
    Number { field: &'static Field, found: String },
    Unit { field: &'static Field, found: String },
    Time { field: &'static Field, found: String },
}

impl FilterError {
    pub(super) fn new(text: &str, place: Range<usize>, kind: Kind, mistake: Mistake) -> Self {
        Self {
            text: text.to_owned(),
            place,
            kind,
            mistake,
        }
    }

    /// Where it is wrong, in bytes of the expression.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }
}

impl Error for FilterError {}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to read the filter: {}", self.mistake.what(self.kind))?;
        if !matches!(self.mistake, Mistake::Empty | Mistake::TooLong) {
            let (line, carets) = pointed(&self.text, &self.place);
            write!(f, "\n  {line}\n  {carets}")?;
        }
        write!(f, "\nhint: {}", self.mistake.hint(self.kind))
    }
}

/// Columns of text before and after the place, at most.
const AROUND: usize = 32;

/// The expression around the place, and a line that points at it from below.
pub(crate) fn pointed(text: &str, place: &Range<usize>) -> (String, String) {
    let before: String = visible(&text[..place.start]);
    let (cut, before) = last_columns(&before, AROUND);
    let before = if cut { format!("…{before}") } else { before.to_owned() };
    let found = first_columns(&visible(&text[place.clone()]), AROUND);
    let after = first_columns(&visible(&text[place.end..]), AROUND);
    let carets = "^".repeat(found.width().max(1));
    let line = format!("{before}{found}{after}");
    (
        line.trim_end().to_owned(),
        format!("{}{carets}", " ".repeat(before.width())),
    )
}

/// On one line, whatever it holds.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn first_columns(text: &str, columns: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    let head: String = text.chars().take_while(fits).collect();
    if head.len() < text.len() { head + "…" } else { head }
}

fn last_columns(text: &str, columns: usize) -> (bool, &str) {
    let mut used = 0;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        start = at;
    }
    (start > 0, &text[start..])
}

impl Mistake {
    fn what(&self, kind: Kind) -> String {
        match self {
            Self::Empty => "it is empty".to_owned(),
            Self::TooLong => format!("it is longer than {MAX_LENGTH} bytes"),
            Self::TooDeep => format!("parentheses and `not` are nested deeper than {MAX_DEPTH}"),
            Self::Character { found } => format!("{} has no meaning here", shown_character(*found)),
            Self::ForeignSign { found, here } => format!("`{found}` is no operator; `{here}` is"),
            Self::ForeignWord { found, .. } => format!("`{found}` is no operator"),
            Self::OpenQuote => "a quote is not closed".to_owned(),
            Self::Escape => "this escape is not known".to_owned(),
            Self::Unopened => "this `)` closes nothing".to_owned(),
            Self::Unclosed => "this `(` is not closed".to_owned(),
            Self::Unexpected { found, expected } => {
                format!("expected {expected}, found {}", shown_token(found.as_ref()))
            }
            Self::UnknownField { name } => format!("{} have no field '{name}'", kind.plural()),
            Self::NoOperator { field } => format!("nothing is said of {}, which is {}", field.name, noun(field.kind)),
            Self::Unfit { field, operator } => {
                format!(
                    "`{operator}` does not fit {}, which is {}",
                    field.name,
                    noun(field.kind)
                )
            }
            Self::NoValue { field, operator } => {
                format!("expected a value after {} {operator}, found the end", field.name)
            }
            Self::OrderOfNone { operator } => format!("`{operator}` does not fit none, which means absence"),
            Self::NotCompared { field } => format!("{} cannot be compared with a value", field.name),
            Self::Pattern { operator, .. } => format!("`{operator}` knows no `*` and `?`"),
            Self::Word { field, found } => format!("{} is never '{found}'", field.name),
            Self::Switch { field, found } => format!("{} is true or false, not '{found}'", field.name),
            Self::Number { field, found } => format!("{} is a number, not '{found}'", field.name),
            Self::Unit { field, found } => format!("{} is not counted in '{found}'", field.name),
            Self::Time { field, found } => format!("{} is a time, not '{found}'", field.name),
        }
    }

    fn hint(&self, kind: Kind) -> String {
        match self {
            Self::Empty | Self::Unexpected { found: None, .. } => example(kind).to_owned(),
            Self::TooLong | Self::TooDeep => {
                "patterns (name ~ 'web-*') can say with one condition what many do".to_owned()
            }
            Self::Character { found: ',' } => {
                format!("of several values each is compared: name = a or name = b; {QUOTES}")
            }
            Self::Character { .. } => QUOTES.to_owned(),
            Self::ForeignSign { .. } => "there are = != ~ !~ < <= > >= and or not ( )".to_owned(),
            Self::ForeignWord { field, found } => in_our_words(field, found),
            Self::OpenQuote => "what begins with \" or ' ends with it; \\\" and \\' are quotes inside".to_owned(),
            Self::Escape => "there are \\\\ \\\" \\' \\n \\t \\r and \\u{HEX}".to_owned(),
            Self::Unopened | Self::Unclosed => {
                "in a value, parentheses stand in quotes: name = \"web (old)\"".to_owned()
            }
            Self::Unexpected { .. } => format!("{QUOTES}; {}", example(kind)),
            Self::UnknownField { name } => unknown_field(name, kind),
            Self::Unfit { field, .. } => format!(
                "{} takes {}: {}",
                field.name,
                Operator::fitting(field.kind),
                form(field)
            ),
            Self::NoOperator { field }
            | Self::NoValue { field, .. }
            | Self::NotCompared { field }
            | Self::Switch { field, .. } => form(field),
            Self::OrderOfNone { .. } => "= none and != none ask for it; \"none\" in quotes is a text".to_owned(),
            Self::Pattern { field, operator } => pattern(field, *operator),
            Self::Word { field, found } => words(field, found),
            Self::Number { field, .. } | Self::Unit { field, .. } => units(field),
            Self::Time { .. } => TIMES.to_owned(),
        }
    }
}

const QUOTES: &str = "a value with other characters than letters, digits and . : / @ _ - + % stands in quotes";

fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Vm => "for instance: power_state = on and memory_mb >= 4GB and not name ~ test*",
        _ => "for instance: name ~ prod* and not name = prod-1",
    }
}

fn shown_character(c: char) -> String {
    if c.is_control() {
        "this character".to_owned()
    } else {
        format!("`{c}`")
    }
}

fn shown_token(token: Option<&TokenKind>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(TokenKind::Word(word)) => format!("'{word}'"),
        Some(TokenKind::Quoted(_)) => "a text in quotes".to_owned(),
        Some(TokenKind::Operator(operator)) => format!("`{operator}`"),
        Some(TokenKind::Open) => "`(`".to_owned(),
        Some(TokenKind::Close) => "`)`".to_owned(),
    }
}
