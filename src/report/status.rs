//! What `status` says: `vmsync.status/1`.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::model::SourceCounts;
use super::orphans::OrphanAges;
use crate::catalog::Kind;
use crate::notify::Undelivered;
use crate::plan::record::VmRecord;
use crate::store::{Holder, Loaded, ObjectCount, PassRecord, StoredSource};

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StatusSchema {
    /// The only one so far.
    #[serde(rename = "vmsync.status/1")]
    Status1,
}

/// The state of the whole, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    /// Always the same.
    pub schema: StatusSchema,
    /// The run that holds the lease.
    pub running: Option<RunningPass>,
    /// The run that ended last.
    pub last_pass: Option<LastPass>,
    /// When a pass over all sources last ended with exit code 0.
    pub last_success: Option<Timestamp>,
    /// Documents.
    pub vms: VmCounts,
    /// Renames that services have still to be told of.
    pub pending_notifications: usize,
    /// By name.
    pub sources: Vec<SourceStatus>,
    /// Renames that a service refuses for good.
    pub rejected_notifications: usize,
    /// How long orphans have been gone.
    pub orphans: OrphanAges,
    /// The last passes, newest first; at most [`PASSES_SHOWN`].
    pub passes: Vec<LastPass>,
    /// Stored objects beside VMs, by the plural of their kind; kinds of which there are none are left out.
    pub objects: BTreeMap<&'static str, KindPresence>,
}

/// Stored objects of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct KindPresence {
    /// Listed when their source was last heard.
    pub present: usize,
    /// In a complete listing no more.
    pub gone: usize,
}

/// As many passes as `status` tells of.
pub const PASSES_SHOWN: usize = 10;

/// What the answer is made of.
#[derive(Debug, Clone, Copy)]
pub struct StatusFacts<'a> {
    /// What the store holds, with the sources of today's configuration.
    pub loaded: &'a Loaded,
    /// How many objects beside VMs it holds.
    pub objects: &'a [ObjectCount],
    /// Who holds the lease.
    pub running: Option<&'a Holder>,
    /// Newest first, as [`crate::store::Store::load_passes`] gives them.
    pub passes: &'a [PassRecord],
    /// When it is asked.
    pub now: Timestamp,
    /// Zone of the times in documents.
    pub timezone: &'a TimeZone,
    /// A source without a complete listing for longer than this is stale.
    pub stale_after: Duration,
}

/// A run at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct RunningPass {
    pub run_id: String,
    pub host: String,
    pub pid: u32,
    pub since: Timestamp,
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct LastPass {
    pub run_id: String,
    pub command: String,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub exit_code: u8,
}

/// Every document counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct VmCounts {
    /// Live, and listed when its owners were last heard.
    pub present: usize,
    /// Gone from every source.
    pub orphan: usize,
    /// Not listed by its owners, while other sources were not heard.
    pub missing: usize,
}

/// What is remembered of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct SourceStatus {
    pub name: String,
    pub last_complete: Option<Timestamp>,
    pub last_error: Option<String>,
    /// No complete listing for some passes.
    pub stale: bool,
    /// Its login was refused and is not tried before.
    pub login_paused_until: Option<Timestamp>,
    /// What is there of it, by the store.
    pub counts: SourceCounts,
}

impl StatusReport {
    /// From what the store holds.
    #[must_use]
    pub fn new(facts: &StatusFacts<'_>) -> Self {
        let StatusFacts { loaded, passes, .. } = *facts;
        let mut sources: Vec<SourceStatus> = loaded
            .sources
            .iter()
            .map(|source| SourceStatus::new(source, facts))
            .collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let undelivered = Undelivered::count(&loaded.records);
        Self {
            schema: StatusSchema::Status1,
            running: facts.running.map(RunningPass::from),
            last_pass: passes.first().map(LastPass::from),
            last_success: passes.iter().find(|pass| pass.full_success).map(|pass| pass.finished),
            vms: VmCounts::of(&loaded.records),
            pending_notifications: undelivered.pending,
            sources,
            rejected_notifications: undelivered.rejected,
            orphans: OrphanAges::of(&loaded.records, facts.now, facts.timezone),
            passes: passes.iter().take(PASSES_SHOWN).map(LastPass::from).collect(),
            objects: count_by_kind(facts.objects),
        }
    }
}

impl VmCounts {
    /// An orphan is never missing.
    #[must_use]
    pub fn of(records: &[VmRecord]) -> Self {
        let mut counts = Self::default();
        for VmRecord { fields, .. } in records {
            match (fields.orphan, &fields.missing_since) {
                (true, _) => counts.orphan += 1,
                (false, Some(_)) => counts.missing += 1,
                (false, None) => counts.present += 1,
            }
        }
        counts
    }
}

impl From<&Holder> for RunningPass {
    fn from(holder: &Holder) -> Self {
        Self {
            run_id: holder.run_id.clone(),
            host: holder.host.clone(),
            pid: holder.pid,
            since: holder.since,
        }
    }
}

impl From<&PassRecord> for LastPass {
    fn from(pass: &PassRecord) -> Self {
        Self {
            run_id: pass.run_id.clone(),
            command: pass.command.clone(),
            started: pass.started,
            finished: pass.finished,
            exit_code: pass.exit_code,
        }
    }
}

impl SourceStatus {
    fn new(source: &StoredSource, facts: &StatusFacts<'_>) -> Self {
        let is_fresh = |complete: Timestamp| age(complete, facts.now) <= facts.stale_after;
        let pause = source.login_pause.as_ref().map(|pause| pause.until);
        Self {
            name: source.name.clone(),
            last_complete: source.last_complete,
            last_error: source.last_error.clone(),
            stale: !source.last_complete.is_some_and(is_fresh),
            login_paused_until: pause.filter(|until| *until > facts.now),
            counts: count_of(source, facts),
        }
    }
}

fn count_by_kind(objects: &[ObjectCount]) -> BTreeMap<&'static str, KindPresence> {
    let mut counts: BTreeMap<&'static str, KindPresence> = BTreeMap::new();
    for count in objects {
        let of_kind = counts.entry(count.kind.plural()).or_default();
        let counter = if count.present {
            &mut of_kind.present
        } else {
            &mut of_kind.gone
        };
        *counter += count.objects;
    }
    counts
}

/// A VM counts for the source that supplies its facts. Of a kind that was never listed nothing is known, unless there are
/// some of it.
fn count_of(source: &StoredSource, facts: &StatusFacts<'_>) -> SourceCounts {
    let is_its = |record: &&VmRecord| {
        let owner = record.fields.sources.first();
        !record.fields.orphan && owner.is_some_and(|owner| *owner.name == *source.name)
    };
    let vms = facts.loaded.records.iter().filter(is_its).count();
    let are_known = source.listed_at(Kind::Vm).is_some() || vms > 0;
    SourceCounts::new(are_known.then_some(vms), |kind| {
        let listed = source.listed.as_ref();
        let is_listed = listed.is_some_and(|listed| listed.contains_key(kind.plural()));
        let of_kind = facts
            .objects
            .iter()
            .filter(|count| count.source == source.name && count.kind == kind);
        let present: usize = of_kind.filter(|count| count.present).map(|count| count.objects).sum();
        (is_listed || present > 0).then_some(present)
    })
}

/// Time since; zero if that is still to come, by another machine's clock.
pub(super) fn age(since: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(since)).unwrap_or_default()
}
