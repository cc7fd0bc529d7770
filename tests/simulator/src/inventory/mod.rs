//! The objects of a simulated server: a tree that tests build and change.

mod changes;
mod estate;
mod host;
mod mirror;
mod object;
mod places;
mod seed;
mod tree;
mod vm;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use estate::Vlan;
pub use host::HostSpec;
pub use object::Object;
pub use places::Places;
pub use vm::VmSpec;

use crate::config::Kind;
use crate::schema::schema;
use crate::value::{MoRef, Value};

/// All objects of one server. Objects are named by their local id (`vm-42`), which is unique on a server.
#[derive(Debug)]
pub struct Inventory {
    kind: Kind,
    server: String,
    objects: BTreeMap<u64, Object>,
    index: HashMap<String, u64>,
    next_position: u64,
    next_id: u32,
    next_vm: u32,
    hidden: HashSet<String>,
    unknown: HashSet<(String, String)>,
    places: Places,
}

impl Inventory {
    fn empty(kind: Kind, server: &str, places: Places) -> Self {
        Self {
            kind,
            server: server.to_owned(),
            objects: BTreeMap::new(),
            index: HashMap::new(),
            next_position: 0,
            next_id: 10,
            next_vm: if kind == Kind::Esxi { 1 } else { 42 },
            hidden: HashSet::new(),
            unknown: HashSet::new(),
            places,
        }
    }

    /// Where new objects go: the first datacenter's folders, the first host.
    #[must_use]
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The object with that id.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&Object> {
        self.objects.get(self.index.get(id)?)
    }

    /// The object with that id, to be changed.
    ///
    /// # Panics
    ///
    /// If there is none: a mistake in the test.
    pub fn object_mut(&mut self, id: &str) -> &mut Object {
        let position = self.index.get(id);
        let object = position.and_then(|position| self.objects.get_mut(position));
        object.unwrap_or_else(|| panic!("no object {id}"))
    }

    /// The ids of all objects of a type, in the order of their creation.
    #[must_use]
    pub fn ids(&self, kind: &str) -> Vec<String> {
        let objects = self.of_kind(kind);
        objects.map(|object| object.moref.id.clone()).collect()
    }

    /// Adds an object of any type under an id that is free.
    ///
    /// # Panics
    ///
    /// If the schema does not know the type, or the id is taken.
    pub fn add_object(&mut self, kind: &str, id: &str) -> &mut Object {
        self.insert(Object::new(MoRef::new(kind, id)));
        self.object_mut(id)
    }

    /// Adds an entity with a name and a parent, under an id that is free.
    ///
    /// # Panics
    ///
    /// As [`Inventory::add_object`], or if there is no such parent.
    pub fn add_entity(&mut self, kind: &str, id: &str, name: &str, parent: &str) -> &mut Object {
        let parent = self.object_mut(parent).moref.clone();
        let object = self.add_object(kind, id);
        object.set("name", crate::names::escaped(name));
        object.set("parent", parent);
        object.set("effectiveRole", Value::list([-1]));
        object.set("overallStatus", "green");
        object.set("triggeredAlarmState", Value::List(Vec::new()));
        object.set("customValue", Value::List(Vec::new()));
        object
    }

    /// Takes a property path from the server's version: asking for it, or for what is below it, is `InvalidProperty`.
    pub fn forget_path(&mut self, kind: &str, path: &str) {
        self.unknown.insert((kind.to_owned(), path.to_owned()));
    }

    pub(crate) fn knows_path(&self, kind: &str, path: &str) -> bool {
        let mut unknown = self.unknown.iter();
        !unknown.any(|(of, unknown)| schema().is_a(kind, of) && object::is_within(path, unknown))
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        let objects = self.objects.values();
        objects.filter(move |object| schema().is_a(&object.moref.kind, kind))
    }

    fn insert(&mut self, object: Object) {
        let id = object.moref.id.clone();
        let earlier = self.index.insert(id, self.next_position);
        assert!(earlier.is_none(), "{} is taken", object.moref.id);
        self.objects.insert(self.next_position, object);
        self.next_position += 1;
    }

    fn new_id(&mut self, prefix: &str) -> String {
        let number = self.next_id;
        self.next_id += 1;
        format!("{prefix}-{number}")
    }

    fn new_vm_id(&mut self) -> String {
        loop {
            let number = self.next_vm;
            self.next_vm += 1;
            let id = match self.kind {
                Kind::Esxi => number.to_string(),
                Kind::Vcenter => format!("vm-{number}"),
            };
            if !self.index.contains_key(&id) {
                return id;
            }
        }
    }
}
