//! The guard: what looks like an accident is withheld until an operator permits it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::change::{Change, ChangeKind, Hold, Plan, Withheld};
use super::input::{Allowance, Input, SourceView, Subject};
use super::owners::{Owner, configured_owners, resolve_owner};
use super::record::{DocumentId, field};
use crate::config::Guard;

/// What a plan would do to the documents of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Toll {
    /// Its live documents, without moved, missing and unowned ones.
    live: usize,
    /// Those of them that were there when the ones that vanish were last seen. What is held back today is not let go
    /// tomorrow because new VMs have been added meanwhile.
    peers: usize,
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

/// Judges the whole plan, source by source, and holds back what goes too far. A VM that several sources own counts for
/// each of them, and needs the consent of all. The rest of the plan stays.
pub fn withhold(plan: &mut Plan, input: &Input<'_>) {
    let tolls = count(plan, input);
    let judged = tolls.iter().map(|(source, toll)| {
        let verdict = judge(*toll, &input.sources[*source].guard, &allowances(input, *source));
        (*source, (*toll, verdict))
    });
    let judged: BTreeMap<usize, (Toll, Verdict)> = judged.collect();
    for change in &mut plan.changes {
        for source in bearers(change, input.sources) {
            let (toll, verdict) = judged[&source];
            if let Some(withheld) = hold(change, toll, verdict) {
                change.withheld = Some(withheld);
                change.source_index = Some(source);
                change.source.clone_from(&input.sources[source].name);
                break;
            }
        }
    }
}

fn count(plan: &Plan, input: &Input<'_>) -> BTreeMap<usize, Toll> {
    let horizons = horizons(plan, input);
    let mut tolls: BTreeMap<usize, Toll> = BTreeMap::new();
    let gone_elsewhere = uncounted(plan);
    for record in input.existing.iter().filter(|record| !record.fields.orphan) {
        // What moved away or is missing is no measure of what its source has.
        let counts = usize::from(!gone_elsewhere.contains(&record.id));
        for owner in configured_owners(record, input.sources) {
            let toll = tolls.entry(owner).or_default();
            toll.live += counts;
            let horizon = horizons.get(&owner).copied().unwrap_or(i64::MAX);
            let is_peer = record.fields.first_epoch.is_none_or(|first| first <= horizon);
            toll.peers += if is_peer { counts } else { 0 };
        }
    }
    for change in &plan.changes {
        let has = |kind| change.kinds.contains(&kind);
        for source in bearers(change, input.sources) {
            let toll = tolls.entry(source).or_default();
            toll.orphaned += usize::from(has(ChangeKind::Orphaned));
            toll.added += usize::from(has(ChangeKind::Added));
            toll.renamed += usize::from(is_guarded_rename(change));
        }
    }
    tolls
}

fn uncounted(plan: &Plan) -> HashSet<&DocumentId> {
    let moves = |change: &&Change| {
        [ChangeKind::Moved, ChangeKind::Missing]
            .iter()
            .any(|kind| change.kinds.contains(kind))
    };
    let elsewhere = plan.changes.iter().filter(moves);
    elsewhere.filter_map(|change| change.target.id()).collect()
}

/// For each source the last epoch in which one of the documents that vanish from it was seen.
fn horizons(plan: &Plan, input: &Input<'_>) -> BTreeMap<usize, i64> {
    let changes = plan.changes.iter();
    let vanishing = changes.filter(|change| change.kinds.contains(&ChangeKind::Orphaned));
    let vanishing = vanishing.filter_map(|change| Some((change.target.id()?, change)));
    let vanishing: HashMap<&DocumentId, &Change> = vanishing.collect();
    let mut horizons: BTreeMap<usize, i64> = BTreeMap::new();
    for record in input.existing {
        let Some(change) = vanishing.get(&record.id) else {
            continue;
        };
        let seen = record.epoch.unwrap_or(i64::MAX);
        for source in bearers(change, input.sources) {
            let horizon = horizons.entry(source).or_insert(seen);
            *horizon = seen.max(*horizon);
        }
    }
    horizons
}

/// The configured sources that a change counts for: the one it names, then the other owners.
fn bearers(change: &Change, sources: &[SourceView]) -> Vec<usize> {
    let mut bearers: Vec<usize> = change.source_index.into_iter().collect();
    for owner in &change.after.sources {
        if let Owner::Configured(index) = resolve_owner(owner, sources)
            && !bearers.contains(&index)
        {
            bearers.push(index);
        }
    }
    bearers
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
    let limit = |subject| allowed(input.allowances, &input.sources[source].name, subject);
    Permitted {
        orphans: limit(Subject::Orphan),
        renames: limit(Subject::Rename),
    }
}

/// How many changes of this sort are permitted on the source.
pub(super) fn allowed(allowances: &[Allowance], source: &str, subject: Subject) -> usize {
    let applies = |allowance: &&Allowance| allowance.source == source && allowance.subject == subject;
    let limits = allowances.iter().filter(applies).map(|allowance| allowance.limit);
    limits.max().unwrap_or(0)
}

fn judge(toll: Toll, guard: &Guard, permitted: &Permitted) -> Verdict {
    let many = |number: usize| number > guard.min as usize;
    let share = |number: usize| number.saturating_mul(100);
    let limit = |documents: usize, percent: u32| documents.saturating_mul(percent as usize);
    let mut verdict = Verdict::default();
    if toll.orphaned > permitted.orphans {
        let replaced = many(toll.orphaned)
            && share(toll.orphaned) >= limit(toll.peers, guard.replaced_percent)
            && toll.added >= toll.orphaned;
        if replaced {
            verdict.orphans = Some(Hold::SourceReplaced);
            verdict.additions = Some(Hold::SourceReplaced);
        } else if toll.orphaned >= 2 && toll.orphaned >= toll.peers {
            verdict.orphans = Some(Hold::LosesAll);
        } else if many(toll.orphaned) && share(toll.orphaned) > limit(toll.peers, guard.orphan_percent) {
            verdict.orphans = Some(Hold::TooManyOrphans);
        }
    }
    let renamed_too_many = many(toll.renamed) && share(toll.renamed) >= limit(toll.live, guard.rename_percent);
    if renamed_too_many && toll.renamed > permitted.renames {
        verdict.names = Some(Hold::TooManyRenames);
    }
    verdict
}

/// Holds back what the verdict is against.
fn hold(change: &mut Change, toll: Toll, verdict: Verdict) -> Option<Withheld> {
    let has = |kind| change.kinds.contains(&kind);
    let orphaning = verdict.orphans.filter(|_| has(ChangeKind::Orphaned));
    let addition = verdict.additions.filter(|_| has(ChangeKind::Added));
    let renaming = verdict.names.filter(|_| is_guarded_rename(change));
    let (hold, affected, of) = match (orphaning.or(addition), renaming) {
        (Some(hold), _) => {
            change.held = std::mem::take(&mut change.write);
            (hold, toll.orphaned, toll.peers)
        }
        (None, Some(hold)) => {
            hold_name(change);
            (hold, toll.renamed, toll.live)
        }
        (None, None) => return None,
    };
    Some(Withheld { hold, affected, of })
}

/// The name stays as stored; what else changed is written.
fn hold_name(change: &mut Change) {
    let Some(before) = &change.before else { return };
    for key in [field::NAME, field::NAMES] {
        if let Some(held) = change.write.remove(key) {
            change.held.insert(key.to_owned(), held);
        }
    }
    change.after.name.clone_from(&before.name);
    change.after.names.clone_from(&before.names);
}
