//! The end of a login pause.

use bson::doc;

use super::MongoStore;
use super::failure::call;
use crate::store::{LoginPause, PauseEnd, StoreError};

impl MongoStore {
    /// Compared and removed by one command; the source's other fields stay as they are.
    /// A pass that began meanwhile may have read the pause before: the lease is looked at again.
    pub(super) async fn end_pause(&self, source: &str, pause: &LoginPause) -> Result<PauseEnd, StoreError> {
        let epoch = self.read_epoch().await?;
        if let Some(holder) = self.read_lease().await? {
            return Ok(PauseEnd::PassAtWork(holder));
        }
        let filter = doc! {
            "_id": format!("source:{source}"),
            "login_pause.refusals": pause.refusals,
            "login_pause.until": pause.until.to_string(),
            "login_pause.fingerprint.digest": &pause.fingerprint.digest,
        };
        let ended = call(self.own.update_one(filter, doc! { "$unset": { "login_pause": "" } })).await;
        let ended = ended.map_err(|failure| failure.into_error(&self.address, "end the login pause"))?;
        if let Some(holder) = self.read_lease().await? {
            return Ok(PauseEnd::PassAtWork(holder));
        }
        let is_alone = self.read_epoch().await? == epoch;
        Ok(if is_alone && ended.matched_count == 1 {
            PauseEnd::Ended
        } else {
            PauseEnd::Changed
        })
    }
}
