//! Everything before the first write: listings and documents in, plan out.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::collect::{Collected, Questions, collect, log_out, look_again};
use super::login::check_pause;
use super::stop::Stop;
use super::views::{build_views, recall};
use super::{Aim, Order};
use crate::catalog::ObjectKind;
use crate::config::Config;
use crate::inventory::SourceInventory;
use crate::links::{HostSerial, host_serials};
use crate::plan::journal::Audience;
use crate::plan::objects::{ObjectInput, ObjectPlan, build_object_plan};
use crate::plan::record::{LOCAL_TIME, UnreadableDocument, VmRecord};
use crate::plan::{
    Change, ChangeKind, Input, Look, Now, Plan, SourceView, build_listed, build_plan, present_documents,
};
use crate::progress::Progress;
use crate::report::RunTimings;
use crate::store::{Loaded, LoadedObjects, LoginPause, Store, StoreError, StoredSource};

/// How long a reading is waited for once the run is stopped.
const STORE_PATIENCE: Duration = Duration::from_millis(500);

/// What a pass knows before it writes.
pub struct Gathered {
    /// One for each configured source.
    pub collected: Vec<Collected>,
    /// The same as the plan saw them.
    pub views: Vec<SourceView>,
    /// The documents and what is remembered.
    pub loaded: Loaded,
    /// What is to be done.
    pub plan: Plan,
    /// The stored objects that others have changed beyond recognition.
    pub strange: Vec<(ObjectKind, UnreadableDocument)>,
    /// What is to be done with the other objects; none if the pass is not about any.
    pub objects: Option<ObjectPlan>,
    /// The hosts that hardware records may be linked to; none unless that is configured.
    pub hosts: Vec<HostSerial>,
    /// How long it took to load and to plan.
    pub timings: RunTimings,
    /// The moment of the plan.
    pub now: Now,
}

impl Gathered {
    /// What was listed lies in the plan by now: its memory is for writing. What is remembered of a source stays.
    pub fn forget_listings(&mut self) {
        for view in &mut self.views {
            view.inventory = None;
        }
        for inventory in self.collected.iter_mut().filter_map(|heard| heard.inventory.as_mut()) {
            inventory.vms = Vec::new();
            inventory.objects = Vec::new();
        }
    }
}

/// What runs while it gathers.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// What was asked for.
    pub order: &'a Order,
    /// The configuration.
    pub config: &'a Config,
    /// For people who watch.
    pub progress: &'a Progress,
    /// When to end.
    pub stop: &'a Stop,
    /// Called once it has the lease: from here on the pass is under way.
    pub began: &'a (dyn Fn() + Sync),
}

/// Who has to learn of renames.
#[must_use]
pub const fn audience(config: &Config) -> Audience {
    Audience {
        sessions: config.redis.is_some(),
        group: config.endpoints.vm_group.is_some(),
        auth: config.endpoints.auth.is_some(),
    }
}

