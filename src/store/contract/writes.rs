//! Documents: inserted, updated, refreshed.

use super::*;

fn switch_off(fields: &mut VmFields) {
    fields.power_state = "off".into();
}

fn rename_to_db(fields: &mut VmFields) {
    "db".clone_into(&mut fields.name);
}

pub async fn an_absent_store_is_empty_and_stays_absent(lab: &dyn Laboratory) {
    let before = lab.snapshot().await;
    let loaded = lab.store().load().await.unwrap();
    assert!(loaded.records.is_empty() && loaded.unreadable.is_empty() && loaded.sources.is_empty());
    assert_eq!(loaded.epoch, 0);
    assert_eq!(lab.snapshot().await, before);
}

pub async fn what_was_inserted_is_loaded(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    assert_eq!(*record.fields, vm("web"));
    assert_eq!((record.rev, record.epoch), (Some(1), Some(1)));
    assert_eq!(record.stored.to_map()["last_sync_time"], json!("01-07-2024: 12:34:01"));
    assert!(diff_fields(&record.stored.to_map(), &record.fields).is_empty());
}

pub async fn fields_of_others_survive(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.edit(&record.id, "note", json!({"by": "ops", "n": [1, 2]})).await;
    let record = records(lab).await.remove(0);
    assert!(!record.stored.to_map().contains_key("note"));
    apply_all(lab, 1, &[update(&record, rename_to_db)]).await;
    lab.store()
        .refresh(&stamp(2), Table::Vms, std::slice::from_ref(&record.id))
        .await
        .unwrap();
    let document = lab.get(&record.id).await;
    assert_eq!(document["note"], json!({"by": "ops", "n": [1, 2]}));
    assert_eq!(
        (&document["name"], &document["rev"], &document["epoch"]),
        (&json!("db"), &json!(2), &json!(2))
    );
}

/// The ten fields, and nothing of vmsync's own.
fn python_document() -> Map<String, Value> {
    let document = json!({
        "esxi_host_addr": "10.0.0.1", "name": "web", "hostname": "unknown", "addr": "unknown", "uuid": "4210-web",
        "power_state": "on", "vmware_tools": "toolsOk", "orphan": false, "orphan_since": null,
        "last_sync_time": "30-06-2024: 01:02:03",
    });
    document.as_object().unwrap().clone()
}

pub async fn a_document_of_the_python_service_is_adopted(lab: &dyn Laboratory) {
    let id = lab.put(python_document()).await;
    lab.store().prepare().await.unwrap();
    let record = records(lab).await.remove(0);
    assert_eq!((&record.id, record.rev, record.is_foreign()), (&id, None, true));
    let adopt = update(&record, |fields| fields.instance_uuid = Some("5010-web".to_owned()));
    assert_eq!(
        apply(lab, 3, &[adopt]).await,
        [WriteOutcome::Applied { id: id.clone(), rev: 1 }]
    );
    let document = lab.get(&id).await;
    assert_eq!(
        (&document["rev"], &document["epoch"], &document["name"]),
        (&json!(1), &json!(3), &json!("web"))
    );
    assert_eq!(document["last_sync_time"], json!("01-07-2024: 12:34:03"));
    assert_eq!(records(lab).await.len(), 1);
}

pub async fn an_unreadable_document_is_left_alone(lab: &dyn Laboratory) {
    let mut nameless = python_document();
    nameless.remove("name");
    let id = lab.put(nameless).await;
    let loaded = lab.store().load().await.unwrap();
    assert!(loaded.records.is_empty());
    assert_eq!(
        loaded
            .unreadable
            .iter()
            .map(|document| &document.id)
            .collect::<Vec<_>>(),
        [&id]
    );
}

pub async fn an_update_sets_what_changed_only(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.edit(&record.id, "addr", json!("10.0.0.9")).await;
    let power = update(&record, switch_off);
    assert_eq!(
        apply(lab, 2, &[power]).await,
        [WriteOutcome::Applied {
            id: record.id.clone(),
            rev: 2
        }]
    );
    let after = records(lab).await.remove(0);
    assert_eq!(
        (after.fields.power_state.as_str(), after.fields.addr.as_str()),
        ("off", "10.0.0.9")
    );
    assert_eq!((after.rev, after.epoch), (Some(2), Some(2)));
}

async fn assert_contended(lab: &dyn Laboratory, epoch: i64, record: &VmRecord, write: DocumentWrite) {
    let before = lab.get(&record.id).await;
    assert_eq!(apply(lab, epoch, &[write]).await, [WriteOutcome::Contended]);
    assert_eq!(lab.get(&record.id).await, before);
}

