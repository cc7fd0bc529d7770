//! What has to hold after every pass, by the truth of the world.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use vmsync::report::{Report, SourceReport};

use super::outage::{Effectivity, Kind};
use super::site::{Rows, Site};
use super::world::World;

/// What every write, and every pass that sees a VM, sets anew.
const STAMPS: [&str; 3] = ["last_sync_time", "epoch", "pass"];

/// An outage that a pass went through.
pub struct Suffered {
    pub kind: Kind,
    pub source: usize,
    pub effectivity: Effectivity,
    pub has_struck: bool,
}

/// Follows a site from pass to pass.
pub struct Judge {
    rows: Rows,
    /// The VMs of each session, by their place in the world.
    rights: BTreeMap<String, BTreeSet<usize>>,
    sessions: BTreeMap<String, String>,
}

impl Judge {
    /// After the first pass.
    pub fn new(site: &mut Site<'_>, rights: BTreeMap<String, BTreeSet<usize>>) -> Self {
        let sessions = rights.keys().map(|key| (key.clone(), site.session(key))).collect();
        Self {
            rows: site.rows(),
            rights,
            sessions,
        }
    }

    /// A pass has ended; returns how many VMs it orphaned.
    pub fn after(&mut self, site: &mut Site<'_>, world: &World, report: &Report, suffered: &[Suffered]) -> usize {
        let now = site.rows();
        let sessions: BTreeMap<String, String> =
            self.rights.keys().map(|key| (key.clone(), site.session(key))).collect();
        check_documents(world, &now);
        let orphaned = self.check_evidence(world, report, suffered, &now);
        if report.sources.iter().all(|source| !source.reachable) {
            self.check_untouched(report, suffered, &now, &sessions);
        }
        check_hearing(report, suffered);
        for (key, text) in &sessions {
            self.check_names(world, key, text);
        }
        (self.rows, self.sessions) = (now, sessions);
        orphaned
    }

    /// The rule of evidence, and that what still is somewhere is no orphan.
    fn check_evidence(&self, world: &World, report: &Report, suffered: &[Suffered], now: &Rows) -> usize {
        let newly = |(id, row): &(&i64, &Map<String, Value>)| {
            is_orphan(row) && self.rows.get(*id).is_none_or(|before| !is_orphan(before))
        };
        let orphaned: Vec<_> = now.iter().filter(newly).map(|(_, row)| row).collect();
        for row in &orphaned {
            let vm = &world.vms[vm_of(world, row)];
            assert!(
                vm.is_gone(),
                "false orphan: {} is on {:?}: {row:?}",
                vm.name,
                vm.sightings
            );
            assert!(
                report.sources.iter().all(|source| source.complete),
                "{} was orphaned though not all sources were heard: {row:?}",
                vm.name
            );
            for outage in suffered {
                let spoils = match outage.effectivity {
                    Effectivity::Deaf => true,
                    Effectivity::Blind => outage.has_struck,
                    Effectivity::Passable => false,
                };
                assert!(
                    !spoils,
                    "{} was orphaned in spite of {:?} on {}",
                    vm.name, outage.kind, world.sources[outage.source].name
                );
            }
        }
        assert_eq!(report.orphaned, orphaned.len(), "the report counts other orphans");
        assert_eq!(report.withheld, 0, "the guard had to save us: {:?}", report.changes);
        for (id, before) in self.rows.iter().filter(|(_, before)| is_orphan(before)) {
            let vm = &world.vms[vm_of(world, before)];
            assert!(is_orphan(&now[id]) || !vm.is_gone(), "{} came back to life", vm.name);
        }
        orphaned.len()
    }

    /// Nobody was heard: nothing is written, and the exit code says why.
    fn check_untouched(&self, report: &Report, suffered: &[Suffered], now: &Rows, sessions: &BTreeMap<String, String>) {
        assert_eq!(self.rows, *now, "documents were written though nobody was heard");
        assert_eq!(
            self.sessions, *sessions,
            "sessions were written though nobody was heard"
        );
        let is_closed = |outage: &Suffered| outage.kind == Kind::WrongPassword;
        let all_closed = suffered.len() == report.sources.len() && suffered.iter().all(is_closed);
        // A source that was too slow to refuse the login is another reason.
        let is_right = report.exit_code.get() == 69 || (all_closed && report.exit_code.get() == 77);
        assert!(is_right, "{:?}", report.conditions);
    }

    /// Every VM of a session is in it under one of its names, once, and nothing else is.
    fn check_names(&self, world: &World, key: &str, text: &str) {
        let (vms, orphans) = lists(text);
        let mut held: Vec<String> = vms.into_iter().chain(orphans).collect();
        assert_eq!(
            held.len(),
            self.rights[key].len(),
            "session {key} lost or gained a name: {text}"
        );
        for vm in &self.rights[key] {
            let place = held.iter().position(|name| world.vms[*vm].names.contains(name));
            let Some(place) = place else {
                panic!("session {key} lost {}: {text}", world.vms[*vm].name);
            };
            held.remove(place);
        }
    }

