//! One VM as it arrives.

use super::details::DetailParts;
use super::name::decode_name;
use super::node::{Key, key, keys};
use super::properties as path;
use super::read::{Reader, parse, power_state};
use super::words::Words;
use super::{Fact, LeftOut, Shared, Sighting};
use crate::soap::Value;

/// A VM, and what it refers to.
#[derive(Debug)]
pub(super) struct Vm {
    /// Without what other objects say.
    pub sighting: Sighting,
    pub host: Fact<Key>,
    pub parent: Fact<Key>,
    pub app: Fact<Key>,
    pub pool: Fact<Key>,
    pub datastores: Fact<Vec<Key>>,
    pub networks: Fact<Vec<Key>>,
    /// Custom attributes by key.
    pub attributes: Fact<Vec<(i64, String)>>,
    pub details: Option<Box<DetailParts>>,
}

impl Vm {
    /// What one object says, whatever else there is.
    pub fn read(reader: &Reader<'_>, words: &mut Words) -> Self {
        Self {
            sighting: read_sighting(reader, words),
            host: key(reader, path::HOST, words),
            parent: key(reader, path::PARENT, words),
            app: key(reader, path::PARENT_APP, words),
            pool: key(reader, path::RESOURCE_POOL, words),
            datastores: keys(reader, path::DATASTORE, words),
            networks: keys(reader, path::NETWORK, words),
            attributes: reader.list(path::CUSTOM_VALUE, attribute),
            details: DetailParts::read(reader, words),
        }
    }
}

fn read_sighting(vm: &Reader<'_>, words: &mut Words) -> Sighting {
    let mut word = |path| vm.text(path).map(|text| words.share(text));
    let name = vm.text(path::NAME).map(decode_name);
    let uuid_text = vm.text(path::UUID).known().map(|text| (*text).to_owned());
    Sighting {
        moref: vm.object.object.value.to_string(),
        uuid: vm.uuid(path::UUID),
        uuid_text: uuid_text.unwrap_or_default(),
        instance_uuid: vm.uuid(path::INSTANCE_UUID),
        connection_state: word(path::CONNECTION_STATE),
        power_state: word(path::POWER_STATE).and_then(|state| documented(&state)),
        guest_hostname: vm.text(path::GUEST_HOSTNAME).map(str::to_owned),
        guest_address: vm.text(path::GUEST_ADDRESS).map(str::to_owned),
        tools_status: word(path::TOOLS_STATUS),
        tools_version_status: word(path::TOOLS_VERSION_STATUS),
        tools_running_status: word(path::TOOLS_RUNNING_STATUS),
        template: vm.parsed(path::TEMPLATE),
        num_cpu: vm.parsed(path::NUM_CPU),
        memory_mb: vm.number(path::MEMORY_MB),
        guest_os: word(path::GUEST_OS),
        guest_id: word(path::GUEST_ID),
        committed_bytes: vm.number(path::COMMITTED),
        uncommitted_bytes: vm.number(path::UNCOMMITTED),
        nics: vm.parsed(path::NICS),
        disks: vm.parsed(path::DISKS),
        hardware_version: word(path::HARDWARE_VERSION),
        firmware: word(path::FIRMWARE),
        vm_path: vm.text(path::VM_PATH).map(str::to_owned),
        snapshots: vm
            .list(path::ROOT_SNAPSHOT, Value::reference)
            .map(|roots| count(&roots)),
        boot_time: vm.time(path::BOOT_TIME),
        has_config: vm.object.properties.iter().any(|(path, _)| path.starts_with("config.")),
        left_out: left_out(vm, name.known()),
        name,
        ..Sighting::default()
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// The vocabulary of the documents for `VirtualMachinePowerState`, and nothing else.
fn documented(state: &str) -> Option<Shared> {
    let word = power_state(state);
    matches!(word, "on" | "off" | "suspended").then(|| Shared::from(word))
}

/// `CustomFieldStringValue`.
fn attribute(value: &Value<'_>) -> Option<(i64, String)> {
    let text = value.field("value").and_then(Value::text)?;
    Some((value.field("key").and_then(parse)?, text.to_owned()))
}

fn left_out(vm: &Reader<'_>, name: Option<&String>) -> Option<LeftOut> {
    let managed_by = vm.object.property(path::MANAGED_BY);
    let managed_by = |field| managed_by.and_then(|by| by.field(field)).and_then(Value::text);
    let role = vm.object.property(path::FAULT_TOLERANCE_ROLE).and_then(Value::text);
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
