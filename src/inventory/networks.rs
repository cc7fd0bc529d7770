//! Networks: which hosts have them, which switch they are on, and how their frames are tagged.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::graph::Graph;
use super::node::{Class, Facts, HostPart, Key, NetworkPart, Node, Part, StandardPortgroup, Vlan, put};
use super::problem::Problems;
use super::{Fact, Shared};

/// What the hosts and switches of a listing say of networks and datastores.
pub(super) struct Networks<'a> {
    graph: &'a Graph<'a>,
    /// The hosts that have a datastore or a network; none if a host is missing, or does not tell which it has.
    hosts: [Option<HashMap<&'a Key, Vec<&'a Key>>>; 2],
    /// Of each standard network, what its hosts say; none if they differ.
    standard: HashMap<&'a Key, Option<Told>>,
    /// Portgroups and opaque networks by what adapters call them.
    by_id: HashMap<&'a str, &'a Shared>,
    /// Whether networks were asked for and did not all arrive.
    may_lack_some: bool,
}

const DATASTORES: usize = 0;
const NETWORKS: usize = 1;

impl<'a> Networks<'a> {
    /// `complete`: no host is missing, and no network if they are `listed`.
    pub fn new(graph: &'a Graph<'a>, complete: bool, listed: bool, problems: &mut Problems) -> Self {
        let parts = || {
            graph
                .of_class(Class::Host)
                .filter_map(|(key, host)| Some((key, host_part(host)?)))
        };
        Self {
            graph,
            hosts: [
                invert(parts().map(|(key, part)| (key, &part.datastores))).filter(|_| complete),
                invert(parts().map(|(key, part)| (key, &part.networks))).filter(|_| complete),
            ],
            standard: standard_networks(graph, problems),
            by_id: graph
                .of_class(Class::Network)
                .filter_map(|(_, node)| id_and_name(node))
                .collect(),
            may_lack_some: listed && !complete,
        }
    }

    /// The names of the hosts that have this datastore or network, sorted.
    pub fn hosts_of(&self, key: &Key) -> Fact<Vec<Shared>> {
        let which = if key.class == Class::Datastore {
            DATASTORES
        } else {
            NETWORKS
        };
        let Some(hosts) = &self.hosts[which] else {
            return Fact::Unread;
        };
        let hosts = hosts.get(key).map_or(&[][..], Vec::as_slice);
        self.graph
            .names_of(&Fact::Known(hosts.iter().map(|key| (*key).clone()).collect()))
    }

    /// The name of the network that an adapter calls so: the key of a portgroup, the id of an opaque network.
    pub fn name_by_id(&self, id: &str) -> Option<&'a Shared> {
        self.by_id.get(id).copied()
    }

    /// Whether a network that has no name here may have one. Where networks are never asked for, none ever has.
    pub const fn may_lack_some(&self) -> bool {
        self.may_lack_some
    }

    /// The name of the network with this reference.
    pub fn name(&self, key: &Key) -> Option<&'a Shared> {
        self.graph.name(key)
    }

    pub fn put_facts(&self, facts: &mut Facts, key: &Key) {
        let Some(Node {
            part: Part::Network(part),
            ..
        }) = self.graph.node(key)
        else {
            return;
        };
        let kind = match part {
            NetworkPart::Standard => "StandardNetwork",
            NetworkPart::Portgroup { .. } => "DistributedVirtualPortgroup",
            NetworkPart::Opaque { .. } => "OpaqueNetwork",
        };
        put(facts, "network_type", Fact::Known(kind.into()));
        match part {
            NetworkPart::Standard => self.put_standard(facts, key),
            NetworkPart::Portgroup { switch, vlan, .. } => {
                let name = self.graph.name_of(switch);
                put(facts, "switch", name.map(|name| Json::from(&*name)));
                put_vlan(facts, vlan.as_ref());
                let uplink = switch.known().and_then(|switch| self.is_uplink(switch, key));
                put(
                    facts,
                    "uplink",
                    uplink.map_or(Fact::Unread, |uplink| Fact::Known(uplink.into())),
                );
            }
            NetworkPart::Opaque { .. } => {
                put(facts, "uplink", Fact::Known(false.into()));
                put(facts, "switch", Fact::Unset);
                put_vlan(facts, Fact::Unset);
            }
        }
    }

    /// By the switch's word: `config.uplink` of the portgroup itself is newer than vSphere 5.5.
    fn is_uplink(&self, switch: &Key, portgroup: &Key) -> Option<bool> {
        match &self.graph.node(switch)?.part {
            Part::Switch { uplinks } => Some(uplinks.known()?.contains(portgroup)),
            _ => None,
        }
    }

    /// A standard network has no switch and no VLAN of its own: each host has a port group of its name.
    fn put_standard(&self, facts: &mut Facts, key: &Key) {
        put(facts, "uplink", Fact::Known(false.into()));
        let Some(Some((switch, vlan))) = self.standard.get(key) else {
            return;
        };
        let switch = switch.as_deref().map_or(Fact::Unset, |name| Fact::Known(name.into()));
        put(facts, "switch", switch);
        let vlan = vlan.map(Vlan::standard);
        put_vlan(facts, vlan.as_ref().map_or(Fact::Unset, Fact::Known));
    }
}

