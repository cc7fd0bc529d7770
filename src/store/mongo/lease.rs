//! The lease, by the server's clock: one document, taken by one atomic command.

use std::time::Duration;

use bson::{Bson, Document, doc};
use jiff::Timestamp;
use mongodb::options::ReturnDocument;

use super::MongoStore;
use super::document::to_map;
use super::failure::{Failure, call};
use crate::store::{Holder, LeaseAnswer, StoreError};

/// Key of the lease's document.
pub const KEY: &str = "lease";
/// Two first passes may race to make the document; one of them sees a duplicate key, and finds it made.
const ATTEMPTS: usize = 3;

impl MongoStore {
    pub(super) async fn take_lease(
        &self,
        holder: &Holder,
        ttl: Duration,
        over: Option<&str>,
    ) -> Result<LeaseAnswer, StoreError> {
        let update = acquisition(holder, ttl, over).map_err(|reason| self.refused("take the lease", reason))?;
        let mut attempt = 1;
        let document = loop {
            match self.update_lease(doc! { "_id": KEY }, update.clone(), true).await {
                Ok(document) => break document.unwrap_or_default(),
                Err(failure) if attempt == ATTEMPTS || !may_repeat(&failure) => {
                    return Err(failure.into_error(&self.address, "take the lease"));
                }
                Err(_) => attempt += 1,
            }
        };
        answer(&document, &holder.run_id).ok_or_else(|| self.refused("take the lease", "its document is broken".into()))
    }

    /// Not once it has run out, though nobody may have taken it: whoever slept past the end of the lease has to begin
    /// anew.
    pub(super) async fn extend_lease(&self, run_id: &str, ttl: Duration) -> Result<bool, StoreError> {
        let update = vec![doc! { "$set": { "until": now_plus(ttl) } }];
        let renewed = self.update_lease(owned(run_id), update, false).await;
        renewed
            .map(|found| found.is_some())
            .map_err(|failure| failure.into_error(&self.address, "renew the lease"))
    }

    /// The document stays: it keeps the epoch rising.
    pub(super) async fn give_lease_back(&self, run_id: &str) -> Result<(), StoreError> {
        let update = vec![doc! { "$set": { "until": Bson::Null, "holder": Bson::Null } }];
        let filter = doc! { "_id": KEY, "holder.run_id": run_id };
        let released = self.update_lease(filter, update, false).await;
        released
            .map(|_| ())
            .map_err(|failure| failure.into_error(&self.address, "release the lease"))
    }

    pub(super) async fn read_lease(&self) -> Result<Option<Holder>, StoreError> {
        let held = self.own.find(doc! { "_id": KEY, "$expr": unexpired() });
        let held = call(driver::find_first(held)).await;
        let held = held.map_err(|failure| failure.into_error(&self.address, "read the lease"))?;
        Ok(held.as_ref().and_then(read_holder))
    }

    /// Of the last lease that was granted; none if none ever was.
    pub(super) async fn read_epoch(&self) -> Result<Option<i64>, StoreError> {
        let lease = call(driver::find_first(self.own.find(doc! { "_id": KEY }))).await;
        let lease = lease.map_err(|failure| failure.into_error(&self.address, "read the lease"))?;
        Ok(lease.as_ref().and_then(epoch))
    }

    /// Whether a lease later than `epoch` was granted. What is sent after this look may still be late: see the filters
    /// of the statements themselves.
    pub(super) async fn is_overtaken(&self, epoch: i64) -> Result<bool, Failure> {
        let later = self.own.find(doc! { "_id": KEY, "epoch": { "$gt": epoch } });
        call(driver::find_first(later)).await.map(|lease| lease.is_some())
    }

    /// The lease's document after that, if there is one.
    async fn update_lease(
        &self,
        filter: Document,
        update: Vec<Document>,
        upsert: bool,
    ) -> Result<Option<Document>, Failure> {
        let update = self.own.find_one_and_update(filter, update).upsert(upsert);
        let update = update.return_document(ReturnDocument::After);
        call(driver::find_one_and_update(update)).await
    }
}

/// Repeating is safe: a lease that is ours already keeps its epoch.
fn may_repeat(failure: &Failure) -> bool {
    failure.is_passing() || failure.reason.contains("E11000")
}

