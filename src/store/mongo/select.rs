//! Rows for a list, one by one.

use bson::{Bson, Document, RawDocument, doc};
use driver::{Collection, Cursor};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::Value;

use super::MongoStore;
use super::condition::translate;
use super::document::raw_to_value;
use super::failure::{Failure, call};
use crate::catalog::Kind;
use crate::selection::{Row, Selection, Sieve};
use crate::store::select::{Bound, Wanted, select_sources};
use crate::store::{StoreError, Table};

const ACTION: &str = "read a list";
/// Documents per reply; they have but the fields that are needed.
const BATCH: u32 = 5_000;

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
        let reading = Reading {
            documents: self.collection(selection.kind),
            sieve: Some(Sieve::new(selection)),
            cursor: None,
            address: self.address.clone(),
        };
        let replies = stream::try_unfold(reading, async |mut reading| {
            let rows = reading.next().await?;
            Ok(rows.map(|rows| (stream::iter(rows).map(Ok), reading)))
        });
        replies.try_flatten().boxed()
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

/// A selection on its way.
struct Reading {
    documents: Collection,
    /// None once everything was handed on.
    sieve: Option<Sieve>,
    cursor: Option<Cursor>,
    address: String,
}

impl Reading {
    /// The next rows; none at the end.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        let Some(mut sieve) = self.sieve.take() else {
            return Ok(None);
        };
        let read = self.read(&mut sieve).await;
        let (mut rows, is_last) = read.map_err(|failure| failure.into_error(&self.address, ACTION))?;
        if is_last {
            rows.extend(sieve.finish());
        } else {
            self.sieve = Some(sieve);
        }
        Ok(Some(rows))
    }

    /// What one reply of the server has, and whether it was the last.
    async fn read(&mut self, sieve: &mut Sieve) -> Result<(Vec<Row>, bool), Failure> {
        let mut cursor = match self.cursor.take() {
            Some(cursor) => cursor,
            None => find(&self.documents, sieve).await?,
        };
        let mut wanted = Wanted::new(sieve.fields().iter().copied().enumerate());
        let mut rows = Vec::new();
        for _ in 0..BATCH {
            if sieve.is_full() || !call(cursor.advance()).await? {
                return Ok((rows, true));
            }
            let row = row(cursor.current(), &mut wanted, sieve.fields().len());
            rows.extend(sieve.take(row));
        }
        self.cursor = Some(cursor);
        Ok((rows, false))
    }
}

async fn find(documents: &Collection, sieve: &Sieve) -> Result<Cursor, Failure> {
    let filter = sieve.filter().and_then(|filter| translate(filter, Bound::Over));
    let keys = sieve
        .fields()
        .iter()
        .map(|field| (field.key().to_owned(), Bson::Int32(1)));
    let projection: Document = keys.chain([("_id".to_owned(), Bson::Int32(0))]).collect();
    let find = documents.find(filter.unwrap_or_default());
    call(driver::find(find.projection(projection).batch_size(BATCH))).await
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
