//! The report as people read it.

use comfy_table::{CellAlignment, Table};

use super::change::{ChangeKind, Outcome};
use super::change_list::push_changes;
use super::links::push_links;
use super::model::{NOT_ASKED, NotificationCounts, Report, SessionCounts, SourceReport, Step, Unowned};
use super::object_list::{push_object_changes, push_object_counts};
use super::page::{Look, Page, Paint};
use super::text::{bytes, duration, escape, plural};
use crate::catalog::ObjectKind;
use crate::inventory::{Problem, SourceKind};

/// Headline, sources, counts, changes by kind, sessions and notifications, warnings, and what the exit code means.
#[must_use]
pub fn render_table(report: &Report, look: &Look) -> String {
    let mut page = Page::new(look);
    push_headline(&mut page, report);
    push_sources(&mut page, &report.sources);
    push_counts(&mut page, report);
    push_changes(&mut page, report);
    push_object_changes(&mut page, report);
    push_steps(&mut page, report);
    push_remarks(&mut page, report);
    push_exit(&mut page, report);
    page.finish()
}

fn push_headline(page: &mut Page<'_>, report: &Report) {
    let dry = if report.dry_run && report.command != "diff" {
        " --dry-run"
    } else {
        ""
    };
    let took = report.finished.duration_since(report.started).as_millis();
    let facts = [
        format!("vmsync {}{dry}", report.command),
        page.look.time(report.started),
        format!("took {}", duration(u64::try_from(took).unwrap_or(0))),
        result(report),
    ];
    page.paragraph(0, &facts.join("  "), page.look.styles.heading);
}

fn result(report: &Report) -> String {
    let differences = match report.differences() {
        0 => "no differences".to_owned(),
        count => plural(count, "difference"),
    };
    match (report.dry_run, report.ok) {
        (true, true) => differences,
        (true, false) if report.sources.iter().any(|source| source.reachable) => {
            format!("{differences}, exit code {}", report.exit_code.get())
        }
        (false, true) => "converged".to_owned(),
        (_, false) => format!("exit code {}", report.exit_code.get()),
    }
}

fn push_sources(page: &mut Page<'_>, sources: &[SourceReport]) {
    if sources.is_empty() {
        return;
    }
    page.gap();
    page.table(
        &mut source_table(sources),
        sources
            .iter()
            .map(|source| source.error.as_deref().filter(|error| *error != NOT_ASKED)),
    );
}

/// One line for the header, one beneath it, one for each source.
fn source_table(sources: &[SourceReport]) -> Table {
    let mut table = Table::new();
    table.set_header(["Source", "Kind", "State", "VMs", "Calls", "Received", "Time"]);
    for source in sources {
        table.add_row([
            escape(&source.name).into_owned(),
            kind(source.kind).to_owned(),
            state(source).to_owned(),
            source.counts.vms.unwrap_or_default().to_string(),
            source.soap_calls.to_string(),
            bytes(source.bytes),
            duration(source.fetch_ms),
        ]);
    }
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

const fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Esxi => "ESXi",
        SourceKind::Vcenter => "vCenter",
    }
}

fn state(source: &SourceReport) -> &'static str {
    if source.error.as_deref() == Some(NOT_ASKED) {
        return "not asked";
    }
    match (source.reachable, source.complete) {
        (_, true) => "complete",
        (true, false) => "incomplete",
        (false, false) => "failed",
    }
}

/// Each VM once, as in the lists beneath: one that was moved and renamed is moved. In JSON it counts as both.
fn push_counts(page: &mut Page<'_>, report: &Report) {
    let counts = [
        (done(report, ChangeKind::Added), "added"),
        (done(report, ChangeKind::Orphaned), "orphaned"),
        (done(report, ChangeKind::Reactivated), "reactivated"),
        (done(report, ChangeKind::Moved), "moved"),
        (done(report, ChangeKind::Renamed), "renamed"),
        (done(report, ChangeKind::Updated), "updated"),
        (report.withheld, "withheld"),
        (
            report.added_failures + report.updated_failures + report.orphaned_failures,
            "failed",
        ),
        (report.missing, "missing"),
        (report.duplicates, "duplicate"),
        (report.unidentified, "unidentified"),
        (report.adopted, "adopted"),
        (report.excluded, "excluded"),
        (report.unchanged, "unchanged"),
    ];
    page.gap();
    if concerns_vms(report) {
        let label = if report.dry_run { "VMs, planned" } else { "VMs" };
        page.labelled(label, &list(&counts).unwrap_or_else(|| "none".to_owned()), Paint::NONE);
    }
    push_object_counts(page, report);
    push_links(page, report);
}

