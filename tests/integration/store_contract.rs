//! MongoDB keeps the contract of stores: standalone and as a replica set, through lost replies, interruptions and
//! refusals.

use crate::support::{Fault, FaultProxy, Mongod};
use async_trait::async_trait;
use bson::oid::ObjectId;
use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use mongodb::{Collection, Database};
use serde_json::{Map, Value};
use std::time::{Duration, Instant};
use vmsync::catalog::ObjectKind;
use vmsync::config::{MongoAddress, MongoConfig, Secret};
use vmsync::plan::record::{DocumentId, FieldChange, FieldChanges, VmFields};
use vmsync::store::{
    DocumentWrite, Holder, LeaseAnswer, MongoStore, PassStamp, Store, StoreError, StoredSource, Table, WriteOutcome,
    Writes,
};

#[path = "../../src/store/contract/mod.rs"]
mod contract;

mod hardware;
mod retries;

/// What the contract is about, under the same path as in the unit tests.
mod subject {
    pub use vmsync::{catalog, filter, inventory, plan, selection, store};
}

/// A store, and the driver beside it.
struct Bench {
    store: MongoStore,
    database: Database,
}

fn config(address: MongoAddress, database: &str) -> MongoConfig {
    let (database, collection) = (database.to_owned(), "vms".to_owned());
    MongoConfig {
        address,
        database,
        collection,
        inventory_prefix: "vmsync_".to_owned(),
    }
}

fn by_host(port: u16) -> MongoAddress {
    MongoAddress::Parts {
        host: "127.0.0.1".to_owned(),
        port,
        login: None,
    }
}

fn by_uri(uri: &str) -> MongoAddress {
    MongoAddress::Uri(Secret::new(uri.to_owned()))
}

impl Bench {
    async fn open(mongod: &Mongod, address: MongoAddress) -> Self {
        let name = mongod.fresh_db();
        let store = MongoStore::connect(&config(address, &name))
            .await
            .expect("the server is there");
        Self {
            store,
            database: mongod.client().await.database(&name),
        }
    }

    fn vms(&self) -> Collection<Document> {
        self.database.collection("vms")
    }

    async fn count(&self, filter: Document) -> u64 {
        self.vms().count_documents(filter).await.expect("a count")
    }
}

fn key(id: &DocumentId) -> Bson {
    let value: Value = serde_json::from_str(&id.0).expect("a key is JSON");
    Bson::try_from(value).unwrap_or_else(|error| panic!("{}: {error}", id.0))
}

fn to_map(mut document: Document) -> Map<String, Value> {
    document.remove("_id");
    document
        .into_iter()
        .map(|(key, value)| (key, value.into_relaxed_extjson()))
        .collect()
}

#[async_trait]
impl contract::Laboratory for Bench {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    async fn put(&self, document: Map<String, Value>) -> DocumentId {
        let document = Document::try_from(document).expect("BSON has it");
        let inserted = self.vms().insert_one(document).await.expect("an insert");
        DocumentId(inserted.inserted_id.into_canonical_extjson().to_string())
    }

    async fn edit(&self, id: &DocumentId, field: &str, value: Value) {
        let set = doc! { "$set": { field: Bson::try_from(value).expect("BSON has it") } };
        let edited = self
            .vms()
            .update_one(doc! { "_id": key(id) }, set)
            .await
            .expect("an update");
        assert_eq!(edited.matched_count, 1);
    }

    async fn put_object(&self, kind: ObjectKind, id: &str, name: &str) {
        let objects: Collection<Document> = self.database.collection(&format!("vmsync_{}", kind.plural()));
        objects
            .insert_one(doc! { "_id": id, "name": name })
            .await
            .expect("an insert");
    }

    async fn get(&self, id: &DocumentId) -> Map<String, Value> {
        let found = self.vms().find_one(doc! { "_id": key(id) }).await.expect("a read");
        to_map(found.expect("it is there"))
    }

    async fn put_source(&self, source: &StoredSource) {
        let value = serde_json::to_value(source).expect("it is JSON");
        let mut row = Document::try_from(value.as_object().expect("an object").clone()).expect("BSON has it");
        row.insert("_id", format!("source:{}", source.name));
        let own: Collection<Document> = self.database.collection("vms_vmsync");
        own.insert_one(row).await.expect("an insert");
    }

