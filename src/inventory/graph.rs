//! Who is what to whom on one server, by reference. Names are looked up, never guessed: where a part is not known,
//! nothing that is made of it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::node::{Class, Key, Node, Part};
use super::{Fact, Shared};

/// More levels than any inventory has; a loop of parents ends here.
const MAX_DEPTH: usize = 128;

/// Bytes of a path: many levels of long names are no way that anyone reads, and each of their folders has it again.
const LONGEST_PATH: usize = 16 << 10;

/// All objects but VMs.
pub(super) struct Graph<'a> {
    nodes: &'a BTreeMap<Key, Node>,
    /// Paths of folders that were looked up.
    paths: RefCell<HashMap<Key, Option<Shared>>>,
}

impl<'a> Graph<'a> {
    pub fn new(nodes: &'a BTreeMap<Key, Node>) -> Self {
        Self {
            nodes,
            paths: RefCell::default(),
        }
    }

    pub fn node(&self, key: &Key) -> Option<&'a Node> {
        self.nodes.get(key)
    }

    /// All objects of a class, by reference.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = (&'a Key, &'a Node)> {
        let first = Key {
            class,
            moref: Shared::from(""),
        };
        self.nodes.range(first..).take_while(move |(key, _)| key.class == class)
    }

    pub fn name(&self, key: &Key) -> Option<&'a Shared> {
        self.node(key)?.name.as_ref()
    }

    /// The name of what a property refers to.
    pub fn name_of(&self, target: &Fact<Key>) -> Fact<Shared> {
        match target {
            Fact::Known(key) => self.name(key).cloned().map_or(Fact::Unread, Fact::Known),
            Fact::Unset => Fact::Unset,
            Fact::Unread => Fact::Unread,
        }
    }

    /// The names of all that a property refers to, sorted, each once; none if a single one is not known.
    pub fn names_of(&self, targets: &Fact<Vec<Key>>) -> Fact<Vec<Shared>> {
        match targets {
            Fact::Known(keys) => self.names(keys).map_or(Fact::Unread, Fact::Known),
            Fact::Unset => Fact::Unset,
            Fact::Unread => Fact::Unread,
        }
    }

    fn names<'k>(&self, keys: impl IntoIterator<Item = &'k Key>) -> Option<Vec<Shared>> {
        let names: Option<Vec<Shared>> = keys.into_iter().map(|key| self.name(key).cloned()).collect();
        let mut names = names?;
        names.sort_unstable();
        names.dedup();
        names.shrink_to_fit();
        Some(names)
    }

    /// The nearest object of one of these classes, from `start` upwards: unset if the way ends at the root without one,
    /// not read if it is lost before.
    pub fn above(&self, start: &Fact<Key>, wanted: &[Class]) -> Fact<&'a Key> {
        let mut next = start;
        for _ in 0..MAX_DEPTH {
            let key = match next {
                Fact::Known(key) => key,
                Fact::Unset => return Fact::Unset,
                Fact::Unread => return Fact::Unread,
            };
            let Some((key, node)) = self.nodes.get_key_value(key) else {
                return Fact::Unread;
            };
            if wanted.contains(&key.class) {
                return Fact::Known(key);
            }
            next = &node.parent;
        }
        Fact::Unread
    }

    /// The name of the datacenter above.
    pub fn datacenter(&self, start: &Fact<Key>) -> Fact<Shared> {
        self.name_of(&self.above(start, &[Class::Datacenter]).map(Key::clone))
    }

    /// The cluster above; unset below the compute resource of a standalone host, which is none.
    pub fn cluster(&self, start: &Fact<Key>) -> Fact<&'a Key> {
        match self.above(start, &[Class::Cluster, Class::Standalone]) {
            Fact::Known(key) if key.class == Class::Standalone => Fact::Unset,
            other => other,
        }
    }

    /// The path of a folder or vApp, `/Datacenter/vm/Folder`, without the root. None if any part of it is unknown, or if
    /// it is too long.
    pub fn path(&self, key: &Key) -> Option<Shared> {
        if let Some(known) = self.paths.borrow().get(key) {
            return known.clone();
        }
        let path = self.build_path(key).map(|path| Shared::from(&*path));
        self.paths.borrow_mut().insert(key.clone(), path.clone());
        path
    }

    fn build_path(&self, key: &Key) -> Option<String> {
        let (mut names, mut length) = (Vec::new(), 0);
        let mut current = self.node(key)?;
        // The root folder, which has no parent, is no part of it.
        loop {
            match place(current) {
                Fact::Known(parent) => {
                    let name = current.name.as_deref()?;
                    length += 1 + name.len();
                    names.push(name);
                    if names.len() > MAX_DEPTH || length > LONGEST_PATH {
                        return None;
                    }
                    current = self.node(parent)?;
                }
                Fact::Unset => return Some(names.iter().rev().fold(String::new(), |path, name| path + "/" + name)),
                Fact::Unread => return None,
            }
        }
    }
}

/// Where an object lies among the folders; unset for the root. A vApp lies in a folder, or in another vApp.
const fn place(node: &Node) -> Fact<&Key> {
    match &node.part {
        Part::App {
            folder: Fact::Known(folder),
        } => Fact::Known(folder),
        _ => node.parent.as_ref(),
    }
}
