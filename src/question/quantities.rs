//! Claims that count or measure, and orders: more than 8 gb memory, the 10 largest.

use super::clauses::Parser;
use super::meaning::{Extent, Meaning, Measure, Topic};
use super::parsed::{Claim, Ranking};
use super::refusal::{Doubt, Reason, Trouble};
use super::term::Token;
use crate::filter::Order;

/// A number and its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// The number.
    pub number: f64,
    /// Its unit, if it was said.
    pub measure: Option<Measure>,
}

impl Parser<'_> {
    /// 4 cpus, 5 largest, 10 vms, 10 powered off vms.
    pub(super) fn number(&mut self) -> Result<(), Reason> {
        let at = self.at;
        let amount = self.amount().ok_or_else(|| self.lonely(at))?;
        if let Some(Meaning::Most { descending, of }) = self.said(self.at) {
            self.at += 1;
            return self.most(at, descending, of, Some(amount));
        }
        let is_head = self.head_at == Some(self.at);
        let is_described_head = matches!(self.said(self.at), Some(Meaning::State(_) | Meaning::Not));
        match (at, amount.measure) {
            (_, Some(_)) if is_head => return Err(Reason::SizeOfWhat(self.place_of(at..self.at))),
            (0, None) if is_head || is_described_head => return self.set_limit(at, amount),
            // "Windows 10 vms".
            _ if is_head => return Err(self.lonely(at)),
            _ => {}
        }
        let order = self.carried(at).unwrap_or(Order::Equal);
        self.counted(at, order, amount)
    }

    /// "More than 4 cpus and 8 gb memory".
    fn carried(&self, at: usize) -> Option<Order> {
        let is_joined = at > 0 && matches!(self.said(at - 1), Some(Meaning::And | Meaning::Or));
        match &self.parsed.claims.last()?.claim {
            Claim::Counts(_, bounds) if is_joined => match bounds[..] {
                [(order, _)] => Some(order),
                _ => None,
            },
            _ => None,
        }
    }

    /// More than 8 gb memory.
    pub(super) fn compare(&mut self, at: usize, order: Order) -> Result<(), Reason> {
        if let Some(amount) = self.amount() {
            return self.counted(at, order, amount);
        }
        match self.said(self.at) {
            // Under folder X.
            Some(Meaning::Topic(topic, _)) if order != Order::Equal && self.is_described_at(self.at + 1) => {
                self.at += 1;
                self.describe(at, topic, Claim::Has(topic))
            }
            _ => Err(self.no_number(at)),
        }
    }

    /// Between 4 and 8 cpus.
    pub(super) fn between(&mut self, at: usize) -> Result<(), Reason> {
        let bounds = self.bounds(at)?;
        let topic = self.counted_topic(at, bounds[1].1)?;
        self.claimed(at, Claim::Counts(topic, bounds))
    }

    /// An amount, and what it is of.
    fn counted(&mut self, at: usize, order: Order, amount: Amount) -> Result<(), Reason> {
        let order = self.or_more().unwrap_or(order);
        let topic = self.counted_topic(at, amount)?;
        let order = self.or_more().unwrap_or(order);
        self.claimed(at, Claim::Counts(topic, vec![(order, amount)]))
    }

    /// 8 gb of memory, 4 cpus.
    fn counted_topic(&mut self, at: usize, amount: Amount) -> Result<&'static Topic, Reason> {
        if self.said(self.at) == Some(Meaning::Place) && self.topic_at(self.at + 1).is_some() {
            self.at += 1;
        }
        if let Some(Meaning::Beyond(why)) = self.said(self.at) {
            return Err(Reason::Beyond(self.place_of(at..self.at + 1), why));
        }
        let topic = self.topic_at(self.at).filter(|_| self.head_at != Some(self.at));
        match topic {
            Some(topic) => {
                self.at += 1;
                Ok(topic)
            }
            None if amount.measure.is_some() => Err(Reason::SizeOfWhat(self.place_of(at..self.at))),
            None => Err(Reason::NumberOfWhat(self.place_of(at..self.at))),
        }
    }

    /// What is said of the amount of a topic: memory > 8 gb, cpus between 2 and 4, cpus 4.
    pub(super) fn counts(&mut self, at: usize) -> Result<Option<Vec<(Order, Amount)>>, Reason> {
        let order = match self.said(self.at) {
            Some(Meaning::Between) => {
                self.at += 1;
                return self.bounds(at).map(Some);
            }
            Some(Meaning::Compare(order)) => {
                self.at += 1;
                order
            }
            _ if self.is_number(self.at) => Order::Equal,
            _ => return Ok(None),
        };
        let amount = self.amount().ok_or_else(|| self.no_number(at))?;
        Ok(Some(vec![(self.or_more().unwrap_or(order), amount)]))
    }

    fn bounds(&mut self, at: usize) -> Result<Vec<(Order, Amount)>, Reason> {
        let mut low = self.amount().ok_or_else(|| self.no_number(at))?;
        if self.said(self.at) != Some(Meaning::And) {
            return Err(self.no_number(at));
        }
        self.at += 1;
        let high = self.amount().ok_or_else(|| self.no_number(at))?;
        // "Between 4 and 8 gb".
        low.measure = low.measure.or(high.measure);
        Ok(vec![(Order::AtLeast, low), (Order::AtMost, high)])
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        let token = self.terms.get(at).map(|term| &term.token);
        matches!(token, Some(Token::Number(_) | Token::Says(Meaning::Number(_))))
    }

    /// Takes a number and its unit, if one stands here.
    fn amount(&mut self) -> Option<Amount> {
        let number = match self.terms.get(self.at)?.token {
            Token::Number(number) => number,
            Token::Says(Meaning::Number(number)) => f64::from(number),
            _ => return None,
        };
        self.at += 1;
        let measure = match self.said(self.at) {
            Some(Meaning::Unit(measure)) => Some(measure),
            _ => None,
        };
        self.at += usize::from(measure.is_some());
        Some(Amount { number, measure })
    }

    fn or_more(&mut self) -> Option<Order> {
        match self.said(self.at) {
            Some(Meaning::OrMore(order)) => {
                self.at += 1;
                Some(order)
            }
            _ => None,
        }
    }

    /// Largest, 5 oldest, top 10, most memory.
    pub(super) fn most(
        &mut self,
        at: usize,
        descending: bool,
        extent: Extent,
        number: Option<Amount>,
    ) -> Result<(), Reason> {
        // "Max 2 cpus" are at most 2, "top 2" are the first 2.
        let text = self.terms[at].text.to_ascii_lowercase();
        if self.is_number(self.at) && (text.starts_with("max") || text.starts_with("min")) {
            return self.compare(at, if descending { Order::AtMost } else { Order::AtLeast });
        }
        let number = number.or_else(|| self.amount());
        self.skip_count();
        let is_part = at > 0 && self.said(at - 1) == Some(Meaning::With);
        let of_said = |topic: &&'static Topic| extent == Extent::Said || topic.kind.is_none() || is_part;
        let is_head = self.head_at == Some(self.at);
        let by = self.topic_at(self.at).filter(|topic| !is_head && of_said(topic));
        self.at += usize::from(by.is_some());
        if by.is_some() {
            self.skip_count();
        }
        self.check_whose(|kind| by.is_some_and(|topic| topic.is_told_of(kind)), self.at)?;
        if let Some(number) = number {
            self.set_limit(at, number)?;
        }
        self.rank(Ranking {
            descending,
            by,
            extent,
            is_top: true,
            place: self.place_of(at..self.at),
        })
    }

    fn rank(&mut self, ranking: Ranking) -> Result<(), Reason> {
        if self.parsed.ranking.is_some() {
            return Err(Reason::TwoOrders(ranking.place));
        }
        self.parsed.ranking = Some(ranking);
        Ok(())
    }

    /// Sorted by memory; behind a superlative: by memory.
    pub(super) fn sorted(&mut self, at: usize, meaning: Meaning) -> Result<(), Reason> {
        self.skip_count();
        let topic = self.topic_at(self.at).filter(|_| self.head_at != Some(self.at));
        if topic.is_none() && meaning == Meaning::SortedBy && self.head_at == Some(self.at) {
            return self.rank(self.order(at, None));
        }
        let topic = topic.ok_or_else(|| self.lonely(at))?;
        self.at += 1;
        self.skip_count();
        match &mut self.parsed.ranking {
            Some(ranking) if ranking.by.is_none() => {
                ranking.by = Some(topic);
                Ok(())
            }
            None if meaning == Meaning::By => Err(Reason::ByAlone(self.place_of(at..self.at))),
            _ => self.rank(self.order(at, Some(topic))),
        }
    }

    /// Sorted by it; of "sort vms by memory" that follows.
    fn order(&self, at: usize, by: Option<&'static Topic>) -> Ranking {
        Ranking {
            descending: false,
            by,
            extent: Extent::Said,
            is_top: false,
            place: self.place_of(at..self.at),
        }
    }

    /// Ascending, descending.
    pub(super) fn ordered(&mut self, at: usize, descending: bool) -> Result<(), Reason> {
        match &mut self.parsed.ranking {
            Some(ranking) if !ranking.is_top || ranking.descending == descending => {
                ranking.descending = descending;
                Ok(())
            }
            _ => Err(self.lonely(at)),
        }
    }

    /// The first 10.
    pub(super) fn first(&mut self, at: usize) -> Result<(), Reason> {
        let amount = self.amount().ok_or_else(|| self.no_number(at))?;
        self.set_limit(at, amount)
    }

    fn set_limit(&mut self, at: usize, amount: Amount) -> Result<(), Reason> {
        let is_whole = amount.number.fract() == 0.0 && (1.0..=1e9).contains(&amount.number);
        if amount.measure.is_some() || !is_whole || self.parsed.limit.is_some() {
            return Err(self.lonely(at));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 1 to 1e9"
        )]
        let limit = amount.number as usize;
        self.parsed.limit = Some(limit);
        Ok(())
    }

    /// "By the number of vms" and "by vm count" are "by vms".
    pub(super) fn skip_count(&mut self) {
        self.at += usize::from(self.said(self.at) == Some(Meaning::Count));
    }

    fn no_number(&self, at: usize) -> Reason {
        Reason::Doubts(vec![Doubt::at(&self.terms[at], Trouble::NoNumber)])
    }
}
