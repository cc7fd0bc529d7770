//! Document writes: batches of raw `update` commands. The driver has no bulk write below server 8.0, and does not
//! repeat raw commands, so both are done here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use futures_util::TryStreamExt;
use mongodb::options::ReadConcern;

use super::MongoStore;
use super::document::id_text;
use super::failure::{Class, Failure, call, call_within};
use super::judge::{Ground, Reply, Seen, Verdict, judge, judge_concern, not_durable};
use super::statement::{Statement, batches};
use crate::plan::record::{DocumentId, field};
use crate::store::{DocumentWrite, PassStamp, StoreError, WriteOutcome, Writes};

/// How often one command is sent again.
const RETRIES: usize = 3;
/// How long a batch may be sent again: a server that does not answer at all is not waited for time and again.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often commands are sent again in one run, all together.
const RETRY_BUDGET: u32 = 20;

/// What a run may still spend on sending again.
pub struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(RETRY_BUDGET))
    }
}

impl RetryBudget {
    fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok()
    }
}

/// A batch on its way.
struct Batch<'a> {
    statements: Vec<&'a Statement>,
    verdicts: Vec<Verdict>,
    mark: &'a str,
    /// A command may have taken effect without a reply.
    in_doubt: bool,
}

impl MongoStore {
    /// See [`crate::store::Store::apply`].
    pub(super) async fn apply_writes(&self, stamp: &PassStamp, writes: &[DocumentWrite]) -> Writes {
        let mark = mark(&stamp.run_id);
        let mut outcomes = Vec::with_capacity(writes.len());
        let mut statements = Vec::with_capacity(writes.len());
        for (place, write) in writes.iter().enumerate() {
            match Statement::new(write, stamp, &mark) {
                Ok(statement) => statements.push((place, statement)),
                Err(reason) => outcomes.push((place, WriteOutcome::Failed { reason })),
            }
        }
        let mut error = None;
        for batch in batches(&statements) {
            let batch_outcomes = match error {
                None => self.apply_batch(batch, &mark, &mut error).await,
                Some(_) => not_attempted(batch.len()),
            };
            outcomes.extend(batch.iter().map(|(place, _)| *place).zip(batch_outcomes));
        }
        outcomes.sort_by_key(|(place, _)| *place);
        Writes {
            outcomes: outcomes.into_iter().map(|(_, outcome)| outcome).collect(),
            error,
        }
    }

    async fn apply_batch(
        &self,
        statements: &[(usize, Statement)],
        mark: &str,
        error: &mut Option<StoreError>,
    ) -> Vec<WriteOutcome> {
        let mut batch = Batch::new(statements, mark);
        let (started, mut delays) = (Instant::now(), delays());
        while let Err(failure) = self.attempt(&mut batch).await {
            let may_retry = failure.is_passing() && started.elapsed() < PATIENCE && self.budget.spend();
            let delay = delays.next().filter(|_| may_retry);
            let Some(delay) = delay else {
                return batch.give_up(failure, &self.address, error);
            };
            tokio::time::sleep(delay).await;
        }
        batch.outcomes("the store did not say")
    }

    /// Sends what is open once, and looks again at what the reply leaves open.
    async fn attempt(&self, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let open = batch.open();
        let sent: Vec<&Statement> = open.iter().map(|at| batch.statements[*at]).collect();
        match self.send(&sent).await {
            Ok(reply) => {
                let ground = if batch.in_doubt {
                    Ground::AnsweredAtLast
                } else {
                    Ground::Answered
                };
                batch.in_doubt = true;
                batch.note(&open, reply.judge(&sent));
                self.look_after_reply(batch, ground, reply.concern_error.is_some())
                    .await?;
            }
            Err(failure) => {
                batch.in_doubt |= failure.class == Class::Lost;
                if failure.is_passing() && batch.in_doubt {
                    self.look_after_loss(batch, &open).await?;
                }
                if !batch.open().is_empty() {
                    return Err(failure);
                }
            }
        }
        batch.retry_left()
    }

    async fn look_after_reply(
        &self,
        batch: &mut Batch<'_>,
        ground: Ground,
        concern_failed: bool,
    ) -> Result<(), Failure> {
        let looks = batch.places(&Verdict::Look);
        if looks.is_empty() {
            return Ok(());
        }
        let own = self.read_back(batch, &looks, ReadConcern::local()).await?;
        let verdicts = if concern_failed {
            self.look_for_majority(batch, &looks, &own, ground).await?
        } else {
            batch.judge(&looks, &own, ground)
        };
        batch.note(&looks, verdicts);
        Ok(())
    }

    /// The majority may be a moment behind, so it is asked a few times.
    async fn look_for_majority(
        &self,
        batch: &Batch<'_>,
        looks: &[usize],
        own: &HashMap<DocumentId, Seen>,
        ground: Ground,
    ) -> Result<Vec<Verdict>, Failure> {
        let mut delays = delays();
        loop {
            let majority = self.read_back(batch, looks, ReadConcern::majority()).await?;
            let verdicts = batch.judge_concern(looks, own, &majority, ground);
            match delays.next() {
                Some(delay) if verdicts.contains(&not_durable()) => tokio::time::sleep(delay).await,
                _ => return Ok(verdicts),
            }
        }
    }

    /// A majority read: what a primary that was lost had alone may be rolled back.
    async fn look_after_loss(&self, batch: &mut Batch<'_>, open: &[usize]) -> Result<(), Failure> {
        let seen = self.read_back(batch, open, ReadConcern::majority()).await?;
        let verdicts = batch.judge(open, &seen, Ground::Lost);
        batch.note(open, verdicts);
        Ok(())
    }

