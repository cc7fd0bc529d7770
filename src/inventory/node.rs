//! The objects beside VMs while they arrive: names, parents, and what they refer to.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::name::decode_name;
use super::properties::{self as path, Plain};
use super::read::{Reader, whole};
use super::words::Words;
use super::{Fact, Shared, Uuid};
use crate::soap::{Reference, Value};

/// Facts by field of the catalog; null is knowledge.
pub(super) type Facts = BTreeMap<&'static str, Json>;

/// What an object is, as far as the inventory's tree goes; subtypes are one with their supertype.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    Folder,
    Datacenter,
    /// A `ComputeResource` that is no cluster: of a standalone host.
    Standalone,
    Cluster,
    Pool,
    App,
    Host,
    Datastore,
    Network,
    Switch,
    Vm,
}

impl Class {
    /// Of a managed object type.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "Folder" | "StoragePod" => Self::Folder,
            "Datacenter" => Self::Datacenter,
            "ComputeResource" => Self::Standalone,
            "ClusterComputeResource" => Self::Cluster,
            "ResourcePool" => Self::Pool,
            "VirtualApp" => Self::App,
            "HostSystem" => Self::Host,
            "Datastore" => Self::Datastore,
            "Network" | "DistributedVirtualPortgroup" | "OpaqueNetwork" => Self::Network,
            "DistributedVirtualSwitch" | "VmwareDistributedVirtualSwitch" => Self::Switch,
            "VirtualMachine" => Self::Vm,
            _ => return None,
        })
    }
}

/// An object of one server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub class: Class,
    /// Value of its reference.
    pub moref: Shared,
}

impl Key {
    /// Of an object that belongs to the tree.
    pub fn of(reference: &Reference<'_>, words: &mut Words) -> Option<Self> {
        Some(Self {
            class: Class::of(&reference.kind)?,
            moref: words.share(&reference.value),
        })
    }
}

/// An object beside VMs.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Decoded; none if it has not arrived.
    pub name: Option<Shared>,
    pub parent: Fact<Key>,
    /// What needs no other object.
    pub facts: Facts,
    pub part: Part,
}

/// What only one class has.
#[derive(Debug, Default)]
pub(super) enum Part {
    #[default]
    Nothing,
    App {
        /// The folder of a vApp that is in no other.
        folder: Fact<Key>,
    },
    Host(Box<HostPart>),
    Cluster {
        datastores: Fact<Vec<Key>>,
    },
    Network(NetworkPart),
    Switch {
        uplinks: Fact<Vec<Key>>,
    },
}

#[derive(Debug, Default)]
pub(super) struct HostPart {
    pub uuid: Option<Uuid>,
    pub datastores: Fact<Vec<Key>>,
    pub networks: Fact<Vec<Key>>,
    /// The port groups of its standard switches.
    pub portgroups: Fact<Vec<StandardPortgroup>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StandardPortgroup {
    pub name: Shared,
    pub switch: Option<Shared>,
    pub vlan: Option<u64>,
}

#[derive(Debug)]
pub(super) enum NetworkPart {
    Standard,
    Portgroup {
        /// `config.key`, by which adapters refer to it.
        key: Option<Shared>,
        switch: Fact<Key>,
        vlan: Fact<Vlan>,
    },
    Opaque {
        /// `summary.opaqueNetworkId`, likewise.
        id: Option<Shared>,
    },
}

/// How a network's frames are tagged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Vlan {
    /// One VLAN, or none if it is 0.
    Id(u64),
    /// Ranges of them, `0-4094,100`.
    Trunk(String),
    /// A private VLAN.
    Private(u64),
}

impl Vlan {
    /// `VlanIdSpec` of a standard port group: 4095 lets all of them through (VMware, VLAN configuration of ESXi).
    pub fn standard(id: u64) -> Self {
        if id == 4095 {
            Self::Trunk("0-4094".to_owned())
        } else {
            Self::Id(id)
        }
    }

    fn read(setting: &Value<'_>) -> Option<Self> {
        let spec = setting.field("vlan")?;
        if let Some(id) = spec.field("pvlanId") {
            return whole(id).map(Self::Private);
        }
        let id = spec.field("vlanId")?;
        if id.text().is_some() {
            return whole(id).map(Self::Id);
        }
        let ranges: Option<Vec<String>> = spec.fields("vlanId").map(read_range).collect();
        ranges.map(|ranges| Self::Trunk(ranges.join(",")))
    }
}

