//! One managed object with its properties.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mirror::{Shown, shown};
use crate::schema::{Path, schema};
use crate::soap::SoapFault;
use crate::value::{DataObject, MoRef, Value};

/// A managed object: what is set, and what the user may not read.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its reference.
    pub moref: MoRef,
    pub(super) properties: DataObject,
    missing: BTreeMap<String, SoapFault>,
}

impl Object {
    pub(super) fn new(moref: MoRef) -> Self {
        let kind = schema().type_named(&moref.kind);
        let kind = kind.unwrap_or_else(|| panic!("the schema has no type {}", moref.kind));
        Self {
            properties: DataObject::new(kind.name),
            moref,
            missing: BTreeMap::new(),
        }
    }

    /// Sets a property, and the other properties that repeat it (`config.name`, `summary.config.name`).
    ///
    /// # Panics
    ///
    /// If the type has no such property.
    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        let value = value.into();
        let known = self.known(path);
        for mirror in &known.mirrors {
            if self.parent_is_set(mirror) {
                write(&mut self.properties, &mirror.steps, value.clone());
            }
        }
        write(&mut self.properties, &known.own.steps, value);
    }

    /// Unsets a property and the properties that repeat it.
    ///
    /// # Panics
    ///
    /// If the type has no such property.
    pub fn unset(&mut self, path: &str) {
        let known = self.known(path);
        for path in known.mirrors.iter().chain([&known.own]) {
            erase(&mut self.properties, &path.steps);
        }
    }

    /// The value of a property that is stored; `None` if it is unset.
    ///
    /// # Panics
    ///
    /// If the type has no such property.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.stored(&self.known(path).own.steps)
    }

    /// Answers every request for the property, for what is below it and for what contains it with a `missingSet` entry.
    pub fn miss(&mut self, path: &str, fault: SoapFault) {
        self.missing.insert(path.to_owned(), fault);
    }

    /// Undoes [`Object::miss`] for all paths.
    pub fn miss_nothing(&mut self) {
        self.missing.clear();
    }

    pub(crate) fn why_missing(&self, path: &str) -> Option<&SoapFault> {
        let mut missing = self.missing.iter();
        missing.find_map(|(missing, fault)| (is_within(path, missing) || is_within(missing, path)).then_some(fault))
    }

    pub(crate) fn stored(&self, steps: &[&'static str]) -> Option<&Value> {
        let (first, rest) = steps.split_first()?;
        self.properties.get(first)?.at(rest)
    }

    pub(crate) fn name(&self) -> &str {
        let name = self.properties.get("name");
        name.and_then(Value::as_text).unwrap_or_default()
    }

    fn reference(&self, property: &str) -> Option<&MoRef> {
        self.properties.get(property)?.as_ref()
    }

    /// What it is in: a folder, a vApp, a compute resource.
    pub(crate) fn parent(&self) -> Option<&MoRef> {
        self.reference("parent").or_else(|| self.reference("parentVApp"))
    }

    fn known(&self, path: &str) -> Arc<Shown> {
        let kind = &self.moref.kind;
        let known = shown(kind, path);
        known.unwrap_or_else(|| panic!("{kind} has no property {path}"))
    }

    fn parent_is_set(&self, path: &Path) -> bool {
        match path.steps.as_slice() {
            [] | [_] => true,
            [parents @ .., _] => self.stored(parents).is_some(),
        }
    }
}

/// Whether `path` is `above` or below it.
pub(super) fn is_within(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn write(object: &mut DataObject, steps: &[&'static str], value: Value) {
    let Some((first, rest)) = steps.split_first() else {
        return;
    };
    let Some((owner, field)) = schema().owner(object.kind, first) else {
        return;
    };
    object.kind = owner;
    if rest.is_empty() {
        return object.set(first, value);
    }
    if !matches!(object.get(first), Some(Value::Object(_))) {
        object.set(first, Value::Object(DataObject::new(field.kind)));
    }
    if let Some(Value::Object(inner)) = object.get_mut(first) {
        write(inner, rest, value);
    }
}

fn erase(object: &mut DataObject, steps: &[&'static str]) {
    match steps {
        [] => {}
        [last] => object.unset(last),
        [first, rest @ ..] => {
            if let Some(Value::Object(inner)) = object.get_mut(first) {
                erase(inner, rest);
            }
        }
    }
}
