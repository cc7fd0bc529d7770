//! Hardware records that were linked to hosts, in reports.

use serde::Serialize;

use super::change::Outcome;
use super::page::{Page, Paint};
use super::text::value;
use super::{Report, table};

/// What became of the links of hardware records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LinkReport {
    /// Those that are set, or would be.
    pub changes: Vec<LinkLine>,
    /// Records that are linked as they should be.
    pub unchanged: usize,
    /// Links that cannot be: the warnings say why.
    pub refused: usize,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkLine {
    /// Name of the host.
    pub host: String,
    /// By which record and host belong together.
    pub serial: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl LinkReport {
    /// Links that are planned.
    #[must_use]
    pub fn differences(&self) -> usize {
        self.count(Outcome::Planned)
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.changes.iter().filter(|link| link.outcome == outcome).count()
    }
}

/// `links   2 linked, 40 unchanged`, and which.
pub(super) fn push_links(page: &mut Page<'_>, report: &Report) {
    let Some(links) = &report.links else { return };
    let counts = [
        (links.count(Outcome::Applied), "linked"),
        (links.count(Outcome::Planned), "to be linked"),
        (links.count(Outcome::Contended), "contended"),
        (links.count(Outcome::Unknown), "unknown"),
        (links.refused, "refused"),
        (links.unchanged, "unchanged"),
    ];
    let text = table::list(&counts).unwrap_or_else(|| "none".to_owned());
    page.labelled("Hardware", &text, Paint::NONE);
    for link in &links.changes {
        let text = |text: &str| value(&text.into());
        page.paragraph(
            2,
            &format!("{}  ({})", text(&link.host), text(&link.serial)),
            Paint::NONE,
        );
    }
}
