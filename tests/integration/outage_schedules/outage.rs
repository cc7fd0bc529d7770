//! Every way in which a source can be down, cut off, cut short, or say less than it knows.

use std::time::Duration;

use simulator::{Connections, Effect, Expiry, Fault as Trouble, MoRef, Object, Simulator, SoapFault};

use super::random::Random;
use super::world::{LIST, Vm, World};
use crate::support::{Fault, FaultProxy};

const CONTINUE: &str = "ContinueRetrievePropertiesEx";

/// What befalls one source for one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing listens.
    Refused,
    /// Connections are accepted and closed.
    Closed,
    /// Connections are reset.
    Reset,
    /// Connections are accepted, and nothing passes.
    BlackHole,
    /// The listing is asked for, and no answer ever comes.
    Hang,
    /// Answers come too slowly.
    SlowDrip,
    /// The pages after the first are cut short.
    CutAfterPageOne,
    /// Connections are cut after some bytes, anywhere from the handshake to the last page.
    CutAfterBytes,
    /// HTTP 200 with nothing in it, in a session that lives.
    EmptyAnswer,
    /// HTTP 200 with bytes that are no XML.
    Garbage,
    /// HTTP 503.
    ServerError,
    /// The connection breaks once, before or after some call had its effect.
    Dropped,
    /// The session expires, and the server says so.
    ExpiredWithFault,
    /// The session expires, and every property is missing.
    ExpiredWithMissingSets,
    /// The session expires, and the answer is empty.
    ExpiredWithNothing,
    /// The second page is refused for lack of rights.
    PagesRefused,
    /// One object has a property that is missing as if there were no session.
    UnauthenticatedProperty,
    /// A VM vanishes while it is listed, and the page fails.
    ObjectLost,
    /// The server insists that some object is gone.
    ObjectNotFound,
    /// VMs without their UUIDs: unset, or not to be read.
    UuidMissing,
    /// The configured password is wrong.
    WrongPassword,
    /// Rights are withdrawn: some VMs are no longer listed, and only the role on the root folder tells.
    RightsWithdrawn,
    /// Rights are withdrawn while the listing is cut; in the next pass only they still are.
    RightsWithdrawnWhileCut,
    /// The listing is as it should be, the second look is not.
    LookSpoiled,
}

pub const KINDS: [Kind; 24] = [
    Kind::Refused,
    Kind::Closed,
    Kind::Reset,
    Kind::BlackHole,
    Kind::Hang,
    Kind::SlowDrip,
    Kind::CutAfterPageOne,
    Kind::CutAfterBytes,
    Kind::EmptyAnswer,
    Kind::Garbage,
    Kind::ServerError,
    Kind::Dropped,
    Kind::ExpiredWithFault,
    Kind::ExpiredWithMissingSets,
    Kind::ExpiredWithNothing,
    Kind::PagesRefused,
    Kind::UnauthenticatedProperty,
    Kind::ObjectLost,
    Kind::ObjectNotFound,
    Kind::UuidMissing,
    Kind::WrongPassword,
    Kind::RightsWithdrawn,
    Kind::RightsWithdrawnWhileCut,
    Kind::LookSpoiled,
];

/// Nothing of a source that suffers from these is ever heard.
const SILENT: [Kind; 5] = [
    Kind::Refused,
    Kind::Closed,
    Kind::Reset,
    Kind::BlackHole,
    Kind::WrongPassword,
];

/// Of a hundred passes that hear nobody, so many are locked out everywhere. The digest of a refused login takes a debug
/// build a tenth of a second and more, so wrong passwords are rare here.
const LOCKED_OUT_PERCENT: usize = 6;

/// What the outage means for the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effectivity {
    /// The source cannot have been heard completely.
    Deaf,
    /// Nothing can be looked for a second time once it has struck.
    Blind,
    /// The pass may have found a way around it.
    Passable,
}

/// An outage in force; [`Outage::end`] undoes it.
pub struct Outage {
    pub kind: Kind,
    pub source: usize,
    pub effectivity: Effectivity,
    /// More about it, for the story.
    pub detail: String,
    proxy: Option<FaultProxy>,
    undo: Undo,
}

