//! What both stores need to answer a selection.

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;

use super::{StoreError, StoredSource};
use crate::catalog::Field;
use crate::moment::to_the_second;
use crate::selection::{Row, Selection, Sieve};

/// How a translation may differ from its expression. Under `not` one becomes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It holds wherever the expression does, and may elsewhere.
    Over,
    /// It holds nowhere but where the expression does.
    Under,
}

impl Bound {
    pub const fn flipped(self) -> Self {
        match self {
            Self::Over => Self::Under,
            Self::Under => Self::Over,
        }
    }
}

/// Levels of an expression that are translated: stores bound how deep a query may be. What is deeper is decided here.
pub const MAX_LEVELS: usize = 24;
/// Wildcards in a pattern that is handed to a store: matching takes steps by the power of them.
const MAX_WILDCARDS: usize = 8;
/// Bytes of such a pattern.
const MAX_PATTERN: usize = 1_000;

/// Whether a store can match it as we do.
pub fn is_plain_pattern(pattern: &str) -> bool {
    pattern.len() <= MAX_PATTERN && !pattern.contains('\0') && pattern.matches('*').count() <= MAX_WILDCARDS
}

/// Whether a store compares numbers with it as we do: up to here, every whole number has a floating-point number of its
/// own.
pub fn is_plain_number(number: f64) -> bool {
    number.abs() < 9_007_199_254_740_992.0
}

/// The keys of a document whose values a row is made of.
pub struct Wanted {
    /// Each with the places in the row that are made of it; those that are still to come in a document stand first.
    keys: Vec<(&'static str, Vec<(usize, &'static Field)>)>,
    missing: usize,
}

impl Wanted {
    /// For fields at their places in the row.
    pub fn new(fields: impl Iterator<Item = (usize, &'static Field)>) -> Self {
        let mut keys: Vec<(&'static str, Vec<_>)> = Vec::new();
        for (place, field) in fields {
            match keys.iter_mut().find(|(key, _)| *key == field.key()) {
                Some((_, places)) => places.push((place, field)),
                None => keys.push((field.key(), vec![(place, field)])),
            }
        }
        Self { missing: 0, keys }
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// A document begins.
    pub fn begin(&mut self) {
        self.missing = self.keys.len();
    }

    /// Whether nothing that is still to come in the document is wanted.
    pub const fn is_whole(&self) -> bool {
        self.missing == 0
    }

    /// Whether the value of this key, which comes next, is wanted: where to [`put`](Self::put) it. The first counts, as it
    /// does to SQLite.
    pub fn expect(&mut self, key: &str) -> Option<usize> {
        let at = self.keys[..self.missing].iter().position(|(name, _)| *name == key)?;
        self.missing -= 1;
        self.keys.swap(at, self.missing);
        Some(self.missing)
    }

    pub fn put(&self, at: usize, value: Value, row: &mut Row) {
        let places = &self.keys[at].1;
        if let [(place, field)] = places.as_slice() {
            row[*place] = field.read(value);
            return;
        }
        for (place, field) in places {
            row[*place] = field.read(value.clone());
        }
    }
}

/// Batches that are read before they are taken.
pub const BATCHES: usize = 4;

/// The answer out of what another thread or task reads: `make` makes rows of a batch, until no more are taken, while the
/// next is read. `end` is how the reading ended; it ends early once nobody takes batches any more.
pub fn sift<B: Send + 'static>(
    sieve: Sieve,
    batches: Receiver<B>,
    end: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    make: impl FnMut(B, &mut dyn FnMut(Row) -> bool) + Send + 'static,
) -> BoxStream<'static, Result<Row, StoreError>> {
    let sifting = Sifting {
        sieve: Some(sieve),
        batches,
        end: Box::pin(end),
        make,
    };
    let rows = stream::try_unfold(sifting, async |mut sifting| {
        let rows = sifting.next().await?;
        Ok(rows.map(|rows| (stream::iter(rows).map(Ok), sifting)))
    });
    rows.try_flatten().boxed()
}

struct Sifting<B, M> {
    /// None once everything was handed on.
    sieve: Option<Sieve>,
    batches: Receiver<B>,
    end: BoxFuture<'static, Result<(), StoreError>>,
    make: M,
}

impl<B, M: FnMut(B, &mut dyn FnMut(Row) -> bool)> Sifting<B, M> {
    /// The next rows; none at the end.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        let Some(mut sieve) = self.sieve.take() else {
            return Ok(None);
        };
        if !sieve.is_full() {
            if let Some(batch) = self.batches.recv().await {
                let mut rows = Vec::new();
                (self.make)(batch, &mut |row| {
                    rows.extend(sieve.take(row));
                    !sieve.is_full()
                });
                self.sieve = Some(sieve);
                return Ok(Some(rows));
            }
            self.end.as_mut().await?;
        }
        self.batches.close();
        Ok(Some(sieve.finish().collect()))
    }
}

