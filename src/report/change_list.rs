//! Changes as people read them: grouped by kind and by what became of them, names first.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Change, ChangeKind, Outcome};
use super::difference::field_line;
use super::draft::rename_of;
use super::model::Report;
use super::page::{Page, Paint, Styles};
use super::text::{escape, value};
use crate::plan::record::field;

/// Fields stand so far to the right.
pub(super) const FIELDS: usize = 6;

/// What is said once for all VMs of a group.
type Group<'a> = (ChangeKind, Outcome, Option<&'a str>);

pub(super) fn push_changes(page: &mut Page<'_>, report: &Report) {
    let mut groups: BTreeMap<Group<'_>, Vec<&Change>> = BTreeMap::new();
    for change in &report.changes {
        groups
            .entry((change.kind, change.outcome, change.reason.as_deref()))
            .or_default()
            .push(change);
    }
    for (group, changes) in groups {
        page.gap();
        push_heading(page, group, changes.len(), report.dry_run);
        for change in changes {
            push_change(page, change);
        }
    }
}

fn push_heading(page: &mut Page<'_>, (kind, outcome, reason): Group<'_>, count: usize, dry_run: bool) {
    let remark = remark(outcome, dry_run)
        .map(|word| format!(", {word}"))
        .unwrap_or_default();
    page.paragraph(
        0,
        &format!("{}{remark}: {count}", kind.name()),
        paint(kind, outcome, &page.look.styles),
    );
    if let Some(reason) = reason {
        page.paragraph(2, reason, Paint::NONE);
    }
}

const fn paint(kind: ChangeKind, outcome: Outcome, styles: &Styles) -> Paint {
    if !matches!(outcome, Outcome::Applied | Outcome::Planned) {
        return styles.bad;
    }
    match kind {
        ChangeKind::Added | ChangeKind::Reactivated => styles.good,
        ChangeKind::Orphaned | ChangeKind::Missing => styles.bad,
        ChangeKind::Moved
        | ChangeKind::Renamed
        | ChangeKind::Updated
        | ChangeKind::Duplicate
        | ChangeKind::Unidentified => styles.heading,
    }
}

/// Nothing for what a reader expects.
pub(super) const fn remark(outcome: Outcome, dry_run: bool) -> Option<&'static str> {
    match outcome {
        Outcome::Applied => None,
        Outcome::Planned if dry_run => None,
        Outcome::Planned => Some("not done"),
        Outcome::Withheld => Some("withheld"),
        Outcome::Contended => Some("contended"),
        Outcome::Failed => Some("failed"),
        Outcome::Unknown => Some("outcome unknown"),
    }
}

fn push_change(page: &mut Page<'_>, change: &Change) {
    let name = rename_of(change).map_or_else(
        || shown(&change.name),
        |rename| format!("{} → {}", shown(&rename.old_name), shown(&rename.new_name)),
    );
    let source = change
        .source
        .as_ref()
        .map(|source| format!("  ({})", escape(source)))
        .unwrap_or_default();
    let uuid = uuid(change)
        .map(|uuid| format!("  {}", escape(uuid)))
        .unwrap_or_default();
    page.paragraph(2, &format!("{name}{source}{uuid}"), Paint::NONE);
    let fields = change.fields.to_map();
    for (name, values) in fields.iter().filter(|(name, _)| is_shown(change.kind, name)) {
        let line = field_line(name, values, page.width() - FIELDS);
        page.paragraph(FIELDS, &line, Paint::NONE);
    }
}

fn shown(name: &str) -> String {
    value(&Value::String(name.to_owned()))
}

/// Where names alone do not tell VMs apart.
fn uuid(change: &Change) -> Option<&str> {
    let is_doubtful = matches!(change.kind, ChangeKind::Duplicate | ChangeKind::Unidentified);
    change
        .instance_uuid
        .as_deref()
        .or(change.uuid.as_deref())
        .filter(|_| is_doubtful)
}

/// The kind says the rest: a new VM has no "before", an orphan is one, a new name stands in front.
fn is_shown(kind: ChangeKind, name: &str) -> bool {
    match kind {
        ChangeKind::Added | ChangeKind::Orphaned => false,
        ChangeKind::Reactivated
        | ChangeKind::Moved
        | ChangeKind::Renamed
        | ChangeKind::Updated
        | ChangeKind::Missing
        | ChangeKind::Duplicate
        | ChangeKind::Unidentified => {
            let told = matches!(name, field::NAME | field::ORPHAN | field::ORPHAN_SINCE);
            !told && (name == field::SOURCES || !field::SILENT.contains(&name))
        }
    }
}
