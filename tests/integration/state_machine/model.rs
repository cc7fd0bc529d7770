//! The reference model: what is true of the VMs, what the documents say of them, and who may use which. It knows names
//! and identities; of journals, listings and writes it knows nothing.

use std::collections::BTreeSet;

/// Sources of the site.
pub const SOURCES: usize = 3;

/// One VM; its identity is its place in [`World::vms`].
#[derive(Clone, Debug)]
pub struct Vm {
    /// What it is called; of one that is gone, what it was called last.
    pub name: String,
    /// The source that has it.
    pub at: Option<usize>,
    /// It stays where it is, so that no source loses all its VMs, which the guard would not let happen.
    pub is_pillar: bool,
    /// What is stored of it.
    pub document: Option<Document>,
    /// The names that its document may bear: several after a pass that did not end well.
    pub maybe: BTreeSet<String>,
    /// It shared its name with another document at some time: services, which know names only, cannot tell them apart.
    pub is_confused: bool,
}

/// What the document of a VM says, as far as it concerns others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub name: String,
    pub orphan: bool,
    pub missing: bool,
    /// The sources whose word is needed before it is gone.
    pub owners: BTreeSet<usize>,
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    NoEnd,
    Hour,
    /// It may be over at any moment.
    Brief,
}

/// A user's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The VMs that its user may use.
    pub rights: BTreeSet<usize>,
    pub life: Life,
    /// Not logged out.
    pub open: bool,
}

/// How much of a source is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    All,
    /// A part of its VMs, which part is not known.
    Some,
    Nothing,
}

/// What goes wrong with a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Refused,
    Reset,
    NoPermission,
    Garbage,
    EmptyAnswer,
    SessionsExpire,
    CutAfterFirstPage,
}

impl Trouble {
    pub const ALL: [Self; 7] = [
        Self::Refused,
        Self::Reset,
        Self::NoPermission,
        Self::Garbage,
        Self::EmptyAnswer,
        Self::SessionsExpire,
        Self::CutAfterFirstPage,
    ];

    pub fn hearing(self) -> Hearing {
        match self {
            Self::CutAfterFirstPage => Hearing::Some,
            _ => Hearing::Nothing,
        }
    }
}

/// What the services do to posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unreachable,
    ServerError,
    Busy,
    /// They take the post, and say nothing.
    Silent,
    /// Only the auth service is in trouble.
    AuthAlone,
}

impl Refusal {
    pub const ALL: [Self; 5] = [
        Self::Unreachable,
        Self::ServerError,
        Self::Busy,
        Self::Silent,
        Self::AuthAlone,
    ];
}

#[derive(Clone, Debug)]
pub struct World {
    pub vms: Vec<Vm>,
    pub sessions: Vec<Session>,
    pub troubles: [Option<Trouble>; SOURCES],
    pub refusal: Option<Refusal>,
    /// Every pass so far ended well, or one that heard everything ended well after those that did not: the documents
    /// and the sessions are known.
    pub certain: bool,
    /// Names that a confused VM had.
    blurred: BTreeSet<String>,
    /// Names given so far.
    names: usize,
}

impl World {
    /// Six VMs on three sources, all known, and two users.
    pub fn initial() -> Self {
        let mut world = Self {
            vms: Vec::new(),
            sessions: Vec::new(),
            troubles: [None; SOURCES],
            refusal: None,
            certain: true,
            blurred: BTreeSet::new(),
            names: 0,
        };
        for (at, is_pillar) in [(0, true), (0, false), (0, false), (1, true), (1, false), (2, true)] {
            let name = world.fresh_name();
            world.add(name, at);
            world.vms.last_mut().expect("just added").is_pillar = is_pillar;
        }
        world.pass();
        for rights in [BTreeSet::from([0, 1, 4]), BTreeSet::from([1, 2, 3, 5])] {
            let life = Life::Hour;
            world.sessions.push(Session {
                rights,
                life,
                open: true,
            });
        }
        world
    }

    /// A name that nobody ever had; some need escaping on the wire, in JSON or in both.
    pub fn fresh_name(&mut self) -> String {
        self.names += 1;
        let number = self.names;
        match number % 6 {
            0 => format!("vm/{number}%"),
            3 => format!("vm \"{number}\" ü"),
            _ => format!("vm-{number}"),
        }
    }

    pub fn add(&mut self, name: String, at: usize) {
        self.vms.push(Vm {
            name,
            at: Some(at),
            is_pillar: false,
            document: None,
            maybe: BTreeSet::new(),
            is_confused: false,
        });
    }

    /// Names that somebody had and nobody has.
    pub fn free_names(&self) -> Vec<String> {
        let stored = self.vms.iter().filter_map(|vm| vm.document.as_ref());
        let gone = self.vms.iter().filter(|vm| vm.at.is_none());
        let mut names: BTreeSet<&String> = stored.map(|document| &document.name).collect();
        names.extend(gone.map(|vm| &vm.name));
        names.into_iter().filter(|name| !self.is_borne(name)).cloned().collect()
    }

    pub fn is_borne(&self, name: &str) -> bool {
        self.vms.iter().any(|vm| vm.at.is_some() && vm.name == name)
    }

    pub fn hearing(&self, source: usize) -> Hearing {
        self.troubles[source].map_or(Hearing::All, Trouble::hearing)
    }

    pub fn hears_all(&self) -> bool {
        (0..SOURCES).all(|source| self.hearing(source) == Hearing::All)
    }

    pub fn hears_nothing(&self) -> bool {
        (0..SOURCES).all(|source| self.hearing(source) == Hearing::Nothing)
    }

