//! From words to terms: at each place the longest phrase, or a name where one is due.

mod beside;

use super::Correction;
use super::lexicon::{Lexicon, Match};
use super::meaning::{How, Meaning, Names, Plurality, Topic};
use super::refusal::{Doubt, Reason, Trouble};
use super::spelling::{self, Spelling};
use super::term::{Before, Name, Term, Token};
use super::vocabulary::{NO_OTHER, TOPICS};
use super::words::Word;
use crate::filter::Order;

/// What the words came to.
#[derive(Debug)]
pub(super) struct Scanned {
    /// The terms, without fillers; or what is wrong with the words.
    pub terms: Result<Vec<Term>, Reason>,
    /// Which words were read as others.
    pub corrections: Vec<Correction>,
}

/// Names of two words that every vCenter and every host has.
const NAMES_OF_TWO: [[&str; 2]; 2] = [["vm", "network"], ["management", "network"]];

/// Of these a claim may be made anew: not templates and are running.
const VERBS: [&str; 4] = ["is", "are", "was", "were"];

/// Of these no one may be absent: on all hosts.
const ALL: [&str; 2] = ["all", "both"];

/// Of these an answer is for each.
const EACH: [&str; 2] = ["each", "every"];

/// Of these a certain one is meant.
const THE: [&str; 9] = ["the", "this", "that", "my", "our", "your", "their", "its", "his"];

/// Nothing is counted that far.
const MOST: f64 = 1e15;

struct Scan<'a> {
    words: &'a [Word],
    /// Of each word that is not known what it may be.
    spellings: Vec<Option<Spelling>>,
    /// Each as the vocabulary has it.
    read: Vec<&'a str>,
    terms: Vec<Term>,
    /// What stands before the next one.
    before: Before,
    corrections: Vec<Correction>,
    doubts: Vec<Doubt>,
    /// Whether a phrase was found that says something.
    is_question: bool,
}

/// How sure it is that a name comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Whatever comes: named.
    Always,
    /// Unless it is a small word: on host.
    Likely,
    /// Unless it is a known word: host.
    Perhaps,
    /// Unless it is a known word or a number: cluster A or.
    Another,
    /// If it looks like one: hosts.
    IfLike,
    /// Not here.
    Never,
}

/// Takes the words for terms. All words that mean nothing are told at once.
pub(super) fn scan(words: &[Word]) -> Scanned {
    let mut scan = Scan::new(words);
    let mut at = 0;
    while at < words.len() {
        at += scan.step(at);
    }
    Scanned {
        corrections: std::mem::take(&mut scan.corrections),
        terms: scan.terms(),
    }
}

