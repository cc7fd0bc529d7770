//! Changes that cannot be applied one without the other.

use std::collections::{BTreeSet, HashMap};

use super::change::{Change, ChangeKind, Plan};

/// Changes by the names that they give up and take. Of two VMs that swap names, one cannot be renamed alone; and a VM
/// that takes a name in one pass, while the one that bore it gives it up in the next, would get its sessions.
pub struct Entanglement<'a> {
    changes: &'a [Change],
    givers: HashMap<&'a str, Vec<usize>>,
    takers: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Entanglement<'a> {
    /// Of all changes of a plan, by index.
    pub fn build(plan: &'a Plan) -> Self {
        let mut givers: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut takers: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, change) in plan.changes.iter().enumerate() {
            if let Some(name) = given(change) {
                givers.entry(name).or_default().push(index);
            }
            if let Some(name) = taken(change) {
                takers.entry(name).or_default().push(index);
            }
        }
        Self {
            changes: &plan.changes,
            givers,
            takers,
        }
    }

    /// These changes and all that hang together with them. Each name is followed once, so one that comes twice is no
    /// matter.
    pub fn close(mut self, start: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = start.collect();
        let mut closed = BTreeSet::new();
        while let Some(index) = open.pop() {
            closed.insert(index);
            let change = &self.changes[index];
            if let Some(name) = given(change) {
                open.extend(self.givers.remove(name).into_iter().flatten());
                open.extend(self.takers.remove(name).into_iter().flatten());
            }
            if let Some(name) = taken(change) {
                open.extend(self.givers.remove(name).into_iter().flatten());
            }
        }
        closed
    }
}

/// The name that a change takes from its VM.
fn given(change: &Change) -> Option<&str> {
    let orphaned = change.is_written() && change.kinds.contains(&ChangeKind::Orphaned);
    let name = orphaned.then_some(change.after.name.as_str());
    name.or_else(|| change.rename().map(|(old, _)| old))
}

/// The name that a VM bears from this change on.
fn taken(change: &Change) -> Option<&str> {
    let starts = change.kinds.contains(&ChangeKind::Added) || change.kinds.contains(&ChangeKind::Reactivated);
    let bears = change.is_written() && (starts || change.rename().is_some());
    bears.then_some(change.after.name.as_str())
}
