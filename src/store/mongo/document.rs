//! Between BSON and the values of the core: keys, fields, whole documents.

use std::borrow::Cow;

use bson::{Bson, Document, RawBsonRef, RawDocument};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Number, Value};

use super::key;
use crate::catalog::ObjectKind;
use crate::plan::objects::ObjectRecord;
use crate::plan::record::{DocumentId, UnreadableDocument, VmRecord};
use crate::store::Table;

/// A key as text that can be turned back: canonical extended JSON keeps the type, and `_id` may be of any.
/// <https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/>
pub fn id_text(id: Bson) -> DocumentId {
    DocumentId(id.into_canonical_extjson().to_string())
}

/// The key of an object is a text of its own; that of another writer's document, of whatever type, is told as [`id_text`].
fn object_id(id: Bson) -> DocumentId {
    match id {
        Bson::String(key) => DocumentId(key),
        id => id_text(id),
    }
}

/// The key that a document of this sort has in this store; none if the text is of another store.
pub fn parse_key(table: Table, id: &DocumentId) -> Option<Bson> {
    match table {
        Table::Vms => parse_id(id),
        Table::Objects(_) => Some(Bson::from(&id.0)),
    }
}

/// The key that [`id_text`] was made of; none if the text is of another store.
pub fn parse_id(id: &DocumentId) -> Option<Bson> {
    let value: Value = serde_json::from_str(&id.0).ok()?;
    Bson::try_from(value).ok()
}

/// A field's value as the core sees it. Relaxed extended JSON: numbers, texts, lists are plain.
pub fn to_value(value: Bson) -> Value {
    read_keys(value.into_relaxed_extjson())
}

/// The same of a value as the server sent it; null if it cannot be read.
pub fn raw_to_value(value: RawBsonRef<'_>) -> Value {
    match value {
        RawBsonRef::String(text) => text.into(),
        RawBsonRef::Boolean(flag) => flag.into(),
        RawBsonRef::Null => Value::Null,
        RawBsonRef::Int32(number) => number.into(),
        RawBsonRef::Int64(number) => number.into(),
        other => Bson::try_from(other).map_or(Value::Null, to_value),
    }
}

fn read_keys(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(read_keys).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| match key::from_stored(&name) {
                Cow::Borrowed(_) => (name, read_keys(value)),
                Cow::Owned(name) => (name, read_keys(value)),
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        plain => plain,
    }
}

/// A field's value as it is stored, key by key: people name custom attributes as they like, and one called `$oid` or
/// `$date` is a key like any other. Extended JSON would read a type into it, or refuse it.
///
/// # Errors
/// A number that BSON does not have.
pub fn to_bson(value: &Value) -> Result<Bson, String> {
    convert(value, key::to_stored)
}

fn convert(value: &Value, name: fn(&str) -> Cow<'_, str>) -> Result<Bson, String> {
    Ok(match value {
        Value::Null => Bson::Null,
        Value::Bool(flag) => Bson::Boolean(*flag),
        Value::Number(number) => number_to_bson(number)?,
        Value::String(text) => Bson::String(text.clone()),
        Value::Array(items) => {
            let items = items.iter().map(|item| convert(item, name));
            Bson::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| Ok::<_, String>((name(key).into_owned(), convert(value, name)?));
            Bson::Document(fields.iter().map(field).collect::<Result<_, _>>()?)
        }
    })
}

/// The narrowest type that holds it.
fn number_to_bson(number: &Number) -> Result<Bson, String> {
    if let Some(whole) = number.as_i64() {
        return Ok(i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32));
    }
    let float = number.as_f64().map(Bson::Double);
    float.ok_or_else(|| format!("a value cannot be stored: {number} is no number of BSON"))
}

/// The other values that [`to_map`] reads as this one: what it makes of a date is what it makes of a document with the key
/// `$date`, and another writer's keys may begin with `$`.
pub fn other_forms(value: &Value) -> Vec<Bson> {
    let (Value::Array(_) | Value::Object(_)) = value else {
        return Vec::new();
    };
    let own = to_bson(value).ok();
    let typed = Bson::try_from(value.clone()).ok();
    let bare = convert(value, |name| Cow::Borrowed(name)).ok();
    let mut forms = Vec::new();
    for form in [typed, bare].into_iter().flatten() {
        if own.as_ref() != Some(&form) && !forms.contains(&form) && to_value(form.clone()) == *value {
            forms.push(form);
        }
    }
    forms
}

