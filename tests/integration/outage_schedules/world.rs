//! The truth: sources, the VMs that are on them, and what happens to these between and during passes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simulator::{Certificate, Config, Effect, Fault as Trouble, Kind, Object, Simulator, VmSpec};

use super::random::Random;

/// The call that begins a listing.
pub const LIST: &str = "RetrievePropertiesEx";

pub struct Source {
    pub name: String,
    pub kind: Kind,
    pub simulator: Simulator,
}

/// Where VMs are: on one source, or on a host and on the vCenter that manages it.
type Place = Vec<usize>;

pub struct Vm {
    /// Its instance UUID.
    pub uuid: String,
    /// Its BIOS UUID, which a clone shares with its template.
    pub bios: String,
    pub name: String,
    /// All that it ever was called.
    pub names: BTreeSet<String>,
    /// Source and reference, for each source that has it; none if it is gone.
    pub sightings: Vec<(usize, String)>,
    /// It has been registered anew: no listing from before knows its reference.
    has_moved: bool,
    /// It never leaves its place: no source loses all of its VMs, which the guard would withhold.
    anchored: bool,
    /// As they were when it went.
    removed: Vec<(usize, Object)>,
}

impl Vm {
    pub fn is_gone(&self) -> bool {
        self.sightings.is_empty()
    }

    /// Whether reference or name tell who it is while it shows no UUID.
    pub fn is_known_without_uuid(&self) -> bool {
        !self.has_moved || self.names.len() == 1
    }
}

/// Something that happens, if it does, while a pass runs.
enum Pending {
    Move {
        vm: usize,
        to: usize,
        landed: Arc<Mutex<Option<String>>>,
    },
    Loss {
        vm: usize,
        lost: Arc<Mutex<Option<Object>>>,
    },
}

pub struct World {
    pub sources: Vec<Source>,
    places: Vec<Place>,
    pub vms: Vec<Vm>,
    named: usize,
    pending: Vec<Pending>,
}

impl World {
    /// Two to four sources; every third world has a host that is seen through its vCenter as well.
    pub async fn build(random: &mut Random, certificate: &Certificate) -> Self {
        let (hosts, centers) = random
            .pick(&[(2, 0), (1, 1), (1, 1), (2, 0), (2, 1), (1, 2), (3, 0), (3, 1)])
            .unwrap_or((2, 0));
        let is_twin = centers > 0 && random.one_in(2);
        let mut configs: Vec<Config> = (0..hosts).map(|number| Config::esxi(&format!("esx{number}"))).collect();
        configs.extend((0..centers).map(|number| Config::vcenter(&format!("vc{number}"))));
        if is_twin {
            let host_uuid = configs[0].host_uuid.clone();
            configs[hosts] = configs[hosts].clone().host_uuid(&host_uuid);
        }
        let mut places: Vec<Place> = (0..configs.len()).map(|source| vec![source]).collect();
        if is_twin {
            places[0].push(hosts);
            places.remove(hosts);
        }
        let mut sources = Vec::new();
        for config in configs {
            sources.push(Source::start(config.page_size(random.between(3, 6)), certificate).await);
        }
        let mut world = Self {
            sources,
            places,
            vms: Vec::new(),
            named: 0,
            pending: Vec::new(),
        };
        world.furnish(random);
        world
    }

    fn furnish(&mut self, random: &mut Random) {
        for place in 0..self.places.len() {
            for number in 0..random.between(2, 4) {
                self.add(place, number == 0, random);
            }
        }
    }

    /// Makes something of what VMs do happen; says what.
    pub fn turn(&mut self, random: &mut Random) -> String {
        let place = random.below(self.places.len());
        match random.below(10) {
            0 | 1 => {
                let vm = self.add(place, false, random);
                format!("{} appears on {}", self.vms[vm].name, self.show(place))
            }
            2 => self.rename(random),
            3 | 4 => self.move_one(place, random),
            5..=7 => self.vanish(random),
            _ => self.give_back(place, random),
        }
    }

    fn show(&self, place: usize) -> String {
        let names = self.places[place]
            .iter()
            .map(|source| self.sources[*source].name.as_str());
        names.collect::<Vec<_>>().join("+")
    }

    fn fresh_name(&mut self) -> String {
        self.named += 1;
        format!("vm {}", self.named)
    }

