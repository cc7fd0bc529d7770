//! Objects beside VMs as one source lists them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalog::ObjectKind;

/// One object in one listing, references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Value of the managed object reference; of an alarm the key of its state. Unique on its server only.
    pub moref: String,
    /// By the name of the field in the [catalog](crate::catalog), `name` among them. Null is knowledge: the property is
    /// unset. A field that is not here did not arrive, or cannot be known, and never overwrites what is stored.
    pub facts: BTreeMap<&'static str, Value>,
}
