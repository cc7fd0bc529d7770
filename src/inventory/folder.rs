//! Where in the inventory a VM lies.

use std::collections::HashMap;

use crate::inventory::name::decode_name;
use crate::soap::{ObjectContent, Value};

/// More levels than any inventory has; a loop of parents ends here.
const MAX_DEPTH: usize = 128;

/// Names and parents of folders and datacenters, by the reference's value.
#[derive(Debug, Default)]
pub struct FolderTree {
    nodes: HashMap<String, Node>,
}

#[derive(Debug)]
struct Node {
    name: Option<String>,
    parent: Option<String>,
}

impl FolderTree {
    /// From the folders and datacenters of a listing.
    pub fn build<'a>(objects: impl Iterator<Item = &'a ObjectContent>) -> Self {
        let mut tree = Self::default();
        for object in objects {
            let name = object.property("name").and_then(Value::text).map(decode_name);
            let parent = object
                .property("parent")
                .and_then(Value::reference)
                .map(|parent| parent.value.clone());
            tree.nodes.insert(object.object.value.clone(), Node { name, parent });
        }
        tree
    }

    /// The path of a folder, `/Datacenter/vm/Folder`, without the root. None if any part of it is unknown.
    pub fn path(&self, folder: &str) -> Option<String> {
        let mut names = Vec::new();
        let mut current = self.nodes.get(folder)?;
        while let Some(parent) = &current.parent {
            names.push(current.name.as_deref()?);
            if names.len() > MAX_DEPTH {
                return None;
            }
            current = self.nodes.get(parent)?;
        }
        Some(names.iter().rev().fold(String::new(), |path, name| path + "/" + name))
    }
}
