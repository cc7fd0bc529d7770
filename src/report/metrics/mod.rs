//! The last pass in the text format of Prometheus, as `node_exporter`'s textfile collector reads it.
//!
//! Every metric is a gauge, as each is a picture of the last pass. No sample bears a time: the collector refuses the whole
//! file for one. What a pass did not come to know is left out rather than shown as zero. Labels are sources, and words
//! of this program: the number of series is bounded by the configuration.
//!
//! Names and labels are a public interface; format and naming follow <https://prometheus.io/docs/instrumenting/>.

use jiff::{SignedDuration, Timestamp};

mod carried;
mod format;

pub use carried::Carried;
use format::{Family, render_families};

use super::model::{NOT_ASKED, Report, SourceReport};
use crate::exit::Condition;

/// The whole file.
#[must_use]
pub fn render_metrics(report: &Report, carried: &Carried) -> String {
    let mut families = run(report, carried);
    families.extend(sources(report));
    families.push(source_objects(report));
    families.extend(documents(report));
    families.extend(changes(report));
    families.extend(sessions(report));
    families.extend(notifications(report));
    render_families(&families)
}

/// What is carried from file to file stands first: a reader that stops somewhere has seen it.
fn run(report: &Report, carried: &Carried) -> Vec<Family> {
    let gauge = |name, help, value: String| Family::new(name, help).with(value);
    vec![
        gauge(
            "vmsync_last_success_timestamp_seconds",
            "When a pass over all sources last ended with exit code 0; 0 if none is known of.",
            carried.last_success.map_or_else(never, timestamp),
        ),
        last_complete(carried),
        gauge(
            "vmsync_last_run_timestamp_seconds",
            "When the last pass ended.",
            timestamp(report.finished),
        ),
        gauge(
            "vmsync_last_run_duration_seconds",
            "How long the last pass took.",
            seconds(report.finished.duration_since(report.started)),
        ),
        gauge(
            "vmsync_last_run_exit_code",
            "Exit code of the last pass.",
            report.exit_code.get().to_string(),
        ),
        conditions(report),
        gauge(
            "vmsync_last_run_warnings",
            "Warnings of the last pass.",
            report.warnings.len().to_string(),
        ),
        build_info(),
    ]
}

fn last_complete(carried: &Carried) -> Family {
    let family = Family::new(
        "vmsync_source_last_complete_timestamp_seconds",
        "End of the last pass to which the source gave a complete listing; 0 if none is known of.",
    );
    carried.last_complete.iter().fold(family, |family, (source, at)| {
        family.with_label("source", source, at.map_or_else(never, timestamp))
    })
}

fn conditions(report: &Report) -> Family {
    let family = Family::new(
        "vmsync_last_run_condition",
        "Whether this held in the last pass; several may.",
    );
    Condition::ALL.into_iter().fold(family, |family, condition| {
        let holds = report.conditions.contains(&condition);
        family.with_label("condition", condition.name(), flag(holds))
    })
}

fn build_info() -> Family {
    let family = Family::new("vmsync_build_info", "The vmsync that made the last pass.");
    family.with_label("version", env!("VMSYNC_VERSION"), "1")
}

/// Name, help, and what a source says, if it has come to say it.
type OfSource = (&'static str, &'static str, fn(&SourceReport) -> Option<String>);

const OF_SOURCES: [OfSource; 6] = [
    (
        "vmsync_source_up",
        "Whether the source answered in the last pass.",
        |source| Some(flag(source.reachable).to_owned()),
    ),
    (
        "vmsync_source_complete",
        "Whether its listing was complete in the last pass.",
        |source| Some(flag(source.complete).to_owned()),
    ),
    ("vmsync_source_vms", "VMs that it listed in the last pass.", |source| {
        let vms = source.counts.vms.filter(|_| source.reachable);
        vms.map(|vms| vms.to_string())
    }),
    (
        "vmsync_source_fetch_seconds",
        "Time from connecting to the logout in the last pass.",
        |source| Some(seconds(milliseconds(source.fetch_ms))),
    ),
    (
        "vmsync_source_soap_calls",
        "Requests sent to it in the last pass, retries included.",
        |source| Some(source.soap_calls.to_string()),
    ),
    (
        "vmsync_source_received_bytes",
        "Bytes that it sent in the last pass.",
        |source| Some(source.bytes.to_string()),
    ),
];

/// Of those that `--source` left out nothing is known.
fn asked(report: &Report) -> impl Iterator<Item = &SourceReport> {
    let is_asked = |source: &&SourceReport| source.error.as_deref() != Some(NOT_ASKED);
    report.sources.iter().filter(is_asked)
}

