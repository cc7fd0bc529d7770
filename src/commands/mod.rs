//! The subcommands: what each one asks of the rest, and how its answer leaves the process.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::Parser;

use crate::cli::{Cli, Command, Format, SyncCommand};
use crate::config::{Config, ConfigError, Note, NoteLevel, ProcessEnvironment};
use crate::exit::{Condition, ExitCode};
use crate::progress::Screen;
use crate::report::{self, Look, Occasion};

mod check;
mod status;
mod sync;

/// Parses arguments, the program's name first, and runs them.
pub async fn run_with(arguments: Vec<OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => execute(&cli).await,
        Err(error) => explain_usage(&error),
    }
}

/// Help and version are answers, everything else is a mistake.
fn explain_usage(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() {
        Condition::Usage.code()
    } else {
        ExitCode::SUCCESS
    };
    // Whoever has closed the stream does not want to read it.
    let _ = error.print();
    code
}

async fn execute(cli: &Cli) -> ExitCode {
    let console = Console::new(cli);
    let config = match Config::load(cli.global.config.as_deref(), &ProcessEnvironment) {
        Ok(config) => config,
        Err(error) => return console.refuse(&config_failure(&error), Condition::Config),
    };
    // The report of a check has them.
    if !matches!(cli.command, Command::Check(_)) {
        tell_notes(&config.notes);
    }
    match &cli.command {
        Command::Sync(SyncCommand::All(sync)) => sync::sync(&console, &config, cli, sync, None).await,
        Command::Sync(SyncCommand::Vms(vms)) => sync::sync(&console, &config, cli, &vms.sync, Some(&vms.ids)).await,
        Command::Diff(diff) => sync::diff(&console, &config, cli, diff).await,
        Command::Status => status::status(&console, &config).await,
        Command::Check(check) => check::check(&console, &config, check).await,
    }
}

fn config_failure(error: &ConfigError) -> String {
    error.to_string()
}

fn tell_notes(notes: &[Note]) {
    for note in notes {
        match note.level {
            NoteLevel::Warning => tracing::warn!("{}", note.text),
            NoteLevel::Info => tracing::info!("{}", note.text),
        }
    }
}

/// Where a command's words go.
pub struct Console {
    /// Stderr with its progress.
    pub screen: Screen,
    format: Option<Format>,
    writes: bool,
}

impl Console {
    fn new(cli: &Cli) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let term = std::env::var("TERM").ok();
        let wanted = crate::progress::is_wanted(cli.global.quiet, terminal, term.as_deref());
        let screen = Screen::of_stderr(wanted);
        let options = crate::logging::Options::of_stderr(cli.global.quiet, cli.global.verbose);
        crate::logging::init(options, screen.clone());
        Self {
            screen,
            format: cli.global.format,
            writes: cli.command.writes(),
        }
    }

    /// Says why nothing was done.
    fn refuse(&self, text: &str, condition: Condition) -> ExitCode {
        self.screen.suspend(|| eprintln!("error: {text}"));
        condition.code()
    }

    /// Prints an answer, if this is an occasion for it.
    fn answer(
        &self,
        code: ExitCode,
        look: &Look,
        json: impl FnOnce() -> String,
        table: impl FnOnce(&Look) -> String,
    ) -> ExitCode {
        let watched = std::io::stdout().is_terminal() || std::io::stderr().is_terminal();
        let occasion = Occasion {
            writes: self.writes,
            watched,
            format_asked: self.format.is_some(),
        };
        if !report::should_print(occasion, code) {
            return code;
        }
        let text = match self.format.unwrap_or_default() {
            Format::Json => json(),
            Format::Table => table(look),
        };
        self.print(code, &text)
    }

    /// Prints a report of which people have been told on stderr already.
    fn answer_programs(&self, code: ExitCode, json: impl FnOnce() -> String) -> ExitCode {
        match self.format {
            Some(Format::Json) => self.print(code, &json()),
            Some(Format::Table) | None => code,
        }
    }

    fn print(&self, code: ExitCode, text: &str) -> ExitCode {
        match report::write_stdout(text) {
            Ok(()) => code,
            Err(error) => self.refuse(
                &format!("failed to write the report to stdout: {error}"),
                Condition::Internal,
            ),
        }
    }
}
