use jiff::Timestamp;
use serde_json::{Map, json};

use super::look;
use crate::inventory::{SourceId, SourceKind};
use crate::plan::record::{DocumentId, VmRecord};
use crate::report::{StatusReport, render_json, render_status};
use crate::store::{Holder, Loaded, PassRecord, StoredSource};

fn at(minute: i8) -> Timestamp {
    jiff::civil::date(2024, 7, 1)
        .at(12, minute, 0, 0)
        .in_tz("UTC")
        .expect("a zone")
        .timestamp()
}

fn pass(minute: i8, exit_code: u8) -> PassRecord {
    PassRecord {
        run_id: format!("run-{minute}"),
        command: "sync all".to_owned(),
        started: at(minute),
        finished: at(minute + 1),
        exit_code,
        full_success: exit_code == 0,
    }
}

fn record(extra: &serde_json::Value) -> VmRecord {
    let mut stored: Map<_, _> = [("name".to_owned(), json!("x"))].into_iter().collect();
    stored.extend(extra.as_object().cloned().unwrap_or_default());
    VmRecord::from_stored(DocumentId("1".to_owned()), stored).expect("a readable document")
}

fn source(name: &str, complete: Option<i8>, error: Option<&str>) -> StoredSource {
    StoredSource {
        name: name.to_owned(),
        host: name.to_owned(),
        id: Some(SourceId::of_name(name)),
        kind: SourceKind::Esxi,
        last_complete: complete.map(at),
        last_error: error.map(str::to_owned),
        root_roles: vec![],
        login_pause: None,
    }
}

fn sample() -> StatusReport {
    let loaded = Loaded {
        records: vec![
            record(&json!({})),
            record(&json!({"missing_since": "2024-07-01T12:00:00Z"})),
            record(&json!({"orphan": true})),
            record(&json!({"orphan": true, "missing_since": "2024-07-01T12:00:00Z"})),
        ],
        sources: vec![
            source(
                "vc1",
                None,
                Some("failed to connect to vc1:443: connection refused\nhint: is it \u{1b}[1mup?"),
            ),
            source("esx1", Some(1), None),
        ],
        ..Loaded::default()
    };
    let holder = Holder {
        run_id: "run-9".to_owned(),
        host: "sync-1".to_owned(),
        pid: 4711,
        command: "sync all".to_owned(),
        since: at(9),
        lock: None,
    };
    StatusReport::new(&loaded, Some(&holder), &[pass(4, 3), pass(2, 0), pass(0, 0)], 2)
}

#[test]
fn status_for_programs() {
    insta::assert_snapshot!(render_json(&sample()), @r#"
    {"schema":"vmsync.status/1","running":{"run_id":"run-9","host":"sync-1","pid":4711,"since":"2024-07-01T12:09:00Z"},"last_pass":{"run_id":"run-4","command":"sync all","started":"2024-07-01T12:04:00Z","finished":"2024-07-01T12:05:00Z","exit_code":3},"last_success":"2024-07-01T12:03:00Z","vms":{"present":1,"orphan":2,"missing":1},"pending_notifications":2,"sources":[{"name":"esx1","last_complete":"2024-07-01T12:01:00Z","last_error":null},{"name":"vc1","last_complete":null,"last_error":"failed to connect to vc1:443: connection refused\nhint: is it \u001b[1mup?"}]}
    "#);
}

#[test]
fn status_of_a_new_store_for_programs() {
    insta::assert_snapshot!(render_json(&StatusReport::new(&Loaded::default(), None, &[], 0)), @r#"
    {"schema":"vmsync.status/1","running":null,"last_pass":null,"last_success":null,"vms":{"present":0,"orphan":0,"missing":0},"pending_notifications":0,"sources":[]}
    "#);
}

#[test]
fn status_for_people() {
    insta::assert_snapshot!(render_status(&sample(), &look(80)), @r#"
    running        since 2024-07-01 12:09:00 UTC on sync-1 (pid 4711), run run-9
    last pass      2024-07-01 12:05:00 UTC, sync all, exit code 3
    last success   2024-07-01 12:03:00 UTC
    VMs            1 present, 2 orphan, 1 missing
    notifications  2 pending

    Source  Last complete listing
    ────────────────────────────────
    esx1    2024-07-01 12:01:00 UTC
    vc1     never
        failed to connect to vc1:443: connection refused
        hint: is it \u{1b}[1mup?
    "#);
}

#[test]
fn status_of_a_new_store_for_people() {
    insta::assert_snapshot!(render_status(&StatusReport::new(&Loaded::default(), None, &[], 0), &look(80)), @r#"
    running        no
    last pass      never
    last success   never
    VMs            0 present, 0 orphan, 0 missing
    notifications  0 pending
    "#);
}
