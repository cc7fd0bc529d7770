//! A server process with a port, a directory and a log of its own, that never outlives its guard or the test process.

use super::ports::free_port;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_mins(1);

/// Waits for the end of its input, which is the end of the test process however it came about (statics are not
/// dropped), then kills the server and removes its directory.
const WATCHER: &str = r#"trap '' HUP INT TERM; read -r _; kill -9 "$1"; sleep 1; rm -rf "$2""#;

/// How a server is started on a port with a directory.
type Arguments = fn(port: u16, directory: &Path, extra: &[String]) -> Vec<String>;

/// What is fixed about a server.
pub struct Recipe {
    pub name: &'static str,
    pub program: PathBuf,
    pub arguments: Arguments,
    pub extra: Vec<String>,
}

/// A started server.
pub struct Server {
    recipe: Recipe,
    port: u16,
    directory: TempDir,
    process: Mutex<Option<Process>>,
}

struct Process {
    server: Child,
    watcher: Child,
}

impl Server {
    /// Starts the server on a free port and waits until it accepts; a port lost to somebody else is tried again.
    pub fn start(recipe: Recipe) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("vmsync-test-")
            .tempdir()
            .expect("a temporary directory");
        let mut server = Self {
            recipe,
            port: 0,
            directory,
            process: Mutex::default(),
        };
        for _ in 0..4 {
            server.port = free_port();
            if server.try_start() {
                return server;
            }
        }
        panic!(
            "{} ended at once, on four ports\n{}",
            server.recipe.name,
            server.log_tail()
        );
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Kills the server (SIGKILL); its data stay.
    pub fn stop(&self) {
        self.lock().take();
    }

    /// Kills the server if it runs, and starts it on the same port with the same data.
    pub fn restart(&self) {
        self.stop();
        let end = Instant::now() + READY_WITHIN;
        while !self.try_start() {
            assert!(
                Instant::now() < end,
                "{} does not start again\n{}",
                self.recipe.name,
                self.log_tail()
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Sends a signal by name, such as `STOP`.
    pub fn signal(&self, name: &str) {
        let process = self.lock();
        let process = process
            .as_ref()
            .unwrap_or_else(|| panic!("{} does not run", self.recipe.name));
        send_signal(process.server.id(), name);
    }

    pub fn read_log(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    pub fn log_tail(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let tail = String::from_utf8_lossy(&log[log.len().saturating_sub(6_000)..]).into_owned();
        format!("--- the last of its log ---\n{tail}\n---")
    }

    fn log(&self) -> PathBuf {
        self.directory().join("log")
    }

    fn lock(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True once it accepts connections, false if it ended before.
    fn try_start(&self) -> bool {
        let mut process = Process::spawn(self);
        let ready = self.wait_until_ready(&mut process.server);
        if ready {
            *self.lock() = Some(process);
        }
        ready
    }

    fn wait_until_ready(&self, server: &mut Child) -> bool {
        let end = Instant::now() + READY_WITHIN;
        while Instant::now() < end {
            let accepts = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
            if server.try_wait().expect("the server is our child").is_some() {
                return false;
            }
            if accepts {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!(
            "{} does not accept on port {} after {READY_WITHIN:?}\n{}",
            self.recipe.name,
            self.port,
            self.log_tail()
        );
    }
}

impl Process {
    fn spawn(owner: &Server) -> Self {
        let recipe = &owner.recipe;
        let log = File::options()
            .create(true)
            .append(true)
            .open(owner.log())
            .expect("the log can be opened");
        let server = Command::new(&recipe.program)
            .args((recipe.arguments)(owner.port, owner.directory(), &recipe.extra))
            .current_dir(owner.directory())
            .env("LC_ALL", "C")
            .env("HOME", owner.directory())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log can be shared"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", recipe.program.display()));
        let watcher = Command::new("sh")
            .args(["-c", WATCHER, "sh", &server.id().to_string()])
            .arg(owner.directory())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh can be started");
        Self { server, watcher }
    }
}

impl Drop for Process {
    /// The watcher ends before the server is waited for: a process id that was given anew is never killed.
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
        let _ = self.server.wait();
    }
}

/// Sends a signal by name (`TERM`, `STOP`, …) to a process that the caller has not waited for.
pub fn send_signal(pid: u32, name: &str) {
    let script = format!("kill -{name} {pid}");
    let status = Command::new("sh")
        .args(["-c", &script])
        .status()
        .expect("sh can be started");
    assert!(status.success(), "{script} failed");
}