    async fn set_format(&self, number: i64) {
        let own: Collection<Document> = self.database.collection("vms_vmsync");
        let set = doc! { "$set": { "number": number } };
        own.update_one(doc! { "_id": "format" }, set).await.expect("an update");
    }

    async fn snapshot(&self) -> String {
        let mut names = self.database.list_collection_names().await.expect("a list");
        names.sort();
        let mut texts = Vec::new();
        for name in names {
            let collection: Collection<Document> = self.database.collection(&name);
            let find = collection.find(doc! {}).sort(doc! { "_id": 1 });
            let documents: Vec<Document> = find.await.expect("a cursor").try_collect().await.expect("documents");
            let indexes = collection.list_index_names().await.expect("indexes");
            texts.push(format!("{name} {indexes:?} {documents:?}"));
        }
        texts.join("\n")
    }
}

async fn keeps_the_contract(mongod: &Mongod, address: impl Fn() -> MongoAddress) {
    let open = async |_: &str| Box::new(Bench::open(mongod, address()).await) as Box<dyn contract::Laboratory>;
    contract::keeps_the_contract(open).await;
}

#[tokio::test]
async fn mongodb_standalone_by_host_keeps_the_store_contract() {
    let mongod = Mongod::shared();
    keeps_the_contract(mongod, || by_host(mongod.port())).await;
}

#[tokio::test]
async fn mongodb_replica_set_by_uri_keeps_the_store_contract() {
    let mongod = Mongod::shared_replica_set();
    keeps_the_contract(mongod, || by_uri(&mongod.uri())).await;
}

/// As the old service's configuration has it, whether the server is a member of a set or not.
#[tokio::test]
async fn mongodb_replica_set_is_reached_by_host_alone() {
    let mongod = Mongod::shared_replica_set();
    let bench = Bench::open(mongod, by_host(mongod.port())).await;
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..3)).await
    ));
    assert_eq!(bench.store.load().await.expect("a load").records.len(), 3);
}

fn stamp() -> PassStamp {
    PassStamp {
        epoch: 1,
        run_id: "run".to_owned(),
        local_time: "01-07-2024: 12:34:00".to_owned(),
        time: "2024-07-01T10:34:00Z".to_owned(),
    }
}

fn vm(number: usize) -> VmFields {
    let instance_uuid = Some(format!("5010-{number}"));
    VmFields {
        name: format!("vm-{number}"),
        power_state: "on".into(),
        instance_uuid,
        ..VmFields::default()
    }
}

fn inserts(numbers: std::ops::Range<usize>) -> Vec<DocumentWrite> {
    numbers.map(|number| DocumentWrite::insert_vm(&vm(number))).collect()
}

fn is_applied(outcome: &WriteOutcome) -> bool {
    matches!(outcome, WriteOutcome::Applied { .. })
}

fn all_applied(writes: &Writes) -> bool {
    writes.error.is_none() && writes.outcomes.iter().all(is_applied)
}

/// Turns everything off, from the `rev` that is stored.
async fn switch_offs(store: &MongoStore) -> Vec<DocumentWrite> {
    let records = store.load().await.expect("a load").records;
    let change = |record: &vmsync::plan::record::VmRecord| {
        let before = record.stored.to_map()["power_state"].clone();
        let change = FieldChange {
            before,
            after: "off".into(),
        };
        FieldChanges::from([("power_state".to_owned(), change)])
    };
    let write = |record: &vmsync::plan::record::VmRecord| DocumentWrite::Update {
        id: record.id.clone(),
        rev: record.rev,
        changes: change(record),
    };
    records.iter().map(write).collect()
}

#[tokio::test]
async fn keys_of_other_writers_are_kept_as_they_are() {
    let bench = Bench::open(Mongod::shared(), by_host(Mongod::shared().port())).await;
    let keys = [
        Bson::from("vm-1"),
        Bson::Int32(7),
        Bson::Int64(1 << 40),
        Bson::ObjectId(ObjectId::new()),
    ];
    for key in &keys {
        bench
            .vms()
            .insert_one(doc! { "_id": key, "name": "a", "power_state": "on" })
            .await
            .expect("an insert");
    }
    assert!(all_applied(
        &bench
            .store
            .apply(&stamp(), Table::Vms, &switch_offs(&bench.store).await)
            .await
    ));
    for key in keys {
        assert_eq!(
            bench.count(doc! { "_id": key, "power_state": "off", "rev": 1 }).await,
            1
        );
    }
}

