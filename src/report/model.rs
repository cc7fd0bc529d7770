//! The report as programs read it: `vmsync.report/1`. Field names, order and types are a public interface; the schema is
//! published as `examples/report.schema.json`.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::change::Change;
use super::links::LinkReport;
use super::objects::{ObjectCounts, ObjectLine};
use super::status::VmCounts;
use crate::catalog::ObjectKind;
use crate::exit::{Condition, ExitCode, gravest};
use crate::inventory::{Problem, SourceKind};
pub use crate::sessions::SessionCounts;

/// Form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Schema {
    /// The only one so far.
    #[serde(rename = "vmsync.report/1")]
    Report1,
}

/// What a run did. Made by [`super::Draft::finish`], which computes every count from the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the interface's own names; contested meanings are explained"
)]
pub struct Report {
    pub schema: Schema,
    pub run_id: String,
    /// `sync all`, `sync vms`, `diff`.
    pub command: String,
    /// Exit code 0.
    pub ok: bool,
    /// That of the gravest condition.
    pub exit_code: ExitCode,
    /// All that held, the gravest first.
    pub conditions: Vec<Condition>,
    pub dry_run: bool,
    pub started: Timestamp,
    pub finished: Timestamp,
    /// In the order of the configuration.
    pub sources: Vec<SourceReport>,
    /// Here and below: what is durable, or, in a dry run, what would be.
    pub added: usize,
    /// Documents changed that were neither added nor orphaned.
    pub updated: usize,
    pub orphaned: usize,
    /// Tried, and not known to be durable.
    pub added_failures: usize,
    pub updated_failures: usize,
    pub orphaned_failures: usize,
    /// Names.
    pub reactivated: Vec<String>,
    pub renamed: Vec<Rename>,
    pub moved: usize,
    pub unchanged: usize,
    pub adopted: usize,
    pub missing: usize,
    pub unidentified: usize,
    /// Identities, not sightings.
    pub duplicates: usize,
    pub withheld: usize,
    pub excluded: usize,
    pub unowned: Vec<Unowned>,
    pub sessions: Step<SessionCounts>,
    pub notifications: Step<NotificationCounts>,
    /// By kind, then name.
    pub changes: Vec<Change>,
    /// The other objects by kind; null if the run was not about any, or did not come to know them.
    pub objects: Option<ObjectCounts>,
    /// By kind of object, then event, then name.
    pub object_changes: Vec<ObjectLine>,
    /// Hardware records; null unless they are configured and the run was about hosts.
    pub links: Option<LinkReport>,
    pub timings: RunTimings,
    pub warnings: Vec<String>,
    /// What ended the run early.
    pub error: Option<String>,
    /// The documents after the run, as far as it knows them. For the metrics; `status` has them as JSON.
    #[serde(skip)]
    pub documents: Option<VmCounts>,
    /// Another run had the lease until this one gave up or was stopped: it is for that one to tell how passes go.
    #[serde(skip)]
    pub another_ran: bool,
}

impl Report {
    /// What goes wrong after the run counts as well.
    pub fn fail(&mut self, condition: Condition, error: String) {
        let at = self.conditions.partition_point(|held| *held < condition);
        self.conditions.insert(at, condition);
        self.exit_code = gravest(&self.conditions);
        self.ok = self.exit_code.is_success();
        self.error.get_or_insert(error);
    }

    /// Changes of documents, objects and sessions that are planned or withheld.
    #[must_use]
    pub fn differences(&self) -> usize {
        differences(&self.changes, &self.object_changes, &self.sessions) + links(self.links.as_ref())
    }
}

/// See [`Report::differences`].
pub(super) fn differences(changes: &[Change], objects: &[ObjectLine], sessions: &Step<SessionCounts>) -> usize {
    let vms = changes.iter().filter(|change| change.is_difference()).count();
    let objects = objects.iter().filter(|line| line.is_difference()).count();
    vms + objects + sessions.done().map_or(0, |counts| counts.changed)
}

/// Links that are planned.
pub(super) fn links(links: Option<&LinkReport>) -> usize {
    links.map_or(0, LinkReport::differences)
}

