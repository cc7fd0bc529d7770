//! When a pass has to end early: a signal, the deadline, or a lease that is gone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

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
    /// When the first signal came, whatever the first reason was.
    signalled: watch::Sender<Option<Instant>>,
    deadline: Instant,
    lease_end: Arc<Mutex<Option<Moment>>>,
}

/// By both clocks: the first stands still while the machine sleeps, the second may be set.
#[derive(Clone, Copy)]
pub struct Moment {
    monotonic: Instant,
    wall: SystemTime,
}

impl Moment {
    fn is_over(self, now: Self) -> bool {
        now.monotonic >= self.monotonic || now.wall >= self.wall
    }

    /// This one.
    #[must_use]
    pub fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    fn after(self, time: Duration) -> Self {
        Self {
            monotonic: self.monotonic + time,
            wall: self.wall + time,
        }
    }
}

impl Stop {
    /// A pass that may run until `deadline`.
    #[must_use]
    pub fn new(deadline: Instant) -> Self {
        Self {
            sender: watch::Sender::new(None),
            flag: watch::Sender::new(false),
            signalled: watch::Sender::new(None),
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
        if matches!(reason, StopReason::Interrupted | StopReason::Terminated) {
            self.signalled
                .send_modify(|at| *at = at.or_else(|| Some(Instant::now())));
        }
    }

    /// Becomes true when the pass has to end.
    #[must_use]
    pub fn flag(&self) -> watch::Receiver<bool> {
        self.flag.subscribe()
    }

    /// Until when the lease is safe; beyond it nothing may be written. A process that was stopped or a machine that
    /// slept finds out here, before its renewals do.
    ///
    /// `asked` is a moment before the lease was asked for: the machine may sleep while the answer is on its way.
    pub fn set_lease_end(&self, asked: Moment, safe: Duration) {
        *self.lease_end.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked.after(safe));
    }

    /// Why the pass has to end, if it has to.
    #[must_use]
    pub fn reason(&self) -> Option<StopReason> {
        let lease_end = *self.lease_end.lock().unwrap_or_else(PoisonError::into_inner);
        if lease_end.is_some_and(|end| end.is_over(Moment::now())) {
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

    /// Waits until the pass has to end, and then for so long.
    pub async fn stopped_for(&self, patience: Duration) {
        self.stopped().await;
        tokio::time::sleep(patience).await;
    }

    /// Waits until what still runs has to be given up: `after_signal` after the first signal, for which a person or an
    /// init system waits. At the deadline, or once the lease is lost, nobody does, and calls end by their own limits.
    pub async fn overdue(&self, after_signal: Duration) {
        self.stopped().await;
        let mut signalled = self.signalled.subscribe();
        let at = signalled.wait_for(Option::is_some).await.ok().and_then(|at| *at);
        tokio::time::sleep_until((at.unwrap_or_else(Instant::now) + after_signal).into()).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_finds_its_lease_over_by_the_wall_clock() {
        let now = Moment::now();
        let later = |seconds| Duration::from_secs(seconds);
        let end = Moment {
            monotonic: now.monotonic + later(50),
            wall: now.wall + later(50),
        };
        assert!(!end.is_over(now));
        let awake = Moment {
            monotonic: now.monotonic + later(51),
            ..now
        };
        let slept = Moment {
            wall: now.wall + later(51),
            ..now
        };
        assert!(end.is_over(awake) && end.is_over(slept));
    }

    #[test]
    fn a_lease_is_safe_from_the_moment_before_it_was_asked_for() {
        let stop = Stop::new(Instant::now() + Duration::from_hours(1));
        let safe = Duration::from_secs(50);
        stop.set_lease_end(Moment::now(), safe);
        assert_eq!(stop.reason(), None);
        // The answer came after a sleep, during which the first clock stood still.
        let asked = Moment {
            wall: SystemTime::now() - safe,
            ..Moment::now()
        };
        stop.set_lease_end(asked, safe);
        assert_eq!(stop.reason(), Some(StopReason::LeaseLost));
    }

    #[tokio::test]
    async fn a_signal_limits_what_still_runs_also_after_another_reason() {
        let stop = Stop::new(Instant::now() + Duration::from_hours(1));
        stop.stop(StopReason::LeaseLost);
        let patience = Duration::from_millis(20);
        let ended = tokio::time::timeout(patience, stop.overdue(Duration::ZERO)).await;
        assert!(ended.is_err(), "no signal came yet");
        let begun = Instant::now();
        stop.stop(StopReason::Terminated);
        stop.overdue(patience).await;
        assert!(begun.elapsed() >= patience);
        let late = Instant::now();
        stop.overdue(patience).await;
        assert!(late.elapsed() < patience, "it is counted from the signal on");
        assert_eq!(stop.reason(), Some(StopReason::LeaseLost), "the first reason stays");
    }

    #[tokio::test]
    async fn whoever_waits_is_told_of_the_deadline_and_may_wait_on() {
        let stop = Stop::new(Instant::now() + Duration::from_millis(20));
        let flag = stop.flag();
        assert!(!*flag.borrow());
        assert_eq!(stop.stopped().await, StopReason::Deadline);
        assert!(*flag.borrow());
        let (begun, patience) = (Instant::now(), Duration::from_millis(20));
        stop.stopped_for(patience).await;
        assert!(begun.elapsed() >= patience);
    }

    #[tokio::test]
    async fn a_signal_ends_every_wait_at_once() {
        let deadline = Instant::now() + Duration::from_hours(1);
        let stop = Stop::new(deadline);
        stop.stop(StopReason::Interrupted);
        assert_eq!(stop.stopped().await, StopReason::Interrupted);
        let (begun, patience) = (Instant::now(), Duration::from_millis(20));
        stop.overdue(patience).await;
        assert!(begun.elapsed() >= patience);
        assert_eq!(stop.deadline(), deadline);
    }
}
