//! Rows as fields.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};

use super::failure::Failure;
use super::layout::{Layout, to_json};
use crate::catalog::ObjectKind;
use crate::plan::objects::ObjectRecord;
use crate::plan::record::{DocumentId, TextFields, UnreadableDocument, VmRecord};
use crate::store::{Loaded, LoadedObjects, Table};

/// Reads all VM documents.
pub fn load(connection: &Connection, loaded: &mut Loaded) -> Result<(), Failure> {
    let layout = Layout::of(Table::Vms);
    let own = Table::Vms.own_fields();
    read_all(connection, &layout, |id, row| {
        let plain = plain_fields(&layout, row, &own)?;
        if let Some(record) = plain.and_then(|fields| VmRecord::from_text(id.clone(), &fields)) {
            loaded.records.push(record);
            return Ok(());
        }
        let record = fields_of(&layout, &id, row)?.and_then(|mut stored| {
            stored.retain(|key, _| own.contains(key));
            VmRecord::from_stored(id, stored)
        });
        match record {
            Ok(record) => loaded.records.push(record),
            Err(unreadable) => loaded.unreadable.push(unreadable),
        }
        Ok(())
    })
}

/// A document that only vmsync has written to: all its fields are vmsync's, and every column says the same.
fn plain_fields<'a>(layout: &Layout, row: &'a Row<'_>, own: &[String]) -> rusqlite::Result<Option<TextFields<'a>>> {
    let Ok(text) = row.get_ref(layout.columns.len())?.as_str() else {
        return Ok(None);
    };
    let Ok(fields) = serde_json::from_str::<TextFields<'_>>(text) else {
        return Ok(None);
    };
    let mut is_plain = are_among(own, fields.0.iter().map(|(key, _)| *key));
    for (place, column) in layout.columns.iter().enumerate() {
        is_plain = is_plain && column.is_same(row.get_ref(place)?, fields.get(column.name));
    }
    Ok(is_plain.then_some(fields))
}

/// Whether all are known. Each is looked for behind the one before: documents have their fields in the order in which they
/// were first written.
fn are_among<'a>(known: &[String], mut names: impl Iterator<Item = &'a str>) -> bool {
    let mut next = 0;
    names.all(|name| {
        let (before, behind) = known.split_at(next);
        let place = behind.iter().chain(before).position(|known| known == name);
        next = place.map_or(0, |place| (next + place + 1) % known.len());
        place.is_some()
    })
}

/// Reads all objects of a kind. Its table may be that of an older vmsync, or absent.
pub fn load_objects(connection: &Connection, kind: ObjectKind, loaded: &mut LoadedObjects) -> Result<(), Failure> {
    let mut layout = Layout::of(Table::Objects(kind));
    layout.keep_existing(connection)?;
    if layout.columns.is_empty() {
        return Ok(());
    }
    read_all(connection, &layout, |id, row| {
        let fields = fields_of(&layout, &id, row)?;
        match fields.and_then(|stored| ObjectRecord::from_stored(kind, id, stored)) {
            Ok(record) => loaded.records.push(record),
            Err(unreadable) => loaded.unreadable.push((kind, unreadable)),
        }
        Ok(())
    })
}

fn read_all(
    connection: &Connection,
    layout: &Layout,
    mut take: impl FnMut(DocumentId, &Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), Failure> {
    let sql = format!("SELECT {}, id FROM {} ORDER BY id", layout.selected(), layout.name);
    let key_at = layout.columns.len() + usize::from(layout.has_document);
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = DocumentId(match to_json(row.get_ref(key_at)?) {
            Value::String(key) => key,
            key => key.to_string(),
        });
        take(id, row)?;
    }
    Ok(())
}

fn fields_of(
    layout: &Layout,
    id: &DocumentId,
    row: &Row<'_>,
) -> rusqlite::Result<Result<Map<String, Value>, UnreadableDocument>> {
    let unreadable = |reason| UnreadableDocument { id: id.clone(), reason };
    Ok(read_fields(layout, row)?.map_err(unreadable))
}

/// The fields of one row as a write compares them; none if it is gone or broken.
pub fn load_stored(connection: &Connection, layout: &Layout, key: &Sql) -> Result<Option<Map<String, Value>>, Failure> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?1", layout.selected(), layout.name);
    let mut statement = connection.prepare(&sql)?;
    let stored = statement.query_row([key], |row| read_fields(layout, row)).optional()?;
    Ok(stored.and_then(Result::ok))
}

/// The document, if there is one, with the columns in place of its own copies of them.
fn read_fields(layout: &Layout, row: &Row<'_>) -> rusqlite::Result<Result<Map<String, Value>, String>> {
    let mut fields = Map::new();
    if layout.has_document {
        let document = to_json(row.get_ref(layout.columns.len())?);
        let Some(Ok(Value::Object(document))) = document.as_str().map(serde_json::from_str) else {
            return Ok(Err("its column document is not a JSON object".to_owned()));
        };
        fields = document;
    }
    for (place, column) in layout.columns.iter().enumerate() {
        fields.insert(column.name.to_owned(), column.to_json(row.get_ref(place)?));
    }
    Ok(Ok(fields))
}

#[cfg(test)]
mod tests {
    use super::super::{apply, schema};
    use super::*;
    use crate::plan::record::VmFields;
    use crate::store::{DocumentWrite, PassStamp};

    fn are_plain(connection: &Connection) -> Vec<bool> {
        let layout = Layout::of(Table::Vms);
        let own = Table::Vms.own_fields();
        let mut are_plain = Vec::new();
        let look = |_, row: &Row<'_>| {
            are_plain.push(plain_fields(&layout, row, &own)?.is_some());
            Ok(())
        };
        read_all(connection, &layout, look).unwrap();
        are_plain
    }

    #[test]
    fn names_are_found_in_any_order_and_however_often_they_stand_there() {
        let known = ["a", "b", "c"].map(str::to_owned);
        let are_known = |names: &[&'static str]| are_among(&known, names.iter().copied());
        for names in [
            &["a", "b", "c"][..],
            &["c", "b", "a"],
            &["b", "b", "a", "c", "a"],
            &["c"],
            &[],
        ] {
            assert!(are_known(names), "{names:?}");
        }
        for names in [&["d"][..], &["a", "b", "c", "d"], &["c", "d", "a"]] {
            assert!(!are_known(names), "{names:?}");
        }
        assert!(!are_among(&[], ["a"].into_iter()));
    }

    /// The others take the time and the memory of a map.
    #[test]
    fn only_what_vmsync_alone_has_written_is_read_as_it_stands() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(&mut connection).unwrap();
        let write = DocumentWrite::insert_vm(&VmFields::default());
        let stamp = PassStamp {
            epoch: 1,
            run_id: "run".into(),
            local_time: String::new(),
            time: String::new(),
        };
        apply::apply(&mut connection, &stamp, Table::Vms, &vec![write; 5]);
        let by_others = "UPDATE vms SET name = 'web' WHERE id = 2;
            UPDATE vms SET document = json_set(document, '$.owner', 'ops') WHERE id = 3;
            UPDATE vms SET document = '[]' WHERE id = 4;
            UPDATE vms SET document = CAST(x'7b22ff223a317d' AS TEXT) WHERE id = 5";
        assert_eq!(are_plain(&connection), [true; 5]);
        connection.execute_batch(by_others).unwrap();
        assert_eq!(are_plain(&connection), [true, false, false, false, false]);
    }
}
