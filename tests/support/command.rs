//! The built binary, in a home of its own.

use super::output::Output;
use super::server::send_signal;
use super::usage;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A home directory with a configuration, and as many runs of vmsync in it as a test needs. The environment is empty
/// but for PATH, HOME and `XDG_STATE_HOME`; the working directory is the home, so that `./sync.yaml` is found there;
/// no stream is a terminal.
pub struct VmsyncCommand {
    home: TempDir,
    environment: Vec<(String, String)>,
    limit: Duration,
}

impl VmsyncCommand {
    /// A home without a configuration.
    pub fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("vmsync-home-")
            .tempdir()
            .expect("a temporary directory");
        Self {
            home,
            environment: Vec::new(),
            limit: Duration::from_mins(2),
        }
    }

    /// A home with this `sync.yaml`.
    pub fn with_config(yaml: &str) -> Self {
        let command = Self::new();
        command.write("sync.yaml", yaml);
        command
    }

    /// Sets a variable in all runs from now on.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// A run that takes longer is killed, and fails the test. Two minutes unless set.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// `XDG_STATE_HOME` of the runs.
    pub fn state(&self) -> PathBuf {
        self.home().join("state")
    }

    /// Where the embedded store lies when the configuration does not say.
    pub fn sqlite(&self) -> PathBuf {
        self.state().join("vmsync/vmsync.db")
    }

    /// Writes a file of mode 0600 below the home, and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().expect("below the home")).expect("a directory below the home");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path);
        file.and_then(|mut file| file.write_all(content.as_ref()))
            .expect("a file below the home");
        path
    }

    /// Runs vmsync to its end. In a `#[tokio::test]` whose own runtime serves something, use [`Self::run_async`].
    pub fn run(&self, args: &[&str]) -> Output {
        self.spawn(args).wait()
    }

    /// Runs vmsync to its end while the caller's runtime goes on.
    pub async fn run_async(&self, args: &[&str]) -> Output {
        self.spawn(args).wait_async().await
    }

    /// Starts vmsync, to be signalled, killed or waited for.
    pub fn spawn(&self, args: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vmsync"));
        command.args(args).current_dir(self.home()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("XDG_STATE_HOME", self.state());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().expect("vmsync can be started");
        Running::new(child, format!("vmsync {}", args.join(" ")), self.limit)
    }
}

/// A started vmsync; killed on drop.
pub struct Running {
    child: Child,
    command: String,
    began: Instant,
    limit: Duration,
    stdout: Stream,
    stderr: Stream,
    peak_memory_kib: u64,
}

impl Running {
    fn new(mut child: Child, command: String, limit: Duration) -> Self {
        let stdout = Stream::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Stream::read(child.stderr.take().expect("stderr is piped"));
        Self {
            child,
            command,
            began: Instant::now(),
            limit,
            stdout,
            stderr,
            peak_memory_kib: 0,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name: `TERM`, `INT`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        send_signal(self.pid(), name);
    }

    /// SIGKILL, then what it left.
    pub fn kill(mut self) -> Output {
        self.child.kill().expect("vmsync is our child");
        self.wait()
    }

    /// What it has written to stderr so far.
    pub fn stderr_so_far(&self) -> String {
        self.stderr.so_far()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        usage::has_ended(self.pid())
    }

    /// Waits for its end; past the limit it is killed, and the test fails.
    pub fn wait(mut self) -> Output {
        while !self.has_ended() {
            self.peak_memory_kib = usage::peak_memory_kib(self.pid())
                .unwrap_or_default()
                .max(self.peak_memory_kib);
            if self.began.elapsed() > self.limit {
                let limit = self.limit;
                panic!("vmsync did not end within {limit:?}\n{}", self.kill());
            }
            thread::sleep(Duration::from_millis(2));
        }
        self.collect()
    }

    /// The same while the caller's runtime goes on.
    pub async fn wait_async(self) -> Output {
        match tokio::task::spawn_blocking(|| self.wait()).await {
            Ok(output) => output,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    fn collect(&mut self) -> Output {
        let elapsed = self.began.elapsed();
        let cpu = usage::cpu_time(self.pid()).unwrap_or_default();
        let status = self.child.wait().expect("vmsync is our child");
        let signal = status.signal().unwrap_or_default();
        Output {
            code: status.code().unwrap_or(-signal),
            stdout: self.stdout.read_to_end(),
            stderr: self.stderr.read_to_end(),
            elapsed,
            cpu,
            peak_memory_kib: self.peak_memory_kib,
            command: std::mem::take(&mut self.command),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a pipe as it fills.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let shared = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8 << 10];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                shared
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&buffer[..read]);
            }
        });
        Self {
            bytes,
            reader: Some(reader),
        }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    fn read_to_end(&mut self) -> String {
        let reader = self.reader.take().map(JoinHandle::join);
        assert!(!matches!(reader, Some(Err(_))), "the reader of a pipe panicked");
        self.so_far()
    }
}
