//! Which hosts a link can lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::HostSerial;
use crate::catalog::ObjectKind;
use crate::inventory::{Object, SourceKind};
use crate::plan::SourceView;
use crate::plan::objects::{ObjectEvent, ObjectPlan, ObjectRecord, object_key};

const SERIAL: &str = "serial_number";
const HARDWARE: &str = "hardware_uuid";

/// The hosts that are present once the plan is done: as they are listed now, else as they are stored, since a source
/// that was not heard may have another host with the same serial number.
#[must_use]
pub fn host_serials(stored: &[ObjectRecord], sources: &[SourceView], plan: &ObjectPlan) -> Vec<HostSerial> {
    let is_gone = |event| event == Some(ObjectEvent::Gone);
    let gone = plan
        .changes
        .iter()
        .filter(|change| is_gone(change.event) && change.is_written());
    let gone: BTreeSet<&str> = gone.map(|change| change.id.0.as_str()).collect();
    let is_there = |record: &&ObjectRecord| {
        record.kind == ObjectKind::Host && record.present && !gone.contains(record.id.0.as_str())
    };
    let mut hosts = BTreeMap::new();
    for record in stored.iter().filter(is_there) {
        hosts.insert(record.id.0.clone(), of_record(record));
    }
    for (source, object) in listed(sources) {
        let Some(source_id) = &source.id else { continue };
        let id = object_key(source_id, &object.moref).0;
        let known = hosts.remove(&id);
        hosts.insert(id.clone(), of_object(id, object, source, known));
    }
    hosts.into_values().filter(|host| !host.serial.is_empty()).collect()
}

fn listed(sources: &[SourceView]) -> impl Iterator<Item = (&SourceView, &Object)> {
    sources.iter().flat_map(|source| {
        let objects = source.inventory.iter().flat_map(|inventory| &inventory.objects);
        let hosts = objects.filter(|object| object.kind == ObjectKind::Host);
        hosts.map(move |object| (source, object))
    })
}

fn of_record(record: &ObjectRecord) -> HostSerial {
    let text = |name| text(record.stored.get(name));
    HostSerial {
        id: record.id.0.clone(),
        label: text("name").unwrap_or_else(|| record.moref.clone()),
        serial: text(SERIAL).unwrap_or_default(),
        hardware_uuid: text(HARDWARE),
        is_of_vcenter: record.source_id.as_str().starts_with("vcenter:"),
    }
}

/// What did not arrive is as it is stored.
fn of_object(id: String, object: &Object, source: &SourceView, known: Option<HostSerial>) -> HostSerial {
    let arrived = |name: &str, stored: Option<String>| object.facts.get(name).map_or(stored, |value| text(Some(value)));
    let (label, serial, hardware) = match known {
        Some(host) => (Some(host.label), Some(host.serial), host.hardware_uuid),
        None => (None, None, None),
    };
    HostSerial {
        id,
        label: arrived("name", label).unwrap_or_else(|| object.moref.clone()),
        serial: arrived(SERIAL, serial).unwrap_or_default(),
        hardware_uuid: arrived(HARDWARE, hardware),
        is_of_vcenter: source.kind == Some(SourceKind::Vcenter),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}
