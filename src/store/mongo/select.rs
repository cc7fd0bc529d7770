//! Rows for a list: a task asks the server for documents, another makes rows of those that came before.

use bson::{Bson, Document, RawDocument, doc};
use driver::{Batch, Collection};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::Value;
use tokio::sync::mpsc::{self, Sender};

use super::MongoStore;
use super::condition::translate;
use super::document::raw_to_value;
use super::failure::{Failure, call};
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
        let (sender, batches) = mpsc::channel(BATCHES);
        let sieve = Sieve::new(selection);
        let fields = sieve.fields().iter().copied();
        let (mut wanted, width) = (Wanted::new(fields.enumerate()), sieve.fields().len());
        let reader = tokio::spawn(read(self.collection(selection.kind), question(&sieve), sender));
        let address = self.address.clone();
        let end = async move {
            let ended = reader.await.map_err(Failure::from).flatten();
            ended.map_err(|failure| failure.into_error(&address, ACTION))
        };
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

/// What to find, and what is needed of it.
fn question(sieve: &Sieve) -> (Document, Document) {
    let filter = sieve.filter().and_then(|filter| translate(filter, Bound::Over));
    let keys = sieve
        .fields()
        .iter()
        .map(|field| (field.key().to_owned(), Bson::Int32(1)));
    let projection = keys.chain([("_id".to_owned(), Bson::Int32(0))]).collect();
    (filter.unwrap_or_default(), projection)
}

/// Hands on what the server replies, and asks for more, until nobody takes it any more.
async fn read(documents: Collection, question: (Document, Document), sender: Sender<Batch>) -> Result<(), Failure> {
    let (filter, projection) = question;
    let find = documents.find(filter).projection(projection).batch_size(BATCH);
    let mut batches = call(driver::find_in_batches(find)).await?;
    while let Some(batch) = call(batches.advance()).await? {
        if sender.send(batch).await.is_err() {
            break;
        }
    }
    Ok(())
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
