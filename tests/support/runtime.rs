//! One runtime behind all guards: they work in `#[test]` and in `#[tokio::test]`, and outlive the test's own runtime.

use std::future::Future;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("support")
        .enable_all()
        .build()
        .expect("a runtime can be started")
});

/// Runs `make` inside the runtime (sockets need one), and what it returns in the background.
pub fn spawn<F>(make: impl FnOnce() -> F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let _entered = RUNTIME.enter();
    RUNTIME.spawn(make())
}

/// Waits for `future`, also from within another runtime; its panic is the caller's.
pub fn block_on<F>(future: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    std::thread::scope(|scope| match scope.spawn(|| RUNTIME.block_on(future)).join() {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
