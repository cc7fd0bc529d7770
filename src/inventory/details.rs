//! `inventory.details`: adapters, disks, snapshots and file systems of a VM.

use serde_json::{Map, Value as Json, json};

use super::name::decode_name;
use super::networks::Networks;
use super::node::Key;
use super::properties as path;
use super::read::{MOST, Reader, parse, parse_time, whole};
use super::words::Words;
use super::{Details, Fact, Shared};
use crate::moment::to_the_second;
use crate::soap::Value;

/// More snapshots than any VM has, and deeper; vSphere allows 32 in a chain.
const MAX_SNAPSHOTS: usize = 1024;

/// The details of a VM before its networks have names.
#[derive(Debug)]
pub(super) struct DetailParts {
    /// None if they were not asked for.
    adapters: Option<Fact<Vec<Adapter>>>,
    disks: Fact<Json>,
    snapshots: Fact<Json>,
    /// Likewise.
    guest_nics: Option<Fact<Vec<GuestNic>>>,
    partitions: Fact<Json>,
}

/// A `VirtualEthernetCard`.
#[derive(Debug)]
struct Adapter {
    key: Option<i64>,
    label: Option<String>,
    mac: Option<String>,
    kind: Shared,
    connected: Option<bool>,
    backing: Backing,
}

/// What an adapter is plugged into.
#[derive(Debug)]
enum Backing {
    /// A standard network, and the name that the device itself has for it.
    Network(Option<Key>, Option<String>),
    /// A portgroup by its key, an opaque network by its id.
    Id(String),
    Other,
}

/// A `GuestNicInfo`.
#[derive(Debug)]
struct GuestNic {
    /// Key of the adapter; -1 if the guest's tools cannot tell.
    device: Option<i64>,
    mac: Option<String>,
    network: Option<String>,
    connected: Option<bool>,
    addresses: Vec<String>,
}

impl DetailParts {
    /// None if nothing of this was asked for.
    pub fn read(vm: &Reader<'_>, words: &mut Words) -> Option<Box<Self>> {
        let devices = vm.list(path::DEVICES, Some);
        let disks = devices
            .as_ref()
            .map(|devices| devices.iter().filter_map(|device| disk(device)).collect());
        let adapters = devices.map(|devices| {
            let adapters = devices.into_iter().filter_map(|device| Adapter::read(device, words));
            adapters.collect()
        });
        let guest_nics = vm.list(path::GUEST_NET, |nic| Some(GuestNic::read(nic)));
        let parts = Self {
            disks,
            adapters: vm.asks(path::DEVICES).then_some(adapters),
            snapshots: match vm.value(path::SNAPSHOT) {
                Fact::Known(info) => Fact::Known(snapshots(info)),
                Fact::Unset => Fact::Known(Json::Array(Vec::new())),
                Fact::Unread => Fact::Unread,
            },
            guest_nics: vm.asks(path::GUEST_NET).then_some(guest_nics),
            partitions: known_if_told(vm.list(path::GUEST_DISK, |disk| Some(partition(disk)))),
        };
        let nothing = parts.adapters.as_ref().is_none_or(Fact::is_unread)
            && parts.snapshots.is_unread()
            && parts.guest_nics.as_ref().is_none_or(Fact::is_unread)
            && parts.partitions.is_unread();
        (!nothing).then(|| Box::new(parts))
    }

    /// Gives the networks their names.
    pub fn resolve(self, networks: &Networks<'_>) -> Details {
        Details {
            network_interfaces: interfaces(self.adapters, self.guest_nics, networks),
            virtual_disks: self.disks,
            snapshot_tree: self.snapshots,
            partitions: self.partitions,
        }
    }
}

/// A guest that reports nothing, as when it is off, still has its file systems.
fn known_if_told(list: Fact<Vec<Json>>) -> Fact<Json> {
    match list {
        Fact::Known(list) if list.is_empty() => Fact::Unread,
        list => list.map(Json::Array),
    }
}

fn text(value: &Value<'_>, name: &str) -> Option<String> {
    value.field(name).and_then(Value::text).map(str::to_owned)
}

