//! From terms to claims.

use std::ops::Range;

use super::head;
use super::meaning::{How, Meaning, Names as NameForm, Plurality, Topic};
use super::named::is_joint;
use super::parsed::{Claim, Claimed, Head, Join, Parsed};
use super::refusal::{Doubt, Reason, Trouble};
use super::scan::listed;
use super::term::{Before, Term, Token};
use super::vocabulary::{NO_OTHER, STATES, SUMS};
use crate::catalog::{FieldType, Kind, ObjectKind};
use crate::filter::Order;

/// Takes the terms apart.
pub(super) fn parse(terms: &[Term]) -> Result<Parsed, Reason> {
    let asked = head::find(terms);
    if let Some((end, why)) = head::sum(terms) {
        return Err(Reason::Beyond(terms[0].span.start..terms[end].span.end, why));
    }
    let mut parser = Parser {
        terms,
        at: asked.columns.end,
        head_at: asked.head,
        join: Join::Head,
        is_negated: false,
        parsed: Parsed::default(),
    };
    parser.take_columns(asked.columns);
    while parser.at < terms.len() {
        parser.step()?;
    }
    let is_cut = terms
        .last()
        .is_some_and(|last| is_joint(last) && !matches!(last.text.as_str(), "," | ";"));
    if parser.is_negated || parser.join == Join::Or || is_cut {
        return Err(parser.lonely(terms.len() - 1));
    }
    Ok(parser.parsed)
}

const OF_ITS_KIND: &str = "nothing is in or on another of its kind; if a version is meant, say \"running esxi 7\"";

pub(super) struct Parser<'a> {
    pub terms: &'a [Term],
    pub at: usize,
    pub head_at: Option<usize>,
    pub join: Join,
    pub is_negated: bool,
    pub parsed: Parsed,
}

