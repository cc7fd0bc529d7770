//! What a process has used, as Linux tells it; zero elsewhere.

use std::fs;
use std::time::Duration;

/// The kernel's unit in /proc/PID/stat is 1/100 s on every architecture of today.
const TICK: Duration = Duration::from_millis(10);

/// Processor time of a process, user and system; it can still be read between its end and the wait for it.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // proc(5): utime and stime are fields 14 and 15; the name in parentheses is the second and may hold spaces.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

/// Whether the process has ended and is waited for.
pub fn has_ended(pid: u32) -> bool {
    is_in_state(pid, 'Z')
}

/// Whether the process was stopped by a signal.
pub fn is_stopped(pid: u32) -> bool {
    is_in_state(pid, 'T')
}

fn is_in_state(pid: u32, state: char) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| rest.trim_start().starts_with(state))
}

/// The most memory that it had so far, in KiB.
pub fn peak_memory_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
