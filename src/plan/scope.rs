//! `sync vms ID…`: the plan, restricted to some VMs.

use std::collections::BTreeSet;

use super::change::{Change, ChangeKind, Plan};
use super::entanglement::Entanglement;
use super::input::Input;
use super::listed::Listed;
use super::matching::Matches;
use super::record::DocumentId;
use super::wanted::Wanted;

/// Keeps what concerns the VMs that the ids name; a name takes all VMs that bear it, in the store or on a source. The
/// guard has judged the whole plan before.
pub fn restrict(plan: &mut Plan, input: &Input<'_>, listed: &Listed<'_>, matches: &Matches) {
    let Some(ids) = input.only else { return };
    let wanted = Wanted::new(ids);
    let mut known = BTreeSet::new();
    let mut documents = select_documents(&wanted, input, listed, matches, &mut known);
    plan.unknown_ids = wanted.others(&known);

    let selected = select_changes(plan, &wanted, &documents);
    documents.extend(
        selected
            .iter()
            .filter_map(|index| plan.changes[*index].target.id().cloned()),
    );
    let mut index = 0..;
    plan.changes
        .retain(|_| index.next().is_some_and(|index| selected.contains(&index)));
    for seen in plan.seen.values_mut() {
        seen.retain(|id| documents.contains(id));
    }
    plan.seen.retain(|_, seen| !seen.is_empty());
    plan.unchanged = count_unchanged(plan);
    plan.scope = Some(documents);
}

/// The documents that are meant, by what they hold or by what is listed of their VM. Notes in `known` which ids name
/// anything.
fn select_documents(
    wanted: &Wanted<'_>,
    input: &Input<'_>,
    listed: &Listed<'_>,
    matches: &Matches,
    known: &mut BTreeSet<usize>,
) -> BTreeSet<DocumentId> {
    let mut documents = BTreeSet::new();
    let mut note = |hits: Vec<usize>, record: Option<usize>| {
        if !hits.is_empty() {
            known.extend(hits);
            documents.extend(record.map(|record| input.existing[record].id.clone()));
        }
    };
    for (position, record) in input.existing.iter().enumerate() {
        note(wanted.in_document(&record.fields), Some(position));
    }
    for (group, record) in listed.groups.iter().zip(&matches.record_of) {
        let hits = group.seen.iter().flat_map(|seen| wanted.in_listing(seen.sighting));
        note(hits.collect(), *record);
    }
    for seen in listed.unidentified.iter().chain(&listed.left_out) {
        note(wanted.in_listing(seen.sighting), None);
    }
    documents
}

/// The changes of these documents, of new VMs that are meant, and those that cannot be told apart from them.
fn select_changes(plan: &Plan, wanted: &Wanted<'_>, documents: &BTreeSet<DocumentId>) -> BTreeSet<usize> {
    let is_meant = |change: &Change| match change.target.id() {
        Some(id) => documents.contains(id),
        None => !wanted.in_document(&change.after).is_empty(),
    };
    let meant = plan.changes.iter().enumerate().filter(|(_, change)| is_meant(change));
    Entanglement::build(plan).close(meant.map(|(index, _)| index))
}

fn count_unchanged(plan: &Plan) -> usize {
    let is_changed = |change: &&Change| {
        let is_absent = matches!(change.kind(), Some(ChangeKind::Orphaned | ChangeKind::Missing));
        change.target.id().is_some()
            && !is_absent
            && (change.kind().is_some_and(ChangeKind::is_difference) || change.adopts)
    };
    let seen: usize = plan.seen.values().map(Vec::len).sum();
    seen.saturating_sub(plan.changes.iter().filter(is_changed).count())
}
