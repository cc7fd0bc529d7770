//! The real thing: the binary, simulated sources, Redis, a store and two services, driven by transitions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use simulator::{Config, Effect, Expiry, Fault as Script, MoRef, Object, SoapFault, VmSpec};

use super::model::{Refusal, SOURCES, Trouble, Vm, World};
use super::portal::Portal;
use super::transitions::Transition;
use crate::support::{AUTH, Answer, Fault, GROUP, Judge, Output, Server, Site, Store, session_key};

const LIST: &str = "RetrievePropertiesEx";
const CONTINUE: &str = "ContinueRetrievePropertiesEx";
/// Sessions and documents tell orphans of one name apart by the second in which they became orphans.
const A_SECOND: Duration = Duration::from_millis(1_050);
const NAMES: [&str; SOURCES] = ["a", "b", "c"];

/// A site, and where its VMs are.
pub struct System {
    pub site: Site,
    pub judge: Judge,
    pub portal: Portal,
    vms: Vec<Placed>,
    /// When a VM of that name was last made an orphan, at the latest.
    orphaned: BTreeMap<String, Instant>,
    /// Name and `orphan_since` of every orphan that was ever stored, in their order, by the identity of its VM.
    periods: BTreeMap<String, Vec<(String, String)>>,
}

/// A VM in an inventory.
struct Placed {
    source: usize,
    moref: String,
    /// Set while it is in none.
    removed: Option<Object>,
}

impl System {
    /// The site of [`World::initial`].
    pub fn start(world: &World, mongod: Option<Server>) -> Self {
        let configs = vec![
            Config::esxi(NAMES[0]),
            Config::esxi(NAMES[1]),
            Config::vcenter(NAMES[2]),
        ];
        let configs = configs.into_iter().map(|config| config.page_size(2)).collect();
        let mut site = match mongod {
            Some(server) => Site::on_mongo_with(configs, server),
            None => Site::with(configs, Store::Sqlite),
        };
        // So few VMs would always be too many at once.
        "guard: {min: 1000}\n".clone_into(&mut site.more);
        if matches!(site.store, Store::Mongo { .. }) {
            site.more.push_str("links: {hosts: {collection: servers}}\n");
        }
        let vms = place(&site, world);
        let rights = world.sessions.iter().map(|session| {
            let names = session.rights.iter().map(|vm| world.vms[*vm].name.as_str());
            names.collect::<Vec<&str>>()
        });
        let rights: Vec<Vec<&str>> = rights.collect();
        let sessions: Vec<(u32, &[&str])> = (1..).zip(rights.iter().map(Vec::as_slice)).collect();
        let judge = Judge::settle(&site, &sessions);
        let portal = Portal::new(sessions.iter().map(|(number, _)| session_key(*number)).collect());
        Self {
            site,
            judge,
            portal,
            vms,
            orphaned: BTreeMap::new(),
            periods: BTreeMap::new(),
        }
    }

    /// A VM's orphan periods, the last one first: its name, and since when.
    pub fn periods(&self, vm: usize) -> impl Iterator<Item = &(String, String)> {
        let periods = self.periods.get(&instance_uuid(vm));
        periods.into_iter().flatten().rev()
    }

    /// All is well again: one more pass, and one with nothing to do; `world` is the one after them.
    pub fn converge(&mut self, world: &World) {
        self.await_another_second();
        self.excuse(world);
        self.judge.converge(&self.site);
        self.note_orphans();
    }

    /// Does what the transition says; `world` is the one after it.
    pub fn apply(&mut self, world: &World, transition: &Transition) {
        match transition {
            Transition::Appear { source } | Transition::Stranger { source, .. } => self.appear(world, *source),
            Transition::Rename { vm } | Transition::TakeName { vm, .. } => self.rename(*vm, &world.vms[*vm].name),
            Transition::Swap { vm, other } => {
                self.rename(*vm, &world.vms[*vm].name);
                self.rename(*other, &world.vms[*other].name);
            }
            Transition::Move { vm, source } => {
                self.vanish(*vm);
                self.put_back(world, *vm, *source);
            }
            Transition::Vanish { vm } => self.vanish(*vm),
            Transition::Return { vm, source } => self.put_back(world, *vm, *source),
            Transition::Break { source, trouble } => self.break_source(*source, *trouble),
            Transition::Mend { source } => self.mend(*source),
            Transition::Refuse { refusal } => self.refuse(*refusal),
            Transition::Accept => self.accept(),
            Transition::Pass => self.pass(world),
            Transition::Abort { failpoint, nth } => self.abort(world, failpoint, *nth),
            Transition::Kill { after_ms } => self.kill(world, Duration::from_millis(*after_ms)),
            Transition::Overlap { waits } => self.overlap(world, *waits),
            Transition::LogIn { .. }
            | Transition::LogOut { .. }
            | Transition::EditOther { .. }
            | Transition::Grant { .. }
            | Transition::Withdraw { .. } => {
                self.portal.apply(&self.site, &mut self.judge, transition);
                self.judge.notice(&self.site);
            }
        }
    }