/// The indexes that the portal has already made serve as well.
#[tokio::test]
async fn indexes_are_made_only_where_they_are_missing() {
    let bench = Bench::open(Mongod::shared(), by_host(Mongod::shared().port())).await;
    let own = mongodb::IndexModel::builder().keys(doc! { "uuid": 1 }).build();
    bench.vms().create_index(own).await.expect("an index");
    bench.store.prepare().await.expect("prepared");
    let mut names = bench.vms().list_index_names().await.expect("indexes");
    names.sort();
    let own = ["vmsync_cluster", "vmsync_host", "vmsync_instance_uuid", "vmsync_name"];
    assert_eq!(names, [&["_id_", "uuid_1"], &own[..]].concat());
    let hosts: Collection<Document> = bench.database.collection("vmsync_hosts");
    let mut names = hosts.list_index_names().await.expect("indexes");
    names.sort();
    assert_eq!(names, ["_id_", "vmsync_cluster", "vmsync_name", "vmsync_source"]);
}

#[tokio::test]
async fn three_of_a_thousand_statements_fail_alone() {
    let bench = Bench::open(Mongod::shared(), by_host(Mongod::shared().port())).await;
    let validator = doc! { "name": { "$nin": ["vm-10", "vm-500", "vm-999"] } };
    bench
        .database
        .create_collection("vms")
        .validator(validator)
        .await
        .expect("a collection");
    let Writes { outcomes, error } = bench.store.apply(&stamp(), Table::Vms, &inserts(0..1_000)).await;
    assert!(error.is_none(), "{error:?}");
    for (place, outcome) in outcomes.iter().enumerate() {
        let refused = matches!(outcome, WriteOutcome::Failed { reason } if reason.contains("validation"));
        assert_eq!(refused, [10, 500, 999].contains(&place), "{place} {outcome:?}");
    }
    assert_eq!(bench.count(doc! {}).await, 997);
}

#[tokio::test]
async fn a_refused_login_is_told_apart_and_never_printed() {
    let mongod = Mongod::shared();
    let login = Some(("portal".to_owned(), Secret::new("canary".to_owned())));
    let by_parts = MongoAddress::Parts {
        host: "127.0.0.1".to_owned(),
        port: mongod.port(),
        login,
    };
    let by_text = by_uri(&format!("mongodb://portal:canary@127.0.0.1:{}/", mongod.port()));
    for address in [by_parts, by_text] {
        let started = Instant::now();
        let error = MongoStore::connect(&config(address, "esxi"))
            .await
            .err()
            .expect("there is no such user");
        assert!(matches!(error, StoreError::LoginRefused { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert!(error.to_string().contains("mongodb://portal@127.0.0.1"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(4));
    }
}

#[tokio::test]
async fn an_absent_server_is_named_within_seconds() {
    let port = FaultProxy::to(1).port();
    let started = Instant::now();
    let error = MongoStore::connect(&config(by_host(port), "esxi"))
        .await
        .err()
        .expect("nobody is there");
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
}

/// A store behind a proxy, with 1,500 documents.
async fn behind_a_proxy(mongod: &Mongod) -> (Bench, FaultProxy) {
    let proxy = FaultProxy::to(mongod.port());
    let bench = Bench::open(mongod, by_uri(&Mongod::uri_through(proxy.port()))).await;
    bench.store.prepare().await.expect("prepared");
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..1_500)).await
    ));
    (bench, proxy)
}

#[tokio::test]
async fn a_reply_that_is_lost_after_the_server_applied_is_no_conflict() {
    for mongod in [Mongod::shared(), Mongod::shared_replica_set()] {
        let (bench, proxy) = behind_a_proxy(mongod).await;
        let writes = switch_offs(&bench.store).await;
        proxy.set_once(Fault::DropReply(b"power_state".to_vec()));
        let writes = bench.store.apply(&stamp(), Table::Vms, &writes).await;
        assert!(all_applied(&writes), "{:?}", writes.error);
        proxy.set_once(Fault::DropReply(b"setOnInsert".to_vec()));
        assert!(all_applied(
            &bench.store.apply(&stamp(), Table::Vms, &inserts(2_000..2_010)).await
        ));
        assert_eq!(proxy.fired(), 2);
        assert_eq!(bench.count(doc! { "rev": 2, "power_state": "off" }).await, 1_500);
        assert_eq!(bench.count(doc! {}).await, 1_510);
    }
}

