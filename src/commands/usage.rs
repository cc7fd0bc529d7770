//! What may have been meant by a command line that is refused.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::filter::text_literal;

/// Options of `list` that people give to `query`, and how a question says it.
const SAID_IN_WORDS: [(&str, &str); 7] = [
    ("--count", "\"how many vms are running\""),
    ("--limit", "\"first 5 vms\""),
    ("--sort", "\"vms sorted by memory\""),
    ("--where", "\"vms with more than 4 cpus\""),
    ("--columns", "\"ip and host of vm web-1\""),
    ("--gone", "\"orphaned vms\""),
    ("--live", ""),
];

/// What to do instead; none where the parser's own words are enough.
pub(super) fn hint(words: &[String], error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let asks = words.iter().any(|word| word == "query");
    let said = SAID_IN_WORDS.iter().find(|(option, _)| option == unknown);
    match said.filter(|_| asks) {
        Some((option, "")) => Some(format!(
            "`vmsync list` takes {option}, and `vmsync query --explain` says which list a question is"
        )),
        Some((option, words)) => Some(format!("say it in words, as in {words}; `vmsync list` takes {option}")),
        None => split_filter(words, unknown),
    }
}

/// `--where name = web`: a shell makes three words of an expression without quotes, and keeps quotes to itself.
fn split_filter(words: &[String], unknown: &str) -> Option<String> {
    let at = words.iter().position(|word| word == "--where")?;
    let expression: Vec<&str> = words[at + 1..]
        .iter()
        .map(String::as_str)
        .take_while(|word| !is_option(word))
        .collect();
    let is_split = expression.len() > 1 && expression[1..].contains(&unknown);
    is_split.then(|| {
        let whole = crate::report::wording::quoted(&join(&expression));
        format!("a shell takes an expression apart: put it in quotes, --where {whole}")
    })
}

/// `-30d` is an age.
fn is_option(word: &str) -> bool {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// What stands behind an operator and is no word of the language had quotes.
fn join(expression: &[&str]) -> String {
    let is_sign = |word: &str| !word.is_empty() && word.chars().all(|c| "=!<>~".contains(c));
    let mut whole = String::new();
    for (place, word) in expression.iter().enumerate() {
        let is_value = place > 0 && is_sign(expression[place - 1]);
        if is_value && word.split_whitespace().count() != 1 {
            whole += &text_literal(word);
        } else {
            whole += word;
        }
        whole += " ";
    }
    whole.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    /// `+` is a space in a word.
    fn hint_of(line: &str) -> Option<String> {
        let words: Vec<String> = line.split(' ').map(|word| word.replace('+', " ")).collect();
        let error = Cli::try_parse_from(&words).expect_err(line);
        hint(&words, &error)
    }

    #[test]
    fn an_expression_that_the_shell_took_apart_is_put_together() {
        for (line, expected) in [
            ("vmsync list vms --where name = web", "--where 'name = web'"),
            ("vmsync list vms --where num_cpu >= 4 --count", "--where 'num_cpu >= 4'"),
            (
                "vmsync list hosts --where not maintenance_mode",
                "--where 'not maintenance_mode'",
            ),
            ("vmsync list vms --where name = web+1 -q", "--where 'name = \"web 1\"'"),
            (
                "vmsync list vms --where name =  and disks > 1",
                "--where 'name = \"\" and disks > 1'",
            ),
            (
                "vmsync list vms --where name+=+web or name+=+db",
                "--where 'name = web or name = db'",
            ),
            (
                "vmsync list hosts --where name ~ it's+* -v",
                "--where 'name ~ \"it'\\''s *\"'",
            ),
            ("vmsync list vms --where boot_time < -30d", "--where 'boot_time < -30d'"),
            ("vmsync export x.csv vms --where name ~ web", "--where 'name ~ web'"),
        ] {
            let hint = hint_of(line).expect(line);
            assert!(hint.ends_with(expected), "{line}: {hint}");
        }
        for line in [
            "vmsync list vms name",
            "vmsync list vms --where a --nonsense",
            "vmsync nonsense",
        ] {
            assert_eq!(hint_of(line), None, "{line}");
        }
    }

    #[test]
    fn a_question_is_told_how_to_say_what_the_options_of_a_list_say() {
        for (option, _) in SAID_IN_WORDS {
            let hint = hint_of(&format!("vmsync query vms {option}")).expect(option);
            assert!(hint.contains(&format!("`vmsync list` takes {option}")), "{hint}");
        }
        for (_, words) in SAID_IN_WORDS.iter().filter(|(_, words)| !words.is_empty()) {
            let question = words.trim_matches('"');
            let understood = crate::question::understand(question, jiff::tz::TimeZone::UTC);
            assert!(understood.is_ok(), "{question}: {understood:?}");
        }
    }
}