/// All fields but the key.
pub fn to_map(document: Document) -> Map<String, Value> {
    document
        .into_iter()
        .filter(|(key, _)| key != "_id")
        .map(|(key, value)| (key, to_value(value)))
        .collect()
}

/// Reads one document as it came from the server.
///
/// # Errors
/// It cannot be read as BSON or as a VM document. Others are not affected.
pub fn read_record(raw: &RawDocument) -> Result<VmRecord, UnreadableDocument> {
    let id = id_text(raw_id(raw));
    let text = serde_json::to_string(&Fields(raw)).unwrap_or_default();
    let fields = serde_json::from_str(&text).ok();
    if let Some(record) = fields.and_then(|fields| VmRecord::from_text(id.clone(), &fields)) {
        return Ok(record);
    }
    read_fields(raw, &id).and_then(|fields| VmRecord::from_stored(id, fields))
}

/// Reads one object as it came from the server.
///
/// # Errors
/// It cannot be read as BSON or as an object of vmsync's. Others are not affected.
pub fn read_object(kind: ObjectKind, raw: &RawDocument) -> Result<ObjectRecord, UnreadableDocument> {
    let id = object_id(raw_id(raw));
    read_fields(raw, &id).and_then(|fields| ObjectRecord::from_stored(kind, id, fields))
}

fn read_fields(raw: &RawDocument, id: &DocumentId) -> Result<Map<String, Value>, UnreadableDocument> {
    let fields = Document::try_from(raw).map(to_map);
    fields.map_err(|error| UnreadableDocument {
        id: id.clone(),
        reason: format!("it is not valid BSON: {error}"),
    })
}

/// What [`to_map`] makes of a document, on its way into JSON. Refused if there is anything in it that vmsync never
/// writes.
struct Fields<'a>(&'a RawDocument);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for field in self.0 {
            let (key, value) = field.map_err(S::Error::custom)?;
            if key.as_str() != "_id" {
                object.serialize_entry(key.as_str(), &Plain(value))?;
            }
        }
        object.end()
    }
}

/// A value that is written in JSON as it stands.
struct Plain<'a>(RawBsonRef<'a>);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            RawBsonRef::String(text) => serializer.serialize_str(text),
            RawBsonRef::Boolean(flag) => serializer.serialize_bool(flag),
            RawBsonRef::Null => serializer.serialize_unit(),
            RawBsonRef::Int32(number) => serializer.serialize_i32(number),
            RawBsonRef::Int64(number) => serializer.serialize_i64(number),
            RawBsonRef::Array(items) => {
                let mut array = serializer.serialize_seq(None)?;
                for item in items {
                    array.serialize_element(&Plain(item.map_err(S::Error::custom)?))?;
                }
                array.end()
            }
            RawBsonRef::Document(fields) => {
                let mut object = serializer.serialize_map(None)?;
                for field in fields {
                    let (key, value) = field.map_err(S::Error::custom)?;
                    object.serialize_entry(&*key::from_stored(key.as_str()), &Plain(value))?;
                }
                object.end()
            }
            other => Err(S::Error::custom(format!("{:?} is not plain", other.element_type()))),
        }
    }
}

fn raw_id(raw: &RawDocument) -> Bson {
    let id = raw.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok());
    id.unwrap_or(Bson::Null)
}

#[cfg(test)]
mod tests {
    use bson::oid::ObjectId;
    use bson::{RawDocumentBuf, doc};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_of_every_type_come_back_as_they_were() {
        let keys = [
            Bson::ObjectId(ObjectId::new()),
            Bson::String("vm-1".into()),
            Bson::String("{\"$oid\": \"no\"}".into()),
            Bson::Int32(7),
            Bson::Int64(7),
            Bson::Double(7.5),
            Bson::Document(doc! { "site": "a", "n": 1_i64 }),
        ];
        for key in keys {
            assert_eq!(parse_id(&id_text(key.clone())), Some(key));
        }
        assert_eq!(parse_id(&DocumentId("not json".into())), None);
    }

