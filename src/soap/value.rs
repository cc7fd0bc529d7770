//! The values that answers are made of. They borrow from the answer: most are looked at once and kept in another form.

use std::borrow::Cow;

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

/// A managed object as an answer names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// As of a [`ManagedObjectReference`].
    pub kind: Cow<'a, str>,
    /// Likewise.
    pub value: Cow<'a, str>,
}

impl<'a> Reference<'a> {
    /// Both parts, from whatever is at hand.
    pub fn new(kind: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self {
            kind: kind.into(),
            value: value.into(),
        }
    }

    /// To keep it.
    #[must_use]
    pub fn to_object(&self) -> ManagedObjectReference {
        ManagedObjectReference::new(&*self.kind, &*self.value)
    }
}

/// One value of the data model, whatever its declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string, number, boolean, time or enumeration, as its text stands on the wire.
    Text(Cow<'a, str>),
    /// A managed object.
    Reference(Reference<'a>),
    /// An `ArrayOf…`, its members in order.
    Array(Vec<Value<'a>>),
    /// A data object.
    Struct {
        /// The type that the server named; `None` where the declared one is meant.
        type_name: Option<&'a str>,
        /// Its fields in order. A list is a field that stands several times.
        fields: Vec<(&'a str, Value<'a>)>,
    },
}

impl<'a> Value<'a> {
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
    pub fn reference(&self) -> Option<&Reference<'a>> {
        match self {
            Self::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// The members of an array; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The type of a data object, if the server named it.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Self::Struct { type_name, .. } => *type_name,
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
    pub fn fields<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Self> {
        let fields = match self {
            Self::Struct { fields, .. } => fields.as_slice(),
            _ => &[],
        };
        fields
            .iter()
            .filter(move |(field, _)| *field == name)
            .map(|(_, value)| value)
    }

    /// The first field of this name.
    #[must_use]
    pub fn field<'s>(&'s self, name: &'s str) -> Option<&'s Self> {
        self.fields(name).next()
    }
}

/// One object of a page, with the properties that arrived and those that did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectContent<'a> {
    /// Which object.
    pub object: Reference<'a>,
    /// The values that are set, by the path of the spec. A path in neither list is unset on the server.
    pub properties: Vec<(&'static str, Value<'a>)>,
    /// The values that the server did not give: unknown, which is not the same as unset.
    pub missing: Vec<MissingProperty>,
}

impl<'a> ObjectContent<'a> {
    /// The value at a path, if it is set and arrived.
    #[must_use]
    pub fn property(&self, path: &str) -> Option<&Value<'a>> {
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
pub struct Page<'a> {
    /// Present when more pages follow. Real servers start with `"0"`: presence counts, never the value.
    pub token: Option<String>,
    /// The objects of this page.
    pub objects: Vec<ObjectContent<'a>>,
}
