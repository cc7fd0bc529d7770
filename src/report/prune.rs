//! What `prune` says: `vmsync.prune/1`.

use serde::Serialize;

use super::page::{Look, Page, Paint};
use super::text::{escape, plural};
use crate::catalog::ObjectKind;
use crate::plan::objects::Pruned;

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum PruneSchema {
    /// The only one so far.
    #[serde(rename = "vmsync.prune/1")]
    Prune1,
}

/// What was deleted, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PruneReport {
    /// Always the same.
    pub schema: PruneSchema,
    /// Nothing was deleted.
    pub dry_run: bool,
    /// What has been gone since before this; RFC 3339.
    pub gone_before: String,
    /// How many are deleted.
    pub deleted: u64,
    /// What was chosen, by kind, source, name.
    pub objects: Vec<Pruned>,
}

/// Of each kind so many are named.
const SHOWN: usize = 50;

/// What was chosen, by kind, and what became of it.
#[must_use]
pub fn render_prune(report: &PruneReport, look: &Look) -> String {
    let mut page = Page::new(look);
    for of_kind in report.objects.chunk_by(|a, b| a.object == b.object) {
        push_kind(&mut page, of_kind[0].object, of_kind);
        page.gap();
    }
    page.paragraph(0, &verdict(report), look.styles.heading);
    page.finish()
}

fn push_kind(page: &mut Page<'_>, kind: ObjectKind, pruned: &[Pruned]) {
    let heading = format!("{}: {}", kind.plural(), pruned.len());
    page.paragraph(0, &heading, page.look.styles.heading);
    for object in pruned.iter().take(SHOWN) {
        let (name, source) = (escape(&object.name), escape(&object.source));
        let text = format!("{name}  ({source})  gone since {}", escape(&object.gone_since));
        page.paragraph(2, &text, Paint::NONE);
    }
    if let Some(more) = pruned.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        page.paragraph(2, &format!("and {more} more, which --format json names"), Paint::NONE);
    }
}

fn verdict(report: &PruneReport) -> String {
    let (before, chosen) = (&report.gone_before, report.objects.len());
    match (report.dry_run, chosen) {
        (_, 0) => format!("nothing to delete: no object was gone before {before}"),
        (true, chosen) => format!(
            "would delete {}, gone before {before}; --apply does it",
            plural(chosen, "object")
        ),
        (false, chosen) if report.deleted == chosen as u64 => {
            format!("deleted {}, gone before {before}", plural(chosen, "object"))
        }
        (false, chosen) => format!(
            "deleted {} of {}, gone before {before}; run it again for the rest",
            report.deleted,
            plural(chosen, "object")
        ),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::plan::record::DocumentId;
    use crate::report::{Styles, render_json};

    fn report(dry_run: bool, deleted: u64, numbers: std::ops::Range<usize>) -> PruneReport {
        let pruned = |number: usize| Pruned {
            object: if number < 60 {
                ObjectKind::Host
            } else {
                ObjectKind::Alarm
            },
            name: format!("n{number}"),
            source: "vc1".to_owned(),
            moref: format!("host-{number}"),
            gone_since: "2026-01-02T03:04:05Z".to_owned(),
            id: DocumentId(format!("vc/host-{number}")),
        };
        PruneReport {
            schema: PruneSchema::Prune1,
            dry_run,
            gone_before: "2026-02-01T00:00:00Z".to_owned(),
            deleted,
            objects: numbers.map(pruned).collect(),
        }
    }

    fn told(report: &PruneReport) -> String {
        let look = Look {
            width: 100,
            timezone: TimeZone::UTC,
            styles: Styles::PLAIN,
        };
        render_prune(report, &look)
    }

    #[test]
    fn what_is_chosen_is_told_by_kind_and_bounded() {
        let text = told(&report(true, 0, 0..62));
        assert!(
            text.starts_with("hosts: 60\n  n0  (vc1)  gone since 2026-01-02T03:04:05Z\n"),
            "{text}"
        );
        assert!(
            text.contains("  n49  (vc1)") && !text.contains("n50") && text.contains("and 10 more"),
            "{text}"
        );
        assert!(text.contains("\n\nalarms: 2\n  n60"), "{text}");
        let end = "would delete 62 objects, gone before 2026-02-01T00:00:00Z; --apply does it\n";
        assert!(text.ends_with(end), "{text}");
    }

    #[test]
    fn the_last_line_says_what_became_of_it() {
        let since = "gone before 2026-02-01T00:00:00Z";
        let cases = [
            (report(false, 2, 60..62), format!("deleted 2 objects, {since}\n")),
            (
                report(false, 1, 60..62),
                format!("deleted 1 of 2 objects, {since}; run it again for the rest\n"),
            ),
            (
                report(false, 0, 0..0),
                "nothing to delete: no object was gone before 2026-02-01T00:00:00Z\n".to_owned(),
            ),
        ];
        for (report, end) in cases {
            let text = told(&report).replace("\n        ", " ");
            assert!(text.ends_with(&end), "{text}");
        }
    }

    #[test]
    fn programs_get_every_object_without_its_key() {
        let expected = r#"{"schema":"vmsync.prune/1","dry_run":false,"gone_before":"2026-02-01T00:00:00Z","deleted":1,"objects":[{"object":"alarm","name":"n60","source":"vc1","moref":"host-60","gone_since":"2026-01-02T03:04:05Z"}]}"#;
        assert_eq!(render_json(&report(false, 1, 60..61)).trim_end(), expected);
    }
}
