//! Places at which a test can end this process as `kill -9` would: before and after everything that others can see.
//!
//! They exist in builds with debug assertions only; a release build holds neither the checks nor their names.
//! `VMSYNC_FAILPOINT=NAME:N` aborts the process when it comes to NAME for the N-th time, and with
//! `VMSYNC_FAILPOINT_PANIC=1` it panics there instead; `VMSYNC_FAILPOINT_LOG=FILE` notes every name that is passed, for
//! a test that wants to know them all.

/// Ends the process here if a test asks for it.
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(debug_assertions)]
        $crate::failpoint::pass($name);
    };
}

pub(crate) use failpoint;

#[cfg(debug_assertions)]
pub(crate) fn pass(name: &'static str) {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};

    static WANTED: LazyLock<Option<(String, usize)>> = LazyLock::new(|| {
        let wanted = std::env::var("VMSYNC_FAILPOINT").ok()?;
        let (name, count) = wanted.rsplit_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    static PASSED: LazyLock<Mutex<HashMap<&'static str, usize>>> = LazyLock::new(Mutex::default);

    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = passed.entry(name).or_default();
    *count += 1;
    note(name);
    if WANTED
        .as_ref()
        .is_some_and(|(wanted, at)| wanted == name && at == count)
    {
        drop(passed);
        end(name);
    }
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
