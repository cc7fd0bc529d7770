//! What stands in for journald: a socket that takes its messages, and the protocol's other side.

use super::wait_for;
use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// The variable by which a build with debug assertions is told of it.
pub const JOURNAL_SOCKET: &str = "VMSYNC_JOURNAL_SOCKET";

/// A journal; its socket goes away on drop.
pub struct Journal {
    directory: TempDir,
    messages: Arc<Mutex<Vec<Vec<u8>>>>,
    reader: Option<JoinHandle<()>>,
}

impl Journal {
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let socket = UnixDatagram::bind(directory.path().join("socket")).expect("a socket");
        let messages = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let shared = Arc::clone(&messages);
        let reader = std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 18];
            // An empty one says that this is the end.
            while let Ok(length @ 1..) = socket.recv(&mut buffer) {
                lock(&shared).push(buffer[..length].to_vec());
            }
        });
        Self {
            directory,
            messages,
            reader: Some(reader),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    /// All that was sent so far, as it was sent, and forgets it.
    pub fn take(&self) -> Vec<Vec<u8>> {
        let sender = UnixDatagram::unbound().expect("a socket");
        let mark = b"MESSAGE=taken\n";
        sender.send_to(mark, self.path()).expect("it listens");
        wait_for("the journal has read all", Duration::from_secs(10), || {
            let mut messages = lock(&self.messages);
            let has_come = messages.last().is_some_and(|last| last == mark);
            has_come.then(|| {
                messages.pop();
                std::mem::take(&mut *messages)
            })
        })
    }

    /// The same, understood.
    pub fn entries(&self) -> Vec<BTreeMap<String, String>> {
        self.take().iter().map(|message| decode(message)).collect()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let end = UnixDatagram::unbound().and_then(|sender| sender.send_to(&[], self.path()));
        if end.is_ok() {
            let _ = self.reader.take().map(JoinHandle::join);
        }
    }
}

fn lock(messages: &Mutex<Vec<Vec<u8>>>) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}

/// See <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>.
fn decode(mut rest: &[u8]) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let mut fields = BTreeMap::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| b"=\n".contains(byte)).expect("a name");
        let (start, length) = if rest[end] == b'=' {
            let length = rest[end + 1..].iter().position(|byte| *byte == b'\n');
            (end + 1, length.expect("an end"))
        } else {
            let length = rest[end + 1..end + 9].try_into().expect("eight bytes");
            (end + 9, usize::try_from(u64::from_le_bytes(length)).expect("a length"))
        };
        let value = text(&rest[start..start + length]);
        let name = text(&rest[..end]);
        assert_eq!(rest[start + length], b'\n', "{name}");
        assert!(fields.insert(name, value).is_none(), "each name once");
        rest = &rest[start + length + 1..];
    }
    fields
}
