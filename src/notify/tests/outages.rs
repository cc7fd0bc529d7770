//! Whatever breaks on the way, the services end with the right names.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fleet::{DumbService, Fleet, now};
use crate::notify::settle::{PruneFacts, prune, undelivered_epochs};
use crate::notify::walk::{Settled, Walk};
use crate::notify::{Post, Service, Verdict, build_posts};
use crate::plan::journal::SessionStage;
use crate::plan::record::DocumentId;

/// What happens to one post.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Accepted,
    /// Not received.
    Lost,
    /// Received; the answer was not.
    Unanswered,
    /// Received; the pass died before it was recorded.
    DiedBeforeRecord,
    /// Recorded for the first document only.
    DiedInRecord,
    DiedAfterRecord,
}

/// What happens in one pass.
#[derive(Debug, Clone)]
struct Pass {
    /// For each VM, where in the pool of names it goes; equal ones are put right by `Pass::apply`.
    shuffle: Vec<prop::sample::Index>,
    fates: Vec<Fate>,
    scope: Option<usize>,
    /// The sessions are not brought to this VM's newest rename until the next pass.
    held: Option<usize>,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    use Fate::{Accepted, DiedAfterRecord, DiedBeforeRecord, DiedInRecord, Lost, Unanswered};
    let fate = prop_oneof![
        4 => Just(Accepted), 1 => Just(Lost), 1 => Just(Unanswered),
        1 => Just(DiedBeforeRecord), 1 => Just(DiedInRecord), 1 => Just(DiedAfterRecord),
    ];
    prop::collection::vec(fate, 0..12)
}

fn pass() -> impl Strategy<Value = Pass> {
    let indexes = prop::collection::vec(any::<prop::sample::Index>(), 6);
    let some_vm = || prop::option::weighted(0.2, 0..6usize);
    (indexes, fates(), some_vm(), some_vm()).prop_map(|(shuffle, fates, scope, held)| Pass {
        shuffle,
        fates,
        scope,
        held,
    })
}

/// New names for some VMs: a permutation of their names and three spare ones.
fn rename(fleet: &mut Fleet, epoch: i64, shuffle: &[prop::sample::Index]) {
    let mut free: Vec<String> = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
        .map(str::to_owned)
        .to_vec();
    let mut renames = Vec::new();
    for (vm, index) in shuffle.iter().enumerate() {
        let name = free.remove(index.index(free.len()));
        if fleet.0[vm].fields.name != name {
            renames.push((vm, name));
        }
    }
    let first = shuffle[0].index(renames.len().max(1));
    renames.rotate_left(first);
    let renames: Vec<(usize, &str)> = renames.iter().map(|(vm, name)| (*vm, name.as_str())).collect();
    fleet.rename(epoch, &renames);
}

struct World {
    fleet: Fleet,
    services: BTreeMap<Service, DumbService>,
    keys: BTreeSet<String>,
    /// What was sent for each part of each rename.
    seen: BTreeMap<(Service, String, u32), (String, String)>,
}

impl World {
    fn new() -> Self {
        let fleet = Fleet::new(&["A", "B", "C", "D", "E", "F"]);
        let services = [Service::Group, Service::Auth].map(|service| (service, DumbService::of(&fleet)));
        Self {
            fleet,
            services: services.into(),
            keys: BTreeSet::new(),
            seen: BTreeMap::new(),
        }
    }

    fn deliver(&mut self, fates: &[Fate], scope: Option<usize>) {
        let scope = scope.map(|vm| BTreeSet::from([DocumentId(format!("vm{vm}"))]));
        let posts = build_posts(&self.fleet.0, scope.as_ref(), now());
        let mut fates = fates.iter().copied();
        for service in [Service::Group, Service::Auth] {
            let mut walk = Walk::new(posts.of(service));
            while let Some(post) = walk.next() {
                let Some(settled) = self.send(post, fates.next().unwrap_or(Fate::Accepted)) else {
                    return;
                };
                walk.settle(settled);
            }
        }
    }

