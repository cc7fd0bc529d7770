//! Document writes: batches of raw `update` commands. The driver has no bulk write below server 8.0, and does not
//! repeat raw commands, so both are done here.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use driver::Collection;
use futures_util::{StreamExt, stream};
use mongodb::options::ReadConcern;

use super::MongoStore;
use super::batch::Batch;
use super::document::id_text;
use super::failure::{Failure, call, call_within};
use super::judge::{Ground, Reply, Seen, Verdict, not_durable};
use super::statement::{MAX_STATEMENTS, Statement, batches};
use crate::plan::record::{DocumentId, field};
use crate::store::{DocumentWrite, PassStamp, StoreError, Table, WriteOutcome, Writes};

/// A server works on several commands at once; the writes of one list are to different documents.
const COMMANDS_IN_FLIGHT: usize = 4;
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

impl MongoStore {
    /// See [`crate::store::Store::apply`].
    pub(super) async fn apply_writes(&self, stamp: &PassStamp, table: Table, writes: &[DocumentWrite]) -> Writes {
        if let Some(nothing) = self.fence(stamp.epoch, writes.len()).await {
            return nothing;
        }
        let sender = Sender {
            store: self,
            table,
            documents: self.documents(table),
        };
        let (mark, error) = (mark(&stamp.run_id), OnceLock::new());
        // Each portion is encoded when its turn comes, while the server works on those before it.
        let mut portions = Vec::new();
        for (number, portion) in writes.chunks(MAX_STATEMENTS).enumerate() {
            portions.push(sender.apply_portion(stamp, number * MAX_STATEMENTS, portion, &mark, &error));
        }
        let applied: Vec<_> = stream::iter(portions)
            .buffer_unordered(COMMANDS_IN_FLIGHT)
            .collect()
            .await;
        let mut outcomes: Vec<_> = applied.into_iter().flatten().collect();
        outcomes.sort_by_key(|(place, _)| *place);
        let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
        Writes {
            outcomes,
            error: error.into_inner(),
        }
    }

    /// What becomes of the writes if a later lease was granted, or nobody can say. An update that is late all the same
    /// meets the later epoch in its document; an insert bears a key of its own and an `instance_uuid` that is unique.
    async fn fence(&self, epoch: i64, writes: usize) -> Option<Writes> {
        let (outcome, error) = match self.is_overtaken(epoch).await {
            Ok(false) => return None,
            Ok(true) => (WriteOutcome::Contended, None),
            Err(failure) => (
                not_attempted(),
                Some(failure.into_error(&self.address, "read the lease")),
            ),
        };
        Some(Writes {
            outcomes: vec![outcome; writes],
            error,
        })
    }

    /// One `update` command; `writeErrors` and `writeConcernError` are in its reply.
    pub(super) async fn update(&self, collection: &str, updates: RawArrayBuf) -> Result<Document, Failure> {
        let send = |concern| self.update_once(collection, updates.clone(), concern);
        self.durability.send(send).await
    }

    async fn update_once(
        &self,
        collection: &str,
        updates: RawArrayBuf,
        concern: RawDocumentBuf,
    ) -> Result<Document, Failure> {
        let mut command = rawdoc! { "update": collection, "ordered": false, "writeConcern": concern };
        command.append(bson::cstr!("updates"), updates);
        call_within(self.durability.timeout, self.database.run_raw_command(command)).await
    }

    /// The same, sent once more if the reply is lost: for statements that set the same again.
    pub(super) async fn update_again(&self, collection: &str, updates: RawArrayBuf) -> Result<Document, Failure> {
        match self.update(collection, updates.clone()).await {
            Err(failure) if failure.is_passing() && self.budget.spend() => self.update(collection, updates).await,
            result => result,
        }
    }
}

/// The way of one list of writes to the documents of one sort.
struct Sender<'a> {
    store: &'a MongoStore,
    table: Table,
    documents: Collection,
}

