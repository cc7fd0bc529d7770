//! `export` and `stats`: what both stores hold, in every form, through the binary.

#[path = "../../src/export/xlsx/reader.rs"]
mod reader;

use std::fs;
use std::path::Path;
use std::time::Duration;

use bson::doc;
use reader::{ReadSheet, read};
use rusqlite::Connection;
use serde_json::{Value, json};
use simulator::{Config, Simulator, VmSpec};

use crate::site::{Entry, Site, home, simulate, sources};
use crate::support::VmsyncCommand;

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory| {
        inventory.add_vm(&VmSpec::new("=web"));
        inventory.add_vm(&VmSpec::new("db, \"old\""));
    })
}

/// A home with the embedded store after a pass over this host.
fn synced(host: &Simulator) -> VmsyncCommand {
    let vmsync = home(&sources(&[&Entry::esxi("one", host)]));
    vmsync.run(&["sync", "all"]).assert_code(0);
    vmsync
}

/// Sets fields of all VM documents.
fn set_all(vmsync: &VmsyncCommand, fields: &Value) {
    let connection = Connection::open(vmsync.sqlite()).expect("the store");
    let set = "UPDATE vms SET document = json_patch(document, ?1)";
    let changed = connection.execute(set, [fields.to_string()]).expect("updated");
    assert!(changed > 0);
}

fn details() -> Value {
    json!({
        "num_cpu": 4, "memory_mb": 8192, "guest_os": "Debian GNU/Linux 12 (64-bit)", "networks": ["prod"],
        "committed_bytes": 3_u64 << 30, "uncommitted_bytes": 1_u64 << 30, "boot_time": "2026-11-01T12:00:00Z",
        "virtual_disks": [{"label": "Hard disk 1", "capacity_bytes": 42_949_672_960_u64, "thin": true, "file": "[ds1] a.vmdk"}],
    })
}

/// Names in the folder but for what a pass and its configuration put there.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| !["sync.yaml", "state"].contains(&name.as_str()));
    names.sort();
    names
}

fn sheet<'a>(sheets: &'a [ReadSheet], name: &str) -> &'a ReadSheet {
    sheets.iter().find(|sheet| sheet.name == name).expect(name)
}

