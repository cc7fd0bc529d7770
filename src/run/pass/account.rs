//! What listings, plan and outcomes mean for the report, and for what the next pass remembers of the sources.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Pass, heard_nothing};
use crate::catalog::{Kind, ObjectKind};
use crate::config::Source;
use crate::exit::Condition;
use crate::inventory::SourceInventory;
use crate::plan::{Hearing, Plan, SourceView};
use crate::report::{NOT_ASKED, Outcome, SourceCounts, SourceReport, SourceTimings, Unowned, VmCounts, wording};
use crate::run::Aim;
use crate::run::collect::{Collected, Phases};
use crate::run::documents::Outcomes;
use crate::run::gather::{Gathered, kinds, milliseconds};
use crate::run::login::{LoginResult, remember_login};
use crate::run::objects::summarize_objects;
use crate::run::views::recall;
use crate::store::StoredSource;
use crate::vsphere::FailureKind;

/// What of the listings stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// They were not written, or not to the end.
    Nothing,
    /// All that the pass is about.
    All,
}

impl Pass<'_> {
    pub(super) fn note_outcomes(&mut self, outcomes: &Outcomes) {
        for (outcome, _) in outcomes.values() {
            match outcome {
                Outcome::Contended => self.draft.conditions.insert(Condition::SourceFailed),
                Outcome::Failed | Outcome::Unknown => self.draft.conditions.insert(Condition::StoreFailed),
                Outcome::Applied | Outcome::Planned | Outcome::Withheld => false,
            };
        }
    }

    /// What the listings and the plan say for themselves.
    pub(super) fn note(&mut self, gathered: &Gathered) {
        let plan = &gathered.plan;
        self.draft.sources = self.source_reports(&gathered.collected);
        self.draft.timings = gathered.timings;
        if self.stage.order.aim.has_vms() {
            self.draft.documents = Some(VmCounts::of(&gathered.loaded.records));
        }
        if let Some(objects) = &gathered.objects {
            let lines = summarize_objects(objects).into_iter();
            self.draft.object_changes = lines.map(|(_, line)| line).collect();
            self.draft.objects = Some(objects.unchanged.clone());
        }
        self.draft.unchanged = plan.unchanged;
        self.draft.adopted = plan.changes.iter().filter(|change| change.adopts).count();
        self.draft.excluded = plan.excluded;
        self.draft.unowned = plan
            .unowned
            .iter()
            .map(|gone| Unowned {
                source: gone.source.clone(),
                vms: gone.vms,
            })
            .collect();
        let unreadable = gathered.loaded.unreadable.iter();
        self.draft.warnings.extend(
            unreadable.map(|document| format!("the document {} is left alone: {}", document.id.0, document.reason)),
        );
        self.draft
            .warnings
            .extend(gathered.strange.iter().map(|(kind, document)| {
                let (kind, id, reason) = (kind.singular(), &document.id.0, &document.reason);
                format!("the {kind} {id} in the store is left alone: {reason}")
            }));
        self.draft.warnings.extend(plan.warnings.iter().map(wording::warning));
        for (source, collected) in self.stage.config.sources.iter().zip(&gathered.collected) {
            self.draft
                .warnings
                .extend(collected.warnings.iter().map(|text| format!("{}: {text}", source.name)));
        }
        self.note_conditions(gathered);
    }

    fn note_conditions(&mut self, gathered: &Gathered) {
        let asked = || gathered.collected.iter().filter(|collected| collected.asked);
        let plan = &gathered.plan;
        let objects = gathered.objects.iter().flat_map(|objects| &objects.changes);
        let held_objects = objects.filter(|change| change.withheld.is_some()).count();
        if held_objects > 0 || plan.changes.iter().any(|change| change.withheld.is_some()) {
            self.draft.conditions.insert(Condition::Withheld);
        }
        if !plan.unknown_ids.is_empty() {
            let ids = plan.unknown_ids.join(", ");
            self.draft
                .warnings
                .push(format!("no VM and no document is called, or has the UUID: {ids}"));
            if gathered.views.iter().all(|view| view.hearing == Hearing::Complete) {
                self.draft.conditions.insert(Condition::UnknownId);
            }
        }
        if heard_nothing(&gathered.collected) {
            let kind = |collected: &Collected| collected.failure;
            let closed = |kind| matches!(kind, Some(FailureKind::Login | FailureKind::Certificate));
            let all_closed = asked().map(kind).all(closed);
            let condition = if all_closed {
                Condition::LoginRefused
            } else {
                Condition::Unreachable
            };
            self.draft.conditions.insert(condition);
        } else if asked().any(|collected| !collected.complete) {
            self.draft.conditions.insert(Condition::SourceFailed);
        }
    }

    fn source_reports(&self, collected: &[Collected]) -> Vec<SourceReport> {
        let report = |(source, heard): (&Source, &Collected)| SourceReport {
            name: source.name.clone(),
            kind: heard
                .inventory
                .as_ref()
                .map_or_else(|| source.kind(), |inventory| inventory.kind),
            reachable: heard.inventory.is_some(),
            complete: heard.complete,
            counts: heard.inventory.as_deref().map_or_else(SourceCounts::default, counts_of),
            soap_calls: usize::try_from(heard.soap_calls).unwrap_or(usize::MAX),
            bytes: heard.bytes,
            fetch_ms: heard.fetch_ms,
            timings: timings_of(heard.phases),
            items: heard
                .inventory
                .as_ref()
                .map_or_else(Vec::new, |inventory| inventory.errors.clone()),
            error: heard
                .error
                .clone()
                .or_else(|| (!heard.asked).then(|| NOT_ASKED.to_owned())),
        };
        self.stage.config.sources.iter().zip(collected).map(report).collect()
    }

    /// What the next pass will remember of the sources that were asked.
    pub(super) fn sources_to_save(&self, gathered: &Gathered, written: Written) -> Vec<StoredSource> {
        let asked = self
            .stage
            .config
            .sources
            .iter()
            .zip(&gathered.collected)
            .zip(&gathered.views);
        let save = |((source, heard), view): ((&Source, &Collected), &SourceView)| {
            let before = recall(source, &self.stage.config.sources, &gathered.loaded.sources);
            // A listing that was cut has not shown what the rights it was made under hide: the next whole one is still to
            // be doubted.
            let whole = heard.inventory.as_ref().filter(|_| heard.complete || heard.doubted);
            let roles = whole.map(|inventory| inventory.root_roles.clone());
            StoredSource {
                name: source.name.clone(),
                host: source.host.clone(),
                id: view.id.clone(),
                kind: view.kind.unwrap_or_else(|| source.kind()),
                last_complete: if heard.complete && self.stage.order.aim.has_vms() {
                    Some(gathered.now.instant)
                } else {
                    before.and_then(|before| before.last_complete)
                },
                last_error: heard.error.clone(),
                root_roles: roles
                    .filter(|roles| !roles.is_empty())
                    .or_else(|| before.map(|before| before.root_roles.clone()))
                    .unwrap_or_default(),
                login_pause: remember_login(
                    before.and_then(|before| before.login_pause.as_ref()),
                    source,
                    heard.login,
                    gathered.now.instant,
                    &Uuid::new_v4().to_string(),
                ),
                listed: Some(self.listed(before, heard.complete && written == Written::All, gathered.now.instant)),
            }
        };
        asked.filter(|((_, heard), _)| heard.asked).map(save).collect()
    }

    /// From when what is stored of each kind is. `sync vms` writes the VMs with its ids only, which makes no others newer.
    fn listed(&self, before: Option<&StoredSource>, is_stored: bool, now: Timestamp) -> BTreeMap<String, Timestamp> {
        let mut listed = before.map(known_listings).unwrap_or_default();
        if !is_stored {
            return listed;
        }
        let order = self.stage.order;
        let vms = (order.aim == Aim::Everything).then_some(Kind::Vm);
        let objects = kinds(order, self.stage.config).into_iter().map(Kind::Object);
        listed.extend(
            vms.into_iter()
                .chain(objects)
                .map(|kind| (kind.plural().to_owned(), now)),
        );
        listed
    }

    /// A refused login must not be forgotten because something fails later.
    pub(super) fn refused_sources(&self, gathered: &Gathered) -> Vec<StoredSource> {
        let refused = |heard: &Collected| heard.login == LoginResult::Refused;
        let sources = self.stage.config.sources.iter().zip(&gathered.collected);
        let names: Vec<&str> = sources
            .filter(|(_, heard)| refused(heard))
            .map(|(source, _)| source.name.as_str())
            .collect();
        let mut saved = self.sources_to_save(gathered, Written::Nothing);
        saved.retain(|source| names.contains(&source.name.as_str()));
        saved
    }
}

