//! The calls to the MongoDB driver that are generic over what becomes of a document.
//!
//! Such a call is compiled where it is made, and all of the driver below it with it: sending, retrying, and the visitors
//! of BSON, a megabyte where the program is compiled for speed. Here they are made once, in a crate that is compiled for
//! size, and documents are read from the bytes of the server's replies. Futures are boxed, as others would be compiled
//! where they are awaited.

use std::io::{self, ErrorKind};
use std::pin::Pin;

use bson::{Document, RawDocument, RawDocumentBuf};
use futures_util::StreamExt as _;
use mongodb::action::{Find, FindOneAndUpdate};
use mongodb::error::Result;
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor};

/// A collection whose documents stay the bytes that the server sends.
pub type Collection = mongodb::Collection<RawDocumentBuf>;

/// What comes of a call, or the error that the server is not reached, or refuses.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What a question has found.
pub struct Cursor(mongodb::Cursor<RawDocumentBuf>);

impl Cursor {
    /// Goes to the next document, or to the first at the beginning. False if there is none.
    pub fn advance(&mut self) -> Answer<'_, bool> {
        Box::pin(self.0.advance())
    }

    /// The document that the cursor is at; only after [`Self::advance`] has found one.
    #[must_use]
    pub fn current(&self) -> &RawDocument {
        self.0.current()
    }
}

/// What a question has found, reply by reply.
pub struct Batches(RawBatchCursor);

impl Batches {
    /// The next reply; none if there is no more.
    pub fn advance(&mut self) -> Answer<'_, Option<Batch>> {
        Box::pin(async {
            let Some(batch) = self.0.next().await.transpose()? else {
                return Ok(None);
            };
            for document in batch.doc_slices()? {
                if document?.as_document().is_none() {
                    return Err(
                        io::Error::new(ErrorKind::InvalidData, "a reply has something else than documents").into(),
                    );
                }
            }
            Ok(Some(Batch(batch)))
        })
    }
}

/// Documents that the server sent together.
pub struct Batch(RawBatch);

impl Batch {
    /// One by one. That each can be read was seen when they came.
    pub fn documents(&self) -> impl Iterator<Item = &RawDocument> {
        let documents = self.0.doc_slices().ok().into_iter().flatten();
        documents.filter_map(|document| document.ok()?.as_document())
    }
}

/// Asks, and hands on the replies.
#[must_use]
pub fn find_in_batches(question: Find<'_, RawDocumentBuf>) -> Answer<'_, Batches> {
    Box::pin(async { question.batch().await.map(Batches) })
}

/// Asks, and hands on what is found one by one.
#[must_use]
pub fn find(question: Find<'_, RawDocumentBuf>) -> Answer<'_, Cursor> {
    Box::pin(async { question.await.map(Cursor) })
}

/// All that are found.
#[must_use]
pub fn find_all(question: Find<'_, RawDocumentBuf>) -> Answer<'_, Vec<Document>> {
    Box::pin(async { collect(question.await?).await })
}

/// The first that is found.
#[must_use]
pub fn find_first(question: Find<'_, RawDocumentBuf>) -> Answer<'_, Option<Document>> {
    let found = find_all(question.limit(1));
    Box::pin(async { Ok(found.await?.into_iter().next()) })
}

/// The document as it was, or as it is now, if there is one.
#[must_use]
pub fn find_one_and_update(update: FindOneAndUpdate<'_, RawDocumentBuf>) -> Answer<'_, Option<Document>> {
    Box::pin(async {
        let found = update.await?;
        Ok(found.as_deref().map(Document::try_from).transpose()?)
    })
}

/// The indexes of a collection, as the server tells of them.
#[must_use]
pub fn list_indexes(collection: &Collection) -> Answer<'_, Vec<Document>> {
    Box::pin(async { collect(collection.list_indexes().await?.with_type()).await })
}

async fn collect(mut cursor: mongodb::Cursor<RawDocumentBuf>) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    while cursor.advance().await? {
        documents.push(Document::try_from(cursor.current())?);
    }
    Ok(documents)
}
