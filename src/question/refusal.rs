//! Why a question is not answered, and what to say instead.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::Correction;
use super::parsed::Place;
use super::term::Term;
use super::words::{LONGEST, Word};
use crate::catalog::{Field, Kind, Unit};
use crate::filter::pointed;

/// A question that is not answered. Its text shows the place, and ends with a hint.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    question: String,
    /// Why.
    pub reason: Reason,
    /// Which words were read as others before it failed.
    corrections: Vec<Correction>,
}

/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "its text says what each member is")]
pub enum Reason {
    /// It has no word that says anything.
    Nothing,
    TooLong,
    OpenQuote,
    /// Quotes with nothing between them, as of a variable that is not set.
    EmptyName(Place),
    /// Words that do not fit.
    Doubts(Vec<Doubt>),
    /// No noun, and these kinds could be meant.
    NoKind(Vec<Kind>),
    TwoKinds(Place, Kind, Kind),
    /// Known, and not to be answered.
    Beyond(Place, &'static str),
    /// A topic that is only known of others.
    NoList(Place),
    /// Of this kind no age is kept.
    NoAge(Place, Kind),
    /// A topic of which nothing is said.
    Bare(Place, &'static str),
    NotKept {
        place: Place,
        kind: Kind,
        elsewhere: Vec<Kind>,
    },
    OnlyCounted {
        place: Place,
        kind: Kind,
        topic: &'static str,
    },
    NotCounted {
        place: Place,
        kind: Kind,
        topic: &'static str,
    },
    Unit {
        place: Place,
        topic: &'static str,
        unit: Unit,
        has_unit: bool,
    },
    /// A name where only some words can stand.
    NoWord(Place, &'static Field),
    WhichCpus(Place),
    SizeOfWhat(Place),
    NumberOfWhat(Place),
    ByWhat {
        place: Place,
        kind: Kind,
        options: Vec<&'static str>,
    },
    ByAlone(Place),
    TwoOrders(Place),
    OrderedCount,
    Contradiction(Place, Place),
    TwoReadings(Place),
}

/// A word that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    place: Range<usize>,
    trouble: Trouble,
}

/// What is wrong with a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No phrase has it; these look like it.
    Unknown { near: Vec<&'static str> },
    /// It stands where a name is due, and means something too.
    NameOrWord,
    /// It follows a name: the rest of it?
    BehindName { name: String, near: Vec<&'static str> },
    /// A name, and nothing says of what.
    NameOfWhat,
    /// A name is due and does not come.
    NoName,
    /// A number is due and does not come.
    NoNumber,
    /// Known, but not here.
    Lonely,
}

impl Doubt {
    pub(super) fn new(words: &[Word], trouble: Trouble) -> Self {
        let start = words.first().map_or(0, |word| word.span.start);
        let end = words.last().map_or(start, |word| word.span.end);
        Self {
            place: start..end,
            trouble,
        }
    }

    /// Whether it is a name that is not understood, rather than a word.
    pub(super) fn is_of_name(&self) -> bool {
        self.trouble == Trouble::NameOfWhat
    }

    pub(super) fn at(term: &Term, trouble: Trouble) -> Self {
        Self {
            place: term.span.clone(),
            trouble,
        }
    }

    fn what(&self, question: &str) -> String {
        let word = shown(question, &self.place);
        match &self.trouble {
            Trouble::Unknown { .. } => format!("{word} is not a word that it knows"),
            Trouble::NameOrWord => format!("{word} may be a name or a word of its own"),
            Trouble::BehindName { .. } => format!("{word} stands behind a name and means nothing there"),
            Trouble::NameOfWhat => format!("nothing says of what {word} is the name"),
            Trouble::NoName => format!("no name follows {word}"),
            Trouble::NoNumber => format!("no number follows {word}"),
            Trouble::Lonely => format!("{word} belongs to nothing here"),
        }
    }

    fn hint(&self, question: &str) -> String {
        let word = &question[self.place.clone()];
        match &self.trouble {
            Trouble::Unknown { near } if near.is_empty() => {
                format!("say it in other words; if it is a name, behind what it names, as in \"host {word}\"")
            }
            Trouble::Unknown { near } => {
                format!(
                    "did you mean {}? A name stands behind what it names, as in \"host {word}\"",
                    or_list(near)
                )
            }
            Trouble::NameOrWord => format!("a name that is also a word stands in quotes: \"{word}\""),
            Trouble::BehindName { name, near } if near.is_empty() => {
                format!("a name of several words stands in quotes: \"{name}\"")
            }
            Trouble::BehindName { name, near } => {
                format!(
                    "did you mean {}? A name of several words stands in quotes: \"{name}\"",
                    or_list(near)
                )
            }
            Trouble::NameOfWhat => {
                let bare = word.trim_matches(['"', '\'', '`']);
                format!(
                    "say vm {bare}, host {bare}, cluster {bare}, datastore {bare}, network {bare}, or source {bare}"
                )
            }
            Trouble::NoName => "a name follows, as in \"vms named web*\"".to_owned(),
            Trouble::NoNumber => "a number follows, as in \"vms with more than 4 cpus\"".to_owned(),
            Trouble::Lonely => SIMPLER.to_owned(),
        }
    }
}

const SIMPLER: &str = "vmsync list says with --where what words cannot";
const LISTS: &str = "vms, hosts, clusters, datastores, networks, switches, alarms and sources";
const EXAMPLES: &str = "ask for vms, hosts, clusters, datastores, networks, switches, alarms or sources, and say which:
  vmsync query \"powered off vms with snapshots\"
  vmsync query \"hosts with no vms\"
  vmsync query \"how many vms are in cluster Production\"";

impl Refusal {
    pub(super) fn new(question: &str, reason: Reason, corrections: Vec<Correction>) -> Self {
        Self {
            question: question.to_owned(),
            reason,
            corrections,
        }
    }
}

impl Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let question = &self.question;
        f.write_str("failed to understand the question: ")?;
        if let Reason::Doubts(doubts) = &self.reason {
            for (at, doubt) in doubts.iter().enumerate() {
                let start = if at == 0 { "" } else { "\n" };
                let (line, carets) = pointed(question, &doubt.place);
                write!(f, "{start}{}\n  {line}\n  {carets}", doubt.what(question))?;
            }
        } else {
            f.write_str(&self.reason.what(question))?;
            if let Some(place) = self.reason.place() {
                let (line, carets) = pointed(question, place);
                write!(f, "\n  {line}\n  {carets}")?;
            }
        }
        for correction in &self.corrections {
            write!(f, "\nnote: {correction}")?;
        }
        for hint in self.reason.hints(question) {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl Reason {
    fn place(&self) -> Option<&Place> {
        match self {
            Self::Nothing
            | Self::TooLong
            | Self::OpenQuote
            | Self::NoKind(_)
            | Self::OrderedCount
            | Self::Doubts(_) => None,
            Self::TwoKinds(place, ..)
            | Self::Beyond(place, _)
            | Self::NoList(place)
            | Self::NoAge(place, _)
            | Self::Bare(place, _)
            | Self::NotKept { place, .. }
            | Self::OnlyCounted { place, .. }
            | Self::NotCounted { place, .. }
            | Self::Unit { place, .. }
            | Self::NoWord(place, _)
            | Self::WhichCpus(place)
            | Self::SizeOfWhat(place)
            | Self::NumberOfWhat(place)
            | Self::ByWhat { place, .. }
            | Self::ByAlone(place)
            | Self::TwoOrders(place)
            | Self::Contradiction(_, place)
            | Self::EmptyName(place)
            | Self::TwoReadings(place) => Some(place),
        }
    }

    fn what(&self, question: &str) -> String {
        let said = self.place().map(|place| shown(question, place)).unwrap_or_default();
        match self {
            Self::Nothing | Self::Doubts(_) => "nothing in it says what to list".to_owned(),
            Self::TooLong => format!("it is longer than {LONGEST} bytes"),
            Self::OpenQuote => "a quote is not closed".to_owned(),
            Self::EmptyName(_) => "nothing stands between two quotes".to_owned(),
            Self::NoKind(_) => "it does not say of what there should be a list".to_owned(),
            Self::TwoKinds(_, asked, other) => {
                format!(
                    "it asks for {} and for {}, and a list is of one kind",
                    asked.plural(),
                    other.plural()
                )
            }
            Self::Beyond(..) => format!("{said} cannot be answered"),
            Self::Bare(..) => format!("nothing is said of {said}"),
            Self::NoList(_) => format!("there is no list of {said}"),
            Self::NoAge(_, kind) => format!("no age is kept of {}", kind.plural()),
            Self::NotKept { kind, .. } => format!("of {} it is not known whether {said}", kind.plural()),
            Self::OnlyCounted { kind, topic, .. } => {
                format!(
                    "{said} cannot be found, as of {} only the number of {topic} is kept",
                    kind.plural()
                )
            }
            Self::NotCounted { kind, topic, .. } => format!("nothing counts the {topic} of {}", kind.plural()),
            Self::Unit {
                topic, unit: Unit::One, ..
            } => format!("no unit goes with {topic}"),
            Self::Unit { topic, has_unit, .. } => match has_unit {
                true => format!("{topic} is not measured so"),
                false => format!("{topic} needs a unit"),
            },
            Self::NoWord(..) => format!("nothing is {said}"),
            Self::WhichCpus(_) => format!("{said} of a host may be its sockets, cores or threads"),
            Self::SizeOfWhat(_) => format!("{said} of what?"),
            Self::NumberOfWhat(_) => format!("nothing says what {said} counts"),
            Self::ByWhat { kind, .. } => format!("nothing says by what the {} are {said}", kind.plural()),
            Self::ByAlone(_) => format!("{said} may be an order or a grouping"),
            Self::TwoOrders(_) => "it asks for two orders".to_owned(),
            Self::OrderedCount => "it asks how many and which ones at once".to_owned(),
            Self::Contradiction(one, _) => format!("nothing is both {} and {said}", shown(question, one)),
            Self::TwoReadings(_) => format!("{said} can be read in two ways"),
        }
    }

    fn hints(&self, question: &str) -> Vec<String> {
        let hint = match self {
            Self::Doubts(doubts) => {
                let mut hints: Vec<String> = doubts.iter().map(|doubt| doubt.hint(question)).collect();
                hints.dedup();
                return hints;
            }
            Self::Nothing => EXAMPLES.to_owned(),
            Self::TooLong => SIMPLER.to_owned(),
            Self::OpenQuote => "what begins with a quote ends with it".to_owned(),
            Self::EmptyName(_) => "a name stands in quotes, as in \"vms in cluster 'Production'\"".to_owned(),
            Self::NoKind(possible) => no_kind(possible),
            Self::TwoKinds(_, asked, other) => {
                format!(
                    "ask two questions, one for {} and one for {}",
                    asked.plural(),
                    other.plural()
                )
            }
            Self::Beyond(_, why) => (*why).to_owned(),
            Self::NoList(_) => format!("there are lists of {LISTS}; ask which of them, as in \"vms with snapshots\""),
            Self::NoAge(..) => "the oldest and the newest are known of alarms".to_owned(),
            Self::Bare(_, topic) => {
                format!("say with or without {topic}, or more or less than how much of it, or \"{topic} of\" which one")
            }
            Self::NotKept { kind, elsewhere, .. } => not_kept(*kind, elsewhere),
            Self::OnlyCounted { .. } => "ask for the one that is named: its line has what is kept of it".to_owned(),
            Self::NotCounted { kind, topic, .. } => {
                format!(
                    "{} can be asked for with or without {topic}, or with one by its name",
                    kind.plural()
                )
            }
            Self::Unit { unit, .. } => unit_hint(*unit).to_owned(),
            Self::NoWord(_, field) => {
                format!("{} is {}", field.name, list(&field.words().collect::<Vec<_>>(), "or"))
            }
            Self::WhichCpus(_) => "say sockets, cores or threads, as in \"hosts with more than 32 cores\"".to_owned(),
            Self::SizeOfWhat(_) => "say memory, free space, capacity or used space behind it".to_owned(),
            Self::NumberOfWhat(_) => "say what is counted, as in \"more than 4 cpus\"".to_owned(),
            Self::ByWhat { options, kind, .. } if options.is_empty() => {
                format!(
                    "nothing measures {0}; say \"first 3 {0}\", or \"{0} sorted by name\"",
                    kind.plural()
                )
            }
            Self::ByWhat { options, .. } => format!("say by which of them: {}", options.join(", ")),
            Self::ByAlone(_) => "say sorted by, or top 10 by; groups are in vmsync stats".to_owned(),
            Self::TwoOrders(_) => "ask for one of them; vmsync list --sort takes several".to_owned(),
            Self::OrderedCount => "ask how many, or for the ones that are meant".to_owned(),
            Self::Contradiction(..) => "say \"or\" if either is meant".to_owned(),
            Self::TwoReadings(_) => format!("ask two questions; {SIMPLER}, and parentheses"),
        };
        vec![hint]
    }
}

/// A part of the question, in quotes.
fn shown(question: &str, place: &Place) -> String {
    let text = question[place.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
    let text = crate::report::escape(&text).into_owned();
    if text.starts_with(['"', '\'', '“', '‘', '`']) {
        text
    } else {
        format!("\"{text}\"")
    }
}

/// `"a", "b" or "c"`.
fn or_list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    list(&words.iter().map(String::as_str).collect::<Vec<_>>(), "or")
}

/// `a, b or c`.
fn list(words: &[&str], last: &str) -> String {
    match words.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn no_kind(possible: &[Kind]) -> String {
    let plurals: Vec<&str> = possible.iter().map(|kind| kind.plural()).collect();
    match plurals[..] {
        [] => "ask for one kind, and for what is kept of it".to_owned(),
        _ => format!("say which: {}", list(&plurals, "or")),
    }
}

fn not_kept(kind: Kind, elsewhere: &[Kind]) -> String {
    let mut plurals: Vec<&str> = elsewhere.iter().map(|kind| kind.plural()).collect();
    plurals.dedup();
    match plurals[..] {
        // Alarms know what they are of, not the other way round.
        [] => format!("ask for \"alarms on {}\"", kind.plural()),
        _ => format!("it is known of {}", list(&plurals, "and")),
    }
}

const fn unit_hint(unit: Unit) -> &'static str {
    match unit {
        Unit::One => "leave the unit away, as in \"more than 4 cpus\"",
        Unit::Byte | Unit::Mebibyte => "units are mb, gb and tb, as in \"more than 8 gb memory\"",
        Unit::Megahertz | Unit::Hertz => "units are mhz and ghz, as in \"more than 20 ghz\"",
        Unit::Second => "units are hours, days and weeks, as in \"uptime more than 30 days\"",
    }
}
