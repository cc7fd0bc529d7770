//! A call that is under way while something else is done.

use tokio::task::JoinSet;

use crate::task::without_panic;

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
        self.0.join_next().await?.map_err(without_panic).ok()
    }
}
