//! The objects beside VMs: under keys of their own, read and written as VM documents are.

use super::super::subject::plan::objects::{ObjectRecord, field};
use super::super::subject::plan::record::FieldChange;
use super::super::subject::store::{LoadedObjects, ObjectCount};
use super::fence::take_lease;
use super::*;

const HOSTS: Table = Table::Objects(ObjectKind::Host);

fn host_key(number: usize) -> DocumentId {
    DocumentId(format!("vcenter:5010/host-{number:04}"))
}

fn content(kind: ObjectKind, moref: &str) -> Map<String, Value> {
    let content = match kind {
        ObjectKind::Datastore => json!({
            "type": "VMFS", "hosts": ["esx1", "esx2"], "capacity_bytes": 1_u64 << 45, "accessible": true,
        }),
        _ => json!({ "cpu_cores": 32, "maintenance_mode": false, "datastores": ["a", "b"], "cluster": null }),
    };
    let mut content = content.as_object().unwrap().clone();
    let shared = json!({
        "name": format!("name of {moref}"), "source": "vc1", "source_id": "vcenter:5010", "moref": moref, "present": true,
        "first_seen": "2024-07-01T10:34:01Z", "last_seen": "2024-07-01T10:34:01Z", "gone_since": null,
    });
    content.extend(shared.as_object().unwrap().clone());
    content
}

fn insert_host(number: usize) -> DocumentWrite {
    DocumentWrite::Insert {
        id: Some(host_key(number)),
        content: content(ObjectKind::Host, &format!("host-{number:04}")).into(),
    }
}

fn set(record: &ObjectRecord, name: &str, after: Value) -> DocumentWrite {
    let before = record.stored.get(name).cloned().unwrap_or_default();
    DocumentWrite::Update {
        id: record.id.clone(),
        rev: Some(record.rev),
        changes: [(name.to_owned(), FieldChange { before, after })].into(),
    }
}

async fn load(lab: &dyn Laboratory) -> LoadedObjects {
    lab.store().load_objects(&ObjectKind::ALL).await.unwrap()
}

async fn hosts(lab: &dyn Laboratory) -> Vec<ObjectRecord> {
    let mut records = lab.store().load_objects(&[ObjectKind::Host]).await.unwrap().records;
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records
}

async fn write(lab: &dyn Laboratory, epoch: i64, writes: &[DocumentWrite]) -> Vec<WriteOutcome> {
    let Writes { outcomes, error } = lab.store().apply(&stamp(epoch), HOSTS, writes).await;
    assert!(error.is_none(), "{error:?}");
    outcomes
}

/// Prepares the store, and puts one host there.
async fn one_host(lab: &dyn Laboratory) -> ObjectRecord {
    lab.store().prepare().await.unwrap();
    write(lab, 1, &[insert_host(1)]).await;
    hosts(lab).await.remove(0)
}

pub async fn nothing_was_stored_yet(lab: &dyn Laboratory) {
    let before = lab.snapshot().await;
    let loaded = load(lab).await;
    assert!(loaded.records.is_empty() && loaded.unreadable.is_empty());
    assert_eq!(lab.snapshot().await, before);
    lab.store().prepare().await.unwrap();
    assert!(load(lab).await.records.is_empty());
}

pub async fn what_was_inserted_is_loaded(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    for kind in [ObjectKind::Host, ObjectKind::Datastore, ObjectKind::Alarm] {
        let id = DocumentId(format!("vcenter:5010/{}-1", kind.singular()));
        let insert = DocumentWrite::Insert {
            id: Some(id.clone()),
            content: content(kind, &format!("{}-1", kind.singular()))
                .into_iter()
                .filter(|(name, _)| kind.fields().any(|field| field.name == name))
                .collect::<Map<_, _>>()
                .into(),
        };
        let applied = lab
            .store()
            .apply(&stamp(3), Table::Objects(kind), std::slice::from_ref(&insert))
            .await;
        assert_eq!(applied.outcomes, [WriteOutcome::Applied { id: id.clone(), rev: 1 }]);
        let loaded = lab.store().load_objects(&[kind]).await.unwrap();
        assert!(loaded.unreadable.is_empty(), "{:?}", loaded.unreadable);
        let [record] = &loaded.records[..] else {
            panic!("{:?}", loaded.records)
        };
        assert_eq!(
            (&record.id, record.kind, record.rev, record.present),
            (&id, kind, 1, true)
        );
        assert_eq!(
            (record.source.as_str(), record.source_id.as_str()),
            ("vc1", "vcenter:5010")
        );
        let DocumentWrite::Insert { content, .. } = insert else {
            panic!("it is one")
        };
        for (name, value) in content.to_map() {
            assert_eq!(record.stored.get(&name).unwrap_or(&Value::Null), &value, "{name}");
        }
        assert_eq!(
            (&record.stored["epoch"], &record.stored["pass"].is_string()),
            (&json!(3), &true)
        );
    }
    assert_eq!(load(lab).await.records.len(), 3);
    assert!(records(lab).await.is_empty(), "they are no VM documents");
}

