//! `status` as people read it.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table};

use super::orphans::OrphanAges;
use super::page::{Look, Page, Paint};
use super::status::{LastPass, RunningPass, SourceStatus, StatusReport};
use super::text::{duration, escape};
use crate::catalog::ObjectKind;

/// What runs, what ran, how many VMs there are, and how fresh each source is.
#[must_use]
pub fn render_status(status: &StatusReport, look: &Look) -> String {
    let mut page = Page::new(look);
    push_runs(&mut page, status);
    push_vms(&mut page, status);
    push_sources(&mut page, &status.sources);
    push_stored(&mut page, status);
    push_passes(&mut page, &status.passes);
    page.finish()
}

fn never() -> String {
    "never".to_owned()
}

fn push_runs(page: &mut Page<'_>, status: &StatusReport) {
    let look = page.look;
    let now = status.running.as_ref();
    let last = status.last_pass.as_ref();
    let success = status.last_success;
    let lines = [
        ("running", now.map_or_else(|| "no".to_owned(), |run| running(run, look))),
        ("last pass", last.map_or_else(never, |pass| last_pass(pass, look))),
        ("last success", success.map_or_else(never, |time| look.time(time))),
    ];
    for (label, text) in lines {
        page.labelled(label, &text, Paint::NONE);
    }
}

fn push_vms(page: &mut Page<'_>, status: &StatusReport) {
    let vms = status.vms;
    let counts = format!(
        "{} present, {} orphan, {} missing",
        vms.present, vms.orphan, vms.missing
    );
    page.labelled("VMs", &counts, Paint::NONE);
    let gone: usize = status.objects.values().map(|counts| counts.gone).sum();
    if !status.objects.is_empty() {
        let present: usize = status.objects.values().map(|counts| counts.present).sum();
        page.labelled("others", &format!("{present} present, {gone} gone"), Paint::NONE);
    }
    if let Some(ages) = ages(&status.orphans) {
        page.labelled("orphans", &ages, Paint::NONE);
    }
    let rejected = match status.rejected_notifications {
        0 => String::new(),
        count => format!(", {count} rejected"),
    };
    let pending = format!("{} pending{rejected}", status.pending_notifications);
    page.labelled("notifications", &pending, Paint::NONE);
}

/// Nothing without orphans.
fn ages(ages: &OrphanAges) -> Option<String> {
    let counts = [
        (ages.day, "for less than a day"),
        (ages.week, "for less than a week"),
        (ages.month, "for less than 30 days"),
        (ages.older, "for longer"),
        (ages.unknown, "for an unknown time"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, age)| format!("{count} {age}")).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

fn running(run: &RunningPass, look: &Look) -> String {
    format!(
        "since {} on {} (pid {}), run {}",
        look.time(run.since),
        run.host,
        run.pid,
        run.run_id
    )
}

fn last_pass(pass: &LastPass, look: &Look) -> String {
    format!(
        "{}, {}, exit code {}",
        look.time(pass.finished),
        pass.command,
        pass.exit_code
    )
}

fn push_sources(page: &mut Page<'_>, sources: &[SourceStatus]) {
    if sources.is_empty() {
        return;
    }
    page.gap();
    page.table(
        &mut source_table(sources, page.look),
        sources.iter().map(|source| source.last_error.as_deref()),
    );
}

/// What there is of each source, once more than VMs is stored.
fn push_stored(page: &mut Page<'_>, status: &StatusReport) {
    if status.objects.is_empty() {
        return;
    }
    page.gap();
    page.table(&mut stored_table(&status.sources), status.sources.iter().map(|_| None));
}

/// One line for the header, one beneath it, one for each source.
fn stored_table(sources: &[SourceStatus]) -> Table {
    let mut table = Table::new();
    table.set_header([
        "Stored",
        "VMs",
        "Hosts",
        "Clusters",
        "Datastores",
        "Networks",
        "Switches",
        "Alarms",
    ]);
    for SourceStatus { name, counts, .. } in sources {
        let known: BTreeMap<ObjectKind, usize> = counts.objects().collect();
        let of_kinds = ObjectKind::ALL.map(|kind| known.get(&kind).copied());
        let shown = |count: Option<usize>| count.map_or_else(String::new, |count| count.to_string());
        let counts = [counts.vms].into_iter().chain(of_kinds).map(shown);
        table.add_row([escape(name).into_owned()].into_iter().chain(counts));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn push_passes(page: &mut Page<'_>, passes: &[LastPass]) {
    if passes.is_empty() {
        return;
    }
    page.gap();
    page.table(&mut pass_table(passes, page.look), passes.iter().map(|_| None));
}

/// One line for the header, one beneath it, one for each pass.
fn pass_table(passes: &[LastPass], look: &Look) -> Table {
    let mut table = Table::new();
    table.set_header(["Last passes", "Command", "Time", "Exit"]);
    for pass in passes {
        let took = pass.finished.duration_since(pass.started).as_millis();
        table.add_row([
            look.time(pass.finished),
            escape(&pass.command).into_owned(),
            duration(u64::try_from(took).unwrap_or(0)),
            pass.exit_code.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// One line for the header, one beneath it, one for each source.
fn source_table(sources: &[SourceStatus], look: &Look) -> Table {
    let mut table = Table::new();
    table.set_header(["Source", "State", "Last complete listing"]);
    for source in sources {
        let complete = source.last_complete.map_or_else(never, |time| look.time(time));
        table.add_row([escape(&source.name).into_owned(), state(source).to_owned(), complete]);
    }
    table
}

const fn state(source: &SourceStatus) -> &'static str {
    match (source.login_paused_until, source.stale, &source.last_error) {
        (Some(_), _, _) => "login paused",
        (None, true, _) => "stale",
        (None, false, Some(_)) => "failing",
        (None, false, None) => "fresh",
    }
}
