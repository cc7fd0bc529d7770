//! Workbooks, read again.

use std::fs::File;

use serde_json::{Value, json};

use super::reader::{ReadSheet, read};
use super::*;
use crate::catalog::{FieldType, Unit};
use crate::export::Column;

const COLUMNS: [(&str, FieldType); 5] = [
    ("name", FieldType::Text),
    ("vm_count", FieldType::Number(Unit::One)),
    ("accessible", FieldType::Switch),
    ("hosts", FieldType::Texts),
    ("last_seen", FieldType::Time),
];

fn table(name: &'static str) -> Table {
    Table {
        name,
        columns: COLUMNS.map(|(name, kind)| Column { name, kind }).to_vec(),
    }
}

fn written(rows_of_a_sheet: u32, tables: &[(&'static str, Vec<Vec<Value>>)]) -> (Vec<ReadSheet>, Remarks) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inventory.xlsx");
    let mut workbook = Box::new(Xlsx::new(File::create(&path).expect("made")));
    workbook.rows_of_a_sheet = rows_of_a_sheet;
    for (name, rows) in tables {
        workbook.begin(&table(name)).expect("begun");
        for row in rows {
            workbook.row(row).expect("written");
        }
        workbook.end().expect("ended");
    }
    let remarks = workbook.finish().expect("finished");
    (read(&path), remarks)
}

fn named(name: &str) -> Vec<Value> {
    vec![json!(name), json!(null), json!(null), json!(null), json!(null)]
}

#[test]
fn values_keep_their_types_and_the_heading_stays_with_a_filter() {
    let row = vec![
        json!("ds <1> & \"2\""),
        json!(7),
        json!(true),
        json!(["esx1", "esx2"]),
        json!("2026-11-21T12:00:00Z"),
    ];
    let empty = vec![json!(null), json!(0), json!(false), json!([]), json!("no time")];
    let (sheets, remarks) = written(ROWS, &[("datastores", vec![row, empty]), ("hosts", vec![])]);
    assert_eq!(remarks, Remarks::default());
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["datastores", "hosts"]);
    let [datastores, hosts] = &sheets[..] else { panic!() };
    assert_eq!(datastores.rows[0], COLUMNS.map(|(name, _)| name));
    assert_eq!(
        datastores.rows[1],
        ["ds <1> & \"2\"", "7", "1", "esx1; esx2", "46347.5"]
    );
    assert_eq!(datastores.rows[2], ["", "0", "0", "", "no time"]);
    let kind = |place: &str| {
        datastores
            .types
            .get(place)
            .map(|(kind, style)| (kind.as_str(), style.as_str()))
    };
    assert_eq!(kind("A1"), Some(("s", "1")));
    assert_eq!(kind("B2"), Some(("", "")));
    assert_eq!(kind("C2"), Some(("b", "")));
    assert_eq!(kind("E2"), Some(("", "2")));
    assert_eq!(kind("A3"), None);
    assert_eq!((datastores.filter.as_str(), datastores.is_frozen), ("A1:E3", true));
    assert_eq!((hosts.filter.as_str(), hosts.rows.len()), ("A1:E1", 1));
}

#[test]
fn texts_come_back_whatever_is_in_them() {
    // The reader gives the escapes of control characters as they stand in the XML.
    for (text, read_again) in [
        ("=1+1", "=1+1"),
        (" spaces ", " spaces "),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("bell\u{7} return\r", "bell_x0007_ return_x000D_"),
        ("_x0007_ is no bell", "_x005F_x0007_ is no bell"),
        ("a_b_xyz_", "a_b_xyz_"),
        ("Größe 🦀 ]]>", "Größe 🦀 ]]>"),
        ("\u{ffff}", "_xFFFF_"),
    ] {
        let (sheets, _) = written(ROWS, &[("vms", vec![named(text)])]);
        assert_eq!(sheets[0].rows[1][0], read_again, "{text:?}");
    }
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_counted_and_a_large_number_is_text() {
    let longest = "é".repeat(32_767);
    let wide = "🦀".repeat(16_384);
    let mut large = named("large");
    large[1] = json!(u64::MAX);
    let (sheets, remarks) = written(ROWS, &[("vms", vec![named(&longest), named(&wide), large])]);
    assert_eq!(remarks.cut, 1);
    let names = sheets[0].column("name");
    assert_eq!(names[0], longest);
    assert_eq!(names[1].encode_utf16().count(), 32_766, "a crab takes two units");
    assert!(names[1].ends_with("🦀 … (cut)"));
    assert_eq!(sheets[0].column("vm_count")[2], u64::MAX.to_string());
    assert_eq!(sheets[0].types["B4"].0, "s");
}

#[test]
fn a_full_sheet_goes_on_in_the_next() {
    let rows: Vec<_> = ["a", "b", "c", "d", "e"].map(named).to_vec();
    let full = rows[..2].to_vec();
    let (sheets, remarks) = written(3, &[("vms", rows), ("hosts", full)]);
    assert_eq!(remarks.continued, 2);
    let found: Vec<_> = sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.column("name")))
        .collect();
    let expected = [
        ("vms", vec!["a", "b"]),
        ("vms (2)", vec!["c", "d"]),
        ("vms (3)", vec!["e"]),
        ("hosts", vec!["a", "b"]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_longer_shared_stands_in_its_cell() {
    let large = "x".repeat(30_000);
    let rows: Vec<_> = (0..500).map(|number| named(&format!("{number} {large}"))).collect();
    let (sheets, _) = written(ROWS, &[("vms", rows)]);
    let names = sheets[0].column("name");
    assert!(
        names
            .iter()
            .enumerate()
            .all(|(number, name)| **name == format!("{number} {large}"))
    );
    assert_eq!(sheets[0].types["A2"].0, "s");
    assert_eq!(sheets[0].types["A501"].0, "inlineStr");
}

#[test]
fn columns_beyond_z_have_two_letters() {
    for (column, expected) in [
        (0, "A"),
        (25, "Z"),
        (26, "AA"),
        (51, "AZ"),
        (52, "BA"),
        (701, "ZZ"),
        (702, "AAA"),
    ] {
        assert_eq!(cell::letters(column), expected);
    }
}
