//! The ids of `sync vms`.

use std::collections::{BTreeSet, HashMap};

use super::record::VmFields;
use crate::inventory::{Sighting, Uuid};

/// Ids as typed: UUIDs in any case, with or without dashes, or exact names. Each is known by its index.
pub struct Wanted<'a> {
    ids: &'a [String],
    by_name: HashMap<&'a str, usize>,
    by_uuid: HashMap<String, Vec<usize>>,
}

impl<'a> Wanted<'a> {
    /// All ids of one command.
    pub fn new(ids: &'a [String]) -> Self {
        let mut by_uuid: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, id) in ids.iter().enumerate() {
            if let Some(bare) = bare_uuid(id) {
                by_uuid.entry(bare).or_default().push(index);
            }
        }
        let by_name = ids.iter().enumerate().rev().map(|(index, id)| (id.as_str(), index));
        Self {
            ids,
            by_name: by_name.collect(),
            by_uuid,
        }
    }

    /// The ids that a document answers to.
    pub fn in_document(&self, fields: &VmFields) -> Vec<usize> {
        let instance = fields.instance_uuid.as_deref().and_then(Uuid::new);
        self.find(Some(&fields.name), Uuid::new(&fields.uuid).as_ref(), instance.as_ref())
    }

    /// The ids that a listed VM answers to.
    pub fn in_listing(&self, sighting: &Sighting) -> Vec<usize> {
        let name = sighting.name.known().map(String::as_str);
        self.find(name, sighting.uuid.known(), sighting.instance_uuid.known())
    }

    /// The ids that are not among these, once each.
    pub fn others(&self, known: &BTreeSet<usize>) -> Vec<String> {
        let is_first = |(index, id): &(usize, &String)| self.by_name.get(id.as_str()) == Some(index);
        let others = self.ids.iter().enumerate().filter(is_first);
        others
            .filter(|(index, _)| !known.contains(index))
            .map(|(_, id)| id.clone())
            .collect()
    }

    fn find(&self, name: Option<&str>, uuid: Option<&Uuid>, instance: Option<&Uuid>) -> Vec<usize> {
        let mut found: Vec<usize> = name
            .and_then(|name| self.by_name.get(name))
            .copied()
            .into_iter()
            .collect();
        if !self.by_uuid.is_empty() {
            let uuids = uuid.into_iter().chain(instance);
            found.extend(uuids.filter_map(|uuid| self.by_uuid.get(&uuid.bare())).flatten());
        }
        found
    }
}

fn bare_uuid(id: &str) -> Option<String> {
    let bare = Uuid::new(id)?.bare();
    let is_uuid = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid.then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::bare_uuid;

    #[test]
    fn a_uuid_has_32_hexadecimal_digits() {
        let bare = "4216f3a07d0c4f3e9a550e6f3b1c2d4e";
        assert_eq!(bare_uuid("4216F3A0-7D0C-4F3E-9A55-0E6F3B1C2D4E").as_deref(), Some(bare));
        assert_eq!(bare_uuid(bare).as_deref(), Some(bare));
        for other in [
            "abc",
            "",
            &bare[1..],
            &format!("{bare}0"),
            "web-server-of-the-department-nine",
        ] {
            assert_eq!(bare_uuid(other), None, "{other}");
        }
        assert_eq!(bare_uuid(&bare.replace('4', "x")), None);
    }
}
