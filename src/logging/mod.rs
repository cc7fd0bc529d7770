//! Messages on stderr, or in the journal: all that vmsync says besides its report goes through here, in one form.

use std::io::{self, Write};
use std::panic::PanicHookInfo;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};
use uuid::Uuid;

use crate::cli::LogFormat;
use crate::progress::Screen;

mod entry;
mod journal;
mod json;
mod layer;
mod text;

use journal::Journal;
use layer::Messages;

/// How much is said, and in what form.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The finest level that is shown.
    pub level: LevelFilter,
    /// What every message bears.
    pub run_id: Uuid,
    /// What was asked for; see [`choose`].
    pub format: LogFormat,
    /// How text looks.
    pub look: TextLook,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLook {
    /// Of a terminal, which is shown no times and no run, as people see when something happens.
    pub columns: Option<usize>,
    /// Levels in colour.
    pub colour: bool,
}

/// Errors always; warnings unless `-q`; with `-v` what is done, with `-vv` how. There is nothing finer yet.
#[must_use]
pub const fn level(quiet: bool, verbose: u8) -> LevelFilter {
    match (quiet, verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, 2) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    }
}

/// What was asked for, else the journal's own form where stderr is the journal, else text.
#[must_use]
pub fn choose(asked: Option<LogFormat>) -> LogFormat {
    match asked {
        Some(format) => format,
        None if journal::is_stderr() => LogFormat::Journald,
        None => LogFormat::Text,
    }
}

/// Where messages go, and in what form.
enum Form {
    Text(TextLook),
    Json,
    /// What the journal does not take goes to stderr as text.
    Journal(Journal, TextLook),
}

/// Sends messages to where the options say, past the progress on the same terminal. Does nothing if that was done
/// before.
pub fn init(options: Options, screen: Screen) {
    let write = move |bytes: &[u8]| screen.suspend(|| io::stderr().lock().write_all(bytes));
    let (form, missing) = form(options.format, options.look);
    let is_text = matches!(form, Form::Text(_));
    let initialised = Registry::default().with(layer(options, form, write)).try_init();
    if initialised.is_ok() && !is_text {
        std::panic::set_hook(Box::new(tell_panic));
    }
    if let Some(error) = missing {
        tracing::warn!(
            "failed to reach the journal at {}: {error}; messages go to stderr as text\nhint: give --log-format text or json where journald does not run",
            journal::socket_path().display()
        );
    }
}

/// The target of what only programs that read messages are told: people find it in the report, and cron mails both.
pub const FOR_PROGRAMS: &str = "vmsync::for_programs";

/// Tells an error that ends the run. Whoever has closed stderr does not want to read it.
pub fn tell(text: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!("{text}");
    } else {
        drop(writeln!(io::stderr(), "error: {text}"));
    }
}

/// A run is worth more than its messages: without a journal it goes on, and says why its messages are elsewhere.
fn form(format: LogFormat, look: TextLook) -> (Form, Option<io::Error>) {
    match format {
        LogFormat::Text => (Form::Text(look), None),
        LogFormat::Json => (Form::Json, None),
        LogFormat::Journald => match Journal::open(journal::socket_path()) {
            Ok(journal) => (Form::Journal(journal, look), None),
            Err(error) => (Form::Text(look), Some(error)),
        },
    }
}

/// Only vmsync's own events: those of drivers and HTTP libraries may hold payloads and credentials, at any level.
fn layer<W>(options: Options, form: Form, write: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: Fn(&[u8]) -> io::Result<()> + Send + Sync + 'static,
{
    let for_programs = if matches!(form, Form::Text(_)) {
        LevelFilter::OFF
    } else {
        options.level
    };
    let targets = Targets::new()
        .with_target(env!("CARGO_PKG_NAME"), options.level)
        .with_target(FOR_PROGRAMS, for_programs);
    let shows_targets = options.level >= LevelFilter::DEBUG;
    Messages::new(form, options.run_id, shows_targets, write)
        .with_filter(targets)
        .boxed()
}

/// A panic of ours is a message like others where programs read them: what the standard library prints is lines of text.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        tracing::error!("{panic}\nstack backtrace:\n{backtrace}");
    } else {
        tracing::error!("{panic}");
    }
}

#[cfg(test)]
mod tests;
