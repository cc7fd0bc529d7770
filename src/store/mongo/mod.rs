//! VM documents in MongoDB, 4.4 to 8.x, standalone or replica set.

use std::time::Duration;

use crate::catalog::{Kind, ObjectKind};
use crate::config::{LinkConfig, MongoConfig};
use crate::links::{HardwareRecord, Link};
use crate::plan::objects::field as object;
use crate::plan::record::{DocumentId, field};
use crate::selection::{Row, Selection};
use crate::store::{
    DocumentWrite, Holder, LeaseAnswer, Loaded, LoadedObjects, LoginPause, ObjectCount, PassRecord, PassStamp,
    PauseEnd, Store, StoreError, StoreFacts, StoredSource, Table, Writes,
};
use async_trait::async_trait;
use bson::{Bson, RawArrayBuf, RawDocument, RawDocumentBuf, doc};
use driver::{Batch, Collection};
use futures_util::future::try_join_all;
use futures_util::stream::BoxStream;
use mongodb::Database;

mod apply;
mod batch;
mod client;
mod condition;
mod count;
mod document;
mod durability;
mod failure;
mod inspect;
mod judge;
mod key;
mod lease;
mod links;
mod memory;
mod pause;
mod prepare;
mod read;
mod select;
mod statement;

use durability::Durability;
use failure::Failure;
use read::{Question, Replies};

/// Documents per reply while loading, of some 2 KB each, or of many more with `inventory.details`.
const LOAD_BATCH: u32 = 500;

/// VM documents in a collection of the portal's, vmsync's own in `<collection>_vmsync` beside it, the other objects in
/// collections by kind, `vmsync_hosts` and so on.
pub struct MongoStore {
    database: Database,
    vms: Collection,
    /// What the names of the objects' collections begin with.
    inventory_prefix: String,
    own: Collection,
    durability: Durability,
    address: String,
    budget: apply::RetryBudget,
}

impl MongoStore {
    /// Connects and logs in. Nothing is written.
    ///
    /// # Errors
    /// The URI is not one, no primary is found within 5 s, or the login is refused.
    pub async fn connect(config: &MongoConfig) -> Result<Self, StoreError> {
        let connection = client::connect(config).await?;
        let database = connection.client.database(&config.database);
        Ok(Self {
            vms: database.collection(&config.collection),
            own: database.collection(&format!("{}_vmsync", config.collection)),
            inventory_prefix: config.inventory_prefix.clone(),
            database,
            durability: connection.durability,
            address: format!("{}/{}.{}", connection.address, config.database, config.collection),
            budget: apply::RetryBudget::default(),
        })
    }

    fn refused(&self, action: &'static str, reason: String) -> StoreError {
        StoreError::Refused {
            address: self.address.clone(),
            action,
            reason,
        }
    }

    async fn is_fenced(&self, epoch: i64) -> Result<bool, StoreError> {
        let overtaken = self.is_overtaken(epoch).await;
        overtaken.map_err(|failure| failure.into_error(&self.address, "read the lease"))
    }

    /// The collection of these documents.
    fn documents(&self, table: Table) -> Collection {
        match table {
            Table::Vms => self.vms.clone(),
            Table::Objects(kind) => {
                let name = format!("{}{}", self.inventory_prefix, kind.plural());
                self.database.collection(&name)
            }
        }
    }

    async fn load_documents(&self, memory: Loaded) -> Result<Loaded, Failure> {
        self.read_all(Table::Vms, memory, |loaded, raw| match document::read_record(raw) {
            Ok(record) => loaded.records.push(record),
            Err(unreadable) => loaded.unreadable.push(unreadable),
        })
        .await
    }

    /// Takes each document of the table, with the fields that are vmsync's.
    async fn read_all<T: Send + 'static>(
        &self,
        table: Table,
        all: T,
        take: impl Fn(&mut T, &RawDocument) + Send + 'static,
    ) -> Result<T, Failure> {
        let own = table.own_fields().into_iter();
        let question = Question {
            filter: doc! {},
            projection: own.map(|key| (key, Bson::Int32(1))).collect(),
            batch: LOAD_BATCH,
            ahead: 1,
        };
        let replies = Replies::to(question, self.documents(table));
        let take = move |all: &mut T, batch: Batch| batch.documents().for_each(|document| take(all, document));
        replies.gather(all, take).await
    }

    async fn read_objects(&self, kind: ObjectKind) -> Result<LoadedObjects, Failure> {
        let read = move |loaded: &mut LoadedObjects, raw: &RawDocument| match document::read_object(kind, raw) {
            Ok(record) => loaded.records.push(record),
            Err(unreadable) => loaded.unreadable.push((kind, unreadable)),
        };
        self.read_all(Table::Objects(kind), LoadedObjects::default(), read)
            .await
    }

    /// One statement over all keys.
    async fn refresh_batch(&self, stamp: &PassStamp, table: Table, ids: &[Bson]) -> Result<u64, StoreError> {
        let (seen, time) = table.seen(stamp);
        let statement = doc! {
            "q": { "_id": { "$in": ids }, field::EPOCH: statement::not_later(stamp.epoch) },
            "u": { "$set": { seen: time, field::EPOCH: stamp.epoch } },
            "multi": true,
        };
        let action = "refresh last_sync_time";
        let statement =
            RawDocumentBuf::try_from(&statement).map_err(|error| self.refused(action, error.to_string()))?;
        let mut updates = RawArrayBuf::new();
        updates.push(statement);
        let reply = self.update_again(self.documents(table).name(), updates).await;
        let reply = reply.map_err(|failure| failure.into_error(&self.address, action))?;
        judge::Reply::parse(&reply)
            .refreshed()
            .map_err(|reason| self.refused(action, reason))
    }
}