fn put_vlan(facts: &mut Facts, vlan: Fact<&Vlan>) {
    let (id, kind, range) = match vlan {
        Fact::Unread => return,
        Fact::Unset => (Json::Null, Json::Null, Json::Null),
        Fact::Known(Vlan::Id(id)) => ((*id).into(), "vlan".into(), Json::Null),
        Fact::Known(Vlan::Private(id)) => ((*id).into(), "pvlan".into(), Json::Null),
        Fact::Known(Vlan::Trunk(ranges)) => (Json::Null, "trunk".into(), ranges.as_str().into()),
    };
    put(facts, "vlan_id", Fact::Known(id));
    put(facts, "vlan_type", Fact::Known(kind));
    put(facts, "vlan_range", Fact::Known(range));
}

fn host_part(host: &Node) -> Option<&HostPart> {
    match &host.part {
        Part::Host(part) => Some(part),
        _ => None,
    }
}

/// By target; none if one of them does not tell.
fn invert<'a>(lists: impl Iterator<Item = (&'a Key, &'a Fact<Vec<Key>>)>) -> Option<HashMap<&'a Key, Vec<&'a Key>>> {
    let mut inverted: HashMap<&Key, Vec<&Key>> = HashMap::new();
    for (holder, targets) in lists {
        for target in targets.known()? {
            inverted.entry(target).or_default().push(holder);
        }
    }
    Some(inverted)
}

/// Switch and VLAN of a standard network.
type Told = (Option<Shared>, Option<u64>);

/// By the hosts that have the network and tell their port groups.
fn standard_networks<'a>(graph: &'a Graph<'a>, problems: &mut Problems) -> HashMap<&'a Key, Option<Told>> {
    let mut told: HashMap<&Key, Option<Told>> = HashMap::new();
    for (_, host) in graph.of_class(Class::Host) {
        let Some(part) = host_part(host) else { continue };
        let (Fact::Known(networks), Fact::Known(portgroups)) = (&part.networks, &part.portgroups) else {
            continue;
        };
        let by_name: HashMap<&Shared, &StandardPortgroup> = portgroups
            .iter()
            .map(|portgroup| (&portgroup.name, portgroup))
            .collect();
        for network in networks {
            let Some(node) = graph.node(network).filter(|node| is_standard(node)) else {
                continue;
            };
            let Some(portgroup) = node.name.as_ref().and_then(|name| by_name.get(name)) else {
                continue;
            };
            let new = (portgroup.switch.clone(), portgroup.vlan);
            let known = told.entry(network).or_insert_with(|| Some(new.clone()));
            if known.as_ref().is_some_and(|known| *known != new) {
                *known = None;
            }
        }
    }
    for (network, _) in told.iter().filter(|(_, told)| told.is_none()) {
        let name = graph.name(network).map_or(&network.moref, |name| name);
        let message = "its hosts do not agree on its switch and VLAN, so neither is stored";
        problems.warn(|| format!("Network {name}"), || message.to_owned());
    }
    told
}

const fn is_standard(node: &Node) -> bool {
    matches!(node.part, Part::Network(NetworkPart::Standard))
}

fn id_and_name(node: &Node) -> Option<(&str, &Shared)> {
    let id = match &node.part {
        Part::Network(NetworkPart::Portgroup { key, .. }) => key.as_deref()?,
        Part::Network(NetworkPart::Opaque { id }) => id.as_deref()?,
        _ => return None,
    };
    Some((id, node.name.as_ref()?))
}
