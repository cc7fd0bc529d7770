//! One schedule: a world, a site, some passes through outages, and the two that have to set everything right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simulator::Certificate;
use vmsync::report::Report;

use super::judge::{Judge, Suffered};
use super::outage::{Kind, Outage};
use super::random::Random;
use super::site::{Access, Patience, Site};
use super::tally::Tally;
use super::world::World;
use crate::support::Redis;

/// The steps so far; they outlive a schedule that fails.
pub type Story = Arc<Mutex<Vec<String>>>;

/// What all schedules share.
pub struct Shared {
    pub redis: Redis,
    pub certificate: Certificate,
    /// A port on which nobody listens.
    pub dead_port: u16,
}

pub struct Schedule<'a> {
    shared: &'a Shared,
    world: World,
    site: Site<'a>,
    random: Random,
    story: Story,
    tally: Tally,
    /// Rights that stay withdrawn for another pass.
    lasting: Vec<Outage>,
    /// For each source, whether it was heard completely since its rights last changed.
    trusted: Vec<bool>,
}

impl<'a> Schedule<'a> {
    pub async fn build(shared: &'a Shared, seed: u64, story: Story) -> Self {
        let mut random = Random::of(seed);
        let world = World::build(&mut random, &shared.certificate).await;
        Self {
            site: Site::new(&shared.redis, &format!("outage{seed}x")),
            trusted: vec![true; world.sources.len()],
            shared,
            world,
            random,
            story,
            tally: Tally::default(),
            lasting: Vec::new(),
        }
    }

