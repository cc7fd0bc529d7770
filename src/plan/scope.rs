//! `sync vms ID…`: the plan, restricted to some VMs.

use std::collections::BTreeSet;

use super::change::{Change, Plan, Target};
use super::input::Input;
use super::listed::Listed;
use super::record::{DocumentId, VmFields};
use crate::inventory::{Sighting, Uuid};

/// Keeps what concerns the VMs that the ids name; a name takes all VMs that bear it, in the store or on a source. The
/// guard has judged the whole plan before.
pub fn restrict(plan: &mut Plan, input: &Input<'_>, listed: &Listed<'_>) {
    let Some(ids) = input.only else { return };
    let wanted: Vec<Wanted<'_>> = ids.iter().map(|id| Wanted::new(id)).collect();
    let is_known = |wanted: &Wanted<'_>| {
        input.existing.iter().any(|record| wanted.is_document(&record.fields))
            || sightings(listed).any(|sighting| wanted.is_listed(sighting))
    };
    plan.unknown_ids = wanted
        .iter()
        .filter(|wanted| !is_known(wanted))
        .map(|wanted| wanted.text.to_owned())
        .collect();
    let documents = select_documents(&wanted, input, plan);
    plan.changes.retain(|change| match &change.target {
        Target::Existing { id, .. } => documents.contains(id),
        Target::New | Target::Nothing => wanted.iter().any(|wanted| wanted.is_document(&change.after)),
    });
    plan.seen
        .values_mut()
        .for_each(|seen| seen.retain(|id| documents.contains(id)));
    plan.seen.retain(|_, seen| !seen.is_empty());
    plan.scope = Some(documents);
}

fn sightings<'a>(listed: &'a Listed<'a>) -> impl Iterator<Item = &'a Sighting> {
    let grouped = listed.groups.iter().flat_map(|group| &group.seen);
    grouped
        .chain(&listed.unidentified)
        .chain(&listed.left_out)
        .map(|seen| seen.sighting)
}

/// The documents that are meant, and those that a rename of theirs is entangled with: of two VMs that swap names, one
/// cannot be renamed alone.
fn select_documents(wanted: &[Wanted<'_>], input: &Input<'_>, plan: &Plan) -> BTreeSet<DocumentId> {
    let is_wanted = |fields: &VmFields| wanted.iter().any(|wanted| wanted.is_document(fields));
    let stored = input
        .existing
        .iter()
        .filter(|record| is_wanted(&record.fields))
        .map(|record| record.id.clone());
    let mut selected: BTreeSet<DocumentId> = stored.collect();
    selected.extend(
        plan.changes
            .iter()
            .filter(|change| is_wanted(&change.after))
            .filter_map(document_of),
    );
    loop {
        let names = touched_names(plan, &selected);
        let entangled = |change: &&Change| {
            change
                .rename()
                .is_some_and(|(old, new)| names.contains(old) || names.contains(new))
        };
        let found: Vec<DocumentId> = plan.changes.iter().filter(entangled).filter_map(document_of).collect();
        let before = selected.len();
        selected.extend(found);
        if selected.len() == before {
            return selected;
        }
    }
}

fn touched_names<'a>(plan: &'a Plan, selected: &BTreeSet<DocumentId>) -> BTreeSet<&'a str> {
    let renames = plan
        .changes
        .iter()
        .filter(|change| document_of(change).is_some_and(|id| selected.contains(&id)));
    renames
        .filter_map(Change::rename)
        .flat_map(|(old, new)| [old, new])
        .collect()
}

fn document_of(change: &Change) -> Option<DocumentId> {
    match &change.target {
        Target::Existing { id, .. } => Some(id.clone()),
        Target::New | Target::Nothing => None,
    }
}

/// One id as typed: a UUID in any case, with or without dashes, or an exact name.
struct Wanted<'a> {
    text: &'a str,
    bare: Option<String>,
}

impl<'a> Wanted<'a> {
    fn new(text: &'a str) -> Self {
        let bare = Uuid::new(text).map(|uuid| uuid.bare());
        let is_uuid = |bare: &String| bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self {
            text,
            bare: bare.filter(is_uuid),
        }
    }

    fn is_uuid(&self, uuid: Option<&Uuid>) -> bool {
        self.bare.is_some() && uuid.map(Uuid::bare) == self.bare
    }

    fn is_document(&self, fields: &VmFields) -> bool {
        let instance = fields.instance_uuid.as_deref().and_then(Uuid::new);
        fields.name == self.text || self.is_uuid(Uuid::new(&fields.uuid).as_ref()) || self.is_uuid(instance.as_ref())
    }

    fn is_listed(&self, sighting: &Sighting) -> bool {
        sighting.name.known().is_some_and(|name| name == self.text)
            || self.is_uuid(sighting.uuid.known())
            || self.is_uuid(sighting.instance_uuid.known())
    }
}