fn sources(report: &Report) -> impl Iterator<Item = Family> + '_ {
    OF_SOURCES.into_iter().map(move |(name, help, value)| {
        asked(report).fold(Family::new(name, help), |family, source| match value(source) {
            Some(value) => family.with_label("source", &source.name, value),
            None => family,
        })
    })
}

/// Of kinds that were not asked for nothing is known.
fn source_objects(report: &Report) -> Family {
    let family = Family::new(
        "vmsync_source_objects",
        "Objects beside VMs that it listed in the last pass, by kind.",
    );
    let counts = asked(report).flat_map(|source| source.counts.objects().map(move |count| (&source.name, count)));
    counts.fold(family, |family, (source, (kind, count))| {
        family.with_labels([("source", source), ("kind", kind.plural())], count.to_string())
    })
}

fn documents(report: &Report) -> Vec<Family> {
    let family = Family::new(
        "vmsync_vms",
        "VMs with a document: present, missing (not listed, not yet believed gone), orphan (gone).",
    );
    let unowned: usize = report.unowned.iter().map(|unowned| unowned.vms).sum();
    let Some(vms) = report.documents else {
        return Vec::new();
    };
    vec![
        counts(
            family,
            "state",
            &[
                ("present", vms.present),
                ("missing", vms.missing),
                ("orphan", vms.orphan),
            ],
        ),
        Family::new(
            "vmsync_unowned_vms",
            "Live VMs of sources that are no longer configured.",
        )
        .with(unowned.to_string()),
    ]
}

fn changes(report: &Report) -> Vec<Family> {
    let kinds = [
        ("added", report.added),
        ("orphaned", report.orphaned),
        ("reactivated", report.reactivated.len()),
        ("moved", report.moved),
        ("renamed", report.renamed.len()),
        ("updated", report.updated),
        ("missing", report.missing),
        ("duplicate", report.duplicates),
        ("unidentified", report.unidentified),
    ];
    let failures = [
        ("added", report.added_failures),
        ("orphaned", report.orphaned_failures),
        ("updated", report.updated_failures),
    ];
    let changes = "VMs in the changes of the last pass; one that was renamed, moved or reactivated is updated as well.";
    let failed = "Changes of documents that the last pass tried and does not know to be durable.";
    let withheld = "Changes that the guard withheld in the last pass.";
    vec![
        counts(Family::new("vmsync_last_run_changes", changes), "kind", &kinds),
        counts(Family::new("vmsync_last_run_failed_changes", failed), "kind", &failures),
        Family::new("vmsync_last_run_withheld_changes", withheld).with(report.withheld.to_string()),
    ]
}

fn sessions(report: &Report) -> Vec<Family> {
    let Some(sessions) = report.sessions.done() else {
        return Vec::new();
    };
    let results = [
        ("changed", sessions.changed),
        ("gone", sessions.gone),
        ("contended", sessions.contended),
        ("skipped", sessions.skipped),
        ("ambiguous", sessions.ambiguous),
    ];
    let scanned = "Keys that the last pass looked at as sessions.";
    let result = "Sessions by what the last pass did with them; those that were right already are not among them.";
    vec![
        Family::new("vmsync_last_run_scanned_sessions", scanned).with(sessions.scanned.to_string()),
        counts(Family::new("vmsync_last_run_sessions", result), "result", &results),
    ]
}

fn notifications(report: &Report) -> Vec<Family> {
    let Some(notifications) = report.notifications.done() else {
        return Vec::new();
    };
    let gauge = |name, help, value: usize| Family::new(name, help).with(value.to_string());
    vec![
        gauge(
            "vmsync_last_run_sent_notifications",
            "Posts about renames that the services accepted in the last pass.",
            notifications.sent,
        ),
        gauge(
            "vmsync_pending_notifications",
            "Renames that a service has still to be told of.",
            notifications.pending,
        ),
        gauge(
            "vmsync_rejected_notifications",
            "Renames that a service does not want to hear of.",
            notifications.rejected,
        ),
    ]
}

fn counts(family: Family, label: &'static str, counts: &[(&str, usize)]) -> Family {
    counts.iter().fold(family, |family, (value, count)| {
        family.with_label(label, value, count.to_string())
    })
}

const fn flag(holds: bool) -> &'static str {
    if holds { "1" } else { "0" }
}

fn never() -> String {
    "0".to_owned()
}

fn timestamp(at: Timestamp) -> String {
    seconds(at.as_duration())
}

fn milliseconds(count: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(count).unwrap_or(i64::MAX))
}

/// With milliseconds. A clock that was set back in mid-pass makes no negative time.
fn seconds(time: SignedDuration) -> String {
    let time = time.max(SignedDuration::ZERO);
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}
