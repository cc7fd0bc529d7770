//! Well-known objects of a server.

use crate::config::Kind;

/// The ids of the objects that every server starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The root folder.
    pub root: String,
    /// The first datacenter.
    pub datacenter: String,
    /// Its folder of VMs.
    pub vm_folder: String,
    /// Its folder of hosts and clusters.
    pub host_folder: String,
    /// Its folder of datastores.
    pub datastore_folder: String,
    /// Its folder of networks.
    pub network_folder: String,
    /// The first host.
    pub host: String,
    /// The root resource pool of the first host.
    pub resource_pool: String,
    /// The first datastore.
    pub datastore: String,
    /// The first network.
    pub network: String,
    /// The session manager.
    pub session_manager: String,
    /// The view manager.
    pub view_manager: String,
    /// The property collector.
    pub property_collector: String,
    /// The search index.
    pub search_index: String,
    /// The definitions of custom attributes.
    pub custom_fields_manager: String,
}

impl Places {
    pub(super) fn new(kind: Kind) -> Self {
        let ids = match kind {
            Kind::Esxi => ESXI,
            Kind::Vcenter => VCENTER,
        };
        let ids = ids.map(str::to_owned);
        let [
            root,
            datacenter,
            vm_folder,
            host_folder,
            datastore_folder,
            network_folder,
            host,
            resource_pool,
            datastore,
            network,
            session_manager,
            view_manager,
            property_collector,
            search_index,
            custom_fields_manager,
        ] = ids;
        Self {
            root,
            datacenter,
            vm_folder,
            host_folder,
            datastore_folder,
            network_folder,
            host,
            resource_pool,
            datastore,
            network,
            session_manager,
            view_manager,
            property_collector,
            search_index,
            custom_fields_manager,
        }
    }
}

const ESXI: [&str; 15] = [
    "ha-folder-root",
    "ha-datacenter",
    "ha-folder-vm",
    "ha-folder-host",
    "ha-folder-datastore",
    "ha-folder-network",
    "ha-host",
    "ha-root-pool",
    "5f1c0a3e-8d2b7a10-4c6e-001b21a0b3c4",
    "HaNetwork-VM Network",
    "ha-sessionmgr",
    "ViewManager",
    "ha-property-collector",
    "ha-searchindex",
    "ha-customfieldsmgr",
];

const VCENTER: [&str; 15] = [
    "group-d1",
    "datacenter-2",
    "group-v3",
    "group-h4",
    "group-s5",
    "group-n6",
    "host-12",
    "resgroup-11",
    "datastore-13",
    "network-14",
    "SessionManager",
    "ViewManager",
    "propertyCollector",
    "SearchIndex",
    "CustomFieldsManager",
];