impl Parser<'_> {
    fn take_columns(&mut self, columns: Range<usize>) {
        if columns.is_empty() {
            return;
        }
        // The word between them and the head, or what the head is like.
        self.at += usize::from(matches!(self.said(self.at), Some(Meaning::Place | Meaning::On)));
        let topics = columns.filter_map(|at| Some((self.topic_at(at)?, self.place_of(at..at + 1))));
        self.parsed.columns = topics.collect();
    }

    fn step(&mut self) -> Result<(), Reason> {
        let at = self.at;
        if self.head_at == Some(at) {
            return self.head();
        }
        let meaning = match self.terms[at].token {
            Token::Says(meaning) => meaning,
            Token::Number(_) => return self.number(),
            Token::Name(_) => return Err(self.name_of_what(at)),
        };
        self.at += 1;
        match meaning {
            // Only VMs are orphans.
            Meaning::Gone
                if self.asked() != Some(Kind::Vm) && self.terms[at].text.to_ascii_lowercase().contains("orphan") =>
            {
                Err(self.lonely(at))
            }
            Meaning::Filler | Meaning::Count | Meaning::Gone | Meaning::Not => {
                self.parsed.count |= meaning == Meaning::Count;
                self.parsed.gone |= meaning == Meaning::Gone;
                self.is_negated ^= meaning == Meaning::Not;
                Ok(())
            }
            Meaning::And | Meaning::Or => self.joined(at, meaning),
            Meaning::But => self.but(at),
            Meaning::With => self.having(at, false),
            Meaning::Without => self.having(at, true),
            Meaning::Place | Meaning::On => self.place(at, meaning),
            Meaning::Called(how) => self.called(at, how),
            Meaning::Topic(topic, _) => self.topic(at, topic),
            Meaning::State(_) if self.is_running_those(at) => self.having(at, false),
            Meaning::State(state) => self.state(at, state),
            Meaning::Beyond(why) => Err(Reason::Beyond(self.place_of(at..at + 1), why)),
            Meaning::Most { descending, of } => self.most(at, descending, of, None),
            Meaning::SortedBy | Meaning::By => self.sorted(at, meaning),
            Meaning::Ordered { descending } => self.ordered(at, descending),
            Meaning::First => self.first(at),
            Meaning::Compare(order) => self.compare(at, order),
            Meaning::Between => self.between(at),
            Meaning::Number(_) => {
                self.at = at;
                self.number()
            }
            Meaning::OrMore(_) | Meaning::Unit(_) => Err(self.lonely(at)),
        }
    }

    fn head(&mut self) -> Result<(), Reason> {
        let at = self.at;
        let Some(Meaning::Topic(topic, plurality)) = self.said(at) else {
            return Err(self.lonely(at));
        };
        if self.is_negated || self.join == Join::Or {
            return Err(self.lonely(at - 1));
        }
        self.parsed.head = Some(Head { topic, plurality });
        self.at += 1;
        self.join = Join::Head;
        match self.names() {
            Some(names) => self.claimed(at, Claim::Called(How::Is, names)),
            None => Ok(()),
        }
    }

    fn joined(&mut self, at: usize, meaning: Meaning) -> Result<(), Reason> {
        let is_first = self.parsed.claims.is_empty();
        match meaning {
            Meaning::Or if is_first || self.is_negated => return Err(self.lonely(at)),
            Meaning::Or => self.join = Join::Or,
            _ if is_first || self.join != Join::Next => {}
            _ => self.join = Join::And,
        }
        Ok(())
    }

    /// All vms but templates; off but with snapshots.
    fn but(&mut self, at: usize) -> Result<(), Reason> {
        let is_denied = matches!(self.said(self.at), Some(Meaning::Not | Meaning::Without));
        let is_bare = matches!(self.said(self.at), Some(Meaning::State(_) | Meaning::Topic(..)));
        match (self.parsed.claims.is_empty(), is_bare) {
            (true, _) => {
                self.is_negated ^= !is_denied;
                Ok(())
            }
            // "All vms that are off but templates".
            (false, true) if self.terms[self.at].before != Before::Verb && !self.says_with(self.at) => {
                Err(Reason::TwoReadings(self.place_of(at..self.at + 1)))
            }
            (false, _) => self.joined(at, Meaning::And),
        }
    }

    /// With, without.
    fn having(&mut self, at: usize, lacks: bool) -> Result<(), Reason> {
        if let Some(topic) = self.topic_at(self.at).filter(|_| self.head_at != Some(self.at)) {
            self.at += 1;
            self.is_negated ^= lacks && self.is_described_at(self.at);
            let bare = if lacks { Claim::Lacks(topic) } else { Claim::Has(topic) };
            return self.describe(at, topic, bare);
        }
        match self.said(self.at) {
            Some(Meaning::State(_) | Meaning::Compare(_) | Meaning::Between | Meaning::Called(_)) => {
                self.is_negated ^= lacks;
                Ok(())
            }
            Some(Meaning::Most { .. } | Meaning::Not | Meaning::Without | Meaning::Count) if !lacks => Ok(()),
            _ if !lacks && self.is_number(self.at) => Ok(()),
            // "How many vms does host esx1 have".
            _ if !lacks && self.is_end(self.at) && at > 0 && !self.terms[at].text.eq_ignore_ascii_case("with") => {
                Ok(())
            }
            _ if self.is_name(self.at) => Err(self.name_of_what(self.at)),
            _ => Err(self.lonely(at)),
        }
    }

    /// In, on, of.
    fn place(&mut self, at: usize, meaning: Meaning) -> Result<(), Reason> {
        if let Some(topic) = self.topic_at(self.at).filter(|_| self.head_at != Some(self.at)) {
            self.at += 1;
            if topic.kind.is_some() && topic.kind == self.asked() {
                return Err(Reason::Beyond(self.place_of(at..self.at), OF_ITS_KIND));
            }
            if self.lacks_name() {
                return Err(Reason::Doubts(vec![Doubt::at(
                    &self.terms[self.at - 1],
                    Trouble::NoName,
                )]));
            }
            return self.describe(at, topic, Claim::Has(topic));
        }
        if self.is_name(self.at) {
            return self.before_topic(at);
        }
        if self.is_end(self.at) && !self.parsed.columns.is_empty() {
            return Ok(());
        }
        // "In folder Hands On": that may be all of its name.
        let may_be_of_name = at > 0 && self.is_name(at - 1) && self.terms[at].before != Before::Verb;
        if meaning == Meaning::On && self.is_end(self.at) && !may_be_of_name {
            return self.running(at);
        }
        match self.said(self.at) {
            Some(
                Meaning::Topic(..)
                | Meaning::State(_)
                | Meaning::Most { .. }
                | Meaning::Not
                | Meaning::Without
                | Meaning::Called(_),
            ) => Ok(()),
            _ => Err(self.lonely(at)),
        }
    }

    /// "Vms on host" is not "vms on a host": a script had no name to put there. Nor is "vms on this host".
    fn lacks_name(&self) -> bool {
        let Some(Meaning::Topic(topic, Plurality::One)) = self.said(self.at - 1) else {
            return false;
        };
        let is_certain = matches!(self.terms[self.at - 1].before, Before::Nothing | Before::The);
        is_certain && listed(topic).names != NameForm::None && self.is_end(self.at)
    }

    /// In X cluster.
    fn before_topic(&mut self, at: usize) -> Result<(), Reason> {
        let names = self.names();
        match (names, self.said(self.at)) {
            // "On esx1's cluster": the cluster is called otherwise.
            (Some(names), Some(Meaning::Topic(topic, _)))
                if self.head_at != Some(self.at) && !self.is_genitive(self.at - 1) =>
            {
                self.at += 1;
                self.claimed(at, Claim::Of(topic, How::Is, names))
            }
            _ => Err(self.name_of_what(at + 1)),
        }
    }

    /// "Hosts running more than 20 vms" have them.
    fn is_running_those(&self, at: usize) -> bool {
        let is_running = self.terms[at].text.eq_ignore_ascii_case("running");
        let next = self.terms.get(at + 1).map_or("", |term| &term.text);
        let is_none = ["no", "zero"].iter().any(|none| next.eq_ignore_ascii_case(none));
        let is_amount = is_none
            || self.is_number(at + 1)
            || matches!(
                self.said(at + 1),
                Some(Meaning::Compare(_) | Meaning::Between | Meaning::Topic(..))
            );
        is_running && is_amount && self.head_at.is_some_and(|head| head < at)
    }

    /// "Vms that are on".
    pub(super) fn running(&mut self, at: usize) -> Result<(), Reason> {
        match STATES.iter().find(|state| state.name == "running") {
            Some(state) => self.claimed(at, Claim::State(state)),
            None => Err(self.lonely(at)),
        }
    }

    /// Named, starting with; of what is asked for.
    fn called(&mut self, at: usize, how: How) -> Result<(), Reason> {
        if let Some(names) = self.names() {
            return self.claimed(at, Claim::Called(how, names));
        }
        match self.said(self.at) {
            Some(Meaning::Called(_)) if how == How::Is => Ok(()),
            Some(Meaning::Compare(Order::Equal)) if how == How::Is => {
                self.at += 1;
                self.called(at, how)
            }
            Some(Meaning::Not) => {
                self.at += 1;
                self.is_negated = !self.is_negated;
                self.called(at, how)
            }
            // "Including suspended": also those, or only those?
            Some(Meaning::State(_) | Meaning::Topic(..)) if how == How::Contains && !self.is_held() => Err(
                Reason::Doubts(vec![Doubt::at(&self.terms[self.at], Trouble::NameOrWord)]),
            ),
            _ if how == How::Contains => self.having(at, false),
            _ => Err(Reason::Doubts(vec![Doubt::at(&self.terms[at], Trouble::NoName)])),
        }
    }

    /// "Datastores containing vms".
    fn is_held(&self) -> bool {
        matches!(self.said(self.at), Some(Meaning::Topic(_, Plurality::Many))) && self.asked() != Some(Kind::Vm)
    }

    /// A thing that is not asked for itself.
    fn topic(&mut self, at: usize, topic: &'static Topic) -> Result<(), Reason> {
        self.check_behind_name(at)?;
        // "Switch name": not the name of what is asked for.
        if topic.name == "name" && at > 0 && self.head_at != Some(at - 1) && self.topic_at(at - 1).is_some() {
            return Err(self.lonely(at));
        }
        if self.is_described_at(self.at) {
            return self.describe(at, topic, Claim::Has(topic));
        }
        if self.is_said_by_state(at, topic) || topic.kind.is_none() && self.is_column(at, topic) {
            return Ok(());
        }
        match (topic.kind, self.asked()) {
            // Powered off vms or suspended vms.
            (Some(kind), Some(asked)) if asked == kind && self.parsed.head.is_some() => self.noun_again(at),
            // Host alarms.
            (Some(_), Some(Kind::Object(ObjectKind::Alarm))) => self.claimed(at, Claim::Has(topic)),
            (Some(kind), Some(asked)) => Err(Reason::TwoKinds(self.place_of(at..at + 1), asked, kind)),
            _ if matches!(self.said(self.at), Some(Meaning::Beyond(_))) => Err(self.lonely(at)),
            (None, None) => Err(Reason::NoList(self.place_of(at..at + 1))),
            (Some(_), None) => Err(self.lonely(at)),
            _ => Err(Reason::Bare(self.place_of(at..at + 1), topic.name)),
        }
    }

    /// "Guest os linux", "suspended state", "power state = off": the state alone says it all.
    fn is_said_by_state(&mut self, at: usize, topic: &Topic) -> bool {
        let tells = |said| matches!(said, Some(Meaning::State(state)) if state.tells_of(topic));
        let is_equal = self.said(self.at) == Some(Meaning::Compare(Order::Equal));
        let is_denied = self.said(self.at) == Some(Meaning::Not);
        if tells(self.said(self.at + usize::from(is_equal || is_denied))) {
            self.at += usize::from(is_equal);
            return true;
        }
        at > 0 && !is_equal && tells(self.said(at - 1))
    }

    /// "Vm web-1 memory", "host esx1's memory": of the one that is named.
    fn is_column(&mut self, at: usize, topic: &'static Topic) -> bool {
        let is_last =
            self.is_name(at.wrapping_sub(1)) && self.head_at == at.checked_sub(2) && at + 1 == self.terms.len();
        let place = self.place_of(at..at + 1);
        match self.parsed.claims.as_slice() {
            [
                Claimed {
                    claim: Claim::Called(..),
                    ..
                },
            ] if is_last && self.parsed.columns.is_empty() => {
                self.parsed.columns.push((topic, place));
                true
            }
            _ => false,
        }
    }

    /// What follows a topic: names, a comparison, or nothing.
    pub(super) fn describe(&mut self, at: usize, topic: &'static Topic, bare: Claim) -> Result<(), Reason> {
        let is_only = self.terms[self.at - 1].before == Before::Only;
        self.skip_count();
        if self.is_said_by_state(self.at, topic) {
            return Ok(());
        }
        if self.said(self.at) == Some(Meaning::Not) && self.is_described_at(self.at) {
            self.at += 1;
            self.is_negated = !self.is_negated;
        }
        let how = match self.said(self.at) {
            Some(Meaning::Called(how)) => Some(how),
            Some(Meaning::Compare(Order::Equal)) if self.is_name(self.at + 1) => Some(How::Is),
            _ => None,
        };
        self.at += usize::from(how.is_some());
        match self.names() {
            Some(_) if is_only => return Err(Reason::Beyond(self.place_of(at..self.at), NO_OTHER)),
            Some(names) => return self.claimed(at, Claim::Of(topic, how.unwrap_or(How::Is), names)),
            None => {}
        }
        if how.is_some() {
            return Err(Reason::Doubts(vec![Doubt::at(
                &self.terms[self.at - 1],
                Trouble::NoName,
            )]));
        }
        match self.counts(at)? {
            Some(bounds) => self.claimed(at, Claim::Counts(topic, bounds)),
            None if self.is_on_all(topic) => Err(Reason::TwoReadings(self.place_of(at..self.at))),
            None if self.terms[self.at - 1].before == Before::Each => {
                Err(Reason::Beyond(self.place_of(at..self.at), SUMS))
            }
            None => self.claimed(at, bare),
        }
    }

    /// "Datastores on all hosts": on every one, or on any?
    fn is_on_all(&self, topic: &Topic) -> bool {
        let field = self.asked().and_then(|kind| topic.field_of(kind));
        let is_one = field.is_none_or(|field| field.kind == FieldType::Text);
        let is_all = matches!(self.terms[self.at - 1].before, Before::All | Before::Each);
        is_all && !is_one && topic.kind != Some(Kind::Source)
    }

    /// Whether names or a comparison stand here.
    pub(super) fn is_described_at(&self, at: usize) -> bool {
        let at = at + usize::from(matches!(self.said(at), Some(Meaning::Not | Meaning::Count)));
        let says = matches!(
            self.said(at),
            Some(Meaning::Called(_) | Meaning::Compare(_) | Meaning::Between)
        );
        says || self.is_name(at) || self.is_number(at)
    }

    /// The last step of most readings.
    pub(super) fn claimed(&mut self, from: usize, claim: Claim) -> Result<(), Reason> {
        self.check_whose(|kind| claim.is_known_of(kind), self.at)?;
        self.check_carried(from, &claim)?;
        self.parsed.claims.push(Claimed {
            join: self.join,
            is_negated: self.is_negated,
            claim,
            place: self.place_of(from..self.at),
        });
        self.join = Join::Next;
        self.is_negated = false;
        Ok(())
    }
}