enum Undo {
    Nothing,
    /// These VMs, as they were.
    Restore(Vec<(String, Object)>),
    /// These VMs were hidden.
    Show(Vec<String>),
}

impl Kind {
    /// One at random. What is waited for comes more seldom, what lasts longer than a pass only early enough.
    pub fn draw(random: &mut Random, passes_left: usize) -> Self {
        loop {
            let kind = KINDS[random.below(KINDS.len())];
            let fits = match kind {
                Self::BlackHole | Self::Hang | Self::SlowDrip => random.one_in(3),
                Self::WrongPassword => random.one_in(5),
                Self::RightsWithdrawn => passes_left > 0,
                Self::RightsWithdrawnWhileCut => passes_left > 1,
                // The more interesting ones.
                Self::CutAfterBytes | Self::LookSpoiled | Self::UuidMissing | Self::EmptyAnswer => true,
                _ => !random.one_in(3),
            };
            if fits {
                return kind;
            }
        }
    }

    /// What silences each of so many sources.
    pub fn draw_silence(random: &mut Random, sources: usize) -> Vec<Self> {
        if random.below(100) < LOCKED_OUT_PERCENT {
            return vec![Self::WrongPassword; sources];
        }
        let draw = |_| loop {
            let kind = SILENT[random.below(SILENT.len())];
            if kind != Self::WrongPassword && (kind != Self::BlackHole || random.one_in(3)) {
                return kind;
            }
        };
        (0..sources).map(draw).collect()
    }

    pub fn is_silent(self) -> bool {
        SILENT.contains(&self)
    }

    /// Whether rights are withdrawn.
    pub fn withdraws(self) -> bool {
        matches!(self, Self::RightsWithdrawn | Self::RightsWithdrawnWhileCut)
    }

    /// Whether only the end of its patience frees a pass from it.
    pub fn is_waited_for(self) -> bool {
        matches!(self, Self::BlackHole | Self::Hang | Self::SlowDrip)
    }
}

impl Outage {
    /// Begins it; none if this source has nothing that it could strike.
    pub fn begin(kind: Kind, source: usize, world: &mut World, random: &mut Random) -> Option<Self> {
        let mut outage = Self {
            kind,
            source,
            effectivity: Effectivity::Deaf,
            detail: String::new(),
            proxy: None,
            undo: Undo::Nothing,
        };
        let simulator = &world.sources[source].simulator;
        match kind {
            Kind::Refused | Kind::WrongPassword => {}
            Kind::Closed => simulator.receive(Connections::Closed),
            Kind::Reset => outage.break_way(simulator, Fault::Reset),
            Kind::BlackHole => outage.break_way(simulator, Fault::Blackhole),
            Kind::SlowDrip => {
                let pause = Duration::from_millis(25);
                outage.break_way(simulator, Fault::Drip { bytes: 24, pause });
            }
            Kind::CutAfterBytes => {
                let bytes = random.below(12_000);
                outage.effectivity = Effectivity::Passable;
                outage.detail = format!("after {bytes}");
                outage.break_way(simulator, Fault::CutReply(bytes));
            }
            Kind::UuidMissing => outage.lose_uuids(world, random)?,
            Kind::UnauthenticatedProperty => outage.miss_session(world, random)?,
            Kind::ObjectLost => {
                outage.effectivity = Effectivity::Passable;
                outage.detail = world.script_loss(source, random)?;
            }
            Kind::RightsWithdrawn => outage.withdraw(world, random)?,
            Kind::RightsWithdrawnWhileCut => {
                outage.withdraw(world, random)?;
                let cut = Effect::Truncate {
                    bytes: random.below(400),
                };
                world.sources[source].simulator.script(Trouble::on(CONTINUE, cut));
            }
            _ => outage.script(simulator, random),
        }
        Some(outage)
    }

    fn break_way(&mut self, simulator: &Simulator, fault: Fault) {
        let proxy = FaultProxy::to(simulator.port());
        proxy.set(fault);
        self.proxy = Some(proxy);
    }