/// The `error` of a source that `--source` left out.
pub const NOT_ASKED: &str = "not asked in this run";

/// How it went with one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// As configured.
    pub name: String,
    /// By the section of the configuration, or by the server's own word once it was heard.
    pub kind: SourceKind,
    /// It answered.
    pub reachable: bool,
    /// Its listing is evidence of absence.
    pub complete: bool,
    /// Objects listed.
    pub counts: SourceCounts,
    /// Requests sent, retries included.
    pub soap_calls: usize,
    /// Received in bodies.
    pub bytes: u64,
    /// From connecting to logout.
    pub fetch_ms: u64,
    /// The same, by phase.
    pub timings: SourceTimings,
    /// What is wrong with single objects of its listing; a bounded number.
    pub items: Vec<Problem>,
    /// Why it is not complete, with a `hint:` line where there is something to do.
    pub error: Option<String>,
}

/// Objects that one source listed, or has in the store. None, or null, where nobody asked for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct SourceCounts {
    pub vms: Option<usize>,
    pub hosts: Option<usize>,
    pub clusters: Option<usize>,
    pub datastores: Option<usize>,
    pub networks: Option<usize>,
    pub switches: Option<usize>,
    pub alarms: Option<usize>,
}

impl SourceCounts {
    /// From the number of each kind.
    #[must_use]
    pub fn new(vms: Option<usize>, count: impl Fn(ObjectKind) -> Option<usize>) -> Self {
        Self {
            vms,
            hosts: count(ObjectKind::Host),
            clusters: count(ObjectKind::Cluster),
            datastores: count(ObjectKind::Datastore),
            networks: count(ObjectKind::Network),
            switches: count(ObjectKind::Switch),
            alarms: count(ObjectKind::Alarm),
        }
    }

    /// Those beside VMs, kind by kind, where they are known.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectKind, usize)> {
        let counts = [
            (ObjectKind::Host, self.hosts),
            (ObjectKind::Cluster, self.clusters),
            (ObjectKind::Datastore, self.datastores),
            (ObjectKind::Network, self.networks),
            (ObjectKind::Switch, self.switches),
            (ObjectKind::Alarm, self.alarms),
        ];
        counts.into_iter().filter_map(|(kind, count)| Some((kind, count?)))
    }
}

/// How long the phases of one source took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SourceTimings {
    /// Until it had said who it is.
    pub connect_ms: u64,
    /// The login alone.
    pub login_ms: u64,
    /// The listing, without reading what arrived.
    pub fetch_ms: u64,
    /// Reading what arrived.
    pub parse_ms: u64,
    /// From references to names.
    pub resolve_ms: u64,
}

/// How long the phases of a run took; 0 for those that it did not come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RunTimings {
    /// Reading the store, while the sources are asked.
    pub load_ms: u64,
    /// Planning, after all listings.
    pub plan_ms: u64,
    /// Writing documents and objects.
    pub apply_ms: u64,
    /// Bringing the sessions to the documents.
    pub sessions_ms: u64,
    /// Telling the services.
    pub notify_ms: u64,
}

/// A VM with a new name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct Rename {
    pub old_name: String,
    pub new_name: String,
}

/// Documents of a source that is no longer configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unowned {
    /// Its last known name, or its address.
    pub source: String,
    /// Live documents.
    pub vms: usize,
}

/// A step that a run may not come to. Null in JSON unless done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step<T> {
    /// With this result, perhaps a partial one.
    Done(T),
    /// There is nothing to do it with.
    NotConfigured,
    /// The run ended before.
    #[default]
    NotReached,
}

impl<T> Step<T> {
    /// The result, if there is one.
    pub const fn done(&self) -> Option<&T> {
        match self {
            Self::Done(result) => Some(result),
            Self::NotConfigured | Self::NotReached => None,
        }
    }
}

impl<T: Serialize> Serialize for Step<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.done().serialize(serializer)
    }
}

/// What became of the rename notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct NotificationCounts {
    /// Posts that were accepted.
    pub sent: usize,
    /// Renames still to be delivered.
    pub pending: usize,
    /// Renames that a service refuses for good.
    pub rejected: usize,
}
