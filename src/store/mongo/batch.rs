//! The statements of one command, and what is known of each.

use std::collections::HashMap;

use super::document::id_text;
use super::failure::{Class, Failure};
use super::judge::{Ground, Seen, Verdict, judge, judge_concern, not_durable};
use super::statement::Statement;
use crate::plan::record::DocumentId;
use crate::store::WriteOutcome;

/// A batch on its way.
pub struct Batch<'a> {
    pub statements: Vec<&'a Statement>,
    verdicts: Vec<Verdict>,
    mark: &'a str,
    /// A command may have taken effect without a reply.
    in_doubt: bool,
}

impl<'a> Batch<'a> {
    pub fn new(statements: &'a [(usize, Statement)], mark: &'a str) -> Self {
        let statements: Vec<&Statement> = statements.iter().map(|(_, statement)| statement).collect();
        let verdicts = vec![Verdict::Retry; statements.len()];
        Self {
            statements,
            verdicts,
            mark,
            in_doubt: false,
        }
    }

    pub fn places(&self, wanted: &Verdict) -> Vec<usize> {
        (0..self.verdicts.len())
            .filter(|at| self.verdicts[*at] == *wanted)
            .collect()
    }

    pub fn open(&self) -> Vec<usize> {
        (0..self.verdicts.len())
            .filter(|at| !matches!(self.verdicts[*at], Verdict::Settled(_)))
            .collect()
    }

    pub fn note(&mut self, places: &[usize], verdicts: Vec<Verdict>) {
        for (at, verdict) in places.iter().zip(verdicts) {
            self.verdicts[*at] = verdict;
        }
    }

    /// Notes that a command was answered, and says what a look after it may conclude.
    pub const fn answered(&mut self) -> Ground {
        let ground = if self.in_doubt {
            Ground::AnsweredAtLast
        } else {
            Ground::Answered
        };
        self.in_doubt = true;
        ground
    }

    /// Notes that a command failed as a whole, and says whether it is worth a look at the documents.
    pub fn failed(&mut self, failure: &Failure) -> bool {
        self.in_doubt |= failure.class == Class::Lost;
        self.in_doubt && failure.is_passing()
    }

    pub fn judge(&self, places: &[usize], seen: &HashMap<DocumentId, Seen>, ground: Ground) -> Vec<Verdict> {
        let verdict = |at: &usize| judge(self.statements[*at], self.find(seen, *at), self.mark, ground);
        places.iter().map(verdict).collect()
    }

    pub fn judge_concern(
        &self,
        places: &[usize],
        own: &HashMap<DocumentId, Seen>,
        majority: &HashMap<DocumentId, Seen>,
        ground: Ground,
    ) -> Vec<Verdict> {
        let verdict = |at: &usize| {
            judge_concern(
                self.statements[*at],
                self.find(own, *at),
                self.find(majority, *at),
                self.mark,
                ground,
            )
        };
        places.iter().map(verdict).collect()
    }

    fn find<'s>(&self, seen: &'s HashMap<DocumentId, Seen>, at: usize) -> Option<&'s Seen> {
        seen.get(&id_text(self.statements[at].id.clone()))
    }

    /// Statements that were answered, but have to be sent again.
    pub fn retry_left(&self) -> Result<(), Failure> {
        if self.open().is_empty() {
            return Ok(());
        }
        Err(Failure {
            class: Class::Lost,
            reason: "the server was interrupted".to_owned(),
        })
    }

    /// Where the majority cannot be reached, every further command would wait for it in vain.
    pub fn check_durable(&self) -> Result<(), Failure> {
        if !self.verdicts.contains(&not_durable()) {
            return Ok(());
        }
        let reason = "replication was not confirmed in time".to_owned();
        Err(Failure {
            class: Class::Lost,
            reason,
        })
    }

    /// What is still open was either never carried out, or nobody knows.
    pub fn outcomes(self, reason: &str) -> Vec<WriteOutcome> {
        let in_doubt = self.in_doubt;
        let outcome = |verdict| match verdict {
            Verdict::Settled(outcome) => outcome,
            _ if in_doubt => WriteOutcome::Unknown {
                reason: reason.to_owned(),
            },
            _ => WriteOutcome::Failed {
                reason: reason.to_owned(),
            },
        };
        self.verdicts.into_iter().map(outcome).collect()
    }
}

#[cfg(test)]
mod tests {
    use bson::{Bson, RawDocumentBuf};

    use super::super::statement::Sort;
    use super::*;

    fn failure(class: Class) -> Failure {
        Failure {
            class,
            reason: "gone".to_owned(),
        }
    }

    fn statement() -> (usize, Statement) {
        let body = RawDocumentBuf::new();
        let statement = Statement {
            body,
            id: Bson::Int32(1),
            key: DocumentId("1".into()),
            expected: None,
            sort: Sort::Insert,
        };
        (0, statement)
    }

    #[test]
    fn what_is_open_in_the_end_is_unknown_only_if_it_may_have_happened() {
        let statements = [statement(), statement()];
        let mut batch = Batch::new(&statements, "run#1");
        batch.note(&[1], vec![Verdict::Settled(WriteOutcome::Contended)]);
        assert!(batch.retry_left().is_err());
        let reason = "gone".to_owned();
        assert_eq!(
            batch.outcomes("gone"),
            [WriteOutcome::Failed { reason: reason.clone() }, WriteOutcome::Contended]
        );
        for (class, outcome) in [
            (Class::Unsent, WriteOutcome::Failed { reason: reason.clone() }),
            (Class::Lost, WriteOutcome::Unknown { reason }),
        ] {
            let mut batch = Batch::new(&statements[..1], "run#1");
            batch.failed(&failure(class));
            assert_eq!(batch.outcomes("gone"), [outcome]);
        }
    }

    #[test]
    fn a_failure_calls_for_a_look_once_a_command_may_have_taken_effect() {
        let statements = [statement()];
        let mut batch = Batch::new(&statements, "run#1");
        assert!(!batch.failed(&failure(Class::Unsent)) && !batch.failed(&failure(Class::Refused)));
        assert!(batch.failed(&failure(Class::Lost)));
        assert!(batch.failed(&failure(Class::Unsent)), "the one before may still have");
        assert!(!batch.failed(&failure(Class::Refused)), "reading will not help");
        assert_eq!(batch.answered(), Ground::AnsweredAtLast);
    }

    #[test]
    fn a_reply_is_the_last_word_unless_another_command_went_before() {
        let statements = [statement()];
        let mut batch = Batch::new(&statements, "run#1");
        assert_eq!(batch.answered(), Ground::Answered);
        assert_eq!(batch.answered(), Ground::AnsweredAtLast);
    }

    #[test]
    fn a_write_that_does_not_last_stops_the_others() {
        let statements = [statement()];
        let mut batch = Batch::new(&statements, "run#1");
        assert!(batch.check_durable().is_ok());
        batch.note(&[0], vec![not_durable()]);
        assert!(batch.retry_left().is_ok() && batch.check_durable().is_err());
    }
}
