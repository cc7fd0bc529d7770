//! What was found out, and the exit code of it. Pure.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::exit::{Condition, ExitCode, gravest};
use crate::vsphere::FailureKind;

/// How an item does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// A pass works, but somebody should look at it.
    Warning,
    /// A pass fails of it, in whole or in part.
    Failed,
    /// Not configured, not asked for, or not tried because something before it failed.
    Skipped,
}

/// What an item belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The file.
    Configuration,
    /// A source, by its name.
    Source(String),
    /// Where the documents are.
    Store,
    /// Where the sessions are.
    Redis,
    /// The services that are told of renames.
    Endpoints,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration => f.write_str("configuration"),
            Self::Source(name) => write!(f, "source {name}"),
            Self::Store => f.write_str("store"),
            Self::Redis => f.write_str("redis"),
            Self::Endpoints => f.write_str("endpoints"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whose.
    pub subject: Subject,
    /// What was looked at.
    pub item: &'static str,
    /// How it does.
    pub verdict: Verdict,
    /// What was found.
    pub detail: String,
    /// What to do; always there if it failed.
    pub hint: Option<String>,
}

/// What was found out about one subject, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    subject: Subject,
    checks: Vec<Check>,
    conditions: Vec<Condition>,
}

impl Findings {
    /// Nothing yet.
    #[must_use]
    pub const fn new(subject: Subject) -> Self {
        Self {
            subject,
            checks: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// As it should be.
    pub fn ok(&mut self, item: &'static str, detail: impl Into<String>) {
        self.push(item, Verdict::Ok, detail.into(), None);
    }

    /// Worth a look.
    pub fn warn(&mut self, item: &'static str, detail: impl Into<String>, hint: impl Into<String>) {
        self.push(item, Verdict::Warning, detail.into(), Some(hint.into()));
    }

    /// A pass that meets this ends with the condition.
    pub fn fail(
        &mut self,
        condition: Condition,
        item: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.conditions.push(condition);
        self.push(item, Verdict::Failed, detail.into(), Some(hint.into()));
    }

    /// Not looked at.
    pub fn skip(&mut self, item: &'static str, detail: impl Into<String>) {
        self.push(item, Verdict::Skipped, detail.into(), None);
    }

    /// The first item that failed.
    #[must_use]
    pub fn first_failure(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.verdict == Verdict::Failed)
    }

    fn push(&mut self, item: &'static str, verdict: Verdict, detail: String, hint: Option<String>) {
        self.checks.push(Check {
            subject: self.subject.clone(),
            item,
            verdict,
            detail,
            hint,
        });
    }
}

/// The findings about a source, and what they mean beside those about the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFindings {
    /// Line by line.
    pub findings: Findings,
    /// Whether it was asked at all.
    pub asked: bool,
    /// Why nobody got in; none if the login was accepted.
    pub shut: Option<FailureKind>,
}

impl SourceFindings {
    /// A source that `--source` leaves out.
    #[must_use]
    pub fn not_asked(name: &str) -> Self {
        let mut findings = Findings::new(Subject::Source(name.to_owned()));
        findings.skip("login", "not asked: --source names others");
        Self {
            findings,
            asked: false,
            shut: None,
        }
    }
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CheckSchema {
    /// The only one so far.
    #[serde(rename = "vmsync.check/1")]
    Check1,
}

/// All findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Always the same.
    pub schema: CheckSchema,
    /// The exit code is 0.
    pub ok: bool,
    /// That of the gravest condition that a pass would meet.
    pub exit_code: ExitCode,
    /// Configuration, sources in their order, store, Redis, services.
    pub checks: Vec<Check>,
}

/// How many items do how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct Counts {
    pub ok: usize,
    pub warnings: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl CheckReport {
    /// `others` begin with the configuration; the sources follow it. `stopped` is set if the check was cut short.
    #[must_use]
    pub fn new(sources: Vec<SourceFindings>, mut others: Vec<Findings>, stopped: Option<Condition>) -> Self {
        let mut conditions: Vec<Condition> = source_condition(&sources).into_iter().chain(stopped).collect();
        conditions.extend(others.iter().flat_map(|findings| &findings.conditions));
        let exit_code = gravest(&conditions);
        let after = others.len().min(1);
        others.splice(after..after, sources.into_iter().map(|source| source.findings));
        Self {
            schema: CheckSchema::Check1,
            ok: exit_code.is_success(),
            exit_code,
            checks: others.into_iter().flat_map(|findings| findings.checks).collect(),
        }
    }

    /// For the last line.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for check in &self.checks {
            match check.verdict {
                Verdict::Ok => counts.ok += 1,
                Verdict::Warning => counts.warnings += 1,
                Verdict::Failed => counts.failed += 1,
                Verdict::Skipped => counts.skipped += 1,
            }
        }
        counts
    }
}

