//! The portal's hardware records, which lie in the same database.

use bson::{Bson, Document, doc};
use driver::Collection;
use futures_util::future::try_join_all;

use super::MongoStore;
use super::document::{id_text, parse_id, to_map};
use super::failure::{Failure, call};
use crate::config::LinkConfig;
use crate::links::{HardwareRecord, Link};
use crate::store::StoreError;

/// Serial numbers in one question.
const SERIALS: usize = 1_000;
/// Links that are under way at once.
const UNDER_WAY: usize = 32;

impl MongoStore {
    /// The records whose field is one of the serial numbers.
    pub(super) async fn read_hardware(
        &self,
        config: &LinkConfig,
        serials: &[String],
    ) -> Result<Vec<HardwareRecord>, StoreError> {
        let mut records = Vec::new();
        for some in serials.chunks(SERIALS) {
            let found = self.find_hardware(config, some).await;
            records.extend(found.map_err(|failure| failure.into_error(&self.address, "read the hardware records"))?);
        }
        Ok(records)
    }

    async fn find_hardware(&self, config: &LinkConfig, serials: &[String]) -> Result<Vec<HardwareRecord>, Failure> {
        let fields = doc! { &config.matched: 1, &config.set: 1 };
        let records = self.hardware(config);
        let find = records.find(doc! { &config.matched: { "$in": serials } });
        let documents = call(driver::find_all(find.projection(fields))).await?;
        let read = |mut document: Document| {
            let id = id_text(document.remove("_id").unwrap_or(Bson::Null));
            let mut fields = to_map(document);
            let mut take = |name: &str| fields.remove(name).unwrap_or_default();
            HardwareRecord {
                id,
                serial: take(&config.matched),
                link: take(&config.set),
            }
        };
        Ok(documents.into_iter().map(read).collect())
    }

    /// Each link on its own, if the record still bears the serial number and still has no link. For each, whether it
    /// was set; none once a lease later than `epoch` was granted.
    pub(super) async fn set_hardware_links(
        &self,
        config: &LinkConfig,
        epoch: i64,
        links: &[Link],
    ) -> Result<Vec<bool>, StoreError> {
        let refused = |failure: Failure| failure.into_error(&self.address, "link the hardware records");
        if self.is_overtaken(epoch).await.map_err(refused)? {
            return Ok(vec![false; links.len()]);
        }
        let records = self.hardware(config);
        let mut set = Vec::with_capacity(links.len());
        for some in links.chunks(UNDER_WAY) {
            let under_way = some.iter().map(|link| set_link(&records, config, link));
            set.extend(try_join_all(under_way).await.map_err(refused)?);
        }
        Ok(set)
    }

    fn hardware(&self, config: &LinkConfig) -> Collection {
        self.database.collection(&config.collection)
    }
}

/// Null matches a field that is absent, too. A reply that was lost is no harm: what was set is found by the next pass.
async fn set_link(records: &Collection, config: &LinkConfig, link: &Link) -> Result<bool, Failure> {
    let Some(id) = parse_id(&link.record) else {
        return Ok(false);
    };
    let filter = doc! { "_id": id, &config.matched: &link.serial, &config.set: Bson::Null };
    let update = doc! { "$set": { &config.set: &link.host_id } };
    call(records.update_one(filter, update))
        .await
        .map(|ended| ended.matched_count == 1)
}
