//! A VM document as vmsync understands it, whatever store it lies in.

use std::collections::BTreeMap;

use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use super::field;
use super::journal::JournalEntry;
pub use super::stored::{Stored, TextFields};
use crate::inventory::{Shared, SourceId, Uuid};

/// What other services read where a guest fact was never reported.
pub const UNKNOWN: &str = "unknown";

/// The format of times in documents and sessions, which are local times.
pub const LOCAL_TIME: &str = "%d-%m-%Y: %H:%M:%S";

/// The store's own key of a document, in the store's own text form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentId(pub String);

/// A source that has this VM.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ownership {
    /// Lasting identity of the source.
    pub id: SourceId,
    /// Its name in the configuration at that time.
    pub name: Shared,
    /// The VM's reference there.
    pub moref: String,
}

/// A time as an orphan, as an entry of a session's `orphans` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrphanPeriod {
    /// The VM's name in it.
    pub name: String,
    /// Its `orphan_since`.
    pub since: String,
}

/// The content of a VM document, without what the store adds by itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VmFields {
    /// Address of the ESXi host that runs the VM.
    pub esxi_host_addr: Shared,
    /// VM name, decoded.
    pub name: String,
    /// Guest hostname, or [`UNKNOWN`].
    pub hostname: String,
    /// Guest address, or [`UNKNOWN`].
    pub addr: String,
    /// BIOS UUID as the server writes it.
    pub uuid: String,
    /// `on`, `off`, `suspended`.
    pub power_state: Shared,
    /// `toolsOk`, `toolsOld`, `toolsNotRunning`, `toolsNotInstalled`, or [`UNKNOWN`].
    pub vmware_tools: Shared,
    /// Whether the VM is gone from every source.
    pub orphan: bool,
    /// Local time at which it became an orphan.
    pub orphan_since: Option<String>,
    /// `config.instanceUuid`, in lower case.
    pub instance_uuid: Option<String>,
    /// Who has it; the supplier of the facts first.
    pub sources: Vec<Ownership>,
    /// Whether it is a template.
    pub template: Option<bool>,
    /// `connected`, `disconnected`, `orphaned`, `inaccessible`, `invalid`.
    pub connection_state: Option<Shared>,
    /// Name of its `HostSystem`.
    pub host: Option<Shared>,
    /// Identity of that host: its hardware UUID, else source id and reference.
    pub host_id: Option<Shared>,
    /// Virtual CPUs.
    pub num_cpu: Option<u32>,
    /// Memory in MiB, as vSphere's `memorySizeMB`.
    pub memory_mb: Option<u64>,
    /// Full name of the guest operating system.
    pub guest_os: Option<Shared>,
    /// `guest.toolsVersionStatus2`.
    pub tools_version_status: Option<Shared>,
    /// `guest.toolsRunningStatus`.
    pub tools_running_status: Option<Shared>,
    /// `summary.config.guestId`.
    pub guest_id: Option<Shared>,
    /// Name of its datacenter.
    pub datacenter: Option<Shared>,
    /// Name of the cluster of its host.
    pub cluster: Option<Shared>,
    /// Name of its resource pool or vApp.
    pub resource_pool: Option<Shared>,
    /// Path of its folder, `/Datacenter/vm/Folder`.
    pub folder_path: Option<Shared>,
    /// Names of its datastores, sorted.
    pub datastores: Vec<Shared>,
    /// Names of its networks, sorted.
    pub networks: Vec<Shared>,
    /// Virtual network adapters.
    pub nics: Option<u32>,
    /// Virtual disks.
    pub disks: Option<u32>,
    /// A gauge: bytes that its files take.
    pub committed_bytes: Option<u64>,
    /// A gauge: bytes that thin disks could still grow by.
    pub uncommitted_bytes: Option<u64>,
    /// `config.version`.
    pub hardware_version: Option<Shared>,
    /// `config.firmware`.
    pub firmware: Option<Shared>,
    /// Path of its .vmx file.
    pub vm_path: Option<String>,
    /// Root snapshots.
    pub snapshots: Option<u32>,
    /// RFC 3339 in UTC, to the second.
    pub boot_time: Option<String>,
    /// Custom attributes, by name.
    pub custom_attributes: Option<BTreeMap<Shared, String>>,
    /// With `inventory.details`: its network adapters.
    pub network_interfaces: Option<Box<Value>>,
    /// With `inventory.details`: its disks.
    pub virtual_disks: Option<Box<Value>>,
    /// With `inventory.details`: all its snapshots.
    pub snapshot_tree: Option<Box<Value>>,
    /// With `inventory.details`, a gauge in parts: the guest's file systems.
    pub partitions: Option<Box<Value>>,
    /// RFC 3339; since when its owners list without it while other sources were not heard.
    pub missing_since: Option<String>,
    /// `orphan_since` of the last orphan period, kept after it ended.
    pub last_orphan_since: Option<String>,
    /// Its name in that period. All VMs that are orphaned in one pass share one time.
    pub last_orphan_name: Option<String>,
    /// The orphan periods before the last one, oldest first: a session that no pass brought to the end of one still
    /// speaks of it.
    pub former_orphan_periods: Vec<OrphanPeriod>,
    /// Epoch of the pass that made the document; none if that was the Python service.
    pub first_epoch: Option<i64>,
    /// Every name it ever had, the present one last.
    pub names: Vec<String>,
    /// What sessions and services still have to learn.
    pub journal: Vec<JournalEntry>,
}

impl VmFields {
    /// As a JSON object with every field, absent ones as null.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not panic: see the invariants")]
    pub fn to_map(&self) -> Map<String, Value> {
        let fields = serde_json::to_value(self).expect("maps have texts as keys");
        serde_json::from_value(fields).expect("a struct is an object")
    }
}

