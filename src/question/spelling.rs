//! Which word was meant by one that is not known.

use std::collections::BTreeSet;

use super::lexicon::Lexicon;
use super::meaning::Meaning;

/// What an unknown word comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spelling {
    /// It must be this one.
    Meant(&'static str),
    /// It may be one of these, or none.
    Unsure(Vec<&'static str>),
}

/// Ordinary words that mean something else than the ones they look like: lone is not gone, read not red.
const ORDINARY: &str = "around early former hand held home kind late latter lived lone lots main mission moved once \
    others passed point pushed read similarly spend stable stone storm topped vision wanting warming white world";

/// The word of the vocabulary that is one or two slips away, if there is one that is nearer than all with another
/// meaning. What has a digit or a mark in it is a name, and no slip.
pub(super) fn correct(word: &str) -> Spelling {
    let mut near: Vec<(usize, bool, &'static str)> = Vec::new();
    let is_ordinary = ORDINARY.split_whitespace().any(|ordinary| ordinary == word);
    if !is_ordinary && word.chars().all(|c| c.is_alphabetic() || c == '\'') {
        near.extend(Lexicon::get().words().filter_map(|known| slip(word, known)));
    }
    near.sort_unstable();
    let Some(&(distance, is_other, best)) = near.first() else {
        return Spelling::Unsure(similar(word));
    };
    let nearest = near.iter().filter(|other| (other.0, other.1) == (distance, is_other));
    let nearest: Vec<&'static str> = nearest.map(|other| other.2).collect();
    if nearest.iter().all(|other| mean_alike(best, other)) {
        // Of powered and power, of datastores and datastore the one with more of it.
        Spelling::Meant(nearest.iter().copied().max_by_key(|word| word.len()).unwrap_or(best))
    } else {
        Spelling::Unsure(nearest)
    }
}

/// How far it is from a known word, and whether more than two letters in the wrong order.
fn slip(word: &str, known: &'static str) -> Option<(usize, bool, &'static str)> {
    let (letters, of_known) = (word.chars().count(), known.chars().count());
    if letters < 3 || of_known < 3 || letters.abs_diff(of_known) > 2 {
        return None;
    }
    let distance = strsim::damerau_levenshtein(word, known);
    let is_swap = distance == 1 && sorted(word) == sorted(known);
    let is_same_start = word.chars().next() == known.chars().next();
    let is_near = match letters {
        _ if is_swap => true,
        0..=3 => false,
        4..=5 => distance == 1 && (of_known > 3 || is_same_start) && (letters == 5 || !is_glue(known)),
        _ => distance == 1 || distance == 2 && is_same_start && of_known > 5 && !is_glue(known),
    };
    is_near.then_some((distance, !is_swap, known))
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// Words that say little: one that is read into them by mistake takes its own meaning away. Verbs of asking stand
/// where nothing else does.
fn is_glue(known: &str) -> bool {
    const ASKING: [&str; 9] = [
        "show", "list", "find", "give", "print", "what", "which", "display", "fetch",
    ];
    let is_filler = |meaning| matches!(meaning, Meaning::Filler | Meaning::Beyond(_));
    !ASKING.contains(&known) && Lexicon::get().meanings(known).all(is_filler)
}

/// Whether all phrases of the one mean what some phrase of the other means.
fn mean_alike(a: &str, b: &str) -> bool {
    let lexicon = Lexicon::get();
    a == b
        || lexicon
            .meanings(a)
            .any(|one| lexicon.meanings(b).any(|other| is_same(one, other)))
}

fn is_same(a: Meaning, b: Meaning) -> bool {
    match (a, b) {
        (Meaning::Topic(one, _), Meaning::Topic(other, _)) => one == other,
        _ => a == b,
    }
}

/// Known words that look like it, for a message.
fn similar(word: &str) -> Vec<&'static str> {
    let likeness = |known: &&'static str| (strsim::jaro_winkler(word, known), *known);
    let mut known: Vec<_> = Lexicon::get().words().map(|known| likeness(&known)).collect();
    known.retain(|(likeness, known)| *likeness >= 0.85 && known.len() > 2);
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let words: BTreeSet<&'static str> = known.into_iter().take(3).map(|(_, known)| known).collect();
    words.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_corrected_and_two_in_a_long_word() {
        for (word, meant) in [
            ("shoe", "show"),
            ("powred", "powered"),
            ("powerd", "powered"),
            ("emty", "empty"),
            ("datastors", "datastores"),
            ("datstroes", "datastores"),
            ("clutser", "cluster"),
            ("vsm", "vms"),
            ("hsots", "hosts"),
            ("runing", "running"),
            ("suspnded", "suspended"),
            ("snaphots", "snapshots"),
            ("maintainance", "maintenance"),
        ] {
            assert_eq!(correct(word), Spelling::Meant(meant), "{word}");
        }
    }

    #[test]
    fn what_is_far_from_all_or_near_to_several_is_left() {
        for word in ["frobnicated", "web", "esx1", "prod-vms", "vm5", "xyz", "de"] {
            assert!(
                matches!(correct(word), Spelling::Unsure(_)),
                "{word}: {:?}",
                correct(word)
            );
        }
    }
}
