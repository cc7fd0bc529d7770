//! The fields of a document exactly as they are stored.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::record::{Form, are_well_typed, field};

/// Between two values; JSON without spaces has it nowhere.
const SEPARATOR: char = '\n';

/// What a write compares with, read once someone looks: of most documents nobody ever does. Of many documents the names
/// are kept once and the values as text, which takes far less memory than maps.
#[derive(Debug, Clone)]
pub struct Stored {
    content: Content,
    /// Asked of every document.
    is_well_typed: bool,
}

#[derive(Debug, Clone)]
enum Content {
    Text {
        names: Names,
        values: Box<str>,
    },
    /// What text does not give back.
    Values(Box<Map<String, Value>>),
}

/// The names of a document's fields, in their order.
type Names = Arc<[Box<str>]>;

/// Documents differ by what is unset, or was set later.
const SHAPES: usize = 16;

thread_local! {
    /// The names that the last documents had: the next ones mostly have the same.
    static SEEN: RefCell<VecDeque<Names>> = const { RefCell::new(VecDeque::new()) };
}

/// One copy serves all documents that have these names.
fn share<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Names {
    SEEN.with_borrow_mut(|seen| {
        let is_same = |shape: &&Names| shape.iter().map(|name| &**name).eq(names.clone());
        if let Some(shape) = seen.iter().find(is_same) {
            return Arc::clone(shape);
        }
        let shape: Names = names.map(Box::from).collect();
        seen.truncate(SHAPES - 1);
        seen.push_front(Arc::clone(&shape));
        shape
    })
}

fn join<T: Borrow<str>>(values: &[T]) -> Box<str> {
    values.join(SEPARATOR.encode_utf8(&mut [0])).into()
}

impl Stored {
    /// None if a value is not written without spaces.
    pub(super) fn of_fields(fields: &TextFields<'_>) -> Option<Self> {
        let values: Vec<&str> = fields.0.iter().map(|(_, value)| value.get()).collect();
        let values = join(&values);
        if values.matches(SEPARATOR).count() >= fields.0.len().max(1) {
            return None;
        }
        let content = Content::Text {
            names: share(fields.0.iter().map(|(name, _)| *name)),
            values,
        };
        Some(Self {
            content,
            is_well_typed: are_well_typed(fields.form(field::ORPHAN), fields.form(field::ORPHAN_SINCE)),
        })
    }

    pub(super) const fn is_well_typed(&self) -> bool {
        self.is_well_typed
    }

    /// The fields.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let (names, values) = match &self.content {
            Content::Text { names, values } => (names, values),
            Content::Values(fields) => return Map::clone(fields),
        };
        let read = |(name, value): (&str, &str)| (name.to_owned(), serde_json::from_str(value).unwrap_or_default());
        let names = names.iter().map(|name| &**name);
        names.zip(values.split(SEPARATOR)).map(read).collect()
    }

    /// Sets a field.
    pub fn insert(&mut self, key: String, value: Value) {
        self.extend([(key, value)]);
    }
}

impl Default for Stored {
    fn default() -> Self {
        Map::new().into()
    }
}

impl Extend<(String, Value)> for Stored {
    fn extend<T: IntoIterator<Item = (String, Value)>>(&mut self, fields: T) {
        let mut all = self.to_map();
        all.extend(fields);
        *self = all.into();
    }
}

impl From<Map<String, Value>> for Stored {
    fn from(fields: Map<String, Value>) -> Self {
        let form = |key: &str| fields.get(key).map(Form::of);
        let is_well_typed = are_well_typed(form(field::ORPHAN), form(field::ORPHAN_SINCE));
        let content = if fields.values().any(has_fraction) {
            Content::Values(Box::new(fields))
        } else {
            let values: Vec<String> = fields.values().map(Value::to_string).collect();
            Content::Text {
                names: share(fields.keys().map(String::as_str)),
                values: join(&values),
            }
        };
        Self { content, is_well_typed }
    }
}

/// What text does not give back to the last bit (`float_roundtrip` of `serde_json`).
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

impl From<Stored> for Map<String, Value> {
    fn from(stored: Stored) -> Self {
        stored.to_map()
    }
}

impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        self.to_map() == other.to_map()
    }
}

/// The fields of a JSON object in its own text. An object whose keys are written with escapes is refused.
pub struct TextFields<'a>(pub Vec<(&'a str, &'a RawValue)>);

impl<'a> TextFields<'a> {
    /// The value of a field; of one that stands there twice, the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let field = self.0.iter().rfind(|(key, _)| *key == name);
        field.map(|(_, value)| value.get())
    }

    pub(super) fn form(&self, name: &str) -> Option<Form> {
        self.get(name).map(Form::of_text)
    }
}

