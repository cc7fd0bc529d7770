//! One pass at a time: the lease in the store, and the file lock that tells a dead holder from a living one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::stop::{Moment, Stop, StopReason};
use crate::progress::Progress;
use crate::store::{Holder, LeaseAnswer, LockFile, Store, StoreError};

/// How long a lease lasts without renewal.
pub const LEASE: Duration = Duration::from_mins(1);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(15);
/// How long a holder writes after it asked for its lease: it stops 10 s before the lease ends.
const SAFE: Duration = Duration::from_secs(50);
/// How often a waiting pass asks again.
const POLL: Duration = Duration::from_millis(500);

/// Why there is no lease.
#[derive(Debug, Error)]
pub enum LeaseError {
    /// Another pass runs, and has done so for as long as the request permits.
    #[error("failed to start: another run holds the lease: {}\nhint: {}", describe(.holder), advise(*.waited))]
    Held {
        /// That one.
        holder: Box<Holder>,
        /// `--lock-timeout`.
        waited: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A signal or the deadline came while waiting for this one.
    #[error("stopped while waiting for another run: {}", describe(.0))]
    Stopped(Box<Holder>),
}

fn describe(holder: &Holder) -> String {
    let Holder {
        command,
        host,
        pid,
        since,
        ..
    } = holder;
    format!("{command} on {host} (pid {pid}) since {since}")
}

fn advise(waited: Duration) -> String {
    if waited.is_zero() {
        return "wait for it, or give --lock-timeout".to_owned();
    }
    format!("waited {} s; raise --lock-timeout", waited.as_secs_f64())
}

/// This process as the holder of a lease.
pub fn holder(run_id: &str, command: &str, since: Timestamp) -> Holder {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Holder {
        run_id: run_id.to_owned(),
        host: host.trim().to_owned(),
        pid: std::process::id(),
        command: command.to_owned(),
        since,
        lock: None,
    }
}

/// Where the lock file of a store is, by the store's address.
pub(crate) fn lock_file(state_dir: &Path, store: &str) -> PathBuf {
    let digest = Sha256::digest(store.as_bytes());
    let name = u64::from_be_bytes(std::array::from_fn(|index| digest[index]));
    state_dir.join(format!("vmsync-{name:016x}.lock"))
}

/// The lock file of one store on this machine, locked while this process lives.
struct StateLock {
    file: File,
    identity: Option<LockFile>,
}

impl StateLock {
    /// Opens the file, making its directory if there is none; does not lock it yet. Without it a lease is as good, but
    /// that of a killed pass has to run out.
    fn open(state_dir: Option<&Path>, store: &str) -> Option<Self> {
        let path = lock_file(state_dir?, store);
        let opened = Self::open_file(&path);
        if let Err(error) = &opened {
            let path = path.display();
            tracing::warn!(
                "failed to open the lock file {path}: {error}; if this pass is killed, the next one waits a minute"
            );
        }
        opened.ok()
    }

    fn open_file(path: &Path) -> std::io::Result<Self> {
        if let Some(directory) = path.parent() {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(directory)?;
        }
        let file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => OpenOptions::new().write(true).open(path)?,
            created => created.inspect(|file| give_to_owner(file, path))?,
        };
        let metadata = file.metadata()?;
        let machine_id = std::fs::read_to_string("/etc/machine-id").map(|id| id.trim().to_owned());
        let identity = machine_id.ok().filter(|id| !id.is_empty()).map(|machine_id| LockFile {
            machine_id,
            device: metadata.dev(),
            inode: metadata.ino(),
        });
        Ok(Self { file, identity })
    }

    fn try_lock(&self) -> bool {
        match self.file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        }
    }
}

/// The file of a pass that root starts by hand must not be in the way of those that the service's user makes. Only for a
/// file that was made just now: any other could be a link to somewhere else. Where it cannot be given, it stays.
fn give_to_owner(file: &File, path: &Path) {
    let owner = path.parent().and_then(|directory| std::fs::metadata(directory).ok());
    let user = file.metadata().map(|file| file.uid());
    if let (Some(owner), Ok(user)) = (owner, user)
        && owner.uid() != user
    {
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

/// The lease, renewed in the background until it is released.
pub struct Lease {
    store: Arc<dyn Store>,
    run_id: String,
    epoch: i64,
    renewal: tokio::task::JoinHandle<()>,
    _lock: Option<StateLock>,
}

/// Who asks for the lease, and how long it may wait.
pub struct LeaseRequest<'a> {
    /// The run; its `lock` is filled in.
    pub holder: Holder,
    /// Where the lock file lies.
    pub state_dir: Option<&'a Path>,
    /// `--lock-timeout`.
    pub patience: Duration,
    /// Shows whom it waits for.
    pub progress: &'a Progress,
}

impl LeaseRequest<'_> {
    fn tell_wait(&self, other: &Holder) {
        let other = describe(other);
        tracing::info!("waits for {other}");
        self.progress.phase(&format!("waiting for {other}"));
    }
}