fn number<T: std::str::FromStr>(value: &Value<'_>, name: &str) -> Option<T> {
    value.field(name).and_then(parse)
}

fn bytes(value: &Value<'_>, name: &str) -> Option<u64> {
    value.field(name).and_then(whole)
}

fn label(device: &Value<'_>) -> Option<String> {
    text(device.field("deviceInfo")?, "label")
}

impl Adapter {
    /// Nothing of a device that is no network adapter: only those have an address.
    fn read(device: &Value<'_>, words: &mut Words) -> Option<Self> {
        let kind = device.type_name()?;
        device.field("macAddress").or(device.field("addressType"))?;
        let connectable = device.field("connectable");
        Some(Self {
            key: number(device, "key"),
            label: label(device),
            mac: text(device, "macAddress"),
            kind: words.share(kind.strip_prefix("Virtual").unwrap_or(kind)),
            connected: connectable.and_then(|state| number(state, "connected")),
            backing: device
                .field("backing")
                .map_or(Backing::Other, |backing| Backing::read(backing, words)),
        })
    }
}

impl Backing {
    fn read(backing: &Value<'_>, words: &mut Words) -> Self {
        let portgroup = backing.field("port").and_then(|port| text(port, "portgroupKey"));
        let id = portgroup.or_else(|| text(backing, "opaqueNetworkId"));
        let network = backing.field("network").and_then(Value::reference);
        match id {
            Some(id) => Self::Id(id),
            None if backing.field("deviceName").is_some() || network.is_some() => Self::Network(
                network.and_then(|network| Key::of(network, words)),
                text(backing, "deviceName"),
            ),
            None => Self::Other,
        }
    }

    /// Not read if the network may be one that has not arrived.
    fn name(&self, networks: &Networks<'_>) -> Fact<String> {
        let name = match self {
            Self::Network(network, name) => {
                let known = network.as_ref().and_then(|network| networks.name(network));
                known.map(ToString::to_string).or_else(|| name.clone())
            }
            Self::Id(id) => networks.name_by_id(id).map(ToString::to_string),
            Self::Other => return Fact::Unset,
        };
        match name {
            Some(name) => Fact::Known(name),
            None if networks.may_lack_some() => Fact::Unread,
            None => Fact::Unset,
        }
    }
}

impl GuestNic {
    fn read(nic: &Value<'_>) -> Self {
        let addresses = nic.fields("ipAddress").filter_map(Value::text);
        Self {
            device: number(nic, "deviceConfigId").filter(|key| *key >= 0),
            mac: text(nic, "macAddress"),
            network: text(nic, "network"),
            connected: number(nic, "connected"),
            addresses: addresses.map(str::to_owned).collect(),
        }
    }

    /// The same adapter as the guest sees it.
    fn is_of(&self, adapter: &Adapter) -> bool {
        match (self.device, adapter.key) {
            (Some(device), Some(key)) => device == key,
            _ => self.mac.is_some() && self.mac == adapter.mac,
        }
    }
}

/// The adapters with the addresses that the guest reports for them; without `devices` what the guest reports. All of what
/// was asked for or nothing: rows that lack a part would take it from those that are stored.
fn interfaces(
    adapters: Option<Fact<Vec<Adapter>>>,
    nics: Option<Fact<Vec<GuestNic>>>,
    networks: &Networks<'_>,
) -> Fact<Json> {
    let nics = match nics {
        Some(Fact::Unread) => return Fact::Unread,
        Some(Fact::Known(nics)) => nics,
        Some(Fact::Unset) | None => Vec::new(),
    };
    // A guest that is off tells of no address at all, which is not to have none.
    let tells_addresses = nics.iter().any(|nic| !nic.addresses.is_empty());
    let Some(adapters) = adapters else {
        let rows = nics.iter().map(|nic| guest_row(nic, tells_addresses));
        return known_if_told(Fact::Known(rows.collect()));
    };
    let told = tells_addresses.then_some(&*nics);
    adapters.and_then(|adapters| {
        let rows = adapters.iter().map(|adapter| adapter_row(adapter, told, networks));
        rows.collect()
    })
}

