//! Listings and documents in, plan out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Change, ChangeKind, Plan, Reason, Target, Unowned, Warning};
use super::evidence::{Fate, check_absence};
use super::input::{Input, SourceView};
use super::listed::{Group, Listed, Seen, build_listed};
use super::matching::{Matches, match_documents};
use super::merge::{Sighters, choose_supplier, gauge_moved, is_moved, merge};
use super::owners::{Owner, owners_of};
use super::record::{FieldChanges, UNKNOWN, VmFields, VmRecord, diff_fields, field};
use super::{guard, history, scope};

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
        plan: Plan::default(),
        unowned: BTreeMap::new(),
    };
    draft.plan_listed();
    draft.plan_unidentified();
    draft.plan_absent();
    draft.warn();
    let mut plan = draft.finish();
    guard::withhold(&mut plan, input);
    scope::restrict(&mut plan, input, &listed);
    history::record(&mut plan, input);
    plan
}

struct Draft<'a> {
    input: &'a Input<'a>,
    listed: &'a Listed<'a>,
    matches: &'a Matches,
    plan: Plan,
    unowned: BTreeMap<String, usize>,
}

impl Draft<'_> {
    fn plan_listed(&mut self) {
        for (index, group) in self.listed.groups.iter().enumerate() {
            let record = self.matches.record_of[index].map(|record| &self.input.existing[record]);
            let sighters = choose_supplier(group, record, self.input.sources);
            let view = &self.input.sources[sighters.supplier.source];
            if is_excluded(&sighters.supplier, view) {
                self.plan.excluded += 1;
                continue;
            }
            match record {
                Some(record) => self.plan_known(record, &sighters, view),
                None => self.plan_new(group, &sighters, view),
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
        if !kinds.iter().any(|kind| *kind < ChangeKind::Missing) && !record.is_foreign() {
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

    fn plan_new(&mut self, group: &Group<'_>, sighters: &Sighters<'_>, view: &SourceView) {
        let sighting = sighters.supplier.sighting;
        let after = merge(None, sighters, self.input.sources);
        let blocked = if sighting.is_half_formed() {
            Some(Reason::NotConnected {
                state: sighting
                    .connection_state
                    .known()
                    .cloned()
                    .unwrap_or_else(|| UNKNOWN.into()),
            })
        } else if after.name.is_empty() {
            Some(Reason::NoUuid)
        } else {
            None
        };
        let duplicate = duplicate_reason(sighters, self.input.sources);
        let mut kinds = BTreeSet::from([if blocked.is_some() {
            ChangeKind::Unidentified
        } else {
            ChangeKind::Added
        }]);
        kinds.extend(duplicate.is_some().then_some(ChangeKind::Duplicate));
        let target = if blocked.is_some() {
            Target::Nothing
        } else {
            Target::New
        };
        let mut change = change_of_nothing(after, group.seen[0].source, view);
        change.source_index = Some(sighters.supplier.source);
        if change.after.name.is_empty() {
            sighting.label().clone_into(&mut change.after.name);
        }
        self.plan.changes.push(Change {
            kinds,
            target,
            reason: blocked.or(duplicate),
            ..change
        });
    }

    fn plan_unidentified(&mut self) {
        for seen in &self.listed.unidentified {
            let view = &self.input.sources[seen.source];
            if is_excluded(seen, view) {
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
            let change = change_of_nothing(after, seen.source, view);
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
            let is_listed = self.matches.group_of[index].is_some() || self.matches.is_protected(index);
            if is_listed || record.fields.orphan {
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
        if reason != Reason::FoundAgain && after.missing_since.is_none() {
            after.missing_since = Some(self.input.now.instant.to_string());
        }
        self.plan_lost(record, after, ChangeKind::Missing, Some(reason));
    }

    fn plan_orphan(&mut self, record: &VmRecord, reason: Option<Reason>) {
        let mut after = record.fields.clone();
        after.orphan = true;
        after.orphan_since = Some(self.input.now.local.clone());
        after.last_orphan_since = Some(self.input.now.local.clone());
        after.last_orphan_name = Some(after.name.clone());
        after.missing_since = None;
        self.plan_lost(record, after, ChangeKind::Orphaned, reason);
    }

    fn plan_lost(&mut self, record: &VmRecord, after: VmFields, kind: ChangeKind, reason: Option<Reason>) {
        let write = if after == record.fields {
            FieldChanges::new()
        } else {
            build_write(record, &after)
        };
        let (source, source_index) = last_owner(record, self.input.sources);
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

    fn warn(&mut self) {
        let mut by_uuid: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for group in &self.listed.groups {
            if let Some(uuid) = group.uuid() {
                by_uuid
                    .entry(uuid.as_str())
                    .or_default()
                    .push(group.seen[0].sighting.label().to_owned());
            }
        }
        for (uuid, mut names) in by_uuid.into_iter().filter(|(_, names)| names.len() > 1) {
            names.sort();
            self.plan.warnings.push(Warning::SharedUuid {
                uuid: uuid.to_owned(),
                names,
            });
        }
        for index in &self.matches.ambiguous {
            let fields = &self.input.existing[*index].fields;
            let (name, uuid) = (fields.name.clone(), fields.uuid.clone());
            self.plan.warnings.push(Warning::AmbiguousDocument { name, uuid });
        }
        self.warn_of_identities();
    }

    fn warn_of_identities(&mut self) {
        let mut claims: HashMap<&str, Vec<String>> = HashMap::new();
        for source in self
            .input
            .sources
            .iter()
            .filter(|source| source.id != source.claimed_id)
        {
            if let Some(claimed) = &source.claimed_id {
                claims.entry(claimed.as_str()).or_default().push(source.name.clone());
            }
        }
        let shared = claims.into_values().filter(|sources| sources.len() > 1);
        self.plan
            .warnings
            .extend(shared.map(|sources| Warning::SharedSourceIdentity { sources }));
    }

    fn finish(mut self) -> Plan {
        let unowned = self.unowned.into_iter().map(|(source, vms)| Unowned { source, vms });
        self.plan.unowned = unowned.collect();
        self.plan.warnings.sort();
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

fn target_of(record: &VmRecord) -> Target {
    Target::Existing {
        id: record.id.clone(),
        rev: record.rev,
    }
}

fn change_of(record: &VmRecord, after: VmFields, source: usize, view: &SourceView) -> Change {
    Change {
        target: target_of(record),
        before: Some(record.fields.clone()),
        adopts: record.is_foreign(),
        ..change_of_nothing(after, source, view)
    }
}

fn change_of_nothing(after: VmFields, source: usize, view: &SourceView) -> Change {
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

/// What has to be written; a gauge that hardly moved is no reason to write.
fn build_write(record: &VmRecord, after: &VmFields) -> FieldChanges {
    if !record.is_foreign() && *after == record.fields {
        return FieldChanges::new();
    }
    let write = diff_fields(&record.stored, after);
    let gauge_alone = write.len() == 1 && write.contains_key(field::UNCOMMITTED_BYTES);
    if gauge_alone && !gauge_moved(record.fields.uncommitted_bytes, after.uncommitted_bytes) {
        return FieldChanges::new();
    }
    write
}

fn kinds_of(
    record: &VmRecord,
    after: &VmFields,
    write: &FieldChanges,
    sighters: &Sighters<'_>,
    sources: &[SourceView],
) -> BTreeSet<ChangeKind> {
    let mut kinds = BTreeSet::new();
    kinds.extend(record.fields.orphan.then_some(ChangeKind::Reactivated));
    kinds.extend((record.fields.name != after.name).then_some(ChangeKind::Renamed));
    kinds.extend(is_moved(record, after, sighters, sources).then_some(ChangeKind::Moved));
    let differs = write
        .iter()
        .any(|(key, change)| is_visible(record, key, &change.before));
    kinds.extend(differs.then_some(ChangeKind::Updated));
    kinds
}

/// Whether a changed field is a difference: not vmsync's bookkeeping, nor a field that it adds for the first time.
#[must_use]
pub fn is_visible(record: &VmRecord, key: &str, before: &serde_json::Value) -> bool {
    let own = !field::SHARED.contains(&key);
    let first = own && before.is_null() && !record.stored.contains_key(key);
    !field::SILENT.contains(&key) && !first
}

fn duplicate_reason(sighters: &Sighters<'_>, sources: &[SourceView]) -> Option<Reason> {
    let others: BTreeSet<&str> = sighters
        .duplicates
        .iter()
        .map(|seen| sources[seen.source].name.as_str())
        .collect();
    (!others.is_empty()).then(|| Reason::AlsoListedBy {
        sources: others.into_iter().map(str::to_owned).collect(),
    })
}

fn is_excluded(seen: &Seen<'_>, view: &SourceView) -> bool {
    let matches = |globs: &[String], text: Option<&String>| {
        text.is_some_and(|text| globs.iter().any(|glob| wildmatch::WildMatch::new(glob).matches(text)))
    };
    let sighting = seen.sighting;
    matches(&view.exclude.names, sighting.name.known())
        || matches(&view.exclude.folders, sighting.folder_path.as_ref())
        || (view.exclude.templates && sighting.template.known() == Some(&true))
}

fn last_owner(record: &VmRecord, sources: &[SourceView]) -> (String, Option<usize>) {
    let configured = owners_of(record, sources).into_iter().find_map(|owner| match owner {
        Owner::Configured(index) => Some(index),
        Owner::Unclear | Owner::Gone => None,
    });
    let stored = || {
        record
            .fields
            .sources
            .first()
            .map_or(&record.fields.esxi_host_addr, |owner| &owner.name)
            .clone()
    };
    (
        configured.map_or_else(stored, |index| sources[index].name.clone()),
        configured,
    )
}
