//! Which fields of a stored document are vmsync's to read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::plan::record::{VmFields, field};

/// Every field that vmsync reads or writes: the content, and the four that the store adds with each write. All others
/// belong to somebody else and are not even fetched.
pub fn own_fields() -> BTreeSet<String> {
    let added = [field::LAST_SYNC_TIME, field::REV, field::EPOCH, field::PASS];
    VmFields::default()
        .to_map()
        .into_iter()
        .map(|(key, _)| key)
        .chain(added.map(str::to_owned))
        .collect()
}

/// The value of a field as a write compares it: an absent field is null.
pub fn stored_value<'a>(stored: &'a Map<String, Value>, key: &str) -> &'a Value {
    stored.get(key).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_shared_fields_and_the_stamps_are_own() {
        let own = own_fields();
        assert!(field::SHARED.iter().all(|key| own.iter().any(|name| name == key)));
        assert!(
            [field::LAST_SYNC_TIME, field::REV, field::JOURNAL]
                .iter()
                .all(|key| own.iter().any(|name| name == key))
        );
        assert!(own.iter().all(|name| name != "note"));
    }
}
