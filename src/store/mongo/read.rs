//! Documents as the server sends them: a task asks for the next reply while something is made of the ones before.

use bson::Document;
use driver::{Batch, Collection};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinSet, spawn_blocking};

use super::failure::{Failure, call};

/// What to find.
pub struct Question {
    pub filter: Document,
    /// The fields that are needed.
    pub projection: Document,
    /// Documents per reply.
    pub batch: u32,
    /// Replies that may wait while something is made of one.
    pub ahead: usize,
}

/// The replies to come, and the task that asks for them: it ends early once nobody wants them any more.
pub struct Replies {
    batches: Receiver<Batch>,
    reader: Reader,
}

impl Replies {
    /// Asks.
    pub fn to(question: Question, documents: Collection) -> Self {
        let (sender, batches) = mpsc::channel(question.ahead);
        Self {
            batches,
            reader: Reader::start(read(question, documents, sender)),
        }
    }

    /// Puts all of them together. On a thread of its own: what is made of many documents takes its time, and a source
    /// that is listed meanwhile must not wait for it.
    pub async fn gather<T: Send + 'static>(
        self,
        mut all: T,
        mut take: impl FnMut(&mut T, Batch) + Send + 'static,
    ) -> Result<T, Failure> {
        let Self { mut batches, reader } = self;
        let gathering = spawn_blocking(move || {
            while let Some(batch) = batches.blocking_recv() {
                take(&mut all, batch);
            }
            all
        });
        let all = gathering.await?;
        reader.end().await?;
        Ok(all)
    }

    /// The replies, and how it ended once there are no more of them.
    pub fn split(self) -> (Receiver<Batch>, impl Future<Output = Result<(), Failure>>) {
        (self.batches, self.reader.end())
    }
}

/// A task that ends with this value.
struct Reader(JoinSet<Result<(), Failure>>);

impl Reader {
    fn start(reading: impl Future<Output = Result<(), Failure>> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn(reading);
        Self(task)
    }

    async fn end(mut self) -> Result<(), Failure> {
        self.0.join_next().await.map_or(Ok(()), |ended| ended?)
    }
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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::panic::AssertUnwindSafe;
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::time::{sleep, timeout};

    use super::super::failure::Class;
    use super::*;

    /// Of a server that says no more than this.
    fn replies(reading: impl Future<Output = Result<(), Failure>> + Send + 'static) -> Replies {
        let (sender, batches) = mpsc::channel(1);
        let reading = async move {
            let _sender = sender;
            reading.await
        };
        Replies {
            batches,
            reader: Reader::start(reading),
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_read_to_its_end() {
        let held = Arc::new(());
        let inside = Arc::clone(&held);
        let gathering = replies(pending()).gather(inside, |_, _| ());
        assert!(timeout(Duration::from_millis(50), gathering).await.is_err());
        while Arc::strong_count(&held) > 1 {
            sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn an_error_of_the_server_is_that_of_the_whole() {
        let failure = Failure {
            class: Class::Lost,
            reason: "cut off".to_owned(),
        };
        let (told, expected) = (failure.clone(), Err(failure));
        assert_eq!(replies(async { Err(told) }).gather((), |(), _| ()).await, expected);
        assert_eq!(replies(async { Ok(()) }).gather(7, |_, _| ()).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_no_refusal_of_the_server() {
        let gathering = replies(async { panic!("a bug") }).gather((), |(), _| ());
        let panic = AssertUnwindSafe(gathering)
            .catch_unwind()
            .await
            .expect_err("it goes on");
        assert_eq!(panic.downcast_ref(), Some(&"a bug"));
    }
}
