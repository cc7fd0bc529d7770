//! Objects, counted by SQLite.

use rusqlite::Connection;

use super::failure::Failure;
use super::layout::{existing_columns, object_table};
use crate::catalog::ObjectKind;
use crate::store::ObjectCount;

/// Of every kind that has a table.
pub fn count_objects(connection: &Connection) -> Result<Vec<ObjectCount>, Failure> {
    let mut counts = Vec::new();
    for kind in ObjectKind::ALL {
        let table = object_table(kind);
        if existing_columns(connection, &table)?.is_empty() {
            continue;
        }
        let sql = format!("SELECT source, present = 1, count(*) FROM {table} GROUP BY 1, 2");
        let mut statement = connection.prepare(&sql)?;
        let count = |row: &rusqlite::Row<'_>| {
            Ok(ObjectCount {
                source: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                kind,
                present: row.get::<_, Option<bool>>(1)?.unwrap_or_default(),
                objects: usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            })
        };
        let rows = statement.query_map([], count)?;
        counts.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(counts)
}
