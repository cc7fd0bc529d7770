//! A command's time, processor time and memory.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Outcome;
use crate::support::find_binary;

/// Whoever waits for a process is told what it cost (`wait4`), which the standard library does not pass on; Python is
/// there for pyVmomi.
const WAIT: &str = r"
import os, sys, time
start = time.monotonic()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print('\n', time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
";

/// What a command cost.
#[derive(Clone, Copy)]
pub struct Measured {
    /// From start to end.
    pub wall: Duration,
    /// User and system.
    pub cpu: Duration,
    /// The most memory that it had at once.
    pub peak_mib: f64,
}

impl Measured {
    /// The least of each: what disturbs a machine only ever adds.
    pub fn least(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            peak_mib: self.peak_mib.min(other.peak_mib),
        }
    }

    /// The median of each.
    fn median(costs: &[Self]) -> Self {
        let middle = costs.len() / 2;
        let mut walls: Vec<_> = costs.iter().map(|cost| cost.wall).collect();
        let mut cpus: Vec<_> = costs.iter().map(|cost| cost.cpu).collect();
        let mut peaks: Vec<_> = costs.iter().map(|cost| cost.peak_mib).collect();
        Self {
            wall: *walls.select_nth_unstable(middle).1,
            cpu: *cpus.select_nth_unstable(middle).1,
            peak_mib: *peaks.select_nth_unstable_by(middle, f64::total_cmp).1,
        }
    }
}

/// The interpreter with pyVmomi.
pub fn python() -> std::path::PathBuf {
    match std::env::var_os("VMSYNC_TEST_PYTHON") {
        Some(given) => given.into(),
        None => std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tests/venv/bin/python"),
    }
}

/// Runs a command to its end, which has to be a success. What it prints is thrown away, but for its complaints.
pub fn measure(command: &Command) -> Outcome<Measured> {
    let program = command.get_program();
    let program = if program.to_string_lossy().contains('/') {
        program.to_owned()
    } else {
        find_binary("VMSYNC_TEST_CURL", &program.to_string_lossy()).into()
    };
    let mut wrapped = Command::new(python());
    wrapped.args(["-c", WAIT]).arg(program).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            wrapped.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        wrapped.current_dir(directory);
    }
    let output = wrapped.stdin(Stdio::null()).output()?;
    let out = String::from_utf8_lossy(&output.stdout);
    let mut costs = out.lines().last().unwrap_or_default().split_whitespace();
    let mut next = || -> Outcome<f64> { Ok(costs.next().ok_or("a cost is missing")?.parse()?) };
    let (wall, cpu, peak_kib, code) = (next()?, next()?, next()?, next()?);
    if code != 0.0 {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ended with {code}: {out}{complaint}").into());
    }
    Ok(Measured {
        wall: Duration::from_secs_f64(wall),
        cpu: Duration::from_secs_f64(cpu),
        peak_mib: peak_kib / 1024.0,
    })
}

/// The least of each cost in so many rounds.
pub fn least_of(rounds: usize, run: impl Fn() -> Outcome<Measured>) -> Outcome<Measured> {
    let first = run()?;
    (1..rounds).try_fold(first, |least, _| Ok(least.least(run()?)))
}

/// The median of each cost of each command; they run in turns, so that what changes on the machine meets all of them.
pub fn medians_of<const N: usize>(rounds: usize, runs: [&dyn Fn() -> Outcome<Measured>; N]) -> Outcome<[Measured; N]> {
    let mut costs: [Vec<Measured>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..rounds {
        for (run, costs) in runs.iter().zip(&mut costs) {
            costs.push(run()?);
        }
    }
    Ok(costs.map(|costs| Measured::median(&costs)))
}
