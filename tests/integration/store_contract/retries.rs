//! What is asked again, how often, and what is said of it in the end. Failpoints count what reaches the server.

use super::{
    Bench, Bson, Duration, Fault, FaultProxy, Holder, LeaseAnswer, Mongod, Store, StoreError, StoredSource, Table,
    WriteOutcome, Writes, all_applied, by_host, by_uri, doc, inserts, stamp, switch_offs,
};
use std::future::Future;
use vmsync::store::{LoginFingerprint, LoginPause, PauseEnd};

/// Far longer than anything here takes: who tries for ever fails.
const SOON: Duration = Duration::from_mins(1);

async fn within<T>(wanted: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, wanted).await.expect("it ends")
}

/// What happens to some commands of vmsync.
struct Failpoint<'a> {
    mongod: &'a Mongod,
    before: i32,
}

impl<'a> Failpoint<'a> {
    fn arm(mongod: &'a Mongod, mode: impl Into<Bson>, commands: &[&str], mut data: bson::Document) -> Self {
        data.extend(doc! { "failCommands": commands, "appName": "vmsync" });
        let armed = mongod.admin(doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data });
        Self {
            mongod,
            before: armed.get_i32("count").expect("a count"),
        }
    }

    /// Ends it, and says how many commands it has met.
    fn disarm(self) -> i32 {
        let ended = self
            .mongod
            .admin(doc! { "configureFailPoint": "failCommand", "mode": "off" });
        ended.get_i32("count").expect("a count") - self.before
    }
}

/// A server that gives up in the middle, and one that does not permit it. After other passing errors the driver itself
/// waits for a better server.
const MAX_TIME_EXPIRED: i32 = 50;
const UNAUTHORIZED: i32 = 13;

fn holder(run_id: &str) -> Holder {
    Holder {
        run_id: run_id.to_owned(),
        host: "h".to_owned(),
        pid: 1,
        command: "sync".to_owned(),
        since: "2026-11-01T10:00:00Z".parse().expect("a time"),
        lock: None,
    }
}

const TTL: Duration = Duration::from_mins(1);

#[tokio::test]
async fn the_lease_is_asked_for_three_times_at_most_and_once_if_it_is_refused() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    for (code, times) in [(MAX_TIME_EXPIRED, 3), (UNAUTHORIZED, 1)] {
        let failpoint = Failpoint::arm(&mongod, "alwaysOn", &["findAndModify"], doc! { "errorCode": code });
        let error = within(bench.store.acquire_lease(&holder("a"), TTL, None)).await;
        let error = error.expect_err("the server does not answer");
        assert_eq!(matches!(error, StoreError::Unreachable { .. }), times == 3, "{error:?}");
        let renewed = bench
            .store
            .renew_lease("a", TTL)
            .await
            .map_err(|error| error.to_string());
        let released = bench.store.release_lease("a").await.map_err(|error| error.to_string());
        assert!(renewed.is_err() && released.is_err(), "{renewed:?} {released:?}");
        assert_eq!(failpoint.disarm(), times + 2, "{error}");
    }
    let own = bench.database.collection::<bson::Document>("vms_vmsync");
    let foreign = doc! { "_id": "lease", "epoch": 1_i64, "holder": "?", "until": bson::DateTime::MAX };
    own.insert_one(foreign).await.expect("an insert");
    let error = bench.store.acquire_lease(&holder("a"), TTL, None).await;
    let error = error.expect_err("nobody can say who holds it").to_string();
    assert!(error.contains("its document is broken"), "{error}");
}

#[tokio::test]
async fn a_refresh_is_sent_twice_at_most_and_once_if_it_is_refused() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..1)).await
    ));
    let id = bench.store.load().await.expect("a load").records.remove(0).id;
    for (code, times) in [(MAX_TIME_EXPIRED, 2), (UNAUTHORIZED, 1)] {
        let failpoint = Failpoint::arm(&mongod, "alwaysOn", &["update"], doc! { "errorCode": code });
        let error = within(bench.store.refresh(&stamp(), Table::Vms, std::slice::from_ref(&id))).await;
        assert_eq!(failpoint.disarm(), times, "{error:?}");
        assert!(error.is_err());
    }
}

fn are_all_unknown(Writes { outcomes, error }: &Writes) -> bool {
    let is_unknown = |outcome: &WriteOutcome| matches!(outcome, WriteOutcome::Unknown { .. });
    matches!(error, Some(StoreError::Unreachable { .. })) && outcomes.iter().all(is_unknown)
}

