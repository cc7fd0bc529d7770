//! Reports of every kind.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::catalog::ObjectKind;
use crate::check::{CheckReport, Findings, SourceFindings, Subject};
use crate::exit::Condition;
use crate::inventory::{Problem, Severity, SourceKind};
use crate::plan::objects::ObjectEvent;
use crate::plan::record::{FieldChange, FieldChanges};
use crate::report::{
    Change, ChangeKind, Draft, NotificationCounts, ObjectLine, Outcome, Report, SessionCounts, SourceCounts,
    SourceReport, SourceTimings, Step, Unowned,
};
use crate::vsphere::FailureKind;

const RUN: &str = "0198f0a0-7d0c-7f3e-9a55-0e6f3b1c2d4e";

fn started() -> Timestamp {
    "2024-07-01T12:34:00Z".parse().expect("a time")
}

pub fn finish(draft: Draft) -> Report {
    let finished = draft.started + SignedDuration::from_millis(3_250);
    draft.finish(finished)
}

pub fn draft(command: &str, dry_run: bool) -> Draft {
    Draft::new(RUN, command, dry_run, started())
}

pub fn source(name: &str, kind: SourceKind, vms: usize) -> SourceReport {
    SourceReport {
        name: name.to_owned(),
        kind,
        reachable: true,
        complete: true,
        counts: SourceCounts {
            vms: Some(vms),
            hosts: Some(1),
            ..SourceCounts::default()
        },
        soap_calls: 7,
        bytes: 48_213,
        fetch_ms: 412,
        timings: SourceTimings::default(),
        items: Vec::new(),
        error: None,
    }
}

fn failed(name: &str, reachable: bool, error: &str) -> SourceReport {
    SourceReport {
        reachable,
        complete: false,
        soap_calls: 1,
        bytes: 0,
        error: Some(error.to_owned()),
        ..source(name, SourceKind::Vcenter, 0)
    }
}

pub fn change(kinds: &[ChangeKind], name: &str, outcome: Outcome) -> Change {
    let uuid = Some("4216f3a0-7d0c-4f3e-9a55-0e6f3b1c2d4e".to_owned());
    let source = Some("esx1".to_owned());
    Change {
        uuid,
        source,
        ..Change::new(kinds.iter().copied(), name, outcome)
    }
}

pub fn with(mut change: Change, field: &str, before: Value, after: Value) -> Change {
    change.fields.insert(field.to_owned(), FieldChange { before, after });
    change
}

pub fn because(change: Change, reason: &str) -> Change {
    Change {
        reason: Some(reason.to_owned()),
        ..change
    }
}

/// A second pass without changes.
pub fn quiet() -> Report {
    finish(Draft {
        sources: vec![
            source("esx1", SourceKind::Esxi, 12),
            source("vc.example.com:8443", SourceKind::Vcenter, 1485),
        ],
        unchanged: 1497,
        sessions: Step::Done(SessionCounts {
            scanned: 1200,
            ..SessionCounts::default()
        }),
        notifications: Step::Done(NotificationCounts::default()),
        ..draft("sync all", false)
    })
}

/// Something of every kind that can be applied.
fn busy_changes(outcome: Outcome) -> Vec<Change> {
    use ChangeKind::{Added, Duplicate, Missing, Moved, Orphaned, Reactivated, Renamed, Unidentified, Updated};
    let rename = |change, old: &str, new: &str| with(change, "name", json!(old), json!(new));
    let sources = |name: &str| json!([{"id": "esxi:1", "name": name, "moref": "1"}]);
    vec![
        change(&[Added], "web-2", outcome),
        with(
            change(&[Added], "web-1", outcome),
            "power_state",
            Value::Null,
            json!("on"),
        ),
        with(
            change(&[Orphaned], "old-db", outcome),
            "orphan",
            json!(false),
            json!(true),
        ),
        with(
            rename(change(&[Reactivated, Renamed], "back-2", outcome), "back", "back-2"),
            "orphan",
            json!(true),
            json!(false),
        ),
        with(
            with(
                change(&[Moved], "mover", outcome),
                "esxi_host_addr",
                json!("10.0.0.1"),
                json!("10.0.0.2"),
            ),
            "sources",
            sources("esx0"),
            sources("esx1"),
        ),
        rename(change(&[Renamed], "b", outcome), "a", "b"),
        rename(change(&[Renamed], "a", outcome), "b", "a"),
        with(
            with(
                change(&[Updated], "app", outcome),
                "power_state",
                json!("on"),
                json!("off"),
            ),
            "template",
            Value::Null,
            json!(false),
        ),
        change(&[Missing], "away", outcome),
        because(
            change(&[Duplicate], "twin", outcome),
            "also on esx2; the facts are those of esx1",
        ),
        because(
            change(&[Unidentified], "unborn", outcome),
            "its configuration has not arrived",
        ),
    ]
}

