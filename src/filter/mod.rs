//! Which objects are meant: a small language, `memory_mb > 4GB and not cluster ~ test*`. Pure.
//!
//! [`parse`] reads it, `Display` of [`Expr`] writes it, [`Expr::holds`] decides. A comparison is true or false, never
//! unknown: a field that an object does not have makes it false, `!=` is the negation of `=`.
//!
//! ```text
//! expression  all {"or" all}
//! all         one {"and" one}
//! one         "not" one | "(" expression ")" | condition
//! condition   SWITCH | FIELD ("=" | "!=") (VALUE | "none") | FIELD ("~" | "!~") PATTERN
//!             | FIELD ("<" | "<=" | ">" | ">=") VALUE
//!             "null" is "none"
//! VALUE       letters, digits and . : / @ _ - + % as they are, everything else in quotes
//! ```

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalog::{Field, Kind};

mod advice;
mod display;
mod error;
mod eval;
mod lexer;
mod literal;
mod operator;
mod parser;
mod time;

#[cfg(test)]
mod tests;

pub(crate) use advice::similar_field;
pub use display::text_literal;
pub(crate) use error::pointed;
pub use error::{FilterError, Mistake};
pub use operator::Operator;
pub use parser::parse;
pub use time::local as local_time;

/// How deep parentheses and `not` may be nested.
pub const MAX_DEPTH: usize = 50;
/// How long an expression may be, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// What an expression is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Whose fields there are.
    pub kind: Kind,
    /// What `-7d` counts from.
    pub now: Timestamp,
    /// Where days begin, and where times without an offset are.
    pub timezone: &'a TimeZone,
}

/// A condition on the objects of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All of them hold; true if there are none.
    All(Vec<Expr>),
    /// One of them holds; false if there are none.
    Any(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// One field is as described.
    Is(Comparison),
}

/// A condition on one field. Of a list it holds if it holds for one of its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The field.
    pub field: &'static Field,
    /// What is said of it.
    pub test: Test,
}

/// What is said of a field. Which of them fit follows from the field's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It says nothing: see [`Field::is_absent`].
    Absent,
    /// It is exactly this text.
    Text(String),
    /// It matches: `*` any characters, `?` one, letters of ASCII without case.
    Like(String),
    /// It is this.
    Switch(bool),
    /// It stands so to this number, in the field's own unit.
    Number(Order, f64),
    /// It stands so to this moment.
    Time(Order, Timestamp),
}

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

impl Expr {
    /// A condition on one field.
    #[must_use]
    pub const fn is(field: &'static Field, test: Test) -> Self {
        Self::Is(Comparison { field, test })
    }

    /// The opposite.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`!expression` hides what it does")]
    pub fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// That all of them hold; none if there are none.
    #[must_use]
    pub fn all(parts: Vec<Self>) -> Option<Self> {
        one_or(parts, Self::All)
    }

    /// That one of them holds; none if there are none.
    #[must_use]
    pub fn any(parts: Vec<Self>) -> Option<Self> {
        one_or(parts, Self::Any)
    }

    /// Every comparison in it, from left to right.
    #[must_use]
    pub fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::comparisons).collect(),
            Self::Not(inner) => inner.comparisons(),
            Self::Is(comparison) => vec![comparison],
        }
    }
}

fn one_or(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Option<Expr> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(many(parts)),
    }
}
