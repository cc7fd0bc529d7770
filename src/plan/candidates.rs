//! Documents by what identifies a VM.

use std::collections::{HashMap, HashSet};

use super::input::SourceView;
use super::listed::{Group, Listed, Seen};
use super::owners::{Owner, resolve_owner};
use super::record::VmRecord;
use crate::inventory::{Sighting, Uuid};

/// Finds documents, by their index. Where several answer, live ones come first, then the order of their keys decides.
pub struct Index<'a> {
    /// For each source.
    by_reference: Vec<HashMap<&'a str, Vec<usize>>>,
    by_instance: HashMap<Uuid, Vec<usize>>,
    by_uuid: HashMap<Uuid, Vec<usize>>,
    without_instance: HashMap<Uuid, Vec<usize>>,
    /// BIOS and instance UUID of each document.
    uuids: Vec<(Option<Uuid>, Option<Uuid>)>,
    listed_instances: HashSet<&'a Uuid>,
}

impl<'a> Index<'a> {
    /// Of all documents, for one listing.
    pub fn build(records: &'a [VmRecord], sources: &[SourceView], listed: &'a Listed<'a>) -> Self {
        let mut index = Self {
            by_reference: vec![HashMap::new(); sources.len()],
            by_instance: HashMap::with_capacity(records.len()),
            by_uuid: HashMap::with_capacity(records.len()),
            without_instance: HashMap::new(),
            uuids: records
                .iter()
                .map(|record| (record.uuid(), record.instance_uuid()))
                .collect(),
            listed_instances: listed.groups.iter().filter_map(Group::instance_uuid).collect(),
        };
        let mut positions: Vec<usize> = (0..records.len()).collect();
        positions.sort_by_key(|position| (records[*position].fields.orphan, &records[*position].id));
        for position in positions {
            index.insert(position, &records[position], sources);
        }
        index
    }

    fn insert(&mut self, position: usize, record: &'a VmRecord, sources: &[SourceView]) {
        for owner in &record.fields.sources {
            if let Owner::Configured(source) = resolve_owner(owner, sources) {
                let known = self.by_reference[source].entry(&owner.moref);
                known.or_default().push(position);
            }
        }
        let (uuid, instance) = self.uuids[position].clone();
        if let Some(uuid) = &uuid {
            self.by_uuid.entry(uuid.clone()).or_default().push(position);
        }
        match (instance, uuid) {
            (Some(instance), _) => self.by_instance.entry(instance).or_default().push(position),
            (None, Some(uuid)) => self.without_instance.entry(uuid).or_default().push(position),
            (None, None) => {}
        }
    }

    /// Documents that know this reference.
    pub fn referenced(&self, seen: &Seen<'_>) -> &[usize] {
        let known = self.by_reference[seen.source].get(seen.sighting.moref.as_str());
        known.map_or(&[], Vec::as_slice)
    }

    /// Documents that know this reference, and whose UUIDs do not speak against it.
    pub fn agreeing(&self, seen: &Seen<'_>) -> impl Iterator<Item = usize> {
        let agrees = |record: &usize| self.uuids_agree(*record, seen.sighting);
        self.referenced(seen).iter().copied().filter(agrees)
    }

    /// Documents that may be a listed VM by its references.
    pub fn by_reference(&self, group: &Group<'_>) -> Vec<usize> {
        let found = group.seen.iter().flat_map(|seen| self.agreeing(seen));
        found.filter(|record| !self.is_settled(*record, group)).collect()
    }

    /// Documents that have the instance UUID of a listed VM.
    pub fn by_instance(&self, group: &Group<'_>) -> Vec<usize> {
        group
            .instance_uuid()
            .map_or(&[][..], |uuid| self.with_instance(uuid))
            .to_vec()
    }

    /// Documents with this instance UUID.
    pub fn with_instance(&self, uuid: &Uuid) -> &[usize] {
        self.by_instance.get(uuid).map_or(&[], Vec::as_slice)
    }

    /// Documents with this BIOS UUID.
    pub fn with_uuid(&self, uuid: &Uuid) -> &[usize] {
        self.by_uuid.get(uuid).map_or(&[], Vec::as_slice)
    }

    /// Documents with this BIOS UUID and no instance UUID.
    pub fn without_instance(&self, uuid: &Uuid) -> &[usize] {
        self.without_instance.get(uuid).map_or(&[], Vec::as_slice)
    }

    /// Where one side has no instance UUID, the reference does not count if the other side's has a better partner: two
    /// documents with one instance UUID could not be stored.
    fn is_settled(&self, record: usize, group: &Group<'_>) -> bool {
        match (&self.uuids[record].1, group.instance_uuid()) {
            (None, Some(listed)) => self.by_instance.contains_key(listed),
            (Some(stored), None) => self.listed_instances.contains(stored),
            _ => false,
        }
    }

    /// Whether a document and a sighting with the same reference can be the same VM: a reference that was given to
    /// another VM brings other UUIDs with it; UUIDs that have not arrived say nothing.
    fn uuids_agree(&self, record: usize, sighting: &Sighting) -> bool {
        let agree = |stored: &Option<Uuid>, listed: Option<&Uuid>| match (stored, listed) {
            (Some(stored), Some(listed)) => stored == listed,
            _ => true,
        };
        let (uuid, instance) = &self.uuids[record];
        agree(uuid, sighting.uuid.known()) && agree(instance, sighting.instance_uuid.known())
    }
}