    /// None if the pass dies.
    fn send(&mut self, post: &Post, fate: Fate) -> Option<Settled> {
        if matches!(fate, Fate::Lost) {
            return Some(Settled::Failed);
        }
        // The auth service knows nothing of keys. A batch that is applied twice is another matter: it would undo a swap,
        // so the group service has to.
        if self.keys.insert(post.idempotency_key.clone()) || post.service == Service::Auth {
            self.services.get_mut(&post.service).expect("both are there").post(post);
        }
        self.remember(post);
        match fate {
            Fate::Lost | Fate::Unanswered => return Some(Settled::Failed),
            Fate::DiedBeforeRecord => return None,
            Fate::DiedInRecord => {
                let first = Post {
                    marks: post.marks[..1].to_vec(),
                    ..post.clone()
                };
                self.fleet.record(&first, Verdict::Accepted);
                return None;
            }
            Fate::Accepted | Fate::DiedAfterRecord => self.fleet.record(post, Verdict::Accepted),
        }
        matches!(fate, Fate::Accepted).then_some(Settled::Accepted)
    }

    /// The same rename is always told by the same bytes with the same key.
    fn remember(&mut self, post: &Post) {
        let sent = (post.idempotency_key.clone(), post.body.clone());
        for mark in &post.marks {
            let part = (post.service, mark.entry.entry.clone(), mark.accepted);
            assert_eq!(self.seen.entry(part).or_insert_with(|| sent.clone()), &sent);
        }
    }

    fn prune(&mut self) {
        let undelivered = undelivered_epochs(&self.fleet.0);
        for record in &mut self.fleet.0 {
            let pruned = prune(&record.fields.journal, |entry| PruneFacts {
                pass_delivered: !undelivered.contains(&entry.epoch),
                old_name_taken: true,
                scan_after_delivery: false,
            });
            record.fields.journal = pruned.unwrap_or_else(|| record.fields.journal.clone());
        }
    }

    fn hold(&mut self, vm: Option<usize>) {
        let journals = self.fleet.0.iter_mut().map(|record| &mut record.fields.journal);
        for (nth, journal) in journals.enumerate() {
            for entry in journal.iter_mut() {
                entry.sessions = SessionStage::Scanned;
            }
            if let Some(newest) = journal.last_mut().filter(|_| Some(nth) == vm) {
                newest.sessions = SessionStage::Open;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_services_end_with_the_right_names(passes in prop::collection::vec(pass(), 1..6)) {
        let mut world = World::new();
        for (epoch, pass) in (1..).zip(&passes) {
            rename(&mut world.fleet, epoch, &pass.shuffle);
            world.hold(pass.held.filter(|_| world.fleet.0.iter().any(|record| {
                record.fields.journal.last().is_some_and(|entry| entry.epoch == epoch)
            })));
            world.deliver(&pass.fates, pass.scope);
            world.prune();
        }
        world.hold(None);
        world.deliver(&[], None);
        world.prune();
        let expected = DumbService::of(&world.fleet);
        prop_assert_eq!(&world.services[&Service::Group], &expected);
        prop_assert_eq!(&world.services[&Service::Auth], &expected);
        prop_assert!(world.fleet.posts().is_empty());
        prop_assert!(world.fleet.0.iter().all(|record| record.fields.journal.is_empty()));
    }
}

#[test]
fn down_for_three_passes_while_a_vm_is_renamed_twice() {
    let mut world = World::new();
    world.fleet.rename(1, &[(0, "X")]);
    world.deliver(&[Fate::Lost; 8], None);
    world.fleet.rename(2, &[(0, "Y")]);
    world.deliver(&[Fate::Lost; 8], None);
    world.deliver(&[Fate::Lost; 8], None);
    assert_eq!(world.fleet.auth(), ["A>X", "X>Y"]);
    assert_eq!(world.fleet.group(), ["A>X", "X>Y"]);
    world.deliver(&[], None);
    assert_eq!(world.services[&Service::Auth], DumbService::of(&world.fleet));
    assert!(world.fleet.posts().is_empty());
}
