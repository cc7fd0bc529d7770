//! The catalog's kinds as tables, a column for each field.

use jiff::tz::TimeZone;

use super::{Column, Table};
use crate::catalog::{Field, Kind};
use crate::selection::Selection;

/// A selection's table.
#[must_use]
pub fn table(selection: &Selection) -> Table {
    Table {
        name: selection.kind.plural(),
        columns: selection.columns.iter().map(|field| column(field)).collect(),
    }
}

const fn column(field: &Field) -> Column {
    Column {
        name: field.name,
        kind: field.kind,
    }
}

/// All that is present of a kind with all that is known of it, in the order of the store: memory does not grow with it.
#[must_use]
pub fn all_of(kind: Kind, timezone: TimeZone) -> Selection {
    Selection {
        columns: kind.fields().collect(),
        sort: Vec::new(),
        ..Selection::of(kind, timezone)
    }
}

/// The same with these columns, those of the catalog.
#[must_use]
pub fn columns_of(kind: Kind, names: &[&str]) -> Selection {
    Selection {
        columns: names.iter().filter_map(|name| kind.field(name)).collect(),
        ..all_of(kind, TimeZone::UTC)
    }
}
