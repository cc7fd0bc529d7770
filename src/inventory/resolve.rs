//! The end of a listing: references become names.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;

use super::alarm::Alarm;
use super::builder::Arrived;
use super::counts::{Usage, VmCounts, cluster_of, storage_of};
use super::graph::Graph;
use super::networks::Networks;
use super::node::{Class, Facts, Key, Node, Part, put};
use super::sighting::Vm;
use super::{Fact, Host, Object, Shared, Sighting, SourceInventory, SourceKind};
use crate::catalog::ObjectKind;

/// Makes the inventory of all that arrived.
pub(super) fn resolve(arrived: Arrived) -> SourceInventory {
    let graph = Graph::new(&arrived.nodes);
    let mut problems = arrived.problems;
    let has_networks = arrived.listed.contains(&ObjectKind::Network);
    let networks = Networks::new(&graph, arrived.complete, has_networks, &mut problems);
    let counts = if arrived.complete {
        VmCounts::of(&arrived.vms, &graph)
    } else {
        VmCounts::default()
    };
    let has_all = |kind| arrived.complete && arrived.listed.contains(&kind);
    let objects = Objects {
        graph: &graph,
        networks: &networks,
        counts: &counts,
        usage: (arrived.complete && arrived.asked.has("HostSystem", super::properties::HOST_CPU_USAGE))
            .then(|| Usage::of(&graph)),
        datastores_known: has_all(ObjectKind::Datastore),
    };
    let mut all = objects.build(&arrived.listed);
    if arrived.listed.contains(&ObjectKind::Alarm) {
        all.extend(build_alarms(arrived.alarms, &arrived.alarm_names, &arrived.vms, &graph));
    }
    all.sort_by(|a, b| (a.kind, &a.moref).cmp(&(b.kind, &b.moref)));
    let hosts: Vec<Host> = graph
        .of_class(Class::Host)
        .map(|(key, node)| build_host(key, node))
        .collect();
    let host_index: HashMap<&Key, usize> = graph.of_class(Class::Host).map(|(key, _)| key).zip(0..).collect();
    let resolver = Resolver {
        graph: &graph,
        networks: &networks,
        host_index: &host_index,
        attributes: &arrived.attributes,
    };
    let vms = arrived.vms.into_iter().map(|vm| resolver.resolve(*vm)).collect();
    let server_uuid = match arrived.kind {
        SourceKind::Vcenter => arrived.instance_uuid,
        SourceKind::Esxi => hosts.first().and_then(|host| host.hardware_uuid.clone()),
    };
    let mut listed = arrived.listed;
    if !arrived.has_all_alarms {
        listed.remove(&ObjectKind::Alarm);
    }
    SourceInventory {
        kind: arrived.kind,
        server_uuid,
        vms,
        hosts,
        objects: all,
        listed,
        errors: problems.finish(),
        root_roles: arrived.root_roles,
    }
}

fn build_alarms(
    alarms: Vec<Alarm>,
    names: &HashMap<String, String>,
    vms: &[Box<Vm>],
    graph: &Graph<'_>,
) -> impl Iterator<Item = Object> {
    let entity = |alarm: &Alarm| {
        let class = Class::of(&alarm.entity.kind)?;
        if class == Class::Vm {
            let moref = alarm.entity.value.as_str();
            let position = vms.binary_search_by(|vm| vm.sighting.moref.as_str().cmp(moref)).ok()?;
            return vms[position].sighting.name.known().cloned();
        }
        let moref = Shared::from(alarm.entity.value.as_str());
        graph.name(&Key { class, moref }).map(ToString::to_string)
    };
    alarms.into_iter().map(move |mut alarm| {
        let name = names.get(&alarm.definition.value);
        put_known(&mut alarm.facts, "name", name.map(|name| name.as_str().into()));
        let entity = entity(&alarm);
        put_known(&mut alarm.facts, "entity", entity.map(Json::from));
        Object {
            kind: ObjectKind::Alarm,
            moref: alarm.key,
            facts: alarm.facts,
        }
    })
}

fn build_host(key: &Key, node: &Node) -> Host {
    let uuid = match &node.part {
        Part::Host(part) => part.uuid.clone(),
        _ => None,
    };
    Host {
        moref: key.moref.to_string(),
        name: node.name.clone(),
        hardware_uuid: uuid,
    }
}

struct Resolver<'a> {
    graph: &'a Graph<'a>,
    networks: &'a Networks<'a>,
    host_index: &'a HashMap<&'a Key, usize>,
    attributes: &'a HashMap<i64, Shared>,
}

