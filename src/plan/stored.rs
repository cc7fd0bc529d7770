//! The fields of a document exactly as they are stored.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::record::{Form, are_well_typed, field};

/// What a write compares with. It is kept as text, which takes a fifth of the memory that its values would, and read
/// once someone looks: of most documents nobody ever does.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// A JSON object; empty if it was never written down.
    text: Box<str>,
    fields: OnceLock<Box<Map<String, Value>>>,
    /// Asked of every document.
    is_well_typed: bool,
}

impl Stored {
    /// The text has to be that of a JSON object.
    pub(super) fn of_text(text: String, is_well_typed: bool) -> Self {
        Self {
            text: text.into(),
            fields: OnceLock::new(),
            is_well_typed,
        }
    }

    pub(super) const fn is_well_typed(&self) -> bool {
        self.is_well_typed
    }

    /// The fields, for whoever looks once: nothing is kept of what was read.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let read = || serde_json::from_str(&self.text).unwrap_or_default();
        self.fields.get().map_or_else(read, |fields| Map::clone(fields))
    }

    /// Sets a field.
    pub fn insert(&mut self, key: String, value: Value) {
        self.extend([(key, value)]);
    }
}

impl Deref for Stored {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        self.fields.get_or_init(|| Box::new(self.to_map()))
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
        if fields.values().any(has_fraction) {
            return Self {
                text: Box::default(),
                fields: OnceLock::from(Box::new(fields)),
                is_well_typed,
            };
        }
        Self::of_text(Value::Object(fields).to_string(), is_well_typed)
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
        assert_eq!((&kept["b"], kept.get("absent")), (&Value::Null, None));
        assert_eq!(Stored::default().to_map(), Map::new());
    }

    #[test]
    fn a_field_that_is_set_is_seen_by_all_who_looked_before() {
        let mut kept = stored(json!({"name": "a", "rev": 1}));
        assert_eq!(kept["rev"], 1);
        kept.insert("rev".into(), 2.into());
        assert_eq!(kept["rev"], 2);
        assert_eq!(kept, stored(json!({"rev": 2, "name": "a"})));
        assert_ne!(kept, stored(json!({"rev": 1, "name": "a"})));
    }
}
