//! A stored object as vmsync understands it, whatever store it lies in.

use serde_json::{Map, Value};

use super::field;
use crate::catalog::ObjectKind;
use crate::inventory::SourceId;
use crate::plan::record::{DocumentId, UnreadableDocument, field as stamp};

/// A stored object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectRecord {
    /// Its key, as [`object_key`] makes it.
    pub id: DocumentId,
    /// What it is.
    pub kind: ObjectKind,
    /// Number of vmsync's writes to it.
    pub rev: i64,
    /// Lasting identity of its source.
    pub source_id: SourceId,
    /// Name of its source when it was last written.
    pub source: String,
    /// Its reference there.
    pub moref: String,
    /// Whether its source has it.
    pub present: bool,
    /// Its fields by their names in the [catalog](crate::catalog), exactly as stored.
    pub stored: Map<String, Value>,
}

/// The key of an object in every store.
#[must_use]
pub fn object_key(source_id: &SourceId, moref: &str) -> DocumentId {
    DocumentId(format!("{source_id}/{moref}"))
}

impl ObjectRecord {
    /// Reads an object's own fields.
    ///
    /// # Errors
    /// It is not one that vmsync wrote, or somebody has changed what it is known by.
    pub fn from_stored(
        kind: ObjectKind,
        id: DocumentId,
        stored: Map<String, Value>,
    ) -> Result<Self, UnreadableDocument> {
        match Self::read(kind, &id, &stored) {
            Ok(record) => Ok(Self { stored, ..record }),
            Err(reason) => Err(UnreadableDocument {
                id,
                reason: reason.to_owned(),
            }),
        }
    }

    fn read(kind: ObjectKind, id: &DocumentId, stored: &Map<String, Value>) -> Result<Self, &'static str> {
        let value = |key: &str| stored.get(key);
        let text = |key: &str| value(key).and_then(Value::as_str);
        let rev = value(stamp::REV)
            .and_then(Value::as_i64)
            .ok_or("it has no rev, so vmsync did not write it")?;
        let source_id = SourceId::from_stored(text(field::SOURCE_ID).ok_or("it has no source_id")?);
        let moref = text(field::MOREF).ok_or("it has no moref")?;
        if object_key(&source_id, moref) != *id {
            return Err("its key is not made of its source_id and moref");
        }
        Ok(Self {
            id: id.clone(),
            kind,
            rev,
            source: text(field::SOURCE).unwrap_or(source_id.as_str()).to_owned(),
            moref: moref.to_owned(),
            present: value(field::PRESENT)
                .and_then(Value::as_bool)
                .ok_or("its present is neither true nor false")?,
            source_id,
            stored: Map::new(),
        })
    }

    /// For messages: the name, else the reference.
    #[must_use]
    pub fn label(&self) -> &str {
        let name = self.stored.get(field::NAME).and_then(Value::as_str);
        name.unwrap_or(&self.moref)
    }

    /// Since when it is gone.
    #[must_use]
    pub fn gone_since(&self) -> Option<&str> {
        self.stored.get(field::GONE_SINCE).and_then(Value::as_str)
    }
}
