//! Places at which a test can end this process as `kill -9` would, or put it to sleep: before and after everything that
//! others can see.
//!
//! They exist in builds with debug assertions only; a release build holds neither the checks nor their names.
//! `VMSYNC_FAILPOINT=NAME:N` aborts the process when it comes to NAME for the N-th time, and with
//! `VMSYNC_FAILPOINT_PANIC=1` it panics there instead; `VMSYNC_FAILPOINT_SLEEP=NAME:N` stops it there until somebody
//! sends SIGCONT; `VMSYNC_FAILPOINT_LOG=FILE` notes every name that is passed, for a test that wants to know them all.

/// Ends or stops the process here if a test asks for it.
macro_rules! failpoint {
    ($name:literal) => {{
        #[cfg(debug_assertions)]
        $crate::failpoint::pass($name);
    }};
}

pub(crate) use failpoint;

#[cfg(debug_assertions)]
pub(crate) fn pass(name: &'static str) {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};

    static END: LazyLock<Option<(String, usize)>> = LazyLock::new(|| wanted("VMSYNC_FAILPOINT"));
    static SLEEP: LazyLock<Option<(String, usize)>> = LazyLock::new(|| wanted("VMSYNC_FAILPOINT_SLEEP"));
    static PASSED: LazyLock<Mutex<HashMap<&'static str, usize>>> = LazyLock::new(Mutex::default);

    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = passed.entry(name).or_default();
    *count += 1;
    note(name);
    let is_here =
        |place: &Option<(String, usize)>| place.as_ref().is_some_and(|(wanted, at)| wanted == name && at == count);
    let (ends, sleeps) = (is_here(&END), is_here(&SLEEP));
    drop(passed);
    if ends {
        end(name);
    }
    if sleeps {
        sleep();
    }
}

#[cfg(debug_assertions)]
fn wanted(variable: &str) -> Option<(String, usize)> {
    let wanted = std::env::var(variable).ok()?;
    let (name, count) = wanted.rsplit_once(':')?;
    Some((name.to_owned(), count.parse().ok()?))
}

/// Sends SIGSTOP to itself, which the standard library cannot, and goes on only once it was stopped and woken: a signal
/// takes its time to reach all threads. Whoever wakes it at once may be faster than the look whether it was stopped, so
/// that is given up in the end.
#[cfg(debug_assertions)]
fn sleep() {
    use std::process::{Command, Stdio};
    const SCRIPT: &str = "
        stopped() { grep -q '^State:.T' /proc/$0/status; }
        kill -STOP $0
        looks=0
        until stopped || [ ! -e /proc/$0 ] || [ $looks -ge 500 ]; do looks=$((looks + 1)); sleep 0.01; done
        while stopped; do sleep 0.01; done";
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT, &std::process::id().to_string()]);
    let _ = shell.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(debug_assertions)]
fn end(name: &str) -> ! {
    assert!(std::env::var_os("VMSYNC_FAILPOINT_PANIC").is_none(), "failpoint {name}");
    std::process::abort()
}

#[cfg(debug_assertions)]
fn note(name: &str) {
    use std::io::Write as _;
    let Some(path) = std::env::var_os("VMSYNC_FAILPOINT_LOG") else {
        return;
    };
    let log = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let _ = log.and_then(|mut log| writeln!(log, "{name}"));
}
