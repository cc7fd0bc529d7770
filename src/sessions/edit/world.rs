//! A model of VMs, passes and sessions: whatever happens, and however many scans are cut short, a session ends with
//! exactly the VMs that it had, by their present names.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::edit_session;
use crate::plan::journal::{JournalEntry, SessionStage};
use crate::plan::record::{OrphanPeriod, VmRecord};
use crate::sessions::fixtures::{document, orphan_event_at, rename};
use crate::sessions::{SessionRules, close_taken, settle_scan};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[derive(Debug, Clone)]
enum Step {
    Rename {
        vm: usize,
        name: usize,
    },
    Swap {
        vm: usize,
        other: usize,
    },
    /// The VM vanishes and another takes its name.
    Heir {
        vm: usize,
        other: usize,
    },
    Orphan {
        vm: usize,
    },
    Return {
        vm: usize,
        name: usize,
    },
    Add {
        name: usize,
    },
}

#[derive(Debug, Clone)]
struct Pass {
    steps: Vec<Step>,
    /// Sessions that a scan reaches before it is cut short; none: it is complete.
    reached: Option<u8>,
    /// Whether settled entries are delivered and removed.
    delivered: bool,
    /// A session that is given a VM after a complete scan.
    grant: (usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
struct Vm {
    name: String,
    names: Vec<String>,
    orphan_since: Option<String>,
    last_orphan_since: Option<String>,
    last_orphan_name: Option<String>,
    former_orphan_periods: Vec<OrphanPeriod>,
    journal: Vec<JournalEntry>,
}

#[derive(Debug, Clone)]
struct UserSession {
    json: String,
    companion: Vec<String>,
    owned: BTreeSet<usize>,
}

struct World {
    vms: Vec<Vm>,
    sessions: Vec<UserSession>,
    epoch: i64,
    last_was_complete: bool,
}

impl Vm {
    fn new(name: &str) -> Self {
        let (name, names) = (name.to_owned(), vec![name.to_owned()]);
        Self {
            name,
            names,
            orphan_since: None,
            last_orphan_since: None,
            last_orphan_name: None,
            former_orphan_periods: Vec::new(),
            journal: Vec::new(),
        }
    }

    const fn is_live(&self) -> bool {
        self.orphan_since.is_none()
    }

    fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.names.push(name.to_owned());
    }

    fn record(&self, index: usize) -> VmRecord {
        let mut record = document(&index.to_string(), &self.name)
            .journal(self.journal.clone())
            .record();
        record.fields.orphan = !self.is_live();
        record.fields.orphan_since.clone_from(&self.orphan_since);
        record.fields.last_orphan_since.clone_from(&self.last_orphan_since);
        record.fields.last_orphan_name.clone_from(&self.last_orphan_name);
        record
            .fields
            .former_orphan_periods
            .clone_from(&self.former_orphan_periods);
        record.fields.names.clone_from(&self.names);
        record
    }
}

impl World {
    fn new(owned: &[u8]) -> Self {
        let vms: Vec<_> = NAMES[..4].iter().map(|name| Vm::new(name)).collect();
        let session = |mask: &u8| {
            let owned: BTreeSet<usize> = (0..vms.len()).filter(|vm| mask >> vm & 1 == 1).collect();
            let names: Vec<_> = owned.iter().map(|vm| vms[*vm].name.clone()).collect();
            UserSession {
                json: serde_json::json!({"vms": names, "orphans": []}).to_string(),
                companion: Vec::new(),
                owned,
            }
        };
        let sessions = owned.iter().map(session).collect();
        Self {
            vms,
            sessions,
            epoch: 0,
            last_was_complete: true,
        }
    }

    fn run(&mut self, pass: &Pass) {
        self.epoch += 1;
        let before = self.vms.clone();
        let mut touched = BTreeSet::new();
        for step in &pass.steps {
            self.step(step, &mut touched);
        }
        let live: Vec<_> = self.vms.iter().filter(|vm| vm.is_live()).map(|vm| &vm.name).collect();
        if live.iter().collect::<BTreeSet<_>>().len() < live.len() {
            self.vms.clone_from(&before);
        }
        self.record_journal(&before);
        self.settle(|journal, is_borne| close_taken(journal, is_borne));
        self.scan(pass.reached);
        self.last_was_complete = pass.reached.is_none();
        if self.last_was_complete {
            self.end_complete_scan(pass);
        }
    }

