//! How a run ends: the conditions that can hold, the exit code of each, and which one wins.
//!
//! The codes are a public interface, append-only: a code never changes its meaning and is never used again.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

/// The exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExitCode(u8);

impl ExitCode {
    /// Nothing to report.
    pub const SUCCESS: Self = Self(0);

    /// That of a monitoring plugin: 0 OK, 1 warning, 2 critical, 3 unknown.
    #[must_use]
    pub const fn of_plugin(code: u8) -> Self {
        Self(code)
    }

    /// As a number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether it is 0.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 == 0
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.0)
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

/// A fact about a run that its exit code tells. Ordered by gravity, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A panic, or an error that should not be.
    Internal,
    /// The configuration cannot be used.
    Config,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// Login or certificate at every source, or a login that the document store refused.
    LoginRefused,
    /// Nothing was delivered by any source, or the document store is out of reach.
    Unreachable,
    /// A store failed after the sources were heard, or the lease was lost.
    StoreFailed,
    /// The guard held changes back.
    Withheld,
    /// An id given to `sync vms` is known nowhere.
    UnknownId,
    /// A source failed or was incomplete, or a record was contended.
    SourceFailed,
    /// The deadline came first.
    Deadline,
    /// Only with `diff --exit-code`.
    Differences,
    /// Services have still to be told of renames.
    NotificationsPending,
    /// The command line; ends a run before others can hold.
    Usage,
    /// Another run holds the lease; ends a run before others can hold.
    Busy,
}

impl Condition {
    /// Every condition, the gravest first.
    pub const ALL: [Self; 15] = [
        Self::Internal,
        Self::Config,
        Self::Interrupted,
        Self::Terminated,
        Self::LoginRefused,
        Self::Unreachable,
        Self::StoreFailed,
        Self::Withheld,
        Self::UnknownId,
        Self::SourceFailed,
        Self::Deadline,
        Self::Differences,
        Self::NotificationsPending,
        Self::Usage,
        Self::Busy,
    ];

    /// The exit code of a run in which nothing graver holds.
    #[must_use]
    pub const fn code(self) -> ExitCode {
        ExitCode(match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::SourceFailed => 3,
            Self::Withheld => 4,
            Self::NotificationsPending => 5,
            Self::StoreFailed => 6,
            Self::Deadline => 7,
            Self::UnknownId => 9,
            Self::Differences => 10,
            Self::Unreachable => 69,
            Self::Busy => 75,
            Self::LoginRefused => 77,
            Self::Config => 78,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        })
    }

    /// Its name in `conditions` of the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Config => "config",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
            Self::LoginRefused => "login_refused",
            Self::Unreachable => "unreachable",
            Self::StoreFailed => "store_failed",
            Self::Withheld => "withheld",
            Self::UnknownId => "unknown_id",
            Self::SourceFailed => "source_failed",
            Self::Deadline => "deadline",
            Self::Differences => "differences",
            Self::NotificationsPending => "notifications_pending",
            Self::Usage => "usage",
            Self::Busy => "busy",
        }
    }

    /// One line for help, manual and report.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Internal => "internal error",
            Self::Usage => "wrong usage, or an unknown --source",
            Self::SourceFailed => "a source failed or was incomplete, or a record was contended",
            Self::Withheld => "the guard withheld changes",
            Self::NotificationsPending => "the stores converged, notifications are pending",
            Self::StoreFailed => "a store failed in mid-pass, or the lease was lost",
            Self::Deadline => "deadline reached with planned work undone; stopped at a safe point",
            Self::UnknownId => "an id given to `sync vms` is known nowhere",
            Self::Differences => "differences exist (only with `diff --exit-code`)",
            Self::Unreachable => "no source delivered anything, or the store is out of reach or has no data",
            Self::Busy => "another run is at work",
            Self::LoginRefused => "login or certificate refused at every source, or login by the store",
            Self::Config => "the configuration cannot be used",
            Self::Interrupted => "stopped by SIGINT",
            Self::Terminated => "stopped by SIGTERM",
        }
    }
}