/// Takes the lease if it may be taken, and leaves it as it is otherwise. `$$NOW` is the server's clock (since 4.2).
/// <https://www.mongodb.com/docs/manual/reference/aggregation-variables/#mongodb-variable-variable.NOW>
fn acquisition(holder: &Holder, ttl: Duration, over: Option<&str>) -> Result<Vec<Document>, String> {
    let is_ours = doc! { "$eq": ["$holder.run_id", { "$literal": &holder.run_id }] };
    let is_over = doc! { "$eq": ["$holder.run_id", { "$literal": over.unwrap_or(&holder.run_id) }] };
    let is_free = doc! { "$or": [{ "$not": unexpired() }, is_over] };
    let next = doc! { "$add": [{ "$ifNull": ["$epoch", 0_i64] }, 1_i64] };
    let kept = doc! { "$and": [unexpired(), is_ours] };
    let take = |then: Bson, field: &str| doc! { "$cond": ["$taken", then, format!("${field}")] };
    let stored = doc! { "$mergeObjects": [{ "$literal": write_holder(holder)? }, { "since": "$$NOW" }] };
    Ok(vec![
        doc! { "$set": { "kept": kept } },
        doc! { "$set": { "taken": { "$or": ["$kept", is_free] } } },
        doc! { "$set": {
            "epoch": { "$cond": [{ "$and": ["$taken", { "$not": "$kept" }] }, next, "$epoch"] },
            "holder": take(stored.into(), "holder"),
            "until": take(now_plus(ttl).into(), "until"),
        } },
        doc! { "$unset": ["kept", "taken"] },
    ])
}

/// A lease without `until` has been given back.
fn unexpired() -> Document {
    doc! { "$gt": ["$until", "$$NOW"] }
}

fn owned(run_id: &str) -> Document {
    doc! { "_id": KEY, "holder.run_id": run_id, "$expr": unexpired() }
}

fn now_plus(ttl: Duration) -> Document {
    doc! { "$add": ["$$NOW", i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)] }
}

fn answer(lease: &Document, run_id: &str) -> Option<LeaseAnswer> {
    let holder = read_holder(lease)?;
    if holder.run_id != run_id {
        return Some(LeaseAnswer::Held(holder));
    }
    epoch(lease).map(|epoch| LeaseAnswer::Granted { epoch })
}

/// Epoch of the last lease.
pub fn epoch(lease: &Document) -> Option<i64> {
    lease
        .get("epoch")
        .and_then(|epoch| epoch.clone().into_relaxed_extjson().as_i64())
}

/// `lock` is kept as text: BSON has no unsigned numbers, and an inode may need all of its 64 bits.
fn write_holder(holder: &Holder) -> Result<Document, String> {
    let lock = serde_json::to_string(&holder.lock).map_err(|error| error.to_string())?;
    Ok(doc! {
        "run_id": &holder.run_id,
        "host": &holder.host,
        "pid": i64::from(holder.pid),
        "command": &holder.command,
        "lock": lock,
    })
}

fn read_holder(lease: &Document) -> Option<Holder> {
    let holder = lease.get_document("holder").ok()?;
    let since = Timestamp::from_millisecond(holder.get_datetime("since").ok()?.timestamp_millis()).ok()?;
    let lock = serde_json::from_str(holder.get_str("lock").ok()?).ok()?;
    let mut map = to_map(holder.clone());
    map.insert("since".to_owned(), since.to_string().into());
    map.insert("lock".to_owned(), lock);
    serde_json::from_value(map.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::failure::Class;
    use super::*;

    #[test]
    fn the_lease_is_asked_for_again_after_a_lost_reply_and_a_lost_race() {
        let may_repeat = |class, reason: &str| {
            may_repeat(&Failure {
                class,
                reason: reason.to_owned(),
            })
        };
        assert!(may_repeat(Class::Lost, "connection closed") && may_repeat(Class::Unsent, "not primary"));
        assert!(may_repeat(
            Class::Refused,
            "E11000 duplicate key error collection (DuplicateKey)"
        ));
        assert!(!may_repeat(Class::Refused, "not authorized") && !may_repeat(Class::Login, "no such user"));
    }
}
