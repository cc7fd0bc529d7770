//! Which document a listed VM has.

use std::collections::{BTreeSet, HashMap};

use super::candidates::Index;
use super::input::SourceView;
use super::listed::{Group, Listed};
use super::protection::protect;
use super::record::{DocumentId, VmRecord};
use crate::inventory::Uuid;

/// Documents and listed VMs, by index.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// For each group its document.
    pub record_of: Vec<Option<usize>>,
    /// For each document its group.
    pub group_of: Vec<Option<usize>>,
    /// Groups that may be the VM of some document, but whose instance UUID was refused.
    pub refused: BTreeSet<usize>,
    /// Documents of VMs that are listed but cannot be identified now.
    pub unidentified: BTreeSet<usize>,
    /// Documents of VMs that are listed and left out.
    pub left_out: BTreeSet<usize>,
    /// Documents whose VM is listed, but nobody can know which it is.
    pub ambiguous: BTreeSet<usize>,
}

/// Finds the documents of the listed VMs: by (source, reference) if the UUIDs agree, then by instance UUID, then by BIOS
/// UUID where exactly one document without instance UUID and exactly one listed VM have it.
#[must_use]
pub fn match_documents(records: &[VmRecord], sources: &[SourceView], listed: &Listed<'_>) -> Matches {
    let index = Index::build(records, sources, listed);
    let mut matches = Matches {
        record_of: vec![None; listed.groups.len()],
        group_of: vec![None; records.len()],
        ..Matches::default()
    };
    let references: Vec<(usize, usize)> = index.references().collect();
    for &(group, record) in &references {
        if !index.is_settled(record, &listed.groups[group]) {
            matches.pair(group, &[record]);
        }
    }
    for (group, listed_vm) in listed.groups.iter().enumerate() {
        matches.pair(group, index.by_instance(listed_vm));
    }
    match_by_uuid(&index, &listed.groups, &mut matches);
    protect(&index, records, sources, listed, &references, &mut matches);
    matches
}

/// The documents whose VM is listed in any way.
#[must_use]
pub fn present_documents(records: &[VmRecord], sources: &[SourceView], listed: &Listed<'_>) -> BTreeSet<DocumentId> {
    let matches = match_documents(records, sources, listed);
    (0..records.len())
        .filter(|index| matches.is_present(*index))
        .map(|index| records[index].id.clone())
        .collect()
}

impl Matches {
    /// Whether the document's VM is listed in any way.
    #[must_use]
    pub fn is_present(&self, record: usize) -> bool {
        self.group_of[record].is_some()
            || self.unidentified.contains(&record)
            || self.left_out.contains(&record)
            || self.ambiguous.contains(&record)
    }

    fn pair(&mut self, group: usize, candidates: &[usize]) {
        if self.record_of[group].is_some() {
            return;
        }
        if let Some(record) = candidates.iter().find(|record| self.group_of[**record].is_none()) {
            self.record_of[group] = Some(*record);
            self.group_of[*record] = Some(group);
        }
    }
}

fn match_by_uuid(index: &Index<'_>, groups: &[Group<'_>], matches: &mut Matches) {
    let mut listed: HashMap<&Uuid, Vec<usize>> = HashMap::new();
    for (group, listed_vm) in groups.iter().enumerate() {
        if let Some(uuid) = listed_vm.uuid().filter(|uuid| !index.without_instance(uuid).is_empty()) {
            listed.entry(uuid).or_default().push(group);
        }
    }
    for (uuid, listed) in listed {
        if let (&[group], &[record]) = (listed.as_slice(), index.without_instance(uuid)) {
            matches.pair(group, &[record]);
        }
    }
}
