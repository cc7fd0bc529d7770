//! `query`: plain words.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueHint};

use super::ListFormat;

pub(super) const EXAMPLES: &str = "\
Examples:
  vmsync query \"powered off vms with snapshots\"
  vmsync query \"hosts with no vms\"
  vmsync query \"how many vms are in cluster Production\"
  vmsync query \"top 5 datastores by free space\" --format json
  vmsync query --explain \"vms on host esx1 with more than 8 gb memory\"";

/// Options of `query`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct QueryArgs {
    /// The question, best in quotes; inside of it, names with spaces stand in quotes of their own
    #[arg(required = true, value_name = "QUESTION", value_hint = ValueHint::Other, value_parser = NonEmptyStringValueParser::new())]
    pub question: Vec<String>,
    /// Only print the command that the question is understood as, and read nothing
    #[arg(long, conflicts_with = "format")]
    pub explain: bool,
    /// Form of the answer on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

impl QueryArgs {
    /// The question as one text. What the shell kept together stays together.
    #[must_use]
    pub fn text(&self) -> String {
        if let [question] = &self.question[..] {
            return question.clone();
        }
        let word = |word: &String| {
            if word.contains(char::is_whitespace) && !word.contains('"') {
                format!("\"{word}\"")
            } else {
                word.clone()
            }
        };
        self.question.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}