pub async fn a_key_that_is_taken_is_contended(lab: &dyn Laboratory) {
    let host = one_host(lab).await;
    let outcomes = write(lab, 2, &[insert_host(1), insert_host(2)]).await;
    assert_eq!(outcomes[0], WriteOutcome::Contended);
    assert_eq!(
        outcomes[1],
        WriteOutcome::Applied {
            id: host_key(2),
            rev: 1
        }
    );
    assert_eq!(hosts(lab).await[0], host);
}

pub async fn an_update_sets_what_changed_only(lab: &dyn Laboratory) {
    let host = one_host(lab).await;
    let outcomes = write(lab, 2, &[set(&host, "datastores", json!(["a"]))]).await;
    assert_eq!(
        outcomes,
        [WriteOutcome::Applied {
            id: host.id.clone(),
            rev: 2
        }]
    );
    let after = hosts(lab).await.remove(0);
    let mut expected = host.stored.clone();
    expected.extend([
        ("datastores".to_owned(), json!(["a"])),
        ("rev".to_owned(), json!(2)),
        ("epoch".to_owned(), json!(2)),
        ("pass".to_owned(), after.stored["pass"].clone()),
    ]);
    assert_eq!(after.stored, expected);
    let gone = [
        (field::PRESENT, json!(false)),
        (field::GONE_SINCE, json!("2024-07-01T10:34:03Z")),
    ];
    for (name, value) in gone {
        let host = hosts(lab).await.remove(0);
        write(lab, 3, &[set(&host, name, value.clone())]).await;
        assert_eq!(hosts(lab).await[0].stored[name], value);
    }
    assert!(!hosts(lab).await[0].present);
}

pub async fn another_rev_epoch_or_value_is_contended(lab: &dyn Laboratory) {
    let host = one_host(lab).await;
    write(lab, 5, &[set(&host, "cpu_cores", json!(64))]).await;
    let now = hosts(lab).await.remove(0);
    let earlier = set(&now, "cpu_cores", json!(1));
    let value = ObjectRecord {
        stored: host.stored.clone(),
        ..now.clone()
    };
    assert_eq!(
        write(lab, 5, &[set(&host, "maintenance_mode", json!(true))]).await,
        [WriteOutcome::Contended]
    );
    assert_eq!(write(lab, 4, &[earlier]).await, [WriteOutcome::Contended]);
    assert_eq!(
        write(lab, 5, &[set(&value, "cpu_cores", json!(1))]).await,
        [WriteOutcome::Contended]
    );
    let absent = ObjectRecord {
        id: host_key(9),
        ..now.clone()
    };
    assert_eq!(
        write(lab, 5, &[set(&absent, "cpu_cores", json!(1))]).await,
        [WriteOutcome::Contended]
    );
    assert_eq!(hosts(lab).await, [now]);
}

pub async fn a_refresh_sets_the_time_and_keeps_the_rev(lab: &dyn Laboratory) {
    let host = one_host(lab).await;
    let ids = [host.id.clone(), host_key(9)];
    assert_eq!(lab.store().refresh(&stamp(5), HOSTS, &ids).await.unwrap(), 1);
    let after = hosts(lab).await.remove(0);
    assert_eq!(
        (after.rev, &after.stored["last_seen"], &after.stored["epoch"]),
        (1, &json!("2024-07-01T10:34:05Z"), &json!(5))
    );
    assert_eq!(lab.store().refresh(&stamp(4), HOSTS, &ids).await.unwrap(), 0);
    assert_eq!(hosts(lab).await, [after]);
}

pub async fn what_others_put_there_is_left_alone(lab: &dyn Laboratory) {
    one_host(lab).await;
    lab.put_object(ObjectKind::Host, "vcenter:5010/host-0002", "of ops")
        .await;
    let loaded = load(lab).await;
    assert_eq!(loaded.records.len(), 1);
    let [(kind, unreadable)] = &loaded.unreadable[..] else {
        panic!("{:?}", loaded.unreadable)
    };
    assert_eq!((*kind, &unreadable.id), (ObjectKind::Host, &host_key(2)));
    assert!(unreadable.reason.contains("no rev"), "{}", unreadable.reason);
    assert_eq!(write(lab, 2, &[insert_host(2)]).await, [WriteOutcome::Contended]);
    assert_eq!(load(lab).await.unreadable, loaded.unreadable);
}