/// A stored VM document.
#[derive(Debug, Clone, PartialEq)]
pub struct VmRecord {
    /// Its key.
    pub id: DocumentId,
    /// Number of vmsync's own writes to it; none on a document of the Python service.
    pub rev: Option<i64>,
    /// Epoch of the last pass that wrote or saw it.
    pub epoch: Option<i64>,
    /// The fields, read leniently.
    pub fields: Box<VmFields>,
    /// The same fields exactly as stored; the old values that a write compares with.
    pub stored: Stored,
}

/// Why a document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableDocument {
    /// Its key.
    pub id: DocumentId,
    /// What is wrong, in one line.
    pub reason: String,
}

impl VmRecord {
    /// Reads a document's own fields. Documents of the Python service, or edited by hand, may lack fields or hold null;
    /// a name is the least that is needed.
    ///
    /// # Errors
    /// The document has no name, or a field of vmsync's own has a form that vmsync never writes.
    pub fn from_stored(id: DocumentId, stored: Map<String, Value>) -> Result<Self, UnreadableDocument> {
        let unreadable = |reason: &str| UnreadableDocument {
            id: id.clone(),
            reason: reason.to_owned(),
        };
        if !stored.get(field::NAME).is_some_and(Value::is_string) {
            return Err(unreadable("it has no name"));
        }
        let lenient = stored.iter().filter(|(key, value)| is_readable(key, Form::of(value)));
        let lenient = MapDeserializer::new(lenient.map(|(key, value)| (key.as_str(), value)));
        let mut fields = Box::<VmFields>::deserialize(lenient)
            .map_err(|error: serde_json::Error| unreadable(&format!("a field has an unexpected form: {error}")))?;
        if !fields.names.contains(&fields.name) {
            fields.names.push(fields.name.clone());
        }
        Ok(Self {
            rev: stored.get(field::REV).and_then(Value::as_i64),
            epoch: stored.get(field::EPOCH).and_then(Value::as_i64),
            fields,
            stored: stored.into(),
            id,
        })
    }

    /// The same from the text of the fields, several times as fast. Nothing where the document is not as vmsync writes it:
    /// [`Self::from_stored`] reads it, or says what is wrong.
    #[must_use]
    pub fn from_text(id: DocumentId, stored: &TextFields<'_>) -> Option<Self> {
        let stamp = |name: &str| stored.get(name).and_then(|value| value.parse().ok());
        let readable = stored
            .0
            .iter()
            .filter(|(key, value)| is_readable(key, Form::of_text(value.get())));
        let fields = Box::<VmFields>::deserialize(MapDeserializer::new(readable.copied())).ok()?;
        let is_whole = !fields.name.is_empty() && fields.names.contains(&fields.name);
        Some(Self {
            rev: stamp(field::REV),
            epoch: stamp(field::EPOCH),
            fields: is_whole.then_some(fields)?,
            stored: Stored::of_fields(stored)?,
            id,
        })
    }

    /// BIOS UUID for comparison.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::new(&self.fields.uuid).filter(|uuid| uuid.as_str() != UNKNOWN)
    }

    /// Instance UUID for comparison.
    #[must_use]
    pub fn instance_uuid(&self) -> Option<Uuid> {
        self.fields.instance_uuid.as_deref().and_then(Uuid::new)
    }

    /// Written by the Python service and not yet taken over. To be missing, or an orphan, takes no document over.
    #[must_use]
    pub const fn is_foreign(&self) -> bool {
        self.rev.is_none() || self.fields.sources.is_empty()
    }

    /// Whether the fields that say if it is an orphan are stored in their own types.
    #[must_use]
    pub const fn is_well_typed(&self) -> bool {
        self.stored.is_well_typed()
    }
}

/// Values that another writer left in a form of its own are passed over, so that one odd field does not hide the
/// document; the next write compares with what is stored and puts it right.
fn is_readable(key: &str, form: Form) -> bool {
    match key {
        field::ORPHAN => form == Form::Boolean,
        key if field::SHARED.contains(&key) => form == Form::Text,
        _ => form != Form::Null,
    }
}

/// Of `orphan` and `orphan_since`.
pub(super) fn are_well_typed(orphan: Option<Form>, since: Option<Form>) -> bool {
    orphan == Some(Form::Boolean) && matches!(since, None | Some(Form::Null | Form::Text))
}

/// What a value is, as far as that matters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Null,
    Boolean,
    Text,
    Other,
}

impl Form {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::String(_) => Self::Text,
            Value::Number(_) | Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }

    /// Of a value in JSON, which its first byte tells.
    pub(super) fn of_text(value: &str) -> Self {
        match value.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'"') => Self::Text,
            _ => Self::Other,
        }
    }
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// As stored; null if absent.
    pub before: Value,
    /// As it becomes.
    pub after: Value,
}

/// By field name.
pub type FieldChanges = BTreeMap<String, FieldChange>;

/// Every field of `desired` that differs from what is stored; an absent field and null are the same.
#[must_use]
pub fn diff_fields(stored: &Map<String, Value>, desired: &VmFields) -> FieldChanges {
    let changed = |(key, after): (String, Value)| {
        let before = stored.get(&key).cloned().unwrap_or(Value::Null);
        (before != after && !is_absent(&before, &after)).then_some((key, FieldChange { before, after }))
    };
    desired.to_map().into_iter().filter_map(changed).collect()
}

/// An empty list that was never stored need not be.
fn is_absent(before: &Value, after: &Value) -> bool {
    before.is_null() && after.as_array().is_some_and(Vec::is_empty)
}
