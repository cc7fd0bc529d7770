//! The sorts of documents that a store keeps, and which of their fields are vmsync's.

use serde_json::{Map, Value};

use super::PassStamp;
use crate::catalog::ObjectKind;
use crate::plan::objects::field as object;
use crate::plan::record::{VmFields, field};

/// Documents of one sort: a collection of MongoDB, a table of SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// The VM documents, which are the portal's too.
    Vms,
    /// The objects of one kind, which are vmsync's alone.
    Objects(ObjectKind),
}

impl Table {
    /// Every field that vmsync reads or writes: the content, and what the store adds with each write. All others belong
    /// to somebody else and are not even fetched.
    pub(super) fn own_fields(self) -> Vec<String> {
        let stamps = [field::REV, field::EPOCH, field::PASS].map(str::to_owned);
        match self {
            Self::Vms => {
                let content = VmFields::default().to_map().into_iter().map(|(key, _)| key);
                content
                    .chain([field::LAST_SYNC_TIME.to_owned()])
                    .chain(stamps)
                    .collect()
            }
            Self::Objects(kind) => kind.fields().map(|field| field.name.to_owned()).chain(stamps).collect(),
        }
    }

    /// The field that says when a pass last saw it, and this pass's time in it.
    pub(super) fn seen(self, stamp: &PassStamp) -> (&'static str, &str) {
        match self {
            Self::Vms => (field::LAST_SYNC_TIME, &stamp.local_time),
            Self::Objects(_) => (object::LAST_SEEN, &stamp.time),
        }
    }

    /// The fields that lists of this kind filter by most, as keys of indexes. Most of what there is is present, so
    /// `present` would not narrow anything; and as a list leaves out what is gone, rather than asks for what is present,
    /// an index that begins with it would not find a name.
    pub(super) const fn indexes(kind: ObjectKind) -> &'static [&'static [&'static str]] {
        const EACH: [&[&str]; 2] = [&[object::NAME], &[object::SOURCE]];
        match kind {
            ObjectKind::Host => &[EACH[0], EACH[1], &["cluster"]],
            ObjectKind::Cluster => &[EACH[0], EACH[1], &["datacenter"]],
            ObjectKind::Datastore => &[EACH[0], EACH[1], &["type"]],
            ObjectKind::Network => &[EACH[0], EACH[1], &["switch"]],
            ObjectKind::Switch => &EACH,
            ObjectKind::Alarm => &[EACH[0], EACH[1], &["entity"]],
        }
    }

    /// What every write sets by itself; `mark` tells who wrote. A VM document has the time of every write, as it had from
    /// the service before; an object the time at which it was seen, which a pass refreshes where it applies.
    pub(super) fn stamps(self, rev: i64, stamp: &PassStamp, mark: &str) -> Vec<(&'static str, Value)> {
        let mut stamps = vec![
            (field::REV, rev.into()),
            (field::EPOCH, stamp.epoch.into()),
            (field::PASS, mark.into()),
        ];
        if self == Self::Vms {
            stamps.insert(0, (field::LAST_SYNC_TIME, stamp.local_time.clone().into()));
        }
        stamps
    }
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
        let own = Table::Vms.own_fields();
        assert!(field::SHARED.iter().all(|key| own.iter().any(|name| name == key)));
        assert!(
            [field::LAST_SYNC_TIME, field::REV, field::JOURNAL]
                .iter()
                .all(|key| own.iter().any(|name| name == key))
        );
        assert!(own.iter().all(|name| name != "note"));
    }

    #[test]
    fn indexes_are_over_fields_of_the_kind() {
        for kind in ObjectKind::ALL {
            let keys = Table::indexes(kind).iter().flat_map(|keys| keys.iter());
            assert!(keys.clone().count() >= 2, "{kind:?}");
            assert!(
                keys.clone().all(|key| kind.fields().any(|field| field.name == *key)),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn an_object_has_the_fields_of_the_catalog_and_the_stamps() {
        let own = Table::Objects(ObjectKind::Host).own_fields();
        for name in ["name", "cpu_cores", "gone_since", "rev", "epoch", "pass"] {
            assert_eq!(own.iter().filter(|own| *own == name).count(), 1, "{name}");
        }
    }
}
