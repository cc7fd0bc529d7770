//! What listings, plan and outcomes mean for the report, and for what the next pass remembers of the sources.

use super::Pass;
use crate::config::Source;
use crate::exit::Condition;
use crate::inventory::SourceInventory;
use crate::plan::{Hearing, Plan};
use crate::report::{NOT_ASKED, Outcome, SourceCounts, SourceReport, SourceTimings, Unowned, VmCounts, wording};
use crate::run::collect::{Collected, Phases};
use crate::run::documents::Outcomes;
use crate::run::gather::{Gathered, milliseconds};
use crate::run::heard::{Written, lack_of, learned};
use crate::run::login::LoginResult;
use crate::run::objects::summarize_objects;
use crate::store::StoredSource;

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
        self.draft.conditions.extend(lack_of(&gathered.collected));
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
            counts: heard.inventory.as_deref().map_or_else(nothing_listed, counts_of),
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
        let Gathered {
            collected,
            views,
            loaded,
            now,
            ..
        } = gathered;
        learned(
            self.stage.config,
            &self.stage.order.aim,
            collected,
            views,
            &loaded.sources,
            written,
            now.instant,
        )
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
    SourceCounts::new(Some(inventory.vms.len()), count)
}

/// Readers of reports know the number of VMs as one that is always there.
fn nothing_listed() -> SourceCounts {
    SourceCounts::new(Some(0), |_| None)
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
