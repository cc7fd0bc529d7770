//! Progress on stderr, for people who watch: one line for each source that is at work, and an overall bar. Nothing
//! elsewhere, and nothing left when it ends, so that the report stands alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use unicode_width::UnicodeWidthStr;

use crate::report::{escape, plural};

/// The terminal that progress and messages share. Cheap to clone; without a terminal it does nothing.
#[derive(Debug, Clone, Default)]
pub struct Screen(Option<MultiProgress>);

impl Screen {
    /// Stderr, if somebody watches it.
    #[must_use]
    pub fn of_stderr(is_wanted: bool) -> Self {
        if is_wanted {
            Self::on(ProgressDrawTarget::stderr())
        } else {
            Self::default()
        }
    }

    fn on(target: ProgressDrawTarget) -> Self {
        Self(Some(MultiProgress::with_draw_target(target)))
    }

    /// Takes progress off the screen while `write` writes to stderr; whatever is written there meanwhile goes through
    /// here, or the lines run into each other.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(lines) => lines.suspend(write),
            None => write(),
        }
    }
}

/// Whether progress is shown: on a terminal that can move its cursor, unless `-q` was given.
#[must_use]
pub fn is_wanted(quiet: bool, stderr_is_terminal: bool, term: Option<&str>) -> bool {
    !quiet && stderr_is_terminal && term != Some("dumb")
}

/// Progress of one run. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<Arc<Lines>>);

#[derive(Debug)]
struct Lines {
    screen: MultiProgress,
    overall: ProgressBar,
    names: Vec<String>,
    name_width: usize,
    /// Lines on the screen. A finished one that is dropped would stay there for good.
    shown: Mutex<Vec<ProgressBar>>,
}

/// With more sources than this, a source that is done gives its line back.
const KEPT_LINES: usize = 16;

/// Longer names push the rest aside.
const MAX_NAME_WIDTH: usize = 32;

impl Progress {
    /// Shows the overall bar at once. The names are those of the sources.
    #[must_use]
    pub fn new(screen: &Screen, names: &[String]) -> Self {
        Self(
            screen
                .0
                .as_ref()
                .map(|screen| Arc::new(Lines::new(screen.clone(), names))),
        )
    }

    /// One of the sources, by its place among the names; asked for once, by the task that fetches it.
    #[must_use]
    pub fn source(&self, index: usize) -> SourceProgress {
        SourceProgress(
            self.0
                .as_ref()
                .and_then(|lines| lines.source(index).map(|bar| (Arc::clone(lines), bar))),
        )
    }

    /// What the run is doing as a whole: `writing documents`, `updating sessions`.
    pub fn phase(&self, text: &str) {
        if let Some(lines) = &self.0 {
            lines.overall.set_message(escape(text).into_owned());
        }
    }

    /// Takes everything off the screen, for good: a task that is late shows nothing any more.
    pub fn clear(&self) {
        if let Some(lines) = &self.0 {
            for bar in lines.shown().drain(..) {
                bar.finish_and_clear();
            }
            lines.overall.finish_and_clear();
            // A terminal that is gone needs no clearing.
            let _ = lines.screen.clear();
            lines.screen.set_draw_target(ProgressDrawTarget::hidden());
        }
    }
}

impl Lines {
    fn new(screen: MultiProgress, names: &[String]) -> Self {
        let names: Vec<_> = names.iter().map(|name| escape(name).into_owned()).collect();
        let overall = screen.add(ProgressBar::new(names.len() as u64).with_style(overall_style()));
        overall.tick();
        // The elapsed time goes on also while nothing is heard.
        overall.enable_steady_tick(Duration::from_millis(100));
        let name_width = names
            .iter()
            .map(|name| name.width())
            .max()
            .unwrap_or(0)
            .min(MAX_NAME_WIDTH);
        Self {
            screen,
            overall,
            names,
            name_width,
            shown: Mutex::default(),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Vec<ProgressBar>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line that is not shown before it is needed.
    fn source(&self, index: usize) -> Option<ProgressBar> {
        let name = self.names.get(index)?;
        let space = " ".repeat(self.name_width.saturating_sub(name.width()));
        let prefix = format!("{name}{space}");
        Some(ProgressBar::hidden().with_style(source_style()).with_prefix(prefix))
    }
}

fn overall_style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{spinner} [{bar:20}] {pos}/{len} sources  {elapsed}  {wide_msg}");
    style
        .expect("a valid template")
        .progress_chars("=> ")
        .tick_chars("|/-\\ ")
}

fn source_style() -> ProgressStyle {
    ProgressStyle::with_template("  {prefix}  {wide_msg}").expect("a valid template")
}

/// Progress of one source, for the task that fetches it.
#[derive(Debug, Clone, Default)]
pub struct SourceProgress(Option<(Arc<Lines>, ProgressBar)>);

impl SourceProgress {
    /// Its turn has come, perhaps once more.
    pub fn connecting(&self) {
        if let Some((lines, bar)) = self.0.as_ref().filter(|(_, bar)| bar.is_hidden()) {
            lines.screen.insert_before(&lines.overall, bar.clone());
            lines.shown().push(bar.clone());
        }
        self.say("connecting");
    }

    /// Another page has arrived.
    pub fn listed(&self, pages: usize, objects: usize) {
        if self.0.is_some() {
            self.say(&format!("page {pages}, {}", plural(objects, "object")));
        }
    }

    /// Its listing is complete.
    pub fn done(&self, summary: &str) {
        self.end("done", summary);
    }

    /// It failed; the first line of the cause is shown.
    pub fn failed(&self, cause: &str) {
        let first = cause.lines().next().unwrap_or_default();
        self.end("failed", first.strip_prefix("failed to ").unwrap_or(first));
    }

    fn say(&self, text: &str) {
        if let Some((_, bar)) = &self.0 {
            bar.set_message(escape(text).into_owned());
        }
    }

    fn end(&self, word: &'static str, text: &str) {
        self.say(&format!("{word}: {text}"));
        let Some((lines, bar)) = &self.0 else { return };
        if lines.names.len() > KEPT_LINES {
            bar.finish_and_clear();
        } else {
            bar.finish();
        }
        lines.overall.inc(1);
    }
}

#[cfg(test)]
mod tests;