#[test]
fn one_kind_goes_into_a_file_of_every_form() {
    let host = host();
    let vmsync = synced(&host);
    set_all(&vmsync, &details());
    let at = |name: &str| vmsync.home().join(name);
    for name in ["vms.csv", "vms.json", "vms.ndjson", "vms.xlsx"] {
        vmsync
            .run(&["export", name, "vms"])
            .assert_code(0)
            .assert_stderr("as of ")
            .assert_stderr(&format!("wrote 2 rows to {name}\n"));
    }
    assert_eq!(files(vmsync.home()), ["vms.csv", "vms.json", "vms.ndjson", "vms.xlsx"]);
    let mut reader = csv::Reader::from_path(at("vms.csv")).expect("CSV");
    let column = |name: &str, headings: &csv::StringRecord| {
        headings.iter().position(|heading| heading == name).expect("a column")
    };
    let headings = reader.headers().expect("a heading").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let mut names: Vec<&str> = rows.iter().map(|row| &row[column("name", &headings)]).collect();
    names.sort_unstable();
    assert_eq!(names, ["'=web", "db, \"old\""]);
    assert_eq!(&rows[0][column("num_cpu", &headings)], "4");
    assert_eq!(&rows[0][column("source", &headings)], "one");
    let text = |name: &str| fs::read_to_string(at(name)).expect("read");
    let document: Value = serde_json::from_str(&text("vms.json")).expect("JSON");
    assert_eq!(document["vms"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["vms"][0]["memory_mb"], 8192);
    let lines: Vec<Value> = text("vms.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(document["vms"], json!(lines));
    let sheets = read(&at("vms.xlsx"));
    let [vms] = &sheets[..] else { panic!("one sheet") };
    assert_eq!((vms.name.as_str(), vms.is_frozen), ("vms", true));
    assert!(
        vms.filter.starts_with("A1:") && vms.filter.ends_with('3'),
        "{}",
        vms.filter
    );
    let mut names = vms.column("name");
    names.sort_unstable();
    assert_eq!(names, ["=web", "db, \"old\""]);
    assert_eq!(vms.column("boot_time"), ["46327.5"; 2]);
    assert_eq!(vms.column("orphan"), ["0"; 2]);
}

#[test]
fn a_selection_is_the_one_that_is_listed() {
    let host = host();
    let vmsync = synced(&host);
    let asked = [
        "--where",
        "name ~ d*",
        "--columns",
        "name,power_state",
        "--sort",
        "-name",
        "--limit",
        "3",
    ];
    vmsync
        .run(&[&["export", "some.csv", "vms"], &asked[..]].concat())
        .assert_code(0);
    let listed = vmsync.run(&[&["list", "vms", "--format", "csv"], &asked[..]].concat());
    let exported = fs::read_to_string(vmsync.home().join("some.csv")).expect("read");
    assert_eq!(
        exported.lines().collect::<Vec<_>>(),
        ["name,power_state", "\"db, \"\"old\"\"\",on"]
    );
    assert_eq!(
        listed.assert_code(0).stdout.replace('\r', ""),
        exported.replace('\r', "")
    );
}

#[test]
fn everything_has_a_sheet_a_file_or_an_array_for_each_kind() {
    let host = host();
    let vmsync = synced(&host);
    for target in [
        &["all.xlsx"][..],
        &["all.json"],
        &["all.ndjson"],
        &["inventory", "--format", "csv"],
    ] {
        vmsync
            .run(&[&["export"], target].concat())
            .assert_code(0)
            .assert_stderr("as of ");
    }
    let kinds = [
        "vms",
        "hosts",
        "clusters",
        "datastores",
        "networks",
        "switches",
        "alarms",
        "sources",
    ];
    let sheets = read(&vmsync.home().join("all.xlsx"));
    assert_eq!(
        sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(),
        kinds
    );
    assert_eq!(sheet(&sheets, "sources").column("name"), ["one"]);
    let mut csv = kinds.map(|kind| format!("{kind}.csv"));
    csv.sort();
    assert_eq!(files(&vmsync.home().join("inventory")), csv);
    let text = fs::read_to_string(vmsync.home().join("all.json")).expect("read");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let keys: Vec<&str> = document
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, [&["schema"][..], &kinds[..]].concat());
    let lines = fs::read_to_string(vmsync.home().join("all.ndjson")).expect("read");
    let source: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    assert_eq!(
        (&source["kind"], &source["object"]["kind"]),
        (&json!("sources"), &json!("esxi"))
    );
}

#[test]
fn the_workbook_of_rvtools_has_its_sheets_and_says_what_it_lacks() {
    let host = host();
    let vmsync = synced(&host);
    set_all(&vmsync, &details());
    let output = vmsync.run(&["export", "assess.xlsx", "--layout", "rvtools"]);
    output
        .assert_code(0)
        .assert_stderr("vPartition has no rows")
        .assert_stderr("add `guest_disk` to `inventory.details`");
    output
        .assert_stderr("vNetwork has no rows")
        .assert_stderr("vSnapshot has no rows")
        .assert_nowhere("vDisk has no rows");
    let mut config = sources(&[&Entry::esxi("one", &host)]);
    config["inventory"] = json!({"details": ["guest_disk", "devices"]});
    vmsync.write("sync.yaml", config.to_string());
    vmsync
        .run(&["export", "assess.xlsx", "--layout", "rvtools", "--force"])
        .assert_code(0)
        .assert_stderr("only VMware Tools know of them")
        .assert_stderr("hint: run `vmsync sync all`")
        .assert_nowhere("add `guest_disk`")
        .assert_nowhere("add `devices`");
    let sheets = read(&vmsync.home().join("assess.xlsx"));
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let expected = [
        "vInfo",
        "vCPU",
        "vMemory",
        "vDisk",
        "vPartition",
        "vNetwork",
        "vSnapshot",
        "vTools",
        "vCluster",
        "vHost",
        "dvSwitch",
        "dvPort",
        "vDatastore",
    ];
    assert_eq!(names, expected);
    let info = sheet(&sheets, "vInfo");
    assert_eq!(
        (info.column("CPUs"), info.column("Memory")),
        (vec!["4"; 2], vec!["8192"; 2])
    );
    assert_eq!(
        (info.column("Provisioned MiB"), info.column("In Use MiB")),
        (vec!["4096"; 2], vec!["3072"; 2])
    );
    assert_eq!(
        (info.column("VI SDK Server"), info.column("Creation date")),
        (vec!["127.0.0.1"; 2], vec![""; 2])
    );
    assert_eq!(info.types["A2"].0, "s", "importers know shared texts best");
    let disk = sheet(&sheets, "vDisk");
    assert_eq!(
        (disk.column("Capacity MiB"), disk.column("Thin")),
        (vec!["40960"; 2], vec!["True"; 2])
    );
    assert_eq!(
        sheet(&sheets, "vPartition").rows.len(),
        1,
        "a heading and no made-up row"
    );
}

#[test]
fn nothing_is_overwritten_unless_it_may_be_and_nothing_else_is_left() {
    let host = host();
    let vmsync = synced(&host);
    let place = vmsync.write("vms.csv", "precious");
    let refused = vmsync.run(&["export", "vms.csv", "vms"]);
    refused
        .assert_code(2)
        .assert_stderr("failed to export to vms.csv: it exists")
        .assert_stderr("--force to replace it");
    assert_eq!(fs::read_to_string(&place).expect("read"), "precious");
    vmsync.run(&["export", "vms.csv", "vms", "--force"]).assert_code(0);
    assert!(fs::read_to_string(&place).expect("read").starts_with("name,"));
    vmsync.write("home/thesis.txt", "precious");
    let refused = vmsync.run(&["export", "home", "--format", "csv", "--force"]);
    refused
        .assert_code(2)
        .assert_stderr("a folder with thesis.txt in it stands there");
    for _ in 0..2 {
        vmsync
            .run(&["export", "inventory", "--format", "csv", "--force"])
            .assert_code(0);
    }
    let absent = vmsync.run(&["export", "absent/vms.csv", "vms"]);
    absent
        .assert_code(2)
        .assert_stderr("failed to export to absent/vms.csv: there is no such folder")
        .assert_stderr("hint: make the folder first");
    // Nobody, root neither, makes files there.
    vmsync
        .run(&["export", "/sys/vms.csv", "vms"])
        .assert_code(2)
        .assert_stderr("failed to write /sys/vms.csv: ")
        .assert_stderr("hint: see who may write to the folder");
    assert_eq!(files(vmsync.home()), ["home", "inventory", "vms.csv"]);
}

#[test]
fn what_cannot_be_exported_is_said_before_the_store_is_asked() {
    let host = host();
    let vmsync = home(&sources(&[&Entry::esxi("one", &host)]));
    for (args, expected) in [
        (&["hosts", "hosts"][..], "its name does not say in which form"),
        (&["all.csv"], "a CSV file holds objects of one kind"),
        (
            &["all.csv", "--layout", "rvtools"],
            "the layout of RVTools is a workbook",
        ),
        (&["all.xlsx", "cats"], "[possible values: vms, hosts,"),
        (&["all.xlsx", "vms", "--layout", "rvtools"], "cannot be used with"),
        (
            &["all.xlsx", "--where", "name = a"],
            "required arguments were not provided",
        ),
        (&["vms.csv", "vms", "--where", "nam = a"], "did you mean name?"),
        (&["vms.csv", "vms", "--columns", "nam"], "did you mean name?"),
    ] {
        let output = vmsync.run(&[&["export"], args].concat());
        output.assert_code(2).assert_stderr(expected);
    }
    let empty = vmsync.run(&["export", "all.xlsx"]);
    empty
        .assert_code(69)
        .assert_stderr("has no data yet")
        .assert_stderr("hint: run `vmsync sync all`");
    assert_eq!(files(vmsync.home()), [""; 0]);
}

/// Long enough to be met while it writes.
#[test]
fn an_export_that_is_stopped_leaves_nothing() {
    let host = host();
    let vmsync = synced(&host);
    let connection = Connection::open(vmsync.sqlite()).expect("the store");
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO vms (name, orphan, document)
        SELECT 'copy-' || i, 0, json_set(json_remove(document, '$.instance_uuid'), '$.name', 'copy-' || i)
        FROM n, (SELECT document FROM vms LIMIT 1)";
    connection.execute(copies, []).expect("inserted");
    drop(connection);
    let export = vmsync.spawn(&["export", "all.xlsx"]);
    let is_writing = || files(vmsync.home()).iter().any(|name| name.starts_with(".all.xlsx."));
    for _ in 0..1_000 {
        if is_writing() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(is_writing(), "it writes beside its place");
    export.signal("TERM");
    let output = export.wait();
    output
        .assert_code(143)
        .assert_stderr("failed to export: stopped; no part of it was left there");
    assert_eq!(files(vmsync.home()), [""; 0]);
}

#[test]
fn both_stores_export_and_count_the_same() {
    let host = host();
    let (lite, site) = (synced(&host), Site::new(&[&Entry::esxi("one", &host)]));
    site.converge();
    set_all(&lite, &json!({"num_cpu": 4, "memory_mb": 8192, "snapshots": 1}));
    let set = doc! {"num_cpu": 4_i64, "memory_mb": 8192_i64, "snapshots": 1_i64};
    site.command(doc! {"update": "vms", "updates": [{"q": {}, "u": {"$set": set}, "multi": true}]});
    let mut exports = Vec::new();
    let mut counts = Vec::new();
    for vmsync in [&lite, &site.vmsync] {
        vmsync.run(&["export", "all.json"]).assert_code(0);
        let text = fs::read_to_string(vmsync.home().join("all.json")).expect("read");
        let mut document: Value = serde_json::from_str(&text).expect("JSON");
        for vm in document["vms"].as_array_mut().expect("an array") {
            vm["last_sync_time"] = Value::Null;
        }
        document["vms"]
            .as_array_mut()
            .expect("an array")
            .sort_by_key(|vm| vm["name"].to_string());
        exports.push(document["vms"].clone());
        counts.push(vmsync.run(&["stats", "--format", "json"]).assert_code(0).json());
    }
    assert_eq!(exports[0], exports[1]);
    assert_eq!(counts[0], counts[1]);
    let counts = &counts[0];
    assert_eq!(counts["vms"]["present"], 2);
    assert_eq!(
        counts["compute"]["configured"]["vcpus"],
        json!({"sum": 8, "unknown": 0})
    );
    assert_eq!(counts["vms"]["snapshots"]["snapshots"], json!({"sum": 2, "unknown": 0}));
    assert_eq!(counts["sources"][0]["vms"], 2);
    let table = lite.run(&["stats"]);
    table
        .assert_code(0)
        .assert_stdout("2 present")
        .assert_stdout("8 configured");
}