impl Sender<'_> {
    /// The writes from place `first` on: one command, more if they are large.
    async fn apply_portion(
        &self,
        stamp: &PassStamp,
        first: usize,
        writes: &[DocumentWrite],
        mark: &str,
        error: &OnceLock<StoreError>,
    ) -> Vec<(usize, WriteOutcome)> {
        let mut outcomes = Vec::with_capacity(writes.len());
        let mut statements = Vec::with_capacity(writes.len());
        for (place, write) in writes.iter().enumerate() {
            match Statement::new(self.table, write, stamp, mark) {
                Ok(statement) => statements.push((first + place, statement)),
                Err(reason) => outcomes.push((first + place, WriteOutcome::Failed { reason })),
            }
        }
        for batch in batches(&statements) {
            outcomes.extend(self.apply_batch(batch, mark, error).await);
        }
        outcomes
    }

    async fn apply_batch(
        &self,
        statements: &[(usize, Statement)],
        mark: &str,
        error: &OnceLock<StoreError>,
    ) -> Vec<(usize, WriteOutcome)> {
        let mut batch = Batch::new(statements, mark);
        let outcomes = if error.get().is_some() {
            vec![not_attempted(); statements.len()]
        } else {
            let result = self.settle(&mut batch).await;
            let reason = result
                .as_ref()
                .err()
                .map_or_else(String::new, |failure| failure.reason.clone());
            if let Err(failure) = result {
                let _ = error.set(failure.into_error(&self.store.address, "write documents"));
            }
            batch.outcomes(&reason)
        };
        statements.iter().map(|(place, _)| *place).zip(outcomes).collect()
    }

    /// Sends a batch until everything is settled, or no try is left.
    async fn settle(&self, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let (started, mut delays) = (Instant::now(), delays());
        while let Err(failure) = self.attempt(batch).await {
            let in_time = started.elapsed().checked_sub(PATIENCE).is_none();
            let may_retry = failure.is_passing() && in_time && self.store.budget.spend();
            match delays.next().filter(|_| may_retry) {
                Some(delay) => tokio::time::sleep(delay).await,
                None => return Err(failure),
            }
        }
        batch.check_durable()
    }

    /// Sends what is open once, and looks again at what the reply leaves open.
    async fn attempt(&self, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let open = batch.open();
        let sent: Vec<&Statement> = open.iter().map(|at| batch.statements[*at]).collect();
        match self.send(&sent).await {
            Ok(reply) => {
                let ground = batch.answered();
                batch.note(&open, reply.judge(&sent));
                self.look_after_reply(batch, ground, reply.concern_error.is_some())
                    .await?;
            }
            Err(failure) => {
                if batch.failed(&failure) {
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
        let reply = self.store.update(self.documents.name(), updates).await;
        reply.map(|reply| Reply::parse(&reply))
    }

    async fn read_back(
        &self,
        batch: &Batch<'_>,
        places: &[usize],
        concern: ReadConcern,
    ) -> Result<HashMap<DocumentId, Seen>, Failure> {
        let ids: Vec<Bson> = places.iter().map(|at| batch.statements[*at].id.clone()).collect();
        let find = self
            .documents
            .find(doc! { "_id": { "$in": ids } })
            .projection(doc! { field::REV: 1, field::PASS: 1 })
            .read_concern(concern);
        let documents = call(driver::find_all(find)).await?;
        Ok(documents.into_iter().filter_map(seen).collect())
    }
}

fn not_attempted() -> WriteOutcome {
    WriteOutcome::Failed {
        reason: "not attempted".to_owned(),
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

fn seen(mut document: Document) -> Option<(DocumentId, Seen)> {
    let rev = document
        .get(field::REV)
        .and_then(|rev| rev.clone().into_relaxed_extjson().as_i64());
    let pass = document.get_str(field::PASS).ok().map(str::to_owned);
    Some((id_text(document.remove("_id")?), Seen { rev, pass }))
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
