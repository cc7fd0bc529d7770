//! Where documents are kept: one port, two stores behind it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::catalog::{Kind, ObjectKind};
use crate::config::{LinkConfig, StoreConfig};
use crate::inventory::{SourceId, SourceKind};
use crate::links::{HardwareRecord, Link};
use crate::plan::objects::ObjectRecord;
use crate::plan::record::{DocumentId, FieldChanges, Stored, UnreadableDocument, VmFields, VmRecord};
use crate::selection::{Row, Selection};

mod document;
mod error;
mod facts;
mod mongo;
mod select;
mod sqlite;
mod table;

pub(crate) use document::read_document;
pub(crate) use select::Wanted;
pub use select::select_sources;

#[cfg(test)]
mod contract;
/// What the contract is about, under the same path as in the integration tests.
#[cfg(test)]
mod subject {
    pub use crate::{catalog, filter, inventory, plan, selection, store};
}

pub use error::StoreError;
pub use facts::{PauseEnd, Rights, StoreFacts};
pub use mongo::MongoStore;
pub use sqlite::SqliteStore;
pub use table::Table;

/// Passes that are remembered, at most.
const PASSES_KEPT: usize = 1_000;
/// How long a pass is remembered.
const PASSES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Opens the configured store. A server is connected to; a file is neither opened nor made yet.
///
/// # Errors
/// The server cannot be reached, or refuses the login.
pub async fn open(config: &StoreConfig) -> Result<Box<dyn Store>, StoreError> {
    Ok(match config {
        StoreConfig::Mongo(config) => Box::new(MongoStore::connect(config).await?),
        StoreConfig::Sqlite { path } => Box::new(SqliteStore::at(path)),
    })
}

/// Number of the form in which documents are kept; a store with a higher one is refused.
pub const FORMAT: i64 = 1;

/// All that a pass starts from.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Every VM document that could be read.
    pub records: Vec<VmRecord>,
    /// The others; they are left alone.
    pub unreadable: Vec<UnreadableDocument>,
    /// What is remembered of each source.
    pub sources: Vec<StoredSource>,
    /// Epoch of the last lease; 0 if there never was one.
    pub epoch: i64,
}

/// The stored objects of some kinds.
#[derive(Debug, Clone, Default)]
pub struct LoadedObjects {
    /// Those that could be read, by kind and then in an order of the store's.
    pub records: Vec<ObjectRecord>,
    /// The others; they are left alone.
    pub unreadable: Vec<(ObjectKind, UnreadableDocument)>,
}

/// How many stored objects of one kind a source has, or had.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectCount {
    /// Name of the source.
    pub source: String,
    /// What they are.
    pub kind: ObjectKind,
    /// Whether they are there, or gone.
    pub present: bool,
    /// How many.
    pub objects: usize,
}

/// What a store remembers of a source between passes. Its key is `name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSource {
    /// Its name in the configuration.
    pub name: String,
    /// Its address in the configuration.
    pub host: String,
    /// Its identity when it was last heard; none if it never was.
    pub id: Option<SourceId>,
    /// What it is.
    pub kind: SourceKind,
    /// When its last complete listing ended, by a pass about VMs.
    pub last_complete: Option<Timestamp>,
    /// Why the last pass did not hear it completely; none if it did.
    pub last_error: Option<String>,
    /// `effectiveRole` of its root folder in the last complete listing.
    #[serde(default)]
    pub root_roles: Vec<i32>,
    /// Set while it is known to refuse the configured login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_pause: Option<LoginPause>,
    /// For each kind, by its plural, when a pass last listed all of it and wrote what it had listed. None of a vmsync that
    /// did not note it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<BTreeMap<String, Timestamp>>,
}

impl StoredSource {
    /// From when the stored objects of this kind are; none if a complete listing of them was never stored. What is stored
    /// of the source itself is from when a pass last heard it.
    #[must_use]
    pub fn listed_at(&self, kind: Kind) -> Option<Timestamp> {
        match &self.listed {
            None => self.last_complete,
            Some(listed) if kind == Kind::Source => listed.values().copied().chain(self.last_complete).max(),
            Some(listed) => listed.get(kind.plural()).copied(),
        }
    }
}

/// A login that was refused, and is not tried again before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginPause {
    /// Refusals in a row.
    pub refusals: u32,
    /// No attempt before.
    pub until: Timestamp,
    /// Of the login that was refused: another one is tried at once.
    pub fingerprint: LoginFingerprint,
}

/// Tells whether a login is the refused one, without a way back to the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginFingerprint {
    /// Random.
    pub salt: String,
    /// Of salt, address, user name and password; in hexadecimal.
    pub digest: String,
}