fn read_range(range: &Value<'_>) -> Option<String> {
    let bound = |name| range.field(name).and_then(whole);
    let (start, end) = (bound("start")?, bound("end")?);
    Some(if start == end {
        start.to_string()
    } else {
        format!("{start}-{end}")
    })
}

/// The type by which objects of a type are asked for: a subtype has a spec of its own, or that of its supertype.
pub(super) fn asked_as(class: Class, kind: &str) -> &'static str {
    match class {
        Class::Folder => "Folder",
        Class::Datacenter => "Datacenter",
        Class::Standalone => "ComputeResource",
        Class::Cluster => "ClusterComputeResource",
        Class::Pool => "ResourcePool",
        Class::App => "VirtualApp",
        Class::Host => "HostSystem",
        Class::Datastore => "Datastore",
        Class::Network if kind == "DistributedVirtualPortgroup" => "DistributedVirtualPortgroup",
        Class::Network => "Network",
        Class::Switch => "DistributedVirtualSwitch",
        Class::Vm => "VirtualMachine",
    }
}

impl Node {
    /// What one object says, whatever else there is.
    pub fn read(class: Class, reader: &Reader<'_>, words: &mut Words) -> Self {
        let name = reader.text(path::NAME).map(decode_name);
        let name = name.known().filter(|name| !name.is_empty());
        Self {
            name: name.map(|name| words.share(name)),
            parent: key(reader, path::PARENT, words),
            facts: facts_of(class, reader),
            part: Part::read(class, reader, words),
        }
    }
}

fn facts_of(class: Class, reader: &Reader<'_>) -> Facts {
    let fields: &[Plain] = match class {
        Class::Host => path::HOST_FIELDS,
        Class::Cluster => path::CLUSTER_FIELDS,
        Class::Datastore => path::DATASTORE_FIELDS,
        Class::Network if reader.object.object.kind == "DistributedVirtualPortgroup" => path::PORTGROUP_FIELDS,
        Class::Network => path::NETWORK_FIELDS,
        Class::Switch => path::SWITCH_FIELDS,
        _ => &[],
    };
    let is_away = is_away(class, reader);
    let told = |path, fact| {
        if is_away {
            without_doubtful(class, path, fact)
        } else {
            fact
        }
    };
    let mut facts = Facts::new();
    for field in fields {
        put(&mut facts, field.field, told(field.path, reader.plain(field)));
    }
    if class == Class::Host {
        let serial = serial(reader).map(Json::from);
        put(&mut facts, "serial_number", told(path::SYSTEM_INFO, serial));
        let uuid = reader.uuid(path::HARDWARE_UUID).map(|uuid| Json::from(uuid.as_str()));
        put(&mut facts, "hardware_uuid", told(path::HARDWARE_UUID, uuid));
    }
    facts
}

/// Whether the server does not reach the object now, and so tells less of it than it knew.
fn is_away(class: Class, reader: &Reader<'_>) -> bool {
    let text = |path| reader.object.property(path).and_then(Value::text);
    match class {
        Class::Host => text(path::CONNECTION_STATE) != Some("connected"),
        Class::Datastore => text(path::ACCESSIBLE).is_some_and(|accessible| accessible.trim() == "false"),
        _ => false,
    }
}

/// Of a host that is away a server has no hardware and no configuration, which says nothing of what the host has; of a
/// datastore that is not accessible the sizes that it sends are not valid (vSphere API reference, `DatastoreSummary`).
fn without_doubtful(class: Class, path: &str, fact: Fact<Json>) -> Fact<Json> {
    let of_host = ["hardware.", "summary.", "config."];
    let is_doubtful = match class {
        Class::Host => fact == Fact::Unset && of_host.iter().any(|part| path.starts_with(part)),
        _ => [path::CAPACITY, path::FREE_SPACE, path::DATASTORE_UNCOMMITTED].contains(&path),
    };
    if is_doubtful { Fact::Unread } else { fact }
}

/// What is not known is left out.
pub(super) fn put(facts: &mut Facts, field: &'static str, fact: Fact<Json>) {
    match fact {
        Fact::Known(value) => drop(facts.insert(field, value)),
        Fact::Unset => drop(facts.insert(field, Json::Null)),
        Fact::Unread => {}
    }
}

