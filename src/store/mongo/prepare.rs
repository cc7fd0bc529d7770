//! Indexes of the VM documents.

use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::IndexModel;
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;

use super::MongoStore;
use super::failure::{Failure, call};
use crate::plan::record::field;
use crate::store::StoreError;

/// `NamespaceNotFound`: no collection, so no index either.
const NAMESPACE_NOT_FOUND: i32 = 26;

impl MongoStore {
    /// Builds the indexes that are missing. One by somebody else over the same field serves as well, if it is unique
    /// where ours would be.
    pub(super) async fn build_indexes(&self) -> Result<(), StoreError> {
        let action = "build the indexes";
        let existing = self
            .list_indexes()
            .await
            .map_err(|failure| failure.into_error(&self.address, action))?;
        let missing: Vec<IndexModel> = indexes()
            .into_iter()
            .filter(|index| !existing.iter().any(|other| serves(other, index)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let built = call(self.vms.create_indexes(missing)).await;
        built
            .map(|_| ())
            .map_err(|failure| failure.into_error(&self.address, action))
    }

    async fn list_indexes(&self) -> Result<Vec<IndexModel>, Failure> {
        let list = async {
            match self.vms.list_indexes().await {
                Ok(cursor) => cursor.try_collect().await,
                Err(error) if is_absent(&error.kind) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        call(list).await
    }
}

fn is_absent(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Command(error) if error.code == NAMESPACE_NOT_FOUND)
}

/// `instance_uuid` is unique where it is text; documents without one have null or nothing. `uuid` is not unique: a
/// clone may share it.
fn indexes() -> [IndexModel; 2] {
    let unique = IndexOptions::builder()
        .name("vmsync_instance_uuid".to_owned())
        .unique(true)
        .partial_filter_expression(doc! { field::INSTANCE_UUID: { "$type": "string" } })
        .build();
    let plain = IndexOptions::builder().name("vmsync_uuid".to_owned()).build();
    [
        index(doc! { field::INSTANCE_UUID: 1 }, unique),
        index(doc! { field::UUID: 1 }, plain),
    ]
}

fn index(keys: Document, options: IndexOptions) -> IndexModel {
    IndexModel::builder().keys(keys).options(options).build()
}

fn serves(existing: &IndexModel, wanted: &IndexModel) -> bool {
    let is_unique = |index: &IndexModel| {
        index
            .options
            .as_ref()
            .and_then(|options| options.unique)
            .unwrap_or(false)
    };
    let same_fields = existing.keys.keys().eq(wanted.keys.keys());
    same_fields && (is_unique(existing) || !is_unique(wanted))
}
