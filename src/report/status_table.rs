//! `status` as people read it.

use comfy_table::Table;

use super::page::{Look, Page, Paint};
use super::status::{LastPass, RunningPass, SourceStatus, StatusReport};
use super::text::escape;

/// What runs, what ran, how many VMs there are, and how fresh each source is.
#[must_use]
pub fn render_status(status: &StatusReport, look: &Look) -> String {
    let mut page = Page::new(look);
    let time = |time| look.time(time);
    let never = || "never".to_owned();
    page.labelled(
        "running",
        &status
            .running
            .as_ref()
            .map_or_else(|| "no".to_owned(), |run| running(run, look)),
        Paint::NONE,
    );
    page.labelled(
        "last pass",
        &status
            .last_pass
            .as_ref()
            .map_or_else(never, |pass| last_pass(pass, look)),
        Paint::NONE,
    );
    page.labelled(
        "last success",
        &status.last_success.map_or_else(never, time),
        Paint::NONE,
    );
    let vms = status.vms;
    page.labelled(
        "VMs",
        &format!(
            "{} present, {} orphan, {} missing",
            vms.present, vms.orphan, vms.missing
        ),
        Paint::NONE,
    );
    page.labelled(
        "notifications",
        &format!("{} pending", status.pending_notifications),
        Paint::NONE,
    );
    push_sources(&mut page, &status.sources);
    page.finish()
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

/// One line for the header, one beneath it, one for each source.
fn source_table(sources: &[SourceStatus], look: &Look) -> Table {
    let mut table = Table::new();
    table.set_header(["Source", "Last complete listing"]);
    for source in sources {
        let complete = source
            .last_complete
            .map_or_else(|| "never".to_owned(), |time| look.time(time));
        table.add_row([escape(&source.name).into_owned(), complete]);
    }
    table
}
