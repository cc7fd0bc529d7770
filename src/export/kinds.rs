//! The catalog's kinds as tables, a column for each field.

use super::{Column, Table};
use crate::catalog::{Field, Kind};
use crate::selection::{Selection, Sort};

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

/// All of a kind with all that is known of it, by name.
#[must_use]
pub fn all_of(kind: Kind, gone: bool) -> Selection {
    let by_name = kind.field("name").map(|field| Sort {
        field,
        descending: false,
    });
    Selection {
        kind,
        filter: None,
        gone,
        columns: kind.fields().collect(),
        sort: by_name.into_iter().collect(),
        limit: None,
        // Without a filter no local time is compared.
        timezone: jiff::tz::TimeZone::UTC,
    }
}
