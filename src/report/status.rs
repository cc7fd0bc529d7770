//! What `status` says: `vmsync.status/1`.

use jiff::Timestamp;
use serde::Serialize;

use crate::plan::record::VmRecord;
use crate::store::{Holder, Loaded, PassRecord, StoredSource};

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
}

impl StatusReport {
    /// From what the store holds; `passes` newest first, as [`crate::store::Store::load_passes`] gives them.
    #[must_use]
    pub fn new(loaded: &Loaded, running: Option<&Holder>, passes: &[PassRecord], pending_notifications: usize) -> Self {
        let mut sources: Vec<SourceStatus> = loaded.sources.iter().map(SourceStatus::from).collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            schema: StatusSchema::Status1,
            running: running.map(RunningPass::from),
            last_pass: passes.first().map(LastPass::from),
            last_success: passes.iter().find(|pass| pass.full_success).map(|pass| pass.finished),
            vms: VmCounts::of(&loaded.records),
            pending_notifications,
            sources,
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

impl From<&StoredSource> for SourceStatus {
    fn from(source: &StoredSource) -> Self {
        Self {
            name: source.name.clone(),
            last_complete: source.last_complete,
            last_error: source.last_error.clone(),
        }
    }
}
