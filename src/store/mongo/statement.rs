//! Writes as statements of MongoDB's `update` command, and the batches they are sent in.

use bson::oid::ObjectId;
use bson::{Bson, Document, RawDocumentBuf, doc};

use super::document::{id_text, other_forms, parse_key, to_bson};
use crate::plan::record::{DocumentId, FieldChanges, Stored, field};
use crate::store::{DocumentWrite, PassStamp, Table};

/// Statements per command. The server takes 100,000; small enough for a pass to stop between two commands.
pub const MAX_STATEMENTS: usize = 500;
/// Bytes per command; the server takes 48 MB a message.
/// <https://www.mongodb.com/docs/manual/reference/command/hello/#mongodb-data-hello.maxMessageSizeBytes>
const MAX_BYTES: usize = 12 * 1024 * 1024;

/// One write, ready to be sent, and sent again: its filter carries the `rev`, so it takes effect once.
#[derive(Debug, Clone)]
pub struct Statement {
    /// An element of `updates`.
    pub body: RawDocumentBuf,
    /// Key of the document.
    pub id: Bson,
    /// The same key as the rest of the program has it.
    pub key: DocumentId,
    /// `rev` that the document must have; none for an insert and for an adoption.
    pub expected: Option<i64>,
    /// What it does.
    pub sort: Sort,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Makes a document with a key of its own: whoever finds the key finds this statement's document.
    Insert,
    /// Makes a document with a key that another may have made too.
    KeyedInsert,
    /// Changes a document.
    Update,
}

impl Sort {
    /// Whether it makes the document.
    pub const fn is_insert(self) -> bool {
        matches!(self, Self::Insert | Self::KeyedInsert)
    }
}

impl Statement {
    /// `mark` is unique to the list of writes, so that what it wrote can be told from the same pass's earlier writes.
    ///
    /// # Errors
    /// The write cannot be told to this store.
    pub fn new(table: Table, write: &DocumentWrite, stamp: &PassStamp, mark: &str) -> Result<Self, String> {
        match write {
            DocumentWrite::Insert { id, content } => Self::insert(table, id.as_ref(), content, stamp, mark),
            DocumentWrite::Update { id, rev, changes } => Self::update(table, (id, *rev), changes, stamp, mark),
        }
    }

    /// An upsert: sent twice, it inserts once. One with a given key looks for its own mark, so that the server refuses it
    /// where another document has the key.
    fn insert(
        table: Table,
        key: Option<&DocumentId>,
        content: &Stored,
        stamp: &PassStamp,
        mark: &str,
    ) -> Result<Self, String> {
        let id = match key {
            Some(key) => parse_key(table, key).ok_or(FOREIGN_KEY)?,
            None => Bson::ObjectId(ObjectId::new()),
        };
        let mut set = Document::new();
        for (name, value) in &content.to_map() {
            set.insert(name, to_bson(value)?);
        }
        set_stamps(&mut set, table, 1, stamp, mark)?;
        let mut filter = doc! { "_id": &id };
        if key.is_some() {
            filter.insert(field::PASS, mark);
        }
        let body = doc! { "q": filter, "u": { "$setOnInsert": set }, "upsert": true };
        let key = key.cloned();
        Ok(Self {
            body: encode(&body)?,
            expected: None,
            sort: if key.is_some() { Sort::KeyedInsert } else { Sort::Insert },
            key: key.unwrap_or_else(|| id_text(id.clone())),
            id,
        })
    }

    fn update(
        table: Table,
        (key, rev): (&DocumentId, Option<i64>),
        changes: &FieldChanges,
        stamp: &PassStamp,
        mark: &str,
    ) -> Result<Self, String> {
        let id = parse_key(table, key).ok_or(FOREIGN_KEY)?;
        let mut set = Document::new();
        for (name, change) in changes {
            set.insert(name, to_bson(&change.after)?);
        }
        set_stamps(&mut set, table, rev.unwrap_or(0) + 1, stamp, mark)?;
        let body = doc! { "q": filter(&id, rev, changes, stamp.epoch)?, "u": { "$set": set } };
        Ok(Self {
            body: encode(&body)?,
            id,
            key: key.clone(),
            expected: rev,
            sort: Sort::Update,
        })
    }

    /// `rev` of the document once this is applied.
    pub fn new_rev(&self) -> i64 {
        self.expected.unwrap_or(0) + 1
    }
}

const FOREIGN_KEY: &str = "its key is not one of this store";