    #[test]
    fn the_key_of_an_object_is_its_text() {
        let hosts = Table::Objects(ObjectKind::Host);
        let key = DocumentId("vcenter:5010/host-9".into());
        assert_eq!(parse_key(hosts, &key), Some(Bson::from(&key.0)));
        assert_eq!(object_id(Bson::from(&key.0)), key);
        assert_eq!(object_id(Bson::Int32(7)).0, r#"{"$numberInt":"7"}"#);
    }

    #[test]
    fn values_come_back_equal() {
        for value in [
            json!(null),
            json!(true),
            json!("unknown"),
            json!(1_099_511_627_776_i64),
            json!([{"a": [1, 2]}]),
            json!({"$oid": "none", "$date": "soon"}),
            json!({"$oid": "64b7f0c2a1b2c3d4e5f60718"}),
            json!([{"$numberInt": "7"}, {"a": {"$date": "2026-01-02T03:04:05Z"}}]),
        ] {
            assert_eq!(to_value(to_bson(&value).unwrap()), value);
        }
    }

    #[test]
    fn numbers_have_the_narrowest_type() {
        for (value, expected) in [
            (json!(7), Bson::Int32(7)),
            (json!(-2_147_483_649_i64), Bson::Int64(-2_147_483_649)),
            (json!(7.5), Bson::Double(7.5)),
            (json!(u64::MAX), Bson::Double(18_446_744_073_709_551_615.0)),
        ] {
            assert_eq!(to_bson(&value), Ok(expected));
        }
    }

    #[test]
    fn what_reads_like_a_value_of_ours_is_known() {
        let date = Bson::DateTime(bson::DateTime::from_millis(1_767_323_045_000));
        let text = Bson::from(doc! { "$date": "2026-01-02T03:04:05Z" });
        assert_eq!(other_forms(&to_value(date.clone())), [date, text]);
        let bare = |value: Value| other_forms(&value);
        assert_eq!(bare(json!({"$oid": "none"})), [Bson::from(doc! { "$oid": "none" })]);
        for value in [
            json!({"a": 1}),
            json!({"%24a": 1}),
            json!("$oid"),
            json!([1, 1_099_511_627_776_i64]),
        ] {
            assert_eq!(bare(value.clone()), [], "{value}");
        }
    }

    /// No server but one of 5.0 or later takes them.
    fn assert_no_key_begins_with_a_dollar(value: &Bson) {
        match value {
            Bson::Array(items) => items.iter().for_each(assert_no_key_begins_with_a_dollar),
            Bson::Document(fields) => {
                for (key, value) in fields {
                    assert!(!key.starts_with('$'), "{key}");
                    assert_no_key_begins_with_a_dollar(value);
                }
            }
            _ => {}
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let key = prop_oneof![
            sample::select(vec![
                "$oid",
                "$date",
                "$numberInt",
                "$numberLong",
                "$binary",
                "$uuid",
                "$regex",
                "$$",
                "$"
            ])
            .prop_map(str::to_owned),
            "[a$. ]{0,3}",
            "%2[45]{1,2}[$a]?",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1.0e9..1.0e9).prop_map(|number: f64| Value::from(number)),
            "[0-9a-f$-]{0,24}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((key.clone(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_the_keys_are_both_ways_of_reading_give_back_what_was_written(value in values()) {
            let document = doc! { "_id": 1, "custom": to_bson(&value).unwrap() };
            assert_no_key_begins_with_a_dollar(&document["custom"]);
            let raw = RawDocumentBuf::try_from(&document).unwrap();
            prop_assert_eq!(&to_map(Document::try_from(&*raw).unwrap())["custom"], &value);
            // A double is what vmsync never writes into a VM's document.
            if let Ok(text) = serde_json::to_string(&Fields(&raw)) {
                let fields: Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(&fields["custom"], &value);
            }
        }
    }

    #[test]
    fn a_document_of_the_python_service_is_read() {
        let raw = RawDocumentBuf::try_from(&doc! {
            "_id": ObjectId::parse_str("64b7f0c2a1b2c3d4e5f60718").unwrap(),
            "name": "web-01", "orphan": false, "orphan_since": Bson::Null, "uuid": "4210",
        })
        .unwrap();
        let record = read_record(&raw).unwrap();
        assert_eq!(record.id.0, r#"{"$oid":"64b7f0c2a1b2c3d4e5f60718"}"#);
        assert!(record.is_foreign() && record.fields.name == "web-01" && !record.stored.to_map().contains_key("_id"));
    }

    #[test]
    fn text_that_is_not_utf8_makes_one_document_unreadable() {
        let mut bytes = bson::serialize_to_vec(&doc! { "_id": 1, "name": "abc" }).unwrap();
        let at = bytes.windows(3).position(|window| window == b"abc").unwrap();
        bytes[at] = 0xff;
        let raw = RawDocumentBuf::from_bytes(bytes).unwrap();
        let unreadable = read_record(&raw).unwrap_err();
        assert_eq!(unreadable.id.0, r#"{"$numberInt":"1"}"#);
    }
}
