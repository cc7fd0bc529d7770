//! What a run of vmsync left, with assertions that show all of it when they fail.

use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// A finished run.
#[derive(Clone)]
pub struct Output {
    /// The exit code, or the negative number of the signal that ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub elapsed: Duration,
    /// User and system time, in steps of 10 ms.
    pub cpu: Duration,
    pub peak_memory_kib: u64,
    pub command: String,
}

impl Output {
    /// The report on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("stdout is no JSON: {error}\n{self}"))
    }

    #[track_caller]
    pub fn assert_code(&self, code: i32) -> &Self {
        assert!(self.code == code, "expected exit code {code}\n{self}");
        self
    }

    #[track_caller]
    pub fn assert_stdout(&self, part: &str) -> &Self {
        assert!(self.stdout.contains(part), "stdout lacks {part:?}\n{self}");
        self
    }

    #[track_caller]
    pub fn assert_stderr(&self, part: &str) -> &Self {
        assert!(self.stderr.contains(part), "stderr lacks {part:?}\n{self}");
        self
    }

    /// The messages on stderr as a terminal shows them: without times and runs, and nothing set in.
    pub fn told(&self) -> String {
        let line = |line: &str| match line.split_once(" run=") {
            Some((lead, rest)) => {
                let text = rest.split_once(' ').map_or("", |(_, text)| text);
                match lead.split_whitespace().last() {
                    Some("ERROR") => format!("error: {text}\n"),
                    level => format!("{:>5} {text}\n", level.unwrap_or_default()),
                }
            }
            None => format!("{}\n", line.strip_prefix("  ").unwrap_or(line)),
        };
        self.stderr.lines().map(line).collect()
    }

    #[track_caller]
    pub fn assert_told(&self, part: &str) -> &Self {
        assert!(self.told().contains(part), "stderr does not tell {part:?}\n{self}");
        self
    }

    /// Neither stream has a byte.
    #[track_caller]
    pub fn assert_silent(&self) -> &Self {
        assert!(
            self.stdout.is_empty() && self.stderr.is_empty(),
            "expected silence\n{self}"
        );
        self
    }

    /// Neither stream has this in it, such as a secret.
    #[track_caller]
    pub fn assert_nowhere(&self, part: &str) -> &Self {
        assert!(
            !self.stdout.contains(part) && !self.stderr.contains(part),
            "{part:?} is printed\n{self}"
        );
        self
    }

    /// The value at a JSON pointer of the report equals `expected`.
    #[track_caller]
    pub fn assert_report(&self, pointer: &str, expected: impl Into<Value>) -> &Self {
        let (report, expected) = (self.json(), expected.into());
        let found = report.pointer(pointer);
        assert!(
            found == Some(&expected),
            "expected {expected} at {pointer}, found {found:?}\n{self}"
        );
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
            elapsed,
            command,
            ..
        } = self;
        write!(
            f,
            "$ {command}\n→ {code} after {elapsed:?}\n--- stdout ---\n{stdout}\n--- stderr ---\n{stderr}\n---"
        )
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
