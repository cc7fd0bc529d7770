//! What a grown vCenter has beside hosts and VMs: storage, distributed switches, pools, alarms, custom attributes.

use super::Inventory;
use crate::value::{MoRef, Value};

/// How the frames of a portgroup are tagged.
#[derive(Clone, Copy, Debug)]
pub enum Vlan {
    /// One VLAN; 0 for none.
    Id(i32),
    /// Ranges of VLANs.
    Trunk(&'static [(i32, i32)]),
    /// A private VLAN.
    Private(i32),
}

impl Vlan {
    fn setting(self) -> Value {
        let own = Value::from(false);
        let range = |(start, end): &(i32, i32)| {
            let fields = [("start", (*start).into()), ("end", (*end).into())];
            Value::object("NumericRange", fields)
        };
        let (kind, field, value) = match self {
            Self::Id(id) => ("VmwareDistributedVirtualSwitchVlanIdSpec", "vlanId", id.into()),
            Self::Trunk(ranges) => (
                "VmwareDistributedVirtualSwitchTrunkVlanSpec",
                "vlanId",
                Value::list(ranges.iter().map(range)),
            ),
            Self::Private(id) => ("VmwareDistributedVirtualSwitchPvlanSpec", "pvlanId", id.into()),
        };
        let spec = Value::object(kind, [("inherited", own), (field, value)]);
        Value::object("VMwareDVSPortSetting", [("vlan", spec)])
    }
}

impl Inventory {
    /// Adds a datastore of that size; returns its id.
    pub fn add_datastore(&mut self, name: &str, capacity: i64, free: i64) -> String {
        let id = self.new_id("datastore");
        let parent = self.places.datastore_folder.clone();
        let summary = [
            ("name", name.into()),
            ("url", format!("ds:///vmfs/volumes/{id}/").into()),
            ("capacity", capacity.into()),
            ("freeSpace", free.into()),
            ("uncommitted", 0_i64.into()),
            ("accessible", true.into()),
            ("multipleHostAccess", true.into()),
            ("type", "VMFS".into()),
            ("maintenanceMode", "normal".into()),
        ];
        let datastore = self.add_entity("Datastore", &id, name, &parent);
        datastore.set("summary", Value::object("DatastoreSummary", summary));
        datastore.set("summary.datastore", datastore.moref.clone());
        id
    }

    /// Adds a standard network that is a port group of each host: on the same switch, in the same VLAN. Returns its id.
    pub fn add_network(&mut self, name: &str, switch: &str, vlan: i32) -> String {
        let id = self.new_id("network");
        let parent = self.places.network_folder.clone();
        let network = self.add_entity("Network", &id, name, &parent);
        network.set("summary.name", name);
        network.set("summary.accessible", true);
        for host in self.ids("HostSystem") {
            self.add_standard_portgroup(&host, name, switch, vlan);
        }
        id
    }

    /// Adds a port group to a standard switch of a host.
    pub fn add_standard_portgroup(&mut self, host: &str, name: &str, switch: &str, vlan: i32) {
        let host = self.object_mut(host);
        let spec = [
            ("name", name.into()),
            ("vlanId", vlan.into()),
            ("vswitchName", switch.into()),
        ];
        let fields = [
            ("key", format!("key-vim.host.PortGroup-{name}").into()),
            ("spec", Value::object("HostPortGroupSpec", spec)),
        ];
        let mut all = match host.get("config.network.portgroup") {
            Some(Value::List(all)) => all.clone(),
            _ => Vec::new(),
        };
        all.push(Value::object("HostPortGroup", fields));
        host.set("config.network.portgroup", Value::List(all));
    }

    /// Adds a distributed switch with its uplink portgroup; returns its id.
    pub fn add_switch(&mut self, name: &str) -> String {
        let id = self.new_id("dvs");
        let parent = self.places.network_folder.clone();
        let uuid = crate::ids::uuid(&self.server, &id);
        let hosts = i32::try_from(self.ids("HostSystem").len()).unwrap_or(i32::MAX);
        let switch = self.add_entity("VmwareDistributedVirtualSwitch", &id, name, &parent);
        switch.set("uuid", uuid.as_str());
        switch.set("summary.name", name);
        switch.set("summary.uuid", uuid);
        switch.set("summary.numPorts", 24);
        switch.set("summary.numHosts", hosts);
        switch.set("summary.productInfo.version", "7.0.3");
        let uplinks = self.add_portgroup(&id, &format!("{name}-DVUplinks"), Vlan::Trunk(&[(0, 4094)]));
        let uplinks = MoRef::new("DistributedVirtualPortgroup", uplinks);
        self.object_mut(&id)
            .set("config.uplinkPortgroup", Value::list([uplinks]));
        id
    }

