//! Links from the portal's hardware records to the hosts. The records are the portal's: what goes wrong with them keeps
//! nothing else from being done.

use super::Pass;
use crate::catalog::ObjectKind;
use crate::config::LinkConfig;
use crate::exit::Condition;
use crate::failpoint::failpoint;
use crate::links::{LinkPlan, plan_links};
use crate::report::{LinkLine, LinkReport, Outcome, wording};
use crate::run::gather::Gathered;
use crate::store::{Store, StoreError};

impl Pass<'_> {
    /// Sets the links. One whose record changed meanwhile is left to the next pass.
    pub(super) async fn link_hardware(&mut self, store: &dyn Store, epoch: i64, gathered: &Gathered) {
        let Some((config, plan)) = self.find_links(store, gathered).await else {
            return;
        };
        failpoint!("links.before");
        let set = store.link_hardware(config, epoch, &plan.links).await;
        failpoint!("links.after");
        let outcomes = match set {
            Ok(set) => set.into_iter().map(outcome).collect(),
            Err(error) => {
                self.fail(&error);
                vec![Outcome::Unknown; plan.links.len()]
            }
        };
        if outcomes.contains(&Outcome::Contended) {
            self.draft.conditions.insert(Condition::SourceFailed);
        }
        self.draft.links = Some(tell(&plan, outcomes));
    }

    /// What would be linked; nothing is written.
    pub(super) async fn plan_links(&mut self, store: &dyn Store, gathered: &Gathered) {
        if let Some((_, plan)) = self.find_links(store, gathered).await {
            let outcomes = vec![Outcome::Planned; plan.links.len()];
            self.draft.links = Some(tell(&plan, outcomes));
        }
    }

    /// None if that is not configured, if this pass is not about hosts, or if the records cannot be read.
    async fn find_links<'b>(&mut self, store: &dyn Store, gathered: &'b Gathered) -> Option<(&'b LinkConfig, LinkPlan)>
    where
        Self: 'b,
    {
        let config = self.stage.config.host_links.as_ref()?;
        let kinds = &gathered.objects.as_ref()?.unchanged;
        if !kinds.contains_key(&ObjectKind::Host) {
            return None;
        }
        match read_and_plan(store, config, gathered).await {
            Ok(plan) => {
                self.draft
                    .warnings
                    .extend(plan.problems.iter().map(wording::link_problem));
                Some((config, plan))
            }
            Err(error) => {
                self.applying = true;
                self.fail(&error);
                None
            }
        }
    }
}

async fn read_and_plan(store: &dyn Store, config: &LinkConfig, gathered: &Gathered) -> Result<LinkPlan, StoreError> {
    let mut serials: Vec<String> = gathered.hosts.iter().map(|host| host.serial.clone()).collect();
    serials.sort();
    serials.dedup();
    let records = store.load_hardware(config, &serials).await?;
    Ok(plan_links(&gathered.hosts, &records))
}

const fn outcome(is_set: bool) -> Outcome {
    if is_set { Outcome::Applied } else { Outcome::Contended }
}

fn tell(plan: &LinkPlan, outcomes: Vec<Outcome>) -> LinkReport {
    let lines = plan.links.iter().zip(outcomes).map(|(link, outcome)| LinkLine {
        host: link.host.clone(),
        serial: link.serial.clone(),
        outcome,
    });
    LinkReport {
        changes: lines.collect(),
        unchanged: plan.unchanged,
        refused: plan.problems.len(),
    }
}
