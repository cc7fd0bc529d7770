//! Where words that are alike follow one another, and both could be meant, or either.

use super::clauses::Parser;
use super::meaning::{Meaning, Names as NameForm, State};
use super::parsed::{Claim, Claimed, Join};
use super::refusal::{Doubt, Reason, Trouble};
use super::term::{Before, Term, Token};
use crate::catalog::Kind;

impl Parser<'_> {
    /// A word that says it all.
    pub(super) fn state(&mut self, at: usize, state: &'static State) -> Result<(), Reason> {
        self.check_noun(at, state)?;
        if let Some(last) = self.parsed.claims.last() {
            self.check_next(at, state, last)?;
        }
        self.running_before_head(at)?;
        self.claimed(at, Claim::State(state))
    }

    /// "Running windows vms" run themselves; of "vms running windows" it is the system.
    fn running_before_head(&mut self, at: usize) -> Result<(), Reason> {
        let begins = self.terms[at].text.to_ascii_lowercase().starts_with("running ");
        match self.join {
            _ if !begins || self.head_at.is_none_or(|head| head < at) => Ok(()),
            _ if self.is_negated => Err(Reason::TwoReadings(self.place_of(at.saturating_sub(1)..at + 1))),
            Join::Or => Err(Reason::TwoReadings(self.place_of(at - 1..at + 1))),
            Join::Head | Join::Next | Join::And => self.running(at),
        }
    }

    /// "Vms and templates": what is both, or either?
    fn check_noun(&self, at: usize, state: &State) -> Result<(), Reason> {
        let is_noun = state.name.starts_with("a ") || state.name.starts_with("an ") || state.name == "orphaned";
        let is_next = at > 0 && self.said(at - 1) == Some(Meaning::And);
        if is_noun && is_next && self.terms[at].text.ends_with('s') {
            return Err(Reason::TwoReadings(self.place_of(at - 1..at + 1)));
        }
        Ok(())
    }

    fn check_next(&self, at: usize, state: &'static State, last: &Claimed) -> Result<(), Reason> {
        let two_readings = Err(Reason::TwoReadings(last.place.start..self.terms[at].span.end));
        let is_new = self.terms[at].before == Before::Verb || self.is_negated;
        match (&last.claim, self.join) {
            // "Not off and suspended": is suspended denied too?
            (Claim::State(_), Join::And) if last.is_negated && !is_new => two_readings,
            // "Windows and linux vms".
            (Claim::State(other), Join::And) if !is_new && state.excludes(other, self.asked()) => {
                Err(Reason::Contradiction(last.place.clone(), self.place_of(at..at + 1)))
            }
            // "Without HA or DRS": is DRS denied too?
            (claim, Join::And | Join::Or) if lacks(claim) && self.is_bare(at, state) => two_readings,
            // "HA or DRS disabled": is HA disabled too?
            (Claim::State(other), Join::And | Join::Or) if self.shares_end(at) && is_opposite(state, other) => {
                two_readings
            }
            _ => Ok(()),
        }
    }

    /// Whether only its name is said of what it has: DRS, not with DRS.
    fn is_bare(&self, at: usize, state: &State) -> bool {
        let is_behind = at > 0 && self.said(at - 1) == Some(Meaning::With);
        state.name.starts_with("with ") && !is_behind && !self.terms[at].text.contains(' ')
    }

    /// Whether what is said of the one is behind the other only: HA or DRS disabled.
    fn shares_end(&self, at: usize) -> bool {
        const FEATURES: [&str; 3] = ["ha", "drs", "availability"];
        let is_feature = |word: Option<&str>| word.is_some_and(|word| FEATURES.contains(&&*word.to_ascii_lowercase()));
        let before = at.checked_sub(2).map(|at| self.terms[at].text.as_str());
        is_feature(self.terms[at].text.split(' ').next()) && is_feature(before.and_then(|text| text.rsplit(' ').next()))
    }

    /// "With tools installed but not running", "not on host A and host B": of what, and is host B denied too?
    pub(super) fn check_carried(&self, from: usize, claim: &Claim) -> Result<(), Reason> {
        // What tools can be, said with a word that VMs can be as well.
        const OF_TOOLS: [&str; 4] = ["running", "stopped", "missing", "gone"];
        let Some(last) = self.parsed.claims.last().filter(|_| self.join != Join::Head) else {
            return Ok(());
        };
        let is_bare = self.join == Join::And && !self.is_negated && self.is_bare_at(from);
        let is_carried = match (&last.claim, claim) {
            (Claim::State(other), Claim::State(state)) => {
                other.name.contains("VMware Tools") && OF_TOOLS.contains(&state.name)
            }
            (Claim::Of(..), Claim::Of(..)) | (Claim::Counts(..), Claim::Counts(..)) => last.is_negated && is_bare,
            _ => false,
        };
        if is_carried {
            return Err(Reason::TwoReadings(last.place.start..self.place_of(from..self.at).end));
        }
        Ok(())
    }

    /// Whether no preposition of its own stands before it: host B, more than 2 cpus.
    fn is_bare_at(&self, at: usize) -> bool {
        let is_joined = at > 0 && self.said(at - 1) == Some(Meaning::And);
        is_joined
            && !matches!(
                self.said(at),
                Some(Meaning::Place | Meaning::On | Meaning::With | Meaning::Without)
            )
    }

    /// Whether the phrase begins so: with HA.
    pub(super) fn says_with(&self, at: usize) -> bool {
        let first = self.terms[at].text.split(' ').next().unwrap_or_default();
        let begins = |word: &&str| first.eq_ignore_ascii_case(word);
        ["with", "has", "have", "having"].iter().any(begins)
    }

    /// "Hosts with vms powered off": are the hosts off? What both can be may be said of either.
    pub(super) fn check_whose(&self, is_known_of: impl Fn(Kind) -> bool, end: usize) -> Result<(), Reason> {
        let asked = self.asked();
        let is_of_either = |(inner, _): &(Kind, usize)| is_known_of(*inner) && asked.is_none_or(&is_known_of);
        match self.inner().filter(is_of_either) {
            Some((_, start)) => Err(Reason::TwoReadings(start..self.place_of(end - 1..end).end)),
            None => Ok(()),
        }
    }

    /// What was said last that the one asked for has or is in, without its name, and where: vms of "hosts with vms".
    fn inner(&self) -> Option<(Kind, usize)> {
        let mut is_linked = self.join == Join::Next;
        for claimed in self.parsed.claims.iter().rev() {
            let inner = match claimed.claim {
                Claim::Has(topic) | Claim::Lacks(topic) | Claim::Counts(topic, _) if topic.names != NameForm::None => {
                    topic.kind.filter(|kind| self.asked() != Some(*kind))
                }
                _ => None,
            };
            match inner {
                _ if !is_linked => return None,
                Some(kind) => return Some((kind, claimed.place.start)),
                None => is_linked = claimed.join == Join::Next,
            }
        }
        None
    }

    /// "Vms in folder Discovered virtual machine": the noun once more, or the rest of the name?
    pub(super) fn check_behind_name(&self, at: usize) -> Result<(), Reason> {
        let kind = self.topic_at(at).and_then(|topic| topic.kind);
        let is_again = self.parsed.head.is_some() && kind.is_some() && kind == self.asked();
        match at.checked_sub(1).map(|before| &self.terms[before].token) {
            Some(Token::Name(name)) if is_again && !name.is_quoted && self.terms[at].before != Before::Verb => {
                let name = format!("{} {}", name.text, self.terms[at].text);
                let trouble = Trouble::BehindName { name, near: Vec::new() };
                Err(Reason::Doubts(vec![Doubt::at(&self.terms[at], trouble)]))
            }
            _ => Ok(()),
        }
    }

    /// The head noun once more: "powered off vms or suspended vms". With `and` it is another list rather than a claim.
    pub(super) fn noun_again(&self, at: usize) -> Result<(), Reason> {
        let is_state = |term: &&Term| matches!(term.token, Token::Says(Meaning::State(_)));
        let states = self.terms[..at].iter().rev().take_while(is_state).count();
        match (at - states).checked_sub(1) {
            Some(and) if self.said(and) == Some(Meaning::And) => Err(Reason::TwoReadings(self.place_of(and..at + 1))),
            _ => Ok(()),
        }
    }
}

/// One is without, the other with.
fn is_opposite(state: &State, other: &State) -> bool {
    state.name.starts_with("without ") != other.name.starts_with("without ")
}

fn lacks(claim: &Claim) -> bool {
    match claim {
        Claim::Lacks(_) => true,
        Claim::State(state) => state.name.starts_with("without "),
        Claim::Has(_) | Claim::Called(..) | Claim::Of(..) | Claim::Counts(..) => false,
    }
}
