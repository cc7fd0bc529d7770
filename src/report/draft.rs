//! A report in the making.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, Unit};

use super::change::{Change, ChangeKind, Outcome};
use super::links::LinkReport;
use super::model::{
    NotificationCounts, Rename, Report, RunTimings, Schema, SessionCounts, SourceReport, Step, Unowned, differences,
    links,
};
use super::objects::{ObjectCounts, ObjectLine};
use super::status::VmCounts;
use crate::catalog::ObjectKind;
use crate::exit::{Condition, gravest};
use crate::plan::record::field;

/// What a run gathers on its way. A report can be made of it at any moment, so that a run that is stopped still says
/// what it did.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "see the fields of the same names in `Report`")]
pub struct Draft {
    pub run_id: String,
    pub command: String,
    pub dry_run: bool,
    pub started: Timestamp,
    pub conditions: BTreeSet<Condition>,
    pub sources: Vec<SourceReport>,
    pub changes: Vec<Change>,
    /// The kinds that the run is about, and how many objects of each are unchanged.
    pub objects: Option<BTreeMap<ObjectKind, usize>>,
    pub object_changes: Vec<ObjectLine>,
    pub links: Option<LinkReport>,
    pub timings: RunTimings,
    pub unchanged: usize,
    pub adopted: usize,
    pub excluded: usize,
    pub unowned: Vec<Unowned>,
    pub sessions: Step<SessionCounts>,
    pub notifications: Step<NotificationCounts>,
    pub warnings: Vec<String>,
    pub error: Option<String>,
    pub documents: Option<VmCounts>,
    pub another_ran: bool,
}

impl Draft {
    /// Of a run that has done nothing yet.
    pub fn new(run_id: impl Into<String>, command: impl Into<String>, dry_run: bool, started: Timestamp) -> Self {
        Self {
            run_id: run_id.into(),
            command: command.into(),
            dry_run,
            started,
            conditions: BTreeSet::new(),
            sources: Vec::new(),
            changes: Vec::new(),
            objects: None,
            object_changes: Vec::new(),
            links: None,
            timings: RunTimings::default(),
            unchanged: 0,
            adopted: 0,
            excluded: 0,
            unowned: Vec::new(),
            sessions: Step::NotReached,
            notifications: Step::NotReached,
            warnings: Vec::new(),
            error: None,
            documents: None,
            another_ran: false,
        }
    }

    /// Planned or withheld changes so far; for `diff --exit-code`.
    #[must_use]
    pub fn differences(&self) -> usize {
        differences(&self.changes, &self.object_changes, &self.sessions) + links(self.links.as_ref())
    }

    /// Sorts the changes and counts them.
    #[must_use]
    pub fn finish(mut self, finished: Timestamp) -> Report {
        self.changes.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        let tally = Tally {
            changes: &self.changes,
            dry_run: self.dry_run,
        };
        let conditions: Vec<_> = self.conditions.into_iter().collect();
        let exit_code = gravest(&conditions);
        Report {
            schema: Schema::Report1,
            run_id: self.run_id,
            command: self.command,
            ok: exit_code.is_success(),
            exit_code,
            conditions,
            dry_run: self.dry_run,
            started: in_milliseconds(self.started),
            finished: in_milliseconds(finished),
            sources: self.sources,
            added: tally.done(is_added),
            updated: tally.done(is_updated),
            orphaned: tally.done(is_orphaned),
            added_failures: tally.failed(is_added),
            updated_failures: tally.failed(is_updated),
            orphaned_failures: tally.failed(is_orphaned),
            reactivated: tally.reactivated(),
            renamed: tally.renamed(),
            moved: tally.done(|change| change.kinds.contains(&ChangeKind::Moved)),
            unchanged: self.unchanged,
            adopted: self.adopted,
            missing: tally.all(ChangeKind::Missing),
            unidentified: tally.all(ChangeKind::Unidentified),
            duplicates: tally.all(ChangeKind::Duplicate),
            withheld: tally.outcomes(Outcome::Withheld),
            excluded: self.excluded,
            unowned: self.unowned,
            sessions: self.sessions,
            notifications: self.notifications,
            changes: self.changes,
            objects: self
                .objects
                .map(|unchanged| ObjectCounts::count(&unchanged, &self.object_changes, self.dry_run)),
            object_changes: self.object_changes,
            links: self.links,
            timings: self.timings,
            warnings: self.warnings,
            error: self.error,
            documents: self.documents,
            another_ran: self.another_ran,
        }
    }
}