pub async fn another_rev_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    apply_all(lab, 1, &[update(&record, |fields| fields.host = Some("esx1".into()))]).await;
    let stale = update(&record, switch_off);
    assert_contended(lab, 1, &record, stale).await;
    let never_adopted = VmRecord {
        rev: None,
        ..record.clone()
    };
    let stale = update(&never_adopted, switch_off);
    assert_contended(lab, 1, &record, stale).await;
}

pub async fn a_later_epoch_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.store()
        .refresh(&stamp(7), Table::Vms, std::slice::from_ref(&record.id))
        .await
        .unwrap();
    let late = update(&record, switch_off);
    assert_contended(lab, 6, &record, late.clone()).await;
    apply_all(lab, 7, &[late]).await;
}

pub async fn an_old_value_changed_by_another_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.edit(&record.id, "name", json!("renamed by hand")).await;
    assert_contended(lab, 1, &record, update(&record, rename_to_db)).await;
    lab.edit(&record.id, "host", json!("set by hand")).await;
    assert_contended(
        lab,
        1,
        &record,
        update(&record, |fields| fields.host = Some("esx1".into())),
    )
    .await;
    apply_all(lab, 1, &[update(&record, switch_off)]).await;
}

/// Neither a longer list nor the text of a number is the old value.
pub async fn a_value_of_another_kind_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.edit(&record.id, "memory_mb", json!("4096")).await;
    assert_contended(lab, 1, &record, update(&record, |fields| fields.memory_mb = Some(1))).await;
    lab.edit(&record.id, "names", json!(["web", "other"])).await;
    assert_contended(
        lab,
        1,
        &record,
        update(&record, |fields| fields.names.push("db".to_owned())),
    )
    .await;
}

pub async fn a_removed_document_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    let mut gone = record.clone();
    gone.id = DocumentId(record.id.0.replace(|c: char| c.is_ascii_digit(), "9"));
    assert_contended(lab, 1, &record, update(&gone, switch_off)).await;
}

pub async fn a_second_identical_apply_is_contended(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    let write = update(&record, switch_off);
    apply_all(lab, 1, std::slice::from_ref(&write)).await;
    let before = lab.get(&record.id).await;
    assert_eq!(
        apply(lab, 1, std::slice::from_ref(&write)).await,
        [WriteOutcome::Contended]
    );
    assert_eq!(
        apply(lab, 1, &[write.clone(), write]).await,
        [WriteOutcome::Contended, WriteOutcome::Contended]
    );
    assert_eq!(lab.get(&record.id).await, before);
}

pub async fn thousands_of_writes_are_each_answered_in_order(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let vms: Vec<VmFields> = (0..2_500).map(|number| vm(&format!("vm-{number:04}"))).collect();
    apply_all(lab, 1, &vms.iter().map(insert).collect::<Vec<_>>()).await;
    let mut records = records(lab).await;
    records.sort_by(|a, b| a.fields.name.cmp(&b.fields.name));
    assert_eq!(
        records.iter().map(|record| &*record.fields).collect::<Vec<_>>(),
        vms.iter().collect::<Vec<_>>()
    );
    let mut writes: Vec<_> = records.iter().map(|record| update(record, switch_off)).collect();
    let stale = |record: &VmRecord| {
        update(
            &VmRecord {
                rev: Some(9),
                ..record.clone()
            },
            |fields| fields.orphan = true,
        )
    };
    for place in [0, 999, 1_000, 2_499] {
        writes[place] = stale(&records[place]);
    }
    for (place, outcome) in apply(lab, 2, &writes).await.into_iter().enumerate() {
        let expected = match place {
            0 | 999 | 1_000 | 2_499 => WriteOutcome::Contended,
            _ => WriteOutcome::Applied {
                id: records[place].id.clone(),
                rev: 2,
            },
        };
        assert_eq!(outcome, expected, "{place}");
    }
}

pub async fn a_duplicate_instance_uuid_fails_alone(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    let double = VmFields {
        instance_uuid: vm("web").instance_uuid,
        ..vm("double")
    };
    let writes = [insert(&vm("a")), insert(&double), insert(&vm("b"))];
    let outcomes = apply(lab, 1, &writes).await;
    assert!(matches!(outcomes[0], WriteOutcome::Applied { .. }) && matches!(outcomes[2], WriteOutcome::Applied { .. }));
    let WriteOutcome::Failed { reason } = &outcomes[1] else {
        panic!("{:?}", outcomes[1])
    };
    assert!(reason.contains("instance_uuid"), "{reason}");
    let taken = update(&record, |fields| fields.instance_uuid = vm("a").instance_uuid);
    assert!(matches!(
        &apply(lab, 1, &[taken]).await[..],
        [WriteOutcome::Failed { .. }]
    ));
    assert_eq!(records(lab).await.len(), 3);
}

