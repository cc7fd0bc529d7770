//! VM documents in a file, for those who have no MongoDB.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use rusqlite::Connection;

use crate::catalog::{Kind, ObjectKind};
use crate::plan::record::DocumentId;
use crate::selection::{Row, Selection};
use crate::store::{
    DocumentWrite, Holder, LeaseAnswer, Loaded, LoadedObjects, LoginPause, ObjectCount, PassRecord, PassStamp,
    PauseEnd, Store, StoreError, StoreFacts, StoredSource, Table, WriteOutcome, Writes,
};

mod apply;
mod condition;
mod count;
mod failure;
mod file;
mod inspect;
mod layout;
mod lease;
mod memory;
mod pause;
mod row;
mod schema;
mod select;

#[cfg(test)]
mod tests;

use failure::Failure;

/// VM documents in an SQLite file. People look into it: the ten shared fields are columns of the table `vms`, and all
/// fields of the other objects are columns of `vmsync_hosts`, `vmsync_clusters` and so on.
///
/// Until something is to be written, the file is opened for each reading only, and not made if there is none.
#[derive(Clone)]
pub struct SqliteStore {
    database: Arc<Database>,
}

struct Database {
    /// None: in memory.
    path: Option<PathBuf>,
    /// Kept from the first preparation on.
    connection: Mutex<Option<Connection>>,
}