    /// What a server answers to the calls of a listing: once, or whenever it is asked.
    fn script(&mut self, simulator: &Simulator, random: &mut Random) {
        let (effect, methods) = scripted(self.kind, random);
        let method = methods[random.below(methods.len())];
        let mut trouble = Trouble::on(method, effect.clone());
        if method == LIST {
            trouble = trouble.containing("VirtualMachine");
        }
        let once = self.kind == Kind::Dropped || (can_be_once(self.kind) && random.one_in(2));
        if self.kind == Kind::LookSpoiled {
            self.effectivity = Effectivity::Blind;
            trouble = trouble.from(2);
        } else if once {
            self.effectivity = Effectivity::Passable;
            trouble = trouble.nth(random.between(1, 2));
        }
        let times = if once { "once" } else { "always" };
        self.detail = format!("{effect:?} on {method}, {times}");
        simulator.script(trouble);
    }

    fn lose_uuids(&mut self, world: &World, random: &mut Random) -> Option<()> {
        self.effectivity = Effectivity::Passable;
        let simulator = &world.sources[self.source].simulator;
        let mut saved = Vec::new();
        for _ in 0..random.between(1, 2) {
            let (name, id) = pick_listed(self.source, world, random, Vm::is_known_without_uuid)?;
            if saved.iter().any(|(other, _)| *other == id) {
                continue;
            }
            let (unset, forbidden): (&[&str], &[&str]) = match random.below(5) {
                0 => (&["config.uuid"], &[]),
                1 | 2 => (&["config", "summary.config"], &[]),
                3 => (&[], &["config.uuid"]),
                _ => (&[], &["config.uuid", "config.instanceUuid"]),
            };
            simulator.inventory(|inventory| {
                saved.push((id.clone(), inventory.object(&id).expect("it is listed").clone()));
                for path in unset {
                    inventory.unset(&id, path);
                }
                for path in forbidden {
                    inventory.forbid(&id, path);
                }
            });
            self.detail
                .extend([name, format!(": unset {unset:?}, forbidden {forbidden:?}; ")]);
        }
        self.undo = Undo::Restore(saved);
        Some(())
    }

    fn miss_session(&mut self, world: &World, random: &mut Random) -> Option<()> {
        let (name, id) = pick_listed(self.source, world, random, |_| true)?;
        world.sources[self.source].simulator.inventory(|inventory| {
            let vm = inventory.object_mut(&id);
            self.undo = Undo::Restore(vec![(id, vm.clone())]);
            let fault = SoapFault::not_authenticated(&vm.moref);
            vm.miss("guest", fault);
        });
        self.detail = name;
        Some(())
    }

    fn withdraw(&mut self, world: &World, random: &mut Random) -> Option<()> {
        let mut hidden = Vec::new();
        for _ in 0..random.between(1, 3) {
            let (name, id) = pick_listed(self.source, world, random, |_| true)?;
            self.detail.extend([name, ", ".to_owned()]);
            hidden.push(id);
        }
        self.hide(world, hidden);
        Some(())
    }

    fn hide(&mut self, world: &World, hidden: Vec<String>) {
        world.sources[self.source].simulator.inventory(|inventory| {
            inventory.set_root_roles(&[-2]);
            for id in &hidden {
                inventory.hide(id);
            }
        });
        self.undo = Undo::Show(hidden);
    }

    /// Whether it met somebody.
    pub fn has_struck(&self, world: &World) -> bool {
        let simulator = &world.sources[self.source].simulator;
        match self.kind {
            Kind::Refused | Kind::Closed | Kind::WrongPassword => true,
            Kind::UuidMissing | Kind::UnauthenticatedProperty | Kind::RightsWithdrawn => simulator.call_count(LIST) > 0,
            Kind::ObjectLost => world.has_lost(self.source),
            _ => match &self.proxy {
                Some(proxy) => proxy.accepted() > 0,
                None => simulator.strikes() > 0,
            },
        }
    }

