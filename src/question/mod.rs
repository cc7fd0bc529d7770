//! Plain words as the selection that they ask for: the same words always mean the same, and nobody is asked.
//!
//! ```text
//! "shoe me all powred on vms" ─words─▶ words ─scan─▶ terms ─clauses─▶ claims ─resolve, logic─▶ Selection
//! ```
//!
//! `words` splits the text, `vocabulary` is the table of phrases and what they mean, `spelling` finds the word that
//! was meant, `scan` takes the longest phrase at each place and tells words from names, `clauses` finds what is asked
//! for and what is claimed of it, `resolve` says it with the fields of that kind, `logic` joins it.
//!
//! Nothing is passed over: a word that does not fit is a [`Refusal`], never a longer list.

mod alternatives;
mod clauses;
mod command;
mod head;
mod lexicon;
mod logic;
mod meaning;
mod named;
mod parsed;
mod quantities;
mod refusal;
mod resolve;
mod scan;
mod spelling;
mod term;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

pub use refusal::{Reason, Refusal};

use std::fmt;

use jiff::tz::TimeZone;

use self::scan::Scanned;
use crate::report::escape;
use crate::selection::Selection;

/// What a question came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    /// What is asked for. The columns are those that a list shows by itself, unless some were asked for.
    pub selection: Selection,
    /// Whether only their number is asked for.
    pub count: bool,
    /// Which words were read as others, in the order of the question.
    pub corrections: Vec<Correction>,
}

/// A word that was read as another. Its text says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// As it was written.
    pub written: String,
    /// As it was read.
    pub read: &'static str,
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read \"{}\" as \"{}\"", escape(&self.written), self.read)
    }
}

/// What the words ask for; local times are of the zone.
///
/// # Errors
/// A word that means nothing here, two readings, or a fact that is not kept; the error points at it.
pub fn understand(question: &str, timezone: TimeZone) -> Result<Understood, Refusal> {
    let refuse = |reason, corrections| Refusal::new(question, reason, corrections);
    let words = words::split(question).map_err(|reason| refuse(reason, Vec::new()))?;
    let Scanned { terms, corrections } = scan::scan(&words);
    let selection = terms.and_then(|terms| resolve::resolve(&clauses::parse(&terms)?, timezone));
    match selection {
        Ok((selection, count)) => Ok(Understood {
            selection,
            count,
            corrections,
        }),
        Err(reason) => Err(refuse(reason, corrections)),
    }
}
