//! The subcommands: what each one asks of the rest, and how its answer leaves the process.

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};

use clap::Parser;
use clap::error::ContextKind;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::cli::{Cli, Command, LogFormat, SyncCommand};
use crate::colour::{self, Wishes};
use crate::config::{Config, ConfigError, Note, NoteLevel, ProcessEnvironment, Request, Survey};
use crate::exit::{Condition, ExitCode};
use crate::logging::{self, TextLook};
use crate::progress::{self, Screen};
use crate::report::{self, Look};

mod check;
mod config;
mod ending;
mod export;
mod list;
mod live;
mod prune;
mod query;
mod stats;
mod status;
mod sync;
mod units;
mod usage;
mod watch;

/// Parses arguments, the program's name first, and runs them.
pub async fn run_with(arguments: Vec<OsString>) -> ExitCode {
    let is_plugin = asks_for_plugin(&arguments);
    let words: Vec<String> = arguments
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match Cli::try_parse_from(arguments) {
        Ok(cli) => execute(&cli).await,
        Err(error) if is_plugin && error.use_stderr() => status::refuse_usage(&error),
        Err(error) => explain_usage(error, &words),
    }
}

/// Whether these are `status --format nagios`, told without a parser, which may have refused the rest. To a monitoring
/// system the exit code of wrong usage would be a critical state.
fn asks_for_plugin(arguments: &[OsString]) -> bool {
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let is_format = |pair: &[OsString]| pair[0] == "--format" && pair[1] == "nagios";
    has("status") && (has("--format=nagios") || arguments.windows(2).any(is_format))
}

/// Help and version are answers, everything else is a mistake.
fn explain_usage(mut error: clap::Error, words: &[String]) -> ExitCode {
    let hint = usage::hint(words, &error);
    if hint.is_some() {
        // What the parser guesses leads elsewhere.
        error.remove(ContextKind::Suggested);
        error.remove(ContextKind::SuggestedArg);
    }
    let printed = error.print();
    if error.use_stderr() {
        if let Some(hint) = hint {
            drop(writeln!(std::io::stderr(), "\nhint: {}", report::escape(&hint)));
        }
        return Condition::Usage.code();
    }
    match printed {
        // Whoever has closed the stream does not want to read it.
        Err(failure) if failure.kind() != ErrorKind::BrokenPipe => {
            logging::tell(&format!("failed to write to stdout: {failure}"));
            Condition::Internal.code()
        }
        _ => ExitCode::SUCCESS,
    }
}

async fn execute(cli: &Cli) -> ExitCode {
    let console = Console::new(cli);
    // Boxed, as the future of every command inside that of its caller is more than the compiler follows.
    Box::pin(answer(&console, cli)).await.unwrap_or_else(|code| code)
}

/// Most commands want a configuration with all its secrets; `Err` is the exit code without one.
async fn answer(console: &Console, cli: &Cli) -> Result<ExitCode, ExitCode> {
    let request = Request {
        file: cli.global.config.as_deref(),
        overrides: &cli.overrides(),
    };
    let config = || load(console, &cli.command, &request);
    Ok(match &cli.command {
        Command::Sync(SyncCommand::All(args)) => sync::sync_all(console, &config()?, cli, args).await,
        Command::Sync(SyncCommand::Vms(vms)) => sync::sync_vms(console, &config()?, cli, vms).await,
        Command::Sync(SyncCommand::Objects(objects)) => {
            sync::sync_objects(console, &config()?, cli, objects.kind_and_args()).await
        }
        Command::Diff(args) => sync::diff(console, &config()?, cli, args).await,
        Command::Status(args) => status::status(console, &config()?, args).await,
        Command::Prune(args) => prune::run(console, &config()?, args).await,
        Command::List(list) if list::asks_for_fields(list.args()) => list::explain(console, list.kind()),
        Command::List(list) => list::list(console, &config()?, list.kind(), list.args()).await,
        Command::Query(args) => {
            let understood = query::understand(console, args)?;
            if args.explain {
                return Ok(query::explain(console, cli, &understood));
            }
            query::query(console, &config()?, cli, (understood, args.format)).await
        }
        Command::Check(args) => check::check(console, &config()?, args).await,
        Command::Export(args) => {
            let config = config()?;
            let survey = Survey::load(&request, &ProcessEnvironment)
                .map_err(|error| refuse_config(console, &cli.command, &error))?;
            export::export(console, &survey, &config, args).await
        }
        Command::Stats(args) => stats::stats(console, &config()?, *args).await,
        Command::Config(command) => config::config(console, &request, *command),
        Command::Units(args) => units::units(console, &request, args),
    })
}

