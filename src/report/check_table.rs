//! `check` as people read it.

use super::page::{Look, Page, Paint};
use crate::check::{Check, CheckReport, Counts, Verdict};

/// Columns of the verdict, and of the item behind it.
const VERDICT: usize = 9;
/// Services have longer names; theirs push the detail to the next line.
const ITEM: usize = 15;
const INDENT: usize = 2 + VERDICT + ITEM;

/// A block for each subject, a line for each item, its hint beneath it, and the sum.
#[must_use]
pub fn render_check(report: &CheckReport, look: &Look) -> String {
    let mut page = Page::new(look);
    let mut subject = None;
    for check in &report.checks {
        if subject != Some(&check.subject) {
            page.gap();
            page.paragraph(0, &check.subject.to_string(), look.styles.heading);
            subject = Some(&check.subject);
        }
        push_check(&mut page, check);
    }
    page.gap();
    page.paragraph(0, &sum(report), paint(&look.styles, report));
    page.finish()
}

fn push_check(page: &mut Page<'_>, check: &Check) {
    let word = match check.verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Failed => "failed",
        Verdict::Skipped => "skipped",
    };
    let item = check.item;
    if item.len() < ITEM {
        page.beside(&format!("  {word:VERDICT$}{item:ITEM$}"), &check.detail, Paint::NONE);
    } else {
        page.line(&format!("  {word:VERDICT$}{item}"));
        page.paragraph(INDENT, &check.detail, Paint::NONE);
    }
    if let Some(hint) = &check.hint {
        push_hint(page, hint);
    }
}

/// A line that is there to be copied begins far to the left: it is wider than a terminal anyway.
fn push_hint(page: &mut Page<'_>, hint: &str) {
    for (index, line) in hint.lines().enumerate() {
        match (index, line.starts_with("    ")) {
            (0, _) => page.paragraph(INDENT, &format!("hint: {line}"), Paint::NONE),
            (_, true) => page.paragraph(0, line, Paint::NONE),
            (_, false) => page.paragraph(INDENT, line, Paint::NONE),
        }
    }
}

fn paint(styles: &super::Styles, report: &CheckReport) -> Paint {
    if report.ok { styles.good } else { styles.bad }
}

fn sum(report: &CheckReport) -> String {
    let Counts {
        ok,
        warnings,
        failed,
        skipped,
    } = report.counts();
    let end = if report.ok {
        "a pass would find all it needs".to_owned()
    } else {
        format!("exit code {}", report.exit_code.get())
    };
    let plural = if warnings == 1 { "" } else { "s" };
    format!("{ok} ok, {warnings} warning{plural}, {failed} failed, {skipped} skipped: {end}")
}