impl SqliteStore {
    /// A store in this file, which need not exist. Its address is the absolute path, from wherever it is called.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self {
            database: Arc::new(Database {
                path: Some(path),
                connection: Mutex::new(None),
            }),
        }
    }

    /// A store that ends with this value, for tests.
    ///
    /// # Errors
    /// No memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()
            .map_err(|error| Failure::from(error).into_error(IN_MEMORY, "open the database"))?;
        Ok(Self {
            database: Arc::new(Database {
                path: None,
                connection: Mutex::new(Some(connection)),
            }),
        })
    }

    /// Work that may find nothing to read.
    async fn read<T, F>(&self, action: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Default + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        self.run(action, move |database| database.read(work)).await
    }

    /// Work that needs the tables.
    async fn write<T, F>(&self, action: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    {
        self.run(action, move |database| database.write(work)).await
    }

    async fn run<T, F>(&self, action: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, Failure> + Send + 'static,
    {
        let database = Arc::clone(&self.database);
        let ended = tokio::task::spawn_blocking(move || work(&database)).await;
        ended
            .map_err(Failure::from)
            .flatten()
            .map_err(|failure| failure.into_error(&self.address(), action))
    }
}

const IN_MEMORY: &str = "memory";

impl Database {
    fn read<T: Default>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let kept = self.lock();
        if let Some(connection) = kept.as_ref() {
            return read_if_prepared(connection, work);
        }
        match self.path.as_deref().map(file::open_to_read).transpose()?.flatten() {
            Some(connection) => read_if_prepared(&connection, work),
            None => Ok(T::default()),
        }
    }

    fn write<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut kept = self.lock();
        let mut connection = match (kept.take(), &self.path) {
            (Some(connection), _) => connection,
            (None, Some(path)) => file::open_to_write(path)?,
            (None, None) => Connection::open_in_memory()?,
        };
        let prepared = schema::prepare(&mut connection);
        let result = prepared.and_then(|()| work(&mut connection));
        *kept = Some(connection);
        result
    }

    /// A panic elsewhere rolled its transaction back; the connection is sound.
    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_if_prepared<T: Default>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if schema::is_prepared(connection)? {
        work(connection)
    } else {
        Ok(T::default())
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn address(&self) -> String {
        self.database
            .path
            .as_ref()
            .map_or_else(|| IN_MEMORY.to_owned(), |path| path.display().to_string())
    }

    async fn load(&self) -> Result<Loaded, StoreError> {
        let load = |connection: &Connection| {
            let _one_moment = connection.unchecked_transaction()?;
            let sources = memory::load_sources(connection)?;
            let mut loaded = Loaded {
                sources,
                epoch: lease::load_epoch(connection)?,
                ..Loaded::default()
            };
            row::load(connection, &mut loaded)?;
            Ok(loaded)
        };
        self.read("read the documents", load).await
    }

    async fn load_sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        self.read("read what is remembered", memory::load_sources).await
    }

    async fn load_objects(&self, kinds: &[ObjectKind]) -> Result<LoadedObjects, StoreError> {
        let kinds = kinds.to_vec();
        let load = move |connection: &Connection| {
            let _one_moment = connection.unchecked_transaction()?;
            let mut loaded = LoadedObjects::default();
            for kind in kinds {
                row::load_objects(connection, kind, &mut loaded)?;
            }
            Ok(loaded)
        };
        self.read("read the objects", load).await
    }

    async fn count_objects(&self) -> Result<Vec<ObjectCount>, StoreError> {
        self.read("count the objects", count::count_objects).await
    }

    fn select(&self, selection: &Selection) -> BoxStream<'_, Result<Row, StoreError>> {
        self.stream(selection)
    }

    async fn has_place(&self, kind: Kind) -> Result<bool, StoreError> {
        self.read("look for a table", move |connection| select::has(connection, kind))
            .await
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        self.write("make the tables", schema::prepare_objects).await
    }

    async fn acquire_lease(
        &self,
        holder: &Holder,
        ttl: Duration,
        over: Option<&str>,
    ) -> Result<LeaseAnswer, StoreError> {
        let (holder, over) = (holder.clone(), over.map(str::to_owned));
        self.write("take the lease", move |connection| {
            lease::acquire(connection, &holder, ttl, over.as_deref())
        })
        .await
    }

    async fn renew_lease(&self, run_id: &str, ttl: Duration) -> Result<bool, StoreError> {
        let run_id = run_id.to_owned();
        self.write("renew the lease", move |connection| {
            lease::renew(connection, &run_id, ttl)
        })
        .await
    }

    async fn release_lease(&self, run_id: &str) -> Result<(), StoreError> {
        let run_id = run_id.to_owned();
        self.write("release the lease", move |connection| {
            lease::release(connection, &run_id)
        })
        .await
    }

    async fn load_lease(&self) -> Result<Option<Holder>, StoreError> {
        self.read("read the lease", lease::load).await
    }

    async fn apply(&self, stamp: &PassStamp, table: Table, writes: &[DocumentWrite]) -> Writes {
        let mut all = Writes {
            outcomes: Vec::with_capacity(writes.len()),
            error: None,
        };
        for batch in writes.chunks(apply::BATCH) {
            if all.error.is_some() {
                all.outcomes.resize(all.outcomes.len() + batch.len(), not_attempted());
            } else {
                self.apply_batch(stamp, table, batch, &mut all).await;
            }
        }
        all
    }

    async fn refresh(&self, stamp: &PassStamp, table: Table, ids: &[DocumentId]) -> Result<u64, StoreError> {
        let (stamp, ids) = (stamp.clone(), ids.to_vec());
        self.write("refresh last_sync_time", move |connection| {
            apply::refresh(connection, &stamp, table, &ids)
        })
        .await
    }

    async fn delete_gone(
        &self,
        epoch: i64,
        kind: ObjectKind,
        ids: &[DocumentId],
        gone_before: &str,
    ) -> Result<u64, StoreError> {
        let (ids, gone_before) = (ids.to_vec(), gone_before.to_owned());
        self.write("delete objects", move |connection| {
            apply::delete_gone(connection, epoch, kind, &ids, &gone_before)
        })
        .await
    }

    async fn save_sources(&self, epoch: i64, sources: &[StoredSource]) -> Result<bool, StoreError> {
        let sources = sources.to_vec();
        self.write("remember sources", move |connection| {
            memory::save_sources(connection, epoch, &sources)
        })
        .await
    }

    async fn save_pass(&self, epoch: i64, pass: &PassRecord) -> Result<bool, StoreError> {
        let pass = pass.clone();
        self.write("remember the pass", move |connection| {
            memory::save_pass(connection, epoch, &pass)
        })
        .await
    }

    async fn load_passes(&self, limit: usize) -> Result<Vec<PassRecord>, StoreError> {
        self.read("read the passes", move |connection| {
            memory::load_passes(connection, limit)
        })
        .await
    }

    async fn inspect(&self) -> Result<StoreFacts, StoreError> {
        self.run("look at the file", Database::read_facts).await
    }

    async fn end_login_pause(&self, source: &str, pause: &LoginPause) -> Result<PauseEnd, StoreError> {
        let (source, pause) = (source.to_owned(), pause.clone());
        self.write("end the login pause", move |connection| {
            pause::end(connection, &source, &pause)
        })
        .await
    }
}

impl SqliteStore {
    async fn apply_batch(&self, stamp: &PassStamp, table: Table, batch: &[DocumentWrite], all: &mut Writes) {
        let action = "write documents";
        let (stamp, writes) = (stamp.clone(), batch.to_vec());
        match self
            .write(action, move |connection| {
                Ok(apply::apply(connection, &stamp, table, &writes))
            })
            .await
        {
            Ok((outcomes, failure)) => {
                all.outcomes.extend(outcomes);
                all.error = failure.map(|failure| failure.into_error(&self.address(), action));
            }
            Err(error) => {
                let reason = error.to_string();
                all.outcomes
                    .resize(all.outcomes.len() + batch.len(), WriteOutcome::Failed { reason });
                all.error = Some(error);
            }
        }
    }
}

fn not_attempted() -> WriteOutcome {
    WriteOutcome::Failed {
        reason: "not attempted".to_owned(),
    }
}
