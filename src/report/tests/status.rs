use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, json};

use super::look;
use super::schema::{check, schema_in};
use crate::catalog::ObjectKind;
use crate::inventory::{SourceId, SourceKind};
use crate::plan::record::{DocumentId, VmRecord};
use crate::report::{
    StatusFacts, StatusReport, Thresholds, render_json, render_nagios, render_nagios_failure, render_status,
};
use crate::store::{Holder, Loaded, LoginFingerprint, LoginPause, ObjectCount, PassRecord, StoredSource};

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
        listed: None,
    }
}

fn journal(number: u32, group: &serde_json::Value, auth: &serde_json::Value) -> serde_json::Value {
    json!({"id": format!("4-{number}"), "epoch": 4, "kind": "rename", "old": "a", "new": "b", "sessions": "scanned",
           "group": group, "auth": auth})
}

fn renamed() -> VmRecord {
    let waiting = json!({"state": "pending", "accepted": 0, "refused": 2, "refused_at": null});
    let rejected = json!({"state": "pending", "accepted": 0, "refused": 3, "refused_at": "2024-07-01T12:00:00Z"});
    let done = json!({"state": "done"});
    record(&json!({"journal": [
        journal(0, &waiting, &done),
        journal(1, &rejected, &waiting),
        journal(2, &rejected, &done),
        journal(3, &done, &done),
    ]}))
}

fn loaded() -> Loaded {
    Loaded {
        records: vec![
            renamed(),
            record(&json!({"missing_since": "2024-07-01T12:00:00Z"})),
            record(&json!({"orphan": true, "orphan_since": "28-06-2024: 12:00:00"})),
            record(&json!({"orphan": true, "missing_since": "2024-07-01T12:00:00Z"})),
        ],
        sources: vec![
            source(
                "vc1",
                None,
                Some("failed to connect to vc1:443: connection refused\nhint: is it \u{1b}[1mup?"),
            ),
            source("esx1", Some(9), None),
            source("esx2", Some(1), None),
            StoredSource {
                login_pause: Some(pause(40)),
                ..source("esx3", Some(1), Some("login paused until 12:40"))
            },
        ],
        ..Loaded::default()
    }
}

fn pause(minute: i8) -> LoginPause {
    LoginPause {
        refusals: 2,
        until: at(minute),
        fingerprint: LoginFingerprint {
            salt: "salt".to_owned(),
            digest: "digest".to_owned(),
        },
    }
}

fn status(loaded: &Loaded, running: Option<&Holder>, passes: &[PassRecord]) -> StatusReport {
    status_with(loaded, &[], running, passes)
}

fn status_with(
    loaded: &Loaded,
    objects: &[ObjectCount],
    running: Option<&Holder>,
    passes: &[PassRecord],
) -> StatusReport {
    StatusReport::new(&StatusFacts {
        loaded,
        objects,
        running,
        passes,
        now: at(10),
        timezone: &TimeZone::UTC,
        stale_after: Duration::from_mins(6),
    })
}

fn sample() -> StatusReport {
    let holder = Holder {
        run_id: "run-9".to_owned(),
        host: "sync-1".to_owned(),
        pid: 4711,
        command: "sync all".to_owned(),
        since: at(9),
        lock: None,
    };
    status(&loaded(), Some(&holder), &[pass(4, 3), pass(2, 0), pass(0, 0)])
}

fn empty() -> StatusReport {
    status(&Loaded::default(), None, &[])
}