/// What every write of one pass bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassStamp {
    /// Number of the lease; rises with each.
    pub epoch: i64,
    /// Who wrote: tells a write of this pass from another's after a lost reply.
    pub run_id: String,
    /// Local time for `last_sync_time`, `%d-%m-%Y: %H:%M:%S`.
    pub local_time: String,
    /// The same time for `last_seen`: RFC 3339 in UTC, to the second.
    pub time: String,
}

/// One write to one document.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentWrite {
    /// A document for something that has none. One that has this key already stays as it is, and is contended.
    Insert {
        /// Its key; none lets the store make one.
        id: Option<DocumentId>,
        /// Its content.
        content: Stored,
    },
    /// Sets fields, if the document still is what was read: the same `rev`, no later `epoch`, the same old values.
    Update {
        /// Its key.
        id: DocumentId,
        /// Its `rev` when it was read; none means that it has none.
        rev: Option<i64>,
        /// What to set, with the old values to compare with. Nothing else is touched.
        changes: FieldChanges,
    },
}

impl DocumentWrite {
    /// A document for a VM. The store gives it a key.
    #[must_use]
    pub fn insert_vm(fields: &VmFields) -> Self {
        Self::Insert {
            id: None,
            content: fields.to_map().into(),
        }
    }
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteOutcome {
    /// Durable.
    Applied {
        /// Key of the document.
        id: DocumentId,
        /// Its `rev` now.
        rev: i64,
    },
    /// The document is no longer what was read; nothing was written.
    Contended,
    /// The store refused it; nothing was written.
    Failed {
        /// Why, in one line.
        reason: String,
    },
    /// The store went away and did not say.
    Unknown {
        /// Why, in one line.
        reason: String,
    },
}

/// What became of a list of writes.
#[derive(Debug)]
pub struct Writes {
    /// One for each write, in their order.
    pub outcomes: Vec<WriteOutcome>,
    /// Set if the store failed on the way; writes that were not tried are `Failed`.
    pub error: Option<StoreError>,
}

/// Who holds, or wants, the lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The run.
    pub run_id: String,
    /// Name of its machine.
    pub host: String,
    /// Its process there.
    pub pid: u32,
    /// The command line's words, for people.
    pub command: String,
    /// When the lease was taken; by the server's clock once it is stored.
    pub since: Timestamp,
    /// The lock file that it keeps locked while it lives.
    pub lock: Option<LockFile>,
}

/// A lock file, told apart from files of the same name elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockFile {
    /// `/etc/machine-id`.
    pub machine_id: String,
    /// `st_dev`.
    pub device: u64,
    /// `st_ino`.
    pub inode: u64,
}

/// The answer to a wish for the lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseAnswer {
    /// It is ours.
    Granted {
        /// Higher than that of any lease before.
        epoch: i64,
    },
    /// It is another's, and has not run out.
    Held(Holder),
}

/// One ended pass, for `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassRecord {
    /// The run.
    pub run_id: String,
    /// `sync all`, `sync vms`.
    pub command: String,
    /// By the clock of the machine that ran it.
    pub started: Timestamp,
    /// Likewise.
    pub finished: Timestamp,
    /// As the process exited.
    pub exit_code: u8,
    /// Whether it heard all sources and converged: exit code 0 and no restriction to some.
    pub full_success: bool,
}

/// A place for VM documents, for the inventory's other objects, and for what vmsync remembers between passes.
///
/// Reads and writes go to the primary; a write that is `Applied` is durable under the store's write concern.
///
/// Every write of a pass bears the epoch of its lease. Once a later lease was granted, whoever still writes under an
/// earlier one changes nothing, whatever it believes of its lease: it may have slept. The lease itself, its format and
/// its tables need no such fence: they are written by run, or made once.
#[async_trait]
pub trait Store: Send + Sync {
    /// Where it is, without a secret, for messages.
    fn address(&self) -> String;

    /// Reads everything. Writes nothing, so that a dry run may call it; an empty or absent store is an empty answer.
    ///
    /// # Errors
    /// It cannot be reached, or was written by a newer vmsync.
    async fn load(&self) -> Result<Loaded, StoreError>;

    /// What is remembered of each source, alone: it is needed before a source is asked.
    ///
    /// # Errors
    /// As [`Self::load`].
    async fn load_sources(&self) -> Result<Vec<StoredSource>, StoreError>;

    /// The stored objects of these kinds. Writes nothing; a kind of which nothing was ever stored has none.
    ///
    /// # Errors
    /// As [`Self::load`].
    async fn load_objects(&self, kinds: &[ObjectKind]) -> Result<LoadedObjects, StoreError>;

