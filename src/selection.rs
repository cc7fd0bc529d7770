//! What a list shows: of which kind, which of them, which fields, in which order. Pure.

use serde_json::Value;

use crate::catalog::{Field, Kind};
use crate::filter::Expr;

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
    /// The order of the rows. Those that are equal stand in an order that is always the same.
    pub sort: Vec<Sort>,
    /// At most so many; none for all.
    pub limit: Option<usize>,
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