/// Changes of this kind that are durable, or that a dry run shows.
fn done(report: &Report, kind: ChangeKind) -> usize {
    let wanted = if report.dry_run {
        Outcome::Planned
    } else {
        Outcome::Applied
    };
    let changes = report.changes.iter().filter(|change| change.kind == kind);
    changes.filter(|change| change.outcome == wanted).count()
}

/// `3 added, 1 orphaned`, without what is zero.
pub(super) fn list(counts: &[(usize, &str)]) -> Option<String> {
    let parts: Vec<_> = counts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Whether the run is about VMs, their sessions and notifications: all but `sync hosts` and its like.
fn concerns_vms(report: &Report) -> bool {
    !ObjectKind::ALL
        .iter()
        .any(|kind| report.command.strip_prefix("sync ") == Some(kind.plural()))
}

fn push_steps(page: &mut Page<'_>, report: &Report) {
    if !concerns_vms(report) {
        return;
    }
    page.gap();
    page.labelled("sessions", &step(&report.sessions, "redis", sessions), Paint::NONE);
    page.labelled(
        "notifications",
        &step(&report.notifications, "endpoints", notifications),
        Paint::NONE,
    );
}

fn step<T>(step: &Step<T>, section: &str, describe: impl Fn(&T) -> String) -> String {
    match step {
        Step::Done(counts) => describe(counts),
        Step::NotConfigured => format!("skipped (no {section} configured)"),
        Step::NotReached => "not reached".to_owned(),
    }
}

fn sessions(counts: &SessionCounts) -> String {
    let rest = [
        (counts.gone, "gone"),
        (counts.contended, "contended"),
        (counts.skipped, "skipped"),
        (counts.ambiguous, "ambiguous"),
    ];
    let always = format!("{} scanned, {} changed", counts.scanned, counts.changed);
    list(&rest).map_or(always.clone(), |rest| format!("{always}, {rest}"))
}

fn notifications(counts: &NotificationCounts) -> String {
    let all = [
        (counts.sent, "sent"),
        (counts.pending, "pending"),
        (counts.rejected, "rejected"),
    ];
    list(&all).unwrap_or_else(|| "none".to_owned())
}

fn push_remarks(page: &mut Page<'_>, report: &Report) {
    let bad = page.look.styles.bad;
    for Unowned { source, vms } in &report.unowned {
        let (vms, source) = (plural(*vms, "VM"), escape(source));
        let text = format!("{vms} of {source}, no longer configured; --retire-source {source} would orphan them");
        page.labelled("unowned", &text, Paint::NONE);
    }
    let has_items = report.sources.iter().any(|source| !source.items.is_empty());
    if !report.warnings.is_empty() || report.error.is_some() || has_items {
        page.gap();
    }
    for warning in &report.warnings {
        page.labelled("warning", warning, Paint::NONE);
    }
    push_items(page, &report.sources);
    if let Some(error) = &report.error {
        page.labelled("error", error, bad);
    }
}

/// Of each source so many are told.
const ITEMS_SHOWN: usize = 5;

fn push_items(page: &mut Page<'_>, sources: &[SourceReport]) {
    for source in sources {
        for Problem { object, message, .. } in source.items.iter().take(ITEMS_SHOWN) {
            let text = format!("{}: {}: {}", escape(&source.name), escape(object), escape(message));
            page.labelled("object", &text, Paint::NONE);
        }
        if let Some(more) = source.items.len().checked_sub(ITEMS_SHOWN).filter(|more| *more > 0) {
            let text = format!("{}: {more} more, which --format json names", escape(&source.name));
            page.labelled("object", &text, Paint::NONE);
        }
    }
}

fn push_exit(page: &mut Page<'_>, report: &Report) {
    let Some((gravest, others)) = report.conditions.split_first() else {
        return;
    };
    page.gap();
    page.paragraph(
        0,
        &format!("exit code {}: {}", report.exit_code.get(), gravest.meaning()),
        page.look.styles.bad,
    );
    for other in others {
        page.paragraph(
            2,
            &format!("also {}: {}", other.code().get(), other.meaning()),
            page.look.styles.bad,
        );
    }
}
