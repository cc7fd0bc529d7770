//! What stands at a place of the question, and the names there.

use std::ops::Range;

use super::clauses::Parser;
use super::meaning::{Meaning, Topic};
use super::parsed::{Names, Place};
use super::refusal::{Doubt, Reason, Trouble};
use super::term::{Name, Term, Token};
use crate::catalog::Kind;

impl Parser<'_> {
    /// Takes names and what joins them.
    pub(super) fn names(&mut self) -> Option<Names> {
        let mut names = vec![self.take_name()?];
        let (mut is_and, mut is_or) = (false, false);
        loop {
            let joints = self.terms[self.at..].iter().take_while(|term| is_joint(term)).count();
            if joints > 0 && !self.is_name(self.at + joints) {
                break;
            }
            let between = &self.terms[self.at..self.at + joints];
            is_or |= between.iter().any(|term| term.token == Token::Says(Meaning::Or));
            is_and |= between.iter().any(|term| !matches!(term.text.as_str(), "," | ";"));
            self.at += joints;
            match self.take_name() {
                Some(name) => names.push(name),
                None => break,
            }
        }
        Some(Names {
            names,
            is_and: is_and && !is_or,
        })
    }

    fn take_name(&mut self) -> Option<Name> {
        let Token::Name(name) = &self.terms.get(self.at)?.token else {
            return None;
        };
        let mut name = name.clone();
        self.at += 1;
        // "Host esx1's running vms".
        let is_state = |said| matches!(said, Some(Meaning::State(_) | Meaning::Not));
        let states = (self.at..self.terms.len())
            .take_while(|at| is_state(self.said(*at)))
            .count();
        if self.topic_at(self.at + states).is_some() {
            name.leave_genitive();
        }
        Some(name)
    }

    pub(super) fn asked(&self) -> Option<Kind> {
        self.topic_at(self.head_at?)?.kind
    }

    pub(super) fn said(&self, at: usize) -> Option<Meaning> {
        match self.terms.get(at)?.token {
            Token::Says(meaning) => Some(meaning),
            Token::Name(_) | Token::Number(_) => None,
        }
    }

    pub(super) fn topic_at(&self, at: usize) -> Option<&'static Topic> {
        match self.said(at) {
            Some(Meaning::Topic(topic, _)) => Some(topic),
            _ => None,
        }
    }

    pub(super) fn is_name(&self, at: usize) -> bool {
        matches!(self.terms.get(at), Some(term) if matches!(term.token, Token::Name(_)))
    }

    pub(super) fn is_genitive(&self, at: usize) -> bool {
        matches!(&self.terms[at].token, Token::Name(name) if name.genitive().is_some())
    }

    /// Whether the claim ends here.
    pub(super) fn is_end(&self, at: usize) -> bool {
        self.terms.get(at).is_none_or(is_joint)
    }

    pub(super) fn place_of(&self, terms: Range<usize>) -> Place {
        let terms = &self.terms[terms];
        terms.first().map_or(0, |term| term.span.start)..terms.last().map_or(0, |term| term.span.end)
    }

    pub(super) fn lonely(&self, at: usize) -> Reason {
        match self.said(at + 1) {
            Some(Meaning::Beyond(why)) => Reason::Beyond(self.place_of(at + 1..at + 2), why),
            _ => Reason::Doubts(vec![Doubt::at(&self.terms[at], Trouble::Lonely)]),
        }
    }

    pub(super) fn name_of_what(&self, at: usize) -> Reason {
        Reason::Doubts(vec![Doubt::at(&self.terms[at], Trouble::NameOfWhat)])
    }
}

pub(super) fn is_joint(term: &Term) -> bool {
    matches!(term.token, Token::Says(Meaning::And | Meaning::But | Meaning::Or))
}