/// The topic that stands for what this one lists: of disks and storage, datastores.
pub(super) fn listed(topic: &'static Topic) -> &'static Topic {
    let is_listed = |other: &&Topic| topic.kind.is_some() && other.kind == topic.kind;
    TOPICS.iter().find(is_listed).unwrap_or(topic)
}

impl<'a> Scan<'a> {
    fn new(words: &'a [Word]) -> Self {
        let spelling = |word: &Word| {
            let is_known = word.is_quoted || Lexicon::get().knows(&word.lower);
            (!is_known).then(|| spelling::correct(&word.lower))
        };
        let spellings: Vec<Option<Spelling>> = words.iter().map(spelling).collect();
        let read = words.iter().zip(&spellings).map(|(word, spelling)| match spelling {
            Some(Spelling::Meant(meant)) => *meant,
            // No phrase has an empty word.
            _ if word.is_quoted => "",
            _ => word.lower.as_str(),
        });
        Self {
            words,
            read: read.collect(),
            spellings,
            terms: Vec::new(),
            before: Before::Nothing,
            corrections: Vec::new(),
            doubts: Vec::new(),
            is_question: false,
        }
    }

    fn terms(self) -> Result<Vec<Term>, Reason> {
        let has_name = self.terms.iter().any(|term| matches!(term.token, Token::Name(_)));
        if !self.is_question && !has_name && !self.doubts.iter().any(Doubt::is_of_name) {
            return Err(Reason::Nothing);
        }
        match self.doubts.as_slice() {
            [] => Ok(self.terms),
            _ => Err(Reason::Doubts(self.doubts)),
        }
    }

    /// Takes what stands here; how many words that is.
    fn step(&mut self, at: usize) -> usize {
        let due = self.due();
        if self.words[at].is_quoted {
            return self.push_name(at, 1);
        }
        if due != Due::Never && self.is_name_of_two(at) {
            return self.push_name(at, 2);
        }
        if let Some(found) = self.phrase(at)
            && self.is_meant(at, found, due)
        {
            if found.meaning == Meaning::Filler && self.is_part_of_name(at, found.length, due) {
                return self.doubt_part(at, found.length, due);
            }
            return self.push_phrase(at, found);
        }
        if self.is_name(at, due) {
            return self.push_name(at, 1);
        }
        match number(&self.words[at].lower) {
            Some((number, suffix)) => self.push_number(at, number, suffix),
            None => self.doubt(at, due),
        }
    }

    /// The longest phrase here. "Or less" of "or less than 2" is none.
    fn phrase(&self, at: usize) -> Option<Match> {
        let lexicon = Lexicon::get();
        let found = lexicon.longest(&self.read[at..])?;
        let is_cut = matches!(found.meaning, Meaning::OrMore(_))
            && matches!(self.read.get(at + found.length), Some(&"than" | &"then"));
        if is_cut {
            lexicon.longest(&self.read[at..=at])
        } else {
            Some(found)
        }
    }

    /// Whether a phrase that could stand here is meant, and not a name.
    fn is_meant(&mut self, at: usize, found: Match, due: Due) -> bool {
        let is_exact = self.spellings[at].is_none();
        // "Cluster A" has no article.
        if self.words[at].text.len() == 1
            && found.meaning == Meaning::Filler
            && !matches!(due, Due::Never | Due::IfLike)
        {
            return false;
        }
        match due {
            Due::Never if !is_exact && self.is_behind_name() => self.is_plain(at),
            Due::Never | Due::IfLike => is_exact || !self.is_before_topic(at),
            Due::Always => is_exact && (is_joint(found.meaning) || self.is_contained(found.meaning)),
            Due::Perhaps | Due::Another => is_exact,
            Due::Likely if is_exact && self.is_value(found.meaning) => true,
            Due::Likely if !is_exact || matches!(found.meaning, Meaning::Beyond(_)) => false,
            Due::Likely if found.meaning == Meaning::Filler => at + found.length < self.words.len(),
            Due::Likely => {
                if is_content(found.meaning) {
                    let words = &self.words[at..at + found.length];
                    self.doubts.push(Doubt::new(words, Trouble::NameOrWord));
                }
                true
            }
        }
    }

    /// Nfs of type nfs.
    fn is_value(&self, meaning: Meaning) -> bool {
        matches!((self.said(0), meaning), (Some(Meaning::Topic(topic, _)), Meaning::State(state)) if state.tells_of(topic))
    }

    fn is_name(&self, at: usize, due: Due) -> bool {
        let word = &self.words[at];
        let is_number = number(&word.lower).is_some();
        match due {
            Due::Always | Due::Likely => true,
            Due::Perhaps if is_number => self.is_text_due(),
            // Of "network connection" the one is no name of the other.
            Due::Perhaps => word.text.len() == 1 || self.spellings[at].is_some(),
            // A state that is misspelt behind `or` is no name.
            Due::Another => !is_number && !matches!(self.spellings[at], Some(Spelling::Meant(_))),
            Due::IfLike => !is_number && looks_like_name(&word.text),
            Due::Never => !is_number && self.is_before_topic(at),
        }
    }

    /// In X cluster.
    fn is_before_topic(&self, at: usize) -> bool {
        let is_behind_place = matches!(self.said(0), Some(Meaning::Place | Meaning::On));
        let next = self.read.get(at + 1..).and_then(|words| Lexicon::get().longest(words));
        let is_topic = next.is_some_and(|next| match next.meaning {
            Meaning::Topic(topic, Plurality::One) => is_nameable(topic),
            _ => false,
        });
        is_behind_place && is_topic && self.spellings[at].is_some()
    }

    fn is_behind_name(&self) -> bool {
        matches!(self.terms.last(), Some(term) if matches!(term.token, Token::Name(_)))
    }

    /// Whether a misspelt word behind a name is no second half of it.
    fn is_plain(&self, at: usize) -> bool {
        let text = &self.words[at].text;
        text.len() >= 5 && text.chars().all(|c| c.is_ascii_lowercase())
    }

    fn is_name_of_two(&self, at: usize) -> bool {
        let words = self.words.get(at..at + 2);
        words.is_some_and(|two| NAMES_OF_TWO.contains(&[two[0].lower.as_str(), two[1].lower.as_str()]))
    }

    /// What the term says that stands so many before the end.
    fn said(&self, back: usize) -> Option<Meaning> {
        let term = self.terms.iter().rev().nth(back)?;
        match term.token {
            Token::Says(meaning) => Some(meaning),
            Token::Name(_) | Token::Number(_) => None,
        }
    }

    /// Whether a number would be a name here: version 7.
    fn is_text_due(&self) -> bool {
        matches!(self.said(0), Some(Meaning::Topic(topic, _)) if topic.kind.is_none())
    }

    fn due(&self) -> Due {
        match self.said(0) {
            Some(Meaning::Not) if matches!(self.said(1), Some(Meaning::Topic(..))) => self.due_behind(1),
            Some(Meaning::Called(How::Contains))
                if !matches!(self.said(1), Some(Meaning::Topic(..) | Meaning::Called(_))) =>
            {
                Due::Perhaps
            }
            Some(Meaning::Called(_)) => Due::Always,
            Some(Meaning::Compare(Order::Equal)) if matches!(self.said(1), Some(Meaning::Called(_))) => Due::Always,
            Some(Meaning::Compare(Order::Equal)) if self.due_behind(1) != Due::Never => Due::Always,
            Some(Meaning::And | Meaning::Or) => match self.terms.iter().rev().nth(1) {
                Some(term) if matches!(term.token, Token::Name(_)) => Due::Another,
                _ => Due::Never,
            },
            _ => self.due_behind(0),
        }
    }

    /// Whether the term that stands so many before the end wants a name.
    fn due_behind(&self, back: usize) -> Due {
        let Some(Meaning::Topic(topic, plurality)) = self.said(back) else {
            return Due::Never;
        };
        let is_placed = matches!(self.said(back + 1), Some(Meaning::Place | Meaning::On));
        match plurality {
            _ if !is_nameable(topic) => Due::Never,
            Plurality::One if is_placed => Due::Likely,
            Plurality::One => Due::Perhaps,
            Plurality::Many if is_placed => Due::Perhaps,
            // "Vms that are non-windows".
            Plurality::Many if self.before == Before::Verb => Due::Never,
            Plurality::Many => Due::IfLike,
        }
    }

    fn push(&mut self, at: usize, length: usize, token: Token) {
        let words = &self.words[at..at + length];
        let span = words[0].span.start..words[length - 1].span.end;
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        self.terms.push(Term {
            token,
            text: text.join(" "),
            span,
            before: std::mem::take(&mut self.before),
        });
    }

    fn push_name(&mut self, at: usize, length: usize) -> usize {
        let words = &self.words[at..at + length];
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let name = Name {
            text: text.join(" "),
            is_quoted: words[0].is_quoted,
        };
        self.push(at, length, Token::Name(name));
        length
    }

    fn push_phrase(&mut self, at: usize, found: Match) -> usize {
        for place in at..at + found.length {
            if let Some(Spelling::Meant(read)) = self.spellings[place] {
                self.corrections.push(Correction {
                    written: self.words[place].text.clone(),
                    read,
                });
            }
        }
        // "Vms on datastore ds1 only".
        if self.is_behind_name() && self.read[at] == "only" {
            self.push(at, found.length, Token::Says(Meaning::Beyond(NO_OTHER)));
        } else if found.meaning == Meaning::Filler {
            let has = |words: &[&str]| self.read[at..at + found.length].iter().any(|word| words.contains(word));
            self.before = match self.before {
                Before::Verb => Before::Verb,
                _ if has(&VERBS) => Before::Verb,
                Before::Only => Before::Only,
                _ if has(&["only", "just"]) => Before::Only,
                Before::Each => Before::Each,
                _ if has(&EACH) => Before::Each,
                Before::All => Before::All,
                _ if has(&ALL) => Before::All,
                _ if has(&THE) => Before::The,
                Before::Nothing | Before::Filler | Before::The => Before::Filler,
            };
        } else {
            self.is_question |= !is_joint(found.meaning);
            self.push(at, found.length, Token::Says(found.meaning));
        }
        found.length
    }

    fn push_number(&mut self, at: usize, number: f64, suffix: Option<Meaning>) -> usize {
        self.push(at, 1, Token::Number(number));
        if let Some(meaning) = suffix {
            self.push(at, 1, Token::Says(meaning));
        }
        1
    }

    fn doubt(&mut self, at: usize, due: Due) -> usize {
        let near = match &self.spellings[at] {
            Some(Spelling::Unsure(near)) => near.clone(),
            Some(Spelling::Meant(meant)) => vec![*meant],
            None => Vec::new(),
        };
        let before = self.terms.last().filter(|_| self.is_behind_name());
        let trouble = match (before, self.said(0)) {
            (Some(name), _) => Trouble::BehindName {
                name: format!("{} {}", name.text, self.words[at].text),
                near,
            },
            (None, Some(Meaning::Place | Meaning::On)) if near.is_empty() => Trouble::NameOfWhat,
            _ if looks_like_name(&self.words[at].text) => Trouble::NameOfWhat,
            _ if matches!(due, Due::Another | Due::Perhaps) => Trouble::NameOrWord,
            _ => Trouble::Unknown { near },
        };
        self.doubts.push(Doubt::new(&self.words[at..=at], trouble));
        1
    }
}

fn is_nameable(topic: &'static Topic) -> bool {
    listed(topic).names != Names::None
}

/// Something that no name is made of without telling.
fn looks_like_name(text: &str) -> bool {
    text.chars().any(|c| !c.is_alphabetic() && c != '\'') && text.chars().any(char::is_alphanumeric)
}

/// Words that link names, and never are one behind `named`.
const fn is_joint(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Filler
            | Meaning::And
            | Meaning::But
            | Meaning::Or
            | Meaning::Not
            | Meaning::Called(_)
            | Meaning::Compare(Order::Equal)
    )
}

/// Words that could as well be a name.
const fn is_content(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Topic(..) | Meaning::State(_) | Meaning::Unit(_) | Meaning::Number(_) | Meaning::Beyond(_)
    )
}

/// `8`, `10,000`, `8gb`, `4cpus`, `4+`: the number, and what the rest of it says.
fn number(word: &str) -> Option<(f64, Option<Meaning>)> {
    let end = word
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    let groups: Vec<&str> = digits.split(',').collect();
    let is_grouped = groups.iter().skip(1).all(|group| group.len() == 3);
    let number: f64 = groups
        .concat()
        .parse()
        .ok()
        .filter(|number| is_grouped && *number < MOST)?;
    let says = match suffix {
        "" => return Some((number, None)),
        "+" => Meaning::OrMore(Order::AtLeast),
        _ => Lexicon::get().longest(&[suffix]).map(|found| found.meaning)?,
    };
    let fits = matches!(
        says,
        Meaning::Unit(_) | Meaning::Topic(..) | Meaning::Beyond(_) | Meaning::OrMore(_)
    );
    fits.then_some((number, Some(says)))
}