    /// Whether a pass that ends well leaves exactly what [`World::pass`] says.
    pub fn is_exact(&self) -> bool {
        let heard_in_part = (0..SOURCES).any(|source| self.hearing(source) == Hearing::Some);
        !heard_in_part && (self.certain || self.hears_all())
    }

    /// A pass runs to its end.
    pub fn pass(&mut self) {
        if !self.is_exact() {
            return self.broken_pass();
        }
        if self.hears_nothing() {
            return;
        }
        let heard: BTreeSet<usize> = (0..SOURCES)
            .filter(|source| self.hearing(*source) == Hearing::All)
            .collect();
        for vm in &mut self.vms {
            vm.document = vm.document_after(&heard);
            vm.maybe = vm.document.iter().map(|document| document.name.clone()).collect();
        }
        self.certain = true;
        self.note_namesakes();
    }

    /// A pass ends anywhere, or has heard who knows what.
    pub fn broken_pass(&mut self) {
        if self.hears_nothing() {
            return;
        }
        for vm in self.vms.iter_mut().filter(|vm| vm.at.is_some()) {
            vm.maybe.insert(vm.name.clone());
        }
        self.certain = false;
        self.note_namesakes();
    }

    /// No trouble any more.
    pub fn heal(&mut self) {
        self.troubles = [None; SOURCES];
        self.refusal = None;
    }

    /// While not every VM is heard, two live documents can come to bear one name, and then nobody can know which one a
    /// session means. The contract is to leave it alone and to warn; this model has no such passes.
    pub fn may_pass(&self) -> bool {
        if self.hears_all() || self.hears_nothing() {
            return true;
        }
        let live = |vm: &&Vm| vm.at.is_some() || vm.document.as_ref().is_some_and(|document| !document.orphan);
        let possible: Vec<(bool, BTreeSet<&String>)> =
            self.vms.iter().filter(live).map(|vm| self.possible_names(vm)).collect();
        possible.iter().enumerate().all(|(index, (definite, names))| {
            possible[index + 1..]
                .iter()
                .all(|(other_definite, others)| (*definite && *other_definite) || names.is_disjoint(others))
        })
    }

    /// What the document of a VM may be called after a pass, and whether that is sure.
    fn possible_names<'a>(&self, vm: &'a Vm) -> (bool, BTreeSet<&'a String>) {
        let hearing = vm.at.map_or(Hearing::Nothing, |at| self.hearing(at));
        match hearing {
            Hearing::All if self.certain => (true, BTreeSet::from([&vm.name])),
            Hearing::All | Hearing::Some => (false, vm.maybe.iter().chain([&vm.name]).collect()),
            Hearing::Nothing => (false, vm.maybe.iter().collect()),
        }
    }

    /// Whether a portal that reads the documents can give a user this VM by a name that means no other.
    pub fn can_be_granted(&self, vm: usize) -> bool {
        let Some(document) = &self.vms[vm].document else {
            return false;
        };
        let only_one = self.vms[vm].maybe.len() == 1;
        let others = || self.vms.iter().enumerate().filter(|(other, _)| *other != vm);
        let means_no_other = others().all(|(_, other)| !other.maybe.contains(&document.name));
        self.certain || (!document.orphan && only_one && means_no_other)
    }

    /// The exit codes of a pass that is exact.
    pub fn exit_codes(&self) -> &'static [i32] {
        match (self.hears_nothing(), self.hears_all(), self.refusal) {
            (true, _, _) => &[69],
            (_, false, _) => &[3],
            (_, true, Some(_)) => &[0, 5],
            (_, true, None) => &[0],
        }
    }

    /// Whoever shares a name with another document is confused with it from now on, and so is whoever gets a name that
    /// a confused one had. While the documents are not known, two that are there may be about to swap.
    fn note_namesakes(&mut self) {
        for index in 0..self.vms.len() {
            let own = &self.vms[index];
            let others = self.vms.iter().enumerate().filter(|(other, _)| *other != index);
            let mut namesakes = others.filter(|(_, other)| !other.maybe.is_disjoint(&own.maybe));
            let shared = namesakes.any(|(_, other)| self.certain || other.at.is_none() || own.at.is_none());
            self.vms[index].is_confused |= shared;
        }
        loop {
            let confused = self.vms.iter().filter(|vm| vm.is_confused);
            self.blurred.extend(confused.flat_map(|vm| vm.maybe.iter().cloned()));
            let blurred = &self.blurred;
            let mut caught = self
                .vms
                .iter_mut()
                .filter(|vm| !vm.is_confused && !vm.maybe.is_disjoint(blurred));
            match caught.next() {
                Some(vm) => vm.is_confused = true,
                None => return,
            }
        }
    }
}

impl Vm {
    /// The rules of evidence: who is listed is there; who is denied by all owners is gone if every source was heard, and
    /// missing if it could be elsewhere.
    fn document_after(&self, heard: &BTreeSet<usize>) -> Option<Document> {
        if let Some(at) = self.at.filter(|at| heard.contains(at)) {
            let owners = self.document.iter().flat_map(|document| &document.owners);
            let silent = owners.copied().filter(|owner| !heard.contains(owner));
            return Some(Document {
                name: self.name.clone(),
                orphan: false,
                missing: false,
                owners: silent.chain([at]).collect(),
            });
        }
        let before = self.document.clone()?;
        if before.orphan || !before.owners.is_subset(heard) {
            return Some(before);
        }
        let orphan = heard.len() == SOURCES;
        Some(Document {
            orphan,
            missing: !orphan,
            ..before
        })
    }
}
