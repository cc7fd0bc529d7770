//! What a document becomes when its VM is seen.

use serde_json::Value;

use super::input::{Hearing, SourceView};
use super::interfaces::take_interfaces;
use super::listed::{Group, Seen, host_of, manages};
use super::owners::{Owner, owners_of, resolve_owner};
use super::record::{Ownership, UNKNOWN, VmFields, VmRecord};
use crate::inventory::{Fact, Host, Shared, Sighting, SourceId, SourceKind};
use crate::moment::to_the_second;

/// Uncommitted bytes are written alone only when they moved by this share.
const GAUGE_PERCENT: u64 = 5;

/// Who speaks for a VM that is listed more than once.
#[derive(Debug, Clone)]
pub struct Sighters<'a> {
    /// Supplies the facts.
    pub supplier: Seen<'a>,
    /// ESXi hosts that see the same VM directly while their vCenter supplies the facts.
    pub direct: Vec<Seen<'a>>,
    /// Other sightings; they change nothing.
    pub duplicates: Vec<Seen<'a>>,
}

/// Chooses the supplier: a vCenter over its own hosts, the stored owner over any other, else the first configured.
#[must_use]
pub fn choose_supplier<'a>(group: &Group<'a>, record: Option<&VmRecord>, sources: &[SourceView]) -> Sighters<'a> {
    let view = |seen: &Seen<'_>| &sources[seen.source];
    let is_direct = |seen: &Seen<'_>| group.seen.iter().any(|other| manages(view(other), view(seen)));
    let (direct, independent): (Vec<_>, Vec<_>) = group.seen.iter().partition(|seen| is_direct(seen));
    let rank = |seen: &Seen<'_>| owner_rank(seen, record, sources);
    let supplier = independent.iter().copied().min_by_key(rank).unwrap_or(group.seen[0]);
    let (direct, foreign_direct): (Vec<_>, Vec<_>) = direct
        .into_iter()
        .partition(|seen| manages(view(&supplier), view(seen)));
    let is_other = |seen: &Seen<'_>| !std::ptr::eq(seen.sighting, supplier.sighting);
    let duplicates = independent.into_iter().chain(foreign_direct).filter(is_other).collect();
    Sighters {
        supplier,
        direct,
        duplicates,
    }
}

/// Smaller is nearer: the very VM that is stored, then its source, then any other; then the order of the sources.
fn owner_rank(seen: &Seen<'_>, record: Option<&VmRecord>, sources: &[SourceView]) -> (usize, usize) {
    let Some(record) = record else {
        return (usize::MAX, seen.source);
    };
    let rank_of = |(position, owner): (usize, &Ownership)| {
        let same_source = resolve_owner(owner, sources) == Owner::Configured(seen.source);
        let same_vm = same_source && owner.moref == seen.sighting.moref;
        match (same_vm, same_source) {
            (true, _) => Some(position),
            (false, true) => Some(position + record.fields.sources.len()),
            (false, false) => None,
        }
    };
    let rank = record.fields.sources.iter().enumerate().filter_map(rank_of).min();
    (rank.unwrap_or(usize::MAX), seen.source)
}

/// The content after the facts of the supplier were taken over. What did not arrive, or cannot be trusted yet, stays.
#[must_use]
pub fn merge(record: Option<&VmRecord>, sighters: &Sighters<'_>, sources: &[SourceView]) -> Box<VmFields> {
    let seen = &sighters.supplier;
    let mut fields = record.map_or_else(Box::default, |record| record.fields.clone());
    set(&mut fields.power_state, &seen.sighting.power_state);
    set_optional(&mut fields.connection_state, &seen.sighting.connection_state);
    if !seen.sighting.is_half_formed() {
        take_identity(&mut fields, seen.sighting);
        take_facts(&mut fields, seen.sighting);
        take_host(&mut fields, seen, sources);
    }
    fill_unknown(&mut fields);
    fields.sources = build_sources(record, sighters, sources);
    if let Some(record) = record.filter(|record| record.fields.orphan) {
        fields
            .last_orphan_name
            .get_or_insert_with(|| record.fields.name.clone());
    }
    fields.orphan = false;
    // Sessions find the way back from `orphans` by these; the Python service kept none.
    fields.last_orphan_since = fields.orphan_since.take().or(fields.last_orphan_since);
    fields.missing_since = None;
    if fields.names.last() != Some(&fields.name) {
        fields.names.retain(|name| *name != fields.name);
        fields.names.push(fields.name.clone());
    }
    fields
}

fn take_identity(fields: &mut VmFields, sighting: &Sighting) {
    if let Some(uuid) = sighting.uuid.known()
        && !fields.uuid.eq_ignore_ascii_case(uuid.as_str())
    {
        fields.uuid.clone_from(&sighting.uuid_text);
    }
    if let Some(uuid) = sighting.instance_uuid.known()
        && !fields
            .instance_uuid
            .as_deref()
            .is_some_and(|stored| stored.eq_ignore_ascii_case(uuid.as_str()))
    {
        fields.instance_uuid = Some(uuid.as_str().to_owned());
    }
}

