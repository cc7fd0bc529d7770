//! An expression as one would write it; read again, it is the same.

use std::fmt;

use super::lexer::{is_bare, is_wild};
use super::literal::is_none;
use super::operator::Operator;
use super::parser::is_keyword;
use super::{Comparison, Expr, Order, Test};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => write_joined(f, parts, " and ", "or"),
            Self::Any(parts) => write_joined(f, parts, " or ", "and"),
            Self::Not(inner) => write_negated(f, inner),
            Self::Is(comparison) => write!(f, "{comparison}"),
        }
    }
}

/// Nothing to join is written as what every object is, or none.
fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], sign: &str, of_none: &str) -> fmt::Result {
    if parts.is_empty() {
        return write!(f, "(name = none {of_none} name != none)");
    }
    let is_all = sign == " and ";
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(sign)?;
        }
        match part {
            Expr::Any(_) => write!(f, "({part})")?,
            Expr::All(_) if is_all => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

fn write_negated(f: &mut fmt::Formatter<'_>, inner: &Expr) -> fmt::Result {
    match inner {
        Expr::All(_) | Expr::Any(_) => write!(f, "not ({inner})"),
        Expr::Not(_) => write!(f, "not {inner}"),
        Expr::Is(comparison) => match comparison.negated() {
            Some(operator) => comparison.write(f, operator),
            None => write!(f, "not {comparison}"),
        },
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, self.operator())
    }
}

impl Comparison {
    const fn operator(&self) -> Operator {
        match self.test {
            Test::Like(_) => Operator::Like,
            Test::Absent
            | Test::Text(_)
            | Test::Switch(_)
            | Test::Number(Order::Equal, _)
            | Test::Time(Order::Equal, _) => Operator::Is,
            Test::Number(order, _) | Test::Time(order, _) => Operator::Order(order),
        }
    }

    /// The operator that says the opposite; none if `not` has to.
    const fn negated(&self) -> Option<Operator> {
        match (self.operator(), &self.test) {
            (_, Test::Switch(true)) | (Operator::Order(_), _) => None,
            (Operator::Like, _) => Some(Operator::NotLike),
            _ => Some(Operator::IsNot),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, operator: Operator) -> fmt::Result {
        let name = self.field.name;
        match &self.test {
            Test::Absent => write!(f, "{name} {operator} none"),
            Test::Text(text) => write!(f, "{name} {operator} {}", text_literal(text)),
            Test::Like(pattern) => write!(f, "{name} {operator} {}", literal(pattern, true)),
            Test::Switch(true) => f.write_str(name),
            Test::Switch(false) => write!(f, "{name} {operator} false"),
            Test::Number(_, number) => write!(f, "{name} {operator} {number}"),
            Test::Time(_, moment) => write!(f, "{name} {operator} {moment}"),
        }
    }
}

/// A text as a value after `=`: in quotes where it would not be one without.
#[must_use]
pub fn text_literal(text: &str) -> String {
    literal(text, false)
}

fn literal(text: &str, is_pattern: bool) -> String {
    let is_plain = |c: char| is_bare(c) || is_pattern && is_wild(c);
    let is_word = is_keyword(text) || is_none(text);
    if !text.is_empty() && !is_word && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_invisible(c) => quoted.extend(["\\u{", &hexadecimal(c), "}"]),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn hexadecimal(c: char) -> String {
    format!("{:x}", u32::from(c))
}

/// Controls, and what turns the direction of a line: they would not be seen, or hide what stands beside them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