impl Condition {
    /// What an operator does about it, for manual and README.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Internal => {
                "Run it again with -vv. If a disk took no more of a report file or an export, the message names the \
                 file. Otherwise it is a bug: report it with what was printed."
            }
            Self::Usage => {
                "See `vmsync COMMAND --help`; the message names the argument and what exists, or the place where \
                 nothing can be written."
            }
            Self::SourceFailed => {
                "See which source, and why, in the report or in `vmsync status`; `vmsync check --source NAME` tries it \
                 alone. Nothing of that source was orphaned, and the rest is applied. A record that others kept editing \
                 is brought up to date by the next pass."
            }
            Self::Withheld => {
                "Look at `vmsync diff`. If the change is meant, run once with the flag that the report prints \
                 (`--allow SOURCE:orphan=N`); if a host shows the wrong VMs, mend that."
            }
            Self::NotificationsPending => {
                "Nothing, if a service was down for a while: the next pass delivers. `vmsync status` counts what is \
                 pending or rejected, `vmsync check` tries the services."
            }
            Self::StoreFailed => {
                "Run it again: the next pass finishes what this one began. If it stays, `vmsync check` looks at store \
                 and Redis."
            }
            Self::Deadline => {
                "Run it again. If it stays, see which source is slow (`-v`), and raise `sync.deadline` or lower \
                 `sync.source_deadline`."
            }
            Self::UnknownId => {
                "Check the spelling: an id is a UUID, an instance UUID or an exact name. `vmsync diff` shows the names \
                 of new VMs."
            }
            Self::Differences => "Nothing is wrong: `vmsync sync all` applies what was shown.",
            Self::Unreachable => {
                "`vmsync check` tries name, connection, certificate and login of every source, and the store. Nothing \
                 was orphaned. A list of a store without data: run `vmsync sync all`."
            }
            Self::Busy => {
                "Nothing, if a pass was running: the message names its host, process and start. \
                 `--lock-timeout DURATION` waits for it."
            }
            Self::LoginRefused => {
                "Correct the password or pin the certificate (`vmsync check --print-pins`). A refused login is not tried \
                 again for a while, so that the account is not locked; a successful `vmsync check` ends that."
            }
            Self::Config => "The message lists every mistake with file, line, key and what is accepted.",
            Self::Interrupted | Self::Terminated => {
                "Nothing: it stopped at a safe point, and the next pass goes on from there."
            }
        }
    }
}

/// The exit code of a run in which all of these hold.
#[must_use]
pub fn gravest(conditions: &[Condition]) -> ExitCode {
    conditions
        .iter()
        .min()
        .map_or(ExitCode::SUCCESS, |condition| condition.code())
}

/// What is to be known of one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Explanation {
    /// The code.
    pub code: ExitCode,
    /// One line.
    pub meaning: &'static str,
    /// What an operator does about it; empty for a success.
    pub next_step: &'static str,
}

/// Every exit code, by number: the one source of help, manual and README.
#[must_use]
pub fn explanations() -> Vec<Explanation> {
    let mut list = vec![Explanation {
        code: ExitCode::SUCCESS,
        meaning: "converged; a dry run may have found differences",
        next_step: "",
    }];
    list.extend(Condition::ALL.map(|condition| Explanation {
        code: condition.code(),
        meaning: condition.meaning(),
        next_step: condition.next_step(),
    }));
    list.sort_unstable();
    list
}

/// The section "Exit codes" of the help.
#[must_use]
pub fn help() -> String {
    let mut text = String::from("Exit codes (the gravest wins; the JSON report lists all that held):\n");
    for Explanation { code, meaning, .. } in explanations() {
        let _ = writeln!(text, "  {:>3}  {meaning}", code.get());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of the interface's documentation; 2 and 75 never meet others.
    const BY_GRAVITY: [(u8, &str); 15] = [
        (1, "internal"),
        (78, "config"),
        (130, "interrupted"),
        (143, "terminated"),
        (77, "login_refused"),
        (69, "unreachable"),
        (6, "store_failed"),
        (4, "withheld"),
        (9, "unknown_id"),
        (3, "source_failed"),
        (7, "deadline"),
        (10, "differences"),
        (5, "notifications_pending"),
        (2, "usage"),
        (75, "busy"),
    ];

    #[test]
    fn every_condition_has_its_published_code_and_name() {
        let actual = Condition::ALL.map(|condition| (condition.code().get(), condition.name()));
        assert_eq!(actual, BY_GRAVITY);
    }

    #[test]
    fn names_are_what_the_report_says() {
        for condition in Condition::ALL {
            assert_eq!(
                serde_json::to_value(condition).expect("a unit variant"),
                condition.name()
            );
        }
    }

    #[test]
    fn the_gravest_wins_whatever_the_order() {
        for (index, graver) in Condition::ALL.iter().enumerate() {
            for lighter in &Condition::ALL[index..] {
                assert_eq!(gravest(&[*graver, *lighter]), graver.code());
                assert_eq!(gravest(&[*lighter, *graver]), graver.code());
            }
        }
        assert_eq!(gravest(&[]), ExitCode::SUCCESS);
    }

    #[test]
    fn each_code_is_described_once_and_fits_a_terminal() {
        let mut codes: Vec<_> = explanations().into_iter().map(|explained| explained.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), Condition::ALL.len() + 1);
        assert!(help().lines().all(|line| line.len() <= 80), "{}", help());
    }
}
