//! Property values, without their types: those are in the schema.

use crate::schema::schema;

/// A `ManagedObjectReference`: type and local id, as in `VirtualMachine`, `vm-42`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoRef {
    /// The managed object type, `VirtualMachine`.
    pub kind: String,
    /// The id on its server, `vm-42`.
    pub id: String,
}

impl MoRef {
    /// A reference from its two halves.
    #[must_use]
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            id: id.into(),
        }
    }
}

/// One property value. How a number or a text is typed on the wire is the schema's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `xsd:boolean`.
    Bool(bool),
    /// Any of the integer types.
    Number(i64),
    /// A string, an enumeration value, a timestamp.
    Text(String),
    /// A reference to a managed object.
    Ref(MoRef),
    /// A data object.
    Object(DataObject),
    /// An array.
    List(Vec<Value>),
}

/// A data object with the fields that are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataObject {
    /// The concrete type.
    pub kind: &'static str,
    fields: Vec<(&'static str, Value)>,
}

impl Value {
    /// A data object of a type that the schema knows.
    ///
    /// # Panics
    ///
    /// If the schema does not know the type or a field: a mistake in the test that builds it.
    #[must_use]
    pub fn object<const N: usize>(kind: &str, fields: [(&str, Value); N]) -> Self {
        let kind = schema()
            .type_named(kind)
            .unwrap_or_else(|| panic!("the schema has no type {kind}"));
        let mut object = DataObject::new(kind.name);
        for (name, value) in fields {
            let field = schema()
                .field(kind.name, name)
                .unwrap_or_else(|| panic!("{} has no field {name}", kind.name));
            object.set(field.name, value);
        }
        Self::Object(object)
    }

    /// An array of anything that becomes a value.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The reference, if it is one.
    #[must_use]
    pub fn as_ref(&self) -> Option<&MoRef> {
        match self {
            Self::Ref(reference) => Some(reference),
            _ => None,
        }
    }

    /// Every reference in the value: itself, or the members of the array.
    #[must_use]
    pub fn refs(&self) -> Vec<MoRef> {
        match self {
            Self::Ref(reference) => vec![reference.clone()],
            Self::List(items) => items.iter().flat_map(Self::refs).collect(),
            _ => Vec::new(),
        }
    }

    /// The value at the end of `steps`.
    #[must_use]
    pub fn at(&self, steps: &[&'static str]) -> Option<&Value> {
        let Some((first, rest)) = steps.split_first() else {
            return Some(self);
        };
        match self {
            Self::Object(object) => object.get(first)?.at(rest),
            _ => None,
        }
    }
}

impl DataObject {
    /// An object without fields.
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            fields: Vec::new(),
        }
    }

    /// The value of a field, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find_map(|(field, value)| (*field == name).then_some(value))
    }

    /// Sets a field.
    pub fn set(&mut self, name: &'static str, value: Value) {
        match self.get_mut(name) {
            Some(slot) => *slot = value,
            None => self.fields.push((name, value)),
        }
    }

    /// Unsets a field.
    pub fn unset(&mut self, name: &str) {
        self.fields.retain(|(field, _)| *field != name);
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.fields
            .iter_mut()
            .find_map(|(field, value)| (*field == name).then_some(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<MoRef> for Value {
    fn from(value: MoRef) -> Self {
        Self::Ref(value)
    }
}