    /// Each VM takes part in one step of a pass at most.
    fn step(&mut self, step: &Step, touched: &mut BTreeSet<usize>) {
        let count = self.vms.len();
        let name = |index: usize| NAMES[index % NAMES.len()];
        match *step {
            Step::Rename { vm, name: to } if self.vms[vm % count].is_live() && touched.insert(vm % count) => {
                self.vms[vm % count].rename(name(to));
            }
            Step::Swap { vm, other } | Step::Heir { vm, other } => {
                self.pair(vm % count, other % count, matches!(step, Step::Heir { .. }), touched);
            }
            Step::Orphan { vm } if self.can_vanish(vm % count) && touched.insert(vm % count) => self.orphan(vm % count),
            Step::Return { vm, name: to } if !self.vms[vm % count].is_live() && touched.insert(vm % count) => {
                self.vms[vm % count].orphan_since = None;
                self.vms[vm % count].rename(name(to));
            }
            Step::Add { name: to } => self.vms.push(Vm::new(name(to))),
            Step::Rename { .. } | Step::Orphan { .. } | Step::Return { .. } => {}
        }
    }

    fn pair(&mut self, vm: usize, other: usize, is_heir: bool, touched: &mut BTreeSet<usize>) {
        let fits = vm != other && self.can_vanish(vm) && self.vms[other].is_live();
        if !fits || touched.contains(&vm) || touched.contains(&other) {
            return;
        }
        touched.extend([vm, other]);
        let names = [self.vms[vm].name.clone(), self.vms[other].name.clone()];
        self.vms[other].rename(&names[0]);
        if is_heir {
            self.orphan(vm);
        } else {
            self.vms[vm].rename(&names[1]);
        }
    }

    fn can_vanish(&self, vm: usize) -> bool {
        self.vms[vm].is_live()
    }

    fn orphan(&mut self, vm: usize) {
        // One pass has one time; but of two VMs that vanished then, had each other's names once and returned under new
        // ones, nobody can know which is which.
        let since = format!("01-02-2024: 00:{:02}:{vm:02}", self.epoch);
        let vm = &mut self.vms[vm];
        vm.orphan_since = Some(since.clone());
        let former = vm.last_orphan_name.replace(vm.name.clone());
        if let (Some(name), Some(since)) = (former, vm.last_orphan_since.replace(since)) {
            vm.former_orphan_periods.push(OrphanPeriod { name, since });
        }
    }

    fn record_journal(&mut self, before: &[Vm]) {
        let mut number = 0;
        for (vm, old) in self.vms.iter_mut().zip(before).filter(|(_, old)| old.is_live()) {
            number += 1;
            match &vm.orphan_since {
                Some(since) => vm.journal.push(orphan_event_at(self.epoch, number, &old.name, since)),
                None if vm.name != old.name => vm.journal.push(rename(self.epoch, number, &old.name, &vm.name)),
                None => {}
            }
        }
    }

    fn settle(&mut self, how: impl Fn(&[JournalEntry], &dyn Fn(&str) -> bool) -> Option<Vec<JournalEntry>>) {
        let live: BTreeMap<String, usize> = self
            .vms
            .iter()
            .enumerate()
            .filter(|(_, vm)| vm.is_live())
            .map(|(index, vm)| (vm.name.clone(), index))
            .collect();
        for (index, vm) in self.vms.iter_mut().enumerate() {
            let is_borne = |name: &str| live.get(name).is_some_and(|bearer| *bearer != index);
            if let Some(journal) = how(&vm.journal, &is_borne) {
                vm.journal = journal;
            }
        }
    }

    fn rules(&self) -> SessionRules {
        let records: Vec<_> = self
            .vms
            .iter()
            .enumerate()
            .map(|(index, vm)| vm.record(index))
            .collect();
        SessionRules::build(&records, None)
    }

