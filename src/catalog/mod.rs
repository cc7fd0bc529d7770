//! What kinds of objects there are and which fields they have: the one table that collection, stores, filters, lists
//! and exports share. Pure data.
//!
//! A field's value is JSON wherever it travels; its [`FieldType`] says which JSON. Absent and null are the same: unset,
//! or not known.

mod fields;
mod value;

use serde::{Deserialize, Serialize};

/// What a list can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The VM documents.
    Vm,
    /// The inventory's other objects.
    Object(ObjectKind),
    /// The sources that were ever heard.
    Source,
}

/// The objects beside VMs that a pass keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// `HostSystem`.
    Host,
    /// `ClusterComputeResource`; the `ComputeResource` of a standalone host is none.
    Cluster,
    /// `Datastore`.
    Datastore,
    /// `Network`, `DistributedVirtualPortgroup`, `OpaqueNetwork`.
    Network,
    /// `DistributedVirtualSwitch`.
    Switch,
    /// A triggered alarm; its reference is the key of its `AlarmState`.
    Alarm,
}

impl ObjectKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Host,
        Self::Cluster,
        Self::Datastore,
        Self::Network,
        Self::Switch,
        Self::Alarm,
    ];

    /// `hosts`: on the command line, in reports, and behind the prefix the name of collection and table.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Host => "hosts",
            Self::Cluster => "clusters",
            Self::Datastore => "datastores",
            Self::Network => "networks",
            Self::Switch => "switches",
            Self::Alarm => "alarms",
        }
    }

    /// `host`: for one of them.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Cluster => "cluster",
            Self::Datastore => "datastore",
            Self::Network => "network",
            Self::Switch => "switch",
            Self::Alarm => "alarm",
        }
    }

    /// Every field of the stored object: those of the kind, then those that all kinds have.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        Kind::Object(self).fields()
    }
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Vm,
        Self::Object(ObjectKind::Host),
        Self::Object(ObjectKind::Cluster),
        Self::Object(ObjectKind::Datastore),
        Self::Object(ObjectKind::Network),
        Self::Object(ObjectKind::Switch),
        Self::Object(ObjectKind::Alarm),
        Self::Source,
    ];

    /// `vms`: what a list is called on the command line.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Vm => "vms",
            Self::Object(kind) => kind.plural(),
            Self::Source => "sources",
        }
    }

    /// `VM`: for one of them, in sentences.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Vm => "VM",
            Self::Object(kind) => kind.singular(),
            Self::Source => "source",
        }
    }

    /// Every field, in the order in which all of them are shown.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, shared) = match self {
            Self::Vm => (fields::VM, &[][..]),
            Self::Object(ObjectKind::Host) => (fields::HOST, fields::SHARED),
            Self::Object(ObjectKind::Cluster) => (fields::CLUSTER, fields::SHARED),
            Self::Object(ObjectKind::Datastore) => (fields::DATASTORE, fields::SHARED),
            Self::Object(ObjectKind::Network) => (fields::NETWORK, fields::SHARED),
            Self::Object(ObjectKind::Switch) => (fields::SWITCH, fields::SHARED),
            Self::Object(ObjectKind::Alarm) => (fields::ALARM, fields::SHARED),
            Self::Source => (fields::SOURCE, &[][..]),
        };
        own.iter().chain(shared)
    }

    /// The field that says since when one of them is gone.
    #[must_use]
    pub fn gone_field(self) -> Option<&'static Field> {
        match self {
            Self::Vm => self.field("orphan_since"),
            Self::Object(_) => self.field("gone_since"),
            Self::Source => None,
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

/// One field of a kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// As stored, and as `--where` and `--columns` call it.
    pub name: &'static str,
    /// What its values are.
    pub kind: FieldType,
    /// Where its value stands in a stored document.
    pub place: Place,
    /// A text that stands where nothing is known, for readers who want a word there.
    pub blank: Option<&'static str>,
    /// Whether it never has other texts than [`words`](Self::words).
    pub is_closed: bool,
    /// Whether a table shows it unless columns are asked for.
    pub is_shown: bool,
    /// What it says, for people: the vSphere property or the rule that it comes from.
    pub meaning: &'static str,
}

impl Field {
    /// The only texts that it ever has; none if servers or people choose them freely.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let words = self.is_closed.then(|| self.meaning.split(", "));
        words.into_iter().flatten()
    }
}

/// What the values of a field are, in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A string.
    Text,
    /// An array of strings.
    Texts,
    /// A boolean.
    Switch,
    /// An integer that is not negative.
    Number(Unit),
    /// A string: RFC 3339 in UTC to the second, `2026-11-21T17:43:07Z`, so that the order of the texts is that of the times.
    Time,
    /// A string: `%d-%m-%Y: %H:%M:%S` in the configured zone, as other services read it.
    LocalTime,
    /// An array of objects: shown and exported, not compared.
    Records,
    /// An object whose values are strings: shown and exported, not compared.
    TextMap,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things, or a plain number.
    One,
    /// Bytes.
    Byte,
    /// Mebibytes, as vSphere's `memorySizeMB` and `overallMemoryUsage`.
    Mebibyte,
    /// Megahertz.
    Megahertz,
    /// Hertz.
    Hertz,
    /// Seconds.
    Second,
}

/// Where a value stands in a stored document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Under this key of the document.
    Key(&'static str),
    /// In an array of objects: the member `key` of each of `list`.
    Each {
        /// Key of the array.
        list: &'static str,
        /// Key in each of its objects.
        key: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_stands_for_one_field_of_a_kind_and_every_kind_shows_some() {
        for kind in Kind::ALL {
            let names: Vec<&str> = kind.fields().map(|field| field.name).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{kind:?}");
            assert!(names.contains(&"name"), "{kind:?}");
            assert!(kind.fields().any(|field| field.is_shown), "{kind:?}");
            assert!(kind.fields().all(|field| !field.meaning.is_empty()), "{kind:?}");
        }
    }

    #[test]
    fn fixed_words_are_single_words_and_have_the_one_for_what_is_not_known() {
        for kind in Kind::ALL {
            for field in kind.fields().filter(|field| field.is_closed) {
                let words: Vec<&str> = field.words().collect();
                let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
                assert!(words.len() > 1 && words.iter().all(is_word), "{words:?}");
                assert!(field.blank.is_none_or(|blank| words.contains(&blank)), "{words:?}");
            }
        }
        let power = Kind::Vm.field("power_state").unwrap();
        assert_eq!(power.words().collect::<Vec<_>>(), ["on", "off", "suspended", "unknown"]);
        assert_eq!(Kind::Vm.field("guest_os").unwrap().words().count(), 0);
    }

    #[test]
    fn every_field_of_a_vm_document_is_in_the_table_or_is_bookkeeping() {
        let bookkeeping = [
            "host_id",
            "last_orphan_since",
            "last_orphan_name",
            "former_orphan_periods",
            "first_epoch",
            "names",
            "journal",
        ];
        let listed: BTreeSet<&str> = Kind::Vm
            .fields()
            .map(|field| match field.place {
                Place::Key(key) => key,
                Place::Each { list, .. } => list,
            })
            .collect();
        for (key, _) in crate::plan::record::VmFields::default().to_map() {
            assert!(
                listed.contains(key.as_str()) || bookkeeping.contains(&key.as_str()),
                "{key}"
            );
        }
    }
}
