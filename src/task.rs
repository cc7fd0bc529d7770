//! Work that runs beside what waits for it.

use std::panic::resume_unwind;

use tokio::task::JoinError;

/// Of work that has not ended by itself: what it was cancelled with. A panic goes on where the work was waited for: it is
/// a bug, and nothing that a server or a store refuses.
pub fn without_panic(error: JoinError) -> JoinError {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => error,
    }
}