pub async fn a_shared_uuid_is_no_duplicate(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let clone = VmFields {
        uuid: vm("web").uuid,
        ..vm("clone")
    };
    let without = |name| VmFields {
        instance_uuid: None,
        ..vm(name)
    };
    apply_all(
        lab,
        1,
        &[
            insert(&vm("web")),
            insert(&clone),
            insert(&without("a")),
            insert(&without("b")),
        ],
    )
    .await;
}

pub async fn a_key_of_another_store_fails_alone(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    let mut stranger = record.clone();
    stranger.id = DocumentId("no key".to_owned());
    let off = |record: &VmRecord| update(record, switch_off);
    let outcomes = apply(lab, 1, &[insert(&vm("a")), off(&stranger), off(&record)]).await;
    assert!(
        matches!(
            &outcomes[..],
            [
                WriteOutcome::Applied { rev: 1, .. },
                WriteOutcome::Failed { .. },
                WriteOutcome::Applied { rev: 2, .. }
            ]
        ),
        "{outcomes:?}"
    );
    assert_eq!(
        lab.store()
            .refresh(&stamp(1), Table::Vms, &[stranger.id, record.id])
            .await
            .unwrap(),
        1
    );
}

pub async fn a_refresh_keeps_the_rev(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    let foreign = lab.put(python_document()).await;
    assert_eq!(
        lab.store()
            .refresh(&stamp(5), Table::Vms, &[record.id.clone(), foreign.clone()])
            .await
            .unwrap(),
        2
    );
    assert_eq!(lab.store().refresh(&stamp(5), Table::Vms, &[]).await.unwrap(), 0);
    let (own, other) = (lab.get(&record.id).await, lab.get(&foreign).await);
    assert_eq!((&own["rev"], &own["epoch"]), (&json!(1), &json!(5)));
    assert_eq!(other.get("rev"), None);
    assert!(
        [own, other]
            .iter()
            .all(|document| document["last_sync_time"] == json!("01-07-2024: 12:34:05"))
    );
}

pub async fn a_refresh_stops_at_a_later_epoch(lab: &dyn Laboratory) {
    let record = one_record(lab).await;
    lab.store()
        .refresh(&stamp(5), Table::Vms, std::slice::from_ref(&record.id))
        .await
        .unwrap();
    let before = lab.get(&record.id).await;
    assert_eq!(
        lab.store()
            .refresh(&stamp(4), Table::Vms, std::slice::from_ref(&record.id))
            .await
            .unwrap(),
        0
    );
    assert_eq!(lab.get(&record.id).await, before);
}

pub async fn texts_of_every_kind_survive(lab: &dyn Laboratory) {
    lab.store().prepare().await.unwrap();
    let names = [
        "$name",
        "a.b",
        "{\"$oid\": 1}",
        "ünï — 名",
        "it's \"quoted\" \\",
        "",
        "null",
        "1",
    ];
    let odd = |name: &&str| VmFields {
        guest_os: Some((*name).into()),
        instance_uuid: None,
        ..vm(name)
    };
    apply_all(lab, 1, &names.iter().map(|name| insert(&odd(name))).collect::<Vec<_>>()).await;
    let loaded = records(lab).await;
    assert!(
        names
            .iter()
            .all(|name| loaded.iter().any(|record| *record.fields == odd(name)))
    );
    let swap = |record: &VmRecord| update(record, |fields| std::mem::swap(&mut fields.name, &mut fields.uuid));
    apply_all(lab, 1, &loaded.iter().map(swap).collect::<Vec<_>>()).await;
}

/// As people name custom attributes. A server that refuses one of them refuses the whole document.
pub async fn attributes_of_every_name_survive(lab: &dyn Laboratory) {
    let vm_with = |names: &[&str], value: &str| VmFields {
        custom_attributes: Some(names.iter().map(|name| ((*name).into(), value.to_owned())).collect()),
        ..vm("web")
    };
    let names = [
        "$cost", "$", "$$", "$oid", "a.b", ".", "", "%24cost", "%25", "100 %", "ünï",
    ];
    lab.store().prepare().await.unwrap();
    apply_all(lab, 1, &[insert(&vm_with(&names, "1"))]).await;
    let record = records(lab).await.remove(0);
    assert_eq!(*record.fields, vm_with(&names, "1"));
    assert!(diff_fields(&record.stored.to_map(), &record.fields).is_empty());
    // The old values are compared, one by one and together.
    for (number, some) in names.iter().map(std::slice::from_ref).chain([&names[..]]).enumerate() {
        let before = records(lab).await.remove(0);
        let after = vm_with(some, &number.to_string());
        let attributes = after.custom_attributes.clone();
        apply_all(
            lab,
            1,
            &[update(&before, |fields| fields.custom_attributes = attributes)],
        )
        .await;
        assert_eq!(*records(lab).await.remove(0).fields, after, "{some:?}");
    }
}
