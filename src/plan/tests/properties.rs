//! What holds for every world.

use proptest::prelude::*;

use super::world::{World, esxi, is_quiet, vm};
use crate::plan::{Allowance, ChangeKind, Hearing, Subject};

/// What happens between two passes.
#[derive(Debug, Clone)]
enum Event {
    Add(usize, u32),
    Remove(usize, usize),
    Rename(usize, usize, u8),
    Move(usize, usize),
    Hear(usize, u8),
    Wait(u16),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..2usize, 1..40u32).prop_map(|(source, number)| Event::Add(source, number)),
        (0..2usize, any::<usize>()).prop_map(|(source, pick)| Event::Remove(source, pick)),
        (0..2usize, any::<usize>(), 0..6u8).prop_map(|(source, pick, name)| Event::Rename(source, pick, name)),
        (0..2usize, any::<usize>()).prop_map(|(source, pick)| Event::Move(source, pick)),
        (0..2usize, 0..3u8).prop_map(|(source, how)| Event::Hear(source, how)),
        (0..3000u16).prop_map(Event::Wait),
    ]
}

/// The world with its truth apart, so that a source that is not heard still has its VMs.
struct Stage {
    world: World,
    truth: [Vec<crate::inventory::Sighting>; 2],
    hearing: [Hearing; 2],
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new(vec![esxi("a", "1", vec![]), esxi("b", "2", vec![])]);
        world.allowances = ["a", "b"]
            .map(|name| Allowance {
                source: name.into(),
                subject: Subject::Orphan,
                limit: 99,
            })
            .into();
        Self {
            world,
            truth: [vec![], vec![]],
            hearing: [Hearing::Complete; 2],
        }
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Add(source, number)
                if !self
                    .truth
                    .iter()
                    .flatten()
                    .any(|vm| vm.moref.ends_with(&format!("-{number}"))) =>
            {
                self.truth[source].push(vm(&format!("{source}-{number}"), &format!("n{}", number % 6), number));
            }
            Event::Remove(source, pick) if !self.truth[source].is_empty() => {
                let position = pick % self.truth[source].len();
                self.truth[source].remove(position);
            }
            Event::Rename(source, pick, name) if !self.truth[source].is_empty() => {
                let position = pick % self.truth[source].len();
                self.truth[source][position].name = crate::inventory::Fact::Known(format!("n{name}"));
            }
            Event::Move(source, pick) if !self.truth[source].is_empty() => {
                let position = pick % self.truth[source].len();
                let mut moved = self.truth[source].remove(position);
                moved.moref = moved.moref.replacen(&source.to_string(), &(1 - source).to_string(), 1);
                self.truth[1 - source].push(moved);
            }
            Event::Hear(source, how) => {
                self.hearing[source] = [Hearing::Complete, Hearing::Incomplete, Hearing::Unheard][how as usize];
            }
            Event::Wait(minutes) => self.world.minutes += i64::from(minutes),
            _ => {}
        }
    }

    /// What the sources say now; an incomplete listing lacks every second VM.
    fn listen(&mut self) {
        for source in 0..2 {
            let hearing = self.hearing[source];
            let mut heard = esxi(["a", "b"][source], ["1", "2"][source], self.truth[source].clone());
            if hearing == Hearing::Incomplete {
                let mut keep = false;
                heard.inventory.as_mut().expect("heard").vms.retain(|_| {
                    keep = !keep;
                    keep
                });
            }
            if hearing == Hearing::Unheard {
                heard.inventory = None;
            }
            heard.hearing = hearing;
            self.world.sources[source] = heard;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_story_keeps_the_rules(story in prop::collection::vec(prop::collection::vec(event(), 0..6), 1..12)) {
        let mut stage = Stage::new();
        for chapter in &story {
            chapter.iter().for_each(|event| stage.happen(event));
            stage.listen();
            let plan = stage.world.plan();
            let patience = plan.changes.iter().any(|change| change.reason.is_some());
            for change in plan.changes.iter().filter(|change| change.kinds.contains(&ChangeKind::Orphaned)) {
                let is_there = stage.truth.iter().flatten().any(|vm| Some(vm.uuid_text.as_str()) == change.before.as_ref().map(|b| b.uuid.as_str()));
                // Only a VM that moved to a source that stayed silent for a day may be taken for gone.
                prop_assert!(!is_there || patience, "false orphan {:?}", change);
                prop_assert!(change.source_index.is_some_and(|source| stage.hearing[source] == Hearing::Complete));
            }
            stage.world.pass();
            let again = stage.world.plan();
            prop_assert!(is_quiet(&again), "a second pass writes {:?}", again.changes);
            let live = stage.world.records.iter().filter(|record| !record.fields.orphan).count();
            prop_assert!(stage.world.records.len() <= 40 && live <= 40);
        }
        stage.hearing = [Hearing::Complete; 2];
        stage.listen();
        stage.world.pass();
        let mut live: Vec<_> = stage.world.records.iter().filter(|r| !r.fields.orphan).map(|r| (r.fields.uuid.clone(), r.fields.name.clone())).collect();
        let mut truth: Vec<_> = stage.truth.iter().flatten().map(|vm| (vm.uuid_text.clone(), vm.name.known().cloned().unwrap_or_default())).collect();
        live.sort();
        truth.sort();
        prop_assert_eq!(live, truth, "a pass that hears all ends with the truth");
    }

    #[test]
    fn input_order_never_matters(story in prop::collection::vec(event(), 0..20), more in prop::collection::vec(event(), 0..10), seed in any::<u64>()) {
        let mut stage = Stage::new();
        story.iter().for_each(|event| stage.happen(event));
        stage.listen();
        stage.world.pass();
        more.iter().for_each(|event| stage.happen(event));
        stage.listen();
        let plan = stage.world.plan();
        let rotate = |len: usize| if len == 0 { 0 } else { usize::try_from(seed % len as u64).unwrap_or(0) };
        let shift = rotate(stage.world.records.len());
        stage.world.records.rotate_left(shift);
        for source in &mut stage.world.sources {
            if let Some(inventory) = &mut source.inventory {
                let shift = rotate(inventory.vms.len());
                inventory.vms.rotate_left(shift);
            }
        }
        prop_assert_eq!(stage.world.plan(), plan);
    }
}