fn take_facts(fields: &mut VmFields, sighting: &Sighting) {
    set(&mut fields.name, &sighting.name);
    set(&mut fields.hostname, &sighting.guest_hostname);
    set(&mut fields.addr, &sighting.guest_address);
    match &sighting.tools_status {
        Fact::Known(status) => fields.vmware_tools.clone_from(status),
        Fact::Unset => fields.vmware_tools = Shared::of(UNKNOWN),
        Fact::Unread => {}
    }
    set_optional(&mut fields.template, &sighting.template);
    set_optional(&mut fields.num_cpu, &sighting.num_cpu);
    set_optional(&mut fields.memory_mb, &sighting.memory_mb);
    set_optional(&mut fields.guest_os, &sighting.guest_os);
    set_optional(&mut fields.tools_version_status, &sighting.tools_version_status);
    set_optional(&mut fields.tools_running_status, &sighting.tools_running_status);
    set_optional(&mut fields.committed_bytes, &sighting.committed_bytes);
    set_optional(&mut fields.uncommitted_bytes, &sighting.uncommitted_bytes);
    take_hardware(fields, sighting);
    take_places(fields, sighting);
    if let Some(details) = &sighting.details {
        let boxed = |fact: &Fact<Value>| fact.clone().map(Box::new);
        take_interfaces(&mut fields.network_interfaces, &details.network_interfaces);
        set_optional(&mut fields.virtual_disks, &boxed(&details.virtual_disks));
        set_optional(&mut fields.snapshot_tree, &boxed(&details.snapshot_tree));
        set_optional(&mut fields.partitions, &boxed(&details.partitions));
    }
}

fn take_hardware(fields: &mut VmFields, sighting: &Sighting) {
    set_optional(&mut fields.guest_id, &sighting.guest_id);
    set_optional(&mut fields.hardware_version, &sighting.hardware_version);
    set_optional(&mut fields.firmware, &sighting.firmware);
    set_optional(&mut fields.vm_path, &sighting.vm_path);
    set_optional(&mut fields.nics, &sighting.nics);
    set_optional(&mut fields.disks, &sighting.disks);
    set_optional(&mut fields.snapshots, &sighting.snapshots);
    let booted = sighting.boot_time.map(to_the_second);
    set_optional(&mut fields.boot_time, &booted);
    set_optional(&mut fields.custom_attributes, &sighting.custom_attributes);
}

/// Where it lies. A folder's path is only known or not: every VM is in one.
fn take_places(fields: &mut VmFields, sighting: &Sighting) {
    set_optional(&mut fields.datacenter, &sighting.datacenter);
    set_optional(&mut fields.cluster, &sighting.cluster);
    set_optional(&mut fields.resource_pool, &sighting.resource_pool);
    if sighting.folder_path.is_some() {
        fields.folder_path.clone_from(&sighting.folder_path);
    }
    set_names(&mut fields.datastores, &sighting.datastores);
    set_names(&mut fields.networks, &sighting.networks);
}

/// Text that is empty or has not arrived never replaces what is known.
fn set<T: Clone + AsRef<str>>(field: &mut T, fact: &Fact<T>) {
    if let Some(value) = fact.known().filter(|value| !value.as_ref().is_empty()) {
        field.clone_from(value);
    }
}

fn set_names(field: &mut Vec<Shared>, fact: &Fact<Vec<Shared>>) {
    match fact {
        Fact::Known(names) => field.clone_from(names),
        Fact::Unset => field.clear(),
        Fact::Unread => {}
    }
}

fn set_optional<T: Clone>(field: &mut Option<T>, fact: &Fact<T>) {
    match fact {
        Fact::Known(value) => *field = Some(value.clone()),
        Fact::Unset => *field = None,
        Fact::Unread => {}
    }
}

fn fill_unknown(fields: &mut VmFields) {
    let texts = [&mut fields.hostname, &mut fields.addr, &mut fields.uuid];
    for text in texts.into_iter().filter(|text| text.is_empty()) {
        UNKNOWN.clone_into(text);
    }
    let words = [
        &mut fields.esxi_host_addr,
        &mut fields.power_state,
        &mut fields.vmware_tools,
    ];
    for word in words.into_iter().filter(|word| word.is_empty()) {
        *word = Shared::of(UNKNOWN);
    }
}

fn take_host(fields: &mut VmFields, seen: &Seen<'_>, sources: &[SourceView]) {
    let Some(host) = host_of(seen, sources) else { return };
    let source = &sources[seen.source];
    if let Some(address) = host_address(host, source, sources) {
        fields.esxi_host_addr = address;
    }
    if host.name.is_some() {
        fields.host.clone_from(&host.name);
    }
    fields.host_id = Some(host_identity(host, source)).or(fields.host_id.take());
}

