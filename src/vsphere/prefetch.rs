//! A call that is under way while something else is done.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// A future that was started. Dropping it cancels it.
pub(super) struct Prefetch<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + Send + 'a>>,
    done: Option<T>,
}

impl<'a, T> Prefetch<'a, T> {
    /// Starts the future, and lets the connection's own task run, so that the request is out before the caller turns
    /// to work that does not yield.
    pub(super) async fn start(future: impl Future<Output = T> + Send + 'a) -> Self {
        let mut prefetch = Self {
            future: Box::pin(future),
            done: None,
        };
        for _ in 0..2 {
            prefetch.poll_once().await;
            tokio::task::yield_now().await;
        }
        prefetch
    }

    /// Waits for the end.
    pub(super) async fn finish(self) -> T {
        match self.done {
            Some(done) => done,
            None => self.future.await,
        }
    }

    async fn poll_once(&mut self) {
        if self.done.is_none() {
            let future = &mut self.future;
            let poll = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
            if let Poll::Ready(done) = poll {
                self.done = Some(done);
            }
        }
    }
}
