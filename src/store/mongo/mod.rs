//! VM documents in MongoDB, 4.4 to 8.x, standalone or replica set.

use std::time::Duration;

use async_trait::async_trait;
use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use mongodb::{Collection, Database};

use crate::catalog::Kind;
use crate::config::MongoConfig;
use crate::plan::record::{DocumentId, field};
use crate::selection::{Row, Selection};
use crate::store::fields::own_fields;
use crate::store::{
    DocumentWrite, Holder, LeaseAnswer, Loaded, LoginPause, PassRecord, PassStamp, PauseEnd, Store, StoreError,
    StoreFacts, StoredSource, Writes,
};

mod apply;
mod batch;
mod client;
mod condition;
mod document;
mod durability;
mod failure;
mod inspect;
mod judge;
mod lease;
mod memory;
mod pause;
mod prepare;
mod select;
mod statement;

use durability::Durability;

/// Documents per reply while loading; the server ends a reply at 16 MB anyway.
const LOAD_BATCH: u32 = 5_000;

/// VM documents in a collection of the portal's, vmsync's own in `<collection>_vmsync` beside it.
pub struct MongoStore {
    database: Database,
    vms: Collection<RawDocumentBuf>,
    /// What the names of the objects' collections begin with.
    inventory_prefix: String,
    own: Collection<Document>,
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

    async fn load_documents(&self, loaded: &mut Loaded) -> Result<(), failure::Failure> {
        let projection: Document = own_fields().into_iter().map(|key| (key, Bson::Int32(1))).collect();
        let find = self.vms.find(doc! {}).projection(projection).batch_size(LOAD_BATCH);
        let mut cursor = failure::call(find).await?;
        while let Some(raw) = failure::call(cursor.try_next()).await? {
            match document::read_record(&raw) {
                Ok(record) => loaded.records.push(record),
                Err(unreadable) => loaded.unreadable.push(unreadable),
            }
        }
        Ok(())
    }

    /// One statement over all keys.
    async fn refresh_batch(&self, stamp: &PassStamp, ids: &[Bson]) -> Result<u64, StoreError> {
        let statement = doc! {
            "q": { "_id": { "$in": ids }, field::EPOCH: statement::not_later(stamp.epoch) },
            "u": { "$set": { field::LAST_SYNC_TIME: &stamp.local_time, field::EPOCH: stamp.epoch } },
            "multi": true,
        };
        let action = "refresh last_sync_time";
        let statement =
            RawDocumentBuf::try_from(&statement).map_err(|error| self.refused(action, error.to_string()))?;
        let mut updates = RawArrayBuf::new();
        updates.push(statement);
        let reply = self.update_again(self.vms.name(), updates).await;
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
        let mut loaded = self.read_memory().await?;
        let documents = self.load_documents(&mut loaded).await;
        documents.map_err(|failure| failure.into_error(&self.address, "read the documents"))?;
        Ok(loaded)
    }

    async fn load_sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        self.read_memory().await.map(|memory| memory.sources)
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

    async fn apply(&self, stamp: &PassStamp, writes: &[DocumentWrite]) -> Writes {
        self.apply_writes(stamp, writes).await
    }

    async fn refresh(&self, stamp: &PassStamp, ids: &[DocumentId]) -> Result<u64, StoreError> {
        let overtaken = self.is_overtaken(stamp.epoch).await;
        if overtaken.map_err(|failure| failure.into_error(&self.address, "read the lease"))? {
            return Ok(0);
        }
        let ids: Vec<Bson> = ids.iter().filter_map(document::parse_id).collect();
        let mut reached = 0;
        for batch in statement::key_batches(&ids) {
            reached += self.refresh_batch(stamp, batch).await?;
        }
        Ok(reached)
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

    async fn end_login_pause(&self, source: &str, pause: &LoginPause) -> Result<PauseEnd, StoreError> {
        self.end_pause(source, pause).await
    }
}