/// The configured address of the ESXi source that is this host, else the host's name.
fn host_address(host: &Host, source: &SourceView, sources: &[SourceView]) -> Option<Shared> {
    if source.kind == Some(SourceKind::Esxi) {
        return Some(Shared::of(&source.host));
    }
    let is_it = |id: &SourceId| {
        let uuid = host.hardware_uuid.as_ref();
        uuid.is_some_and(|uuid| id.is_of_server(SourceKind::Esxi, uuid))
    };
    let configured = sources.iter().find(|other| other.id.as_ref().is_some_and(is_it));
    configured
        .map(|other| Shared::of(&other.host))
        .or_else(|| host.name.clone())
}

fn host_identity(host: &Host, source: &SourceView) -> Shared {
    let by_reference = || format!("{}/{}", source.id.as_ref().map_or("", SourceId::as_str), host.moref);
    let ambiguous = source.kind == Some(SourceKind::Esxi) && source.id != source.claimed_id;
    match &host.hardware_uuid {
        Some(uuid) if !ambiguous => Shared::of(uuid.as_str()),
        Some(_) | None => Shared::of(&by_reference()),
    }
}

/// Who has the VM: the supplier, the hosts that see it too, and the stored owners that did not deny it in this pass.
fn build_sources(record: Option<&VmRecord>, sighters: &Sighters<'_>, sources: &[SourceView]) -> Vec<Ownership> {
    let seen = std::iter::once(&sighters.supplier).chain(&sighters.direct);
    let mut owners: Vec<Ownership> = seen.map(|seen| ownership(seen, sources)).collect();
    let stored = record.map_or(&[][..], |record| &record.fields.sources);
    let lists = |index: usize| sighters.duplicates.iter().any(|seen| seen.source == index);
    let denies = |owner: &Ownership| match resolve_owner(owner, sources) {
        Owner::Configured(index) => sources[index].hearing == Hearing::Complete && !lists(index),
        Owner::Unclear => false,
        Owner::Gone => true,
    };
    for owner in stored.iter().filter(|owner| !denies(owner)) {
        if !owners.iter().any(|known| known.id == owner.id) {
            owners.push(owner.clone());
        }
    }
    owners
}

fn ownership(seen: &Seen<'_>, sources: &[SourceView]) -> Ownership {
    let source = &sources[seen.source];
    let id = source.id.clone().unwrap_or_else(|| SourceId::of_name(&source.name));
    Ownership {
        id,
        name: Shared::of(&source.name),
        moref: seen.sighting.moref.clone(),
    }
}

/// Whether the VM is on another source or on another host than before. A source that was renamed, got another address,
/// or joined the configuration beside the one that had the VM moves nothing.
#[must_use]
pub fn is_moved(record: &VmRecord, after: &VmFields, sighters: &Sighters<'_>, sources: &[SourceView]) -> bool {
    let before = &record.fields;
    let owners = owners_of(record, sources);
    let owned = |seen: &Seen<'_>| owners.contains(&Owner::Configured(seen.source));
    let supplier = &sighters.supplier;
    if owned(supplier) && sources[supplier.source].kind == Some(SourceKind::Esxi) {
        return false;
    }
    let elsewhere = !owned(supplier) && !sighters.direct.iter().any(owned);
    if supplier.sighting.is_half_formed() || host_of(supplier, sources).is_none() {
        return elsewhere;
    }
    let same_address = before.esxi_host_addr == after.esxi_host_addr;
    match (&before.host_id, &after.host_id) {
        // A host that is known by a reference only has another identity once it is added anew, or its source renamed.
        (Some(old), Some(new)) => old != new && !(same_address && old.contains('/')),
        _ => !same_address && elsewhere,
    }
}

/// Whether a gauge moved far enough to be written by itself.
#[must_use]
pub fn gauge_moved(before: Option<u64>, after: Option<u64>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.abs_diff(after).saturating_mul(100) >= before.saturating_mul(GAUGE_PERCENT) && before != after
        }
        (before, after) => before != after,
    }
}

/// The same of the guest's file systems: another one, another size, or one whose free space moved that far.
#[must_use]
pub fn partitions_moved(before: Option<&Value>, after: Option<&Value>) -> bool {
    let rows = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let (before, after) = (rows(before), rows(after));
    let same_but_free = |old: &Value, new: &Value| {
        let whole = |row: &Value| (row["path"].clone(), row["capacity_bytes"].as_u64());
        whole(old) == whole(new) && !gauge_moved(old["free_bytes"].as_u64(), new["free_bytes"].as_u64())
    };
    before.len() != after.len() || !before.iter().zip(&after).all(|(old, new)| same_but_free(old, new))
}
