//! A call that is under way while something else is done.

use std::panic::resume_unwind;

use tokio::task::JoinSet;

/// A future that was started, and runs beside what does not yield: its answer is received and decrypted meanwhile.
/// Dropping it cancels it.
pub(super) struct Prefetch<T>(JoinSet<T>);

impl<T: Send + 'static> Prefetch<T> {
    /// Where there is but one thread the request is out when this returns.
    pub(super) async fn start(future: impl Future<Output = T> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn(future);
        tokio::task::yield_now().await;
        Self(task)
    }

    /// Waits for the end; none if it was cancelled because everything ends.
    pub(super) async fn finish(mut self) -> Option<T> {
        match self.0.join_next().await? {
            Ok(done) => Some(done),
            Err(error) => error.try_into_panic().map_or(None, |panic| resume_unwind(panic)),
        }
    }
}
