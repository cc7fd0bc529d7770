//! What the configuration wants to know of the process around it.

use std::ffi::OsString;
use std::path::PathBuf;

use jiff::tz::TimeZone;

/// The process around the configuration, as an argument, so that a test can say what it looks like.
pub trait Environment {
    /// An environment variable.
    fn var(&self, name: &str) -> Option<OsString>;
    /// The names of all environment variables.
    fn names(&self) -> Vec<OsString>;
    /// Where relative paths of the command line start.
    fn current_dir(&self) -> PathBuf;
    /// Whether the user is root.
    fn is_root(&self) -> bool;
    /// The zone of local times.
    fn system_time_zone(&self) -> TimeZone;
}

impl dyn Environment + '_ {
    /// A variable that says something: an empty one counts as not set.
    pub(super) fn filled_var(&self, name: &str) -> Option<OsString> {
        self.var(name).filter(|value| !value.is_empty())
    }

    /// `$XDG_STATE_HOME/vmsync`; without it `/var/lib/vmsync` for root, else `~/.local/state/vmsync`.
    ///
    /// A relative `$XDG_STATE_HOME` is ignored, as the XDG base directory specification wants it.
    pub(super) fn state_dir(&self) -> Option<PathBuf> {
        let absolute = |name| {
            self.filled_var(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        match absolute("XDG_STATE_HOME") {
            Some(state_home) => Some(state_home.join("vmsync")),
            None if self.is_root() => Some(PathBuf::from("/var/lib/vmsync")),
            None => absolute("HOME").map(|home| home.join(".local/state/vmsync")),
        }
    }
}

/// The real process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn names(&self) -> Vec<OsString> {
        std::env::vars_os().map(|(name, _)| name).collect()
    }

    fn current_dir(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
    }

    /// The owner of `/proc/self` is the effective user; the standard library has no `geteuid`.
    fn is_root(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }

    fn system_time_zone(&self) -> TimeZone {
        TimeZone::system()
    }
}
