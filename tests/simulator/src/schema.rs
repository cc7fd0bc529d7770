//! Which types exist, what they inherit, and which properties each has.
//!
//! A real server fails the whole call on a property path that it does not know; without a schema the simulator could
//! not tell a wrong path from an unset property. The list covers everything the simulated objects can reach.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const TYPES: &str = include_str!("../schema/types.txt");

/// One managed or data object type.
#[derive(Debug)]
pub struct Type {
    /// Its name in the WSDL.
    pub name: &'static str,
    /// The direct ancestor.
    pub base: Option<&'static str>,
    /// Its own fields, without the inherited ones.
    pub fields: Vec<Field>,
}

/// One property or field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The declared type, of the members for an array.
    pub kind: &'static str,
    /// Whether it is an array.
    pub list: bool,
}

/// A property path that the schema knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// As it was asked for, `config.ftInfo.role`.
    pub text: String,
    /// Its steps.
    pub steps: Vec<&'static str>,
    /// The declared type of what stands at its end.
    pub kind: &'static str,
    /// Whether that is an array.
    pub list: bool,
}

/// All types.
#[derive(Debug)]
pub struct Schema {
    types: HashMap<&'static str, Type>,
    derived: HashMap<&'static str, Vec<&'static str>>,
}

/// The schema of the simulated servers.
#[must_use]
pub fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::parse(TYPES));
    &SCHEMA
}

impl Schema {
    fn parse(text: &'static str) -> Self {
        let types: HashMap<_, _> = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(parse_type)
            .map(|kind| (kind.name, kind))
            .collect();
        let mut derived: HashMap<_, Vec<_>> = HashMap::new();
        for kind in types.values() {
            derived
                .entry(kind.base.unwrap_or_default())
                .or_default()
                .push(kind.name);
        }
        Self { types, derived }
    }

    /// The type of that name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// Whether `name` is `ancestor` or inherits from it.
    #[must_use]
    pub fn is_a(&self, name: &str, ancestor: &str) -> bool {
        name == ancestor
            || self
                .type_named(name)
                .and_then(|kind| kind.base)
                .is_some_and(|base| self.is_a(base, ancestor))
    }

    /// A field of a type: its own, an inherited one, or one that only a derived type has, since the value may be of one.
    #[must_use]
    pub fn field(&self, kind: &str, name: &str) -> Option<Field> {
        self.owner(kind, name).map(|(_, field)| field)
    }

    /// The field, with the type an object of type `kind` must have to carry it: `kind` itself or a derived type.
    #[must_use]
    pub fn owner(&self, kind: &str, name: &str) -> Option<(&'static str, Field)> {
        let found = self.own_or_inherited(kind, name);
        match found {
            Some(field) => Some((self.type_named(kind)?.name, field)),
            None => self
                .derived
                .get(kind)?
                .iter()
                .find_map(|derived| self.owner(derived, name)),
        }
    }

    fn own_or_inherited(&self, kind: &str, name: &str) -> Option<Field> {
        let kind = self.type_named(kind)?;
        let own = kind.fields.iter().find(|field| field.name == name);
        own.copied().or_else(|| self.own_or_inherited(kind.base?, name))
    }

    /// The fields of a type in wire order: those of the ancestors first, none twice.
    #[must_use]
    pub fn fields(&self, kind: &str) -> Vec<Field> {
        let mut lineage = Vec::new();
        let mut next = self.type_named(kind);
        while let Some(kind) = next {
            lineage.push(kind);
            next = kind.base.and_then(|base| self.type_named(base));
        }
        let mut seen = HashSet::new();
        let fields = lineage.iter().rev().flat_map(|kind| &kind.fields);
        fields.filter(|field| seen.insert(field.name)).copied().collect()
    }

    /// Resolves a dotted path from a type. `None`: a real server would answer `InvalidProperty`.
    #[must_use]
    pub fn path(&self, kind: &str, text: &str) -> Option<Path> {
        let mut kind = self.type_named(kind)?.name;
        let mut list = false;
        let mut steps = Vec::new();
        for step in text.split('.') {
            if list {
                return None;
            }
            let field = self.field(kind, step)?;
            steps.push(field.name);
            (kind, list) = (field.kind, field.list);
        }
        let text = text.to_owned();
        Some(Path {
            text,
            steps,
            kind,
            list,
        })
    }
}

fn parse_type(line: &'static str) -> Option<Type> {
    let mut words = line.split_whitespace().skip(1);
    Some(Type {
        name: words.next()?,
        base: words.next().filter(|base| *base != "-"),
        fields: words.filter_map(parse_field).collect(),
    })
}

fn parse_field(word: &'static str) -> Option<Field> {
    let (name, kind) = word.split_once(':')?;
    let member = kind.strip_suffix("[]");
    Some(Field {
        name,
        kind: member.unwrap_or(kind),
        list: member.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_paths_resolve_to_their_declared_types() {
        for (kind, path, declared, list) in [
            ("VirtualMachine", "name", "string", false),
            ("VirtualMachine", "config.ftInfo.role", "int", false),
            ("VirtualMachine", "config.managedBy.extensionKey", "string", false),
            ("VirtualMachine", "datastore", "ManagedObjectReference", true),
            ("HostSystem", "hardware.systemInfo.uuid", "string", false),
            ("Folder", "effectiveRole", "int", true),
            (
                "ClusterComputeResource",
                "configurationEx.dasConfig.enabled",
                "boolean",
                false,
            ),
            ("SessionManager", "currentSession", "UserSession", false),
        ] {
            let found = schema().path(kind, path).unwrap_or_else(|| panic!("{path} is unknown"));
            assert_eq!((found.kind, found.list), (declared, list), "{path}");
        }
    }

    #[test]
    fn unknown_paths_and_paths_through_arrays_do_not_resolve() {
        for path in [
            "",
            "nmae",
            "config.uuid.x",
            "config.hardware.device.key",
            "config..uuid",
        ] {
            assert_eq!(schema().path("VirtualMachine", path), None, "{path}");
        }
        assert_eq!(schema().path("Nothing", "name"), None);
    }
}
