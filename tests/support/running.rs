//! A vmsync that runs: to be signalled, killed, or waited for.

use super::output::Output;
use super::server::send_signal;
use super::usage;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

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
    /// Takes charge of a child whose output streams are piped.
    pub fn new(mut child: Child, command: String, limit: Duration) -> Self {
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

    /// Whether it sleeps until somebody sends `CONT`.
    pub fn is_stopped(&self) -> bool {
        usage::is_stopped(self.pid())
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