fn set_stamps(set: &mut Document, table: Table, rev: i64, stamp: &PassStamp, mark: &str) -> Result<(), String> {
    for (name, value) in table.stamps(rev, stamp, mark) {
        // Always of the wider type: other programs have seen no other.
        let value = value
            .as_i64()
            .map_or_else(|| to_bson(&value), |number| Ok(Bson::Int64(number)))?;
        set.insert(name, value);
    }
    Ok(())
}

/// The document must be what was read. Plain equality: an expression (`$expr`) would tell a list that contains the old
/// value from the value itself, but halves the rate (10,000 documents a second instead of 16,000, measured with 6.0).
fn filter(id: &Bson, rev: Option<i64>, changes: &FieldChanges, epoch: i64) -> Result<Document, String> {
    let mut filter = doc! { "_id": id, field::REV: Bson::from(rev), field::EPOCH: not_later(epoch) };
    let mut ambiguous = Vec::new();
    for (key, change) in changes {
        let plain = equal(to_bson(&change.before)?);
        let others = other_forms(&change.before);
        if others.is_empty() {
            filter.insert(key, plain);
        } else {
            let forms = std::iter::once(plain).chain(others.into_iter().map(equal));
            let forms: Vec<Document> = forms.map(|form| doc! { key: form }).collect();
            ambiguous.push(doc! { "$or": forms });
        }
    }
    if !ambiguous.is_empty() {
        filter.insert("$and", ambiguous);
    }
    Ok(filter)
}

/// Equal by value, numbers of any type; null is also an absent field. A stored `$`-document is not an operator.
fn equal(value: Bson) -> Bson {
    match value {
        Bson::Document(_) | Bson::RegularExpression(_) => Bson::Document(doc! { "$eq": value }),
        value => value,
    }
}

/// Matches an epoch up to this one, and its absence.
pub fn not_later(epoch: i64) -> Document {
    doc! { "$not": { "$gt": epoch } }
}

fn encode(body: &Document) -> Result<RawDocumentBuf, String> {
    RawDocumentBuf::try_from(body).map_err(|error| format!("it cannot be encoded: {error}"))
}

/// Cuts a list into commands by number and by bytes. A statement that is too large by itself goes alone, and the
/// server says so.
pub fn batches(statements: &[(usize, Statement)]) -> Vec<&[(usize, Statement)]> {
    cut(statements, MAX_STATEMENTS, |(_, statement)| {
        statement.body.as_bytes().len()
    })
}

/// Cuts a list of keys by bytes only: all of them belong to one statement.
pub fn key_batches(ids: &[Bson]) -> Vec<&[Bson]> {
    cut(ids, usize::MAX, key_size)
}

/// About as many bytes as the element of an array takes: type, place, value.
fn key_size(id: &Bson) -> usize {
    const ELEMENT: usize = 32;
    let document = |id: &Bson| encode(&doc! { "": id }).map_or(MAX_BYTES, |raw| raw.as_bytes().len());
    ELEMENT
        + if matches!(id, Bson::ObjectId(_)) {
            0
        } else {
            document(id)
        }
}

fn cut<T>(list: &[T], most: usize, size: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(batch_length(rest, most, &size));
        batches.push(batch);
        rest = later;
    }
    batches
}