/// Nothing of it is found, but the last command may still take effect.
#[tokio::test]
async fn a_batch_is_sent_four_times_and_then_unknown() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    bench.store.prepare().await.expect("prepared");
    let expired = doc! { "errorCode": MAX_TIME_EXPIRED };
    let failpoint = Failpoint::arm(&mongod, "alwaysOn", &["update"], expired);
    let writes = within(bench.store.apply(&stamp(), Table::Vms, &inserts(0..3))).await;
    assert_eq!(failpoint.disarm(), 4);
    assert!(are_all_unknown(&writes), "{writes:?}");
    assert_eq!(bench.count(doc! {}).await, 0);
}

/// Four commands are on their way at once.
#[tokio::test]
async fn after_a_refusal_the_rest_is_not_attempted() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    bench.store.prepare().await.expect("prepared");
    let refused = doc! { "errorCode": UNAUTHORIZED };
    let failpoint = Failpoint::arm(&mongod, "alwaysOn", &["update"], refused);
    let Writes { outcomes, error } = within(bench.store.apply(&stamp(), Table::Vms, &inserts(0..3_000))).await;
    assert!(matches!(error, Some(StoreError::Refused { .. })), "{error:?}");
    assert_eq!(failpoint.disarm(), 4);
    let reasons = outcomes.iter().map(|outcome| match outcome {
        WriteOutcome::Failed { reason } => reason.as_str(),
        outcome => panic!("{outcome:?}"),
    });
    let not_attempted = reasons.map(|reason| reason == "not attempted");
    assert!(not_attempted.eq((0..3_000).map(|place| place >= 2_000)));
}

/// The reply is lost, and then the look at what became of it.
#[tokio::test]
async fn what_may_have_been_taken_is_unknown_while_nobody_can_look() {
    let mongod = Mongod::standalone();
    let proxy = FaultProxy::to(mongod.port());
    let bench = Bench::open(&mongod, by_uri(&Mongod::uri_through(proxy.port()))).await;
    bench.store.prepare().await.expect("prepared");
    assert!(all_applied(
        &bench.store.apply(&stamp(), Table::Vms, &inserts(0..3)).await
    ));
    let writes = switch_offs(&bench.store).await;
    // The first look is that at the lease.
    let failpoint = Failpoint::arm(
        &mongod,
        doc! { "skip": 1 },
        &["find"],
        doc! { "errorCode": MAX_TIME_EXPIRED },
    );
    proxy.set(Fault::DropReply(b"power_state".to_vec()));
    let outcomes = within(bench.store.apply(&stamp(), Table::Vms, &writes)).await;
    assert!(failpoint.disarm() > 0);
    assert!(are_all_unknown(&outcomes), "{outcomes:?}");
    assert_eq!(bench.count(doc! { "power_state": "off", "rev": 2 }).await, 3);
}

/// A moment passes until the majority, which is one node, has the writes; then nothing is asked again.
#[tokio::test]
async fn the_majority_is_asked_until_it_confirms_and_no_longer() {
    let mongod = Mongod::replica_set();
    let bench = Bench::open(&mongod, by_uri(&format!("{}&w=2&wtimeoutMS=100", mongod.uri()))).await;
    let failpoint = Failpoint::arm(
        &mongod,
        "alwaysOn",
        &["find"],
        doc! { "blockConnection": true, "blockTimeMS": 1 },
    );
    let writes = bench.store.apply(&stamp(), Table::Vms, &inserts(0..2)).await;
    let looks = failpoint.disarm();
    assert!(all_applied(&writes), "{writes:?}");
    // At the lease, at the documents, and at the majority's view of them, up to four times if it confirms nothing.
    assert!((3..6).contains(&looks), "{looks}");
}

fn paused() -> StoredSource {
    StoredSource {
        name: "a".to_owned(),
        host: "10.0.0.1".to_owned(),
        id: None,
        kind: vmsync::inventory::SourceKind::Esxi,
        last_complete: None,
        last_error: Some("refused".to_owned()),
        root_roles: Vec::new(),
        login_pause: Some(LoginPause {
            refusals: 2,
            until: "2026-11-01T11:00:00Z".parse().expect("a time"),
            fingerprint: LoginFingerprint {
                salt: "salt".to_owned(),
                digest: "00ff".to_owned(),
            },
        }),
        listed: None,
    }
}