#[test]
fn status_for_programs() {
    insta::assert_snapshot!(render_json(&sample()), @r#"
    {"schema":"vmsync.status/1","running":{"run_id":"run-9","host":"sync-1","pid":4711,"since":"2024-07-01T12:09:00Z"},"last_pass":{"run_id":"run-4","command":"sync all","started":"2024-07-01T12:04:00Z","finished":"2024-07-01T12:05:00Z","exit_code":3},"last_success":"2024-07-01T12:03:00Z","vms":{"present":1,"orphan":2,"missing":1},"pending_notifications":2,"sources":[{"name":"esx1","last_complete":"2024-07-01T12:09:00Z","last_error":null,"stale":false,"login_paused_until":null,"counts":{"vms":0,"hosts":null,"clusters":null,"datastores":null,"networks":null,"switches":null,"alarms":null}},{"name":"esx2","last_complete":"2024-07-01T12:01:00Z","last_error":null,"stale":true,"login_paused_until":null,"counts":{"vms":0,"hosts":null,"clusters":null,"datastores":null,"networks":null,"switches":null,"alarms":null}},{"name":"esx3","last_complete":"2024-07-01T12:01:00Z","last_error":"login paused until 12:40","stale":true,"login_paused_until":"2024-07-01T12:40:00Z","counts":{"vms":0,"hosts":null,"clusters":null,"datastores":null,"networks":null,"switches":null,"alarms":null}},{"name":"vc1","last_complete":null,"last_error":"failed to connect to vc1:443: connection refused\nhint: is it \u001b[1mup?","stale":true,"login_paused_until":null,"counts":{"vms":null,"hosts":null,"clusters":null,"datastores":null,"networks":null,"switches":null,"alarms":null}}],"rejected_notifications":1,"orphans":{"day":0,"week":1,"month":0,"older":0,"unknown":1},"passes":[{"run_id":"run-4","command":"sync all","started":"2024-07-01T12:04:00Z","finished":"2024-07-01T12:05:00Z","exit_code":3},{"run_id":"run-2","command":"sync all","started":"2024-07-01T12:02:00Z","finished":"2024-07-01T12:03:00Z","exit_code":0},{"run_id":"run-0","command":"sync all","started":"2024-07-01T12:00:00Z","finished":"2024-07-01T12:01:00Z","exit_code":0}],"objects":{}}
    "#);
}

#[test]
fn status_of_a_new_store_for_programs() {
    insta::assert_snapshot!(render_json(&empty()), @r#"
    {"schema":"vmsync.status/1","running":null,"last_pass":null,"last_success":null,"vms":{"present":0,"orphan":0,"missing":0},"pending_notifications":0,"sources":[],"rejected_notifications":0,"orphans":{"day":0,"week":0,"month":0,"older":0,"unknown":0},"passes":[],"objects":{}}
    "#);
}

#[test]
fn status_for_people() {
    insta::assert_snapshot!(render_status(&sample(), &look(80)), @r#"
    running        since 2024-07-01 12:09:00 UTC on sync-1 (pid 4711), run run-9
    last pass      2024-07-01 12:05:00 UTC, sync all, exit code 3
    last success   2024-07-01 12:03:00 UTC
    VMs            1 present, 2 orphan, 1 missing
    orphans        1 for less than a week, 1 for an unknown time
    notifications  2 pending, 1 rejected

    Source  State         Last complete listing
    ──────────────────────────────────────────────
    esx1    fresh         2024-07-01 12:09:00 UTC
    esx2    stale         2024-07-01 12:01:00 UTC
    esx3    login paused  2024-07-01 12:01:00 UTC
        login paused until 12:40
    vc1     stale         never
        failed to connect to vc1:443: connection refused
        hint: is it \u{1b}[1mup?

    Last passes              Command        Time  Exit
    ───────────────────────────────────────────────────
    2024-07-01 12:05:00 UTC  sync all  1 min 0 s     3
    2024-07-01 12:03:00 UTC  sync all  1 min 0 s     0
    2024-07-01 12:01:00 UTC  sync all  1 min 0 s     0
    "#);
}

#[test]
fn status_of_a_new_store_for_people() {
    insta::assert_snapshot!(render_status(&empty(), &look(80)), @r#"
    running        no
    last pass      never
    last success   never
    VMs            0 present, 0 orphan, 0 missing
    notifications  0 pending
    "#);
}

/// Two sources, one of which listed hosts only.
fn counted() -> StatusReport {
    let listed = |kinds: &[&str]| Some(kinds.iter().map(|kind| ((*kind).to_owned(), at(9))).collect());
    let owned = |source: &str, orphan: bool| {
        let owner = json!({"id": "name:x", "name": source, "moref": "vm-1"});
        record(&json!({"sources": [owner], "orphan": orphan}))
    };
    let loaded = Loaded {
        records: vec![
            owned("vc1", false),
            owned("vc1", true),
            owned("vc1", false),
            owned("gone", false),
        ],
        sources: vec![
            StoredSource {
                listed: listed(&["vms", "hosts", "clusters", "alarms"]),
                ..source("vc1", Some(9), None)
            },
            StoredSource {
                listed: listed(&["hosts"]),
                ..source("esx1", Some(9), None)
            },
        ],
        ..Loaded::default()
    };
    let count = |source: &str, kind, present, objects| ObjectCount {
        source: source.to_owned(),
        kind,
        present,
        objects,
    };
    let objects = [
        count("vc1", ObjectKind::Host, true, 12),
        count("vc1", ObjectKind::Host, false, 3),
        count("vc1", ObjectKind::Cluster, true, 2),
        count("vc1", ObjectKind::Network, true, 7),
        count("esx1", ObjectKind::Host, true, 1),
        count("gone", ObjectKind::Host, false, 1),
    ];
    status_with(&loaded, &objects, None, &[])
}

#[test]
fn what_each_source_has_is_counted_where_it_is_known() {
    let json: serde_json::Value = serde_json::from_str(&render_json(&counted())).expect("JSON");
    let expected = json!({
        "hosts": {"present": 13, "gone": 4},
        "clusters": {"present": 2, "gone": 0},
        "networks": {"present": 7, "gone": 0},
    });
    assert_eq!(json["objects"], expected);
    let of = |place: usize| json["sources"][place]["counts"].clone();
    let expected = json!({
        "vms": null, "hosts": 1, "clusters": null, "datastores": null, "networks": null, "switches": null, "alarms": null,
    });
    assert_eq!(of(0), expected);
    let expected = json!({
        "vms": 2, "hosts": 12, "clusters": 2, "datastores": null, "networks": 7, "switches": null, "alarms": 0,
    });
    assert_eq!(of(1), expected);
    let text = render_status(&counted(), &look(80));
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    for line in [
        "others         22 present, 4 gone",
        "Stored  VMs  Hosts  Clusters  Datastores  Networks  Switches  Alarms",
        "esx1             1",
        "vc1       2     12         2                     7                 0",
    ] {
        assert!(lines.contains(&line), "{line}\n{text}");
    }
}

#[test]
fn every_status_keeps_its_schema() {
    let schema = schema_in("status.schema.json");
    for status in [sample(), empty(), counted()] {
        let mut value: serde_json::Value = serde_json::from_str(&render_json(&status)).expect("JSON");
        assert_eq!(check(&schema, &schema, &value, ""), Vec::<String>::new());
        let names: Vec<_> = value.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(schema["required"], json!(names));
        value["vms"]["more"] = json!(1);
        assert_ne!(check(&schema, &schema, &value, ""), Vec::<String>::new());
    }
}

fn thresholds(warn: u64, crit: u64) -> Thresholds {
    let minutes = |minutes| Some(Duration::from_mins(minutes));
    Thresholds::new(minutes(warn), minutes(crit), Duration::ZERO).expect("in order")
}

#[test]
fn status_for_a_monitoring_system() {
    // The last success is 7 minutes old.
    let plugin = |warn, crit| render_nagios(&sample(), thresholds(warn, crit), at(10));
    insta::assert_snapshot!(plugin(7, 8).0, @"VMSYNC OK - last success 7 min ago, 3 of 4 sources stale, last pass ended with exit code 3 | age=420s;420;480;0 present=1;;;0 orphans=2;;;0 missing=1;;;0 pending=2;;;0 rejected=1;;;0 stale_sources=3;;;0");
    insta::assert_snapshot!(render_nagios(&empty(), thresholds(7, 8), at(10)).0, @"VMSYNC CRITICAL - no pass over all sources has succeeded yet | age=U;420;480;0 present=0;;;0 orphans=0;;;0 missing=0;;;0 pending=0;;;0 rejected=0;;;0 stale_sources=0;;;0");
    assert_eq!(
        [(7, 7), (7, 8), (6, 7), (6, 6), (0, 0)].map(|(warn, crit)| plugin(warn, crit).1),
        [0, 0, 1, 2, 2]
    );
    assert_eq!(render_nagios(&empty(), thresholds(7, 8), at(10)).1, 2);
    let unknown = render_nagios_failure("failed to reach a|b\nhint: is it up?");
    assert_eq!(unknown, ("VMSYNC UNKNOWN - failed to reach a/b\n".to_owned(), 3));
}

#[test]
fn thresholds_that_are_not_given_are_made_of_the_interval_and_keep_their_order() {
    let minute = Duration::from_mins(1);
    let made = |warn: Option<u32>, crit: Option<u32>| {
        Thresholds::new(warn.map(|n| minute * n), crit.map(|n| minute * n), minute)
    };
    for (warn, crit, expected) in [
        (None, None, (3, 10)),
        (Some(5), None, (5, 10)),
        (Some(60), None, (60, 60)),
        (None, Some(60), (3, 60)),
        (None, Some(1), (1, 1)),
        (Some(1), Some(2), (1, 2)),
    ] {
        assert_eq!(
            made(warn, crit),
            Ok(thresholds(expected.0, expected.1)),
            "{warn:?} {crit:?}"
        );
    }
    let refused = made(Some(90), Some(60)).expect_err("the wrong order");
    assert_eq!(
        refused.to_string(),
        "--warn 1 h 30 min is above --crit 1 h, so it would never be heard\nhint: let --warn be the smaller one"
    );
}
