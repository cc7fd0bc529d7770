//! The tree of the inventory, and the properties that follow from it.

use std::collections::HashMap;

use super::{Inventory, Object};
use crate::schema::schema;
use crate::value::{MoRef, Value};

impl Inventory {
    /// The objects below a container, in the order of their creation, without hidden ones.
    pub(crate) fn below(&self, container: &str, recursive: bool) -> Vec<&Object> {
        let mut known = HashMap::new();
        let objects = self.objects.values();
        objects
            .filter(|object| {
                if recursive {
                    self.is_below(&object.moref.id, container, &mut known)
                } else {
                    object.parent().is_some_and(|parent| parent.id == container)
                }
            })
            .filter(|object| self.is_visible(&object.moref.id))
            .collect()
    }

    /// Whether neither the object nor anything above it is hidden.
    pub(crate) fn is_visible(&self, id: &str) -> bool {
        if self.hidden.is_empty() {
            return true;
        }
        let mut next = Some(id);
        while let Some(id) = next {
            if self.hidden.contains(id) {
                return false;
            }
            let object = self.object(id);
            next = object.and_then(|object| Some(object.parent()?.id.as_str()));
        }
        true
    }

    fn is_below<'a>(&'a self, id: &'a str, container: &str, known: &mut HashMap<&'a str, bool>) -> bool {
        if let Some(answer) = known.get(id) {
            return *answer;
        }
        let parent = self.object(id).and_then(|object| object.parent());
        let answer = parent.is_some_and(|parent| parent.id == container || self.is_below(&parent.id, container, known));
        known.insert(id, answer);
        answer
    }

    /// A property that follows from other objects: the children of a folder, the VMs of a host.
    pub(crate) fn derived(&self, object: &Object, property: &str) -> Option<Value> {
        let me = &object.moref;
        let is = |kind| schema().is_a(&me.kind, kind);
        let refs: Vec<&Object> = match property {
            "childEntity" if is("Folder") => self.children(me, "ManagedEntity"),
            "host" if is("ComputeResource") => self.children(me, "HostSystem"),
            "resourcePool" if is("ComputeResource") => {
                let pool = self.children(me, "ResourcePool").into_iter().next()?;
                return Some(pool.moref.clone().into());
            }
            "resourcePool" if is("ResourcePool") => self.children(me, "ResourcePool"),
            "owner" if is("ResourcePool") => return self.owner(object),
            "vm" if is("HostSystem") => self.vms_with(&["runtime", "host"], me),
            "vm" if is("ResourcePool") => self.vms_with(&["resourcePool"], me),
            "vm" if is("Datastore") => self.vms_with(&["datastore"], me),
            "vm" if is("Network") => self.vms_with(&["network"], me),
            "datastore" | "network" => return self.resources(object, property),
            _ => return None,
        };
        Some(Value::list(refs.iter().map(|child| child.moref.clone())))
    }

    fn children(&self, parent: &MoRef, kind: &'static str) -> Vec<&Object> {
        let objects = self.of_kind(kind);
        objects
            .filter(|child| child.parent() == Some(parent))
            .filter(|child| self.is_visible(&child.moref.id))
            .collect()
    }

    fn vms_with(&self, steps: &[&'static str], target: &MoRef) -> Vec<&Object> {
        let vms = self.of_kind("VirtualMachine");
        vms.filter(|vm| match vm.stored(steps) {
            Some(Value::Ref(reference)) => reference == target,
            Some(Value::List(members)) => members.iter().any(|member| member.as_ref() == Some(target)),
            _ => false,
        })
        .collect()
    }

    fn owner(&self, pool: &Object) -> Option<Value> {
        let parent = pool.parent()?;
        if schema().is_a(&parent.kind, "ComputeResource") {
            return Some(parent.clone().into());
        }
        self.owner(self.object(&parent.id)?)
    }

    fn resources(&self, object: &Object, property: &str) -> Option<Value> {
        let holders = ["Datacenter", "ComputeResource", "HostSystem"];
        if !holders.iter().any(|kind| schema().is_a(&object.moref.kind, kind)) {
            return None;
        }
        let kind = if property == "network" { "Network" } else { "Datastore" };
        let found = self.of_kind(kind).map(|found| found.moref.clone());
        Some(Value::list(found))
    }
}
