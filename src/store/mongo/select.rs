//! Rows for a list, made of the replies as they come.

use bson::{Bson, RawDocument, doc};
use driver::{Batch, Collection};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryFutureExt, TryStreamExt};
use serde_json::Value;

use super::MongoStore;
use super::condition::translate;
use super::document::raw_to_value;
use super::failure::call;
use super::read::{Question, Replies};
use crate::catalog::Kind;
use crate::selection::{Row, Selection, Sieve};
use crate::store::select::{BATCHES, Bound, Wanted, select_sources, sift};
use crate::store::{StoreError, Table};

const ACTION: &str = "read a list";
/// Documents per reply; they have but the fields that are needed.
const BATCH: u32 = 2_000;

impl MongoStore {
    /// What is remembered comes first: it has the number of the format, and the sources.
    pub(super) fn stream(&self, selection: &Selection) -> BoxStream<'_, Result<Row, StoreError>> {
        let selection = selection.clone();
        let rows = async move {
            let memory = self.read_memory().await?;
            Ok(match selection.kind {
                Kind::Source => stream::iter(select_sources(&selection, &memory.sources))
                    .map(Ok)
                    .boxed(),
                _ => self.read_documents(&selection),
            })
        };
        stream::once(rows).try_flatten().boxed()
    }

    fn read_documents(&self, selection: &Selection) -> BoxStream<'static, Result<Row, StoreError>> {
        let sieve = Sieve::new(selection);
        let fields = sieve.fields().iter().copied();
        let (mut wanted, width) = (Wanted::new(fields.enumerate()), sieve.fields().len());
        let replies = Replies::to(question(&sieve), self.collection(selection.kind));
        let (batches, end) = replies.split();
        let address = self.address.clone();
        let end = end.map_err(move |failure| failure.into_error(&address, ACTION));
        sift(sieve, batches, end, move |batch: Batch, take| {
            let mut documents = batch.documents();
            while let Some(document) = documents.next()
                && take(row(document, &mut wanted, width))
            {}
        })
    }

    /// Whether there is a place for objects of this kind.
    pub(super) async fn has_collection(&self, kind: Kind) -> Result<bool, StoreError> {
        let name = self.collection(kind).name().to_owned();
        let names = call(self.database.list_collection_names().filter(doc! { "name": name })).await;
        let names = names.map_err(|failure| failure.into_error(&self.address, ACTION))?;
        Ok(!names.is_empty())
    }

    fn collection(&self, kind: Kind) -> Collection {
        match kind {
            Kind::Vm => self.vms.clone(),
            Kind::Object(kind) => self.documents(Table::Objects(kind)),
            Kind::Source => self.database.collection(self.own.name()),
        }
    }
}

fn question(sieve: &Sieve) -> Question {
    let filter = sieve.filter().and_then(|filter| translate(filter, Bound::Over));
    let keys = sieve
        .fields()
        .iter()
        .map(|field| (field.key().to_owned(), Bson::Int32(1)));
    Question {
        filter: filter.unwrap_or_default(),
        projection: keys.chain([("_id".to_owned(), Bson::Int32(0))]).collect(),
        batch: BATCH,
        ahead: BATCHES,
    }
}

/// What cannot be read is null.
fn row(document: &RawDocument, wanted: &mut Wanted, width: usize) -> Row {
    let mut row = vec![Value::Null; width];
    wanted.begin();
    for (key, value) in document.iter().map_while(Result::ok) {
        if wanted.is_whole() {
            break;
        }
        if let Some(place) = wanted.expect(key.as_str()) {
            wanted.put(place, raw_to_value(value), &mut row);
        }
    }
    row
}
