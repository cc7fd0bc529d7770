//! A question, taken apart: what is asked for, and what is claimed of it.

use std::ops::Range;

use super::meaning::{Extent, How, Plurality, State, Topic};
use super::quantities::Amount;
use super::term::Name;
use crate::catalog::Kind;
use crate::filter::Order;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// What is asked for; None if only claims say so.
    pub head: Option<Head>,
    /// What is claimed of it.
    pub claims: Vec<Claimed>,
    /// Only how many.
    pub count: bool,
    /// Also those that are gone.
    pub gone: bool,
    /// In which order.
    pub ranking: Option<Ranking>,
    /// At most so many.
    pub limit: Option<usize>,
    /// Of what the value is asked.
    pub columns: Vec<(&'static Topic, Place)>,
}

/// The head noun.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub topic: &'static Topic,
    pub plurality: Plurality,
}

/// An order.
#[derive(Debug, Clone)]
pub(super) struct Ranking {
    pub descending: bool,
    /// By this; else by what the extent means of the kind.
    pub by: Option<&'static Topic>,
    pub extent: Extent,
    /// Whether only the first ones are meant: largest, not sorted by.
    pub is_top: bool,
    pub place: Place,
}

/// Where something stands in the question, in bytes.
pub(super) type Place = Range<usize>;

/// A claim in its place.
#[derive(Debug)]
pub(super) struct Claimed {
    pub join: Join,
    pub is_negated: bool,
    pub claim: Claim,
    pub place: Place,
}

/// What stands between a claim and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// The head noun, or nothing before it: off | vms | on host A.
    Head,
    /// Nothing.
    Next,
    And,
    Or,
}

/// Something claimed.
#[derive(Debug)]
pub(super) enum Claim {
    State(&'static State),
    /// It bears such a name itself.
    Called(How, Names),
    /// What it is in, on, or of is called so.
    Of(&'static Topic, How, Names),
    Counts(&'static Topic, Vec<(Order, Amount)>),
    Has(&'static Topic),
    Lacks(&'static Topic),
}

impl Claim {
    /// Whether it can be said of one of this kind.
    pub fn is_known_of(&self, kind: Kind) -> bool {
        match self {
            Self::State(state) => !state.facts_of(Some(kind)).is_empty(),
            Self::Called(..) => true,
            Self::Of(topic, ..) | Self::Counts(topic, _) | Self::Has(topic) | Self::Lacks(topic) => {
                topic.is_told_of(kind)
            }
        }
    }
}

/// Names of one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    pub names: Vec<Name>,
    /// Whether `and` stands between them.
    pub is_and: bool,
}
