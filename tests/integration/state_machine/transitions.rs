//! What can happen: which transitions are possible in a world, and what they make of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest_state_machine::ReferenceStateMachine;

use super::model::{Life, Refusal, SOURCES, Session, Trouble, World};
use crate::support::{FAILPOINTS, comes_often};

/// More VMs tell nothing new, and make each pass longer.
const MOST_VMS: usize = 11;
const MOST_SESSIONS: usize = 6;

/// VMs, sources and sessions are told by their numbers.
#[derive(Clone, Debug)]
pub enum Transition {
    Appear {
        source: usize,
    },
    /// A new VM is called as another was.
    Stranger {
        source: usize,
        name: String,
    },
    /// To a name that nobody ever had.
    Rename {
        vm: usize,
    },
    /// To a name that another VM had.
    TakeName {
        vm: usize,
        name: String,
    },
    Swap {
        vm: usize,
        other: usize,
    },
    Move {
        vm: usize,
        source: usize,
    },
    Vanish {
        vm: usize,
    },
    Return {
        vm: usize,
        source: usize,
    },
    LogIn {
        vms: Vec<usize>,
        life: Life,
    },
    LogOut {
        session: usize,
    },
    /// The portal changes what vmsync has no business with.
    EditOther {
        session: usize,
    },
    Grant {
        session: usize,
        vm: usize,
    },
    Withdraw {
        session: usize,
        vm: usize,
    },
    Break {
        source: usize,
        trouble: Trouble,
    },
    Mend {
        source: usize,
    },
    Refuse {
        refusal: Refusal,
    },
    Accept,
    Pass,
    /// Ended where it passes one of [`FAILPOINTS`] for the n-th time.
    Abort {
        failpoint: &'static str,
        nth: usize,
    },
    /// `kill -9`.
    Kill {
        after_ms: u64,
    },
    /// Two at once; the second one waits, or gives up.
    Overlap {
        waits: bool,
    },
}

/// The contract, as a state machine.
pub struct Contract;

impl ReferenceStateMachine for Contract {
    type State = World;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<World> {
        Just(World::initial()).boxed()
    }

    fn transitions(world: &World) -> BoxedStrategy<Transition> {
        let choices: Vec<_> = changes_of_vms(world)
            .into_iter()
            .chain(changes_of_sessions(world))
            .chain(troubles(world))
            .chain(passes(world))
            .collect();
        Union::new_weighted(choices).boxed()
    }

    fn apply(mut world: World, transition: &Transition) -> World {
        world.apply(transition);
        world
    }

    fn preconditions(world: &World, transition: &Transition) -> bool {
        world.allows(transition)
    }
}

type Choice = (u32, BoxedStrategy<Transition>);

/// One of these transitions; nothing if there is none.
fn one_of(weight: u32, among: Vec<Transition>) -> Option<Choice> {
    (!among.is_empty()).then(|| (weight, select(among).boxed()))
}

fn changes_of_vms(world: &World) -> Vec<Choice> {
    let all = || 0..world.vms.len();
    let pairs = || all().flat_map(move |vm| all().map(move |other| (vm, other)));
    let placed = || all().flat_map(|vm| (0..SOURCES).map(move |source| (vm, source)));
    let names = world.free_names();
    let strangers = || (0..SOURCES).flat_map(|source| names.iter().map(move |name| (source, name.clone())));
    let taken = all().flat_map(|vm| names.iter().map(move |name| (vm, name.clone())));
    let candidates = [
        (3, (0..SOURCES).map(|source| Transition::Appear { source }).collect()),
        (
            5,
            strangers()
                .map(|(source, name)| Transition::Stranger { source, name })
                .collect(),
        ),
        (7, all().map(|vm| Transition::Rename { vm }).collect()),
        (5, taken.map(|(vm, name)| Transition::TakeName { vm, name }).collect()),
        (7, pairs().map(|(vm, other)| Transition::Swap { vm, other }).collect()),
        (
            4,
            placed().map(|(vm, source)| Transition::Move { vm, source }).collect(),
        ),
        (7, all().map(|vm| Transition::Vanish { vm }).collect()),
        (
            6,
            placed().map(|(vm, source)| Transition::Return { vm, source }).collect(),
        ),
    ];
    possible(world, candidates)
}

