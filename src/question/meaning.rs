//! What phrases mean.

use crate::catalog::{Field, Kind, ObjectKind, Unit};
use crate::filter::Order;
use crate::stats::GuestFamily;

/// What a phrase means, whatever is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// Says nothing: please, the, that are.
    Filler,
    /// How many.
    Count,
    /// And; so does a comma.
    And,
    /// But: and, or all but.
    But,
    /// Or.
    Or,
    /// The next claim does not hold.
    Not,
    /// With, having.
    With,
    /// Without, with no.
    Without,
    /// In, on, of.
    Place,
    /// `on`: a place, or at the end of a claim a state.
    On,
    /// Sorted by.
    SortedBy,
    /// By: after largest or top.
    By,
    /// Ascending, descending: behind what it is sorted by.
    Ordered {
        /// The greatest first.
        descending: bool,
    },
    /// More than, at least.
    Compare(Order),
    /// Or more: behind its number.
    OrMore(Order),
    /// Between … and ….
    Between,
    /// Named, starting with.
    Called(How),
    /// The first N.
    First,
    /// Largest, most, oldest.
    Most {
        /// The greatest first.
        descending: bool,
        /// What is the greatest.
        of: Extent,
    },
    /// A unit behind a number.
    Unit(Measure),
    /// A number in words.
    Number(u32),
    /// Also those that are gone.
    Gone,
    /// A thing, in the singular or the plural.
    Topic(&'static Topic, Plurality),
    /// How a thing is.
    State(&'static State),
    /// Known, and not to be answered; why, and what can be asked in its place.
    Beyond(&'static str),
}

/// One, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plurality {
    One,
    Many,
}

/// How a name is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is this one.
    Is,
    /// It looks like this; without a wildcard, it has this in it.
    Like,
    /// It begins so.
    Starts,
    /// It ends so.
    Ends,
    /// It has this in it; also what a datastore does with VMs.
    Contains,
}

/// By what things are the first or the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// By the topic that follows: most memory.
    Said,
    /// By their size: largest.
    Size,
    /// By their age: newest.
    Age,
}

/// A unit as people say it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measure {
    /// What it measures: bytes, hertz or seconds.
    pub base: Unit,
    /// How many of these it is.
    pub factor: f64,
}

/// Something that questions speak of: objects, and facts about them.
#[derive(Debug)]
pub(super) struct Topic {
    /// How a message calls it.
    pub name: &'static str,
    /// Phrases for one of them.
    pub one: &'static [&'static str],
    /// Phrases for several.
    pub many: &'static [&'static str],
    /// What is listed if it is asked for.
    pub kind: Option<Kind>,
    /// What more holds of those then.
    pub implies: &'static [Fact],
    /// The field that tells of it, of each kind that has one.
    pub fields: &'static [(Kind, &'static str)],
    /// How its names are compared.
    pub names: Names,
}

impl Topic {
    /// The field that tells of it, of this kind.
    pub fn field_of(&self, kind: Kind) -> Option<&'static Field> {
        let (_, name) = self.fields.iter().find(|(of, _)| *of == kind)?;
        kind.field(name)
    }

    /// Whether it tells something of one of this kind that is not as true of what it has: a host and its VMs are in the
    /// same cluster. An alarm is of every kind of thing.
    pub fn is_told_of(&self, kind: Kind) -> bool {
        const SHARED: [&str; 4] = ["clusters", "datacenters", "sources", "vCenters"];
        let is_own = self.kind.is_some() && (self.kind == Some(kind) || kind == Kind::Object(ObjectKind::Alarm));
        !SHARED.contains(&self.name) && (is_own || self.field_of(kind).is_some())
    }
}

impl PartialEq for Topic {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// How the names of a topic are compared, without case in any way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// It has none: its values are numbers.
    None,
    /// As a whole.
    Whole,
    /// As a whole, or as the first part of a DNS name: `esx1` is `esx1.example.org`.
    Host,
    /// As a whole, or as the first parts of a version: `7` is `7.0.3`.
    Version,
    /// As a part: `windows` is `Microsoft Windows Server 2019 (64-bit)`.
    Part,
    /// As one of the folders of a path.
    Folder,
    /// As a whole; not a range of addresses.
    Address,
    /// With `vmx-` before a bare number.
    Hardware,
}

/// How a thing can be said to be.
#[derive(Debug)]
pub(super) struct State {
    /// How a message calls it.
    pub name: &'static str,
    /// Phrases for it.
    pub says: &'static [&'static str],
    /// Of each kind that can be so: one of these is true.
    pub facts: &'static [(Kind, &'static [Fact])],
    /// Whether only things that are gone are so.
    pub is_gone: bool,
}

impl State {
    /// What it is of this kind.
    pub fn facts_of(&self, kind: Option<Kind>) -> &'static [Fact] {
        let facts = self.facts.iter().find(|(of, _)| Some(*of) == kind);
        facts.map_or(&[], |(_, facts)| facts)
    }

    /// Whether nothing of this kind is both: windows and linux.
    pub fn excludes(&self, other: &Self, kind: Option<Kind>) -> bool {
        let (facts, others) = (self.facts_of(kind), other.facts_of(kind));
        let is_of_one = facts.iter().any(|fact| others.iter().any(|other| other.0 == fact.0));
        is_of_one && !facts.iter().any(|fact| others.contains(fact))
    }

    /// Whether it is said with a field of the topic: nfs of type, suspended of power state.
    pub fn tells_of(&self, topic: &Topic) -> bool {
        let is_field = |kind: Kind, name: &str| topic.fields.contains(&(kind, name));
        let mut facts = self.facts.iter();
        facts.any(|(kind, facts)| facts.iter().any(|fact| is_field(*kind, fact.0)))
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A field and what it is.
#[derive(Debug, PartialEq)]
pub(super) struct Fact(pub &'static str, pub Is);

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Is {
    Text(&'static str),
    Like(&'static str),
    /// It has one of the words of this family in it.
    Guest(GuestFamily),
    Yes,
    No,
    Zero,
    Absent,
    Present,
}