impl<'de> Deserialize<'de> for TextFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = TextFields<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(64);
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(TextFields(fields))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stored(value: Value) -> Stored {
        serde_json::from_value::<Map<String, Value>>(value).unwrap().into()
    }

    #[test]
    fn what_is_kept_comes_back_whole() {
        let fields =
            json!({"name": "ü \" \\ \u{0}", "b": null, "a": [1, {"c": 0.1}], "big": i64::MIN, "third": 1.0 / 3.0});
        let kept = stored(fields.clone());
        assert_eq!(Value::Object(kept.to_map()), fields);
        assert_eq!(Stored::default().to_map(), Map::new());
    }

    /// Text that is read again gives the neighbour of such a number.
    #[test]
    fn a_fraction_comes_back_to_the_last_bit_however_deep_it_stands() {
        let exact = 19_875.916_755_563_198;
        for fields in [
            json!({"a": exact}),
            json!({"a": [null, exact]}),
            json!({"a": {"b": [exact]}}),
        ] {
            assert_eq!(Value::Object(stored(fields.clone()).to_map()), fields);
        }
    }

    #[test]
    fn the_names_of_the_last_documents_are_remembered_and_no_more() {
        let names = |number: usize| share([format!("field_{number}").as_str()].into_iter());
        let first = names(0);
        for number in 1..SHAPES {
            names(number);
        }
        assert!(Arc::ptr_eq(&first, &names(0)), "one of the last {SHAPES}");
        names(SHAPES);
        assert!(!Arc::ptr_eq(&first, &names(0)), "{SHAPES} others came after it");
    }

    /// As what becomes of the same document read into a map, where the last of two fields of one name stays as well.
    #[test]
    fn whether_a_document_is_well_typed_is_read_from_its_text() {
        for (text, expected) in [
            (r#"{"orphan":false}"#, true),
            (r#"{"name":"a","orphan":true,"orphan_since":"x"}"#, true),
            (r#"{"orphan":false,"orphan_since":null}"#, true),
            (r#"{"orphan":false,"orphan_since":0}"#, false),
            (r#"{"orphan":0}"#, false),
            (r#"{"orphan":"false"}"#, false),
            (r#"{"orphan_since":null}"#, false),
            (r#"{"orphan":0,"orphan":false}"#, true),
            (r#"{"orphan":false,"orphan":0}"#, false),
        ] {
            let kept = Stored::of_fields(&serde_json::from_str(text).unwrap()).unwrap();
            assert_eq!(kept.is_well_typed(), expected, "{text}");
            let fields: Map<String, Value> = serde_json::from_str(text).unwrap();
            assert_eq!(Stored::from(fields).is_well_typed(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_fields() {
        let error = serde_json::from_str::<TextFields<'_>>("7").err().expect("a number");
        assert!(error.to_string().contains("expected an object"), "{error}");
    }

    #[test]
    fn names_are_kept_once_and_values_as_they_stand() {
        let keep = |text: &str| Stored::of_fields(&serde_json::from_str(text).unwrap());
        let texts = [r#"{"name":"a\nb","tags":["x",{"y":null}]}"#, r#"{"name":"","tags":1}"#];
        let kept = texts.map(|text| keep(text).unwrap());
        for (kept, text) in kept.iter().zip(texts) {
            assert_eq!(Value::Object(kept.to_map()).to_string(), text);
        }
        let names = |stored: &Stored| match &stored.content {
            Content::Text { names, .. } => Arc::clone(names),
            Content::Values(_) => panic!("it has no fraction"),
        };
        assert!(Arc::ptr_eq(&names(&kept[0]), &names(&kept[1])));
        assert!(Arc::ptr_eq(
            &names(&kept[0]),
            &names(&stored(json!({"name": 1, "tags": 2})))
        ));
        let other = keep(r#"{"tags":1,"name":""}"#).unwrap();
        assert_eq!(other.to_map().keys().collect::<Vec<_>>(), ["tags", "name"]);
        assert!(
            keep("{\"name\": [\n1]}").is_none(),
            "a value over two lines cannot be told from two"
        );
        assert_eq!(keep("{}").unwrap().to_map(), Map::new());
    }

    #[test]
    fn a_field_can_be_set() {
        let mut kept = stored(json!({"name": "a", "rev": 1}));
        kept.insert("rev".into(), 2.into());
        assert_eq!(kept, stored(json!({"rev": 2, "name": "a"})));
        assert_ne!(kept, stored(json!({"rev": 1, "name": "a"})));
    }
}
