//! VMs: described by a [`VmSpec`], complete like those of a real server.

use super::{Inventory, Object};
use crate::ids;
use crate::names;
use crate::value::{MoRef, Value};

/// A VM to be added: connected and powered on, with running tools, unless told otherwise.
#[derive(Clone, Debug)]
pub struct VmSpec {
    name: String,
    powered_on: bool,
    uuid: Option<String>,
    instance_uuid: Option<String>,
    folder: Option<String>,
    host: Option<String>,
    num_cpu: i32,
    memory_mb: i32,
    settings: Vec<(String, Option<Value>)>,
}

impl VmSpec {
    /// A VM with 2 CPUs and 4096 MB. The name is as a person reads it; the server escapes it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            powered_on: true,
            uuid: None,
            instance_uuid: None,
            folder: None,
            host: None,
            num_cpu: 2,
            memory_mb: 4096,
            settings: Vec::new(),
        }
    }

    /// Its BIOS UUID, `config.uuid`; made from the server's name and the VM's id otherwise.
    #[must_use]
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(uuid.to_owned());
        self
    }

    /// Its `config.instanceUuid`.
    #[must_use]
    pub fn instance_uuid(mut self, uuid: &str) -> Self {
        self.instance_uuid = Some(uuid.to_owned());
        self
    }

    /// Powered off, with the guest's data gone.
    #[must_use]
    pub fn powered_off(mut self) -> Self {
        self.powered_on = false;
        self
    }

    /// The folder it is in, by its id.
    #[must_use]
    pub fn folder(mut self, folder: &str) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// The host it runs on, by its id.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    /// Its hardware.
    #[must_use]
    pub fn hardware(mut self, num_cpu: i32, memory_mb: i32) -> Self {
        (self.num_cpu, self.memory_mb) = (num_cpu, memory_mb);
        self
    }

    /// What the tools report.
    #[must_use]
    pub fn guest(self, host_name: &str, ip_address: &str) -> Self {
        self.set("guest.hostName", host_name).set("guest.ipAddress", ip_address)
    }

    /// A template, which is always powered off.
    #[must_use]
    pub fn template(self) -> Self {
        self.powered_off().set("config.template", true)
    }

    /// Managed by an extension: `com.vmware.vcDr` for a placeholder, `com.vmware.vim.eam` for an agent.
    #[must_use]
    pub fn managed_by(self, extension_key: &str, kind: &str) -> Self {
        let fields = [("extensionKey", extension_key.into()), ("type", kind.into())];
        self.set("config.managedBy", Value::object("ManagedByInfo", fields))
    }

    /// Fault tolerance: role 1 is the primary, 2 and above are secondaries.
    #[must_use]
    pub fn fault_tolerance(self, role: i32) -> Self {
        self.set("config.ftInfo.role", role)
    }

    /// Any property, after everything else.
    #[must_use]
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.settings.push((path.to_owned(), Some(value.into())));
        self
    }

    /// Leaves a property unset.
    #[must_use]
    pub fn unset(mut self, path: &str) -> Self {
        self.settings.push((path.to_owned(), None));
        self
    }
}

impl Inventory {
    /// Adds a VM; returns its id.
    ///
    /// # Panics
    ///
    /// If the spec names a property, folder or host that does not exist.
    pub fn add_vm(&mut self, spec: &VmSpec) -> String {
        let id = self.new_vm_id();
        let folder = spec.folder.clone();
        let folder = folder.unwrap_or_else(|| self.places.vm_folder.clone());
        let seed = |what: &str| ids::uuid(&self.server, &format!("{what} {id}"));
        let uuid = spec.uuid.clone().unwrap_or_else(|| seed("bios"));
        let instance = spec.instance_uuid.clone();
        let instance = instance.unwrap_or_else(|| seed("instance"));
        let vm = self.add_entity("VirtualMachine", &id, &spec.name, &folder);
        set_config(vm, spec, &uuid, &instance);
        set_summary(vm);
        self.place_vm(&id, spec.host.as_deref());
        let vm = self.object_mut(&id);
        super::changes::set_power(vm, if spec.powered_on { "poweredOn" } else { "poweredOff" });
        for (path, value) in &spec.settings {
            match value {
                Some(value) => vm.set(path, value.clone()),
                None => vm.unset(path),
            }
        }
        id
    }

    /// Puts a VM on a host, the first one by default, and on the first pool, datastore and network.
    pub(super) fn place_vm(&mut self, id: &str, host: Option<&str>) {
        let places = self.places.clone();
        let host = self.object_mut(host.unwrap_or(&places.host)).moref.clone();
        let vm = self.object_mut(id);
        vm.set("summary.runtime.host", host.clone());
        vm.set("runtime.host", host);
        vm.set("resourcePool", MoRef::new("ResourcePool", &places.resource_pool));
        vm.set("datastore", Value::list([MoRef::new("Datastore", &places.datastore)]));
        vm.set("network", Value::list([MoRef::new("Network", &places.network)]));
    }
}

fn set_config(vm: &mut Object, spec: &VmSpec, uuid: &str, instance_uuid: &str) {
    let name = names::escaped(&spec.name);
    let path = format!("[datastore1] {0}/{0}.vmx", spec.name);
    for (property, value) in [
        ("config.changeVersion", Value::from("2026-01-05T08:00:00.000000Z")),
        ("config.modified", "1970-01-01T00:00:00Z".into()),
        ("config.name", name.as_str().into()),
        ("config.version", "vmx-19".into()),
        ("config.firmware", "bios".into()),
        ("config.annotation", "".into()),
        ("config.files.vmPathName", path.as_str().into()),
        ("config.hardware.numCPU", spec.num_cpu.into()),
        ("config.hardware.memoryMB", spec.memory_mb.into()),
        ("config.hardware.device", Value::List(Vec::new())),
        ("summary.config.name", name.as_str().into()),
        ("config.uuid", uuid.into()),
        ("config.instanceUuid", instance_uuid.into()),
        ("config.template", false.into()),
        ("config.guestFullName", "Debian GNU/Linux 11 (64-bit)".into()),
        ("config.guestId", "debian11_64Guest".into()),
        ("summary.config.vmPathName", path.as_str().into()),
        ("summary.config.numCpu", spec.num_cpu.into()),
        ("summary.config.memorySizeMB", spec.memory_mb.into()),
        ("summary.config.numEthernetCards", 1.into()),
        ("summary.config.numVirtualDisks", 1.into()),
    ] {
        vm.set(property, value);
    }
}

fn set_summary(vm: &mut Object) {
    let me = vm.moref.clone();
    vm.set("summary.vm", me);
    for (property, value) in [
        ("summary.runtime.connectionState", Value::from("connected")),
        ("runtime.connectionState", "connected".into()),
        ("summary.guest.toolsStatus", "toolsOk".into()),
        ("summary.storage.committed", 17_179_869_184_i64.into()),
        ("summary.storage.uncommitted", 25_769_803_776_i64.into()),
        ("summary.storage.unshared", 17_179_869_184_i64.into()),
        ("summary.storage.timestamp", "2026-01-05T08:00:00Z".into()),
        ("summary.overallStatus", "green".into()),
        ("rootSnapshot", Value::List(Vec::new())),
        ("guestHeartbeatStatus", "green".into()),
    ] {
        vm.set(property, value);
    }
}
