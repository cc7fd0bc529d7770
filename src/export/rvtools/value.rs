//! Values as RVTools writes them. What is unknown stays so.

use serde_json::Value;

use crate::stats::percent;

const MEBIBYTE: u64 = 1 << 20;

/// As it is; of a list the first member. Documents say "unknown" where RVTools leaves the cell empty.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Array(members) => members.first().map_or(Value::Null, plain),
        Value::String(text) if text == "unknown" => Value::Null,
        other => other.clone(),
    }
}

/// Whole mebibytes of bytes.
pub(super) fn mebibytes(bytes: &Value) -> Value {
    bytes.as_u64().map(|bytes| bytes / MEBIBYTE).into()
}

/// RVTools writes them as texts.
pub(super) fn switch(value: &Value) -> Value {
    value.as_bool().map(|value| if value { "True" } else { "False" }).into()
}

pub(super) fn power_state(values: &[&Value]) -> Value {
    match values[0].as_str() {
        Some("on") => "poweredOn".into(),
        Some("off") => "poweredOff".into(),
        Some("suspended") => "suspended".into(),
        _ => Value::Null,
    }
}

/// Of the first of a VM's sources: without the `vcenter:` or `esxi:` that vmsync puts before it. A source that is known by
/// its name has none.
pub(super) fn server_uuid(values: &[&Value]) -> Value {
    let id = plain(values[0]);
    let parts = id.as_str().and_then(|id| id.split_once(':'));
    let uuid = parts.filter(|(kind, _)| matches!(*kind, "vcenter" | "esxi"));
    uuid.map(|(_, uuid)| uuid).into()
}

/// `19` of `vmx-19`.
pub(super) fn hardware_version(values: &[&Value]) -> Value {
    let number = values[0]
        .as_str()
        .and_then(|version| version.strip_prefix("vmx-")?.parse::<u64>().ok());
    number.into()
}

/// The sum of both, in mebibytes.
pub(super) fn provisioned(values: &[&Value]) -> Value {
    let sum = || Some(values[0].as_u64()?.saturating_add(values[1].as_u64()?) / MEBIBYTE);
    sum().into()
}

/// Capacity, free space and uncommitted space of a datastore: what would be in use if all disks grew.
pub(super) fn promised(values: &[&Value]) -> Value {
    let used = || values[0].as_u64()?.checked_sub(values[1].as_u64()?);
    let sum = || Some(used()?.saturating_add(values[2].as_u64()?) / MEBIBYTE);
    sum().into()
}

/// Capacity less free space, in mebibytes.
pub(super) fn used(values: &[&Value]) -> Value {
    let used = || Some(values[0].as_u64()?.checked_sub(values[1].as_u64()?)? / MEBIBYTE);
    used().into()
}

/// Part by whole.
pub(super) fn share(values: &[&Value]) -> Value {
    percent(values[0].as_u64(), values[1].as_u64()).into()
}

/// Sum of the capacities, in mebibytes.
pub(super) fn total_capacity(values: &[&Value]) -> Value {
    let disks = values[0].as_array();
    let sum = disks.and_then(|disks| {
        disks
            .iter()
            .map(|disk| disk["capacity_bytes"].as_u64())
            .sum::<Option<u64>>()
    });
    sum.map(|bytes| bytes / MEBIBYTE).into()
}

/// Cores of a processor.
pub(super) fn cores_of_one(values: &[&Value]) -> Value {
    let cores = || values[0].as_u64()?.checked_div(values[1].as_u64()?);
    cores().into()
}

pub(super) fn megahertz(values: &[&Value]) -> Value {
    values[0].as_u64().map(|hertz| hertz / 1_000_000).into()
}

/// MHz in use, cores, and Hz of each.
pub(super) fn cpu_share(values: &[&Value]) -> Value {
    let whole = || Some(values[1].as_u64()?.saturating_mul(values[2].as_u64()?) / 1_000_000);
    percent(values[0].as_u64(), whole()).into()
}

/// MiB in use, and bytes.
pub(super) fn memory_share(values: &[&Value]) -> Value {
    percent(values[0].as_u64(), values[1].as_u64().map(|bytes| bytes / MEBIBYTE)).into()
}

/// `VMware ESXi 8.0.3 build-24022510`, as `AboutInfo.fullName` has it.
pub(super) fn esxi(values: &[&Value]) -> Value {
    let name = || {
        Some(format!(
            "VMware ESXi {} build-{}",
            values[0].as_str()?,
            values[1].as_str()?
        ))
    };
    name().into()
}

pub(super) fn count(values: &[&Value]) -> Value {
    values[0].as_array().map(Vec::len).into()
}

pub(super) fn joined(values: &[&Value]) -> Value {
    let texts = values[0]
        .as_array()
        .map(|members| members.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    texts.map(|texts| texts.join(", ")).into()
}

/// The number, or the ranges of a trunk.
pub(super) fn vlan(values: &[&Value]) -> Value {
    if values[0].is_null() {
        values[1].clone()
    } else {
        values[0].clone()
    }
}

pub(super) fn addresses_v4(values: &[&Value]) -> Value {
    addresses(values[0], false)
}

pub(super) fn addresses_v6(values: &[&Value]) -> Value {
    addresses(values[0], true)
}

fn addresses(value: &Value, v6: bool) -> Value {
    let of_family = |address: &&str| address.contains(':') == v6;
    let members = value
        .as_array()
        .map(|members| members.iter().filter_map(Value::as_str).filter(of_family));
    members.map(|members| members.collect::<Vec<_>>().join(", ")).into()
}