pub async fn only_what_is_gone_for_so_long_is_deleted(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    write(lab, 1, &(1..=4).map(insert_host).collect::<Vec<_>>()).await;
    let gone_since = [
        None,
        Some("2024-06-01T00:00:00Z"),
        Some("2024-06-02T00:00:00Z"),
        Some("2024-06-01T00:00:00Z"),
    ];
    for (record, since) in hosts(lab).await.iter().zip(gone_since) {
        let Some(since) = since else { continue };
        let DocumentWrite::Update { id, rev, mut changes } = set(record, field::PRESENT, json!(false)) else {
            panic!("it is one")
        };
        let (before, after) = (Value::Null, json!(since));
        changes.insert(field::GONE_SINCE.to_owned(), FieldChange { before, after });
        write(lab, 1, &[DocumentWrite::Update { id, rev, changes }]).await;
    }
    let delete = async |ids: &[DocumentId], before: &str| {
        lab.store().delete_gone(1, ObjectKind::Host, ids, before).await.unwrap()
    };
    let left = async || hosts(lab).await.into_iter().map(|host| host.id).collect::<Vec<_>>();
    let three = [host_key(1), host_key(2), host_key(3)];
    assert_eq!(delete(&three, "2024-06-01T00:00:00Z").await, 0);
    assert_eq!(delete(&three, "2024-06-02T00:00:00Z").await, 1);
    assert_eq!(
        left().await,
        [host_key(1), host_key(3), host_key(4)],
        "one is there, one came later, one was not named"
    );
    assert_eq!(delete(&[], "2025-01-01T00:00:00Z").await, 0);
}

pub async fn an_earlier_lease_changes_nothing(lab: &dyn Laboratory) {
    take_lease(lab, "first", None).await;
    let host = one_host(lab).await;
    let gone = set(&host, field::PRESENT, json!(false));
    write(lab, 1, &[gone]).await;
    let gone = hosts(lab).await.remove(0);
    write(lab, 1, &[set(&gone, field::GONE_SINCE, json!("2024-06-01T00:00:00Z"))]).await;
    take_lease(lab, "second", Some("first")).await;
    let before = hosts(lab).await;
    let writes = [insert_host(2), set(&before[0], "cpu_cores", json!(1))];
    assert_eq!(write(lab, 1, &writes).await, [const { WriteOutcome::Contended }; 2]);
    let ids = [host.id];
    assert_eq!(lab.store().refresh(&stamp(1), HOSTS, &ids).await.unwrap(), 0);
    let late = "2025-01-01T00:00:00Z";
    assert_eq!(
        lab.store().delete_gone(1, ObjectKind::Host, &ids, late).await.unwrap(),
        0
    );
    assert_eq!(hosts(lab).await, before);
    assert_eq!(
        lab.store().delete_gone(2, ObjectKind::Host, &ids, late).await.unwrap(),
        1
    );
}

pub async fn they_are_counted_by_source_and_presence(lab: &dyn Laboratory) {
    let before = lab.snapshot().await;
    assert_eq!(lab.store().count_objects().await.unwrap(), []);
    assert_eq!(lab.snapshot().await, before, "counting makes nothing");
    lab.store().prepare().await.unwrap();
    write(lab, 1, &(0..5).map(insert_host).collect::<Vec<_>>()).await;
    let stored = hosts(lab).await;
    let changes = [
        set(&stored[0], field::PRESENT, json!(false)),
        set(&stored[1], field::PRESENT, json!(false)),
        set(&stored[2], field::SOURCE, json!("vc2")),
    ];
    write(lab, 1, &changes).await;
    lab.put_object(ObjectKind::Alarm, "by another", "of nobody").await;
    let mut counts = lab.store().count_objects().await.unwrap();
    counts.sort();
    let count = |source: &str, kind, present, objects| ObjectCount {
        source: source.to_owned(),
        kind,
        present,
        objects,
    };
    let expected = [
        count("", ObjectKind::Alarm, false, 1),
        count("vc1", ObjectKind::Host, false, 2),
        count("vc1", ObjectKind::Host, true, 2),
        count("vc2", ObjectKind::Host, true, 1),
    ];
    assert_eq!(counts, expected);
}

pub async fn thousands_are_each_answered_in_order(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let inserts: Vec<_> = (0..2_500).map(insert_host).collect();
    for (number, outcome) in write(lab, 1, &inserts).await.into_iter().enumerate() {
        assert_eq!(
            outcome,
            WriteOutcome::Applied {
                id: host_key(number),
                rev: 1
            }
        );
    }
    let records = hosts(lab).await;
    let updates: Vec<_> = records
        .iter()
        .map(|record| set(record, "cpu_cores", json!(64)))
        .collect();
    for (number, outcome) in write(lab, 2, &updates).await.into_iter().enumerate() {
        assert_eq!(
            outcome,
            WriteOutcome::Applied {
                id: host_key(number),
                rev: 2
            }
        );
    }
    let ids: Vec<_> = records.into_iter().map(|record| record.id).collect();
    assert_eq!(lab.store().refresh(&stamp(3), HOSTS, &ids).await.unwrap(), 2_500);
}