    /// Documents are as the world is, and sessions as the documents.
    pub fn check_truth(&self, world: &World) {
        let mut known = BTreeMap::new();
        for row in self.rows.values() {
            known.insert(vm_of(world, row), row);
        }
        for (number, vm) in world.vms.iter().enumerate() {
            let Some(row) = known.get(&number) else {
                assert!(vm.is_gone(), "{} has no document", vm.name);
                continue;
            };
            assert_eq!(is_orphan(row), vm.is_gone(), "{}: {row:?}", vm.name);
            if !vm.is_gone() {
                assert_eq!(
                    (&row["name"], &row["uuid"]),
                    (&vm.name.as_str().into(), &vm.bios.as_str().into())
                );
                let owners = row["sources"].as_array().into_iter().flatten();
                let owners: BTreeSet<&str> = owners.filter_map(|owner| owner["name"].as_str()).collect();
                let there = vm
                    .sightings
                    .iter()
                    .map(|(source, _)| world.sources[*source].name.as_str());
                assert_eq!(owners, there.collect(), "owners of {}", vm.name);
            }
        }
        for (key, text) in &self.sessions {
            let names = |gone: bool| -> BTreeSet<String> {
                let mine = self.rights[key].iter().filter(|vm| world.vms[**vm].is_gone() == gone);
                mine.filter_map(|vm| known[vm]["name"].as_str().map(str::to_owned))
                    .collect()
            };
            let (vms, orphans) = lists(text);
            let found = (vms.into_iter().collect(), orphans.into_iter().collect());
            assert_eq!(found, (names(false), names(true)), "session {key}");
        }
    }

    /// A pass that finds what the one before left writes nothing.
    pub fn check_quiet(&self, site: &mut Site<'_>, report: &Report) {
        assert_eq!(
            contents(&self.rows),
            contents(&site.rows()),
            "a quiet pass writes a document"
        );
        for (key, before) in &self.sessions {
            assert_eq!(*before, site.session(key), "a quiet pass writes a session");
        }
        assert_eq!(
            (report.exit_code.get(), report.changes.len()),
            (0, 0),
            "{:?}",
            report.changes
        );
    }

    /// Documents that are orphans.
    pub fn orphans(&self) -> usize {
        self.rows.values().filter(|row| is_orphan(row)).count()
    }

    /// Whether a VM has ever been listed.
    pub fn knows(&self, world: &World, vm: usize) -> bool {
        self.rows.values().any(|row| vm_of(world, row) == vm)
    }
}

/// Each document is a VM's, no VM has two, and each bears a name that its VM bore.
fn check_documents(world: &World, now: &Rows) {
    let mut seen = BTreeSet::new();
    for row in now.values() {
        let number = vm_of(world, row);
        let vm = &world.vms[number];
        assert!(seen.insert(number), "{} has two documents: {now:?}", vm.name);
        let name = row["name"].as_str().unwrap_or_default();
        assert!(vm.names.contains(name), "{} was never called {name}", vm.name);
        let uuid = row["uuid"].as_str().unwrap_or_default();
        assert!(uuid == vm.bios || uuid == "unknown", "{}: {row:?}", vm.name);
    }
}

/// What cannot have been heard completely is not reported as if it were; the exit code agrees.
fn check_hearing(report: &Report, suffered: &[Suffered]) {
    for outage in suffered {
        let source = &report.sources[outage.source];
        let is_deaf = outage.effectivity == Effectivity::Deaf;
        assert!(
            !(is_deaf && source.complete),
            "{} is complete in spite of {:?}",
            source.name,
            outage.kind
        );
        assert!(
            !(outage.kind.is_silent() && source.reachable),
            "{} was heard through {:?}",
            source.name,
            outage.kind
        );
    }
    // An incomplete listing of nothing is no delivery.
    let delivers = |source: &SourceReport| source.complete || (source.reachable && source.counts.vms > Some(0));
    if report.sources.iter().any(delivers) {
        let all = report.sources.iter().all(|source| source.complete);
        let expected = if all { 0 } else { 3 };
        assert_eq!(
            report.exit_code.get(),
            expected,
            "{:?} {:?}",
            report.conditions,
            report.error
        );
    }
}

fn is_orphan(row: &Map<String, Value>) -> bool {
    row["orphan"] == true
}

/// The VM of a document.
fn vm_of(world: &World, row: &Map<String, Value>) -> usize {
    let uuid = row["instance_uuid"].as_str();
    let found = world.vms.iter().position(|vm| Some(vm.uuid.as_str()) == uuid);
    found.unwrap_or_else(|| panic!("a document of no VM: {row:?}"))
}

/// Names in `vms` and in `orphans`.
fn lists(text: &str) -> (Vec<String>, Vec<String>) {
    let session: Value = serde_json::from_str(text).expect("JSON");
    let names = |list: &str| {
        let entries = session[list].as_array().expect("a list").iter();
        let name = |entry: &Value| entry.as_str().or(entry["name"].as_str()).expect("a name").to_owned();
        entries.map(name).collect()
    };
    (names("vms"), names("orphans"))
}

/// Documents without what every pass refreshes.
fn contents(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    for row in rows.values_mut() {
        row.retain(|field, _| !STAMPS.contains(&field.as_str()));
    }
    rows
}
