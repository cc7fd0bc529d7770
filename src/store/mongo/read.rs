//! Documents as the server sends them: a task asks for the next reply while something is made of the ones before.

use bson::Document;
use driver::{Batch, Collection};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinHandle, spawn_blocking};

use super::failure::{Failure, call};
use crate::store::select::BATCHES;

/// What to find.
pub struct Question {
    pub filter: Document,
    /// The fields that are needed.
    pub projection: Document,
    /// Documents per reply.
    pub batch: u32,
}

/// The replies to come, and the task that asks for them: it ends early once nobody takes them any more.
pub struct Replies {
    pub batches: Receiver<Batch>,
    reader: JoinHandle<Result<(), Failure>>,
}

impl Replies {
    /// Asks.
    pub fn to(question: Question, documents: Collection) -> Self {
        let (sender, batches) = mpsc::channel(BATCHES);
        let reader = tokio::spawn(read(question, documents, sender));
        Self { batches, reader }
    }

    /// Puts all of them together. On a thread of its own: what is made of many documents takes its time, and a source
    /// that is listed meanwhile must not wait for it.
    pub async fn gather<T: Send + 'static>(
        mut self,
        mut all: T,
        mut take: impl FnMut(&mut T, Batch) + Send + 'static,
    ) -> Result<T, Failure> {
        let gathering = spawn_blocking(move || {
            while let Some(batch) = self.batches.blocking_recv() {
                take(&mut all, batch);
            }
            all
        });
        let all = gathering.await?;
        ended(self.reader).await?;
        Ok(all)
    }

    /// The replies, and how it ended once there are no more of them.
    pub fn split(self) -> (Receiver<Batch>, impl Future<Output = Result<(), Failure>>) {
        (self.batches, ended(self.reader))
    }
}

async fn ended(reader: JoinHandle<Result<(), Failure>>) -> Result<(), Failure> {
    reader.await.map_err(Failure::from).flatten()
}

async fn read(question: Question, documents: Collection, sender: Sender<Batch>) -> Result<(), Failure> {
    let find = documents.find(question.filter).projection(question.projection);
    let mut batches = call(driver::find_in_batches(find.batch_size(question.batch))).await?;
    while let Some(batch) = call(batches.advance()).await? {
        if sender.send(batch).await.is_err() {
            break;
        }
    }
    Ok(())
}
