//! `query`: a question in plain words, answered as `list` does.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Console;
use super::list::{self, Order};
use crate::cli::{Cli, ListFormat, QueryArgs};
use crate::config::Config;
use crate::exit::{Condition, ExitCode};
use crate::question::{self, Understood};
use crate::selection::Selection;

/// What the question asks for; or the exit code of one that is not understood, which needs no configuration to be told.
pub fn understand(console: &Console, args: &QueryArgs) -> Result<Understood, ExitCode> {
    // What a question can say has no local times in it.
    let understood = question::understand(&args.text(), TimeZone::UTC);
    let understood = understood.map_err(|refusal| console.refuse(&refusal.to_string(), Condition::Usage))?;
    for correction in &understood.corrections {
        console.remark(&correction.to_string());
    }
    Ok(understood)
}

/// Prints the command that gives the same.
pub fn explain(console: &Console, cli: &Cli, understood: &Understood) -> ExitCode {
    let command = understood.command(cli.global.config.as_deref());
    console.print(ExitCode::SUCCESS, &format!("{command}\n"))
}

/// Says how it was understood, and answers.
pub async fn query(
    console: &Console,
    config: &Config,
    cli: &Cli,
    (understood, format): (Understood, ListFormat),
) -> ExitCode {
    let command = understood.command(cli.global.config.as_deref());
    console.remark(&format!("understood as: {command}"));
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