/// As a pass would see it: it is one thing if no source delivers anything, and another if some do.
pub(super) fn source_condition(sources: &[SourceFindings]) -> Option<Condition> {
    let asked = || sources.iter().filter(|source| source.asked);
    let closed = |source: &SourceFindings| matches!(source.shut, Some(FailureKind::Login | FailureKind::Certificate));
    if asked().next().is_some() && asked().all(|source| source.shut.is_some()) {
        let refused = asked().all(closed);
        return Some(if refused {
            Condition::LoginRefused
        } else {
            Condition::Unreachable
        });
    }
    let failed = |source: &SourceFindings| source.shut.is_some() || !source.findings.conditions.is_empty();
    asked().any(failed).then_some(Condition::SourceFailed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, shut: Option<FailureKind>) -> SourceFindings {
        let mut findings = Findings::new(Subject::Source(name.to_owned()));
        match shut {
            Some(_) => findings.fail(Condition::SourceFailed, "login", "no", "look"),
            None => findings.ok("login", "as root"),
        }
        SourceFindings {
            findings,
            asked: true,
            shut,
        }
    }

    fn other(subject: Subject, condition: Option<Condition>) -> Findings {
        let mut findings = Findings::new(subject);
        match condition {
            Some(condition) => findings.fail(condition, "server", "no", "look"),
            None => findings.warn("server", "old", "upgrade"),
        }
        findings
    }

    fn code(sources: Vec<SourceFindings>, others: Vec<Findings>) -> u8 {
        CheckReport::new(sources, others, None).exit_code.get()
    }

    #[test]
    fn sources_are_judged_together() {
        use FailureKind::{Certificate, Login, Unreachable};
        for (sources, expected) in [
            (vec![None, None], 0),
            (vec![None, Some(Login)], 3),
            (vec![None, Some(Unreachable)], 3),
            (vec![Some(Login), Some(Certificate)], 77),
            (vec![Some(Login), Some(Unreachable)], 69),
            (vec![Some(Unreachable)], 69),
            (vec![], 0),
        ] {
            let found = sources.iter().map(|shut| source("esx1", *shut)).collect();
            assert_eq!(code(found, vec![]), expected, "{sources:?}");
        }
    }

    #[test]
    fn a_source_that_is_not_asked_neither_fails_nor_counts() {
        let shut = source("a", Some(FailureKind::Login));
        let report = CheckReport::new(vec![shut, SourceFindings::not_asked("b")], vec![], None);
        assert_eq!(report.exit_code.get(), 77);
        assert_eq!(report.counts().skipped, 1);
    }

    #[test]
    fn what_fails_behind_an_accepted_login_is_a_source_that_failed() {
        let mut found = source("a", None);
        found
            .findings
            .fail(Condition::SourceFailed, "rights", "none", "give some");
        assert_eq!(code(vec![found], vec![]), 3);
    }

    #[test]
    fn the_gravest_wins_and_warnings_weigh_nothing() {
        let redis = other(Subject::Redis, Some(Condition::StoreFailed));
        let endpoints = other(Subject::Endpoints, Some(Condition::NotificationsPending));
        let store = other(Subject::Store, Some(Condition::LoginRefused));
        assert_eq!(code(vec![], vec![endpoints.clone()]), 5);
        assert_eq!(code(vec![], vec![redis.clone(), endpoints.clone()]), 6);
        assert_eq!(code(vec![source("a", None)], vec![redis, endpoints, store]), 77);
        assert_eq!(code(vec![source("a", None)], vec![other(Subject::Redis, None)]), 0);
        let stopped = CheckReport::new(vec![], vec![], Some(Condition::Interrupted));
        assert_eq!((stopped.ok, stopped.exit_code.get()), (false, 130));
    }

    #[test]
    fn the_order_is_that_of_the_configuration() {
        let others = [Subject::Configuration, Subject::Store, Subject::Redis].map(|subject| other(subject, None));
        let sources = vec![source("b", None), source("a", None)];
        let report = CheckReport::new(sources, others.to_vec(), None);
        let subjects: Vec<_> = report.checks.iter().map(|check| check.subject.to_string()).collect();
        assert_eq!(subjects, ["configuration", "source b", "source a", "store", "redis"]);
        assert_eq!(
            report.counts(),
            Counts {
                ok: 2,
                warnings: 3,
                failed: 0,
                skipped: 0
            }
        );
    }
}
