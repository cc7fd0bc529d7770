//! From the pages of a listing to VMs and objects. A page is taken apart as it arrives; what its objects refer to is
//! looked up at the end, so the order of the objects never matters.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::alarm::Alarm;
use super::name::decode_name;
use super::node::{Class, Key, Node, asked_as};
use super::problem::Problems;
use super::properties as path;
use super::read::{Asked, Reader, members, parse};
use super::sighting::Vm;
use super::words::Words;
use super::{Fact, Shared, SourceInventory, SourceKind, Uuid, resolve};
use crate::catalog::ObjectKind;
use crate::soap::{AboutInfo, ManagedObjectReference, ObjectContent, PropertySpec, Value};

/// Something, and in which attempt of the listing it was seen last.
#[derive(Debug)]
struct Held<T> {
    attempt: u32,
    value: T,
}

/// Builds the inventory of one source.
pub struct InventoryBuilder {
    kind: SourceKind,
    instance_uuid: Option<Uuid>,
    asked: Asked,
    listed: BTreeSet<ObjectKind>,
    words: Words,
    attempt: u32,
    /// Large, and many: no table of them has to grow while they arrive.
    vms: Vec<Held<Box<Vm>>>,
    /// Where each lies, by its reference.
    places: HashMap<Shared, usize>,
    nodes: HashMap<Key, Held<Node>>,
    alarms: HashMap<String, Held<Alarm>>,
    /// The last attempt in which the root folder arrived.
    root_seen: Option<u32>,
    /// The last one in which it did not tell all its alarms.
    alarms_unread: Option<u32>,
    alarm_names: HashMap<String, String>,
    attributes: HashMap<i64, Shared>,
    root_roles: Vec<i32>,
    problems: Problems,
}

/// All that arrived, for the resolution.
pub(super) struct Arrived {
    pub kind: SourceKind,
    pub instance_uuid: Option<Uuid>,
    pub asked: Asked,
    pub listed: BTreeSet<ObjectKind>,
    /// Whether alarms that did not arrive are none.
    pub has_all_alarms: bool,
    /// Whether these are all.
    pub complete: bool,
    #[expect(
        clippy::vec_box,
        reason = "they arrive in boxes, and leave them one by one as they are resolved"
    )]
    pub vms: Vec<Box<Vm>>,
    pub nodes: BTreeMap<Key, Node>,
    pub alarms: Vec<Alarm>,
    pub alarm_names: HashMap<String, String>,
    /// Names of custom attributes.
    pub attributes: HashMap<i64, Shared>,
    pub root_roles: Vec<i32>,
    pub problems: Problems,
}