    /// The stored objects of all kinds, counted where they are; in no order.
    ///
    /// # Errors
    /// As [`Self::load`].
    async fn count_objects(&self) -> Result<Vec<ObjectCount>, StoreError>;

    /// What a list shows, row by row; writes nothing. An absent store, or one without such objects, has no rows.
    ///
    /// Unless an order is asked for, rows are handed on as the store gives them, and memory does not grow with them.
    ///
    /// # Errors
    /// It cannot be reached, or was written by a newer vmsync. That is the last item.
    fn select(&self, selection: &Selection) -> BoxStream<'_, Result<Row, StoreError>>;

    /// Whether there is a place for objects of this kind: nothing was ever stored of one that has none.
    ///
    /// # Errors
    /// As [`Self::load`].
    async fn has_place(&self, kind: Kind) -> Result<bool, StoreError>;

    /// Makes the store ready to be written: format number, indexes, tables.
    ///
    /// # Errors
    /// It cannot be reached, or was written by a newer vmsync.
    async fn prepare(&self) -> Result<(), StoreError>;

    /// Takes the lease if nobody holds it, if it has run out by the server's clock, or if `over` names the run that
    /// holds it and is known to be dead.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn acquire_lease(
        &self,
        holder: &Holder,
        ttl: std::time::Duration,
        over: Option<&str>,
    ) -> Result<LeaseAnswer, StoreError>;

    /// Extends the lease of `run_id`; false if it is no longer its own.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn renew_lease(&self, run_id: &str, ttl: std::time::Duration) -> Result<bool, StoreError>;

    /// Gives the lease back, if it still is that of `run_id`.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn release_lease(&self, run_id: &str) -> Result<(), StoreError>;

    /// Who holds the lease now, if it has not run out.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn load_lease(&self) -> Result<Option<Holder>, StoreError>;

    /// Applies writes in batches, each document on its own: one that fails does not stop the others. All are contended
    /// if a later lease was granted.
    async fn apply(&self, stamp: &PassStamp, table: Table, writes: &[DocumentWrite]) -> Writes;

    /// Sets the time (`last_sync_time`, of objects `last_seen`) and `epoch` of the documents that were seen, by one
    /// statement per call, unless a later epoch has been there, or a later lease was granted. Does not change `rev`.
    /// Returns how many documents it reached.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn refresh(&self, stamp: &PassStamp, table: Table, ids: &[DocumentId]) -> Result<u64, StoreError>;

    /// Deletes those of these objects that have been gone since before this time (RFC 3339 in UTC, to the second), unless
    /// a later lease than `epoch` was granted. Returns how many it deleted. Nothing else ever deletes what a pass has
    /// written, and nothing deletes VM documents.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn delete_gone(
        &self,
        epoch: i64,
        kind: ObjectKind,
        ids: &[DocumentId],
        gone_before: &str,
    ) -> Result<u64, StoreError>;

    /// Remembers sources, by name; others stay. False, and nothing is changed, if a lease later than `epoch` was granted.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn save_sources(&self, epoch: i64, sources: &[StoredSource]) -> Result<bool, StoreError>;

    /// Remembers a pass; forgets those older than 30 days and all but the last 1,000. False, and nothing is changed, if
    /// a lease later than `epoch` was granted.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn save_pass(&self, epoch: i64, pass: &PassRecord) -> Result<bool, StoreError>;

    /// The last passes, newest first.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn load_passes(&self, limit: usize) -> Result<Vec<PassRecord>, StoreError>;

    /// The portal's hardware records that bear one of these serial numbers. Only MongoDB has any.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn load_hardware(&self, _: &LinkConfig, _: &[String]) -> Result<Vec<HardwareRecord>, StoreError> {
        Ok(Vec::new())
    }

    /// Sets links of hardware records, each if its record is as it was read. For each, whether it was set; none if a
    /// lease later than `epoch` was granted.
    ///
    /// # Errors
    /// The store failed; some may be set.
    async fn link_hardware(&self, _: &LinkConfig, _: i64, links: &[Link]) -> Result<Vec<bool>, StoreError> {
        Ok(vec![false; links.len()])
    }

    /// What `check` wants to know. Writes nothing, and makes nothing.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn inspect(&self) -> Result<StoreFacts, StoreError>;

    /// Forgets the login pause of a source, if it still is this one and no pass holds the lease: a pass at work writes
    /// what it remembers of its sources when it ends. Touches nothing else.
    ///
    /// # Errors
    /// It cannot be reached, or may not be written.
    async fn end_login_pause(&self, source: &str, pause: &LoginPause) -> Result<PauseEnd, StoreError>;
}