fn changes_of_sessions(world: &World) -> Vec<Choice> {
    let all = || 0..world.sessions.len();
    let granted = || all().flat_map(|session| (0..world.vms.len()).map(move |vm| (session, vm)));
    let candidates = [
        (2, all().map(|session| Transition::LogOut { session }).collect()),
        (2, all().map(|session| Transition::EditOther { session }).collect()),
        (
            2,
            granted()
                .map(|(session, vm)| Transition::Grant { session, vm })
                .collect(),
        ),
        (
            2,
            granted()
                .map(|(session, vm)| Transition::Withdraw { session, vm })
                .collect(),
        ),
    ];
    let mut choices = possible(world, candidates);
    let known: Vec<usize> = (0..world.vms.len()).filter(|vm| world.can_be_granted(*vm)).collect();
    if world.sessions.len() < MOST_SESSIONS && !known.is_empty() {
        let most = known.len().min(4);
        let life = prop_oneof![4 => Just(Life::Hour), 1 => Just(Life::NoEnd), 2 => Just(Life::Brief)];
        let vms = proptest::sample::subsequence(known, 1..=most);
        choices.push((
            6,
            (vms, life)
                .prop_map(|(vms, life)| Transition::LogIn { vms, life })
                .boxed(),
        ));
    }
    choices
}

fn troubles(world: &World) -> Vec<Choice> {
    let broken = (0..SOURCES).flat_map(|source| Trouble::ALL.map(|trouble| Transition::Break { source, trouble }));
    let candidates = [
        (6, broken.collect()),
        (8, (0..SOURCES).map(|source| Transition::Mend { source }).collect()),
        (5, Refusal::ALL.map(|refusal| Transition::Refuse { refusal }).to_vec()),
        (5, vec![Transition::Accept]),
    ];
    possible(world, candidates)
}

fn passes(world: &World) -> Vec<Choice> {
    if !world.may_pass() {
        return Vec::new();
    }
    let abort = (select(FAILPOINTS.to_vec()), 1..=3_usize);
    let abort = abort.prop_map(|(failpoint, nth)| Transition::Abort {
        failpoint,
        nth: if comes_often(failpoint) { nth } else { 1 },
    });
    let kill = (0..200_u64).prop_map(|after_ms| Transition::Kill { after_ms });
    let overlap = any::<bool>().prop_map(|waits| Transition::Overlap { waits });
    vec![
        (22, Just(Transition::Pass).boxed()),
        (10, abort.boxed()),
        (4, kill.boxed()),
        (3, overlap.boxed()),
    ]
}

fn possible<const N: usize>(world: &World, candidates: [(u32, Vec<Transition>); N]) -> Vec<Choice> {
    let choice = |(weight, mut among): (u32, Vec<Transition>)| {
        among.retain(|transition| world.allows(transition));
        one_of(weight, among)
    };
    candidates.into_iter().filter_map(choice).collect()
}

