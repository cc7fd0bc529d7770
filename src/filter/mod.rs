//! The language of `--where`: which objects are meant. Pure.
//!
//! A comparison is true or false, never unknown: a field that an object does not have makes it false, `!=` is the
//! negation of `=`.

use jiff::Timestamp;

use crate::catalog::Field;

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
    /// It is absent, null, or an empty list.
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
