//! Documents by what identifies a VM.

use std::collections::HashMap;
use std::hash::Hash;

use smallvec::SmallVec;

use super::input::SourceView;
use super::listed::{Group, Listed, Seen};
use super::owners::{Owner, resolve_owner};
use super::record::VmRecord;
use crate::inventory::{Sighting, Uuid};

/// Finds documents, by their index. Where several answer, live ones come first, then the order of their keys decides.
pub struct Index<'a> {
    /// For each source.
    by_reference: Vec<Lookup<&'a str>>,
    by_instance: Lookup<Uuid>,
    without_instance: Lookup<Uuid>,
    /// BIOS and instance UUID of each document.
    uuids: Vec<(Option<Uuid>, Option<Uuid>)>,
    listed: &'a Listed<'a>,
}

/// Hardly ever does more than one document answer.
type Lookup<K> = HashMap<K, SmallVec<[usize; 1]>>;

impl<'a> Index<'a> {
    /// Of all documents, for one listing.
    pub fn build(records: &'a [VmRecord], sources: &[SourceView], listed: &'a Listed<'a>) -> Self {
        let mut index = Self {
            by_reference: vec![Lookup::new(); sources.len()],
            by_instance: Lookup::with_capacity(records.len()),
            without_instance: Lookup::new(),
            uuids: records
                .iter()
                .map(|record| (record.uuid(), record.instance_uuid()))
                .collect(),
            listed,
        };
        for (position, record) in records.iter().enumerate() {
            index.insert(position, record, sources);
        }
        index.by_reference.iter_mut().for_each(|lookup| sort(lookup, records));
        sort(&mut index.by_instance, records);
        sort(&mut index.without_instance, records);
        index
    }

    fn insert(&mut self, position: usize, record: &'a VmRecord, sources: &[SourceView]) {
        for owner in &record.fields.sources {
            if let Owner::Configured(source) = resolve_owner(owner, sources) {
                let known = self.by_reference[source].entry(&owner.moref);
                known.or_default().push(position);
            }
        }
        match &self.uuids[position] {
            (_, Some(instance)) => self.by_instance.entry(instance.clone()).or_default().push(position),
            (Some(uuid), None) => self.without_instance.entry(uuid.clone()).or_default().push(position),
            (None, None) => {}
        }
    }

    /// Documents that know this reference.
    pub fn referenced(&self, seen: &Seen<'_>) -> &[usize] {
        let known = self.by_reference[seen.source].get(seen.sighting.moref.as_str());
        known.map_or(&[], SmallVec::as_slice)
    }

    /// The documents that know a reference of each listed VM, as pairs of group and document.
    pub fn references(&self) -> impl Iterator<Item = (usize, usize)> {
        let groups = self.listed.groups.iter().enumerate();
        let seen = groups.flat_map(|(group, listed)| listed.seen.iter().map(move |seen| (group, seen)));
        seen.flat_map(|(group, seen)| self.agreeing(seen).map(move |record| (group, record)))
    }

    /// Documents that know this reference, and whose UUIDs do not speak against it.
    pub fn agreeing(&self, seen: &Seen<'_>) -> impl Iterator<Item = usize> {
        let agrees = |record: &usize| self.uuids_agree(*record, seen.sighting);
        self.referenced(seen).iter().copied().filter(agrees)
    }

    /// Documents that have the instance UUID of a listed VM.
    pub fn by_instance(&self, group: &Group<'_>) -> &[usize] {
        group.instance_uuid().map_or(&[], |uuid| self.with_instance(uuid))
    }

    /// Documents with this instance UUID.
    pub fn with_instance(&self, uuid: &Uuid) -> &[usize] {
        self.by_instance.get(uuid).map_or(&[], SmallVec::as_slice)
    }

    /// Documents with this BIOS UUID and no instance UUID.
    pub fn without_instance(&self, uuid: &Uuid) -> &[usize] {
        self.without_instance.get(uuid).map_or(&[], SmallVec::as_slice)
    }

    /// The documents that have a BIOS UUID, with that.
    pub fn uuids(&self) -> impl Iterator<Item = (usize, &Uuid)> {
        let uuids = self.uuids.iter().enumerate();
        uuids.filter_map(|(record, (uuid, _))| Some((record, uuid.as_ref()?)))
    }

    /// Where one side has no instance UUID, the reference does not count if the other side's has a better partner: two
    /// documents with one instance UUID could not be stored.
    pub fn is_settled(&self, record: usize, group: &Group<'_>) -> bool {
        match (&self.uuids[record].1, group.instance_uuid()) {
            (None, Some(listed)) => self.by_instance.contains_key(listed),
            (Some(stored), None) => self.listed.has_instance(stored),
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

fn sort<K: Hash + Eq>(lookup: &mut Lookup<K>, records: &[VmRecord]) {
    for positions in lookup.values_mut() {
        positions.sort_unstable_by_key(|position| (records[*position].fields.orphan, &records[*position].id));
    }
}