/// The answer from the sources that are remembered.
#[must_use]
pub fn select_sources(selection: &Selection, sources: &[StoredSource]) -> Vec<Row> {
    Sieve::answer(selection, |fields| {
        let row = move |source| fields.iter().map(|field| source_value(field, source)).collect();
        sources.iter().map(row)
    })
}

fn source_value(field: &Field, source: &StoredSource) -> Value {
    let value = match field.name {
        "name" => json!(source.name),
        "kind" => json!(source.kind),
        "host" => json!(source.host),
        "last_complete" => json!(source.last_complete.map(to_the_second)),
        "last_error" => json!(source.last_error),
        "source_id" => json!(source.id),
        "login_paused_until" => json!(source.login_pause.as_ref().map(|pause| to_the_second(pause.until))),
        _ => Value::Null,
    };
    field.read(value)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use tokio::sync::mpsc;

    use super::*;
    use crate::catalog::Kind;

    fn selection(limit: Option<usize>) -> Selection {
        Selection {
            columns: Kind::Source.field("name").into_iter().collect(),
            sort: Vec::new(),
            limit,
            ..Selection::of(Kind::Source, TimeZone::UTC)
        }
    }

    /// Rows out of batches that are the numbers of a row each.
    fn sifted(
        selection: &Selection,
        batches: Receiver<Vec<usize>>,
        end: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    ) -> BoxStream<'static, Result<Row, StoreError>> {
        sift(Sieve::new(selection), batches, end, |batch, take| {
            batch.into_iter().all(|number| take(vec![json!(number.to_string())]));
        })
    }

    #[tokio::test]
    async fn an_early_end_stops_the_reading() {
        for limit in [Some(0), Some(5), None] {
            let (sender, batches) = mpsc::channel(BATCHES);
            let reader = tokio::spawn(async move {
                let mut sent = 0;
                while sender.send(vec![sent * 2, sent * 2 + 1]).await.is_ok() {
                    sent += 1;
                }
                sent
            });
            let rows = sifted(&selection(limit), batches, std::future::pending());
            // Without a limit somebody who takes no more, as if stdout were closed.
            let rows: Vec<Row> = rows.take(limit.map_or(3, |_| usize::MAX)).try_collect().await.unwrap();
            let expected: Vec<Row> = (0..limit.unwrap_or(3))
                .map(|number| vec![json!(number.to_string())])
                .collect();
            assert_eq!(rows, expected, "{limit:?}");
            let sent = reader.await.unwrap();
            assert!(sent <= 3 + BATCHES, "{limit:?}: {sent}");
        }
    }

    #[tokio::test]
    async fn what_fails_after_some_rows_is_the_last_item() {
        for sort in [false, true] {
            let mut selection = selection(None);
            if sort {
                selection.sort = Selection::of(Kind::Source, TimeZone::UTC).sort;
            }
            let (sender, batches) = mpsc::channel(BATCHES);
            sender.send(vec![1, 2]).await.unwrap();
            drop(sender);
            let error = || StoreError::Unreachable {
                address: "a".to_owned(),
                reason: "reset".to_owned(),
            };
            let items: Vec<_> = sifted(&selection, batches, async move { Err(error()) }).collect().await;
            let (rows, failed): (Vec<_>, Vec<_>) = items.iter().map(Result::is_ok).partition(|is_ok| *is_ok);
            // What has to be sorted is not known before all of it is.
            assert_eq!((rows.len(), failed.len()), (if sort { 0 } else { 2 }, 1));
            assert!(items.last().is_some_and(Result::is_err));
        }
    }
}
