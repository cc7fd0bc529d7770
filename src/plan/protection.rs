//! Documents whose VM is listed though it could not be matched: they are not absent.

use std::collections::HashMap;

use super::candidates::Index;
use super::input::SourceView;
use super::listed::{Group, Listed, Seen};
use super::matching::Matches;
use super::owners::{Owner, owners_of};
use super::record::VmRecord;
use crate::inventory::decode_name;

/// Notes every document that some listing speaks of without being its match.
pub fn protect(
    index: &Index<'_>,
    records: &[VmRecord],
    sources: &[SourceView],
    listed: &Listed<'_>,
    matches: &mut Matches,
) {
    protect_unidentified(index, records, sources, listed, matches);
    protect_refused(index, listed, matches);
    protect_left_out(index, listed, matches);
    protect_ambiguous(index, records, listed, matches);
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
    let mut bearers: HashMap<&str, usize> = HashMap::new();
    for uuid in listed.groups.iter().filter_map(Group::uuid) {
        *bearers.entry(uuid.as_str()).or_default() += 1;
    }
    for (position, group) in listed.groups.iter().enumerate() {
        let refused =
            group.instance_uuid().is_none() && group.seen.iter().any(|seen| seen.sighting.instance_uuid.is_unread());
        let Some(uuid) = group
            .uuid()
            .filter(|_| refused && matches.record_of[position].is_none())
        else {
            continue;
        };
        let documents = index.with_uuid(uuid);
        if !documents.is_empty() || bearers[uuid.as_str()] > 1 {
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
fn protect_ambiguous(index: &Index<'_>, records: &[VmRecord], listed: &Listed<'_>, matches: &mut Matches) {
    let is_open = |record: &usize| !records[*record].fields.orphan;
    for group in &listed.groups {
        let by_reference = group.seen.iter().flat_map(|seen: &Seen<'_>| index.agreeing(seen));
        let by_uuid = group.uuid().map_or(&[][..], |uuid| index.without_instance(uuid));
        let of_python = by_uuid
            .iter()
            .copied()
            .filter(|record| records[*record].fields.sources.is_empty());
        for record in by_reference.chain(of_python).filter(is_open) {
            if matches.group_of[record].is_none() && !matches.unidentified.contains(&record) {
                matches.ambiguous.insert(record);
            }
        }
    }
}