fn batch_length<T>(list: &[T], most: usize, size: impl Fn(&T) -> usize) -> usize {
    let mut bytes = 0;
    let fits = |item: &&T| {
        bytes += size(item);
        bytes <= MAX_BYTES
    };
    list.iter().take(most).take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::catalog::ObjectKind;
    use crate::plan::record::{FieldChange, VmFields};

    fn change(before: Value, after: Value) -> FieldChange {
        FieldChange { before, after }
    }

    fn stamp() -> PassStamp {
        PassStamp {
            epoch: 4,
            run_id: "run".into(),
            local_time: "01-07-2024: 12:34:00".into(),
            time: "2024-07-01T10:34:00Z".into(),
        }
    }

    #[test]
    fn an_update_sets_what_changed_and_compares_what_was_read() {
        let changes = FieldChanges::from([("name".to_owned(), change(json!("old"), json!("new")))]);
        let write = DocumentWrite::Update {
            id: DocumentId("7".into()),
            rev: Some(2),
            changes,
        };
        let statement = Statement::new(Table::Vms, &write, &stamp(), "run#1").unwrap();
        let body = Document::try_from(&*statement.body).unwrap();
        let set = body.get_document("u").unwrap().get_document("$set").unwrap();
        assert_eq!(
            set.keys().collect::<Vec<_>>(),
            ["name", "last_sync_time", "rev", "epoch", "pass"]
        );
        assert_eq!(set.get_i64("rev").unwrap(), 3);
        let query = body.get_document("q").unwrap();
        assert_eq!(query.get_document("epoch").unwrap(), &doc! { "$not": { "$gt": 4_i64 } });
        assert_eq!(
            (query.get_i64("rev").unwrap(), query.get_str("name").unwrap()),
            (2, "old")
        );
    }

    #[test]
    fn what_was_read_is_compared_and_never_an_operator() {
        let read = Bson::Document(doc! { "$gt": 1 });
        assert_eq!(equal(read.clone()), Bson::Document(doc! { "$eq": read }));
        assert_eq!(equal(Bson::from("old")), Bson::from("old"));
    }

    #[test]
    fn what_reads_like_another_type_is_compared_as_both() {
        let read = json!({"$date": "2026-01-02T03:04:05Z"});
        let changes = FieldChanges::from([("custom_attributes".to_owned(), change(read, json!({"$oid": "x"})))]);
        let filter = filter(&Bson::from(7), Some(2), &changes, 4).unwrap();
        let date = Bson::DateTime(bson::DateTime::from_millis(1_767_323_045_000));
        let expected = doc! { "$or": [
            { "custom_attributes": { "$eq": { "%24date": "2026-01-02T03:04:05Z" } } },
            { "custom_attributes": date },
            { "custom_attributes": { "$eq": { "$date": "2026-01-02T03:04:05Z" } } },
        ] };
        assert_eq!(filter.get_array("$and").unwrap(), &[Bson::Document(expected)]);
        assert!(!filter.contains_key("custom_attributes"));
    }

    #[test]
    fn an_insert_is_an_upsert_that_never_overwrites() {
        let write = DocumentWrite::insert_vm(&VmFields {
            name: "a".into(),
            ..VmFields::default()
        });
        let statement = Statement::new(Table::Vms, &write, &stamp(), "run#1").unwrap();
        let body = Document::try_from(&*statement.body).unwrap();
        let content = body.get_document("u").unwrap().get_document("$setOnInsert").unwrap();
        assert_eq!(
            (content.get_str("name").unwrap(), content.get_i64("rev").unwrap()),
            ("a", 1)
        );
        assert_eq!(content.get("orphan_since"), Some(&Bson::Null));
        assert_eq!(statement.new_rev(), 1);
    }

    #[test]
    fn an_insert_under_a_given_key_meets_only_what_it_made_itself() {
        let key = DocumentId("vcenter:5010/host-9".into());
        let write = DocumentWrite::Insert {
            id: Some(key.clone()),
            content: Map::from_iter([("name".to_owned(), json!("esx1"))]).into(),
        };
        let statement = Statement::new(Table::Objects(ObjectKind::Host), &write, &stamp(), "run#1").unwrap();
        assert_eq!((&statement.key, statement.sort), (&key, Sort::KeyedInsert));
        let body = Document::try_from(&*statement.body).unwrap();
        assert_eq!(
            body.get_document("q").unwrap(),
            &doc! { "_id": &key.0, "pass": "run#1" }
        );
        let content = body.get_document("u").unwrap().get_document("$setOnInsert").unwrap();
        assert_eq!(content.keys().collect::<Vec<_>>(), ["name", "rev", "epoch", "pass"]);
    }

    #[test]
    fn a_key_of_another_store_is_refused() {
        let write = DocumentWrite::Update {
            id: DocumentId("x".into()),
            rev: None,
            changes: FieldChanges::new(),
        };
        assert!(Statement::new(Table::Vms, &write, &stamp(), "run#1").is_err());
    }

    #[test]
    fn batches_end_at_500_statements_and_at_12_mib() {
        let lengths = |sizes: &[usize]| {
            cut(sizes, MAX_STATEMENTS, |size| *size)
                .iter()
                .map(|batch| batch.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(lengths(&vec![1; 1_200]), [500, 500, 200]);
        assert_eq!(lengths(&[MAX_BYTES - 1, 1, 1]), [2, 1]);
        assert_eq!(lengths(&[MAX_BYTES + 1, 1]), [1, 1]);
        assert!(lengths(&[]).is_empty());
    }

    #[test]
    fn the_keys_of_a_refresh_stay_together() {
        let ids = vec![Bson::ObjectId(ObjectId::new()); 100_000];
        assert_eq!(key_batches(&ids).len(), 1);
        let long = vec![Bson::from("x".repeat(4 * 1024 * 1024)); 5];
        assert_eq!(key_batches(&long).len(), 3);
    }
}