    fn tell(&self, step: String) {
        self.story.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// From the first pass to the last.
    pub async fn run(mut self) -> Tally {
        let mut judge = self.settle().await;
        let passes = self.random.between(2, 3);
        for number in 1..=passes {
            self.tell(format!("-- pass {number}"));
            self.turn();
            let outages = self.begin_outages(passes - number);
            self.pass(outages, &mut judge).await;
        }
        self.converge(&mut judge).await;
        self.tally.schedules = 1;
        self.tally.orphans = judge.orphans();
        let is_deleted = |vm: &usize| self.world.vms[*vm].is_gone() && judge.knows(&self.world, *vm);
        self.tally.deletions = (0..self.world.vms.len()).filter(is_deleted).count();
        self.tally
    }

    /// Everybody is heard, and users get some of the VMs.
    async fn settle(&mut self) -> Judge {
        let report = self.sync(&[], Patience::ENDLESS).await;
        assert_eq!(report.exit_code.get(), 0, "{report:?}");
        let mut rights = BTreeMap::new();
        for number in 0..2 {
            let mine: BTreeSet<usize> = (0..self.world.vms.len()).filter(|_| self.random.one_in(2)).collect();
            let names: Vec<&str> = mine.iter().map(|vm| self.world.vms[*vm].name.as_str()).collect();
            rights.insert(self.site.add_session(number, &names), mine);
        }
        Judge::new(&mut self.site, rights)
    }

    /// What happens to VMs before a pass, and what will during it.
    fn turn(&mut self) {
        for _ in 0..self.random.between(1, 3) {
            let step = self.world.turn(&mut self.random);
            self.tell(step);
        }
        if self.random.one_in(6)
            && let Some(step) = self.world.script_move(&mut self.random)
        {
            self.tell(step);
        }
    }

    fn begin_outages(&mut self, passes_left: usize) -> Vec<Outage> {
        let mut outages = std::mem::take(&mut self.lasting);
        let sources = self.world.sources.len();
        let all_down = self
            .random
            .one_in(12)
            .then(|| Kind::draw_silence(&mut self.random, sources));
        for source in 0..sources {
            let is_struck = outages.iter().any(|outage| outage.source == source);
            let kind = match &all_down {
                Some(kinds) => kinds[source],
                None if self.random.one_in(2) => Kind::draw(&mut self.random, passes_left),
                None => continue,
            };
            if is_struck || (kind.withdraws() && !self.trusted[source]) {
                continue;
            }
            outages.extend(Outage::begin(kind, source, &mut self.world, &mut self.random));
        }
        for outage in &outages {
            let name = &self.world.sources[outage.source].name;
            self.tell(format!("{name}: {:?} {}", outage.kind, outage.detail));
            if outage.kind.withdraws() {
                self.trusted[outage.source] = false;
            }
        }
        outages
    }

    /// One pass through these outages, and the verdict on it.
    async fn pass(&mut self, outages: Vec<Outage>, judge: &mut Judge) {
        let waits = outages.iter().any(|outage| outage.kind.is_waited_for());
        let patience = Patience {
            call: if waits {
                Duration::from_millis(700)
            } else {
                Duration::from_secs(10)
            },
            // Calls are repeated while there is time for it.
            source: Duration::from_secs(if waits && self.random.one_in(2) { 1 } else { 12 }),
        };
        let report = self.sync(&outages, patience).await;
        let suffer = |outage: &Outage| Suffered {
            kind: outage.kind,
            source: outage.source,
            effectivity: outage.effectivity,
            has_struck: outage.has_struck(&self.world),
        };
        let suffered: Vec<Suffered> = outages.iter().map(suffer).collect();
        let (moved, vanished) = self.world.settle();
        for (trusted, source) in self.trusted.iter_mut().zip(&report.sources) {
            *trusted |= source.complete;
        }
        let orphaned = judge.after(&mut self.site, &self.world, &report, &suffered);
        self.count(&report, &suffered);
        self.tally.moved_meanwhile += moved;
        self.tally.vanished_meanwhile += vanished;
        self.tally.orphaned_early += orphaned;
        self.lasting = outages
            .into_iter()
            .filter_map(|outage| outage.end(&self.world))
            .collect();
        for source in &self.world.sources {
            source.simulator.clear_faults();
        }
    }

    fn count(&mut self, report: &Report, suffered: &[Suffered]) {
        self.tally.passes += 1;
        for outage in suffered.iter().filter(|outage| outage.has_struck) {
            *self.tally.struck.entry(outage.kind).or_default() += 1;
        }
        self.tally.unheard += usize::from(report.sources.iter().all(|source| !source.reachable));
        self.tally.locked_out += usize::from(report.exit_code.get() == 77);
    }

    async fn sync(&self, outages: &[Outage], patience: Patience) -> Report {
        let mut access = vec![Access::default(); self.world.sources.len()];
        for outage in outages {
            access[outage.source] = Access {
                port: outage.port(self.shared.dead_port),
                has_wrong_password: outage.kind == Kind::WrongPassword,
            };
        }
        let report = self.site.sync(&self.world, &access, patience).await;
        for source in &report.sources {
            let error = source.error.as_deref().unwrap_or("complete");
            self.tell(format!(
                "   {}: {}",
                source.name,
                error.lines().next().unwrap_or_default()
            ));
        }
        for change in &report.changes {
            self.tell(format!(
                "   {:?} {} ({:?}) {:?}",
                change.kind, change.name, change.outcome, change.reason
            ));
        }
        report
    }

    /// Without an outage one pass reaches the truth, and the next, in one of four schedules, has nothing to do. Rights that have just been given
    /// back make a source doubtful once more.
    async fn converge(&mut self, judge: &mut Judge) {
        self.tell("-- all is well".to_owned());
        let mut report = self.sync(&[], Patience::ENDLESS).await;
        judge.after(&mut self.site, &self.world, &report, &[]);
        if self.trusted.contains(&false) && report.exit_code.get() == 3 {
            assert_eq!(report.orphaned, 0);
            report = self.sync(&[], Patience::ENDLESS).await;
            judge.after(&mut self.site, &self.world, &report, &[]);
        }
        assert_eq!(
            report.exit_code.get(),
            0,
            "{:?} {:?}",
            report.conditions,
            report.sources
        );
        judge.check_truth(&self.world);
        if !self.random.one_in(4) {
            return;
        }
        let quiet = self.sync(&[], Patience::ENDLESS).await;
        judge.check_quiet(&mut self.site, &quiet);
    }
}
