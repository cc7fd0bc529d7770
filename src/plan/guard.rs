//! The guard: what looks like an accident is withheld until an operator permits it.

use std::collections::{BTreeMap, HashMap};

use super::change::{Change, ChangeKind, Hold, Plan, Target, Withheld};
use super::input::{Allowance, Input, Subject};
use super::owners::{Owner, owners_of};
use super::record::{DocumentId, VmRecord, field};
use crate::config::Guard;

/// What a plan would do to the documents of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Toll {
    /// Its live documents, without moved, missing and unowned ones.
    live: usize,
    /// Documents that become orphans.
    orphaned: usize,
    /// Documents that are made.
    added: usize,
    /// Documents that get another name, adopted ones apart.
    renamed: usize,
}

/// What is withheld from one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Verdict {
    orphans: Option<Hold>,
    additions: Option<Hold>,
    names: Option<Hold>,
}

/// Judges the whole plan, source by source, and holds back what goes too far. The rest of the plan stays.
pub fn withhold(plan: &mut Plan, input: &Input<'_>) {
    let tolls = count(plan, input);
    for change in &mut plan.changes {
        let Some(source) = change.source_index else { continue };
        let toll = tolls.get(&source).copied().unwrap_or_default();
        let verdict = judge(toll, &input.sources[source].guard, &allowances(input, source));
        apply_verdict(change, toll, verdict);
    }
}

fn count(plan: &Plan, input: &Input<'_>) -> BTreeMap<usize, Toll> {
    let owners = live_owners(input);
    let mut tolls: BTreeMap<usize, Toll> = BTreeMap::new();
    for owner in owners.values() {
        tolls.entry(*owner).or_default().live += 1;
    }
    for change in &plan.changes {
        let has = |kind| change.kinds.contains(&kind);
        // What moved away or is missing is no measure of what its source has.
        if let Target::Existing { id, .. } = &change.target
            && (has(ChangeKind::Moved) || has(ChangeKind::Missing))
            && let Some(toll) = owners.get(id).and_then(|owner| tolls.get_mut(owner))
        {
            toll.live -= 1;
        }
        let Some(source) = change.source_index else { continue };
        let toll = tolls.entry(source).or_default();
        toll.orphaned += usize::from(has(ChangeKind::Orphaned));
        toll.added += usize::from(has(ChangeKind::Added));
        toll.renamed += usize::from(is_guarded_rename(change));
    }
    tolls
}

/// For each live document the configured source that it counts for.
fn live_owners<'a>(input: &Input<'a>) -> HashMap<&'a DocumentId, usize> {
    let live = input.existing.iter().filter(|record| !record.fields.orphan);
    let owner_of = |record: &'a VmRecord| {
        let owners = owners_of(record, input.sources);
        let configured = owners.into_iter().find_map(|owner| match owner {
            Owner::Configured(index) => Some(index),
            Owner::Unclear | Owner::Gone => None,
        });
        configured.map(|index| (&record.id, index))
    };
    live.filter_map(owner_of).collect()
}

fn is_guarded_rename(change: &Change) -> bool {
    change.kinds.contains(&ChangeKind::Renamed) && !change.adopts
}

#[derive(Debug, Clone, Copy, Default)]
struct Permitted {
    orphans: usize,
    renames: usize,
}

fn allowances(input: &Input<'_>, source: usize) -> Permitted {
    let limit = |subject: Subject| {
        let applies =
            |allowance: &&Allowance| allowance.source == input.sources[source].name && allowance.subject == subject;
        input
            .allowances
            .iter()
            .filter(applies)
            .map(|allowance| allowance.limit)
            .max()
            .unwrap_or(0)
    };
    Permitted {
        orphans: limit(Subject::Orphan),
        renames: limit(Subject::Rename),
    }
}

fn judge(toll: Toll, guard: &Guard, permitted: &Permitted) -> Verdict {
    let many = |number: usize| number > guard.min as usize;
    let share = |number: usize| number.saturating_mul(100);
    let limit = |percent: u32| toll.live.saturating_mul(percent as usize);
    let mut verdict = Verdict::default();
    if toll.orphaned > permitted.orphans {
        let replaced =
            many(toll.orphaned) && share(toll.orphaned) >= limit(guard.replaced_percent) && toll.added >= toll.orphaned;
        if replaced {
            verdict.orphans = Some(Hold::SourceReplaced);
            verdict.additions = Some(Hold::SourceReplaced);
        } else if toll.orphaned >= 2 && toll.orphaned >= toll.live {
            verdict.orphans = Some(Hold::LosesAll);
        } else if many(toll.orphaned) && share(toll.orphaned) > limit(guard.orphan_percent) {
            verdict.orphans = Some(Hold::TooManyOrphans);
        }
    }
    let renamed_too_many = many(toll.renamed) && share(toll.renamed) >= limit(guard.rename_percent);
    if renamed_too_many && toll.renamed > permitted.renames {
        verdict.names = Some(Hold::TooManyRenames);
    }
    verdict
}

fn apply_verdict(change: &mut Change, toll: Toll, verdict: Verdict) {
    let kinds = &change.kinds;
    let withheld = |hold: Hold, affected: usize| Withheld {
        hold,
        affected,
        of: toll.live,
    };
    if let Some(hold) = verdict.orphans.filter(|_| kinds.contains(&ChangeKind::Orphaned)) {
        hold_all(change, withheld(hold, toll.orphaned));
    } else if let Some(hold) = verdict.additions.filter(|_| kinds.contains(&ChangeKind::Added)) {
        hold_all(change, withheld(hold, toll.orphaned));
    } else if let Some(hold) = verdict.names.filter(|_| is_guarded_rename(change)) {
        hold_name(change, withheld(hold, toll.renamed));
    }
}

fn hold_all(change: &mut Change, withheld: Withheld) {
    change.held = std::mem::take(&mut change.write);
    change.withheld = Some(withheld);
}

/// The name stays as stored; what else changed is written.
fn hold_name(change: &mut Change, withheld: Withheld) {
    let Some(before) = &change.before else { return };
    for key in [field::NAME, field::NAMES] {
        if let Some(held) = change.write.remove(key) {
            change.held.insert(key.to_owned(), held);
        }
    }
    change.after.name.clone_from(&before.name);
    change.after.names.clone_from(&before.names);
    change.withheld = Some(withheld);
}