    fn appear(&mut self, world: &World, source: usize) {
        let number = self.vms.len();
        let moref = add(&self.site, source, number, &world.vms[number].name);
        self.vms.push(Placed {
            source,
            moref,
            removed: None,
        });
    }

    fn rename(&self, vm: usize, name: &str) {
        let Placed { source, moref, .. } = &self.vms[vm];
        self.site.rename(NAMES[*source], moref, name);
    }

    fn vanish(&mut self, vm: usize) {
        let placed = &mut self.vms[vm];
        let simulator = &self.site.hosts[placed.source].simulator;
        placed.removed = Some(simulator.inventory(|inventory| inventory.remove(&placed.moref)));
    }

    fn put_back(&mut self, world: &World, vm: usize, source: usize) {
        let placed = &mut self.vms[vm];
        let object = placed.removed.take().expect("it was removed");
        let simulator = &self.site.hosts[source].simulator;
        simulator.inventory(|inventory| {
            if source == placed.source {
                inventory.put_back(object);
            } else {
                placed.moref = inventory.adopt(object);
            }
        });
        placed.source = source;
        self.rename(vm, &world.vms[vm].name);
    }

    fn break_source(&self, source: usize, trouble: Trouble) {
        let host = &self.site.hosts[source];
        let denied = || SoapFault::no_permission(&MoRef::new("PropertyCollector", "propertyCollector"), "System.Read");
        let script = match trouble {
            Trouble::Refused => return host.proxy.set(Fault::Refuse),
            Trouble::Reset => return host.proxy.set(Fault::Reset),
            Trouble::NoPermission => Script::soap(LIST, denied()),
            Trouble::Garbage => Script::on(LIST, Effect::Garbage),
            Trouble::EmptyAnswer => Script::on(LIST, Effect::Empty).containing("VirtualMachine"),
            Trouble::SessionsExpire => Script::on(LIST, Effect::Expire(Expiry::Fault)),
            Trouble::CutAfterFirstPage => Script::on(CONTINUE, Effect::Truncate { bytes: 300 }),
        };
        host.simulator.script(script);
    }

    fn mend(&self, source: usize) {
        let host = &self.site.hosts[source];
        host.proxy.heal();
        host.simulator.clear_faults();
    }

    fn refuse(&self, refusal: Refusal) {
        let answer = match refusal {
            Refusal::Unreachable => return self.site.endpoints_proxy.set(Fault::Refuse),
            Refusal::ServerError => Answer::Status(500),
            Refusal::Busy => Answer::RetryAfter(503, "1".to_owned()),
            Refusal::Silent => Answer::Drop,
            Refusal::AuthAlone => return self.site.endpoints.answer_always(AUTH, Answer::Status(500)),
        };
        for path in [GROUP, AUTH] {
            self.site.endpoints.answer_always(path, answer.clone());
        }
    }

    fn accept(&self) {
        self.site.endpoints_proxy.heal();
        for path in [GROUP, AUTH] {
            self.site.endpoints.answer_always(path, Answer::Status(200));
        }
    }

    fn pass(&mut self, world: &World) {
        self.await_another_second();
        let output = self.site.sync();
        self.judge_passes(world, &[&output]);
        assert_code(world, &output);
    }

    fn abort(&mut self, world: &World, failpoint: &str, nth: usize) {
        self.await_another_second();
        self.site.write_config();
        let at = format!("{failpoint}:{nth}");
        let arguments = ["sync", "all", "--format", "json"];
        let output = self
            .site
            .vmsync
            .spawn_with(&arguments, &[("VMSYNC_FAILPOINT", &at)])
            .wait();
        self.judge_crash(world, &output);
    }

