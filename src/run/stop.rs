//! When a pass has to end early: a signal, the deadline, or a lease that is gone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// `sync.deadline` is over.
    Deadline,
    /// The lease could not be renewed in time, or is another's.
    LeaseLost,
}

/// Shared by everything that takes time. The first reason stays.
#[derive(Clone)]
pub struct Stop {
    sender: watch::Sender<Option<StopReason>>,
    flag: watch::Sender<bool>,
    deadline: Instant,
    lease_end: Arc<Mutex<Option<Instant>>>,
}

impl Stop {
    /// A pass that may run until `deadline`.
    #[must_use]
    pub fn new(deadline: Instant) -> Self {
        Self {
            sender: watch::Sender::new(None),
            flag: watch::Sender::new(false),
            deadline,
            lease_end: Arc::default(),
        }
    }

    /// The end of the run.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Ends the pass, unless it is ending already.
    pub fn stop(&self, reason: StopReason) {
        self.sender.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(reason);
            }
            first
        });
        self.flag.send_replace(true);
    }

    /// Becomes true when the pass has to end.
    #[must_use]
    pub fn flag(&self) -> watch::Receiver<bool> {
        self.flag.subscribe()
    }

    /// Until when the lease is safe; beyond it nothing may be written. A process that was stopped or a machine that
    /// slept finds out here, before its renewals do.
    pub fn set_lease_end(&self, end: Instant) {
        *self.lease_end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }

    /// Why the pass has to end, if it has to.
    #[must_use]
    pub fn reason(&self) -> Option<StopReason> {
        let lease_end = *self.lease_end.lock().unwrap_or_else(PoisonError::into_inner);
        if lease_end.is_some_and(|end| Instant::now() >= end) {
            self.stop(StopReason::LeaseLost);
        } else if Instant::now() >= self.deadline {
            self.stop(StopReason::Deadline);
        }
        *self.sender.borrow()
    }

    /// Waits until the pass has to end.
    pub async fn stopped(&self) -> StopReason {
        let mut receiver = self.sender.subscribe();
        let deadline = tokio::time::sleep_until(self.deadline.into());
        tokio::select! {
            () = deadline => self.stop(StopReason::Deadline),
            _ = receiver.wait_for(Option::is_some) => {}
        }
        self.reason().unwrap_or(StopReason::Deadline)
    }
}

/// Turns SIGINT and SIGTERM into a stop; a second signal ends the process at once, with the same exit code.
///
/// # Errors
/// The signal handlers cannot be installed.
pub fn watch_signals(stop: &Stop) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut again = false;
        loop {
            let reason = tokio::select! {
                _ = interrupt.recv() => StopReason::Interrupted,
                _ = terminate.recv() => StopReason::Terminated,
            };
            if again {
                let code = if reason == StopReason::Interrupted { 130 } else { 143 };
                std::process::exit(code);
            }
            again = true;
            stop.stop(reason);
        }
    });
    Ok(())
}