impl Resolver<'_> {
    fn resolve(&self, vm: Vm) -> Sighting {
        let graph = self.graph;
        let cluster = cluster_of(&vm, graph);
        let host = vm.host.known().and_then(|host| self.host_index.get(host).copied());
        // A VM in a vApp is in no folder.
        let place = match &vm.parent {
            Fact::Unset => &vm.app,
            parent => parent,
        };
        let datacenter = match graph.datacenter(place) {
            Fact::Known(name) => Fact::Known(name),
            Fact::Unset | Fact::Unread => graph.datacenter(&vm.host),
        };
        Sighting {
            host,
            folder_path: place.known().and_then(|place| graph.path(place)),
            datacenter,
            cluster: graph.name_of(&cluster.map(Key::clone)),
            resource_pool: graph.name_of(&vm.pool),
            datastores: graph.names_of(&vm.datastores),
            networks: graph.names_of(&vm.networks),
            custom_attributes: self.attributes(vm.attributes),
            details: vm.details.map(|parts| Box::new(parts.resolve(self.networks))),
            ..vm.sighting
        }
    }

    /// All of them by name, or nothing: half of them would look as if the others were gone.
    fn attributes(&self, values: Fact<Vec<(i64, String)>>) -> Fact<BTreeMap<Shared, String>> {
        let named = |(key, value): (i64, String)| Some((Shared::clone(self.attributes.get(&key)?), value));
        match values {
            Fact::Known(values) if values.is_empty() => Fact::Unset,
            values => values.and_then(|values| values.into_iter().map(named).collect()),
        }
    }
}

struct Objects<'a> {
    graph: &'a Graph<'a>,
    networks: &'a Networks<'a>,
    counts: &'a VmCounts,
    /// None if not all hosts tell.
    usage: Option<Usage<'a>>,
    datastores_known: bool,
}

impl Objects<'_> {
    fn build(&self, listed: &std::collections::BTreeSet<ObjectKind>) -> Vec<Object> {
        let mut objects = Vec::new();
        for kind in listed {
            let Some(class) = class_of(*kind) else { continue };
            for (key, node) in self.graph.of_class(class) {
                objects.push(Object {
                    kind: *kind,
                    moref: key.moref.to_string(),
                    facts: self.facts(key, node),
                });
            }
        }
        objects
    }

    fn facts(&self, key: &Key, node: &Node) -> Facts {
        let graph = self.graph;
        let mut facts = node.facts.clone();
        put_known(&mut facts, "name", node.name.as_deref().map(Json::from));
        put(
            &mut facts,
            "datacenter",
            graph.datacenter(&node.parent).map(|name| text(&name)),
        );
        put(&mut facts, "vm_count", self.counts.on(key));
        match &node.part {
            Part::Host(part) => {
                let cluster = graph.cluster(&node.parent).map(Key::clone);
                put(&mut facts, "cluster", graph.name_of(&cluster).map(|name| text(&name)));
                put(
                    &mut facts,
                    "datastores",
                    graph.names_of(&part.datastores).map(|names| texts(&names)),
                );
                put(
                    &mut facts,
                    "networks",
                    graph.names_of(&part.networks).map(|names| texts(&names)),
                );
            }
            Part::Cluster { datastores } => {
                put(
                    &mut facts,
                    "datastores",
                    graph.names_of(datastores).map(|names| texts(&names)),
                );
                self.put_usage(&mut facts, key, node);
            }
            Part::Network(_) => self.networks.put_facts(&mut facts, key),
            Part::Switch { uplinks } => {
                put(
                    &mut facts,
                    "uplink_portgroups",
                    graph.names_of(uplinks).map(|names| texts(&names)),
                );
            }
            Part::Nothing | Part::App { .. } => {}
        }
        if matches!(key.class, Class::Datastore | Class::Network) {
            put(
                &mut facts,
                "hosts",
                self.networks.hosts_of(key).map(|names| texts(&names)),
            );
        }
        facts
    }

    fn put_usage(&self, facts: &mut Facts, key: &Key, node: &Node) {
        if let Some(usage) = &self.usage {
            put(facts, "used_cpu_mhz", usage.cpu_mhz(key));
            put(facts, "used_memory_bytes", usage.memory_bytes(key));
        }
        let storage = storage_of(&node.part, self.graph).filter(|_| self.datastores_known);
        put_known(facts, "total_storage_bytes", storage.map(|(total, _)| total.into()));
        put_known(facts, "used_storage_bytes", storage.map(|(_, used)| used.into()));
    }
}

const fn class_of(kind: ObjectKind) -> Option<Class> {
    match kind {
        ObjectKind::Host => Some(Class::Host),
        ObjectKind::Cluster => Some(Class::Cluster),
        ObjectKind::Datastore => Some(Class::Datastore),
        ObjectKind::Network => Some(Class::Network),
        ObjectKind::Switch => Some(Class::Switch),
        ObjectKind::Alarm => None,
    }
}

/// What is none is not known.
fn put_known(facts: &mut Facts, field: &'static str, value: Option<Json>) {
    put(facts, field, value.map_or(Fact::Unread, Fact::Known));
}

fn text(name: &Shared) -> Json {
    Json::from(&**name)
}

fn texts(names: &[Shared]) -> Json {
    names.iter().map(|name| Json::from(&**name)).collect()
}
