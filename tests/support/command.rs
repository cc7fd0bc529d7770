//! The built binary, in a home of its own.

use super::output::Output;
use super::running::Running;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
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
        self.spawn_with(args, &[])
    }

    /// As [`Self::spawn`], with variables for this run only.
    pub fn spawn_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Running {
        let mut command = self.of(env!("CARGO_BIN_EXE_vmsync"));
        command.args(args).envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("vmsync can be started");
        Running::new(child, format!("vmsync {}", args.join(" ")), self.limit)
    }

    /// A program with this environment and nothing to read, for runs whose streams are something else than pipes.
    pub fn of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.home()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("XDG_STATE_HOME", self.state());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}
