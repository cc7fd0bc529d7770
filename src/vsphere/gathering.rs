//! How far a listing is. It belongs to the session, so that it survives a listing that is cut off.

use std::time::Duration;

use tokio::time::Instant;

use super::caller::Caller;
use super::exchange::Exchange;
use super::listing::{Bounds, Completeness, IncompleteReason, ListWarning, Listing, Progress, Stats};
use crate::soap::{FaultKind, MissingProperty, ObjectContent, PropertySpec};

/// The counters of a caller at one moment.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    calls: u64,
    answers: u64,
    bytes: u64,
}

impl Mark {
    pub(super) fn of<E: Exchange>(caller: &Caller<E>) -> Self {
        Self {
            calls: caller.calls(),
            answers: caller.answers(),
            bytes: caller.bytes(),
        }
    }
}

pub(super) struct Gathering {
    begun: Instant,
    mark: Mark,
    kinds: Vec<&'static str>,
    /// On the pages of this attempt.
    current: usize,
    /// On those of all attempts.
    objects: usize,
    pages: u64,
    bytes: usize,
    values: usize,
    parse: Duration,
    warnings: Vec<ListWarning>,
    unknown: Vec<(&'static str, Vec<&'static str>)>,
}

impl Gathering {
    pub(super) fn begin(specs: &[PropertySpec], mark: Mark) -> Self {
        Self {
            begun: Instant::now(),
            mark,
            kinds: specs.iter().map(|spec| spec.kind).collect(),
            current: 0,
            objects: 0,
            pages: 0,
            bytes: 0,
            values: 0,
            parse: Duration::ZERO,
            warnings: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Counts a page. What exceeds the bounds is refused.
    pub(super) fn admit(
        &mut self,
        objects: &mut [ObjectContent<'_>],
        bytes: usize,
        bounds: &Bounds,
    ) -> Result<(), IncompleteReason> {
        self.pages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.values += objects.iter().map(ObjectContent::count).sum::<usize>();
        self.objects += objects.len();
        let pages = usize::try_from(self.pages).unwrap_or(usize::MAX);
        let counts = [
            ("objects", self.objects, bounds.objects),
            ("pages", pages, bounds.pages),
            ("bytes", self.bytes, bounds.bytes),
            ("values", self.values, bounds.values),
        ];
        if let Some((what, _, limit)) = counts.into_iter().find(|(_, count, limit)| count > limit) {
            return Err(IncompleteReason::TooMuch { what, limit });
        }
        self.current += objects.len();
        mark_unknown(objects, &self.kinds, &self.unknown);
        Ok(())
    }

    /// Adds to the time in which pages were read.
    pub(super) fn parsed(&mut self, took: Duration) {
        self.parse += took;
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            pages: self.pages,
            objects: self.current,
        }
    }

    pub(super) fn warn(&mut self, warning: ListWarning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes a path that the server does not know.
    pub(super) fn lacks(&mut self, path: &'static str, kinds: Vec<&'static str>) {
        self.warn(ListWarning::UnknownProperty {
            path,
            kinds: kinds.clone(),
        });
        self.unknown.push((path, kinds));
    }

    /// The listing begins anew.
    pub(super) fn restart(&mut self) {
        self.current = 0;
    }

    /// The end.
    pub(super) fn finish(self, now: Mark, reason: Option<IncompleteReason>) -> Listing {
        let stats = self.stats(now);
        let completeness = match reason {
            None => Completeness::Complete,
            Some(reason) => Completeness::Incomplete { reasons: vec![reason] },
        };
        Listing {
            completeness,
            warnings: self.warnings,
            stats,
            reachable: now.answers > self.mark.answers,
        }
    }

    fn stats(&self, now: Mark) -> Stats {
        Stats {
            soap_calls: now.calls - self.mark.calls,
            bytes: now.bytes - self.mark.bytes,
            pages: self.pages,
            fetch_ms: milliseconds(self.begun.elapsed()),
            parse_ms: milliseconds(self.parse),
        }
    }
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A path that was not asked for because the server does not know it is unknown, not unset. An object of a kind that no
/// spec names is of a subtype of one that some spec does: of which is not known here, so it gets them all.
fn mark_unknown(objects: &mut [ObjectContent<'_>], kinds: &[&str], unknown: &[(&'static str, Vec<&'static str>)]) {
    for object in objects {
        let named = kinds.contains(&&*object.object.kind);
        for (path, whose) in unknown {
            if !named || whose.contains(&&*object.object.kind) {
                let fault = FaultKind::InvalidProperty {
                    name: (*path).to_owned(),
                };
                object.missing.push(MissingProperty {
                    path: (*path).to_owned(),
                    fault,
                });
            }
        }
    }
}