/// A vmsync that noted nothing of kinds has stored VMs at least.
fn known_listings(before: &StoredSource) -> BTreeMap<String, Timestamp> {
    let of_old = || {
        let vms = before.listed_at(Kind::Vm);
        vms.into_iter().map(|at| (Kind::Vm.plural().to_owned(), at)).collect()
    };
    before.listed.clone().unwrap_or_else(of_old)
}

fn timings_of(phases: Phases) -> SourceTimings {
    SourceTimings {
        connect_ms: milliseconds(phases.connect),
        login_ms: milliseconds(phases.login),
        fetch_ms: milliseconds(phases.fetch),
        parse_ms: milliseconds(phases.parse),
        resolve_ms: milliseconds(phases.resolve),
    }
}

fn counts_of(inventory: &SourceInventory) -> SourceCounts {
    let count = |kind| {
        let of_kind = inventory.objects.iter().filter(|object| object.kind == kind);
        inventory.listed.contains(&kind).then(|| of_kind.count())
    };
    SourceCounts {
        vms: inventory.vms.len(),
        hosts: count(ObjectKind::Host),
        clusters: count(ObjectKind::Cluster),
        datastores: count(ObjectKind::Datastore),
        networks: count(ObjectKind::Network),
        switches: count(ObjectKind::Switch),
        alarms: count(ObjectKind::Alarm),
    }
}

/// Documents of the Python service that were taken over.
pub(super) fn count_adopted(plan: &Plan, outcomes: &Outcomes) -> usize {
    let is_applied = |index: usize| {
        outcomes
            .get(&index)
            .is_some_and(|(outcome, _)| *outcome == Outcome::Applied)
    };
    let adopted = plan.changes.iter().enumerate().filter(|(_, change)| change.adopts);
    adopted.filter(|(index, _)| is_applied(*index)).count()
}