/// A pass that begins while the pause is ended has read it, and may write it anew; it may even have ended since.
#[tokio::test]
async fn a_pause_is_not_told_as_ended_if_a_pass_began_meanwhile() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    let admin = mongod.client().await.database("admin");
    let pause = paused().login_pause.expect("it has one");
    for (times_entered, has_ended) in [(1, false), (2, true)] {
        bench.store.prepare().await.expect("prepared");
        assert!(bench.store.save_sources(9, &[paused()]).await.expect("it is saved"));
        let held = doc! { "blockConnection": true, "blockTimeMS": 1_500 };
        let failpoint = Failpoint::arm(&mongod, doc! { "times": 1 }, &["update"], held);
        let pass = async {
            let reached =
                doc! { "waitForFailPoint": "failCommand", "timesEntered": times_entered, "maxTimeMS": 30_000 };
            admin.run_command(reached).await.expect("the update is on its way");
            let answer = bench.store.acquire_lease(&holder("pass"), TTL, None).await;
            assert!(matches!(answer, Ok(LeaseAnswer::Granted { .. })), "{answer:?}");
            if has_ended {
                bench.store.release_lease("pass").await.expect("it is released");
            }
        };
        let (ended, ()) = within(async { tokio::join!(bench.store.end_login_pause("a", &pause), pass) }).await;
        assert_eq!(failpoint.disarm(), 1);
        match ended.expect("the server answers") {
            PauseEnd::PassAtWork(at_work) => assert!(!has_ended && at_work.run_id == "pass"),
            told => assert!(has_ended && told == PauseEnd::Changed, "{told:?}"),
        }
        bench.store.release_lease("pass").await.expect("it is released");
    }
}

/// No lease says so: the row itself bears the later epoch.
#[tokio::test]
async fn a_source_that_a_later_pass_has_written_is_not_replaced() {
    let bench = Bench::open(Mongod::shared(), by_host(Mongod::shared().port())).await;
    bench.store.prepare().await.expect("prepared");
    let source = |name: &str, host: &str| StoredSource {
        name: name.to_owned(),
        host: host.to_owned(),
        ..paused()
    };
    let later = source("a", "of 9");
    let saved = bench.store.save_sources(9, std::slice::from_ref(&later)).await;
    assert!(saved.expect("it is saved"));
    let late = [source("a", "of 8"), source("b", "of 8")];
    assert!(!bench.store.save_sources(8, &late).await.expect("it is told"));
    let sources = bench.store.load_sources().await.expect("a load");
    assert_eq!(sources, [later, source("b", "of 8")]);
}

#[tokio::test]
async fn a_source_that_is_refused_or_may_not_last_is_an_error() {
    let mongod = Mongod::standalone();
    let bench = Bench::open(&mongod, by_host(mongod.port())).await;
    bench.store.prepare().await.expect("prepared");
    let save = async || {
        let error = bench.store.save_sources(1, &[paused()]).await;
        error.expect_err("it is not saved").to_string()
    };
    let concern = doc! { "writeConcernError": { "code": 64, "errmsg": "timed out" } };
    let failpoint = Failpoint::arm(&mongod, doc! { "times": 1 }, &["update"], concern);
    let error = save().await;
    assert_eq!(failpoint.disarm(), 1);
    assert!(
        error.contains("remember sources") && error.contains("timed out"),
        "{error}"
    );
    let validator = doc! { "collMod": "vms_vmsync", "validator": { "host": { "$ne": "10.0.0.1" } } };
    bench.database.run_command(validator).await.expect("a validator");
    let error = save().await;
    assert!(error.contains("the server refused it"), "{error}");
}

#[tokio::test]
async fn a_store_whose_format_cannot_be_read_is_refused() {
    let bench = Bench::open(Mongod::shared(), by_host(Mongod::shared().port())).await;
    let own = bench.database.collection::<bson::Document>("vms_vmsync");
    own.insert_one(doc! { "_id": "of nobody" }).await.expect("an insert");
    assert!(bench.store.load().await.is_ok());
    own.insert_one(doc! { "_id": "format" }).await.expect("an insert");
    for error in [bench.store.load().await.err(), bench.store.prepare().await.err()] {
        let error = error.expect("the number is missing").to_string();
        assert!(error.contains("read the format number"), "{error}");
    }
}
