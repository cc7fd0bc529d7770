//! The subcommands: what each one asks of the rest, and how its answer leaves the process.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::Parser;
use jiff::tz::TimeZone;

use crate::cli::{Cli, Command, SyncCommand};
use crate::colour::{self, Wishes};
use crate::config::{Config, ConfigError, Note, NoteLevel, Override, ProcessEnvironment, Request};
use crate::exit::{Condition, ExitCode};
use crate::progress::Screen;
use crate::report::{self, Look};

mod check;
mod config;
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
    answer(&console, cli).await.unwrap_or_else(|code| code)
}

async fn answer(console: &Console, cli: &Cli) -> Result<ExitCode, ExitCode> {
    let config = || load(console, cli);
    Ok(match &cli.command {
        Command::Sync(SyncCommand::All(args)) => sync::sync(console, &config()?, cli, args, None).await,
        Command::Sync(SyncCommand::Vms(vms)) => sync::sync(console, &config()?, cli, &vms.sync, Some(&vms.ids)).await,
        Command::Diff(args) => sync::diff(console, &config()?, cli, args).await,
        Command::Status(args) => status::status(console, &config()?, args).await,
        Command::Check(args) => check::check(console, &config()?, args).await,
        Command::Config(command) => config::config(console, cli, *command),
    })
}

/// The configuration; without one, the exit code of a command that has told why.
fn load(console: &Console, cli: &Cli) -> Result<Config, ExitCode> {
    let config = Config::load(&request(cli, &cli.overrides()), &ProcessEnvironment)
        .map_err(|error| refuse_config(console, &cli.command, &error))?;
    // The report of a check has them; pins are no report.
    if !matches!(&cli.command, Command::Check(check) if !check.print_pins) {
        tell_notes(&config.notes);
    }
    Ok(config)
}

/// What the command line says of the configuration.
fn request<'a>(cli: &'a Cli, overrides: &'a [Override]) -> Request<'a> {
    Request {
        file: cli.global.config.as_deref(),
        overrides,
    }
}

fn refuse_config(console: &Console, command: &Command, error: &ConfigError) -> ExitCode {
    let text = error.to_string();
    match command {
        Command::Status(args) => status::refuse(console, args, &text, Condition::Config),
        Command::Sync(_) | Command::Diff(_) | Command::Check(_) | Command::Config(_) => {
            console.refuse(&text, Condition::Config)
        }
    }
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
    /// Whether stdout gets colour.
    colour: bool,
}

impl Console {
    fn new(cli: &Cli) -> Self {
        let global = &cli.global;
        let terminal = std::io::stderr().is_terminal();
        let term = std::env::var("TERM").ok();
        let wanted = crate::progress::is_wanted(global.quiet, terminal, term.as_deref());
        let screen = Screen::of_stderr(wanted);
        let wishes = Wishes::of_process();
        let has_colour = |terminal| colour::is_wanted(global.color, wishes, terminal);
        let options = crate::logging::Options {
            level: crate::logging::level(global.quiet, global.verbose),
            terminal,
            colour: has_colour(terminal),
        };
        crate::logging::init(options, screen.clone());
        Self {
            screen,
            colour: has_colour(std::io::stdout().is_terminal()),
        }
    }

    /// How pages on stdout look.
    fn look(&self, timezone: TimeZone) -> Look {
        Look::of_stdout(timezone, self.colour)
    }

    /// Says why nothing was done.
    fn refuse(&self, text: &str, condition: Condition) -> ExitCode {
        self.tell(text);
        condition.code()
    }

    /// Says what went wrong.
    fn tell(&self, text: &str) {
        // Whoever has closed the stream does not want to read it.
        self.screen
            .suspend(|| drop(writeln!(std::io::stderr(), "error: {text}")));
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
