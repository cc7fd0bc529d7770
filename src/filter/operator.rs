//! The signs between a field and a value.

use std::fmt;

use super::Order;
use crate::catalog::FieldType;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `~`
    Like,
    /// `!~`
    NotLike,
    /// `<`, `<=`, `>=`, `>`; never [`Order::Equal`].
    Order(Order),
}

impl Operator {
    /// The longest first, as they are read.
    pub(super) const SIGNS: [(&'static str, Self); 8] = [
        ("!=", Self::IsNot),
        ("!~", Self::NotLike),
        ("<=", Self::Order(Order::AtMost)),
        (">=", Self::Order(Order::AtLeast)),
        ("=", Self::Is),
        ("~", Self::Like),
        ("<", Self::Order(Order::Less)),
        (">", Self::Order(Order::Greater)),
    ];

    /// Whether it can stand after a field of this type. `none` can be compared with whatever the type is.
    pub(super) const fn fits(self, kind: FieldType) -> bool {
        match self {
            Self::Is | Self::IsNot => true,
            Self::Like | Self::NotLike => matches!(kind, FieldType::Text | FieldType::Texts),
            Self::Order(_) => matches!(kind, FieldType::Number(_) | FieldType::Time | FieldType::LocalTime),
        }
    }

    /// Those that can stand after a field of this type, as people read them.
    pub(super) fn fitting(kind: FieldType) -> String {
        let order = ["=", "!=", "~", "!~", "<", "<=", ">", ">="];
        let of_sign = |sign: &&str| Self::SIGNS.iter().find(|(known, _)| known == sign);
        let fits = |sign: &&str| of_sign(sign).is_some_and(|(_, operator)| operator.fits(kind));
        order.into_iter().filter(fits).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Like => "~",
            Self::NotLike => "!~",
            Self::Order(order) => order.sign(),
        })
    }
}

impl Order {
    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }

    /// Whether a value that compares so stands so.
    #[must_use]
    pub const fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::AtLeast => ordering.is_ge(),
            Self::Greater => ordering.is_gt(),
        }
    }
}
