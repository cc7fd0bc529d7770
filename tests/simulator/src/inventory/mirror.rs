//! Properties that a server shows in more than one place; a change of one must show in the others.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::object::is_within;
use crate::schema::{Path, schema};

/// Groups of paths, each with all that is below it, that hold the same.
const MIRRORS: &[(&str, &[&str])] = &[
    ("VirtualMachine", &["name", "config.name", "summary.config.name"]),
    ("VirtualMachine", &["config.uuid", "summary.config.uuid"]),
    (
        "VirtualMachine",
        &["config.instanceUuid", "summary.config.instanceUuid"],
    ),
    ("VirtualMachine", &["config.template", "summary.config.template"]),
    (
        "VirtualMachine",
        &["config.guestFullName", "summary.config.guestFullName"],
    ),
    ("VirtualMachine", &["config.guestId", "summary.config.guestId"]),
    ("VirtualMachine", &["config.managedBy", "summary.config.managedBy"]),
    ("VirtualMachine", &["config.ftInfo", "summary.config.ftInfo"]),
    ("VirtualMachine", &["config.hardware.numCPU", "summary.config.numCpu"]),
    (
        "VirtualMachine",
        &["config.hardware.memoryMB", "summary.config.memorySizeMB"],
    ),
    (
        "VirtualMachine",
        &["config.files.vmPathName", "summary.config.vmPathName"],
    ),
    ("VirtualMachine", &["runtime", "summary.runtime"]),
    ("VirtualMachine", &["guest", "summary.guest"]),
    ("VirtualMachine", &["overallStatus", "summary.overallStatus"]),
    ("VirtualMachine", &["customValue", "summary.customValue"]),
    ("HostSystem", &["name", "summary.config.name"]),
    ("HostSystem", &["runtime", "summary.runtime"]),
    ("HostSystem", &["hardware.systemInfo.uuid", "summary.hardware.uuid"]),
    ("Datastore", &["name", "summary.name"]),
    ("Network", &["name", "summary.name"]),
];

/// A property, and the other shown where it shows.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) own: Path,
    pub(super) mirrors: Vec<Path>,
}

type Known = HashMap<String, HashMap<String, Option<Arc<Shown>>>>;

/// Where the property at `path` shows; `None` if the type has none. Each is worked out once: tests add VMs by the
/// ten thousand.
pub(super) fn shown(kind: &str, path: &str) -> Option<Arc<Shown>> {
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(kind).and_then(|of_kind| of_kind.get(path)) {
        return found.clone();
    }
    let own = schema().path(kind, path);
    let mirrors = mirrors(kind, path);
    let found = own.map(|own| Arc::new(Shown { own, mirrors }));
    let of_kind = known.entry(kind.to_owned()).or_default();
    of_kind.insert(path.to_owned(), found.clone());
    found
}

fn mirrors(kind: &str, path: &str) -> Vec<Path> {
    let groups = MIRRORS
        .iter()
        .filter(|(of, _)| schema().is_a(kind, of))
        .map(|(_, group)| *group);
    groups.flat_map(|group| in_group(kind, path, group)).collect()
}

fn in_group(kind: &str, path: &str, group: &[&str]) -> Vec<Path> {
    let Some(mine) = group.iter().find(|root| is_within(path, root)) else {
        return Vec::new();
    };
    let rest = &path[mine.len()..];
    // What contains the whole (`runtime` itself) is of another type elsewhere (`guest` against `summary.guest`).
    let whole = rest.is_empty() && matches!(*mine, "guest" | "summary.guest");
    let others = group.iter().filter(|root| *root != mine && !whole);
    others
        .filter_map(|root| schema().path(kind, &format!("{root}{rest}")))
        .collect()
}
