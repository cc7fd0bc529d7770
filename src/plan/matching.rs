//! Which document a listed VM has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::input::SourceView;
use super::listed::{Group, Listed, Seen};
use super::owners::{Owner, owners_of, resolve_owner};
use super::record::{DocumentId, VmRecord};
use crate::inventory::{Sighting, Uuid};

/// Documents and listed VMs, by index.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// For each group its document.
    pub record_of: Vec<Option<usize>>,
    /// For each document its group.
    pub group_of: Vec<Option<usize>>,
    /// Documents of VMs that are listed but cannot be identified now.
    pub unidentified: BTreeMap<usize, String>,
    /// Documents of VMs that are listed and left out.
    pub left_out: BTreeSet<usize>,
    /// Documents without instance UUID whose BIOS UUID several listed VMs share.
    pub ambiguous: BTreeSet<usize>,
}

/// Finds the documents of the listed VMs: by (source, reference) if the UUIDs agree, then by instance UUID, then by BIOS
/// UUID where exactly one document without instance UUID and exactly one listed VM have it.
#[must_use]
pub fn match_documents(records: &[VmRecord], sources: &[SourceView], listed: &Listed<'_>) -> Matches {
    let index = Index::build(records, sources);
    let mut matches = Matches {
        record_of: vec![None; listed.groups.len()],
        group_of: vec![None; records.len()],
        ..Matches::default()
    };
    for by in [Index::by_reference, Index::by_instance] {
        for (group, listed_vm) in listed.groups.iter().enumerate() {
            matches.pair(group, by(&index, records, listed_vm));
        }
    }
    match_by_uuid(&index, &listed.groups, &mut matches);
    protect_unidentified(&index, records, sources, listed, &mut matches);
    protect_left_out(&index, records, listed, &mut matches);
    matches
}

/// The documents whose VM is listed in any way.
#[must_use]
pub fn present_documents(records: &[VmRecord], sources: &[SourceView], listed: &Listed<'_>) -> BTreeSet<DocumentId> {
    let matches = match_documents(records, sources, listed);
    let is_present = |index: &usize| matches.group_of[*index].is_some() || matches.is_protected(*index);
    (0..records.len())
        .filter(is_present)
        .map(|index| records[index].id.clone())
        .collect()
}

impl Matches {
    /// Whether the document's VM is listed though it has no group.
    #[must_use]
    pub fn is_protected(&self, record: usize) -> bool {
        self.unidentified.contains_key(&record) || self.left_out.contains(&record) || self.ambiguous.contains(&record)
    }

    fn pair(&mut self, group: usize, candidates: Vec<usize>) {
        if self.record_of[group].is_some() {
            return;
        }
        if let Some(record) = candidates.into_iter().find(|record| self.group_of[*record].is_none()) {
            self.record_of[group] = Some(record);
            self.group_of[record] = Some(group);
        }
    }
}

#[expect(clippy::struct_field_names, reason = "three ways to find a document")]
struct Index {
    by_reference: HashMap<(usize, String), Vec<usize>>,
    by_instance: HashMap<Uuid, Vec<usize>>,
    by_uuid: HashMap<Uuid, Vec<usize>>,
}

impl Index {
    fn build(records: &[VmRecord], sources: &[SourceView]) -> Self {
        let mut index = Self {
            by_reference: HashMap::new(),
            by_instance: HashMap::new(),
            by_uuid: HashMap::new(),
        };
        for (position, record) in records.iter().enumerate() {
            for owner in &record.fields.sources {
                if let Owner::Configured(source) = resolve_owner(owner, sources) {
                    index
                        .by_reference
                        .entry((source, owner.moref.clone()))
                        .or_default()
                        .push(position);
                }
            }
            if let Some(instance) = record.instance_uuid() {
                index.by_instance.entry(instance).or_default().push(position);
            } else if let Some(uuid) = record.uuid() {
                index.by_uuid.entry(uuid).or_default().push(position);
            }
        }
        index
    }