    /// One in eight is a clone that kept its template's BIOS UUID.
    fn add(&mut self, place: usize, anchored: bool, random: &mut Random) -> usize {
        let (number, name) = (self.vms.len(), self.fresh_name());
        let uuid = format!("50100000-0000-0000-0000-{number:012}");
        let bios = if random.one_in(8) {
            random.below(number + 1)
        } else {
            number
        };
        let bios = format!("42100000-0000-0000-0000-{bios:012}");
        let spec = VmSpec::new(&name).uuid(&bios).instance_uuid(&uuid);
        let add = |source: &usize| {
            let moref = self.sources[*source]
                .simulator
                .inventory(|inventory| inventory.add_vm(&spec));
            (*source, moref)
        };
        self.vms.push(Vm {
            uuid,
            bios,
            names: BTreeSet::from([name.clone()]),
            name,
            sightings: self.places[place].iter().map(add).collect(),
            has_moved: false,
            anchored,
            removed: Vec::new(),
        });
        number
    }

    /// One of those of which this holds.
    fn pick(&self, random: &mut Random, holds: impl Fn(&Vm) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.vms.len()).filter(|vm| holds(&self.vms[*vm])).collect();
        random.pick(&fitting)
    }

    fn rename(&mut self, random: &mut Random) -> String {
        let Some(vm) = self.pick(random, |vm| !vm.is_gone()) else {
            return "nothing".to_owned();
        };
        let name = self.fresh_name();
        for (source, moref) in &self.vms[vm].sightings {
            self.sources[*source]
                .simulator
                .inventory(|inventory| inventory.rename(moref, &name));
        }
        let old = std::mem::replace(&mut self.vms[vm].name, name.clone());
        self.vms[vm].names.insert(name.clone());
        format!("{old} is called {name}")
    }

    fn move_one(&mut self, place: usize, random: &mut Random) -> String {
        let Some(vm) = self.pick(random, |vm| !vm.is_gone() && !vm.anchored) else {
            return "nothing".to_owned();
        };
        self.take_away(vm);
        self.put(vm, place);
        format!("{} moves to {}", self.vms[vm].name, self.show(place))
    }

    fn vanish(&mut self, random: &mut Random) -> String {
        let Some(vm) = self.pick(random, |vm| !vm.is_gone() && !vm.anchored) else {
            return "nothing".to_owned();
        };
        self.take_away(vm);
        format!("{} vanishes", self.vms[vm].name)
    }

    fn take_away(&mut self, vm: usize) {
        let sightings = std::mem::take(&mut self.vms[vm].sightings);
        let remove = |(source, moref): &(usize, String)| {
            let object = self.sources[*source]
                .simulator
                .inventory(|inventory| inventory.remove(moref));
            (*source, object)
        };
        self.vms[vm].removed = sightings.iter().map(remove).collect();
    }

    /// Registers it anew: other references, the same UUIDs.
    fn put(&mut self, vm: usize, place: usize) {
        let removed = std::mem::take(&mut self.vms[vm].removed);
        let Some((_, object)) = removed.into_iter().next() else {
            return;
        };
        let adopt = |source: &usize| {
            let object = object.clone();
            let moref = self.sources[*source]
                .simulator
                .inventory(|inventory| inventory.adopt(object));
            (*source, moref)
        };
        self.vms[vm].sightings = self.places[place].iter().map(adopt).collect();
        self.vms[vm].has_moved = true;
    }

    /// One that was gone is there again, where it was and under its old reference, or elsewhere.
    fn give_back(&mut self, place: usize, random: &mut Random) -> String {
        let Some(vm) = self.pick(random, Vm::is_gone) else {
            return "nothing".to_owned();
        };
        let name = self.vms[vm].name.clone();
        if random.one_in(2) {
            self.put(vm, place);
            return format!("{name} returns to {}", self.show(place));
        }
        let removed = std::mem::take(&mut self.vms[vm].removed);
        let put_back = |(source, object): (usize, Object)| {
            let moref = object.moref.id.clone();
            self.sources[source]
                .simulator
                .inventory(|inventory| inventory.put_back(object));
            (source, moref)
        };
        self.vms[vm].sightings = removed.into_iter().map(put_back).collect();
        format!("{name} returns to where it was")
    }

    /// A VM that one source alone has, and may leave it.
    fn pick_movable(&self, random: &mut Random, on: impl Fn(usize) -> bool) -> Option<usize> {
        self.pick(random, |vm| {
            !vm.anchored && vm.sightings.len() == 1 && on(vm.sightings[0].0)
        })
    }

    /// Lets a VM move between two listings of the coming pass: once its new source has listed, while its old one has
    /// not, if that waits.
    pub fn script_move(&mut self, random: &mut Random) -> Option<String> {
        let alone: Vec<usize> = self
            .places
            .iter()
            .filter(|place| place.len() == 1)
            .map(|place| place[0])
            .collect();
        let to = random.pick(&alone)?;
        let vm = self.pick_movable(random, |source| source != to)?;
        let (from, id) = self.vms[vm].sightings[0].clone();
        let landed = Arc::new(Mutex::new(None));
        let (old_home, slot) = (self.sources[from].simulator.handle(), Arc::clone(&landed));
        let travel = Trouble::after(LIST, move |inventory| {
            let object = old_home.inventory(|inventory| inventory.remove(&id));
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(inventory.adopt(object));
        });
        self.sources[to].simulator.script(travel.containing("VirtualMachine"));
        let wait = Effect::Delay(Duration::from_millis(200));
        self.sources[from]
            .simulator
            .script(Trouble::on(LIST, wait).containing("VirtualMachine").once());
        self.pending.push(Pending::Move { vm, to, landed });
        let (name, from, to) = (&self.vms[vm].name, &self.sources[from].name, &self.sources[to].name);
        Some(format!("{name} moves from {from} to {to} once that has begun to list"))
    }

    /// Lets a VM vanish from a source in the middle of its listing.
    pub fn script_loss(&mut self, source: usize, random: &mut Random) -> Option<String> {
        let in_motion = |vm: usize| self.pending.iter().any(|pending| pending.vm() == vm);
        let vm = self
            .pick_movable(random, |of| of == source)
            .filter(|vm| !in_motion(*vm))?;
        let (id, lost) = (self.vms[vm].sightings[0].1.clone(), Arc::new(Mutex::new(None)));
        let slot = Arc::clone(&lost);
        let vanish = Trouble::after(LIST, move |inventory| {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(inventory.remove(&id));
        });
        let simulator = &self.sources[source].simulator;
        simulator.script(vanish.containing("VirtualMachine"));
        simulator.configure(|config| config.vanished_fails = true);
        self.pending.push(Pending::Loss { vm, lost });
        Some(self.vms[vm].name.clone())
    }

    /// Whether the coming pass has a VM that moves or vanishes while it runs.
    pub fn is_in_motion(&self, vm: usize) -> bool {
        self.pending.iter().any(|pending| pending.vm() == vm)
    }

    /// Whether a VM has vanished from this source in the middle of its listing.
    pub fn has_lost(&self, source: usize) -> bool {
        self.pending.iter().any(|pending| match pending {
            Pending::Loss { vm, lost } => {
                let is_here = self.vms[*vm].sightings.iter().any(|(of, _)| *of == source);
                is_here && lost.lock().unwrap_or_else(PoisonError::into_inner).is_some()
            }
            Pending::Move { .. } => false,
        })
    }

    /// Learns what happened while the pass ran; says how many moved and how many vanished.
    pub fn settle(&mut self) -> (usize, usize) {
        let (mut moved, mut vanished) = (0, 0);
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Move { vm, to, landed } => {
                    if let Some(moref) = landed.lock().unwrap_or_else(PoisonError::into_inner).take() {
                        self.vms[vm].sightings = vec![(to, moref)];
                        self.vms[vm].has_moved = true;
                        moved += 1;
                    }
                }
                Pending::Loss { vm, lost } => {
                    if let Some(object) = lost.lock().unwrap_or_else(PoisonError::into_inner).take() {
                        let source = self.vms[vm].sightings[0].0;
                        self.vms[vm].sightings.clear();
                        self.vms[vm].removed = vec![(source, object)];
                        vanished += 1;
                    }
                }
            }
        }
        (moved, vanished)
    }
}

impl Pending {
    fn vm(&self) -> usize {
        match self {
            Self::Move { vm, .. } | Self::Loss { vm, .. } => *vm,
        }
    }
}

impl Source {
    async fn start(config: Config, certificate: &Certificate) -> Self {
        let (name, kind) = (config.name.clone(), config.kind);
        let simulator = Simulator::start_with(config, certificate)
            .await
            .expect("the simulator starts");
        Self { name, kind, simulator }
    }
}