    async fn send(&self, statements: &[&Statement]) -> Result<Reply, Failure> {
        let mut updates = RawArrayBuf::new();
        for statement in statements {
            updates.push(statement.body.clone());
        }
        self.update(self.vms.name(), updates)
            .await
            .map(|reply| Reply::parse(&reply))
    }

    /// One `update` command; `writeErrors` and `writeConcernError` are in its reply.
    pub(super) async fn update(&self, collection: &str, updates: RawArrayBuf) -> Result<Document, Failure> {
        let concern = self.write_concern.clone();
        let mut command = rawdoc! { "update": collection, "ordered": false, "writeConcern": concern };
        command.append(bson::cstr!("updates"), updates);
        call_within(self.write_timeout, self.database.run_raw_command(command)).await
    }

    /// The same, sent once more if the reply is lost: for statements that set the same again.
    pub(super) async fn update_again(&self, collection: &str, updates: RawArrayBuf) -> Result<Document, Failure> {
        match self.update(collection, updates.clone()).await {
            Err(failure) if failure.is_passing() && self.budget.spend() => self.update(collection, updates).await,
            result => result,
        }
    }

    async fn read_back(
        &self,
        batch: &Batch<'_>,
        places: &[usize],
        concern: ReadConcern,
    ) -> Result<HashMap<DocumentId, Seen>, Failure> {
        let ids: Vec<Bson> = places.iter().map(|at| batch.statements[*at].id.clone()).collect();
        let find = self
            .vms
            .find(doc! { "_id": { "$in": ids } })
            .projection(doc! { field::REV: 1, field::PASS: 1 })
            .read_concern(concern);
        let documents: Vec<RawDocumentBuf> = call(async { find.await?.try_collect().await }).await?;
        Ok(documents.iter().filter_map(|raw| seen(raw)).collect())
    }
}

impl<'a> Batch<'a> {
    fn new(statements: &'a [(usize, Statement)], mark: &'a str) -> Self {
        let statements: Vec<&Statement> = statements.iter().map(|(_, statement)| statement).collect();
        let verdicts = vec![Verdict::Retry; statements.len()];
        Self {
            statements,
            verdicts,
            mark,
            in_doubt: false,
        }
    }

    fn places(&self, wanted: &Verdict) -> Vec<usize> {
        (0..self.verdicts.len())
            .filter(|at| self.verdicts[*at] == *wanted)
            .collect()
    }

    fn open(&self) -> Vec<usize> {
        (0..self.verdicts.len())
            .filter(|at| !matches!(self.verdicts[*at], Verdict::Settled(_)))
            .collect()
    }

    fn note(&mut self, places: &[usize], verdicts: Vec<Verdict>) {
        for (at, verdict) in places.iter().zip(verdicts) {
            self.verdicts[*at] = verdict;
        }
    }

    fn judge(&self, places: &[usize], seen: &HashMap<DocumentId, Seen>, ground: Ground) -> Vec<Verdict> {
        let verdict = |at: &usize| judge(self.statements[*at], self.find(seen, *at), self.mark, ground);
        places.iter().map(verdict).collect()
    }

    fn judge_concern(
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
    fn retry_left(&self) -> Result<(), Failure> {
        if self.open().is_empty() {
            return Ok(());
        }
        Err(Failure {
            class: Class::Lost,
            reason: "the server was interrupted".to_owned(),
        })
    }

    fn give_up(self, failure: Failure, address: &str, error: &mut Option<StoreError>) -> Vec<WriteOutcome> {
        let outcomes = self.outcomes(&failure.reason);
        *error = Some(failure.into_error(address, "write documents"));
        outcomes
    }

    /// What is still open was either never carried out, or nobody knows.
    fn outcomes(self, reason: &str) -> Vec<WriteOutcome> {
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

/// Unique to one list of writes: the same pass may write a document again later.
fn mark(run_id: &str) -> String {
    static LISTS: AtomicU64 = AtomicU64::new(1);
    format!("{run_id}#{}", LISTS.fetch_add(1, Ordering::Relaxed))
}

fn delays() -> impl Iterator<Item = Duration> {
    let builder = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_max_times(RETRIES);
    builder.with_jitter().build()
}

fn not_attempted(count: usize) -> Vec<WriteOutcome> {
    vec![
        WriteOutcome::Failed {
            reason: "not attempted".to_owned()
        };
        count
    ]
}

fn seen(raw: &bson::RawDocument) -> Option<(DocumentId, Seen)> {
    let document = Document::try_from(raw).ok()?;
    let rev = document
        .get(field::REV)
        .and_then(|rev| rev.clone().into_relaxed_extjson().as_i64());
    let pass = document.get_str(field::PASS).ok().map(str::to_owned);
    Some((id_text(document.get("_id")?.clone()), Seen { rev, pass }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_of_a_run_is_bounded() {
        let budget = RetryBudget::default();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 20);
    }

    #[test]
    fn delays_are_few_and_grow_with_jitter() {
        let delays: Vec<_> = delays().collect();
        assert_eq!(delays.len(), RETRIES);
        assert!(delays.iter().all(|delay| *delay < Duration::from_secs(1)));
    }

    #[test]
    fn every_list_of_writes_has_its_own_mark() {
        assert_ne!(mark("run"), mark("run"));
        assert!(mark("run").starts_with("run#"));
    }
}
