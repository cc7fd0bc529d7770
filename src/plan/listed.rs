//! The listings of all sources, sorted by identity.

use std::cmp::Ordering;

use super::input::SourceView;
use crate::inventory::{Host, Sighting, SourceInventory, SourceKind, Uuid};

/// One VM in one listing.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Index of the source.
    pub source: usize,
    /// What it says.
    pub sighting: &'a Sighting,
}

/// All sightings of one identity.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// In the order of the sources and references; at least one.
    pub seen: Vec<Seen<'a>>,
}

impl Group<'_> {
    /// BIOS UUID, if any sighting has it.
    #[must_use]
    pub fn uuid(&self) -> Option<&Uuid> {
        self.seen.iter().find_map(|seen| seen.sighting.uuid.known())
    }

    /// Instance UUID, if any sighting has it.
    #[must_use]
    pub fn instance_uuid(&self) -> Option<&Uuid> {
        self.seen.iter().find_map(|seen| seen.sighting.instance_uuid.known())
    }
}

/// What all sources list.
#[derive(Debug, Clone, Default)]
pub struct Listed<'a> {
    /// VMs that can be told apart: by their instance UUIDs, then those without.
    pub groups: Vec<Group<'a>>,
    /// VMs that cannot.
    pub unidentified: Vec<Seen<'a>>,
    /// Listed, but never documents of their own.
    pub left_out: Vec<Seen<'a>>,
}

impl Listed<'_> {
    /// Whether a VM with this instance UUID is listed.
    #[must_use]
    pub fn has_instance(&self, uuid: &Uuid) -> bool {
        let key = |group: &Group<'_>| {
            group
                .instance_uuid()
                .map_or(Ordering::Greater, |listed| listed.cmp(uuid))
        };
        self.groups.binary_search_by(key).is_ok()
    }
}

/// Sorts what the sources list: by instance UUID, else by BIOS UUID where no source has it twice.
#[must_use]
pub fn build_listed(sources: &[SourceView]) -> Listed<'_> {
    let mut listed = Listed::default();
    let (mut by_instance, mut by_uuid) = (Vec::new(), Vec::new());
    let all: Vec<Seen<'_>> = all_sightings(sources).collect();
    for (place, seen) in all.iter().copied().enumerate() {
        let sighting = seen.sighting;
        if sighting.left_out.is_some() {
            listed.left_out.push(seen);
        } else if sighting.is_unidentified() {
            listed.unidentified.push(seen);
        } else if let Some(instance) = sighting.instance_uuid.known() {
            by_instance.push((instance.clone(), place));
        } else if let Some(uuid) = sighting.uuid.known() {
            by_uuid.push((uuid.clone(), place));
        }
    }
    let group = |same: &[(Uuid, usize)]| Group {
        seen: same.iter().map(|(_, place)| all[*place]).collect(),
    };
    listed.groups.extend(gather(&mut by_instance).map(group));
    listed
        .groups
        .extend(gather(&mut by_uuid).map(group).flat_map(split_clones));
    listed
}

/// Places by UUID: those of one together, in their order.
pub fn gather(places: &mut [(Uuid, usize)]) -> impl Iterator<Item = &[(Uuid, usize)]> {
    places.sort_unstable();
    places.chunk_by(|(one, _), (other, _)| one == other)
}

/// In the order of the sources and references, whatever the order of the listings. An object that came with two pages of
/// one listing is one VM.
fn all_sightings(sources: &[SourceView]) -> impl Iterator<Item = Seen<'_>> {
    sources.iter().enumerate().flat_map(|(source, view)| {
        let vms = view.inventory.iter().flat_map(|inventory| &inventory.vms);
        let mut vms: Vec<&Sighting> = vms.collect();
        vms.sort_by_key(|vm| identity(vm));
        vms.dedup_by(|later, earlier| identity(later) == identity(earlier));
        vms.into_iter().map(move |sighting| Seen { source, sighting })
    })
}

fn identity(vm: &Sighting) -> (&str, Option<&Uuid>, Option<&Uuid>) {
    (&vm.moref, vm.instance_uuid.known(), vm.uuid.known())
}

/// VMs without instance UUID that share a BIOS UUID on one source are clones, each a VM of its own; on different
/// sources they are one VM seen twice.
fn split_clones(group: Group<'_>) -> Vec<Group<'_>> {
    let cloned = group.seen.windows(2).any(|pair| pair[0].source == pair[1].source);
    if cloned {
        let each = group.seen.into_iter();
        each.map(|one| Group { seen: vec![one] }).collect()
    } else {
        vec![group]
    }
}

/// The host that runs a VM, by its source's word.
#[must_use]
pub fn host_of<'a>(seen: &Seen<'_>, sources: &'a [SourceView]) -> Option<&'a Host> {
    let inventory = sources[seen.source].inventory.as_ref()?;
    inventory.hosts.get(seen.sighting.host?)
}

/// Whether `vcenter` has the ESXi host that is the source `esxi`: then both see the same VMs.
#[must_use]
pub fn manages(vcenter: &SourceView, esxi: &SourceView) -> bool {
    let unambiguous = esxi.id == esxi.claimed_id;
    let has = |(manager, host): (&SourceInventory, &SourceInventory)| {
        let is_it = |managed: &Host| managed.hardware_uuid == host.server_uuid;
        let kinds = (manager.kind, host.kind);
        kinds == (SourceKind::Vcenter, SourceKind::Esxi)
            && host.server_uuid.is_some()
            && manager.hosts.iter().any(is_it)
    };
    unambiguous
        && vcenter
            .inventory
            .as_deref()
            .zip(esxi.inventory.as_deref())
            .is_some_and(has)
}
