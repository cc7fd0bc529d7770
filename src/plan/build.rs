//! Listings and documents in, plan out.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, ChangeKind, Plan, Reason, Target, Unowned};
use super::difference::{build_write, duplicate_reason, kinds_of};
use super::evidence::{Fate, check_absence, missing_since};
use super::exclusion::Exclusions;
use super::input::{Input, SourceView};
use super::listed::{Listed, build_listed};
use super::matching::{Matches, match_documents};
use super::merge::{Sighters, choose_supplier, merge};
use super::owners::configured_owners;
use super::record::{FieldChanges, OrphanPeriod, UNKNOWN, VmFields, VmRecord};
use super::{guard, history, scope, warnings};

/// How many orphan periods before the last one a document keeps: a VM that comes and goes must not grow it for ever.
const FORMER_PERIODS: usize = 16;

/// Makes the plan of a pass. Nothing is written and nothing is asked: the same input always makes the same plan,
/// whatever the order of documents and listings.
#[must_use]
pub fn build_plan(input: &Input<'_>) -> Plan {
    let listed = build_listed(input.sources);
    let matches = match_documents(input.existing, input.sources, &listed);
    let mut draft = Draft {
        input,
        listed: &listed,
        matches: &matches,
        exclusions: Exclusions::build(input.sources),
        plan: Plan::default(),
        unowned: BTreeMap::new(),
    };
    draft.plan_listed();
    draft.plan_unidentified();
    draft.plan_absent();
    let mut plan = draft.finish();
    guard::withhold(&mut plan, input);
    scope::restrict(&mut plan, input, &listed, &matches);
    history::record(&mut plan, input);
    plan
}

struct Draft<'a> {
    input: &'a Input<'a>,
    listed: &'a Listed<'a>,
    matches: &'a Matches,
    exclusions: Exclusions,
    plan: Plan,
    unowned: BTreeMap<String, usize>,
}