/// `serialNumber` exists since vSphere 6.0 or so and is not always filled; hardware vendors fill one tag or the other.
/// The enclosure's serial is that of a chassis with several hosts in it.
fn serial(reader: &Reader<'_>) -> Fact<String> {
    let info = match reader.value(path::SYSTEM_INFO) {
        Fact::Known(info) => info,
        Fact::Unset => return Fact::Unset,
        Fact::Unread => return Fact::Unread,
    };
    let tag = |wanted: &'static str| {
        let mut tags = info.fields("otherIdentifyingInfo");
        let is_wanted = |tag: &&Value<'_>| {
            let key = tag.field("identifierType").and_then(|kind| kind.field("key"));
            key.and_then(Value::text) == Some(wanted)
        };
        tags.find(is_wanted).and_then(|tag| tag.field("identifierValue"))
    };
    let places = [info.field("serialNumber"), tag("ServiceTag"), tag("SerialNumberTag")];
    let texts = places.into_iter().flatten().filter_map(Value::text).map(str::trim);
    let serial = texts.into_iter().find(|text| !text.is_empty());
    serial.map_or(Fact::Unset, |serial| Fact::Known(serial.to_owned()))
}

impl Part {
    fn read(class: Class, reader: &Reader<'_>, words: &mut Words) -> Self {
        match class {
            Class::App => Self::App {
                folder: key(reader, path::PARENT_FOLDER, words),
            },
            Class::Host => Self::Host(Box::new(HostPart {
                uuid: reader.uuid(path::HARDWARE_UUID).known().cloned(),
                datastores: keys(reader, path::DATASTORE, words),
                networks: keys(reader, path::NETWORK, words),
                portgroups: portgroups(reader, words),
            })),
            Class::Cluster => Self::Cluster {
                datastores: keys(reader, path::DATASTORE, words),
            },
            Class::Network => Self::Network(NetworkPart::read(reader, words)),
            Class::Switch => Self::Switch {
                uplinks: keys(reader, path::UPLINK_PORTGROUPS, words),
            },
            Class::Folder | Class::Datacenter | Class::Standalone | Class::Pool | Class::Datastore | Class::Vm => {
                Self::Nothing
            }
        }
    }
}

impl NetworkPart {
    fn read(reader: &Reader<'_>, words: &mut Words) -> Self {
        let mut word = |path| reader.text(path).known().map(|text| words.share(text));
        match &*reader.object.object.kind {
            "DistributedVirtualPortgroup" => Self::Portgroup {
                key: word(path::PORTGROUP_KEY),
                switch: key(reader, path::PORTGROUP_SWITCH, words),
                vlan: match reader.value(path::PORTGROUP_SETTING) {
                    Fact::Known(setting) => Vlan::read(setting).map_or(Fact::Unset, Fact::Known),
                    Fact::Unset => Fact::Unset,
                    Fact::Unread => Fact::Unread,
                },
            },
            "OpaqueNetwork" => Self::Opaque {
                id: word(path::OPAQUE_ID),
            },
            _ => Self::Standard,
        }
    }
}

/// The object that a property refers to; one that belongs to no class is not read.
pub(super) fn key(reader: &Reader<'_>, path: &'static str, words: &mut Words) -> Fact<Key> {
    reader.reference(path).and_then(|reference| Key::of(reference, words))
}

/// The objects that a property refers to, all of them or none.
pub(super) fn keys(reader: &Reader<'_>, path: &'static str, words: &mut Words) -> Fact<Vec<Key>> {
    let references = reader.list(path, Value::reference);
    references.and_then(|references| references.into_iter().map(|one| Key::of(one, words)).collect())
}

fn portgroups(reader: &Reader<'_>, words: &mut Words) -> Fact<Vec<StandardPortgroup>> {
    let specs = reader.list(path::PORTGROUPS, |portgroup| portgroup.field("spec"));
    specs.map(|specs| {
        let read = |spec: &Value<'_>| {
            let text = |name| spec.field(name).and_then(Value::text);
            Some(StandardPortgroup {
                name: words.share(&decode_name(text("name")?)),
                switch: text("vswitchName")
                    .filter(|name| !name.is_empty())
                    .map(|name| words.share(name)),
                vlan: spec.field("vlanId").and_then(whole),
            })
        };
        specs.into_iter().filter_map(read).collect()
    })
}
