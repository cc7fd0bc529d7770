//! The portal's hardware records, which lie in the same database.

use bson::{Bson, RawDocument, doc};
use driver::Collection;
use futures_util::future::try_join_all;
use serde_json::Value;

use super::MongoStore;
use super::document::{id_text, parse_id, to_value};
use super::failure::{Failure, call};
use crate::config::LinkConfig;
use crate::links::{HardwareRecord, Link};
use crate::plan::record::DocumentId;
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
        let mut cursor = call(driver::find(find.projection(fields))).await?;
        let mut found = Vec::new();
        while call(cursor.advance()).await? {
            found.push(read_hardware(config, cursor.current()));
        }
        Ok(found)
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

/// The records are the portal's, and may hold anything: one that cannot be read is one that is linked to nothing we know.
fn read_hardware(config: &LinkConfig, raw: &RawDocument) -> HardwareRecord {
    let field = |name: &str| {
        let value = raw.get(name).map_err(drop)?;
        value.map(Bson::try_from).transpose().map_err(drop)
    };
    let value = |name: &str| field(name).map(|value| value.map_or(Value::Null, to_value));
    let id = field("_id").map(|id| id_text(id.unwrap_or(Bson::Null)));
    HardwareRecord {
        link: match (&id, value(&config.set)) {
            (Ok(_), Ok(link)) => link,
            _ => UNREADABLE.into(),
        },
        id: id.unwrap_or_else(|()| DocumentId(String::new())),
        serial: value(&config.matched).unwrap_or_default(),
    }
}

const UNREADABLE: &str = "(not readable)";

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

#[cfg(test)]
mod tests {
    use bson::{Document, RawDocumentBuf};
    use serde_json::json;

    use super::*;

    fn config() -> LinkConfig {
        LinkConfig {
            collection: "servers".to_owned(),
            matched: "service_tag".to_owned(),
            set: "vcenter_host_id".to_owned(),
        }
    }

    /// The record with a byte of `text` that is no UTF-8.
    fn broken(record: &Document, text: &str) -> RawDocumentBuf {
        let mut bytes = bson::serialize_to_vec(record).unwrap();
        let at = bytes.windows(text.len()).position(|window| window == text.as_bytes());
        bytes[at.unwrap()] = 0xff;
        RawDocumentBuf::from_bytes(bytes).unwrap()
    }

    #[test]
    fn a_record_that_cannot_be_read_is_linked_to_nothing_we_know() {
        let record = doc! { "_id": "one", "service_tag": "S-1", "vcenter_host_id": "host" };
        let read = |raw: &RawDocument| read_hardware(&config(), raw);
        let whole = read(&RawDocumentBuf::try_from(&record).unwrap());
        assert_eq!((whole.serial, whole.link), (json!("S-1"), json!("host")));
        assert_eq!(whole.id, DocumentId("\"one\"".to_owned()));
        for part in ["one", "host"] {
            let odd = read(&broken(&record, part));
            assert_eq!((odd.serial, odd.link), (json!("S-1"), json!(UNREADABLE)), "{part}");
        }
        let odd = read(&broken(&record, "S-1"));
        assert_eq!((odd.serial, odd.link), (json!(null), json!("host")));
        let empty = read(&RawDocumentBuf::try_from(&doc! { "_id": 1 }).unwrap());
        assert_eq!((empty.serial, empty.link), (json!(null), json!(null)));
    }
}