impl Stage<'_> {
    /// Lists all sources, loads the documents meanwhile, and plans. Before a plan that orphans is believed, its
    /// candidates are looked for once more on every source. All sessions on sources have ended when it returns.
    ///
    /// # Errors
    /// The documents cannot be loaded.
    pub async fn gather(self, store: &dyn Store, epoch: Option<i64>) -> Result<Gathered, StoreError> {
        let Self {
            config, progress, stop, ..
        } = self;
        let remembered = store.load_sources().await?;
        let (mut collected, loaded) = tokio::join!(self.ask(&remembered), load_until_stopped(store, self, stop));
        let (loaded, objects, load_ms) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                log_out(&mut collected).await;
                return Err(error);
            }
        };
        let views = build_views(config, &mut collected, &loaded.sources);
        let now = self.now();
        let epoch = epoch.unwrap_or(loaded.epoch + 1);
        let begun = Instant::now();
        let mut plan = self.plan(&loaded.records, &views, &now, epoch, None);
        let object_plan = self.plan_objects(&objects, &views, &now);
        let mut hosts = Vec::new();
        if let (Some(_), Some(object_plan)) = (&config.host_links, &object_plan) {
            hosts = host_serials(&objects.records, &views, object_plan);
        }
        let mut plan_ms = milliseconds(begun.elapsed());
        if has_orphans(&plan) && stop.reason().is_none() {
            progress.phase("looking again for VMs that are not listed");
            let inventories = look_again(&mut collected, &config.timing, stop).await;
            let begun = Instant::now();
            let look = judge_look(&loaded.records, &views, inventories);
            plan = self.plan(&loaded.records, &views, &now, epoch, Some(look));
            plan_ms += milliseconds(begun.elapsed());
        }
        log_out(&mut collected).await;
        let (documents, changes) = (loaded.records.len(), plan.changes.len());
        tracing::info!(documents, changes, "planned");
        Ok(Gathered {
            collected,
            views,
            loaded,
            plan,
            strange: objects.unreadable,
            objects: object_plan,
            hosts,
            timings: RunTimings {
                load_ms,
                plan_ms,
                ..RunTimings::default()
            },
            now,
        })
    }

    /// Lists all sources but those whose login is known to be refused. The sessions stay open until [`log_out`].
    pub(super) async fn ask(self, remembered: &[StoredSource]) -> Vec<Collected> {
        let questions = Questions {
            sources: &self.config.sources,
            asked: self.order.asked.as_ref(),
            pauses: &self.pauses(remembered),
            choice: &self.config.inventory,
        };
        collect(questions, &self.config.timing, self.progress, self.stop).await
    }

    pub(super) fn plan(
        self,
        existing: &[VmRecord],
        views: &[SourceView],
        now: &Now,
        epoch: i64,
        look: Option<Look>,
    ) -> Plan {
        if self.order.aim.has_vms() {
            build_plan(&self.input(existing, views, now, epoch, look))
        } else {
            Plan::default()
        }
    }

    pub(super) fn plan_objects(self, stored: &LoadedObjects, views: &[SourceView], now: &Now) -> Option<ObjectPlan> {
        let kinds = kinds(&self.order.aim, self.config);
        let input = ObjectInput {
            existing: &stored.records,
            unreadable: &stored.unreadable,
            sources: views,
            now,
            kinds: &kinds,
            retired: &self.order.retired,
            allowances: &self.order.allowances,
        };
        (!kinds.is_empty()).then(|| build_object_plan(&input))
    }

    /// For each source, whether its login is known to be refused.
    fn pauses(self, remembered: &[StoredSource]) -> Vec<Option<LoginPause>> {
        let now = Timestamp::now();
        let pause = |source| {
            check_pause(
                recall(source, &self.config.sources, remembered)?.login_pause.as_ref(),
                source,
                now,
            )
        };
        self.config.sources.iter().map(pause).collect()
    }

    pub(super) fn now(self) -> Now {
        let instant = Timestamp::now();
        let local = instant
            .to_zoned(self.config.timezone.clone())
            .strftime(LOCAL_TIME)
            .to_string();
        Now { instant, local }
    }

    fn input<'b>(
        self,
        existing: &'b [VmRecord],
        sources: &'b [SourceView],
        now: &Now,
        epoch: i64,
        look: Option<Look>,
    ) -> Input<'b>
    where
        Self: 'b,
    {
        Input {
            existing,
            sources,
            now: now.clone(),
            epoch,
            audience: audience(self.config),
            retired: &self.order.retired,
            allowances: &self.order.allowances,
            only: self.order.aim.ids(),
            look,
        }
    }
}

/// A store that hangs must not keep the sessions on the sources from being ended.
async fn load_until_stopped(
    store: &dyn Store,
    stage: Stage<'_>,
    stop: &Stop,
) -> Result<(Loaded, LoadedObjects, u64), StoreError> {
    tokio::select! {
        loaded = load(store, stage) => loaded,
        () = stop.stopped_for(STORE_PATIENCE) => Err(StoreError::Unreachable {
            address: store.address(),
            reason: "it had not answered when the run was stopped".to_owned(),
        }),
    }
}

/// What the order is about, and how long that took.
async fn load(store: &dyn Store, stage: Stage<'_>) -> Result<(Loaded, LoadedObjects, u64), StoreError> {
    let begun = Instant::now();
    let kinds: Vec<ObjectKind> = kinds(&stage.order.aim, stage.config).into_iter().collect();
    let documents = async {
        if stage.order.aim.has_vms() {
            return store.load().await;
        }
        let sources = store.load_sources().await?;
        Ok(Loaded {
            sources,
            ..Loaded::default()
        })
    };
    let objects = async {
        if kinds.is_empty() {
            Ok(LoadedObjects::default())
        } else {
            store.load_objects(&kinds).await
        }
    };
    let (documents, objects) = tokio::try_join!(documents, objects)?;
    Ok((documents, objects, milliseconds(begun.elapsed())))
}

/// The kinds of objects that the pass is about: those that the configuration leaves out stay as they are stored.
pub fn kinds(aim: &Aim, config: &Config) -> BTreeSet<ObjectKind> {
    let mut kinds = aim.kinds();
    kinds.retain(|kind| config.inventory.has(*kind));
    kinds
}

/// Whole ones.
pub fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn has_orphans(plan: &Plan) -> bool {
    let is_orphaned = |change: &Change| change.kinds.contains(&ChangeKind::Orphaned) && change.is_written();
    plan.changes.iter().any(is_orphaned)
}

/// Every document is looked for, not the candidates alone: what a listing speaks of may be explained by another.
fn judge_look(records: &[VmRecord], views: &[SourceView], inventories: Vec<Option<SourceInventory>>) -> Look {
    let complete = inventories.iter().all(Option::is_some);
    let seen_again = |(view, inventory): (&SourceView, Option<SourceInventory>)| SourceView {
        inventory: inventory.map(Into::into),
        ..view.clone()
    };
    let views: Vec<SourceView> = views.iter().zip(inventories).map(seen_again).collect();
    let found = present_documents(records, &views, &build_listed(&views));
    Look { complete, found }
}
