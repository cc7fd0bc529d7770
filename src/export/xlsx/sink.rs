//! The file beneath the container.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A file that keeps its first failure and takes everything from then on: the container's writer tries to end the
/// container when it is dropped, and says on stderr that it could not.
pub(super) struct Sink {
    file: File,
    failure: Failure,
}

/// The first failure.
#[derive(Clone, Default)]
pub(super) struct Failure(Arc<Mutex<Option<io::Error>>>);

impl Failure {
    /// # Errors
    /// The failure, if there was one; once.
    pub(super) fn check(&self) -> io::Result<()> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.map_or(Ok(()), Err)
    }

    fn keep(&self, error: io::Error) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
    }
}

impl Sink {
    pub(super) fn new(file: File) -> (Self, Failure) {
        let failure = Failure::default();
        let sink = Self {
            file,
            failure: failure.clone(),
        };
        (sink, failure)
    }

    /// Everything is on the disk then.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.failure.check()?;
        self.file.sync_all()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.file.write(bytes) {
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                self.failure.keep(error);
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Sink {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}