/// None if its network is not known yet.
fn adapter_row(adapter: &Adapter, nics: Option<&[GuestNic]>, networks: &Networks<'_>) -> Option<Json> {
    let network = match adapter.backing.name(networks) {
        Fact::Known(name) => Some(Json::from(name)),
        Fact::Unset => None,
        Fact::Unread => return None,
    };
    // Without a word of the guest nothing is known of addresses.
    let addresses = nics.map(|nics| {
        let own = nics.iter().filter(|nic| nic.is_of(adapter));
        own.flat_map(|nic| &nic.addresses)
            .map(|one| Json::from(&**one))
            .collect()
    });
    Some(row([
        ("label", adapter.label.clone().map(Json::from)),
        ("mac", adapter.mac.clone().map(Json::from)),
        ("adapter_type", Some(Json::from(&*adapter.kind))),
        ("network", network),
        ("connected", adapter.connected.map(Json::from)),
        ("ip_addresses", addresses),
    ]))
}

fn guest_row(nic: &GuestNic, tells_addresses: bool) -> Json {
    row([
        ("mac", nic.mac.clone().map(Json::from)),
        ("network", nic.network.clone().map(Json::from)),
        ("connected", nic.connected.map(Json::from)),
        ("ip_addresses", tells_addresses.then(|| json!(nic.addresses))),
    ])
}

/// A row without what it does not have.
fn row<const N: usize>(fields: [(&str, Option<Json>); N]) -> Json {
    let known = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Json::Object(known.collect::<Map<_, _>>())
}

fn disk(device: &Value<'_>) -> Option<Json> {
    if device.type_name() != Some("VirtualDisk") {
        return None;
    }
    // `capacityInBytes` exists since vSphere 5.5.
    let kilobytes = || {
        bytes(device, "capacityInKB")?
            .checked_mul(1024)
            .filter(|bytes| *bytes <= MOST)
    };
    let capacity = bytes(device, "capacityInBytes").or_else(kilobytes);
    let backing = device.field("backing");
    Some(row([
        ("label", label(device).map(Json::from)),
        ("capacity_bytes", capacity.map(Json::from)),
        (
            "thin",
            backing
                .and_then(|backing| number::<bool>(backing, "thinProvisioned"))
                .map(Json::from),
        ),
        (
            "file",
            backing.and_then(|backing| text(backing, "fileName")).map(Json::from),
        ),
    ]))
}

fn partition(disk: &Value<'_>) -> Json {
    row([
        ("path", text(disk, "diskPath").map(Json::from)),
        ("capacity_bytes", bytes(disk, "capacity").map(Json::from)),
        ("free_bytes", bytes(disk, "freeSpace").map(Json::from)),
    ])
}

/// `VirtualMachineSnapshotInfo`, parents before their children.
fn snapshots(info: &Value<'_>) -> Json {
    let current = info.field("currentSnapshot").and_then(Value::reference);
    let mut rows = Vec::new();
    let mut waiting: Vec<(&Value<'_>, Option<i64>)> =
        info.fields("rootSnapshotList").map(|root| (root, None)).collect();
    waiting.reverse();
    while let Some((snapshot, parent)) = waiting.pop() {
        if rows.len() == MAX_SNAPSHOTS {
            break;
        }
        let id: Option<i64> = number(snapshot, "id");
        let reference = snapshot.field("snapshot").and_then(Value::reference);
        rows.push(row([
            ("id", id.map(Json::from)),
            ("name", text(snapshot, "name").map(|name| decode_name(&name).into())),
            ("description", text(snapshot, "description").map(Json::from)),
            (
                "created_at",
                snapshot
                    .field("createTime")
                    .and_then(parse_time)
                    .map(|time| to_the_second(time).into()),
            ),
            ("parent", parent.map(Json::from)),
            ("current", Some((reference.is_some() && reference == current).into())),
        ]));
        let children: Vec<_> = snapshot.fields("childSnapshotList").map(|child| (child, id)).collect();
        waiting.extend(children.into_iter().rev());
    }
    Json::Array(rows)
}
