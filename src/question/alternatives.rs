//! Where words that are alike follow one another, and both could be meant, or either.

use super::clauses::Parser;
use super::meaning::{Meaning, State, Topic};
use super::parsed::{Claim, Claimed, Join};
use super::refusal::Reason;
use super::scan::{Before, Term, Token};
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
            // "Hosts with vms powered off": are the hosts off?
            (Claim::Has(topic) | Claim::Counts(topic, _), Join::Next) if self.may_be_of(state, topic) => two_readings,
            _ => Ok(()),
        }
    }

    /// Whether only its name is said of what it has: DRS, not with DRS.
    fn is_bare(&self, at: usize, state: &State) -> bool {
        let is_behind = at > 0 && self.said(at - 1) == Some(Meaning::With);
        state.name.starts_with("with ") && !is_behind && !self.terms[at].text.contains(' ')
    }

    /// Whether the phrase begins so: with HA.
    pub(super) fn says_with(&self, at: usize) -> bool {
        let first = self.terms[at].text.split(' ').next().unwrap_or_default();
        let begins = |word: &&str| first.eq_ignore_ascii_case(word);
        ["with", "has", "have", "having"].iter().any(begins)
    }

    /// Whether a state may be that of another thing than what is asked for.
    fn may_be_of(&self, state: &State, topic: &Topic) -> bool {
        let is_of = |of: Option<Kind>| !state.facts_of(of).is_empty();
        topic.kind != self.asked() && is_of(topic.kind) && is_of(self.asked())
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

fn lacks(claim: &Claim) -> bool {
    match claim {
        Claim::Lacks(_) => true,
        Claim::State(state) => state.name.starts_with("without "),
        Claim::Has(_) | Claim::Called(..) | Claim::Of(..) | Claim::Counts(..) => false,
    }
}
