//! In which order a service that sees one name at a time is told of renames that happened at once.

use std::collections::{BTreeMap, BTreeSet};

/// One rename, old name first.
pub type Names<'a> = (&'a str, &'a str);

/// Which part of a rename is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Old name to new name.
    Whole,
    /// Old name to a temporary one: the first half of a rename that closes a cycle.
    Aside,
    /// Temporary name to new name: the second half.
    Home,
}

/// A part of the rename with this index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Into the renames.
    pub index: usize,
    /// Of that rename.
    pub part: Part,
}

/// Orders renames so that no step goes to a name that another rename has still to leave. Of every cycle the rename with
/// the lowest index is split; those in `split` always are, as their first half is already told.
pub fn order_steps(renames: &[Names<'_>], split: &BTreeSet<usize>) -> Vec<Step> {
    let mut ordering = Ordering::new(renames);
    for &index in split {
        ordering.aside(index);
    }
    while !ordering.waiting.is_empty() {
        match ordering.next_free() {
            Some(index) => ordering.home(index),
            None => ordering.aside(ordering.in_a_cycle()),
        }
    }
    ordering.steps
}

/// Renames that share a name, directly or through others, are one group; the groups in the order of their first index.
pub fn group_by_names(renames: &[Names<'_>]) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..renames.len()).collect();
    let mut first_with: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, &(old, new)) in renames.iter().enumerate() {
        for name in [old, new] {
            let other = *first_with.entry(name).or_insert(index);
            let (a, b) = (root(&mut group_of, index), root(&mut group_of, other));
            group_of[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    (0..renames.len()).for_each(|index| groups.entry(root(&mut group_of, index)).or_default().push(index));
    groups.into_values().collect()
}

fn root(group_of: &mut [usize], mut index: usize) -> usize {
    while group_of[index] != index {
        group_of[index] = group_of[group_of[index]];
        index = group_of[index];
    }
    index
}

struct Ordering<'a> {
    renames: &'a [Names<'a>],
    /// Not at their new name yet.
    waiting: BTreeSet<usize>,
    /// Of these, the ones that still bear their old name.
    staying: BTreeSet<usize>,
    /// How many still bear a name.
    bearers: BTreeMap<&'a str, usize>,
    steps: Vec<Step>,
}

impl<'a> Ordering<'a> {
    fn new(renames: &'a [Names<'a>]) -> Self {
        let mut bearers = BTreeMap::new();
        for (old, _) in renames {
            *bearers.entry(*old).or_default() += 1;
        }
        let all: BTreeSet<usize> = (0..renames.len()).collect();
        Self {
            renames,
            waiting: all.clone(),
            staying: all,
            bearers,
            steps: Vec::new(),
        }
    }

    fn next_free(&self) -> Option<usize> {
        self.waiting
            .iter()
            .copied()
            .find(|&index| self.others_at_new_name(index) == 0)
    }

    fn others_at_new_name(&self, index: usize) -> usize {
        let (old, new) = self.renames[index];
        let itself = usize::from(old == new && self.staying.contains(&index));
        self.bearers.get(new).copied().unwrap_or(0) - itself
    }

    fn leave(&mut self, index: usize) -> bool {
        let left = self.staying.remove(&index);
        if let Some(count) = self.bearers.get_mut(self.renames[index].0).filter(|_| left) {
            *count -= 1;
        }
        left
    }

    fn home(&mut self, index: usize) {
        let part = if self.leave(index) { Part::Whole } else { Part::Home };
        self.waiting.remove(&index);
        self.steps.push(Step { index, part });
    }

    fn aside(&mut self, index: usize) {
        self.leave(index);
        self.steps.push(Step {
            index,
            part: Part::Aside,
        });
    }

    /// When nothing is free: the first of those that are left when all whose old name nobody waits for are dropped,
    /// again and again. Only cycles, and what lies between two of them, are left.
    fn in_a_cycle(&self) -> usize {
        let mut core = self.staying.clone();
        loop {
            let wanted: BTreeSet<&str> = core.iter().map(|&index| self.renames[index].1).collect();
            let before = core.len();
            core.retain(|&index| wanted.contains(self.renames[index].0));
            if core.len() == before {
                break;
            }
        }
        *core
            .first()
            .expect("nothing is free, so some renames wait for each other")
    }
}
