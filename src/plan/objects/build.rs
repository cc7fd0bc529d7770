//! Stored objects and listings in, plan out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::change::{ObjectChange, ObjectEvent, ObjectPlan};
use super::diff::{diff_facts, is_event};
use super::record::{ObjectRecord, object_key};
use super::{field, guard};
use crate::catalog::ObjectKind;
use crate::inventory::{Object, Shared, SourceId};
use crate::plan::owners::{Owner, resolve_owner};
use crate::plan::record::{DocumentId, FieldChange, FieldChanges, Ownership, UnreadableDocument};
use crate::plan::{Allowance, Hearing, Now, SourceView};

/// Everything that a plan of objects depends on.
#[derive(Debug, Clone, Copy)]
pub struct ObjectInput<'a> {
    /// The stored objects.
    pub existing: &'a [ObjectRecord],
    /// What others left under keys that are listed is not touched.
    pub unreadable: &'a [(ObjectKind, UnreadableDocument)],
    /// The configured sources.
    pub sources: &'a [SourceView],
    /// When.
    pub now: &'a Now,
    /// What this pass is about.
    pub kinds: &'a BTreeSet<ObjectKind>,
    /// Names or ids of sources that are gone for good.
    pub retired: &'a [String],
    /// What the operator permits.
    pub allowances: &'a [Allowance],
}

/// Makes the plan. An object is known by its source and its reference there. It is gone once a complete listing of that
/// source, which asked for its kind, is without it; what another source says does not concern it. The same input always
/// makes the same plan, whatever its order.
#[must_use]
pub fn build_object_plan(input: &ObjectInput<'_>) -> ObjectPlan {
    let mut draft = Draft {
        input,
        time: input.now.to_the_second(),
        plan: ObjectPlan::default(),
        listed: HashSet::new(),
    };
    draft.plan.unchanged.extend(input.kinds.iter().map(|kind| (*kind, 0)));
    let is_first = |kind: &&ObjectKind| input.existing.iter().all(|record| record.kind != **kind);
    draft.plan.first = input.kinds.iter().filter(is_first).copied().collect();
    draft.plan_listed();
    draft.plan_absent();
    let mut plan = draft.plan;
    for ids in plan.seen.values_mut().flat_map(BTreeMap::values_mut) {
        ids.sort_unstable();
    }
    plan.changes.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    guard::withhold(&mut plan, input);
    plan
}

fn sort_key(change: &ObjectChange) -> impl Ord + use<'_> {
    (change.kind, change.event, &change.name, &change.id)
}

struct Draft<'a> {
    input: &'a ObjectInput<'a>,
    time: String,
    plan: ObjectPlan,
    /// Keys with their kind: an `AlarmState` could have the key of a host.
    listed: HashSet<(ObjectKind, DocumentId)>,
}

