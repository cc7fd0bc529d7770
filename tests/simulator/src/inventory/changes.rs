//! What happens to objects while a server runs.

use super::{Inventory, Object};
use crate::names;
use crate::soap::SoapFault;
use crate::value::{MoRef, Value};

impl Inventory {
    /// Renames an entity; the name is as a person reads it.
    pub fn rename(&mut self, id: &str, name: &str) {
        self.object_mut(id).set("name", names::escaped(name));
    }

    /// Changes a VM's power state: `poweredOn`, `poweredOff` or `suspended`. The guest's data go with the power.
    pub fn power(&mut self, id: &str, state: &str) {
        set_power(self.object_mut(id), state);
    }

    /// Sets any property of any object.
    pub fn set(&mut self, id: &str, path: &str, value: impl Into<Value>) {
        self.object_mut(id).set(path, value);
    }

    /// Unsets any property of any object.
    pub fn unset(&mut self, id: &str, path: &str) {
        self.object_mut(id).unset(path);
    }

    /// Answers requests for a property with a `missingSet` entry that says `NoPermission`.
    pub fn forbid(&mut self, id: &str, path: &str) {
        let object = self.object_mut(id);
        let fault = SoapFault::no_permission(&object.moref, "System.Read");
        object.miss(path, fault);
    }

    /// Lets a VM's files become unreachable: no `config`, the path of its files for a name.
    pub fn make_inaccessible(&mut self, id: &str) {
        let vm = self.object_mut(id);
        let path = vm.get("config.files.vmPathName").cloned();
        let path = path.unwrap_or_else(|| "/vmfs/volumes/5f1c0a3e/lost/lost.vmx".into());
        let path = path.as_text().map(names::escaped).unwrap_or_default();
        for gone in ["config", "guest", "summary.guest"] {
            vm.unset(gone);
        }
        vm.set("runtime.connectionState", "inaccessible");
        vm.set("name", path);
    }

    /// Moves a VM to another host of this server (vMotion).
    pub fn move_to_host(&mut self, id: &str, host: &str) {
        let host = self.object_mut(host).moref.clone();
        self.object_mut(id).set("runtime.host", host);
    }

    /// Moves an entity into another folder.
    pub fn move_to_folder(&mut self, id: &str, folder: &str) {
        let folder = self.object_mut(folder).moref.clone();
        self.object_mut(id).set("parent", folder);
    }

    /// Adds a folder; returns its id.
    pub fn add_folder(&mut self, name: &str, parent: &str) -> String {
        let id = self.new_id("group-v").replace("group-v-", "group-v");
        self.add_entity("Folder", &id, name, parent);
        id
    }

    /// Removes an object and hands it out, to be put back here or adopted by another server.
    ///
    /// # Panics
    ///
    /// If there is no such object.
    pub fn remove(&mut self, id: &str) -> Object {
        let position = self.index.remove(id);
        let object = position.and_then(|position| self.objects.remove(&position));
        object.unwrap_or_else(|| panic!("no object {id}"))
    }

    /// Puts an object back under its old id, at the end of every listing.
    ///
    /// # Panics
    ///
    /// If the id is taken.
    pub fn put_back(&mut self, object: Object) {
        self.insert(object);
    }

    /// Takes over a VM of another server, or one of this server that was registered anew: it gets an id of this server,
    /// its first folder and host, and keeps its UUIDs. Returns the id.
    pub fn adopt(&mut self, mut vm: Object) -> String {
        let id = self.new_vm_id();
        vm.moref.id.clone_from(&id);
        vm.set("summary.vm", vm.moref.clone());
        vm.set("parent", MoRef::new("Folder", &self.places.vm_folder));
        self.insert(vm);
        self.place_vm(&id, None);
        id
    }

    /// Withdraws the rights on an object and all below it: they are in no listing, and nothing says so.
    pub fn hide(&mut self, id: &str) {
        self.hidden.insert(id.to_owned());
    }

    /// Undoes [`Inventory::hide`].
    pub fn show(&mut self, id: &str) {
        self.hidden.remove(id);
    }

    /// Sets the roles of the session's user on the root folder: -1 administrator, -2 read only, -5 no access.
    pub fn set_root_roles(&mut self, roles: &[i32]) {
        let root = self.places.root.clone();
        self.set(&root, "effectiveRole", Value::list(roles.iter().copied()));
    }
}

pub(super) fn set_power(vm: &mut Object, state: &str) {
    vm.set("summary.runtime.powerState", state);
    vm.set("runtime.powerState", state);
    let running = state == "poweredOn";
    let (status, tools, guest) = if running {
        ("toolsOk", "guestToolsRunning", "running")
    } else {
        ("toolsNotRunning", "guestToolsNotRunning", "notRunning")
    };
    vm.set("guest.toolsStatus", status);
    vm.set("guest.toolsRunningStatus", tools);
    vm.set("guest.toolsVersionStatus2", "guestToolsCurrent");
    vm.set("guest.guestState", guest);
    if running {
        vm.set("runtime.bootTime", "2026-01-05T08:00:00Z");
    } else {
        for gone in ["runtime.bootTime", "guest.hostName", "guest.ipAddress"] {
            vm.unset(gone);
        }
    }
}
