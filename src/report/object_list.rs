//! Changes of the objects beside VMs as people read them: after those of the VMs, by kind, event and outcome.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::Outcome;
use super::change_list::{FIELDS, remark};
use super::difference::field_line;
use super::model::Report;
use super::objects::{KindCounts, ObjectLine};
use super::page::{Page, Paint, Styles};
use super::text::value;
use crate::catalog::ObjectKind;
use crate::plan::objects::ObjectEvent;

/// Of each group so many are named, as a first pass adds all of them.
const SHOWN: usize = 20;

/// `hosts   2 added, 1 gone, 40 unchanged`, for each kind of which there is any.
pub(super) fn push_object_counts(page: &mut Page<'_>, report: &Report) {
    let Some(counts) = &report.objects else { return };
    for (kind, counts) in &counts.0 {
        if let Some(text) = super::table::list(&words(counts)) {
            page.labelled(kind.plural(), &text, Paint::NONE);
        }
    }
}

fn words(counts: &KindCounts) -> [(usize, &'static str); 7] {
    [
        (counts.added, "added"),
        (counts.gone, "gone"),
        (counts.returned, "returned"),
        (counts.updated, "updated"),
        (counts.withheld, "withheld"),
        (counts.failed, "failed"),
        (counts.unchanged, "unchanged"),
    ]
}

/// What is said once for all objects of a group.
type Group<'a> = (ObjectKind, ObjectEvent, Outcome, Option<&'a str>);

pub(super) fn push_object_changes(page: &mut Page<'_>, report: &Report) {
    let mut groups: BTreeMap<Group<'_>, Vec<&ObjectLine>> = BTreeMap::new();
    for line in &report.object_changes {
        let group = (line.object, line.kind, line.outcome, line.reason.as_deref());
        groups.entry(group).or_default().push(line);
    }
    for (group, lines) in groups {
        page.gap();
        push_heading(page, group, lines.len(), report.dry_run);
        lines.iter().take(SHOWN).for_each(|line| push_line(page, line));
        if let Some(more) = lines.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            page.paragraph(2, &format!("and {more} more, which --format json names"), Paint::NONE);
        }
    }
}

fn push_heading(page: &mut Page<'_>, (kind, event, outcome, reason): Group<'_>, count: usize, dry_run: bool) {
    let remark = remark(outcome, dry_run).map_or_else(String::new, |word| format!(", {word}"));
    let heading = format!("{} {}{remark}: {count}", kind.plural(), event.name());
    page.paragraph(0, &heading, paint(event, outcome, &page.look.styles));
    if let Some(reason) = reason {
        page.paragraph(2, reason, Paint::NONE);
    }
}

const fn paint(event: ObjectEvent, outcome: Outcome, styles: &Styles) -> Paint {
    match (outcome, event) {
        (Outcome::Applied | Outcome::Planned, ObjectEvent::Added | ObjectEvent::Returned) => styles.good,
        (Outcome::Applied | Outcome::Planned, ObjectEvent::Updated) => styles.heading,
        _ => styles.bad,
    }
}

fn push_line(page: &mut Page<'_>, line: &ObjectLine) {
    let text = |text: &str| value(&Value::String(text.to_owned()));
    page.paragraph(
        2,
        &format!("{}  ({})", text(&line.name), text(&line.source)),
        Paint::NONE,
    );
    let is_told = matches!(line.kind, ObjectEvent::Updated | ObjectEvent::Returned);
    for (name, values) in line.fields.iter().filter(|_| is_told) {
        let line = field_line(name, values, page.width() - FIELDS);
        page.paragraph(FIELDS, &line, Paint::NONE);
    }
}