impl Draft<'_> {
    fn plan_listed(&mut self) {
        let input = self.input;
        let records = input.existing.iter().map(|record| ((record.kind, &record.id), record));
        let records: HashMap<(ObjectKind, &DocumentId), &ObjectRecord> = records.collect();
        let taken = input.unreadable.iter().map(|(kind, document)| (*kind, &document.id));
        let taken: HashSet<(ObjectKind, &DocumentId)> = taken.collect();
        for (index, view) in input.sources.iter().enumerate() {
            let (Some(inventory), Some(source_id)) = (&view.inventory, &view.id) else {
                continue;
            };
            let wanted = |object: &&Object| input.kinds.contains(&object.kind);
            for object in inventory.objects.iter().filter(wanted) {
                let id = object_key(source_id, &object.moref);
                if taken.contains(&(object.kind, &id)) || !self.listed.insert((object.kind, id.clone())) {
                    continue;
                }
                match records.get(&(object.kind, &id)) {
                    Some(record) => self.plan_known(record, object, index),
                    None => self.plan_new(id, object, source_id, index),
                }
            }
        }
    }

    fn plan_known(&mut self, record: &ObjectRecord, object: &Object, index: usize) {
        let view = &self.input.sources[index];
        let of_source = self.plan.seen.entry(view.name.clone()).or_default();
        of_source.entry(record.kind).or_default().push(record.id.clone());
        let mut write = diff_facts(record, object);
        let mut set = |name: &str, after: Value| {
            let before = record.stored.get(name).cloned().unwrap_or_default();
            if before != after {
                write.insert(name.to_owned(), FieldChange { before, after });
            }
        };
        set(field::SOURCE, view.name.clone().into());
        set(field::PRESENT, true.into());
        set(field::GONE_SINCE, Value::Null);
        let event = if record.present {
            is_event(record.kind, &write).then_some(ObjectEvent::Updated)
        } else {
            Some(ObjectEvent::Returned)
        };
        if event.is_none() {
            *self.plan.unchanged.entry(record.kind).or_default() += 1;
        }
        if !write.is_empty() {
            let label = name_of(object).unwrap_or_else(|| record.label()).to_owned();
            self.push(record, label, event, Some(index), write);
        }
    }

    fn push(
        &mut self,
        record: &ObjectRecord,
        name: String,
        event: Option<ObjectEvent>,
        source_index: Option<usize>,
        write: FieldChanges,
    ) {
        let configured = source_index.map(|index| &self.input.sources[index].name);
        self.plan.changes.push(ObjectChange {
            kind: record.kind,
            event,
            name,
            source: configured.unwrap_or(&record.source).clone(),
            source_index,
            moref: record.moref.clone(),
            id: record.id.clone(),
            rev: Some(record.rev),
            write,
            withheld: None,
        });
    }

    fn plan_new(&mut self, id: DocumentId, object: &Object, source_id: &SourceId, index: usize) {
        let view = &self.input.sources[index];
        let facts = object.facts.iter().filter(|(name, _)| is_fact(object.kind, name));
        let facts = facts.map(|(name, value)| (*name, value.clone()));
        let own: [(&str, Value); 7] = [
            (field::SOURCE, view.name.clone().into()),
            (field::SOURCE_ID, source_id.as_str().into()),
            (field::MOREF, object.moref.clone().into()),
            (field::PRESENT, true.into()),
            (field::FIRST_SEEN, self.time.clone().into()),
            (field::LAST_SEEN, self.time.clone().into()),
            (field::GONE_SINCE, Value::Null),
        ];
        let as_new = |(name, after): (&str, Value)| {
            let before = Value::Null;
            (name.to_owned(), FieldChange { before, after })
        };
        self.plan.changes.push(ObjectChange {
            kind: object.kind,
            event: Some(ObjectEvent::Added),
            name: name_of(object).unwrap_or(&object.moref).to_owned(),
            source: view.name.clone(),
            source_index: Some(index),
            moref: object.moref.clone(),
            id,
            rev: None,
            write: facts.chain(own).map(as_new).collect(),
            withheld: None,
        });
    }

    fn plan_absent(&mut self) {
        let input = self.input;
        let mut owners = Owners::default();
        for record in input.existing.iter().filter(|record| record.present) {
            let is_listed = self.listed.contains(&(record.kind, record.id.clone()));
            if is_listed || !input.kinds.contains(&record.kind) {
                continue;
            }
            let owner = owners.of(record, input.sources);
            let is_retired = owner == Owner::Gone && is_given_up(record, input.retired);
            let is_missed = owner
                .configured()
                .is_some_and(|index| is_evidence(&input.sources[index], record.kind));
            if is_retired || is_missed {
                let after = [
                    (field::PRESENT, false.into()),
                    (field::GONE_SINCE, self.time.clone().into()),
                ];
                let change = |(name, after): (&str, Value)| {
                    let before = record.stored.get(name).cloned().unwrap_or_default();
                    (name.to_owned(), FieldChange { before, after })
                };
                let write = after.into_iter().map(change).collect();
                let label = record.label().to_owned();
                self.push(record, label, Some(ObjectEvent::Gone), owner.configured(), write);
            }
        }
    }
}

/// Whether the operator gave up its source, by name or by id; objects know no address.
fn is_given_up(record: &ObjectRecord, retired: &[String]) -> bool {
    let labels = [record.source.as_str(), record.source_id.as_str()];
    let is_one = |gone: &String| labels.iter().any(|label| gone.eq_ignore_ascii_case(label));
    retired.iter().any(is_one)
}

/// Whether what the source does not list of this kind is not there.
fn is_evidence(view: &SourceView, kind: ObjectKind) -> bool {
    let listed = view.inventory.as_ref().map(|inventory| &inventory.listed);
    let is_whole = view.hearing == Hearing::Complete && view.id.is_some();
    is_whole && listed.is_some_and(|listed| listed.contains(&kind))
}

/// The sources of stored objects in terms of today's configuration, each looked up once.
#[derive(Default)]
pub(super) struct Owners<'a>(HashMap<(&'a SourceId, &'a str), Owner>);

impl<'a> Owners<'a> {
    pub(super) fn of(&mut self, record: &'a ObjectRecord, sources: &[SourceView]) -> Owner {
        let resolve = || {
            let (id, name) = (record.source_id.clone(), Shared::of(&record.source));
            let moref = String::new();
            resolve_owner(&Ownership { id, name, moref }, sources)
        };
        *self
            .0
            .entry((&record.source_id, record.source.as_str()))
            .or_insert_with(resolve)
    }
}

/// A field of the catalog that listings supply.
pub(super) fn is_fact(kind: ObjectKind, name: &str) -> bool {
    !field::OWN.contains(&name) && kind.fields().any(|field| field.name == name)
}

fn name_of(object: &Object) -> Option<&str> {
    object.facts.get(field::NAME).and_then(Value::as_str)
}
