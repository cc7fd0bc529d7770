//! Objects, counted by MongoDB.

use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;

use super::MongoStore;
use super::failure::{Failure, call};
use crate::catalog::ObjectKind;
use crate::plan::objects::field;
use crate::store::{ObjectCount, Table};

impl MongoStore {
    /// Of every kind; one that has no collection has none.
    pub(super) async fn count_all(&self) -> Result<Vec<ObjectCount>, Failure> {
        let of_kinds = ObjectKind::ALL.map(|kind| self.count_kind(kind));
        Ok(try_join_all(of_kinds).await?.into_iter().flatten().collect())
    }

    async fn count_kind(&self, kind: ObjectKind) -> Result<Vec<ObjectCount>, Failure> {
        let path = |field: &str| format!("${field}");
        let of = doc! { field::SOURCE: path(field::SOURCE), field::PRESENT: { "$eq": [path(field::PRESENT), true] } };
        let group = doc! { "$group": { "_id": of, "objects": { "$sum": 1 } } };
        let objects = self.documents(Table::Objects(kind)).clone_with_type::<Document>();
        let groups: Vec<Document> = call(call(objects.aggregate([group])).await?.try_collect()).await?;
        Ok(groups.iter().filter_map(|group| read(kind, group)).collect())
    }
}

fn read(kind: ObjectKind, group: &Document) -> Option<ObjectCount> {
    let of = group.get_document("_id").ok()?;
    let objects = group.get("objects").cloned().map(Bson::into_relaxed_extjson)?;
    Some(ObjectCount {
        source: of.get_str(field::SOURCE).unwrap_or_default().to_owned(),
        kind,
        present: of.get_bool(field::PRESENT).ok()?,
        objects: usize::try_from(objects.as_u64()?).ok()?,
    })
}