impl Lease {
    /// Takes the lease, waiting for it as long as the request permits. A holder whose lock file can be locked from here
    /// is dead: its lease is taken over at once.
    ///
    /// # Errors
    /// Another pass holds it, the store or the state directory cannot be used, or a signal came.
    pub async fn acquire(store: Arc<dyn Store>, request: LeaseRequest<'_>, stop: &Stop) -> Result<Self, LeaseError> {
        let lock = StateLock::open(request.state_dir, &store.address());
        let give_up = Instant::now() + request.patience;
        let mut locked = false;
        let mut awaited: Option<Holder> = None;
        loop {
            locked = locked || lock.as_ref().is_some_and(StateLock::try_lock);
            let asked = Moment::now();
            let holder = Holder {
                lock: lock.as_ref().filter(|_| locked).and_then(|lock| lock.identity.clone()),
                ..request.holder.clone()
            };
            match attempt(store.as_ref(), &holder).await? {
                LeaseAnswer::Granted { epoch } => {
                    request.progress.phase("");
                    return Ok(Self::start(store, holder.run_id, epoch, asked, lock, stop));
                }
                LeaseAnswer::Held(other) if Instant::now() >= give_up => {
                    let (holder, waited) = (Box::new(other), request.patience);
                    return Err(LeaseError::Held { holder, waited });
                }
                LeaseAnswer::Held(other) => {
                    if awaited.as_ref().is_none_or(|before| before.run_id != other.run_id) {
                        request.tell_wait(&other);
                    }
                    tokio::select! {
                        () = tokio::time::sleep(POLL) => awaited = Some(other),
                        _ = stop.stopped() => return Err(LeaseError::Stopped(Box::new(other))),
                    }
                }
            }
        }
    }

    fn start(
        store: Arc<dyn Store>,
        run_id: String,
        epoch: i64,
        asked: Moment,
        lock: Option<StateLock>,
        stop: &Stop,
    ) -> Self {
        stop.set_lease_end(asked, SAFE);
        let renewal = tokio::spawn(renew(Arc::clone(&store), run_id.clone(), stop.clone(), RENEWAL));
        Self {
            store,
            run_id,
            epoch,
            renewal,
            _lock: lock,
        }
    }

    /// Asks whether the lease still is ours, before the first write, the sessions and each post: a process that was
    /// stopped, or a machine that slept, wakes with a lease that another may have. Ends the pass if it is gone.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn confirm(&self, stop: &Stop) -> Result<(), StoreError> {
        let asked = Moment::now();
        if self.store.renew_lease(&self.run_id, LEASE).await? {
            stop.set_lease_end(asked, SAFE);
        } else {
            stop.stop(StopReason::LeaseLost);
        }
        Ok(())
    }

    /// Number of this lease.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Gives it back.
    ///
    /// # Errors
    /// The store cannot be reached; the lease then runs out by itself.
    pub async fn release(self) -> Result<(), StoreError> {
        self.renewal.abort();
        self.store.release_lease(&self.run_id).await
    }
}

/// A pass that panics does not give its lease back. What is left of the process must not renew it: its lock file is free
/// from here on, and the next pass takes over at once.
impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// One try: granted if nobody has it or it has run out; taken over if its holder's lock file is the one that we have
/// locked.
async fn attempt(store: &dyn Store, holder: &Holder) -> Result<LeaseAnswer, StoreError> {
    match store.acquire_lease(holder, LEASE, None).await? {
        LeaseAnswer::Held(other) if other.lock.is_some() && other.lock == holder.lock => {
            store.acquire_lease(holder, LEASE, Some(&other.run_id)).await
        }
        answer => Ok(answer),
    }
}

async fn renew(store: Arc<dyn Store>, run_id: String, stop: Stop, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let asked = Moment::now();
        match store.renew_lease(&run_id, LEASE).await {
            Ok(true) => stop.set_lease_end(asked, SAFE),
            Ok(false) => return stop.stop(StopReason::LeaseLost),
            Err(error) => tracing::warn!("failed to renew the lease: {error}"),
        }
    }
}

#[cfg(test)]
mod tests;