impl InventoryBuilder {
    /// For the answer to these specs.
    #[must_use]
    pub fn new(about: &AboutInfo, specs: &[PropertySpec]) -> Self {
        Self {
            kind: SourceKind::of(about),
            instance_uuid: about.instance_uuid.as_deref().and_then(Uuid::new),
            asked: Asked::new(specs),
            listed: listed_kinds(specs),
            words: Words::default(),
            attempt: 0,
            vms: Vec::new(),
            places: HashMap::new(),
            nodes: HashMap::new(),
            alarms: HashMap::new(),
            root_seen: None,
            alarms_unread: None,
            alarm_names: HashMap::new(),
            attributes: HashMap::new(),
            root_roles: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Whether nothing has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vms.is_empty() && self.nodes.is_empty()
    }

    /// The listing begins anew. What has arrived counts only if it is not completed.
    pub fn restart(&mut self) {
        self.attempt += 1;
    }

    /// Takes the objects of one page; of an object that comes twice the later sight counts.
    pub fn add(&mut self, objects: Vec<ObjectContent<'_>>) {
        for object in objects {
            self.take(&object);
        }
    }

    fn take(&mut self, object: &ObjectContent<'_>) {
        match (Class::of(&object.object.kind), &*object.object.kind) {
            (Some(Class::Vm), _) => self.take_vm(object),
            (Some(class), _) => self.take_node(class, object),
            (None, "CustomFieldsManager") => self.take_attributes(object),
            (None, "Alarm") => self.take_alarm_name(object),
            (None, _) => {}
        }
    }

    fn take_vm(&mut self, object: &ObjectContent<'_>) {
        let reader = Reader::new(object, "VirtualMachine", &self.asked);
        let vm = Vm::read(&reader, &mut self.words);
        note(&mut self.problems, &reader);
        let held = Held {
            attempt: self.attempt,
            value: Box::new(vm),
        };
        let moref = &*object.object.value;
        if let Some(place) = self.places.get(moref) {
            self.vms[*place] = held;
        } else {
            self.places.insert(Shared::from(moref), self.vms.len());
            self.vms.push(held);
        }
    }

    fn take_node(&mut self, class: Class, object: &ObjectContent<'_>) {
        if class == Class::Folder {
            if is_root(object) {
                self.root_seen = Some(self.attempt);
            }
            self.take_alarms(object);
            self.take_roles(object);
        }
        let reader = Reader::new(object, asked_as(class, &object.object.kind), &self.asked);
        let node = Node::read(class, &reader, &mut self.words);
        note(&mut self.problems, &reader);
        let Some(key) = Key::of(&object.object, &mut self.words) else {
            return;
        };
        // The root folder comes a second time with its alarms, and nothing else.
        let is_known = |held: &Held<Node>| held.attempt == self.attempt && held.value.name.is_some();
        if node.name.is_some() || !self.nodes.get(&key).is_some_and(is_known) {
            let attempt = self.attempt;
            self.nodes.insert(key, Held { attempt, value: node });
        }
    }

    /// Those of the root folder are all; a server that sends those of other folders too says nothing new.
    fn take_alarms(&mut self, folder: &ObjectContent<'_>) {
        let attempt = self.attempt;
        let states = folder.property(path::TRIGGERED_ALARMS);
        let listed = states.map_or(Some(&[][..]), members);
        let mut unread = listed.is_none();
        for state in listed.unwrap_or_default() {
            match Alarm::read(state) {
                Some(alarm) => drop(self.alarms.insert(alarm.key.clone(), Held { attempt, value: alarm })),
                None => unread = true,
            }
        }
        if unread {
            let message = "not understood: ".to_owned() + path::TRIGGERED_ALARMS;
            self.problems
                .warn(|| format!("Folder {}", folder.object.value), || message);
        }
        // Unset is knowledge: nothing is triggered.
        if unread || (is_root(folder) && folder.missing(path::TRIGGERED_ALARMS).is_some()) {
            self.alarms_unread = Some(attempt);
        }
    }

    fn take_roles(&mut self, folder: &ObjectContent<'_>) {
        let roles = folder.property(path::EFFECTIVE_ROLE);
        if let Some(roles) = roles
            && is_root(folder)
        {
            self.root_roles = roles.items().iter().filter_map(parse).collect();
            self.root_roles.sort_unstable();
        }
    }

    fn take_attributes(&mut self, manager: &ObjectContent<'_>) {
        let definitions = manager.property(path::FIELDS).map_or(&[][..], Value::items);
        for definition in definitions {
            let name = definition.field("name").and_then(Value::text);
            if let Some((key, name)) = definition.field("key").and_then(parse).zip(name) {
                self.attributes.insert(key, self.words.share(name));
            }
        }
    }

    fn take_alarm_name(&mut self, alarm: &ObjectContent<'_>) {
        if let Some(name) = alarm.property(path::ALARM_NAME).and_then(Value::text) {
            self.alarm_names
                .insert(alarm.object.value.to_string(), decode_name(name));
        }
    }

    /// The definitions of the triggered alarms, whose names are still to be asked for; each once.
    #[must_use]
    pub fn unnamed_alarms(&self) -> Vec<ManagedObjectReference> {
        let alarms = self.alarms.values().map(|held| &held.value.definition);
        let unnamed = alarms.filter(|alarm| alarm.kind == "Alarm" && !self.alarm_names.contains_key(&alarm.value));
        let unnamed: BTreeSet<_> = unnamed.cloned().collect();
        unnamed.into_iter().collect()
    }

    /// Resolves all references. What is `complete` lacks nothing that is there: objects of attempts that were given up
    /// count only if it is not.
    #[must_use]
    pub fn finish(self, complete: bool) -> SourceInventory {
        let last = self.attempt;
        let counts = |attempt: u32| !complete || attempt == last;
        drop(self.places);
        let vms = self.vms.into_iter().filter(|held| counts(held.attempt));
        let mut vms: Vec<_> = vms.map(|held| held.value).collect();
        // Each is there once. A stable sort would need half as much memory again.
        vms.sort_unstable_by(|a, b| a.sighting.moref.cmp(&b.sighting.moref));
        let nodes = self.nodes.into_iter().filter(|(_, held)| counts(held.attempt));
        let alarms = self.alarms.into_values().filter(|held| counts(held.attempt));
        let has_root = self.root_seen.is_some_and(counts);
        let has_all_alarms = has_root && !self.alarms_unread.is_some_and(counts);
        let mut problems = self.problems;
        if complete && !has_root && self.listed.contains(&ObjectKind::Alarm) {
            let message = "did not arrive, so it is not known which alarms are over";
            problems.warn(|| "the root folder".to_owned(), || message.to_owned());
        }
        resolve(Arrived {
            kind: self.kind,
            instance_uuid: self.instance_uuid,
            asked: self.asked,
            listed: self.listed,
            has_all_alarms,
            complete,
            vms,
            nodes: nodes.map(|(key, held)| (key, held.value)).collect(),
            alarms: alarms.map(|held| held.value).collect(),
            alarm_names: self.alarm_names,
            attributes: self.attributes,
            root_roles: self.root_roles,
            problems,
        })
    }
}

impl SourceKind {
    /// By a server's own word.
    #[must_use]
    pub fn of(about: &AboutInfo) -> Self {
        if about.is_vcenter() { Self::Vcenter } else { Self::Esxi }
    }
}

/// The root folder is the one without parent.
fn is_root(folder: &ObjectContent<'_>) -> bool {
    folder.property(path::PARENT).is_none() && folder.missing(path::PARENT).is_none()
}

/// A kind is listed if what only a full listing asks of it was asked for.
fn listed_kinds(specs: &[PropertySpec]) -> BTreeSet<ObjectKind> {
    let asked = Asked::new(specs);
    let telling = [
        (ObjectKind::Host, asked.has("HostSystem", path::SYSTEM_INFO)),
        (
            ObjectKind::Cluster,
            asked.has("ClusterComputeResource", path::CLUSTER_FIELDS[0].path),
        ),
        (ObjectKind::Datastore, asked.has("Datastore", path::NAME)),
        (ObjectKind::Network, asked.has("Network", path::NAME)),
        (
            ObjectKind::Switch,
            asked.has("DistributedVirtualSwitch", path::SWITCH_FIELDS[0].path),
        ),
        (ObjectKind::Alarm, asked.has("Folder", path::TRIGGERED_ALARMS)),
    ];
    telling
        .into_iter()
        .filter_map(|(kind, listed)| listed.then_some(kind))
        .collect()
}

fn note(problems: &mut Problems, reader: &Reader<'_>) {
    for complaint in reader.complaints() {
        let label = || {
            let object = &reader.object.object;
            let name = match reader.text(path::NAME) {
                Fact::Known(name) => decode_name(name),
                Fact::Unset | Fact::Unread => object.value.to_string(),
            };
            format!("{} {name}", object.kind)
        };
        problems.warn(label, || complaint);
    }
}
