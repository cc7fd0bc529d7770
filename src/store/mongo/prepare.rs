//! Indexes of the VM documents and of the other objects.

use bson::{Bson, Document, doc};
use driver::Collection;
use futures_util::future::try_join_all;
use mongodb::IndexModel;
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;

use super::MongoStore;
use super::failure::{Failure, call};
use crate::catalog::ObjectKind;
use crate::plan::record::field;
use crate::store::{StoreError, Table};

/// `NamespaceNotFound`: no collection, so no index either.
const NAMESPACE_NOT_FOUND: i32 = 26;

impl MongoStore {
    /// Builds the indexes that are missing. One by somebody else over the same field serves as well, if it is unique
    /// where ours would be.
    pub(super) async fn build_indexes(&self) -> Result<(), StoreError> {
        let of_objects = ObjectKind::ALL.map(|kind| (Table::Objects(kind), object_indexes(kind)));
        let wanted = of_objects.into_iter().chain([(Table::Vms, vm_indexes())]);
        let built = try_join_all(wanted.map(|(table, indexes)| self.build_missing(table, indexes))).await;
        built
            .map(|_| ())
            .map_err(|failure| failure.into_error(&self.address, "build the indexes"))
    }

    async fn build_missing(&self, table: Table, wanted: Vec<IndexModel>) -> Result<(), Failure> {
        let documents = self.documents(table);
        let existing = list_indexes(&documents).await?;
        let missing: Vec<IndexModel> = wanted
            .into_iter()
            .filter(|index| !existing.iter().any(|other| serves(other, index)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        call(documents.create_indexes(missing)).await.map(|_| ())
    }
}

async fn list_indexes(documents: &Collection) -> Result<Vec<Document>, Failure> {
    let list = async {
        match driver::list_indexes(documents).await {
            Err(error) if is_absent(&error.kind) => Ok(Vec::new()),
            indexes => indexes,
        }
    };
    call(list).await
}

fn is_absent(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Command(error) if error.code == NAMESPACE_NOT_FOUND)
}

/// `instance_uuid` is unique where it is text; documents without one have null or nothing. `uuid` is not unique: a
/// clone may share it. The others are what lists filter by most.
fn vm_indexes() -> Vec<IndexModel> {
    let unique = IndexOptions::builder()
        .name("vmsync_instance_uuid".to_owned())
        .unique(true)
        .partial_filter_expression(doc! { field::INSTANCE_UUID: { "$type": "string" } })
        .build();
    let plain = [field::UUID, field::NAME, field::HOST, "cluster"].map(|name| index(&[name]));
    let unique = IndexModel::builder()
        .keys(doc! { field::INSTANCE_UUID: 1 })
        .options(unique)
        .build();
    [unique].into_iter().chain(plain).collect()
}

fn object_indexes(kind: ObjectKind) -> Vec<IndexModel> {
    Table::indexes(kind).iter().map(|fields| index(fields)).collect()
}

/// `vmsync_name`, over these fields.
fn index(fields: &[&str]) -> IndexModel {
    let keys: Document = fields
        .iter()
        .map(|field| ((*field).to_owned(), Bson::Int32(1)))
        .collect();
    let name = format!("vmsync_{}", fields.join("_"));
    let options = IndexOptions::builder().name(name).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// An index as the server tells of it, in the place of one that is wanted.
fn serves(existing: &Document, wanted: &IndexModel) -> bool {
    let must_be_unique = wanted
        .options
        .as_ref()
        .and_then(|options| options.unique)
        .unwrap_or(false);
    let same_fields = existing
        .get_document("key")
        .is_ok_and(|keys| keys.keys().eq(wanted.keys.keys()));
    same_fields && (!must_be_unique || existing.get_bool("unique").unwrap_or(false))
}
