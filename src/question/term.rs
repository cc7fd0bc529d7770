//! What words come to: phrases that say something, names, numbers.

use std::ops::Range;

use super::meaning::Meaning;

/// One term.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    /// What it is.
    pub token: Token,
    /// As written, for messages.
    pub text: String,
    /// Where it stands in the question.
    pub span: Range<usize>,
    /// What words that say nothing stand before it.
    pub before: Before,
}

/// Words between two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Before {
    /// None.
    #[default]
    Nothing,
    /// A, some.
    Filler,
    /// Only: no other.
    Only,
    /// The, this: one that has a name.
    The,
    /// Are: with it a sentence goes on.
    Verb,
    /// All.
    All,
    /// Each: one by one.
    Each,
}

/// What a term is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A phrase of the vocabulary.
    Says(Meaning),
    /// A name.
    Name(Name),
    /// A number.
    Number(f64),
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// As written.
    pub text: String,
    /// In quotes: it is exactly this one.
    pub is_quoted: bool,
}

impl Name {
    /// Of "web-1's" makes "web-1".
    pub fn leave_genitive(&mut self) {
        if let Some(name) = self.genitive() {
            self.text = name.to_owned();
        }
    }

    /// Whose genitive it is, if it is one.
    pub fn genitive(&self) -> Option<&str> {
        let name = self.text.strip_suffix("'s").or_else(|| self.text.strip_suffix("’s"));
        name.filter(|_| !self.is_quoted)
    }
}
