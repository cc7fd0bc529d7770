//! The calls to the MongoDB driver that are generic over what becomes of a document.
//!
//! Such a call is compiled where it is made, and all of the driver below it with it: sending, retrying, and the visitors
//! of BSON, a megabyte where the program is compiled for speed. Here they are made once, in a crate that is compiled for
//! size, and documents are read from the bytes of the server's replies. Futures are boxed, as others would be compiled
//! where they are awaited.

use std::pin::Pin;

use bson::{Document, RawDocument, RawDocumentBuf};
use mongodb::action::{Find, FindOneAndUpdate};
use mongodb::error::Result;

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
