//! What is known of one property.

use serde::Serialize;

/// A property as it arrived. "Unset" and "not told" are different things: the first is knowledge, the second never
/// overwrites what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Fact<T> {
    /// The server sent this value.
    Known(T),
    /// The server answered and the property is unset.
    Unset,
    /// Nothing is known: no permission, or the answer never arrived.
    #[default]
    Unread,
}

impl<T> Fact<T> {
    /// The value, if one arrived.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unset | Self::Unread => None,
        }
    }

    /// The same, borrowed.
    pub const fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Known(value) => Fact::Known(value),
            Self::Unset => Fact::Unset,
            Self::Unread => Fact::Unread,
        }
    }

    /// Whether the server refused the property or never got to it.
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Unread)
    }

    /// The same state of knowledge about something derived from the value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(convert(value)),
            Self::Unset => Fact::Unset,
            Self::Unread => Fact::Unread,
        }
    }

    /// As [`Fact::map`]; a value that cannot be converted counts as not read.
    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Option<U>) -> Fact<U> {
        match self {
            Self::Known(value) => convert(value).map_or(Fact::Unread, Fact::Known),
            Self::Unset => Fact::Unset,
            Self::Unread => Fact::Unread,
        }
    }
}
