//! What a list shows: of which kind, which of them, which fields, in which order. Pure.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::catalog::{Field, Kind};
use crate::filter::Expr;

mod rank;
mod ranking;
mod sieve;

pub use ranking::Ranking;
pub use sieve::Sieve;

/// One question to a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Of what.
    pub kind: Kind,
    /// Which of them; none for all.
    pub filter: Option<Expr>,
    /// Whether those that are gone belong to it: orphaned VMs, objects that are not present.
    pub gone: bool,
    /// What is shown of each, in this order.
    pub columns: Vec<&'static Field>,
    /// The order of the rows; none for that of the store, in which they can be handed on one by one. Those that are
    /// equal stand in an order that is always the same: by name, then by the other values.
    pub sort: Vec<Sort>,
    /// At most so many; none for all.
    pub limit: Option<usize>,
    /// Zone of the local times that documents have.
    pub timezone: TimeZone,
}

impl Selection {
    /// All that are there, with the columns of a table, by name.
    #[must_use]
    pub fn of(kind: Kind, timezone: TimeZone) -> Self {
        let by_name = kind.field("name").map(|field| Sort {
            field,
            descending: false,
        });
        Self {
            kind,
            filter: None,
            gone: false,
            columns: usual_columns(kind, false),
            sort: by_name.into_iter().collect(),
            limit: None,
            timezone,
        }
    }
}

/// Those of a table; with what is gone, since when.
#[must_use]
pub fn usual_columns(kind: Kind, gone: bool) -> Vec<&'static Field> {
    let shown = kind.fields().filter(|field| field.is_shown);
    shown.chain(kind.gone_field().filter(|_| gone)).collect()
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By which field. What is absent comes last, in either direction.
    pub field: &'static Field,
    /// The greatest first.
    pub descending: bool,
}

/// The values of one object, one for each column; null where it has none.
pub type Row = Vec<Value>;