    fn kill(&mut self, world: &World, after: Duration) {
        self.await_another_second();
        let victim = self.site.spawn();
        std::thread::sleep(after);
        let output = victim.kill();
        self.judge_crash(world, &output);
    }

    /// One of two has the lease. The other waits for it, or finds it taken, or is late enough to find it free.
    fn overlap(&mut self, world: &World, waits: bool) {
        self.await_another_second();
        let first = self.site.spawn();
        let mut arguments = vec!["sync", "all", "--format", "json"];
        if waits {
            arguments.extend(["--lock-timeout", "60s"]);
        }
        let second = self.site.vmsync.spawn_with(&arguments, &[]);
        let (first, second) = (first.wait(), second.wait());
        self.judge_passes(world, &[&first, &second]);
        let refused = |output: &&Output| output.code == 75;
        assert!(!waits || first.code == 75 || second.code != 75, "it waits\n{second}");
        let outputs = [&first, &second];
        assert!(!outputs.iter().all(refused), "one of them works\n{outputs:?}");
        for output in outputs.into_iter().filter(|output| !refused(output)) {
            assert_code(world, output);
        }
    }

    /// It was ended, or came to its end before.
    fn judge_crash(&mut self, world: &World, output: &Output) {
        assert!([-9, -6, 0, 3, 5, 69].contains(&output.code), "{output}");
        // What it left open on the hosts would have timed out there.
        for host in &self.site.hosts {
            host.simulator.expire_sessions(Expiry::Fault);
        }
        self.judge_passes(world, &[output]);
    }

    fn judge_passes(&mut self, world: &World, outputs: &[&Output]) {
        self.judge.after_all(&self.site, outputs);
        self.note_orphans();
        self.excuse(world);
    }

    fn note_orphans(&mut self) {
        let documents = self.site.documents();
        for document in documents.values().filter(|document| document["orphan"] == true) {
            let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
            let period = (text("name"), text("orphan_since"));
            let periods = self.periods.entry(text("instance_uuid")).or_default();
            if !periods.contains(&period) {
                self.orphaned.insert(period.0.clone(), Instant::now());
                periods.push(period);
            }
        }
    }

    fn excuse(&mut self, world: &World) {
        let documents = self.site.documents();
        let confused = (0..world.vms.len()).filter(|vm| world.vms[*vm].is_confused);
        for uuid in confused.map(instance_uuid) {
            if let Some((id, _)) = documents.iter().find(|(_, document)| document["instance_uuid"] == uuid) {
                self.judge.excuse(id);
            }
        }
    }

    /// Not two orphans of one name in one second.
    fn await_another_second(&mut self) {
        let documents = self.site.documents();
        let gone = (0..self.vms.len()).filter(|vm| self.vms[*vm].removed.is_some());
        for uuid in gone.map(instance_uuid) {
            let stored = documents.values().find(|document| document["instance_uuid"] == uuid);
            let Some(document) = stored.filter(|document| document["orphan"] == false) else {
                continue;
            };
            let name = document["name"].as_str().unwrap_or_default();
            if let Some(then) = self.orphaned.remove(name) {
                std::thread::sleep(A_SECOND.saturating_sub(then.elapsed()));
            }
        }
    }
}

fn place(site: &Site, world: &World) -> Vec<Placed> {
    let place = |(number, vm): (usize, &Vm)| {
        let source = vm.at.expect("it is there in the beginning");
        Placed {
            source,
            moref: add(site, source, number, &vm.name),
            removed: None,
        }
    };
    world.vms.iter().enumerate().map(place).collect()
}

fn add(site: &Site, source: usize, number: usize, name: &str) -> String {
    let spec = VmSpec::new(name)
        .uuid(&format!("42100000-0000-0000-0000-{number:012}"))
        .instance_uuid(&instance_uuid(number));
    site.hosts[source]
        .simulator
        .inventory(|inventory| inventory.add_vm(&spec))
}

/// The identity of a VM.
pub fn instance_uuid(number: usize) -> String {
    format!("50100000-0000-0000-0000-{number:012}")
}

#[track_caller]
fn assert_code(world: &World, output: &Output) {
    let expected: &[i32] = if world.certain {
        world.exit_codes()
    } else {
        &[0, 3, 5, 69]
    };
    assert!(
        expected.contains(&output.code),
        "one of {expected:?} was expected\n{output}"
    );
}
