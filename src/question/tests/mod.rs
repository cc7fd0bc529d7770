//! Which questions are understood, and how.

use clap::Parser;
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::meaning::{Fact, Is};
use super::vocabulary::STATES;
use super::{Reason, Refusal, Understood};
use crate::cli::{Cli, Command};
use crate::listing::Wishes;

/// A line that begins with `?` is a question; the next one is what stands behind `vmsync list`; a third, what was
/// corrected.
const ANSWERED: &str = include_str!("answered.txt");
/// Behind a question that is refused stands why, whole, then an empty line.
const REFUSED: &str = include_str!("refused.txt");

fn understand(question: &str) -> Result<Understood, Refusal> {
    super::understand(question, TimeZone::UTC)
}

/// The questions of a table, and what stands below each.
fn table(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = text.strip_prefix("? ").unwrap().split("\n? ");
    rows.map(|row| row.split_once('\n').unwrap())
}

fn told(understood: &Understood) -> String {
    let command = understood.command(None);
    let corrections = understood.corrections.iter();
    let corrections: Vec<String> = corrections
        .map(|one| format!("{} -> {}", one.written, one.read))
        .collect();
    let told = format!(
        "  {}\n  {}",
        command.strip_prefix("vmsync list ").unwrap(),
        corrections.join(", ")
    );
    told.trim_end().to_owned()
}

#[test]
fn questions_are_understood_as_the_table_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (question, expected) in table(ANSWERED) {
        let answer = understand(question).map_or_else(|refusal| refusal.to_string(), |understood| told(&understood));
        if answer != expected.trim_end() {
            wrong.push(format!("? {question}\n{answer}"));
        }
        count += 1;
    }
    assert_eq!(wrong.join("\n"), "");
    assert!(count >= 250, "{count}");
}

#[test]
fn questions_that_mean_nothing_or_two_things_are_refused_at_their_place() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (question, expected) in table(REFUSED) {
        let answer = understand(question).map_or_else(|refusal| refusal.to_string(), |understood| told(&understood));
        let answer = answer
            .strip_prefix("failed to understand the question: ")
            .unwrap_or(&answer)
            .to_owned();
        if answer != expected.trim_end() {
            wrong.push(format!("? {question}\n{answer}\n"));
        }
        count += 1;
    }
    assert_eq!(wrong.join("\n"), "");
    assert!(count >= 60, "{count}");
}

#[test]
fn states_are_words_that_their_fields_have() {
    let facts = STATES.iter().flat_map(|state| state.facts);
    let facts = facts.flat_map(|(kind, facts)| facts.iter().map(move |fact| (*kind, fact)));
    let mut fixed = 0;
    for (kind, Fact(name, is)) in facts {
        let field = kind.field(name).unwrap();
        if let (true, Is::Text(word)) = (field.is_closed, is) {
            assert!(field.words().any(|known| known == *word), "{kind:?} {name} {word}");
            fixed += 1;
        }
    }
    assert!(fixed > 30, "{fixed}");
}

#[test]
fn the_empty_question_says_what_can_be_asked() {
    for question in ["", "  ", "?!", "the", "show me", "hello"] {
        let refusal = understand(question).unwrap_err();
        assert_eq!(refusal.reason, Reason::Nothing, "{question:?}");
        assert_eq!(refusal.to_string().matches("\n  vmsync query ").count(), 3);
    }
}

#[test]
fn names_are_left_as_they_are_whatever_they_look_like() {
    for (question, filter) in [
        ("vms in cluster Prodcution", "cluster ~ Prodcution"),
        ("vms on datastore emty", "datastores ~ emty"),
        ("vms named runing", "name ~ runing"),
        ("vms named running", "name ~ running"),
        ("vms with name like emty", "name ~ *emty*"),
        ("vm runing", "name ~ runing"),
        ("vms in cluster \"powered off\"", "cluster = \"powered off\""),
        ("vms in cluster 'emty'", "cluster = emty"),
        ("vms in emty-2 cluster", "cluster ~ emty-2"),
        (
            "vms in folder a_b.c-d",
            "folder_path ~ */a_b.c-d or folder_path ~ */a_b.c-d/*",
        ),
        ("vms named naïve-Ümläut", "name ~ naïve-Ümläut"),
    ] {
        let understood = understand(question).unwrap_or_else(|refusal| panic!("{question}: {refusal}"));
        let found = understood.selection.filter.as_ref().map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(filter), "{question}");
        assert!(understood.corrections.is_empty(), "{question}");
    }
}

/// What a shell makes of a line that quotes with `'` only.
fn split_as_shell(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_inside = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let word = words.last_mut().unwrap();
        match c {
            '\'' => is_inside = !is_inside,
            '\\' if !is_inside => word.extend(chars.next()),
            ' ' if !is_inside => words.push(String::new()),
            c => word.push(c),
        }
    }
    words
}

/// The command, read again, asks for the same.
fn check_command(understood: &Understood) {
    let selection = &understood.selection;
    let cli = Cli::try_parse_from(split_as_shell(&understood.command(None))).unwrap();
    let Command::List(list) = &cli.command else {
        panic!("{}", understood.command(None));
    };
    let args = list.args();
    let wishes = Wishes {
        filter: args.filter.as_deref(),
        columns: &args.columns,
        sort: &args.sort,
        limit: args.limit,
        gone: args.gone,
    };
    let read = wishes
        .selection(list.kind(), Timestamp::UNIX_EPOCH, &TimeZone::UTC)
        .unwrap();
    assert_eq!(read, *selection);
    assert_eq!(args.count, understood.count);
}

#[test]
fn a_stray_closing_quote_is_a_word_like_any_other() {
    for text in ["”", "’", "vms on” esx1", "vms ”"] {
        match understand(text) {
            Ok(understood) => assert!(understood.selection.filter.is_some(), "{text}: not all of them"),
            Err(refusal) => assert!(refusal.to_string().contains("\nhint: "), "{refusal}"),
        }
    }
}

/// Words that questions are made of, in any order, and some that they are not.
fn any_words() -> impl Strategy<Value = String> {
    let known: Vec<&'static str> = super::lexicon::Lexicon::get().words().collect();
    let word = prop_oneof![
        6 => proptest::sample::select(known),
        2 => proptest::sample::select(vec!["vms", "hosts", "cluster", "on", "with", "no", "or", "not", "named", "than"]),
        1 => proptest::sample::select(vec!["esx1", "Prod", "\"a b\"", "'it''s'", "4", "8gb", "10,000", "web*", "80%", "é", "⏎"]),
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused_without_a_panic(text in "\\PC*|[ -~\\n\\t]{0,80}|[\"'a-c,<>=%0-9. ]{0,40}") {
        match understand(&text) {
            Ok(understood) => check_command(&understood),
            Err(refusal) => prop_assert!(refusal.to_string().contains("\nhint: ")),
        }
    }

    #[test]
    fn any_words_are_understood_as_a_command_or_refused_with_a_hint(text in any_words()) {
        match understand(&text) {
            Ok(understood) => check_command(&understood),
            Err(refusal) => prop_assert!(refusal.to_string().contains("\nhint: ")),
        }
    }

    #[test]
    fn case_and_spaces_change_nothing_but_names(at in 0..250_usize) {
        let (question, expected) = table(ANSWERED).nth(at).unwrap();
        let spaced = format!("  {} ?", question.replace(' ', "  "));
        let quoted = question.contains(['"', '\'']);
        let understood = understand(&spaced).map(|understood| told(&understood));
        prop_assert!(quoted || understood == Ok(expected.trim_end().to_owned()));
    }
}