pub fn busy() -> Report {
    finish(Draft {
        sources: vec![source("esx1", SourceKind::Esxi, 12)],
        changes: busy_changes(Outcome::Applied),
        unchanged: 3,
        adopted: 2,
        excluded: 1,
        unowned: vec![Unowned {
            source: "esx-old.example.com".to_owned(),
            vms: 4,
        }],
        sessions: Step::Done(SessionCounts {
            scanned: 20,
            changed: 3,
            gone: 1,
            contended: 0,
            skipped: 2,
            ambiguous: 1,
        }),
        notifications: Step::Done(NotificationCounts {
            sent: 4,
            pending: 1,
            rejected: 1,
        }),
        warnings: vec![
            "the certificate of esx1 expires in 6 days".to_owned(),
            "2 sessions hold the name twin, which two live VMs bore; nobody can know which one is meant, so they are \
             left as they are"
                .to_owned(),
        ],
        conditions: [Condition::NotificationsPending].into(),
        ..draft("sync all", false)
    })
}

pub fn dry_run() -> Report {
    finish(Draft {
        sources: vec![source("esx1", SourceKind::Esxi, 12)],
        changes: busy_changes(Outcome::Planned),
        unchanged: 3,
        sessions: Step::Done(SessionCounts {
            scanned: 20,
            changed: 3,
            ..SessionCounts::default()
        }),
        notifications: Step::NotConfigured,
        ..draft("sync all", true)
    })
}

fn object(object: ObjectKind, kind: ObjectEvent, name: &str, outcome: Outcome) -> ObjectLine {
    ObjectLine {
        object,
        kind,
        name: name.to_owned(),
        source: "vc1".to_owned(),
        moref: format!("{}-1", object.singular()),
        fields: FieldChanges::new(),
        outcome,
        is_first: false,
        reason: None,
    }
}

/// Objects of all kinds, with everything that can happen to them.
pub fn objects() -> Report {
    use ObjectEvent::{Added, Gone, Returned, Updated};
    let mut lines: Vec<ObjectLine> = (0..23)
        .map(|number| object(ObjectKind::Host, Added, &format!("esx{number:02}"), Outcome::Applied))
        .collect();
    let mut updated = object(ObjectKind::Cluster, Updated, "prod", Outcome::Applied);
    let (before, after) = (json!(true), json!(false));
    updated
        .fields
        .insert("ha_enabled".to_owned(), FieldChange { before, after });
    let because = |line: ObjectLine, reason: &str| ObjectLine {
        reason: Some(reason.to_owned()),
        ..line
    };
    let held = "6 of 8 datastores of vc1 would be gone at once; if that is right, run once with --allow vc1:gone=6";
    lines.extend([
        updated,
        because(object(ObjectKind::Datastore, Gone, "lun-1", Outcome::Withheld), held),
        because(object(ObjectKind::Datastore, Gone, "lun-2", Outcome::Withheld), held),
        object(ObjectKind::Datastore, Returned, "lun-3", Outcome::Applied),
        object(ObjectKind::Network, Gone, "evil\u{1b}[2J", Outcome::Applied),
        because(
            object(ObjectKind::Switch, Updated, "dvs", Outcome::Contended),
            "somebody else",
        ),
        object(ObjectKind::Alarm, Added, "host down", Outcome::Planned),
    ]);
    finish(Draft {
        sources: vec![SourceReport {
            items: vec![Problem {
                object: "HostSystem esx1".to_owned(),
                message: "its cluster \u{1b}[2J is not in the listing".to_owned(),
                severity: Severity::Warning,
            }],
            ..source("vc1", SourceKind::Vcenter, 12)
        }],
        unchanged: 12,
        objects: Some(ObjectKind::ALL.map(|kind| (kind, 7)).into()),
        object_changes: lines,
        sessions: Step::NotConfigured,
        notifications: Step::NotConfigured,
        conditions: [Condition::Withheld, Condition::SourceFailed].into(),
        ..draft("sync all", false)
    })
}

/// `sync hosts`.
pub fn hosts() -> Report {
    finish(Draft {
        sources: vec![source("vc1", SourceKind::Vcenter, 12)],
        objects: Some([(ObjectKind::Host, 3)].into()),
        object_changes: vec![object(ObjectKind::Host, ObjectEvent::Gone, "esx1", Outcome::Planned)],
        ..draft("sync hosts", true)
    })
}

pub fn diff_empty() -> Report {
    finish(Draft {
        sources: vec![source("esx1", SourceKind::Esxi, 12)],
        unchanged: 12,
        sessions: Step::NotConfigured,
        notifications: Step::NotConfigured,
        ..draft("diff", true)
    })
}