/// Under a key that others can know as well, and may have taken.
#[tokio::test]
async fn objects_whose_reply_is_lost_are_told_from_those_that_were_there() {
    let table = Table::Objects(ObjectKind::Host);
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    let hosts: Collection<Document> = bench.database.collection("vmsync_hosts");
    let by_hand = doc! { "_id": "vc/host-2", "name": "of ops" };
    hosts.insert_one(&by_hand).await.expect("an insert");
    let insert = |number: usize| DocumentWrite::Insert {
        id: Some(DocumentId(format!("vc/host-{number}"))),
        content: Map::from_iter([("name".to_owned(), Value::from("esx"))]).into(),
    };
    proxy.set_once(Fault::DropReply(b"setOnInsert".to_vec()));
    let writes: Vec<DocumentWrite> = (0..5).map(insert).collect();
    let Writes { outcomes, error } = bench.store.apply(&stamp(), table, &writes).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(proxy.fired(), 1);
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(is_applied(outcome), number != 2, "{number} {outcome:?}");
    }
    assert_eq!(outcomes[2], WriteOutcome::Contended);
    assert_eq!(
        hosts.find_one(doc! { "_id": "vc/host-2" }).await.expect("a read"),
        Some(by_hand)
    );
    assert_eq!(hosts.count_documents(doc! { "rev": 1 }).await.expect("a count"), 4);
}

#[tokio::test]
async fn a_conflict_stays_one_though_the_reply_is_lost() {
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    let writes = switch_offs(&bench.store).await;
    let by_hand = doc! { "$set": { "power_state": "suspended" } };
    bench
        .vms()
        .update_one(doc! { "name": "vm-7" }, by_hand)
        .await
        .expect("an update");
    proxy.set_once(Fault::DropReply(b"power_state".to_vec()));
    let Writes { outcomes, error } = bench.store.apply(&stamp(), Table::Vms, &writes).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == WriteOutcome::Contended)
            .count(),
        1
    );
    assert_eq!(outcomes.iter().filter(|outcome| is_applied(outcome)).count(), 1_499);
    assert_eq!(bench.count(doc! { "power_state": "suspended", "rev": 1 }).await, 1);
}

#[tokio::test]
async fn a_request_that_never_arrived_is_sent_again() {
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    let writes = switch_offs(&bench.store).await;
    proxy.set_once(Fault::CutRequest(40_000));
    assert!(all_applied(&bench.store.apply(&stamp(), Table::Vms, &writes).await));
    assert_eq!((proxy.fired(), bench.count(doc! { "rev": 2 }).await), (1, 1_500));
}

#[tokio::test]
async fn a_refresh_survives_a_lost_reply() {
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    let ids: Vec<_> = bench
        .store
        .load()
        .await
        .expect("a load")
        .records
        .into_iter()
        .map(|record| record.id)
        .collect();
    proxy.set_once(Fault::DropReply(b"last_sync_time".to_vec()));
    let later = PassStamp { epoch: 2, ..stamp() };
    assert_eq!(
        bench.store.refresh(&later, Table::Vms, &ids).await.expect("refreshed"),
        1_500
    );
    assert_eq!(bench.count(doc! { "rev": 1, "epoch": 2 }).await, 1_500);
}

#[tokio::test]
async fn the_lease_survives_a_lost_reply() {
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    let since = "2026-11-01T10:00:00Z".parse().expect("a time");
    let holder = Holder {
        run_id: "a".into(),
        host: "h".into(),
        pid: 1,
        command: "sync".into(),
        since,
        lock: None,
    };
    proxy.set_once(Fault::DropReply(b"findAndModify".to_vec()));
    let answer = bench
        .store
        .acquire_lease(&holder, Duration::from_mins(1), None)
        .await
        .expect("an answer");
    assert_eq!((answer, proxy.fired()), (LeaseAnswer::Granted { epoch: 1 }, 1));
}

