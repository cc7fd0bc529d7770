//! What the value after an operator means to its field.

use super::error::Mistake;
use super::lexer::is_wild;
use super::operator::Operator;
use super::{Context, Expr, Order, Test, time};
use crate::catalog::{Field, FieldType, Unit};

/// A value as it was written.
#[derive(Debug)]
pub struct Written {
    pub text: String,
    is_quoted: bool,
}

impl Written {
    pub fn bare(text: &str) -> Self {
        let text = text.to_owned();
        Self { text, is_quoted: false }
    }

    pub fn quoted(text: &str) -> Self {
        let text = text.to_owned();
        Self { text, is_quoted: true }
    }

    fn is_none(&self) -> bool {
        !self.is_quoted && is_none(&self.text)
    }
}

/// Words for what is absent: `null` is that of JSON, in which the rows are printed.
pub fn is_none(word: &str) -> bool {
    ["none", "null"].iter().any(|none| word.eq_ignore_ascii_case(none))
}

/// The comparison that was written. The operator fits the field.
pub fn expression(
    field: &'static Field,
    operator: Operator,
    value: &Written,
    context: &Context<'_>,
) -> Result<Expr, Mistake> {
    let (order, is_negated) = match operator {
        Operator::Is | Operator::Like => (Order::Equal, false),
        Operator::IsNot | Operator::NotLike => (Order::Equal, true),
        Operator::Order(order) => (order, false),
    };
    let expression = if value.is_none() {
        absence(field, operator)?
    } else {
        match field.kind {
            FieldType::Text | FieldType::Texts => Expr::is(field, text(field, operator, value)?),
            FieldType::Switch => Expr::is(field, Test::Switch(switch(field, &value.text)?)),
            FieldType::Number(unit) => Expr::is(field, Test::Number(order, number(field, unit, &value.text)?)),
            FieldType::Time | FieldType::LocalTime => time::expression(field, order, &value.text, context)?,
            FieldType::Records | FieldType::TextMap => return Err(Mistake::NotCompared { field }),
        }
    };
    Ok(if is_negated { expression.not() } else { expression })
}

fn absence(field: &'static Field, operator: Operator) -> Result<Expr, Mistake> {
    match operator {
        Operator::Is | Operator::IsNot => Ok(Expr::is(field, Test::Absent)),
        Operator::Like | Operator::NotLike | Operator::Order(_) => Err(Mistake::OrderOfNone { operator }),
    }
}

fn text(field: &'static Field, operator: Operator, value: &Written) -> Result<Test, Mistake> {
    match operator {
        Operator::Like | Operator::NotLike => Ok(Test::Like(value.text.clone())),
        _ if !value.is_quoted && value.text.contains(is_wild) => Err(Mistake::Pattern { field, operator }),
        _ if field.is_closed && !field.words().any(|word| word == value.text) => Err(Mistake::Word {
            field,
            found: value.text.clone(),
        }),
        _ => Ok(Test::Text(value.text.clone())),
    }
}

fn switch(field: &'static Field, text: &str) -> Result<bool, Mistake> {
    let is_one_of = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is_one_of(["true", "yes"]), is_one_of(["false", "no"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Mistake::Switch {
            field,
            found: text.to_owned(),
        }),
    }
}

/// Digits, and perhaps a point with digits behind it.
pub fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// In the field's own unit.
fn number(field: &'static Field, unit: Unit, text: &str) -> Result<f64, Mistake> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (count, written) = text.split_at(digits);
    let bad = || Mistake::Number {
        field,
        found: text.to_owned(),
    };
    if !is_number(count) {
        return Err(bad());
    }
    let count: f64 = count.parse().map_err(|_| bad())?;
    let factor = match written {
        "" => 1.0,
        written => unit.factor(written).ok_or_else(|| Mistake::Unit {
            field,
            found: written.to_owned(),
        })?,
    };
    let number = count * factor;
    if number.is_finite() { Ok(number) } else { Err(bad()) }
}

const KIBI: f64 = 1024.0;
/// With what follows them they are the same: K, KB and KiB are 1024.
const SIZES: [(&str, f64); 6] = [
    ("", 1.0),
    ("k", KIBI),
    ("m", KIBI * KIBI),
    ("g", KIBI * KIBI * KIBI),
    ("t", KIBI * KIBI * KIBI * KIBI),
    ("p", KIBI * KIBI * KIBI * KIBI * KIBI),
];
const FREQUENCIES: [(&str, f64); 4] = [("hz", 1.0), ("khz", 1e3), ("mhz", 1e6), ("ghz", 1e9)];
const TIMES: [(&str, f64); 5] = [
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86_400.0),
    ("w", 604_800.0),
];

impl Unit {
    /// By what a number in a written unit is multiplied to be one in this unit.
    fn factor(self, written: &str) -> Option<f64> {
        let written = written.to_ascii_lowercase();
        let find = |table: &[(&str, f64)], name: &str| {
            let found = table.iter().find(|(known, _)| *known == name);
            found.map(|(_, factor)| *factor)
        };
        let prefix = ["ib", "b", ""].iter().find_map(|end| written.strip_suffix(end));
        match self {
            Self::One => None,
            Self::Byte => find(&SIZES, prefix?),
            Self::Mebibyte => find(&SIZES, prefix?).map(|bytes| bytes / (KIBI * KIBI)),
            Self::Hertz => find(&FREQUENCIES, &written),
            Self::Megahertz => find(&FREQUENCIES, &written).map(|hertz| hertz / 1e6),
            Self::Second => find(&TIMES, &written),
        }
    }

    /// What can stand behind its numbers, for people; none if nothing can.
    pub(super) const fn written(self) -> Option<&'static str> {
        match self {
            Self::One => None,
            Self::Byte | Self::Mebibyte => Some("B, KB, MB, GB, TB, PB (powers of 1024; KiB and K are the same)"),
            Self::Hertz | Self::Megahertz => Some("Hz, kHz, MHz, GHz"),
            Self::Second => Some("s, m, h, d, w"),
        }
    }

    /// What a number without a unit counts.
    pub(super) const fn counted(self) -> &'static str {
        match self {
            Self::One => "a plain number",
            Self::Byte => "bytes",
            Self::Mebibyte => "MiB",
            Self::Megahertz => "MHz",
            Self::Hertz => "Hz",
            Self::Second => "seconds",
        }
    }
}