fn load(console: &Console, command: &Command, request: &Request<'_>) -> Result<Config, ExitCode> {
    let loaded = match command {
        // No login is sent for pins.
        Command::Check(check) if check.print_pins => Config::load_without_secrets(request, &ProcessEnvironment),
        Command::List(list) if list.args().live => Config::load(request, &ProcessEnvironment),
        // An operator at a shell has none of the credentials that the service gets.
        Command::Status(_)
        | Command::Prune(_)
        | Command::List(_)
        | Command::Query(_)
        | Command::Export(_)
        | Command::Stats(_) => Config::load_for_store(request, &ProcessEnvironment),
        Command::Sync(_) | Command::Diff(_) | Command::Check(_) | Command::Config(_) | Command::Units(_) => {
            Config::load(request, &ProcessEnvironment)
        }
    };
    let config = loaded.map_err(|error| refuse_config(console, command, &error))?;
    match command {
        Command::Sync(_) | Command::Diff(_) => config.notes.iter().for_each(tell_note),
        Command::List(list) if list.args().live => config.notes.iter().for_each(tell_note),
        // Its report has them.
        Command::Check(check) if !check.print_pins => {}
        Command::Check(_)
        | Command::Status(_)
        | Command::Prune(_)
        | Command::List(_)
        | Command::Query(_)
        | Command::Export(_)
        | Command::Stats(_)
        | Command::Config(_)
        | Command::Units(_) => tell_notes(&config.notes),
    }
    Ok(config)
}

fn refuse_config(console: &Console, command: &Command, error: &ConfigError) -> ExitCode {
    let text = error.to_string();
    match command {
        Command::Status(args) => status::refuse(console, args, &text, Condition::Config),
        Command::Sync(_)
        | Command::Diff(_)
        | Command::Prune(_)
        | Command::Check(_)
        | Command::List(_)
        | Command::Query(_)
        | Command::Export(_)
        | Command::Stats(_)
        | Command::Config(_)
        | Command::Units(_) => console.refuse(&text, Condition::Config),
    }
}

/// For a command that asks no source, or, as pins do, none over a certificate that it believes.
fn tell_notes(notes: &[Note]) {
    notes.iter().filter(|note| !note.is_of_connections).for_each(tell_note);
}

fn tell_note(note: &Note) {
    match note.level {
        NoteLevel::Warning => tracing::warn!("{}", note.text),
        NoteLevel::Info => tracing::info!("{}", note.text),
    }
}

fn columns_of_stderr() -> usize {
    let size = terminal_size::terminal_size_of(std::io::stderr());
    size.map_or(80, |(terminal_size::Width(width), _)| usize::from(width))
}

/// Where a command's words go.
pub struct Console {
    /// The run, wherever it is spoken of.
    pub run_id: Uuid,
    /// Stderr with its progress.
    pub screen: Screen,
    /// Whether stdout gets colour.
    colour: bool,
    /// Form of the messages; none if only errors are wanted.
    remarks: Option<LogFormat>,
}

impl Console {
    fn new(cli: &Cli) -> Self {
        let global = &cli.global;
        let terminal = std::io::stderr().is_terminal();
        let term = std::env::var("TERM").ok();
        let format = logging::choose(global.log_format);
        // Programs that read messages are not shown progress between them.
        let wanted = format == LogFormat::Text && progress::is_wanted(global.quiet, terminal, term.as_deref());
        let screen = Screen::of_stderr(wanted);
        let wishes = Wishes::of_process();
        let has_colour = |terminal| colour::is_wanted(global.color, wishes, terminal);
        let run_id = Uuid::new_v4();
        let look = TextLook {
            columns: terminal.then(columns_of_stderr),
            colour: has_colour(terminal),
        };
        let options = logging::Options {
            level: logging::level(global.quiet, global.verbose),
            run_id,
            format,
            look,
        };
        logging::init(options, screen.clone());
        Self {
            run_id,
            screen,
            colour: has_colour(std::io::stdout().is_terminal()),
            remarks: (!global.quiet).then_some(format),
        }
    }

    /// How pages on stdout look.
    fn look(&self, timezone: TimeZone) -> Look {
        Look::of_stdout(timezone, self.colour)
    }

    /// Says on stderr what belongs to the answer, but not into it. Whoever has closed stderr does not want to read it.
    fn remark(&self, text: &str) {
        match self.remarks {
            Some(LogFormat::Text) => drop(writeln!(std::io::stderr(), "{text}")),
            Some(LogFormat::Json | LogFormat::Journald) => tracing::info!("{text}"),
            None => {}
        }
    }

    /// Says why nothing was done.
    #[expect(clippy::unused_self, reason = "what a command says, it says to its console")]
    fn refuse(&self, text: &str, condition: Condition) -> ExitCode {
        logging::tell(text);
        condition.code()
    }

    fn print(&self, code: ExitCode, text: &str) -> ExitCode {
        self.printed(code, report::write_stdout(text))
    }

    /// The exit code, unless what had to be printed was not.
    fn printed(&self, code: ExitCode, written: std::io::Result<()>) -> ExitCode {
        match written {
            Ok(()) => code,
            Err(error) => self.refuse(
                &format!("failed to write the report to stdout: {error}\nhint: see where stdout goes, and whether there is space left"),
                Condition::Internal,
            ),
        }
    }
}
