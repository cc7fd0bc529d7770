//! The vocabulary, made ready to be searched.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::meaning::{Meaning, Plurality};
use super::vocabulary::{BEYOND, PARTICLES, STATES, TOPICS};

/// All phrases.
pub(super) struct Lexicon {
    phrases: Vec<Phrase>,
    /// The phrases in which a word stands, by their place in `phrases`.
    words: BTreeMap<&'static str, Vec<usize>>,
}

struct Phrase {
    items: Vec<Item>,
    meaning: Meaning,
}

/// One place in a phrase.
struct Item {
    words: Vec<&'static str>,
    is_optional: bool,
}

/// A phrase that stands at some place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    /// How many words it takes.
    pub length: usize,
    /// What it means.
    pub meaning: Meaning,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

impl Lexicon {
    /// The one that there is.
    pub fn get() -> &'static Self {
        &LEXICON
    }

    fn new() -> Self {
        let mut phrases = Vec::new();
        let mut add = |says: &[&'static str], meaning| {
            phrases.extend(says.iter().map(|text| Phrase::new(text, meaning)));
        };
        for topic in TOPICS {
            add(topic.one, Meaning::Topic(topic, Plurality::One));
            add(topic.many, Meaning::Topic(topic, Plurality::Many));
        }
        for state in STATES {
            add(state.says, Meaning::State(state));
        }
        for (says, meaning) in PARTICLES {
            add(says, *meaning);
        }
        for (says, reason) in BEYOND {
            add(says, Meaning::Beyond(reason));
        }
        let mut words: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (at, phrase) in phrases.iter().enumerate() {
            for word in phrase.items.iter().flat_map(|item| &item.words) {
                words.entry(word).or_default().push(at);
            }
        }
        Self { phrases, words }
    }

    /// Whether some phrase has it.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Every word of every phrase.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.words.keys().copied()
    }

    /// What the phrases mean in which this word stands.
    pub fn meanings(&self, word: &str) -> impl Iterator<Item = Meaning> {
        let phrases = self.words.get(word).into_iter().flatten();
        phrases.map(|at| self.phrases[*at].meaning)
    }

    /// The longest phrase that these words begin with. Of two that are as long, the first in the tables.
    pub fn longest(&self, words: &[&str]) -> Option<Match> {
        let first = words.first()?;
        let mut longest: Option<Match> = None;
        for at in self.words.get(first)? {
            let phrase = &self.phrases[*at];
            let length = phrase.length(words);
            if length > longest.map_or(0, |found| found.length) {
                longest = Some(Match {
                    length,
                    meaning: phrase.meaning,
                });
            }
        }
        longest
    }
}

impl Phrase {
    fn new(text: &'static str, meaning: Meaning) -> Self {
        Self {
            items: text.split(' ').map(Item::new).collect(),
            meaning,
        }
    }

    /// How many words it takes of those that stand here; 0 if it does not.
    fn length(&self, words: &[&str]) -> usize {
        fn longest(items: &[Item], words: &[&str], taken: usize) -> usize {
            let Some((item, rest)) = items.split_first() else {
                return taken;
            };
            let with = match words.get(taken) {
                Some(word) if item.words.contains(word) => longest(rest, words, taken + 1),
                _ => 0,
            };
            let without = if item.is_optional {
                longest(rest, words, taken)
            } else {
                0
            };
            with.max(without)
        }
        longest(&self.items, words, 0)
    }
}

impl Item {
    fn new(text: &'static str) -> Self {
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        Self {
            words: inside.unwrap_or(text).split('|').collect(),
            is_optional: inside.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_is_meant_and_options_may_be_absent() {
        let lexicon = Lexicon::get();
        let length = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            lexicon.longest(&words).map_or(0, |found| found.length)
        };
        assert_eq!(length("powered on vms"), 2);
        assert_eq!(length("virtual machines on host"), 2);
        assert_eq!(length("with vmware tools not running on"), 5);
        assert_eq!(length("tools not running"), 3);
        assert_eq!(length("installed tools"), 0);
        assert_eq!(length("frobnicated vms"), 0);
    }

    #[test]
    fn every_phrase_is_well_formed_in_lower_case_and_takes_a_word() {
        for phrase in &Lexicon::get().phrases {
            assert!(
                phrase.items.iter().any(|item| !item.is_optional),
                "{:?}",
                phrase.meaning
            );
            for word in phrase.items.iter().flat_map(|item| &item.words) {
                let is_bare = !word.is_empty() && !word.contains(['[', ']', '|', ' ']);
                assert!(
                    is_bare && word.to_lowercase() == *word,
                    "{word} of {:?}",
                    phrase.meaning
                );
            }
        }
    }

    #[test]
    fn no_phrase_means_two_things() {
        let mut seen: BTreeMap<Vec<&str>, Meaning> = BTreeMap::new();
        let mut twice = Vec::new();
        for phrase in &Lexicon::get().phrases {
            for words in phrase.spellings() {
                let other = seen.insert(words.clone(), phrase.meaning);
                twice.extend(other.filter(|other| *other != phrase.meaning).map(|_| words));
            }
        }
        assert_eq!(twice, Vec::<Vec<&str>>::new());
    }

    impl Phrase {
        /// Every row of words that it stands for.
        fn spellings(&self) -> Vec<Vec<&'static str>> {
            let mut rows = vec![Vec::new()];
            for item in &self.items {
                let mut longer: Vec<Vec<&str>> = Vec::new();
                for row in &rows {
                    longer.extend(item.words.iter().map(|word| [&row[..], &[*word]].concat()));
                }
                if item.is_optional {
                    longer.extend(rows);
                }
                rows = longer;
            }
            rows
        }
    }
}