    fn referenced(&self, seen: &Seen<'_>) -> &[usize] {
        self.by_reference
            .get(&(seen.source, seen.sighting.moref.clone()))
            .map_or(&[], Vec::as_slice)
    }

    fn by_reference(&self, records: &[VmRecord], group: &Group<'_>) -> Vec<usize> {
        let of_seen = |seen: &Seen<'_>| {
            let agrees = |record: &usize| uuids_agree(&records[*record], seen.sighting);
            self.referenced(seen).iter().copied().filter(agrees).collect::<Vec<_>>()
        };
        group.seen.iter().flat_map(of_seen).collect()
    }

    fn by_instance(&self, _records: &[VmRecord], group: &Group<'_>) -> Vec<usize> {
        let found = group.instance_uuid().and_then(|uuid| self.by_instance.get(uuid));
        found.cloned().unwrap_or_default()
    }
}

/// Whether a document and a sighting with the same reference can be the same VM: a reference that was given to another
/// VM brings other UUIDs with it; UUIDs that have not arrived say nothing.
fn uuids_agree(record: &VmRecord, sighting: &Sighting) -> bool {
    let agree = |stored: Option<Uuid>, listed: Option<&Uuid>| match (stored, listed) {
        (Some(stored), Some(listed)) => stored == *listed,
        _ => true,
    };
    agree(record.uuid(), sighting.uuid.known()) && agree(record.instance_uuid(), sighting.instance_uuid.known())
}

fn match_by_uuid(index: &Index, groups: &[Group<'_>], matches: &mut Matches) {
    let mut listed: HashMap<&Uuid, Vec<usize>> = HashMap::new();
    for (group, listed_vm) in groups.iter().enumerate() {
        if let Some(uuid) = listed_vm.uuid() {
            listed.entry(uuid).or_default().push(group);
        }
    }
    for (uuid, records) in &index.by_uuid {
        match (listed.get(uuid).map(Vec::as_slice), records.as_slice()) {
            (Some(&[group]), &[record]) => matches.pair(group, vec![record]),
            (Some([_, _, ..]), _) => {
                let open = records.iter().filter(|record| matches.group_of[**record].is_none());
                matches.ambiguous.extend(open.collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// A VM without UUIDs protects the document that knows its reference, and a document of the Python service, which knows
/// no reference, by its name.
fn protect_unidentified(
    index: &Index,
    records: &[VmRecord],
    sources: &[SourceView],
    listed: &Listed<'_>,
    matches: &mut Matches,
) {
    for seen in &listed.unidentified {
        let by_reference = index.referenced(seen).iter().copied();
        let by_name = records
            .iter()
            .enumerate()
            .filter(|(_, record)| is_namesake(record, seen, sources));
        let protected: Vec<usize> = by_reference.chain(by_name.map(|(position, _)| position)).collect();
        for record in protected
            .into_iter()
            .filter(|record| matches.group_of[*record].is_none())
        {
            matches.unidentified.insert(record, seen.sighting.moref.clone());
        }
    }
}

fn is_namesake(record: &VmRecord, seen: &Seen<'_>, sources: &[SourceView]) -> bool {
    record.fields.sources.is_empty()
        && seen.sighting.name.known() == Some(&record.fields.name)
        && owners_of(record, sources).contains(&Owner::Configured(seen.source))
}

fn protect_left_out(index: &Index, records: &[VmRecord], listed: &Listed<'_>, matches: &mut Matches) {
    for seen in &listed.left_out {
        let group = Group { seen: vec![*seen] };
        let found = index
            .by_reference(records, &group)
            .into_iter()
            .chain(index.by_instance(records, &group));
        let open: Vec<usize> = found.filter(|record| matches.group_of[*record].is_none()).collect();
        matches.left_out.extend(open);
    }
}
