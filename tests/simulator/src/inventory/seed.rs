//! What a server holds before any VM is added.

use super::{HostSpec, Inventory, Places};
use crate::config::{Config, Kind};
use crate::value::{MoRef, Value};

impl Inventory {
    pub(crate) fn seeded(config: &Config) -> Self {
        let mut inventory = Self::empty(config.kind, &config.name, Places::new(config.kind));
        inventory.seed_tree();
        inventory.seed_first_host(config);
        inventory.seed_managers(config);
        inventory
    }

    fn seed_tree(&mut self) {
        let places = self.places.clone();
        let (root_name, datacenter_name) = match self.kind {
            Kind::Esxi => ("ha-folder-root", "ha-datacenter"),
            Kind::Vcenter => ("Datacenters", "Datacenter"),
        };
        let root = self.add_object("Folder", &places.root);
        root.set("name", root_name);
        root.set("effectiveRole", Value::list([-1]));
        root.set("overallStatus", "green");
        root.set("triggeredAlarmState", Value::List(Vec::new()));
        root.set("childType", Value::list(["Folder", "Datacenter"]));
        self.add_entity("Datacenter", &places.datacenter, datacenter_name, &places.root);
        let kinds = [
            (&places.vm_folder, "vm", "vmFolder"),
            (&places.host_folder, "host", "hostFolder"),
            (&places.datastore_folder, "datastore", "datastoreFolder"),
            (&places.network_folder, "network", "networkFolder"),
        ];
        for (id, name, property) in kinds {
            self.add_entity("Folder", id, name, &places.datacenter);
            let folder = MoRef::new("Folder", id);
            self.object_mut(&places.datacenter).set(property, folder);
        }
    }

    fn seed_first_host(&mut self, config: &Config) {
        let places = self.places.clone();
        let (compute, name) = match self.kind {
            Kind::Esxi => ("ha-compute-res", config.name.clone()),
            Kind::Vcenter => ("domain-s10", format!("host1.{}", config.name)),
        };
        self.add_compute("ComputeResource", compute, &places.resource_pool, &name);
        let spec = HostSpec::new(&name).uuid(&config.host_uuid);
        self.insert_host(&places.host, compute, &spec);
        self.next_id = 15;
        self.seed_datastore(&places);
        let parent = &places.network_folder;
        let network = self.add_entity("Network", &places.network, "VM Network", parent);
        network.set("summary.name", "VM Network");
        network.set("summary.accessible", true);
        let host = places.host.clone();
        self.add_standard_portgroup(&host, "VM Network", "vSwitch0", 0);
    }

    fn seed_datastore(&mut self, places: &Places) {
        let parent = &places.datastore_folder;
        let datastore = self.add_entity("Datastore", &places.datastore, "datastore1", parent);
        let summary = [
            ("name", "datastore1".into()),
            ("url", "ds:///vmfs/volumes/5f1c0a3e-8d2b7a10-4c6e-001b21a0b3c4/".into()),
            ("capacity", 1_000_000_000_000_i64.into()),
            ("freeSpace", 400_000_000_000_i64.into()),
            ("uncommitted", 250_000_000_000_i64.into()),
            ("accessible", true.into()),
            ("multipleHostAccess", false.into()),
            ("type", "VMFS".into()),
            ("maintenanceMode", "normal".into()),
        ];
        datastore.set("summary", Value::object("DatastoreSummary", summary));
        datastore.set("summary.datastore", datastore.moref.clone());
    }

    fn seed_managers(&mut self, config: &Config) {
        let places = self.places.clone();
        let managers = [
            ("SessionManager", &places.session_manager, "sessionManager"),
            ("ViewManager", &places.view_manager, "viewManager"),
            ("PropertyCollector", &places.property_collector, "propertyCollector"),
            ("SearchIndex", &places.search_index, "searchIndex"),
            (
                "CustomFieldsManager",
                &places.custom_fields_manager,
                "customFieldsManager",
            ),
        ];
        let instance = self.add_object("ServiceInstance", "ServiceInstance");
        instance.set("content.about", about(config));
        instance.set("content.rootFolder", MoRef::new("Folder", &places.root));
        for (kind, id, property) in managers {
            let instance = self.object_mut("ServiceInstance");
            instance.set(&format!("content.{property}"), MoRef::new(kind, id));
            self.add_object(kind, id);
        }
        self.object_mut(&places.custom_fields_manager)
            .set("field", Value::List(Vec::new()));
    }
}

fn about(config: &Config) -> Value {
    let version: Vec<_> = config.api_version.split('.').take(3).collect();
    let version = version.join(".");
    let (name, product, api_type, os) = match config.kind {
        Kind::Esxi => ("VMware ESXi", "embeddedEsx", "HostAgent", "vmnix-x86"),
        Kind::Vcenter => ("VMware vCenter Server", "vpx", "VirtualCenter", "linux-x64"),
    };
    let build = &config.build;
    let fields = [
        ("name", name.into()),
        ("fullName", format!("{name} {version} build-{build}").into()),
        ("vendor", "VMware, Inc.".into()),
        ("version", version.into()),
        ("build", build.as_str().into()),
        ("localeVersion", "INTL".into()),
        ("localeBuild", "000".into()),
        ("osType", os.into()),
        ("productLineId", product.into()),
        ("apiType", api_type.into()),
        ("apiVersion", config.api_version.as_str().into()),
    ];
    let mut about = Value::object("AboutInfo", fields);
    if let (Value::Object(about), Some(uuid)) = (&mut about, &config.instance_uuid) {
        about.set("instanceUuid", uuid.as_str().into());
    }
    about
}