/// Four commands are on their way at once; what comes after them is not tried.
#[tokio::test]
async fn a_store_that_goes_away_leaves_no_claim_and_no_further_attempt() {
    let (bench, proxy) = behind_a_proxy(Mongod::shared()).await;
    proxy.set(Fault::Refuse);
    let Writes { outcomes, error } = bench.store.apply(&stamp(), Table::Vms, &inserts(2_000..8_000)).await;
    assert!(matches!(error, Some(StoreError::Unreachable { .. })), "{error:?}");
    assert_eq!(outcomes.len(), 6_000);
    assert!(
        !outcomes
            .iter()
            .any(|outcome| is_applied(outcome) || *outcome == WriteOutcome::Contended)
    );
    let not_attempted = WriteOutcome::Failed {
        reason: "not attempted".to_owned(),
    };
    assert!(outcomes[5_000..].iter().all(|outcome| *outcome == not_attempted));
    assert_eq!(bench.count(doc! {}).await, 1_500);
}

/// Arms a failpoint for the next `update` of vmsync. See
/// <https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point>
fn fail_next_update(mongod: &Mongod, times: i32, mut data: Document) {
    data.extend(doc! { "failCommands": ["update"], "appName": "vmsync" });
    mongod.admin(doc! { "configureFailPoint": "failCommand", "mode": { "times": times }, "data": data });
}

#[tokio::test]
async fn interruptions_by_the_server_are_repeated_and_refusals_are_not() {
    let mongod = Mongod::replica_set();
    let bench = Bench::open(&mongod, by_uri(&mongod.uri())).await;
    bench.store.prepare().await.expect("prepared");
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..600)).await
    ));
    let passing = [
        doc! { "errorCode": 10107 },
        doc! { "errorCode": 11602 },
        doc! { "errorCode": 91 },
        doc! { "closeConnection": true },
        doc! { "writeConcernError": { "code": 64, "errmsg": "waiting for replication timed out" } },
    ];
    for data in passing {
        fail_next_update(&mongod, 1, data.clone());
        let writes = bench
            .store
            .apply(&stamp(), Table::Vms, &switch_offs(&bench.store).await)
            .await;
        assert!(all_applied(&writes), "{data} {:?}", writes.error);
    }
    assert_eq!(bench.count(doc! { "rev": 6 }).await, 600);
    fail_next_update(&mongod, 2, doc! { "errorCode": 13 });
    let Writes { outcomes, error } = bench
        .store
        .apply(&stamp(), Table::Vms, &switch_offs(&bench.store).await)
        .await;
    assert!(matches!(error, Some(StoreError::Refused { .. })), "{error:?}");
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, WriteOutcome::Failed { .. }))
    );
    assert_eq!(bench.count(doc! { "rev": 6 }).await, 600);
}

/// The contended ones are told apart from what is there, but not durable.
#[tokio::test]
async fn a_write_concern_error_is_judged_by_reading() {
    let mongod = Mongod::replica_set();
    let bench = Bench::open(&mongod, by_uri(&mongod.uri())).await;
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..3)).await
    ));
    let writes = switch_offs(&bench.store).await;
    let by_hand = doc! { "$set": { "power_state": "suspended" } };
    bench
        .vms()
        .update_one(doc! { "name": "vm-1" }, by_hand)
        .await
        .expect("an update");
    fail_next_update(
        &mongod,
        1,
        doc! { "writeConcernError": { "code": 64, "errmsg": "timed out" } },
    );
    let outcomes = bench.store.apply(&stamp(), Table::Vms, &writes).await.outcomes;
    assert!(is_applied(&outcomes[0]) && is_applied(&outcomes[2]), "{outcomes:?}");
    assert_eq!(outcomes[1], WriteOutcome::Contended);
}

/// More nodes than there are: the server refuses the wait, and the majority, which is one node, has the writes.
#[tokio::test]
async fn a_write_concern_that_cannot_be_met_is_settled_by_the_majority() {
    let mongod = Mongod::shared_replica_set();
    let uri = format!("{}&w=2&wtimeoutMS=100", mongod.uri());
    let bench = Bench::open(mongod, by_uri(&uri)).await;
    let writes = bench.store.apply(&stamp(), Table::Vms, &inserts(0..2)).await;
    assert!(all_applied(&writes), "{writes:?}");
}