impl Draft<'_> {
    /// In the order of the documents, as their memory lies in that order; then what is new.
    fn plan_listed(&mut self) {
        let matches = self.matches;
        let known = matches.group_of.iter().copied().flatten();
        let new = (0..self.listed.groups.len()).filter(|group| matches.record_of[*group].is_none());
        for index in known.chain(new) {
            let group = &self.listed.groups[index];
            let record = self.matches.record_of[index].map(|record| &self.input.existing[record]);
            let sighters = choose_supplier(group, record, self.input.sources);
            let view = &self.input.sources[sighters.supplier.source];
            if self.exclusions.covers(&sighters.supplier) {
                self.plan.excluded += 1;
                continue;
            }
            match record {
                Some(record) => self.plan_known(record, &sighters, view),
                None => self.plan_new(index, &sighters, view),
            }
        }
        self.plan.excluded += self.listed.left_out.len();
    }

    fn plan_known(&mut self, record: &VmRecord, sighters: &Sighters<'_>, view: &SourceView) {
        let sources = self.input.sources;
        let after = merge(Some(record), sighters, sources);
        self.plan
            .seen
            .entry(view.name.clone())
            .or_default()
            .push(record.id.clone());
        let write = build_write(record, &after);
        let mut kinds = kinds_of(record, &after, &write, sighters, sources);
        let reason = duplicate_reason(sighters, sources);
        if reason.is_some() {
            kinds.insert(ChangeKind::Duplicate);
        }
        if !kinds.iter().any(|kind| kind.is_difference()) && !record.is_foreign() {
            self.plan.unchanged += 1;
        }
        if !kinds.is_empty() || !write.is_empty() || record.is_foreign() {
            let change = Change {
                kinds,
                write,
                reason,
                ..change_of(record, after, sighters.supplier.source, view)
            };
            self.plan.changes.push(change);
        }
    }

    fn plan_new(&mut self, group: usize, sighters: &Sighters<'_>, view: &SourceView) {
        let mut after = merge(None, sighters, self.input.sources);
        after.first_epoch = Some(self.input.epoch);
        let blocked = self.blocked(group, sighters, &after);
        let duplicate = duplicate_reason(sighters, self.input.sources);
        let (kind, target) = match blocked {
            Some(_) => (ChangeKind::Unidentified, Target::Nothing),
            None => (ChangeKind::Added, Target::New),
        };
        let mut kinds = BTreeSet::from([kind]);
        kinds.extend(duplicate.is_some().then_some(ChangeKind::Duplicate));
        let mut change = change_of_nothing(after, sighters.supplier.source, view);
        if change.after.name.is_empty() {
            sighters.supplier.sighting.label().clone_into(&mut change.after.name);
        }
        self.plan.changes.push(Change {
            kinds,
            target,
            reason: blocked.or(duplicate),
            ..change
        });
    }

    /// Why a VM that no document knows does not get one yet.
    fn blocked(&self, group: usize, sighters: &Sighters<'_>, after: &VmFields) -> Option<Reason> {
        let sighting = sighters.supplier.sighting;
        if self.matches.refused.contains(&group) {
            return Some(Reason::UuidRefused);
        }
        if sighting.is_half_formed() {
            let state = sighting.connection_state.known().map_or(UNKNOWN, |state| state);
            return Some(Reason::NotConnected {
                state: state.to_owned(),
            });
        }
        after.name.is_empty().then_some(Reason::NoUuid)
    }

    fn plan_unidentified(&mut self) {
        for seen in &self.listed.unidentified {
            let view = &self.input.sources[seen.source];
            if self.exclusions.covers(seen) {
                self.plan.excluded += 1;
                continue;
            }
            let sighting = seen.sighting;
            let reason = if sighting.uuid.is_unread() && sighting.has_config {
                Reason::UuidRefused
            } else {
                Reason::NoUuid
            };
            let after = VmFields {
                name: sighting.label().to_owned(),
                instance_uuid: sighting.instance_uuid.known().map(|uuid| uuid.as_str().to_owned()),
                ..VmFields::default()
            };
            let change = change_of_nothing(Box::new(after), seen.source, view);
            let kinds = BTreeSet::from([ChangeKind::Unidentified]);
            self.plan.changes.push(Change {
                kinds,
                reason: Some(reason),
                ..change
            });
        }
    }

    fn plan_absent(&mut self) {
        for (index, record) in self.input.existing.iter().enumerate() {
            if self.matches.is_present(index) || record.fields.orphan {
                continue;
            }
            match check_absence(record, self.input) {
                Fate::Keep => {}
                Fate::Unowned { source } => *self.unowned.entry(source).or_default() += 1,
                Fate::Missing { reason } => self.plan_missing(record, reason),
                Fate::Orphan { reason } => self.plan_orphan(record, reason),
            }
        }
    }

    fn plan_missing(&mut self, record: &VmRecord, reason: Reason) {
        let mut after = record.fields.clone();
        if reason != Reason::FoundAgain && missing_since(record, self.input).is_none() {
            after.missing_since = Some(self.input.now.instant.to_string());
        }
        self.plan_lost(record, after, ChangeKind::Missing, Some(reason));
    }

    fn plan_orphan(&mut self, record: &VmRecord, reason: Option<Reason>) {
        let mut after = record.fields.clone();
        keep_last_period(&mut after);
        after.orphan = true;
        after.orphan_since = Some(self.input.now.local.clone());
        after.last_orphan_since = Some(self.input.now.local.clone());
        after.last_orphan_name = Some(after.name.clone());
        after.missing_since = None;
        self.plan_lost(record, after, ChangeKind::Orphaned, reason);
    }

    fn plan_lost(&mut self, record: &VmRecord, after: Box<VmFields>, kind: ChangeKind, reason: Option<Reason>) {
        let write = if after == record.fields {
            FieldChanges::new()
        } else {
            build_write(record, &after)
        };
        let source_index = configured_owners(record, self.input.sources).first().copied();
        let source = source_index.map_or_else(
            || former_owner(record).to_owned(),
            |index| self.input.sources[index].name.clone(),
        );
        let change = Change {
            kinds: BTreeSet::from([kind]),
            target: target_of(record),
            source,
            source_index,
            before: Some(record.fields.clone()),
            after,
            write,
            held: FieldChanges::new(),
            withheld: None,
            reason,
            adopts: false,
        };
        self.plan.changes.push(change);
    }

    fn finish(mut self) -> Plan {
        let unowned = self.unowned.into_iter().map(|(source, vms)| Unowned { source, vms });
        self.plan.unowned = unowned.collect();
        self.plan.warnings = warnings::find_warnings(self.input, self.listed, self.matches);
        self.plan.seen.values_mut().for_each(|ids| ids.sort());
        let key = |change: &Change| {
            let none = change.kinds.is_empty();
            (
                none,
                change.kind(),
                change.after.name.clone(),
                change.source.clone(),
                change.target.clone(),
                change.after.instance_uuid.clone(),
            )
        };
        self.plan.changes.sort_by_cached_key(key);
        self.plan
    }
}

/// A VM can vanish again before its sessions were brought to its return, as when a pass is killed or Redis is down:
/// their entries are still those of the period before.
fn keep_last_period(fields: &mut VmFields) {
    let (Some(name), Some(since)) = (&fields.last_orphan_name, &fields.last_orphan_since) else {
        return;
    };
    let (name, since) = (name.clone(), since.clone());
    let periods = &mut fields.former_orphan_periods;
    periods.push(OrphanPeriod { name, since });
    periods.drain(..periods.len().saturating_sub(FORMER_PERIODS));
}

fn target_of(record: &VmRecord) -> Target {
    Target::Existing {
        id: record.id.clone(),
        rev: record.rev,
    }
}

fn change_of(record: &VmRecord, after: Box<VmFields>, source: usize, view: &SourceView) -> Change {
    Change {
        target: target_of(record),
        before: Some(record.fields.clone()),
        adopts: record.is_foreign(),
        ..change_of_nothing(after, source, view)
    }
}

fn change_of_nothing(after: Box<VmFields>, source: usize, view: &SourceView) -> Change {
    Change {
        kinds: BTreeSet::new(),
        target: Target::Nothing,
        source: view.name.clone(),
        source_index: Some(source),
        before: None,
        after,
        write: FieldChanges::new(),
        held: FieldChanges::new(),
        withheld: None,
        reason: None,
        adopts: false,
    }
}

/// The name of an owner that is not configured.
fn former_owner(record: &VmRecord) -> &str {
    let fields = &record.fields;
    fields
        .sources
        .first()
        .map_or(&fields.esxi_host_addr, |owner| &owner.name)
}
