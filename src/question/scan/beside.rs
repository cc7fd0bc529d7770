//! Small words beside a bare name, which may be a part of it: of names in quotes nobody has to ask.

use super::{Due, Scan, number};
use crate::question::meaning::{How, Meaning};
use crate::question::refusal::{Doubt, Trouble};
use crate::question::term::{Before, Token};

/// Fillers that begin with these are no part of a name, and go on with the sentence behind one.
const SAYING: &str = "is are was were be been being am do does did that which who what where whose with we you exist \
    exists existing currently now presently still already actually right please pls plz thanks either both only";

impl Scan<'_> {
    /// Whether words that say nothing elsewhere may belong to the bare name beside them: cluster Production A, named My VM.
    pub(super) fn is_part_of_name(&self, at: usize, length: usize, due: Due) -> bool {
        if SAYING.split_whitespace().any(|word| word == self.read[at]) {
            return false;
        }
        let next = self.words.get(at + length);
        if let Some(Token::Name(name)) = self.terms.last().map(|term| &term.token) {
            // "In cluster A show all vms", "that are all off".
            let begins = matches!(self.terms[0].token, Token::Says(Meaning::Place | Meaning::On));
            let is_next = begins && next.is_some() && self.words[at].text.len() > 1;
            return !name.is_quoted && !is_next && self.before != Before::Verb;
        }
        match due {
            Due::Always => next.is_none_or(|word| !word.is_quoted),
            Due::Likely | Due::Perhaps | Due::Another => next.is_some_and(|word| {
                let is_known = word.is_quoted || self.phrase(at + length).is_some();
                !is_known && number(&word.lower).is_none()
            }),
            Due::IfLike | Due::Never => false,
        }
    }

    pub(super) fn doubt_part(&mut self, at: usize, length: usize, due: Due) -> usize {
        if self.is_behind_name() {
            return self.doubt(at, due);
        }
        let end = self.words.len().min(at + length + 1);
        self.doubts.push(Doubt::new(&self.words[at..end], Trouble::NameOrWord));
        length
    }

    /// "Vms including templates": rather the templates than a part of the name.
    pub(super) fn is_contained(&self, meaning: Meaning) -> bool {
        let is_of_listed = matches!(self.said(1), Some(Meaning::Topic(topic, _)) if topic.kind.is_some());
        is_of_listed
            && self.said(0) == Some(Meaning::Called(How::Contains))
            && matches!(meaning, Meaning::State(_) | Meaning::Topic(..))
    }
}
