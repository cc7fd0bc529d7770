//! Values of fields, as they stand in documents.

use serde_json::{Map, Value};

use super::{Field, FieldType, Place};

impl Field {
    /// The key of a stored document under which its value lies.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self.place {
            Place::Key(key) => key,
            Place::Each { list, .. } => list,
        }
    }

    /// Its value, of what lies under [its key](Self::key); null if that is of another type.
    #[must_use]
    pub fn read(&self, stored: Value) -> Value {
        match self.place {
            Place::Key(_) => self.kind.admit(stored),
            Place::Each { key, .. } => self.kind.admit(each(&stored, key)),
        }
    }

    /// Its value in a stored document; null where there is none, or one of another type.
    #[must_use]
    pub fn value_in(&self, document: &Map<String, Value>) -> Value {
        self.read(document.get(self.key()).cloned().unwrap_or_default())
    }

    /// Whether this value says nothing: null, empty, or the field's word for what is not known.
    #[must_use]
    pub fn is_absent(&self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) => text.is_empty() || self.blank == Some(text),
            Value::Array(members) => members.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

fn each(list: &Value, key: &str) -> Value {
    let members = list.as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().filter_map(|member| member.get(key)).cloned().collect()
}

impl FieldType {
    /// The value, if it is of this type; null else. A document that others write may have anything anywhere.
    #[must_use]
    pub fn admit(self, value: Value) -> Value {
        match (self, value) {
            (Self::Texts, Value::Array(members)) => members.into_iter().filter(Value::is_string).collect(),
            (Self::Records, Value::Array(members)) => members.into_iter().filter(Value::is_object).collect(),
            (_, value) if self.fits(&value) => value,
            _ => Value::Null,
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Time | Self::LocalTime => value.is_string(),
            Self::Switch => value.is_boolean(),
            Self::Number(_) => value.is_number(),
            Self::TextMap => value.is_object(),
            Self::Texts | Self::Records => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::Kind;

    fn read(name: &str, document: &Value) -> Value {
        let field = Kind::Vm.field(name).unwrap();
        field.value_in(document.as_object().unwrap())
    }

    #[test]
    fn values_of_another_type_are_none() {
        let document = json!({"name": 5, "orphan": 1, "num_cpu": "4", "datastores": ["a", 1], "networks": "a"});
        for name in ["name", "orphan", "num_cpu", "networks", "host"] {
            assert_eq!(read(name, &document), Value::Null, "{name}");
        }
        assert_eq!(read("datastores", &document), json!(["a"]));
    }

    #[test]
    fn members_of_sources_are_lists() {
        let document = json!({"sources": [{"name": "vc1", "moref": "vm-1"}, {"name": "vc2"}, 3]});
        assert_eq!(read("source", &document), json!(["vc1", "vc2"]));
        assert_eq!(read("moref", &document), json!(["vm-1"]));
        assert_eq!(read("source", &json!({})), json!([]));
    }

    #[test]
    fn what_says_nothing_is_absent() {
        let is_absent = |name: &str, value: Value| Kind::Vm.field(name).unwrap().is_absent(&value);
        assert!(is_absent("addr", json!("unknown")) && is_absent("addr", json!("")) && is_absent("source", json!([])));
        assert!(!is_absent("name", json!("unknown")) && !is_absent("template", json!(false)));
    }
}
