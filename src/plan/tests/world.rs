//! A small world to plan in: sources with VMs on one side, documents on the other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::config::{Exclude, Guard};
use crate::inventory::{Fact, Host, Sighting, SourceId, SourceInventory, SourceKind, Uuid};
use crate::plan::journal::Audience;
use crate::plan::record::{DocumentId, VmRecord};
use crate::plan::{
    Allowance, Change, ChangeKind, Hearing, Input, Look, Now, Plan, SourceView, build_plan, expect_all, fold_in,
};

pub struct World {
    pub sources: Vec<SourceView>,
    pub records: Vec<VmRecord>,
    pub minutes: i64,
    pub epoch: i64,
    pub audience: Audience,
    pub retired: Vec<String>,
    pub allowances: Vec<Allowance>,
    pub only: Option<Vec<String>>,
    pub look: Option<Look>,
}

impl World {
    pub fn new(sources: Vec<SourceView>) -> Self {
        Self {
            sources,
            records: Vec::new(),
            minutes: 0,
            epoch: 1,
            audience: Audience {
                sessions: true,
                group: true,
                auth: true,
            },
            retired: Vec::new(),
            allowances: Vec::new(),
            only: None,
            look: None,
        }
    }

    pub fn plan(&self) -> Plan {
        let instant = jiff::Timestamp::from_second(1_700_000_000 + self.minutes * 60).expect("in range");
        let local = instant
            .to_zoned(jiff::tz::TimeZone::UTC)
            .strftime("%d-%m-%Y: %H:%M:%S")
            .to_string();
        build_plan(&Input {
            existing: &self.records,
            sources: &self.sources,
            now: Now { instant, local },
            epoch: self.epoch,
            audience: self.audience,
            retired: &self.retired,
            allowances: &self.allowances,
            only: self.only.as_deref(),
            look: self.look.clone(),
        })
    }

    /// One pass in which nothing goes wrong.
    pub fn pass(&mut self) -> Plan {
        let plan = self.plan();
        self.records = fold_in(
            std::mem::take(&mut self.records),
            plan.changes.clone(),
            self.epoch,
            |index, change| {
                expect_all(index, change).map(|mut landed| {
                    if landed.id.0.starts_with("planned") {
                        landed.id = DocumentId(format!("doc-{}-{index}", self.epoch));
                    }
                    landed
                })
            },
        );
        let seen: std::collections::BTreeSet<&DocumentId> = plan.seen.values().flatten().collect();
        for record in self.records.iter_mut().filter(|record| seen.contains(&record.id)) {
            record.epoch = Some(self.epoch);
        }
        self.minutes += 2;
        self.epoch += 1;
        plan
    }

    pub fn vms(&mut self, source: usize) -> &mut Vec<Sighting> {
        &mut self.sources[source].inventory.as_mut().expect("heard").vms
    }

    pub fn vm(&mut self, source: usize, moref: &str) -> &mut Sighting {
        self.vms(source)
            .iter_mut()
            .find(|vm| vm.moref == moref)
            .expect("listed")
    }

    pub fn remove(&mut self, source: usize, moref: &str) -> Sighting {
        let vms = self.vms(source);
        let position = vms.iter().position(|vm| vm.moref == moref).expect("listed");
        vms.remove(position)
    }

    pub fn fail(&mut self, source: usize) {
        self.sources[source].hearing = Hearing::Unheard;
        self.sources[source].inventory = None;
    }

    pub fn record(&self, name: &str) -> &VmRecord {
        self.records
            .iter()
            .find(|record| record.fields.name == name)
            .expect("stored")
    }
}

pub fn esxi(name: &str, uuid: &str, vms: Vec<Sighting>) -> SourceView {
    let uuid = Uuid::new(uuid);
    let id = uuid.as_ref().map(|uuid| SourceId::of_server(SourceKind::Esxi, uuid));
    let hosts = vec![Host {
        moref: "ha-host".into(),
        name: Some((*format!("{name}.local")).into()),
        hardware_uuid: uuid.clone(),
    }];
    source(
        name,
        SourceKind::Esxi,
        id,
        SourceInventory {
            kind: SourceKind::Esxi,
            server_uuid: uuid,
            vms,
            hosts,
            objects: Vec::new(),
            listed: BTreeSet::new(),
            errors: Vec::new(),
            root_roles: vec![-1],
        },
    )
}

pub fn vcenter(name: &str, uuid: &str, hosts: &[&str], vms: Vec<Sighting>) -> SourceView {
    let uuid = Uuid::new(uuid);
    let id = uuid.as_ref().map(|uuid| SourceId::of_server(SourceKind::Vcenter, uuid));
    let host = |(index, hardware): (usize, &&str)| Host {
        moref: format!("host-{index}"),
        name: Some((*format!("managed-{index}.local")).into()),
        hardware_uuid: Uuid::new(hardware),
    };
    let hosts = hosts.iter().enumerate().map(host).collect();
    source(
        name,
        SourceKind::Vcenter,
        id,
        SourceInventory {
            kind: SourceKind::Vcenter,
            server_uuid: uuid,
            vms,
            hosts,
            objects: Vec::new(),
            listed: BTreeSet::new(),
            errors: Vec::new(),
            root_roles: vec![-1],
        },
    )
}

fn source(name: &str, kind: SourceKind, id: Option<SourceId>, inventory: SourceInventory) -> SourceView {
    SourceView {
        name: name.into(),
        host: format!("{name}.example"),
        kind: Some(kind),
        claimed_id: id.clone(),
        id,
        hearing: Hearing::Complete,
        inventory: Some(inventory.into()),
        exclude: Exclude::default(),
        guard: Guard::default(),
    }
}

/// A whole VM; its UUIDs are made of `number`.
pub fn vm(moref: &str, name: &str, number: u32) -> Sighting {
    let uuid_text = format!("42100000-0000-0000-0000-{number:012}");
    Sighting {
        moref: moref.into(),
        uuid: Fact::Known(Uuid::new(&uuid_text).expect("a UUID")),
        uuid_text,
        instance_uuid: Fact::Known(Uuid::new(&format!("50100000-0000-0000-0000-{number:012}")).expect("a UUID")),
        name: Fact::Known(name.into()),
        connection_state: Fact::Known("connected".into()),
        power_state: Fact::Known("on".into()),
        host: Some(0),
        tools_status: Fact::Known("toolsOk".into()),
        has_config: true,
        ..Sighting::default()
    }
}

/// A document as the Python service wrote it.
pub fn python_document(key: &str, name: &str, host: &str, number: u32) -> VmRecord {
    let fields = json!({
        "esxi_host_addr": host, "name": name, "hostname": "unknown", "addr": "unknown",
        "uuid": format!("42100000-0000-0000-0000-{number:012}"), "power_state": "on", "vmware_tools": "toolsOk",
        "orphan": false, "orphan_since": null, "last_sync_time": "01-07-2024: 12:34:00",
    });
    let Value::Object(stored) = fields else {
        unreachable!("an object")
    };
    read(key, stored)
}

pub fn read(key: &str, stored: impl Into<Map<String, Value>>) -> VmRecord {
    VmRecord::from_stored(DocumentId(key.into()), stored.into()).expect("readable")
}

/// Names and kinds of the differences, in order.
pub fn kinds(plan: &Plan) -> Vec<(String, ChangeKind)> {
    let named = |change: &Change| Some((change.after.name.clone(), change.kind()?));
    plan.changes.iter().filter_map(named).collect()
}

pub fn is_quiet(plan: &Plan) -> bool {
    plan.changes.iter().all(|change| !change.is_written())
}
