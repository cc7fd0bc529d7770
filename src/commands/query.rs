//! `query`: a question in plain words, answered as `list` does.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Console;
use super::list::{self, Order};
use crate::cli::{ListFormat, QueryArgs};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::question::{self, Understood};
use crate::report::escape;
use crate::selection::Selection;

/// What the question asks for; or the exit code of one that is not understood, which needs no configuration to be told.
pub fn understand(console: &Console, args: &QueryArgs) -> Result<Understood, ExitCode> {
    // What a question can say has no local times in it.
    let understood = question::understand(&args.text(), TimeZone::UTC);
    let understood = understood.map_err(|refusal| console.refuse(&refusal.to_string(), Condition::Usage))?;
    for correction in &understood.corrections {
        let written = escape(&correction.written);
        console.remark(&format!("read \"{written}\" as \"{}\"", correction.read));
    }
    Ok(understood)
}

/// Prints the command that gives the same.
pub fn explain(console: &Console, understood: &Understood) -> ExitCode {
    console.print(ExitCode::SUCCESS, &format!("{}\n", understood.command()))
}

/// Says how it was understood, and answers.
pub async fn query(console: &Console, config: &Config, understood: Understood, format: ListFormat) -> ExitCode {
    console.remark(&format!("understood as: {}", understood.command()));
    let order = Order {
        selection: Selection {
            timezone: config.timezone.clone(),
            ..understood.selection
        },
        format,
        count: understood.count,
        now: Timestamp::now(),
    };
    list::answer(console, config, order).await
}
