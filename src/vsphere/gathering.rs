//! What has arrived so far. It belongs to the session, so that it survives a listing that is cut off.

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
    /// Of attempts that were given up: seen, but perhaps gone meanwhile.
    earlier: Vec<ObjectContent>,
    current: Vec<ObjectContent>,
    pages: u64,
    bytes: usize,
    values: usize,
    warnings: Vec<ListWarning>,
    unknown: Vec<(&'static str, Vec<&'static str>)>,
}

impl Gathering {
    pub(super) fn begin(specs: &[PropertySpec], mark: Mark) -> Self {
        Self {
            begun: Instant::now(),
            mark,
            kinds: specs.iter().map(|spec| spec.kind).collect(),
            earlier: Vec::new(),
            current: Vec::new(),
            pages: 0,
            bytes: 0,
            values: 0,
            warnings: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Adds a page. What exceeds the bounds is refused, what is there stays.
    pub(super) fn add(
        &mut self,
        objects: Vec<ObjectContent>,
        bytes: usize,
        bounds: &Bounds,
    ) -> Result<(), IncompleteReason> {
        self.pages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.values += objects.iter().map(ObjectContent::count).sum::<usize>();
        let held = self.earlier.len() + self.current.len() + objects.len();
        let pages = usize::try_from(self.pages).unwrap_or(usize::MAX);
        let counts = [
            ("objects", held, bounds.objects),
            ("pages", pages, bounds.pages),
            ("bytes", self.bytes, bounds.bytes),
            ("values", self.values, bounds.values),
        ];
        if let Some((what, _, limit)) = counts.into_iter().find(|(_, count, limit)| count > limit) {
            return Err(IncompleteReason::TooMuch { what, limit });
        }
        self.current.extend(objects);
        Ok(())
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            pages: self.pages,
            objects: self.current.len(),
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

    /// Puts what has arrived aside: the listing begins anew.
    pub(super) fn restart(&mut self) {
        self.earlier.append(&mut self.current);
    }

    /// The end. Objects of earlier attempts count only if there is no complete one: what a complete listing does not
    /// show has gone.
    pub(super) fn finish(self, now: Mark, reason: Option<IncompleteReason>) -> Listing {
        let stats = self.stats(now);
        let Self {
            earlier,
            current,
            warnings,
            kinds,
            unknown,
            mark,
            ..
        } = self;
        let (objects, completeness) = match reason {
            None => (current, Completeness::Complete),
            Some(reason) => {
                let objects = earlier.into_iter().chain(current).collect();
                (objects, Completeness::Incomplete { reasons: vec![reason] })
            }
        };
        let mut objects = last_of_each(objects);
        mark_unknown(&mut objects, &kinds, &unknown);
        Listing {
            objects,
            completeness,
            warnings,
            stats,
            reachable: now.answers > mark.answers,
        }
    }

    fn stats(&self, now: Mark) -> Stats {
        Stats {
            soap_calls: now.calls - self.mark.calls,
            bytes: now.bytes - self.mark.bytes,
            pages: self.pages,
            fetch_ms: u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// A view that shifts between two pages shows an object twice; the later sight is the fresher one.
fn last_of_each(mut objects: Vec<ObjectContent>) -> Vec<ObjectContent> {
    objects.sort_by(|a, b| a.object.cmp(&b.object));
    objects.dedup_by(|next, kept| {
        let same = next.object == kept.object;
        if same {
            std::mem::swap(next, kept);
        }
        same
    });
    objects
}

/// A path that was not asked for because the server does not know it is unknown, not unset. An object of a kind that no
/// spec names is of a subtype of one that some spec does: of which is not known here, so it gets them all.
fn mark_unknown(objects: &mut [ObjectContent], kinds: &[&str], unknown: &[(&'static str, Vec<&'static str>)]) {
    for object in objects {
        let named = kinds.contains(&object.object.kind.as_str());
        for (path, whose) in unknown {
            if !named || whose.contains(&object.object.kind.as_str()) {
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
