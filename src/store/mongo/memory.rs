//! What is remembered between passes, in `<collection>_vmsync`: the format, sources, passes.

use bson::{DateTime, Document, RawArrayBuf, RawDocumentBuf, doc};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::document::{to_bson, to_map};
use super::failure::{Failure, call};
use super::judge::Reply;
use super::statement::not_later;
use super::{MongoStore, lease};
use crate::plan::record::field;
use crate::store::{FORMAT, Loaded, PASSES_KEPT, PASSES_KEPT_FOR, PassRecord, StoreError, StoredSource};

/// Key of the format's document.
pub const FORMAT_KEY: &str = "format";
/// Number in the format's document.
pub const FORMAT_FIELD: &str = "number";
/// Time by which passes are sorted and forgotten.
const FINISHED: &str = "finished_at";

impl MongoStore {
    /// Everything but the passes.
    pub(super) async fn read_memory(&self) -> Result<Loaded, StoreError> {
        let find = self.own.find(doc! { "_id": { "$not": { "$regex": "^pass:" } } });
        let documents = call(driver::find_all(find))
            .await
            .map_err(|failure| failure.into_error(&self.address, "read what is remembered"))?;
        let mut loaded = Loaded::default();
        for document in documents {
            match document.get_str("_id") {
                Ok(FORMAT_KEY) => self.check_format(&document)?,
                Ok(lease::KEY) => loaded.epoch = lease::epoch(&document).unwrap_or(0),
                Ok(key) if key.starts_with("source:") => loaded.sources.extend(parse(document)),
                _ => {}
            }
        }
        loaded.sources.sort_by(|a: &StoredSource, b| a.name.cmp(&b.name));
        Ok(loaded)
    }

    pub(super) fn check_format(&self, document: &Document) -> Result<(), StoreError> {
        let found = document
            .get(FORMAT_FIELD)
            .and_then(|number| number.clone().into_relaxed_extjson().as_i64());
        match found {
            Some(found) if found > FORMAT => Err(StoreError::NewerFormat {
                address: self.address.clone(),
                found,
                known: FORMAT,
            }),
            Some(_) => Ok(()),
            None => Err(self.refused("read the format number", "it is missing".to_owned())),
        }
    }

    /// Writes the format number if there is none.
    pub(super) async fn mark_format(&self) -> Result<(), StoreError> {
        let action = "mark the format";
        let filter = doc! { "_id": FORMAT_KEY };
        let found = call(driver::find_first(self.own.find(filter.clone()))).await;
        if let Some(found) = found.map_err(|failure| failure.into_error(&self.address, action))? {
            return self.check_format(&found);
        }
        let update = doc! { "$setOnInsert": { FORMAT_FIELD: FORMAT } };
        let marked = call(self.own.update_one(filter, update).upsert(true)).await;
        marked
            .map(|_| ())
            .map_err(|failure| failure.into_error(&self.address, action))
    }

    /// False if a later lease was granted. A statement that slips past the look at the lease is stopped by the epoch of
    /// its row, which one without it (by an older vmsync) does not have.
    pub(super) async fn remember_sources(&self, epoch: i64, sources: &[StoredSource]) -> Result<bool, StoreError> {
        let action = "remember sources";
        let mut updates = RawArrayBuf::new();
        for source in sources {
            let key = doc! { "_id": format!("source:{}", source.name), field::EPOCH: not_later(epoch) };
            let row = replacement(key, source, doc! { field::EPOCH: epoch });
            updates.push(row.map_err(|reason| self.refused(action, reason))?);
        }
        self.upsert(epoch, updates, sources.len(), action).await
    }

    /// False if a later lease was granted.
    pub(super) async fn remember_pass(&self, epoch: i64, pass: &PassRecord) -> Result<bool, StoreError> {
        let action = "remember the pass";
        let key = doc! { "_id": format!("pass:{}", pass.run_id) };
        let added = doc! { FINISHED: DateTime::from_millis(pass.finished.as_millisecond()) };
        let mut updates = RawArrayBuf::new();
        updates.push(replacement(key, pass, added).map_err(|reason| self.refused(action, reason))?);
        if !self.upsert(epoch, updates, 1, action).await? {
            return Ok(false);
        }
        let forgotten = self.forget_passes(pass.finished).await;
        forgotten.map_err(|failure| failure.into_error(&self.address, "forget old passes"))?;
        Ok(true)
    }

    async fn forget_passes(&self, now: Timestamp) -> Result<(), Failure> {
        let oldest = now.saturating_sub(PASSES_KEPT_FOR).unwrap_or(Timestamp::MIN);
        let too_old = doc! { FINISHED: { "$lt": DateTime::from_millis(oldest.as_millisecond()) } };
        call(self.own.delete_many(too_old)).await?;
        let find = self
            .own
            .find(passes())
            .sort(newest_first())
            .projection(doc! { "_id": 1 });
        let surplus = call(driver::find_all(find.skip(PASSES_KEPT as u64))).await?;
        let ids: Vec<_> = surplus.into_iter().filter_map(|mut pass| pass.remove("_id")).collect();
        if !ids.is_empty() {
            call(self.own.delete_many(doc! { "_id": { "$in": ids } })).await?;
        }
        Ok(())
    }

    pub(super) async fn read_passes(&self, limit: usize) -> Result<Vec<PassRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let find = self.own.find(passes()).sort(newest_first()).limit(limit);
        let documents = call(driver::find_all(find))
            .await
            .map_err(|failure| failure.into_error(&self.address, "read the passes"))?;
        Ok(documents.into_iter().filter_map(parse).collect())
    }

    /// False if a later lease was granted.
    async fn upsert(
        &self,
        epoch: i64,
        updates: RawArrayBuf,
        count: usize,
        action: &'static str,
    ) -> Result<bool, StoreError> {
        let failed = |failure: Failure| failure.into_error(&self.address, action);
        if self.is_overtaken(epoch).await.map_err(failed)? {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
        let reply = self.update_again(self.own.name(), updates).await.map_err(failed)?;
        match Reply::parse(&reply) {
            Reply {
                concern_error: Some(reason),
                ..
            } => Err(self.refused(action, reason)),
            Reply { matched, .. } if matched == count => Ok(true),
            reply if reply.met_own_keys(count) => Ok(false),
            _ => Err(self.refused(action, "the server refused it".to_owned())),
        }
    }
}

fn passes() -> Document {
    doc! { "_id": { "$regex": "^pass:" } }
}

fn newest_first() -> Document {
    doc! { FINISHED: -1, "_id": -1 }
}

/// A statement that replaces the document of this key, or makes it.
fn replacement(key: Document, value: &impl Serialize, added: Document) -> Result<RawDocumentBuf, String> {
    let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let mut content = match to_bson(&value)? {
        bson::Bson::Document(content) => content,
        _ => Document::new(),
    };
    content.extend(added);
    let statement = doc! { "q": key, "u": content, "upsert": true };
    RawDocumentBuf::try_from(&statement).map_err(|error| error.to_string())
}

/// A document that somebody broke is as if it were not there.
fn parse<T: DeserializeOwned>(document: Document) -> Option<T> {
    let key = document.get("_id").map(ToString::to_string).unwrap_or_default();
    let parsed = serde_json::from_value(to_map(document).into());
    parsed
        .inspect_err(|error| tracing::warn!("{key} in the store cannot be read, and counts as absent: {error}"))
        .ok()
}
