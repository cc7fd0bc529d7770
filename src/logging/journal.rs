//! systemd's journal, in its own protocol: <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>.
//!
//! `tracing-journald` speaks it too, but sends what it is given as it is, and only to the system's socket; here the
//! fields are those that every other form gets, and a test can listen.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::Level;

use super::entry::{Bare, Entry};

/// Where journald listens.
const SOCKET: &str = "/run/systemd/journal/socket";

/// A journal that hangs must not hold up the run; what it has not taken by then goes elsewhere.
const PATIENCE: Duration = Duration::from_millis(250);

/// Of one value. A message of some of them still fits a datagram (208 KiB unless the system is told otherwise), and
/// journald takes no line above 48 KiB from a stream either.
const MAX_VALUE: usize = 32 * 1024;

/// Where journald listens; builds with debug assertions let a test stand in for it.
pub(super) fn socket_path() -> PathBuf {
    #[cfg(debug_assertions)]
    if let Some(path) = std::env::var_os("VMSYNC_JOURNAL_SOCKET") {
        return path.into();
    }
    SOCKET.into()
}

/// Whether stderr is a stream that the journal has given to this process, not one that was put in its place later.
pub(super) fn is_stderr() -> bool {
    let variable = std::env::var("JOURNAL_STREAM").ok();
    let Ok(stat) = rustix::fs::fstat(io::stderr()) else {
        return false;
    };
    variable.is_some_and(|variable| is_stream(&variable, stat.st_dev, stat.st_ino))
}

/// `DEVICE:INODE` in decimal; see `$JOURNAL_STREAM` in systemd.exec(5).
pub(super) fn is_stream(variable: &str, device: u64, inode: u64) -> bool {
    let parts = variable.split_once(':');
    parts.is_some_and(|(first, second)| first.parse() == Ok(device) && second.parse() == Ok(inode))
}

/// The way to the journal.
pub(super) struct Journal {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Journal {
    /// # Errors
    /// Nobody listens there.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        UnixDatagram::unbound()?.connect(&path)?;
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket, path })
    }

    /// By its path each time, so that a journal that was restarted meanwhile is found.
    pub(super) fn send(&self, message: &[u8]) -> io::Result<()> {
        let path: &Path = &self.path;
        self.socket.send_to(message, path).map(drop)
    }
}

/// One message. Fields of ours begin with `VMSYNC_`.
pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    let mut message = Vec::new();
    push(&mut message, "PRIORITY", priority(entry.level));
    push(&mut message, "SYSLOG_IDENTIFIER", env!("CARGO_PKG_NAME"));
    push(&mut message, "VMSYNC_RUN_ID", &entry.run_id);
    if let Some(target) = entry.target {
        push(&mut message, "VMSYNC_TARGET", target);
    }
    for (name, value) in &entry.fields.0 {
        push(&mut message, &field_name(name), &Bare(value).to_string());
    }
    push(&mut message, "MESSAGE", &entry.message);
    message
}

/// See syslog(3).
const fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "3",
        Level::WARN => "4",
        Level::INFO => "6",
        Level::DEBUG | Level::TRACE => "7",
    }
}

/// The journal takes capitals, digits and underscores.
fn field_name(name: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!("VMSYNC_{}", name.chars().map(letter).collect::<String>())
}

/// `NAME=value`, or, if the value has several lines, `NAME`, its length, and the value.
fn push(message: &mut Vec<u8>, name: &str, value: &str) {
    let value = bounded(value);
    message.extend_from_slice(name.as_bytes());
    if value.contains('\n') {
        message.push(b'\n');
        message.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        message.push(b'=');
    }
    message.extend_from_slice(value.as_bytes());
    message.push(b'\n');
}

fn bounded(value: &str) -> std::borrow::Cow<'_, str> {
    if value.len() <= MAX_VALUE {
        return value.into();
    }
    format!("{}…", &value[..value.floor_char_boundary(MAX_VALUE)]).into()
}
