//! What all schedules together went through, so that none of it can get lost unnoticed.

use std::collections::BTreeMap;

use super::outage::{KINDS, Kind};

#[derive(Debug, Default)]
pub struct Tally {
    pub schedules: usize,
    /// Passes with outages in force.
    pub passes: usize,
    /// Outages that met somebody.
    pub struck: BTreeMap<Kind, usize>,
    /// Passes that heard nobody, and those of them that ended with 77.
    pub unheard: usize,
    pub locked_out: usize,
    /// VMs that moved, or vanished, while they were listed.
    pub moved_meanwhile: usize,
    pub vanished_meanwhile: usize,
    /// Orphans that were made while something was out of order, and orphans in the end.
    pub orphaned_early: usize,
    pub orphans: usize,
    /// VMs that were gone in the end and had been listed before.
    pub deletions: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        for (kind, times) in &other.struck {
            *self.struck.entry(*kind).or_default() += times;
        }
        self.schedules += other.schedules;
        self.passes += other.passes;
        self.unheard += other.unheard;
        self.locked_out += other.locked_out;
        self.moved_meanwhile += other.moved_meanwhile;
        self.vanished_meanwhile += other.vanished_meanwhile;
        self.orphaned_early += other.orphaned_early;
        self.orphans += other.orphans;
        self.deletions += other.deletions;
    }

    /// Everything was met often enough, and what was deleted did become an orphan.
    pub fn check(&self) {
        let schedules = self.schedules;
        for kind in KINDS {
            let times = self.struck.get(&kind).copied().unwrap_or(0);
            assert!(
                times * 100 >= schedules,
                "{kind:?} struck {times} times only: {self:#?}"
            );
        }
        let least = [
            (self.passes, 2 * schedules),
            (self.unheard, schedules / 20),
            (self.locked_out, schedules / 500),
            (self.moved_meanwhile, schedules / 20),
            (self.vanished_meanwhile, schedules / 50),
            (self.orphaned_early, schedules / 10),
            (self.deletions, schedules / 2),
        ];
        for (times, least) in least {
            assert!(times >= least, "{times} instead of at least {least}: {self:#?}");
        }
        assert_eq!(self.orphans, self.deletions, "{self:#?}");
    }
}
