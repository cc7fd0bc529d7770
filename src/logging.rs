//! Messages on stderr.

use std::fmt::Debug;
use std::io::{self, Write};

use tracing::field::Field;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::progress::Screen;
use crate::report::escape;

/// How much is said, and in what form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The finest level that is shown.
    pub level: LevelFilter,
    /// A terminal: no times, as people see when something happens.
    pub terminal: bool,
    /// Levels in colour.
    pub colour: bool,
}

/// Errors always; warnings unless `-q`; with `-v` what is done, with `-vv` how, with `-vvv` each step.
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

/// Sends messages to stderr, past the progress on the same terminal. Does nothing if that was done before.
pub fn init(options: Options, screen: Screen) {
    let write = move |bytes: &[u8]| screen.suspend(|| io::stderr().lock().write_all(bytes));
    let _ = Registry::default().with(layer(options, Output(write))).try_init();
}

/// Only vmsync's own events: those of drivers and HTTP libraries may hold payloads and credentials, at any level.
fn layer<W>(options: Options, output: Output<W>) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: Fn(&[u8]) -> io::Result<()> + Clone + Send + Sync + 'static,
{
    let targets = Targets::new().with_target(env!("CARGO_PKG_NAME"), options.level);
    let layer = fmt::layer()
        .with_writer(output)
        .fmt_fields(format::debug_fn(write_field).delimited(" "))
        .with_ansi(options.colour)
        .with_target(options.level >= LevelFilter::DEBUG)
        // It would write to stderr by `eprintln!`, which panics where stderr is closed.
        .log_internal_errors(false);
    if options.terminal {
        layer.without_time().with_filter(targets).boxed()
    } else {
        layer.with_filter(targets).boxed()
    }
}

/// Names and causes come from servers: they are escaped, also where they are shown by `Display`. Lines of a message
/// that follow its first are set in, so that none of them passes for another message.
fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> std::fmt::Result {
    let value = format!("{value:?}");
    let lines: Vec<_> = value.lines().map(escape).collect();
    let text = lines.join("\n  ");
    if field.name() == "message" {
        write!(writer, "{text}")
    } else {
        write!(writer, "{}={text}", field.name())
    }
}

/// Writes each message as a whole.
#[derive(Clone)]
struct Output<W>(W);

impl<W: Fn(&[u8]) -> io::Result<()>> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a, W: Fn(&[u8]) -> io::Result<()> + Clone + 'a> MakeWriter<'a> for Output<W> {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn logged(options: Options, log: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let write = move |bytes: &[u8]| sink.lock().expect("no panic in a test").write_all(bytes);
        let subscriber = Registry::default().with(layer(options, Output(write)));
        tracing::subscriber::with_default(subscriber, log);
        let bytes = lines.lock().expect("no panic in a test").clone();
        String::from_utf8(bytes).expect("text")
    }

    fn all_levels() {
        tracing::error!("broken");
        tracing::warn!("odd");
        tracing::info!("said");
        tracing::debug!("detail");
        tracing::trace!("step");
    }

    const PLAIN: Options = Options {
        level: LevelFilter::WARN,
        terminal: true,
        colour: false,
    };

    #[test]
    fn quiet_and_verbose_choose_the_level() {
        for (quiet, verbose, lines) in [
            (true, 0, 1),
            (false, 0, 2),
            (false, 1, 3),
            (false, 2, 4),
            (false, 3, 5),
            (false, 9, 5),
        ] {
            let text = logged(
                Options {
                    level: level(quiet, verbose),
                    ..PLAIN
                },
                all_levels,
            );
            assert_eq!(text.lines().count(), lines, "{text}");
        }
    }

    #[test]
    fn a_terminal_shows_no_times_and_no_module_names() {
        assert_eq!(
            logged(PLAIN, || tracing::warn!(source = "esx1", "odd")).trim(),
            "WARN odd source=\"esx1\""
        );
    }

    #[test]
    fn elsewhere_each_message_has_its_time() {
        let text = logged(
            Options {
                terminal: false,
                ..PLAIN
            },
            || tracing::warn!("odd"),
        );
        let (time, rest) = text.split_once(' ').expect("two parts");
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{text}");
        assert_eq!(rest.trim(), "WARN odd");
    }

    #[test]
    fn libraries_are_not_heard_at_any_level() {
        let text = logged(
            Options {
                level: LevelFilter::TRACE,
                ..PLAIN
            },
            || {
                tracing::error!(target: "mongodb::command", "saslStart");
                tracing::error!(target: "hyper::headers", "cookie");
                tracing::trace!(target: "vmsync::soap", "ours");
            },
        );
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn messages_cannot_steer_the_terminal() {
        let text = logged(PLAIN, || {
            let name = "evil\u{1b}[2J";
            tracing::warn!(name, shown = %name, debug = ?name, "{name}\nhint: none");
        });
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.contains("evil\\u{1b}[2J\n  hint: none"), "{text:?}");
    }

    #[test]
    fn colour_is_only_where_it_was_asked_for() {
        assert!(logged(Options { colour: true, ..PLAIN }, all_levels).contains("\u{1b}["));
        assert!(!logged(PLAIN, all_levels).contains("\u{1b}["));
    }
}
