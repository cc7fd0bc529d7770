//! What became of each statement: judged from the server's reply and from a second look, without I/O.

use std::collections::{HashMap, HashSet};

use bson::Document;

use super::failure::is_transient;
use super::statement::{Sort, Statement};
use crate::store::WriteOutcome;

/// `DuplicateKey`.
const DUPLICATE_KEY: i32 = 11000;

/// The parts of an `update` reply that matter.
/// <https://www.mongodb.com/docs/manual/reference/command/update/#output>
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Statements that matched or inserted.
    pub matched: usize,
    /// Statements that inserted, by their place.
    pub upserted: HashSet<usize>,
    /// Statements that failed, by their place.
    pub errors: HashMap<usize, StatementError>,
    /// The writes are there, but not as durable as was asked.
    pub concern_error: Option<String>,
}

/// An element of `writeErrors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementError {
    code: i32,
    message: String,
    /// First field of the unique index that was violated, if one was.
    duplicate: Option<String>,
}

/// `rev` and `pass` of a document, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// As stored.
    pub rev: Option<i64>,
    /// As stored.
    pub pass: Option<String>,
}

/// What is known of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Enough.
    Settled(WriteOutcome),
    /// The document has to be read again.
    Look,
    /// It has to be sent again.
    Retry,
}

/// Why a document was read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// There is a reply to the only command that was sent, but it does not say which statements matched.
    Answered,
    /// There is a reply now, but an earlier one was lost. Whatever the statements did is done.
    AnsweredAtLast,
    /// The reply was lost: a statement that had no effect may still have one.
    Lost,
}

impl Reply {
    /// Reads it leniently; what is missing makes a second look necessary, nothing worse.
    pub fn parse(reply: &Document) -> Self {
        let documents = |key: &str| {
            reply
                .get_array(key)
                .into_iter()
                .flatten()
                .filter_map(|item| item.as_document())
        };
        Self {
            matched: number(reply, "n").and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
            upserted: documents("upserted").filter_map(place).collect(),
            errors: documents("writeErrors")
                .filter_map(|item| Some((place(item)?, StatementError::parse(item))))
                .collect(),
            concern_error: reply
                .get_document("writeConcernError")
                .ok()
                .map(|error| text(error, "errmsg")),
        }
    }

    /// How many documents a single multi-document statement reached.
    ///
    /// # Errors
    /// It failed, or is not durable.
    pub fn refreshed(&self) -> Result<u64, String> {
        let failed = self
            .errors
            .values()
            .next()
            .map(|error| error.message.clone())
            .or_else(|| self.concern_error.clone());
        failed.map_or(Ok(self.matched as u64), Err)
    }

    /// Whether each of so many upserts either took effect, or found a document of its key that its filter does not
    /// match: then it tries to insert another one, which the server refuses.
    pub fn met_own_keys(&self, statements: usize) -> bool {
        let is_met = |error: &StatementError| error.duplicate.as_deref() == Some("_id");
        self.matched + self.errors.len() == statements && self.errors.values().all(is_met)
    }

    /// Judges each statement of the command that this is the reply to.
    pub fn judge(&self, statements: &[&Statement]) -> Vec<Verdict> {
        let all_matched = self.matched + self.errors.len() == statements.len() && self.concern_error.is_none();
        let judge = |(at, statement): (usize, &&Statement)| match self.errors.get(&at) {
            Some(error) => error.judge(),
            None if all_matched => Verdict::Settled(applied(statement)),
            None if self.upserted.contains(&at) && self.concern_error.is_none() => Verdict::Settled(applied(statement)),
            None => Verdict::Look,
        };
        statements.iter().enumerate().map(judge).collect()
    }
}

impl StatementError {
    fn parse(error: &Document) -> Self {
        let code = number(error, "code")
            .and_then(|code| i32::try_from(code).ok())
            .unwrap_or(0);
        let keys = error.get_document("keyPattern").ok();
        let duplicate = keys.filter(|_| code == DUPLICATE_KEY);
        Self {
            code,
            message: text(error, "errmsg"),
            duplicate: duplicate.and_then(|keys| keys.keys().next().cloned()),
        }
    }

    /// A key of our own that is taken is our own insert, sent before.
    fn judge(&self) -> Verdict {
        match self.duplicate.as_deref() {
            Some("_id") => Verdict::Look,
            Some(field) => failed(format!("another document has the same {field}")),
            None if is_transient(self.code) => Verdict::Retry,
            None => failed(self.message.clone()),
        }
    }
}

/// Judges a statement by its document, read again after it was sent under `mark`.
pub fn judge(statement: &Statement, seen: Option<&Seen>, mark: &str, ground: Ground) -> Verdict {
    let untouched = || match ground {
        Ground::Answered | Ground::AnsweredAtLast => Verdict::Settled(WriteOutcome::Contended),
        Ground::Lost => Verdict::Retry,
    };
    match seen {
        None if statement.sort.is_insert() => untouched(),
        Some(_) if statement.sort == Sort::Insert => Verdict::Settled(applied(statement)),
        Some(seen) if seen.is_by(statement, mark) => Verdict::Settled(applied(statement)),
        Some(seen) if statement.sort == Sort::Update && seen.rev == statement.expected => untouched(),
        Some(seen) if ground != Ground::Answered && seen.rev > Some(statement.new_rev()) => overtaken(),
        None | Some(_) => Verdict::Settled(WriteOutcome::Contended),
    }
}

/// Judges a statement whose command was answered with a write concern error: the primary's own view says whether it
/// took effect, the majority's whether it lasts.
pub fn judge_concern(
    statement: &Statement,
    own: Option<&Seen>,
    majority: Option<&Seen>,
    mark: &str,
    ground: Ground,
) -> Verdict {
    let took_effect = judge(statement, own, mark, ground);
    let lasts = judge(statement, majority, mark, ground);
    match took_effect {
        Verdict::Settled(WriteOutcome::Applied { .. }) if took_effect != lasts => not_durable(),
        verdict => verdict,
    }
}

impl Seen {
    fn is_by(&self, statement: &Statement, mark: &str) -> bool {
        self.rev == Some(statement.new_rev()) && self.pass.as_deref() == Some(mark)
    }
}

fn applied(statement: &Statement) -> WriteOutcome {
    WriteOutcome::Applied {
        id: statement.key.clone(),
        rev: statement.new_rev(),
    }
}

fn failed(reason: String) -> Verdict {
    Verdict::Settled(WriteOutcome::Failed { reason })
}

/// The primary has it, a majority may not.
pub fn not_durable() -> Verdict {
    let reason = "it was written, but its replication was not confirmed in time".to_owned();
    Verdict::Settled(WriteOutcome::Unknown { reason })
}

/// Two writes have been there since: whether the first was ours cannot be seen any more.
fn overtaken() -> Verdict {
    let reason = "the reply was lost and another run has written the document since".to_owned();
    Verdict::Settled(WriteOutcome::Unknown { reason })
}

fn number(document: &Document, key: &str) -> Option<i64> {
    match document.get(key)? {
        bson::Bson::Int32(n) => Some(i64::from(*n)),
        bson::Bson::Int64(n) => Some(*n),
        #[expect(clippy::cast_possible_truncation, reason = "saturates; counts and codes are small")]
        bson::Bson::Double(n) => Some(*n as i64),
        _ => None,
    }
}

fn place(document: &Document) -> Option<usize> {
    number(document, "index").and_then(|index| usize::try_from(index).ok())
}

fn text(document: &Document, key: &str) -> String {
    let text = document.get_str(key).unwrap_or("no reason given");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