    /// Adds a portgroup to a distributed switch; returns its id.
    pub fn add_portgroup(&mut self, switch: &str, name: &str, vlan: Vlan) -> String {
        let id = self.new_id("dvportgroup");
        let parent = self.places.network_folder.clone();
        let switch = self.object_mut(switch).moref.clone();
        let portgroup = self.add_entity("DistributedVirtualPortgroup", &id, name, &parent);
        portgroup.set("key", id.as_str());
        portgroup.set("summary.name", name);
        portgroup.set("summary.accessible", true);
        portgroup.set("config.key", id.as_str());
        portgroup.set("config.name", name);
        portgroup.set("config.numPorts", 8);
        portgroup.set("config.distributedVirtualSwitch", switch);
        portgroup.set("config.defaultPortConfig", vlan.setting());
        id
    }

    /// Adds a resource pool to a pool; returns its id.
    pub fn add_pool(&mut self, name: &str, parent: &str) -> String {
        let id = self.new_id("resgroup");
        self.add_entity("ResourcePool", &id, name, parent);
        id
    }

    /// Adds a vApp to a pool, in the first folder of VMs; returns its id.
    pub fn add_app(&mut self, name: &str, pool: &str) -> String {
        let id = self.new_id("resgroup-v").replace("resgroup-v-", "resgroup-v");
        let folder = MoRef::new("Folder", &self.places.vm_folder);
        self.add_entity("VirtualApp", &id, name, pool)
            .set("parentFolder", folder);
        id
    }

    /// Puts a VM into a vApp: it is in no folder any more.
    pub fn move_to_app(&mut self, vm: &str, app: &str) {
        let app = self.object_mut(app).moref.clone();
        let vm = self.object_mut(vm);
        vm.unset("parent");
        vm.set("parentVApp", app.clone());
        vm.set("resourcePool", app);
    }

    /// Triggers an alarm on an entity; returns the key of its state.
    pub fn trigger_alarm(&mut self, name: &str, entity: &str, status: &str) -> String {
        let alarm = self.new_id("alarm");
        self.add_object("Alarm", &alarm).set("info.name", name);
        let entity = self.object_mut(entity).moref.clone();
        let key = format!("{alarm}.{}", entity.id);
        let state = [
            ("key", key.as_str().into()),
            ("entity", entity.into()),
            ("alarm", MoRef::new("Alarm", &alarm).into()),
            ("overallStatus", status.into()),
            ("time", "2026-01-05T08:00:00Z".into()),
            ("acknowledged", false.into()),
        ];
        let root = self.places.root.clone();
        let root = self.object_mut(&root);
        let mut all = match root.get("triggeredAlarmState") {
            Some(Value::List(all)) => all.clone(),
            _ => Vec::new(),
        };
        all.push(Value::object("AlarmState", state));
        root.set("triggeredAlarmState", Value::List(all));
        key
    }

    /// Defines a custom attribute; returns its key.
    pub fn define_attribute(&mut self, name: &str) -> i32 {
        let manager = self.places.custom_fields_manager.clone();
        let manager = self.object_mut(&manager);
        let mut all = match manager.get("field") {
            Some(Value::List(all)) => all.clone(),
            _ => Vec::new(),
        };
        let key = i32::try_from(all.len()).unwrap_or_default() + 100;
        let definition = [
            ("key", key.into()),
            ("name", name.into()),
            ("type", "string".into()),
            ("managedObjectType", "VirtualMachine".into()),
        ];
        all.push(Value::object("CustomFieldDef", definition));
        manager.set("field", Value::List(all));
        key
    }

    /// Sets a custom attribute of an entity, and no other.
    pub fn set_attribute(&mut self, entity: &str, key: i32, value: &str) {
        let value = Value::object("CustomFieldStringValue", [("key", key.into()), ("value", value.into())]);
        self.object_mut(entity).set("customValue", Value::List(vec![value]));
    }
}
