//! The search index, as far as common clients use it.

use super::Answer;
use crate::inventory::Object;
use crate::schema::schema;
use crate::soap::{Call, local_ref};
use crate::state::State;
use crate::value::Value;

/// `Datacenter/vm/folder/name`, from the root folder's children on.
pub(super) fn by_inventory_path(state: &State, call: &Call) -> Answer {
    let path = call.arguments.text_of("inventoryPath").unwrap_or_default();
    let root = &state.inventory.places().root;
    let mut at = state.inventory.object(root);
    for name in path.split('/').filter(|name| !name.is_empty()) {
        at = at.and_then(|parent| child_named(state, parent, name));
    }
    answer("FindByInventoryPath", at)
}

/// By `config.uuid`, or by `config.instanceUuid` if so asked; hosts by that of their hardware.
pub(super) fn by_uuid(state: &State, call: &Call) -> Answer {
    let uuid = call.arguments.text_of("uuid").unwrap_or_default();
    let (kind, path) = match (call.arguments.flag("vmSearch"), call.arguments.flag("instanceUuid")) {
        (true, false) => ("VirtualMachine", "config.uuid"),
        (true, true) => ("VirtualMachine", "config.instanceUuid"),
        (false, _) => ("HostSystem", "hardware.systemInfo.uuid"),
    };
    let mut objects = state.inventory.of_kind(kind);
    let found = objects.find(|object| {
        let value = object.get(path).and_then(Value::as_text);
        value.is_some_and(|value| value.eq_ignore_ascii_case(uuid))
    });
    answer("FindByUuid", found)
}

fn child_named<'a>(state: &'a State, parent: &Object, name: &str) -> Option<&'a Object> {
    let below = state.inventory.below(&parent.moref.id, false);
    below
        .into_iter()
        .find(|child| child.name() == name && schema().is_a(&child.moref.kind, "ManagedEntity"))
}

fn answer(method: &str, found: Option<&Object>) -> Answer {
    let mut out = String::new();
    if let Some(object) = found.filter(|object| object.moref.id != "ServiceInstance") {
        local_ref(&mut out, "returnval", &object.moref);
    }
    Answer::of(method, &out)
}
