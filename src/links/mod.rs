//! Links from the portal's hardware records to the hosts that run on them: hosts and records in, links out. Pure.
//!
//! A record belongs to the host whose serial number its field bears, exactly. What is set already is somebody's, and
//! stays; what could mean two is left and told.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::plan::record::DocumentId;

mod hosts;
#[cfg(test)]
mod tests;

pub use hosts::host_serials;

/// A host that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostSerial {
    /// Key of its stored object; what a link holds.
    pub id: String,
    /// Its name, else its reference.
    pub label: String,
    /// Its serial number, not empty.
    pub serial: String,
    /// `hardware.systemInfo.uuid`: one machine, whoever lists it.
    pub hardware_uuid: Option<String>,
    /// Whether a vCenter lists it.
    pub is_of_vcenter: bool,
}

/// A hardware record of the portal's.
#[derive(Debug, Clone, PartialEq)]
pub struct HardwareRecord {
    /// Its key.
    pub id: DocumentId,
    /// What its matching field holds.
    pub serial: Value,
    /// What its link holds; null if there is none.
    pub link: Value,
}

/// What is to be done, and what cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkPlan {
    /// Sorted by host.
    pub links: Vec<Link>,
    /// Records that are linked as they should be.
    pub unchanged: usize,
    /// Sorted.
    pub problems: Vec<LinkProblem>,
}

/// One link to be set, where there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Name of the host.
    pub host: String,
    /// What is set: key of the host's object.
    pub host_id: String,
    /// By which they belong together.
    pub serial: String,
    /// Key of the record.
    pub record: DocumentId,
}

/// Why a host and a record stay without link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum LinkProblem {
    /// Several machines bear one serial number.
    SerialOfSeveralHosts {
        /// It.
        serial: String,
        /// Their names.
        hosts: Vec<String>,
    },
    /// Several records bear one serial number.
    SerialOfSeveralRecords {
        /// It.
        serial: String,
        /// Name of the host.
        host: String,
        /// How many.
        records: usize,
    },
    /// The record's link holds something else.
    LinkedOtherwise {
        /// Name of the host.
        host: String,
        /// Its serial number.
        serial: String,
        /// What the link holds.
        holds: String,
    },
}

/// Finds the record of each host. The order of either does not matter.
#[must_use]
pub fn plan_links(hosts: &[HostSerial], records: &[HardwareRecord]) -> LinkPlan {
    let mut by_serial: BTreeMap<&str, (Vec<&HostSerial>, Vec<&HardwareRecord>)> = BTreeMap::new();
    for host in hosts {
        by_serial.entry(&host.serial).or_default().0.push(host);
    }
    for record in records {
        if let Some((_, found)) = record.serial.as_str().and_then(|serial| by_serial.get_mut(serial)) {
            found.push(record);
        }
    }
    let mut plan = LinkPlan::default();
    for (_, (hosts, records)) in by_serial.into_iter().filter(|(_, (_, records))| !records.is_empty()) {
        plan.add(hosts, &records);
    }
    plan.links.sort();
    plan.problems.sort();
    plan
}

impl LinkPlan {
    /// The hosts and the records of one serial number.
    fn add(&mut self, mut hosts: Vec<&HostSerial>, records: &[&HardwareRecord]) {
        hosts.sort();
        let serial = hosts[0].serial.clone();
        let Some(host) = the_one(&hosts) else {
            let hosts = hosts.iter().map(|host| host.label.clone()).collect();
            return self.problems.push(LinkProblem::SerialOfSeveralHosts { serial, hosts });
        };
        let [record] = records else {
            return self.problems.push(LinkProblem::SerialOfSeveralRecords {
                serial,
                host: host.label.clone(),
                records: records.len(),
            });
        };
        match &record.link {
            Value::Null => self.links.push(Link {
                host: host.label.clone(),
                host_id: host.id.clone(),
                serial,
                record: record.id.clone(),
            }),
            link if link.as_str() == Some(&host.id) => self.unchanged += 1,
            other => self.problems.push(LinkProblem::LinkedOtherwise {
                host: host.label.clone(),
                serial,
                holds: other.as_str().map_or_else(|| other.to_string(), str::to_owned),
            }),
        }
    }
}

/// The machine that all of these are. A host that its vCenter and an ESXi source both list is one, and the vCenter
/// speaks for it.
fn the_one<'a>(hosts: &[&'a HostSerial]) -> Option<&'a HostSerial> {
    if let [host] = hosts {
        return Some(host);
    }
    let first = hosts[0].hardware_uuid.as_ref()?;
    let is_same = |host: &&&HostSerial| {
        host.hardware_uuid
            .as_ref()
            .is_some_and(|uuid| uuid.eq_ignore_ascii_case(first))
    };
    if hosts.iter().filter(is_same).count() < hosts.len() {
        return None;
    }
    let mut of_vcenters = hosts.iter().filter(|host| host.is_of_vcenter);
    match (of_vcenters.next(), of_vcenters.next()) {
        (Some(host), None) => Some(host),
        _ => None,
    }
}