pub fn withheld() -> Report {
    use ChangeKind::{Orphaned, Renamed, Updated};
    let reason = "12 of 40 live VMs of esx1 would become orphans, more than 5 and more than 20 %; \
                  --allow esx1:orphan=12 lets them";
    let orphan = |name: &str| because(change(&[Orphaned], name, Outcome::Withheld), reason);
    let renamed = with(
        change(&[Renamed, Updated], "x", Outcome::Withheld),
        "name",
        json!("x"),
        json!("y"),
    );
    let renamed = with(renamed, "num_cpu", json!(2), json!(4));
    let reason = "the name only: 20 VMs of esx1 would be renamed; --allow esx1:rename=20 lets them";
    finish(Draft {
        sources: vec![source("esx1", SourceKind::Esxi, 28)],
        changes: vec![
            orphan("web-2"),
            orphan("web-1"),
            Change {
                others: Some(Outcome::Applied),
                ..because(renamed, reason)
            },
        ],
        unchanged: 28,
        sessions: Step::Done(SessionCounts {
            scanned: 20,
            ..SessionCounts::default()
        }),
        notifications: Step::NotConfigured,
        conditions: [Condition::Withheld].into(),
        ..draft("sync all", false)
    })
}

pub fn failures() -> Report {
    use ChangeKind::{Added, Orphaned, Updated};
    let refused = "failed to log in to vc-with-a-very-long-name.datacenter-7.example.com as svc-sync: the password was \
                   refused\nhint: put the right one into sources[1].password_file; the next attempt is made after \
                   2024-07-01 12:49:00";
    finish(Draft {
        sources: vec![
            source("esx1", SourceKind::Esxi, 12),
            failed("vc-with-a-very-long-name.datacenter-7.example.com:8443", false, refused),
            failed("vc2", true, "the listing ended after page 1: connection reset"),
        ],
        changes: vec![
            because(
                change(&[Added], "new", Outcome::Failed),
                "the store refused it: document too large",
            ),
            because(
                change(&[Updated], "app", Outcome::Contended),
                "it was changed by another writer",
            ),
            because(
                change(&[Orphaned], "gone", Outcome::Unknown),
                "the store went away and did not say",
            ),
            change(&[Updated], "later", Outcome::Planned),
            change(&[Updated], "done", Outcome::Applied),
        ],
        conditions: [Condition::StoreFailed, Condition::SourceFailed].into(),
        error: Some("failed to reach the store at mongo:27017: connection closed\nhint: run again".to_owned()),
        notifications: Step::NotConfigured,
        ..draft("sync vms", false)
    })
}

pub fn hostile() -> Report {
    let name = "evil\u{1b}[2J\u{9b}1m\nexit code 0\u{202e}gnp.exe\u{7f}";
    let mut bad = source(name, SourceKind::Esxi, 1);
    bad.error = Some(name.to_owned());
    finish(Draft {
        sources: vec![bad],
        changes: vec![
            because(
                with(
                    change(&[ChangeKind::Updated], name, Outcome::Failed),
                    name,
                    json!(name),
                    json!([name]),
                ),
                name,
            ),
            change(
                &[ChangeKind::Added],
                " 仮想マシン-東京-データセンター-第一号機-本番環境-ウェブサーバー-冗長構成 ",
                Outcome::Applied,
            ),
            change(&[ChangeKind::Added], &"long".repeat(30), Outcome::Applied),
        ],
        unowned: vec![Unowned {
            source: name.to_owned(),
            vms: 1,
        }],
        warnings: vec![name.to_owned()],
        error: Some(name.to_owned()),
        ..draft("sync all", false)
    })
}

/// Ended before anything was done.
pub fn early() -> Report {
    finish(Draft {
        conditions: [Condition::Interrupted].into(),
        ..draft("sync all", false)
    })
}

pub fn all() -> Vec<Report> {
    vec![
        quiet(),
        busy(),
        dry_run(),
        diff_empty(),
        withheld(),
        failures(),
        hostile(),
        early(),
        objects(),
        hosts(),
    ]
}

/// A check with every verdict.
pub fn check() -> CheckReport {
    let mut configuration = Findings::new(Subject::Configuration);
    configuration.ok("file", "sync.yaml, 1 source");
    let mut source = Findings::new(Subject::Source("esx1".to_owned()));
    source.warn(
        "certificate",
        "pinned, expires in 5 days, on 2026-11-26",
        "pin the next one in time",
    );
    let detail = "the server refuses the user name or password of \"root\" (Cannot complete login due to an incorrect user name or password.)";
    source.fail(
        Condition::SourceFailed,
        "login",
        detail,
        "check `username` and the password",
    );
    let mut endpoints = Findings::new(Subject::Endpoints);
    endpoints.skip(
        "vm-group-service-rename-vm",
        "not configured: this service is told of no rename",
    );
    let source = SourceFindings {
        findings: source,
        asked: true,
        shut: Some(FailureKind::Login),
    };
    CheckReport::new(vec![source], vec![configuration, endpoints], None)
}
