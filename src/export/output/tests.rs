//! Files as they come out.

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::catalog::{FieldType, Unit};
use crate::export::{Column, Table};

fn table(name: &'static str) -> Table {
    let column = |name, kind| Column { name, kind };
    Table {
        name,
        columns: vec![
            column("name", FieldType::Text),
            column("vm_count", FieldType::Number(Unit::One)),
            column("datastores", FieldType::Texts),
        ],
    }
}

/// What is in the file, or in each file of the folder.
fn written(form: Form, tables: &[(&'static str, Vec<Value>)], is_folder: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target {
        path: folder.path().join("export"),
        form,
        is_folder,
        standing: Standing::Kept,
    };
    let mut output = Output::create(&target, tables.len() > 1).expect("made");
    for (name, rows) in tables {
        output.write(|writer| writer.begin(&table(name))).expect("begun");
        for row in rows {
            let row = row.as_array().expect("a row");
            output.write(|writer| writer.row(row)).expect("written");
        }
        output.write(|writer| writer.end()).expect("ended");
    }
    assert!(!target.path.exists(), "not before it is whole");
    assert_eq!(output.finish().expect("finished"), Remarks::default());
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    if !is_folder {
        return fs::read_to_string(&target.path).expect("read");
    }
    let mut files: Vec<_> = fs::read_dir(&target.path)
        .expect("a folder")
        .map(|file| file.expect("a file"))
        .collect();
    files.sort_by_key(fs::DirEntry::file_name);
    let text = |file: &fs::DirEntry| {
        let text = fs::read_to_string(file.path()).expect("read");
        format!("{}:\n{text}", file.file_name().display())
    };
    files.iter().map(text).collect()
}

fn rows() -> Vec<Value> {
    vec![json!(["=esx,\"1\"", 3, ["a", "b"]]), json!([null, null, null])]
}

#[test]
fn csv_is_quoted_and_runs_nothing() {
    let one = written(Form::Csv, &[("hosts", rows())], false);
    assert_eq!(one, "name,vm_count,datastores\n\"'=esx,\"\"1\"\"\",3,a; b\n,,\n");
    let several = written(Form::Csv, &[("hosts", rows()), ("vms", vec![])], true);
    assert_eq!(
        several,
        format!("hosts.csv:\n{one}vms.csv:\nname,vm_count,datastores\n")
    );
}

#[test]
fn json_is_one_object_with_an_array_for_each_kind() {
    let text = written(Form::Json, &[("hosts", rows()), ("vms", vec![])], false);
    let read: Value = serde_json::from_str(&text).expect("JSON");
    let expected = json!({"schema": "vmsync.export/1", "hosts": [
        {"name": "=esx,\"1\"", "vm_count": 3, "datastores": ["a", "b"]},
        {"name": null, "vm_count": null, "datastores": null},
    ], "vms": []});
    assert_eq!(read, expected);
    assert_eq!(text.lines().count(), 5, "a row on each line:\n{text}");
}

#[test]
fn ndjson_says_the_kind_where_there_are_several() {
    let several = written(Form::Ndjson, &[("hosts", rows()), ("vms", rows())], false);
    let lines: Vec<Value> = several
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["object"]["vm_count"]),
        (&json!("hosts"), &json!(3))
    );
    assert_eq!(lines[2]["kind"], "vms");
    let one = written(Form::Ndjson, &[("hosts", rows())], false);
    let first = one.lines().next().expect("a line");
    assert_eq!(first, r#"{"name":"=esx,\"1\"","vm_count":3,"datastores":["a","b"]}"#);
}

#[test]
fn what_is_not_finished_leaves_nothing_and_what_came_meanwhile_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = |standing| Target {
        path: folder.path().join("hosts.xlsx"),
        form: Form::Xlsx,
        is_folder: false,
        standing,
    };
    let mut output = Output::create(&target(Standing::Kept), false).expect("made");
    output.write(|writer| writer.begin(&table("hosts"))).expect("begun");
    drop(output);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
    let output = Output::create(&target(Standing::Kept), false).expect("made");
    fs::write(folder.path().join("hosts.xlsx"), "another's").expect("written");
    let error = output.finish().expect_err("it stands there").to_string();
    assert!(error.contains("something was put there meanwhile"), "{error}");
    assert_eq!(
        fs::read_to_string(folder.path().join("hosts.xlsx")).expect("read"),
        "another's"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    let absent = Target {
        path: folder.path().join("absent").join("hosts.csv"),
        ..target(Standing::Kept)
    };
    let error = Output::create(&absent, false).err().expect("no folder");
    assert!(error.is_of_place());
    assert!(error.to_string().contains("hint: make the folder first"), "{error}");
    let full = failure(&absent.path, io::ErrorKind::StorageFull.into());
    assert!(!full.is_of_place(), "the disk failed, and no other name helps");
}

/// A device that is always full stands for the disk.
#[test]
fn a_full_disk_is_an_error_in_every_form() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("Linux has one")
    };
    let forms: [Box<dyn TableWriter>; 4] = [
        Box::new(CsvFile::new(full())),
        Box::new(JsonFile::new(full())),
        Box::new(NdjsonFile::new(full(), false)),
        Box::new(Xlsx::new(full())),
    ];
    for mut writer in forms {
        let wide = json!(["x".repeat(20_000), 1, []]);
        let wide = wide.as_array().expect("a row");
        let mut write = || {
            writer.begin(&table("hosts"))?;
            (0..100).try_for_each(|_| writer.row(wide))?;
            writer.end()
        };
        let written = write();
        let error = written
            .and_then(|()| writer.finish().map(|_| ()))
            .expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{error}");
    }
}