/// The same data gives the same order, whichever source was faster.
fn sort_key(change: &Change) -> impl Ord + use<'_> {
    (
        change.kind,
        &change.name,
        &change.uuid,
        &change.instance_uuid,
        &change.source,
        change.outcome,
    )
}

/// Finer fractions only make the report harder to read.
fn in_milliseconds(time: Timestamp) -> Timestamp {
    time.round(Unit::Millisecond).unwrap_or(time)
}

fn is_added(change: &Change) -> bool {
    change.kinds.contains(&ChangeKind::Added)
}

fn is_orphaned(change: &Change) -> bool {
    change.kinds.contains(&ChangeKind::Orphaned)
}

fn is_updated(change: &Change) -> bool {
    use ChangeKind::{Moved, Reactivated, Renamed, Updated};
    let changed = [Reactivated, Moved, Renamed, Updated]
        .iter()
        .any(|kind| change.kinds.contains(kind));
    changed && !is_added(change) && !is_orphaned(change)
}

struct Tally<'a> {
    changes: &'a [Change],
    dry_run: bool,
}

impl Tally<'_> {
    /// Durable, or, in a dry run, planned.
    fn counts(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Applied => true,
            Outcome::Planned => self.dry_run,
            Outcome::Withheld | Outcome::Contended | Outcome::Failed | Outcome::Unknown => false,
        }
    }

    fn done(&self, is_kind: impl Fn(&Change) -> bool) -> usize {
        let done = |change: &&Change| is_kind(change) && self.counts(change.others.unwrap_or(change.outcome));
        self.changes.iter().filter(done).count()
    }

    fn failed(&self, is_kind: impl Fn(&Change) -> bool) -> usize {
        let failed = |change: &&Change| is_kind(change) && is_failure(change.others.unwrap_or(change.outcome));
        self.changes.iter().filter(failed).count()
    }

    fn all(&self, kind: ChangeKind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kinds.contains(&kind))
            .count()
    }

    fn outcomes(&self, outcome: Outcome) -> usize {
        self.changes.iter().filter(|change| change.outcome == outcome).count()
    }

    fn reactivated(&self) -> Vec<String> {
        let is_one = |change: &&Change| change.kinds.contains(&ChangeKind::Reactivated) && self.counts(change.outcome);
        self.changes
            .iter()
            .filter(is_one)
            .map(|change| change.name.clone())
            .collect()
    }

    fn renamed(&self) -> Vec<Rename> {
        let is_one = |change: &&Change| change.kinds.contains(&ChangeKind::Renamed) && self.counts(change.outcome);
        self.changes.iter().filter(is_one).filter_map(rename_of).collect()
    }
}

/// Tried, and not known to be durable.
const fn is_failure(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Contended | Outcome::Failed | Outcome::Unknown => true,
        Outcome::Applied | Outcome::Planned | Outcome::Withheld => false,
    }
}

/// Old and new name, if the change says so.
pub(super) fn rename_of(change: &Change) -> Option<Rename> {
    let fields = change.fields.to_map();
    let name = fields.get(field::NAME)?;
    let (old, new) = (name.before.as_str()?, name.after.as_str()?);
    Some(Rename {
        old_name: old.to_owned(),
        new_name: new.to_owned(),
    })
}