    /// Where the source is found meanwhile, if not at its own port.
    pub fn port(&self, dead: u16) -> Option<u16> {
        match (&self.proxy, self.kind) {
            (Some(proxy), _) => Some(proxy.port()),
            (None, Kind::Refused) => Some(dead),
            _ => None,
        }
    }

    /// Undoes it. Withdrawn rights that only the listing's cut concealed stay withdrawn for one pass more.
    pub fn end(self, world: &World) -> Option<Self> {
        let simulator = &world.sources[self.source].simulator;
        simulator.clear_faults();
        simulator.clear_calls();
        simulator.unlock();
        simulator.receive(Connections::Served);
        simulator.configure(|config| config.vanished_fails = false);
        if self.kind == Kind::RightsWithdrawnWhileCut {
            let kind = Kind::RightsWithdrawn;
            return Some(Self { kind, ..self });
        }
        simulator.inventory(|inventory| match &self.undo {
            Undo::Nothing => {}
            Undo::Restore(objects) => objects
                .iter()
                .for_each(|(id, object)| object.clone_into(inventory.object_mut(id))),
            Undo::Show(hidden) => {
                inventory.set_root_roles(&[-1]);
                for id in hidden {
                    inventory.show(id);
                }
            }
        });
        None
    }
}

/// A VM that a source lists, and that stays there while the pass runs: its name and its reference.
fn pick_listed(
    source: usize,
    world: &World,
    random: &mut Random,
    fits: impl Fn(&Vm) -> bool,
) -> Option<(String, String)> {
    let mut listed = Vec::new();
    for (number, vm) in world.vms.iter().enumerate() {
        let here = vm.sightings.iter().find(|(of, _)| *of == source);
        let fitting = here.filter(|_| fits(vm) && !world.is_in_motion(number));
        listed.extend(fitting.map(|(_, moref)| (vm.name.clone(), moref.clone())));
    }
    random.pick(&listed)
}

fn can_be_once(kind: Kind) -> bool {
    !matches!(kind, Kind::Hang | Kind::PagesRefused)
}

/// What is scripted for a kind, and on which calls.
fn scripted(kind: Kind, random: &mut Random) -> (Effect, &'static [&'static str]) {
    const PAGES: &[&str] = &[LIST, CONTINUE];
    const ANY: &[&str] = &["RetrieveServiceContent", "Login", "CreateContainerView", LIST, CONTINUE];
    let collector = MoRef::new("PropertyCollector", "ha-property-collector");
    match kind {
        Kind::Hang => (Effect::Hang, PAGES),
        Kind::CutAfterPageOne => (
            Effect::Truncate {
                bytes: random.below(600),
            },
            &[CONTINUE],
        ),
        Kind::EmptyAnswer => (Effect::Empty, PAGES),
        Kind::Garbage => (Effect::Garbage, ANY),
        Kind::ServerError => (service_unavailable(), ANY),
        Kind::Dropped if random.one_in(2) => (Effect::Drop, ANY),
        Kind::Dropped => (Effect::DropAfter, ANY),
        Kind::ExpiredWithFault => (Effect::Expire(Expiry::Fault), PAGES),
        Kind::ExpiredWithMissingSets => (Effect::Expire(Expiry::MissingSet), PAGES),
        Kind::ExpiredWithNothing => (Effect::Expire(Expiry::Empty), PAGES),
        Kind::PagesRefused => (
            Effect::Soap(SoapFault::no_permission(&collector, "System.Read")),
            &[CONTINUE],
        ),
        Kind::ObjectNotFound => (Effect::Soap(SoapFault::object_not_found(&collector)), PAGES),
        _ => (spoiled_look(random), &[LIST]),
    }
}

fn spoiled_look(random: &mut Random) -> Effect {
    match random.below(5) {
        0 => Effect::Garbage,
        1 => Effect::Truncate {
            bytes: random.below(600),
        },
        2 => Effect::Expire(Expiry::MissingSet),
        3 => Effect::Empty,
        _ => service_unavailable(),
    }
}

fn service_unavailable() -> Effect {
    Effect::Http {
        status: 503,
        headers: Vec::new(),
        body: "busy".to_owned(),
    }
}
