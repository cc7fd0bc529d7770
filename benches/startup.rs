//! How long a person waits: for `--help` and `--version` over what starting any process takes (/bin/true, in turns with
//! it), and for the first line of progress on a terminal. Fails above 10 ms and 200 ms.

#[path = "../tests/support/terminal.rs"]
mod terminal;

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use terminal::open_terminal;

const ROUNDS: usize = 100;
const MOST_OVER_TRUE: Duration = Duration::from_millis(10);
const FIRST_LINES: usize = 20;
const MOST_TO_FIRST_LINE: Duration = Duration::from_millis(200);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let home = tempfile::tempdir()?;
    let vmsync = Path::new(env!("CARGO_BIN_EXE_vmsync"));
    let mut too_slow = Vec::new();
    for option in ["--help", "--version"] {
        let over = over_true(vmsync, option)?;
        println!("vmsync {option}: {over:.1?} over /bin/true, median of {ROUNDS}");
        if over > MOST_OVER_TRUE {
            too_slow.push(option);
        }
    }
    write_config(home.path())?;
    let mut waits = Vec::new();
    for _ in 0..FIRST_LINES {
        waits.push(first_line(vmsync, home.path())?);
    }
    let (median, longest) = (median(&mut waits), waits.iter().max().copied().unwrap_or_default());
    println!("first line of progress: {median:.1?}, median of {FIRST_LINES}; longest {longest:.1?}");
    if longest > MOST_TO_FIRST_LINE {
        too_slow.push("first line of progress");
    }
    if too_slow.is_empty() {
        Ok(())
    } else {
        Err(format!("too slow: {}", too_slow.join(", ")).into())
    }
}

/// The median of the differences: what disturbs a machine disturbs both of a pair.
fn over_true(vmsync: &Path, option: &str) -> Outcome<Duration> {
    let mut differences = Vec::new();
    for _ in 0..ROUNDS {
        let least = time(&mut Command::new("/bin/true"))?;
        differences.push(time(Command::new(vmsync).arg(option))?.saturating_sub(least));
    }
    Ok(median(&mut differences))
}

fn time(command: &mut Command) -> Outcome<Duration> {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    let elapsed = begun.elapsed();
    if status.success() {
        Ok(elapsed)
    } else {
        Err(format!("{status}").into())
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// 20 sources on an address that takes no packets (RFC 5737), as with hosts that are down.
fn write_config(home: &Path) -> Outcome<()> {
    use std::fmt::Write as _;
    let mut text = String::from("esxi_hosts:\n");
    for number in 1..=20 {
        writeln!(text, "  - {{host: 192.0.2.{number}, username: u, password: p}}")?;
    }
    let path = home.join("sync.yaml");
    std::fs::write(&path, text)?;
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// From the start to the first line that says how many sources there are.
fn first_line(vmsync: &Path, home: &Path) -> Outcome<Duration> {
    let (mut screen, terminal) = open_terminal(80)?;
    let begun = Instant::now();
    let mut pass = Pass(
        Command::new(vmsync)
            .args(["sync", "all"])
            .current_dir(home)
            .env("XDG_STATE_HOME", home)
            .env("TERM", "xterm-256color")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(terminal)
            .spawn()?,
    );
    let (mut shown, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&shown).contains("/20 sources") {
        let length = screen.read(&mut buffer)?;
        shown.extend_from_slice(&buffer[..length]);
    }
    let elapsed = begun.elapsed();
    pass.0.kill()?;
    Ok(elapsed)
}

/// Ended with this value.
struct Pass(Child);

impl Drop for Pass {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
