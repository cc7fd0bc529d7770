//! Hardware records are linked by compare-and-set, and nothing else of them is touched.

use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf, doc};
use vmsync::config::LinkConfig;
use vmsync::links::{HostSerial, Link, LinkPlan, LinkProblem, plan_links};
use vmsync::plan::record::DocumentId;
use vmsync::store::{Holder, LeaseAnswer, Store};

use super::{Bench, by_host};
use crate::support::Mongod;

const EPOCH: i64 = 1;

fn config() -> LinkConfig {
    LinkConfig {
        collection: "servers".to_owned(),
        matched: "service_tag".to_owned(),
        set: "vcenter_host_id".to_owned(),
    }
}

async fn bench(records: Vec<Document>) -> Bench {
    let mongod = Mongod::shared();
    let bench = Bench::open(mongod, by_host(mongod.port())).await;
    let servers = bench.database.collection("servers");
    servers.insert_many(records).await.expect("inserts");
    bench
}

async fn plan(bench: &Bench, serials: &[&str]) -> LinkPlan {
    let host = |serial: &&str| HostSerial {
        id: format!("vcenter:1/host-{serial}"),
        label: format!("esx-{serial}"),
        serial: (*serial).to_owned(),
        hardware_uuid: None,
        is_of_vcenter: true,
    };
    let hosts: Vec<HostSerial> = serials.iter().map(host).collect();
    let serials: Vec<String> = hosts.iter().map(|host| host.serial.clone()).collect();
    let records = bench.store.load_hardware(&config(), &serials).await;
    plan_links(&hosts, &records.expect("a load"))
}

async fn link(bench: &Bench, links: &[Link]) -> Vec<bool> {
    let linked = bench.store.link_hardware(&config(), EPOCH, links).await;
    linked.expect("the server is there")
}

async fn all(bench: &Bench) -> Vec<Document> {
    use futures_util::TryStreamExt;
    let servers = bench.database.collection::<Document>("servers");
    let find = servers.find(doc! {}).sort(doc! { "_id": 1 });
    find.await.expect("a cursor").try_collect().await.expect("documents")
}

#[tokio::test]
async fn a_record_is_linked_once_and_keeps_all_else() {
    let plain = doc! { "_id": 1, "service_tag": "A", "rack": { "row": 7_i64 }, "price": 12.5 };
    let of_another = doc! { "_id": 2, "service_tag": "B", "vcenter_host_id": "somebody" };
    let list = doc! { "_id": 3, "service_tag": ["A", "C"] };
    let other_case = doc! { "_id": 4, "service_tag": "a" };
    let with_null = doc! { "_id": 5, "service_tag": "D", "vcenter_host_id": Bson::Null };
    let before = vec![plain.clone(), of_another, list, other_case, with_null];
    let bench = bench(before.clone()).await;

    let planned = plan(&bench, &["A", "B", "C", "D"]).await;
    assert_eq!((planned.links.len(), planned.problems.len()), (2, 1));
    assert_eq!(link(&bench, &planned.links).await, [true, true]);

    let mut after = before;
    after[0].insert("vcenter_host_id", "vcenter:1/host-A");
    after[4].insert("vcenter_host_id", "vcenter:1/host-D");
    assert_eq!(all(&bench).await, after);
    let again = plan(&bench, &["A", "B", "C", "D"]).await;
    assert_eq!((again.links.len(), again.unchanged), (0, 2));
}

/// The server keeps text that is no UTF-8 as it was sent.
#[tokio::test]
async fn a_record_that_cannot_be_read_is_told_and_keeps_no_other_from_its_link() {
    let bench = bench(vec![doc! { "_id": 1, "service_tag": "A" }]).await;
    let odd = doc! { "_id": 2, "service_tag": "B", "vcenter_host_id": "odd" };
    let mut bytes = bson::serialize_to_vec(&odd).expect("BSON");
    let at = bytes
        .windows(4)
        .position(|window| window == b"odd\0")
        .expect("its link");
    bytes[at] = 0xff;
    let servers = bench.database.collection::<RawDocumentBuf>("servers");
    let odd = RawDocumentBuf::from_bytes(bytes).expect("a document");
    servers.insert_one(odd).await.expect("an insert");
    let planned = plan(&bench, &["A", "B"]).await;
    let linked: Vec<&str> = planned.links.iter().map(|link| &*link.serial).collect();
    assert_eq!(linked, ["A"]);
    assert!(matches!(
        &planned.problems[..],
        [LinkProblem::LinkedOtherwise { serial, holds, .. }] if serial == "B" && holds == "(not readable)"
    ));
    assert_eq!(link(&bench, &planned.links).await, [true]);
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_left() {
    let record = |id: i32| doc! { "_id": id, "service_tag": id.to_string() };
    let bench = bench(vec![record(1), record(2), record(3)]).await;
    let planned = plan(&bench, &["1", "2", "3"]).await;
    let servers = bench.database.collection::<Document>("servers");
    let edits = [
        (1, doc! { "$set": { "vcenter_host_id": "faster" } }),
        (2, doc! { "$set": { "service_tag": "swapped" } }),
    ];
    for (id, edit) in edits {
        servers.update_one(doc! { "_id": id }, edit).await.expect("an edit");
    }
    assert_eq!(link(&bench, &planned.links).await, [false, false, true]);
    let links: Vec<Option<String>> = all(&bench)
        .await
        .iter()
        .map(|record| record.get_str("vcenter_host_id").ok().map(str::to_owned))
        .collect();
    assert_eq!(links, [Some("faster".into()), None, Some("vcenter:1/host-3".into())]);
    let strange = Link {
        record: DocumentId("no key of this store".to_owned()),
        ..planned.links[0].clone()
    };
    assert_eq!(link(&bench, &[strange]).await, [false]);
}

#[tokio::test]
async fn a_pass_that_lost_its_lease_links_nothing() {
    let bench = bench(vec![doc! { "_id": 1, "service_tag": "A" }]).await;
    let planned = plan(&bench, &["A"]).await;
    bench.store.prepare().await.expect("it can be written");
    for run in ["first", "second"] {
        let holder = Holder {
            run_id: run.to_owned(),
            host: "here".to_owned(),
            pid: 1,
            command: "sync all".to_owned(),
            since: jiff::Timestamp::UNIX_EPOCH,
            lock: None,
        };
        let over = (run == "second").then_some("first");
        let answer = bench.store.acquire_lease(&holder, Duration::from_mins(1), over).await;
        assert!(matches!(answer, Ok(LeaseAnswer::Granted { .. })));
    }
    assert_eq!(link(&bench, &planned.links).await, [false]);
    assert_eq!(all(&bench).await, [doc! { "_id": 1, "service_tag": "A" }]);
}
