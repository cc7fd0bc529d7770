//! The values that answers are made of.

use serde::Serialize;

/// A managed object on its server (WSDL type `ManagedObjectReference`): `vm-42` of one vCenter is not `vm-42` of
/// another. Sorts by kind, then value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ManagedObjectReference {
    /// The managed object type, `VirtualMachine`.
    pub kind: String,
    /// The server's own id, `vm-42`.
    pub value: String,
}

impl ManagedObjectReference {
    /// Both parts, from whatever is at hand.
    pub fn new(kind: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            value: value.into(),
        }
    }
}

impl std::fmt::Display for ManagedObjectReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

/// One value of the data model, whatever its declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string, number, boolean, time or enumeration, as its text stands on the wire.
    Text(String),
    /// A managed object.
    Reference(ManagedObjectReference),
    /// An `ArrayOf…`, its members in order.
    Array(Vec<Value>),
    /// A data object.
    Struct {
        /// The type that the server named; `None` where the declared one is meant.
        type_name: Option<String>,
        /// Its fields in order. A list is a field that stands several times.
        fields: Vec<(String, Value)>,
    },
}

impl Value {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object that is referred to.
    #[must_use]
    pub fn reference(&self) -> Option<&ManagedObjectReference> {
        match self {
            Self::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// The members of an array; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The type of a data object, if the server named it.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Self::Struct { type_name, .. } => type_name.as_deref(),
            _ => None,
        }
    }

    /// How many values it is made of, itself included: a measure of the memory that it takes.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Text(_) | Self::Reference(_) => 1,
            Self::Array(items) => items.iter().map(Self::count).sum::<usize>() + 1,
            Self::Struct { fields, .. } => fields.iter().map(|(_, value)| value.count()).sum::<usize>() + 1,
        }
    }

    /// Every field of a data object that bears this name: a list has several.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> + 'a {
        let fields: &[(String, Value)] = match self {
            Self::Struct { fields, .. } => fields,
            _ => &[],
        };
        fields
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value)
    }

    /// The first field of this name.
    #[must_use]
    pub fn field<'a>(&'a self, name: &'a str) -> Option<&'a Value> {
        self.fields(name).next()
    }
}

/// One object of a page, with the properties that arrived and those that did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectContent {
    /// Which object.
    pub object: ManagedObjectReference,
    /// The values that are set, by the path of the spec. A path in neither list is unset on the server.
    pub properties: Vec<(&'static str, Value)>,
    /// The values that the server did not give: unknown, which is not the same as unset.
    pub missing: Vec<MissingProperty>,
}

impl ObjectContent {
    /// The value at a path, if it is set and arrived.
    #[must_use]
    pub fn property(&self, path: &str) -> Option<&Value> {
        self.properties
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, value)| value)
    }

    /// How many values it is made of, missing ones included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.properties.iter().map(|(_, value)| value.count()).sum::<usize>() + self.missing.len()
    }

    /// Why the value at a path is unknown, if it is.
    #[must_use]
    pub fn missing(&self, path: &str) -> Option<&super::FaultKind> {
        self.missing
            .iter()
            .find(|missing| missing.path == path)
            .map(|missing| &missing.fault)
    }
}

/// A property that was asked for and withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingProperty {
    /// The path, as the server wrote it.
    pub path: String,
    /// Why.
    pub fault: super::FaultKind,
}

/// One page of the property collector.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Present when more pages follow. Real servers start with `"0"`: presence counts, never the value.
    pub token: Option<String>,
    /// The objects of this page.
    pub objects: Vec<ObjectContent>,
}
