//! What happens to the objects beside VMs, as the report tells it.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::change::Outcome;
use crate::catalog::ObjectKind;
use crate::plan::objects::ObjectEvent;
use crate::plan::record::FieldChanges;

/// What happens, or happened, to one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectLine {
    /// What it is.
    pub object: ObjectKind,
    /// What happens to it.
    pub kind: ObjectEvent,
    /// Its name, else its reference.
    pub name: String,
    /// Name of its source.
    pub source: String,
    /// Its reference there.
    pub moref: String,
    /// What changes for readers, gauges left out.
    pub fields: FieldChanges,
    /// What became of it.
    pub outcome: Outcome,
    /// Nothing of its kind was stored before: to take a kind up is no difference, as adoption is none.
    #[serde(skip)]
    pub is_first: bool,
    /// Why it is not applied; for the guard's, with the flag that would allow it.
    pub reason: Option<String>,
}

impl ObjectLine {
    /// Whether it is planned or withheld, and its kind was kept before.
    #[must_use]
    pub const fn is_difference(&self) -> bool {
        !self.is_first && matches!(self.outcome, Outcome::Planned | Outcome::Withheld)
    }
}

/// What became of the objects of one kind: what is durable, or, in a dry run, what would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields are the interface's own names")]
pub struct KindCounts {
    pub added: usize,
    pub updated: usize,
    pub gone: usize,
    pub returned: usize,
    pub unchanged: usize,
    /// Tried, and not known to be durable.
    pub failed: usize,
    pub withheld: usize,
}

/// The kinds that a run is about, in the order in which they are shown; in JSON by their plural.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectCounts(pub Vec<(ObjectKind, KindCounts)>);

impl ObjectCounts {
    /// Of the kinds that have a number of unchanged objects.
    #[must_use]
    pub fn count(unchanged: &BTreeMap<ObjectKind, usize>, lines: &[ObjectLine], dry_run: bool) -> Self {
        let count = |(kind, unchanged): (&ObjectKind, &usize)| {
            let of_kind = lines.iter().filter(|line| line.object == *kind);
            let mut counts = KindCounts {
                unchanged: *unchanged,
                ..KindCounts::default()
            };
            of_kind.for_each(|line| counts.add(line, dry_run));
            (*kind, counts)
        };
        Self(unchanged.iter().map(count).collect())
    }
}

impl KindCounts {
    fn add(&mut self, line: &ObjectLine, dry_run: bool) {
        let counter = match line.outcome {
            Outcome::Planned if !dry_run => return,
            Outcome::Applied | Outcome::Planned => match line.kind {
                ObjectEvent::Added => &mut self.added,
                ObjectEvent::Updated => &mut self.updated,
                ObjectEvent::Gone => &mut self.gone,
                ObjectEvent::Returned => &mut self.returned,
            },
            Outcome::Withheld => &mut self.withheld,
            Outcome::Contended | Outcome::Failed | Outcome::Unknown => &mut self.failed,
        };
        *counter += 1;
    }
}

impl Serialize for ObjectCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (kind, counts) in &self.0 {
            map.serialize_entry(kind.plural(), counts)?;
        }
        map.end()
    }
}