impl World {
    fn allows(&self, transition: &Transition) -> bool {
        match transition {
            Transition::Appear { .. } => self.vms.len() < MOST_VMS,
            Transition::Stranger { name, .. } => self.vms.len() < MOST_VMS && self.free_names().contains(name),
            Transition::Rename { vm } => self.is_there(*vm),
            Transition::TakeName { vm, name } => self.is_there(*vm) && self.free_names().contains(name),
            Transition::Swap { vm, other } => vm < other && self.is_there(*vm) && self.is_there(*other),
            Transition::Move { vm, source } => self.can_leave(*vm) && self.vms[*vm].at != Some(*source),
            Transition::Vanish { vm } => self.can_leave(*vm) && self.is_stored_name_sure(*vm),
            Transition::Return { vm, .. } => *vm < self.vms.len() && self.vms[*vm].at.is_none(),
            Transition::LogIn { vms, .. } => {
                self.sessions.len() < MOST_SESSIONS
                    && vms.iter().all(|vm| *vm < self.vms.len() && self.can_be_granted(*vm))
            }
            Transition::LogOut { session } | Transition::EditOther { session } => self.is_open(*session),
            Transition::Grant { session, vm } => {
                self.is_open(*session)
                    && *vm < self.vms.len()
                    && self.can_be_granted(*vm)
                    && !self.sessions[*session].rights.contains(vm)
            }
            Transition::Withdraw { session, vm } => {
                let is_live = || self.vms[*vm].document.as_ref().is_some_and(|document| !document.orphan);
                self.certain && self.is_open(*session) && self.sessions[*session].rights.contains(vm) && is_live()
            }
            Transition::Break { source, .. } => self.troubles[*source].is_none(),
            Transition::Mend { source } => self.troubles[*source].is_some(),
            Transition::Refuse { .. } => self.refusal.is_none(),
            Transition::Accept => self.refusal.is_some(),
            Transition::Pass | Transition::Abort { .. } | Transition::Kill { .. } | Transition::Overlap { .. } => {
                self.may_pass()
            }
        }
    }

    fn is_there(&self, vm: usize) -> bool {
        self.vms.get(vm).is_some_and(|vm| vm.at.is_some())
    }

    fn can_leave(&self, vm: usize) -> bool {
        self.is_there(vm) && !self.vms[vm].is_pillar
    }

    /// What an orphan will be called has to be known.
    fn is_stored_name_sure(&self, vm: usize) -> bool {
        self.certain || self.vms[vm].document.is_some() && self.vms[vm].maybe.len() == 1
    }

    fn is_open(&self, session: usize) -> bool {
        self.sessions.get(session).is_some_and(|session| session.open)
    }

    fn apply(&mut self, transition: &Transition) {
        match transition {
            Transition::Appear { source } => {
                let name = self.fresh_name();
                self.add(name, *source);
            }
            Transition::Stranger { source, name } => self.add(name.clone(), *source),
            Transition::Rename { vm } => self.vms[*vm].name = self.fresh_name(),
            Transition::TakeName { vm, name } => name.clone_into(&mut self.vms[*vm].name),
            Transition::Swap { vm, other } => {
                let (mine, yours) = (self.vms[*vm].name.clone(), self.vms[*other].name.clone());
                self.vms[*vm].name = yours;
                self.vms[*other].name = mine;
            }
            Transition::Move { vm, source } => self.vms[*vm].at = Some(*source),
            Transition::Vanish { vm } => self.vms[*vm].at = None,
            Transition::Return { vm, source } => self.put_back(*vm, *source),
            Transition::Break { source, trouble } => self.troubles[*source] = Some(*trouble),
            Transition::Mend { source } => self.troubles[*source] = None,
            Transition::Refuse { refusal } => self.refusal = Some(*refusal),
            Transition::Accept => self.refusal = None,
            Transition::Pass | Transition::Overlap { .. } => self.pass(),
            Transition::Abort { .. } | Transition::Kill { .. } => self.broken_pass(),
            Transition::LogIn { .. }
            | Transition::LogOut { .. }
            | Transition::EditOther { .. }
            | Transition::Grant { .. }
            | Transition::Withdraw { .. } => self.apply_to_sessions(transition),
        }
    }

    fn apply_to_sessions(&mut self, transition: &Transition) {
        match transition {
            Transition::LogIn { vms, life } => self.sessions.push(Session {
                rights: vms.iter().copied().collect::<BTreeSet<usize>>(),
                life: *life,
                open: true,
            }),
            Transition::LogOut { session } => self.sessions[*session].open = false,
            Transition::Grant { session, vm } => {
                self.sessions[*session].rights.insert(*vm);
            }
            Transition::Withdraw { session, vm } => {
                self.sessions[*session].rights.remove(vm);
            }
            _ => {}
        }
    }

    /// Under its own name, or a new one if that was taken.
    fn put_back(&mut self, vm: usize, source: usize) {
        if self.is_borne(&self.vms[vm].name) {
            self.vms[vm].name = self.fresh_name();
        }
        self.vms[vm].at = Some(source);
    }
}