#[async_trait]
impl Store for MongoStore {
    fn address(&self) -> String {
        self.address.clone()
    }

    async fn load(&self) -> Result<Loaded, StoreError> {
        let memory = self.read_memory().await?;
        let loaded = self.load_documents(memory).await;
        loaded.map_err(|failure| failure.into_error(&self.address, "read the documents"))
    }

    async fn load_objects(&self, kinds: &[ObjectKind]) -> Result<LoadedObjects, StoreError> {
        let read = |kind: &ObjectKind| self.read_objects(*kind);
        let of_kinds = try_join_all(kinds.iter().map(read)).await;
        let of_kinds = of_kinds.map_err(|failure| failure.into_error(&self.address, "read the objects"))?;
        let mut loaded = LoadedObjects::default();
        for of_kind in of_kinds {
            loaded.records.extend(of_kind.records);
            loaded.unreadable.extend(of_kind.unreadable);
        }
        Ok(loaded)
    }

    async fn load_sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        self.read_memory().await.map(|memory| memory.sources)
    }

    async fn count_objects(&self) -> Result<Vec<ObjectCount>, StoreError> {
        let counted = self.count_all().await;
        counted.map_err(|failure| failure.into_error(&self.address, "count the objects"))
    }

    fn select(&self, selection: &Selection) -> BoxStream<'_, Result<Row, StoreError>> {
        self.stream(selection)
    }

    async fn has_place(&self, kind: Kind) -> Result<bool, StoreError> {
        self.has_collection(kind).await
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        self.mark_format().await?;
        self.build_indexes().await
    }

    async fn acquire_lease(
        &self,
        holder: &Holder,
        ttl: Duration,
        over: Option<&str>,
    ) -> Result<LeaseAnswer, StoreError> {
        self.take_lease(holder, ttl, over).await
    }

    async fn renew_lease(&self, run_id: &str, ttl: Duration) -> Result<bool, StoreError> {
        self.extend_lease(run_id, ttl).await
    }

    async fn release_lease(&self, run_id: &str) -> Result<(), StoreError> {
        self.give_lease_back(run_id).await
    }

    async fn load_lease(&self) -> Result<Option<Holder>, StoreError> {
        self.read_lease().await
    }

    async fn apply(&self, stamp: &PassStamp, table: Table, writes: &[DocumentWrite]) -> Writes {
        self.apply_writes(stamp, table, writes).await
    }

    async fn refresh(&self, stamp: &PassStamp, table: Table, ids: &[DocumentId]) -> Result<u64, StoreError> {
        if self.is_fenced(stamp.epoch).await? {
            return Ok(0);
        }
        let ids: Vec<Bson> = ids.iter().filter_map(|id| document::parse_key(table, id)).collect();
        let mut reached = 0;
        for batch in statement::key_batches(&ids) {
            reached += self.refresh_batch(stamp, table, batch).await?;
        }
        Ok(reached)
    }

    async fn delete_gone(
        &self,
        epoch: i64,
        kind: ObjectKind,
        ids: &[DocumentId],
        gone_before: &str,
    ) -> Result<u64, StoreError> {
        if self.is_fenced(epoch).await? {
            return Ok(0);
        }
        let table = Table::Objects(kind);
        let ids: Vec<Bson> = ids.iter().filter_map(|id| document::parse_key(table, id)).collect();
        let mut deleted = 0;
        for batch in statement::key_batches(&ids) {
            let filter = doc! {
                "_id": { "$in": batch },
                object::PRESENT: false,
                object::GONE_SINCE: { "$lt": gone_before },
                field::EPOCH: statement::not_later(epoch),
            };
            let result = failure::call(self.documents(table).delete_many(filter).into_future()).await;
            deleted += result
                .map_err(|failure| failure.into_error(&self.address, "delete objects"))?
                .deleted_count;
        }
        Ok(deleted)
    }

    async fn save_sources(&self, epoch: i64, sources: &[StoredSource]) -> Result<bool, StoreError> {
        self.remember_sources(epoch, sources).await
    }

    async fn save_pass(&self, epoch: i64, pass: &PassRecord) -> Result<bool, StoreError> {
        self.remember_pass(epoch, pass).await
    }

    async fn load_passes(&self, limit: usize) -> Result<Vec<PassRecord>, StoreError> {
        self.read_passes(limit).await
    }

    async fn inspect(&self) -> Result<StoreFacts, StoreError> {
        self.read_facts().await
    }

    async fn load_hardware(&self, config: &LinkConfig, serials: &[String]) -> Result<Vec<HardwareRecord>, StoreError> {
        self.read_hardware(config, serials).await
    }

    async fn link_hardware(&self, config: &LinkConfig, epoch: i64, links: &[Link]) -> Result<Vec<bool>, StoreError> {
        self.set_hardware_links(config, epoch, links).await
    }

    async fn end_login_pause(&self, source: &str, pause: &LoginPause) -> Result<PauseEnd, StoreError> {
        self.end_pause(source, pause).await
    }
}
