//! From a listing's objects to VMs and hosts.

use std::collections::{BTreeSet, HashMap};

use super::folder::FolderTree;
use super::name::decode_name;
use super::properties as path;
use super::{Fact, Host, LeftOut, Sighting, SourceInventory, SourceKind, Uuid};
use crate::soap::{AboutInfo, ObjectContent, Value};

/// Resolves the references of one source's listing. The order of the objects does not matter; a reference to nothing
/// stays unknown.
#[must_use]
pub fn build_inventory(about: &AboutInfo, objects: &[ObjectContent]) -> SourceInventory {
    let of_kind = |kind: &'static str| objects.iter().filter(move |object| object.object.kind == kind);
    let kind = if about.is_vcenter() {
        SourceKind::Vcenter
    } else {
        SourceKind::Esxi
    };
    let mut hosts: Vec<Host> = of_kind("HostSystem").map(build_host).collect();
    hosts.sort_by(|a, b| a.moref.cmp(&b.moref));
    let folders = FolderTree::build(of_kind("Folder").chain(of_kind("Datacenter")));
    let host_index = hosts
        .iter()
        .enumerate()
        .map(|(index, host)| (host.moref.clone(), index))
        .collect();
    let builder = Builder { folders, host_index };
    let mut vms: Vec<Sighting> = of_kind("VirtualMachine")
        .map(|object| builder.build_vm(object))
        .collect();
    vms.sort_by(|a, b| a.moref.cmp(&b.moref));
    let server_uuid = match kind {
        SourceKind::Vcenter => about.instance_uuid.as_deref().and_then(Uuid::new),
        SourceKind::Esxi => hosts.first().and_then(|host| host.hardware_uuid.clone()),
    };
    SourceInventory {
        kind,
        server_uuid,
        vms,
        hosts,
        objects: Vec::new(),
        listed: BTreeSet::new(),
        root_roles: root_roles(of_kind("Folder")),
    }
}

struct Builder {
    folders: FolderTree,
    host_index: HashMap<String, usize>,
}

impl Builder {
    fn build_vm(&self, vm: &ObjectContent) -> Sighting {
        let uuid_text = text(vm, path::UUID);
        let folder = vm.property(path::PARENT).and_then(Value::reference);
        let host = vm.property(path::HOST).and_then(Value::reference);
        let name = text(vm, path::NAME).map(|name| decode_name(&name));
        Sighting {
            moref: vm.object.value.clone(),
            uuid: uuid(vm, path::UUID),
            uuid_text: uuid_text.known().cloned().unwrap_or_default(),
            instance_uuid: uuid(vm, path::INSTANCE_UUID),
            folder_path: folder.and_then(|folder| self.folders.path(&folder.value)),
            connection_state: text(vm, path::CONNECTION_STATE),
            power_state: text(vm, path::POWER_STATE).and_then(|state| power_state(&state)),
            host: host.and_then(|host| self.host_index.get(&host.value).copied()),
            guest_hostname: text(vm, path::GUEST_HOSTNAME),
            guest_address: text(vm, path::GUEST_ADDRESS),
            tools_status: text(vm, path::TOOLS_STATUS),
            tools_version_status: text(vm, path::TOOLS_VERSION_STATUS),
            template: parsed(vm, path::TEMPLATE),
            num_cpu: parsed(vm, path::NUM_CPU),
            memory_mb: parsed(vm, path::MEMORY_MB),
            guest_os: text(vm, path::GUEST_OS),
            uncommitted_bytes: parsed(vm, path::UNCOMMITTED),
            has_config: vm.properties.iter().any(|(path, _)| path.starts_with("config.")),
            left_out: left_out(vm, name.known()),
            name,
        }
    }
}

fn text(object: &ObjectContent, path: &str) -> Fact<String> {
    match object.property(path).and_then(Value::text) {
        Some(text) => Fact::Known(text.to_owned()),
        None if object.missing(path).is_some() => Fact::Unread,
        None => Fact::Unset,
    }
}

fn parsed<T: std::str::FromStr>(object: &ObjectContent, path: &str) -> Fact<T> {
    text(object, path).and_then(|text| text.trim().parse().ok())
}

/// An all-zero UUID is one that was never set.
fn uuid(object: &ObjectContent, path: &str) -> Fact<Uuid> {
    match text(object, path) {
        Fact::Known(text) => Uuid::new(&text).map_or(Fact::Unset, Fact::Known),
        Fact::Unset => Fact::Unset,
        Fact::Unread => Fact::Unread,
    }
}

/// The vocabulary of the documents for `VirtualMachinePowerState`.
fn power_state(state: &str) -> Option<String> {
    let word = match state {
        "poweredOn" => "on",
        "poweredOff" => "off",
        "suspended" => "suspended",
        _ => return None,
    };
    Some(word.to_owned())
}

fn build_host(host: &ObjectContent) -> Host {
    let text = |path| host.property(path).and_then(Value::text);
    Host {
        moref: host.object.value.clone(),
        name: text(path::NAME).map(decode_name).filter(|name| !name.is_empty()),
        hardware_uuid: text(path::HARDWARE_UUID).and_then(Uuid::new),
    }
}

/// The root folder is the one without parent.
fn root_roles<'a>(mut folders: impl Iterator<Item = &'a ObjectContent>) -> Vec<i32> {
    let root = folders.find(|folder| folder.property(path::PARENT).is_none());
    let roles = root
        .and_then(|root| root.property(path::EFFECTIVE_ROLE))
        .map_or(&[][..], Value::items);
    let mut roles: Vec<i32> = roles.iter().filter_map(|role| role.text()?.parse().ok()).collect();
    roles.sort_unstable();
    roles
}

fn left_out(vm: &ObjectContent, name: Option<&String>) -> Option<LeftOut> {
    let managed_by = |field| {
        vm.property(path::MANAGED_BY)
            .and_then(|by| by.field(field))
            .and_then(Value::text)
    };
    let role = vm.property(path::FAULT_TOLERANCE_ROLE).and_then(Value::text);
    let extension = managed_by("extensionKey").unwrap_or_default();
    if role.is_some_and(is_secondary) {
        Some(LeftOut::FaultToleranceSecondary)
    } else if extension.starts_with("com.vmware.vcDr") {
        Some(LeftOut::RecoveryPlaceholder)
    } else if extension == AGENT_MANAGER
        && (managed_by("type") == Some(CLUSTER_AGENT) || name.is_some_and(|name| is_agent_name(name)))
    {
        Some(LeftOut::ClusterServiceAgent)
    } else {
        None
    }
}

/// `FaultToleranceConfigInfo.role`: 1 is the primary, every other number a secondary (vSphere API reference).
fn is_secondary(role: &str) -> bool {
    role.trim().parse::<i32>().is_ok_and(|role| role > 1)
}

/// The ESX Agent Manager, which deploys the agents of vSphere Cluster Services as `cluster-agent`.
const AGENT_MANAGER: &str = "com.vmware.vim.eam";
const CLUSTER_AGENT: &str = "cluster-agent";

fn is_agent_name(name: &str) -> bool {
    name.starts_with("vCLS-") || name.starts_with("vCLS (")
}
