//! Listings as pages of objects, and what comes out.

mod properties;
mod resolution;
mod unknown;

use serde_json::Value as Json;

use super::*;
use crate::catalog::ObjectKind;
use crate::soap::{AboutInfo, FaultKind, MissingProperty, Reference};

type Value = crate::soap::Value<'static>;
type ObjectContent = crate::soap::ObjectContent<'static>;

fn about() -> AboutInfo {
    AboutInfo {
        api_type: "VirtualCenter".into(),
        instance_uuid: Some("0f0e0d0c-0000-4000-8000-000000000001".into()),
        ..AboutInfo::default()
    }
}

/// What a vCenter is asked for.
fn choice() -> Choice {
    Choice {
        details: Detail::ALL.into(),
        ..Choice::default()
    }
}

fn reference(kind: &str, moref: &str) -> Value {
    Value::Reference(Reference::new(kind.to_owned(), moref.to_owned()))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned().into())
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(items.into_iter().collect())
}

fn data<const N: usize>(kind: &'static str, fields: [(&'static str, Value); N]) -> Value {
    Value::Struct {
        type_name: Some(kind),
        fields: fields.into(),
    }
}

fn object<const N: usize>(kind: &str, moref: &str, properties: [(&'static str, Value); N]) -> ObjectContent {
    ObjectContent {
        object: Reference::new(kind.to_owned(), moref.to_owned()),
        properties: properties.into(),
        missing: Vec::new(),
    }
}

/// An object with a name and a parent.
fn named(kind: &str, moref: &str, name: &str, parent: (&str, &str)) -> ObjectContent {
    let properties = [("name", text(name)), ("parent", reference(parent.0, parent.1))];
    object(kind, moref, properties)
}

trait Amended {
    fn with(self, path: &'static str, value: Value) -> Self;
    fn without(self, path: &str) -> Self;
    fn refused(self, path: &str) -> Self;
}

impl Amended for ObjectContent {
    fn with(mut self, path: &'static str, value: Value) -> Self {
        self.properties.retain(|(known, _)| *known != path);
        self.properties.push((path, value));
        self
    }

    fn without(mut self, path: &str) -> Self {
        self.properties.retain(|(known, _)| *known != path);
        self
    }

    fn refused(self, path: &str) -> Self {
        let mut object = self.without(path);
        object.missing.push(MissingProperty {
            path: path.to_owned(),
            fault: FaultKind::NoPermission,
        });
        object
    }
}

fn build_with(objects: Vec<ObjectContent>, choice: &Choice, complete: bool) -> SourceInventory {
    let specs = listing(SourceKind::Vcenter, choice);
    let mut builder = InventoryBuilder::new(&about(), &specs);
    builder.add(objects);
    builder.finish(complete)
}

fn build(objects: Vec<ObjectContent>) -> SourceInventory {
    build_with(objects, &choice(), true)
}

/// A fact of an object; none if it is not known.
fn fact<'a>(inventory: &'a SourceInventory, kind: ObjectKind, moref: &str, field: &str) -> Option<&'a Json> {
    let object = inventory
        .objects
        .iter()
        .find(|object| object.kind == kind && object.moref == moref);
    object.unwrap_or_else(|| panic!("no {moref}")).facts.get(field)
}

fn vm<'a>(inventory: &'a SourceInventory, moref: &str) -> &'a Sighting {
    inventory.vms.iter().find(|vm| vm.moref == moref).expect("listed")
}