    fn scan(&mut self, reached: Option<u8>) {
        let rules = self.rules();
        for (index, session) in self.sessions.iter_mut().enumerate() {
            if reached.is_some_and(|mask| mask >> index & 1 == 0) {
                continue;
            }
            let applied = rules.known(&session.companion);
            let edit = edit_session(session.json.as_bytes(), &applied, &rules).expect("it is a session");
            assert!(!edit.ambiguous);
            let Some(bytes) = edit.bytes else { continue };
            session.json = String::from_utf8(bytes).expect("it is text");
            if rules.companion_needed() {
                session.companion = [applied, edit.applied].concat();
            }
        }
    }

    fn end_complete_scan(&mut self, pass: &Pass) {
        self.check();
        self.settle(|journal, is_borne| settle_scan(journal, is_borne));
        if pass.delivered {
            self.vms
                .iter_mut()
                .for_each(|vm| vm.journal.retain(|entry| entry.sessions == SessionStage::Open));
        }
        let (session, vm) = (pass.grant.0 % self.sessions.len(), pass.grant.1 % self.vms.len());
        if self.vms[vm].is_live() && self.sessions[session].owned.insert(vm) {
            let mut json: Value = serde_json::from_str(&self.sessions[session].json).expect("it is JSON");
            json["vms"]
                .as_array_mut()
                .expect("a list")
                .push(self.vms[vm].name.clone().into());
            self.sessions[session].json = json.to_string();
        }
        self.scan(None);
        self.check();
    }

    /// Exactly the VMs that it owns, each in the right list under the right name; an orphan as it was called when its present
    /// period began, or an earlier one, if no scan came to the session in between.
    fn check(&self) {
        for session in &self.sessions {
            let json: Value = serde_json::from_str(&session.json).expect("it is JSON");
            let texts = |list: &str| {
                let mut texts: Vec<_> = json[list]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(Value::to_string)
                    .collect();
                texts.sort();
                texts
            };
            let owned = |live| {
                session
                    .owned
                    .iter()
                    .map(|vm| &self.vms[*vm])
                    .filter(move |vm| vm.is_live() == live)
            };
            let mut vms: Vec<_> = owned(true).map(|vm| serde_json::json!(vm.name).to_string()).collect();
            let found = (texts("vms"), texts("orphans"));
            let entry = |vm: &Vm| {
                let text = |(name, since)| serde_json::json!({"name": name, "since": since}).to_string();
                let former = vm.former_orphan_periods.iter();
                let former = former.map(|period| (&period.name, &period.since));
                let present = vm.orphan_since.iter().map(|since| (&vm.name, since));
                let mut entries = present.chain(former).map(text);
                let newest = entries.clone().next().unwrap_or_default();
                entries.find(|entry| found.1.contains(entry)).unwrap_or(newest)
            };
            let mut orphans: Vec<_> = owned(false).map(entry).collect();
            vms.sort();
            orphans.sort();
            assert_eq!(found, (vms, orphans), "{:#?}", self.vms);
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let index = || 0..12_usize;
    prop_oneof![
        3 => (index(), index()).prop_map(|(vm, name)| Step::Rename { vm, name }),
        3 => (index(), index()).prop_map(|(vm, other)| Step::Swap { vm, other }),
        2 => (index(), index()).prop_map(|(vm, other)| Step::Heir { vm, other }),
        1 => index().prop_map(|vm| Step::Orphan { vm }),
        2 => (index(), index()).prop_map(|(vm, name)| Step::Return { vm, name }),
        1 => index().prop_map(|name| Step::Add { name }),
    ]
}

fn pass() -> impl Strategy<Value = Pass> {
    let reached = prop::option::of(any::<u8>());
    (
        prop::collection::vec(step(), 0..4),
        reached,
        any::<bool>(),
        (0..8_usize, 0..12_usize),
    )
        .prop_map(|(steps, reached, delivered, grant)| Pass {
            steps,
            reached,
            delivered,
            grant,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn a_session_ends_with_exactly_the_vms_that_it_had(
        owned in prop::collection::vec(0..16_u8, 4),
        passes in prop::collection::vec(pass(), 1..10),
    ) {
        let mut world = World::new(&owned);
        for pass in &passes {
            world.run(pass);
        }
        world.run(&Pass { steps: Vec::new(), reached: None, delivered: false, grant: (0, 0) });
    }
}
