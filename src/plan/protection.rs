//! Documents whose VM is listed though it could not be matched: they are not absent.

use std::collections::HashMap;

use super::candidates::Index;
use super::input::SourceView;
use super::listed::{Group, Listed, Seen};
use super::matching::Matches;
use super::owners::{Owner, owners_of};
use super::record::VmRecord;
use crate::inventory::{Uuid, decode_name};

/// Notes every document that some listing speaks of without being its match.
pub fn protect(
    index: &Index<'_>,
    records: &[VmRecord],
    sources: &[SourceView],
    listed: &Listed<'_>,
    references: &[(usize, usize)],
    matches: &mut Matches,
) {
    protect_unidentified(index, records, sources, listed, matches);
    protect_refused(index, listed, matches);
    protect_left_out(index, listed, matches);
    protect_ambiguous(index, records, listed, references, matches);
}

/// A VM that cannot be identified protects the document that knows its reference, or its instance UUID if only the other
/// was refused. By its name it protects the documents of the Python service on its source, which know no reference, and,
/// if no other live document knows its own reference, every live one: a VM that has just been registered elsewhere has a
/// new reference at once, its UUIDs only when its configuration has been read.
fn protect_unidentified(
    index: &Index<'_>,
    records: &[VmRecord],
    sources: &[SourceView],
    listed: &Listed<'_>,
    matches: &mut Matches,
) {
    let named = names(records, listed);
    for seen in &listed.unidentified {
        let instance = seen.sighting.instance_uuid.known();
        let known = index.referenced(seen);
        let by_identity = known
            .iter()
            .chain(instance.map_or(&[][..], |uuid| index.with_instance(uuid)));
        let namesakes = seen.sighting.name.known().and_then(|name| named.get(name.as_str()));
        // An orphan's reference may have been given to another VM, and so may that of a VM that is listed elsewhere.
        let is_taken = |record: &usize| !records[*record].fields.orphan && matches.group_of[*record].is_none();
        let is_known = known.iter().any(is_taken);
        let may_be_it = |record: &&usize| {
            let record = &records[**record];
            let is_of_python = record.fields.sources.is_empty();
            (!is_known && !record.fields.orphan)
                || (is_of_python && owners_of(record, sources).contains(&Owner::Configured(seen.source)))
        };
        let by_name = namesakes.into_iter().flatten().filter(may_be_it);
        let open = by_identity
            .chain(by_name)
            .filter(|record| matches.group_of[**record].is_none());
        matches.unidentified.extend(open);
    }
}

/// Documents by name. The Python service did not undo the escapes of names.
fn names(records: &[VmRecord], listed: &Listed<'_>) -> HashMap<String, Vec<usize>> {
    let mut named: HashMap<String, Vec<usize>> = HashMap::new();
    if listed.unidentified.is_empty() {
        return named;
    }
    for (position, record) in records.iter().enumerate() {
        let name = &record.fields.name;
        let decoded = decode_name(name);
        if record.fields.sources.is_empty() && decoded != *name {
            named.entry(decoded).or_default().push(position);
        }
        named.entry(name.clone()).or_default().push(position);
    }
    named
}

/// A VM without a match whose instance UUID was refused may be any VM with its BIOS UUID.
fn protect_refused(index: &Index<'_>, listed: &Listed<'_>, matches: &mut Matches) {
    let is_refused = |(position, group): &(usize, &Group<'_>)| {
        let is_unread = |seen: &Seen<'_>| seen.sighting.instance_uuid.is_unread();
        matches.record_of[*position].is_none() && group.seen.iter().any(is_unread)
    };
    let groups = listed.groups.iter().enumerate().filter(is_refused);
    let refused: Vec<(usize, &Uuid)> = groups
        .filter_map(|(position, group)| Some((position, group.uuid()?)))
        .collect();
    // Those of each UUID that was refused: listed VMs, documents.
    let mut bearers: HashMap<&Uuid, (usize, Vec<usize>)> = HashMap::new();
    bearers.extend(refused.iter().map(|(_, uuid)| (*uuid, Default::default())));
    for uuid in listed.groups.iter().filter_map(Group::uuid) {
        if let Some((listed, _)) = bearers.get_mut(uuid) {
            *listed += 1;
        }
    }
    for (record, uuid) in index.uuids() {
        if let Some((_, documents)) = bearers.get_mut(uuid) {
            documents.push(record);
        }
    }
    for (position, uuid) in refused {
        let (listed, documents) = &bearers[uuid];
        if !documents.is_empty() || *listed > 1 {
            matches.refused.insert(position);
        }
        let open = documents.iter().filter(|record| matches.group_of[**record].is_none());
        matches.unidentified.extend(open);
    }
}

fn protect_left_out(index: &Index<'_>, listed: &Listed<'_>, matches: &mut Matches) {
    for seen in &listed.left_out {
        let sighting = seen.sighting;
        let by_instance = sighting
            .instance_uuid
            .known()
            .map_or(&[][..], |uuid| index.with_instance(uuid));
        let by_uuid = sighting
            .uuid
            .known()
            .map_or(&[][..], |uuid| index.without_instance(uuid));
        let found = index.agreeing(seen).chain(by_instance.iter().chain(by_uuid).copied());
        let open = found.filter(|record| matches.group_of[*record].is_none());
        matches.left_out.extend(open);
    }
}

/// A document whose reference is listed, but as a sighting of a VM that has another document; and one of the Python
/// service whose BIOS UUID is listed, but not by exactly one VM and document.
fn protect_ambiguous(
    index: &Index<'_>,
    records: &[VmRecord],
    listed: &Listed<'_>,
    references: &[(usize, usize)],
    matches: &mut Matches,
) {
    let by_reference = references.iter().map(|(_, record)| *record);
    let uuids = listed.groups.iter().filter_map(Group::uuid);
    let by_uuid = uuids.flat_map(|uuid| index.without_instance(uuid)).copied();
    let of_python = by_uuid.filter(|record| records[*record].fields.sources.is_empty());
    for record in by_reference.chain(of_python) {
        let is_open = matches.group_of[record].is_none() && !records[record].fields.orphan;
        if is_open && !matches.unidentified.contains(&record) {
            matches.ambiguous.insert(record);
        }
    }
}
