//! `prune`: whatever comes in between, it deletes what it was asked for or says that it did not.

use std::time::Duration;

use bson::{Bson, Document, doc};
use serde_json::{Value, json};
use simulator::Config;
use vmsync::catalog::ObjectKind;

use crate::support::{Fault, FaultProxy, Mongod, Output, PRUNE_FAILPOINTS, Running, Server, Site, Store, block_on};

const PRUNE: &[&str] = &["prune", "--gone-before", "0s", "--apply", "--format", "json"];

/// Three objects are gone: a datastore, which is deleted first, and two networks.
fn site(store: Store) -> Site {
    let site = Site::with(vec![Config::vcenter("vc")], store);
    let simulator = &site.host("vc").simulator;
    let gone = simulator.inventory(|inventory| {
        [
            inventory.add_datastore("san1", 1_000, 400),
            inventory.add_network("backup", "vSwitch1", 10),
            inventory.add_network("lab", "vSwitch1", 11),
        ]
    });
    site.sync().assert_code(0);
    simulator.inventory(|inventory| gone.iter().for_each(|id| drop(inventory.remove(id))));
    site.sync().assert_code(0);
    assert_eq!(gone_of(&site), 3);
    // They have to be gone since before the second that it begins in.
    std::thread::sleep(Duration::from_millis(1_100));
    site
}

const STORES: [fn() -> Store; 2] = [|| Store::Sqlite, on_mongo];

fn on_mongo() -> Store {
    let (server, database) = (Mongod::shared(), Mongod::shared().fresh_db());
    Store::Mongo {
        proxy: FaultProxy::to(server.port()),
        server: Server::Shared(server),
        database,
    }
}

/// Every stored object.
fn stored(site: &Site) -> Vec<Value> {
    let of_kind = |kind| site.objects(kind).into_values().map(Value::Object);
    ObjectKind::ALL.into_iter().flat_map(of_kind).collect()
}

fn gone_of(site: &Site) -> usize {
    stored(site)
        .iter()
        .filter(|object| [json!(false), json!(0)].contains(&object["present"]))
        .count()
}

/// It sleeps before its n-th statement, the first of which is about the datastore.
fn spawn_asleep(site: &Site, nth: usize) -> Running {
    site.spawn_asleep(PRUNE, &format!("prune.before:{nth}"))
}

fn wake(pruner: Running) -> Output {
    pruner.signal("CONT");
    pruner.wait()
}

#[track_caller]
fn assert_the_next_deletes(site: &Site, count: usize) {
    let next = site.run(PRUNE);
    next.assert_code(0).assert_report("/deleted", count);
    assert_eq!(gone_of(site), 0);
}

#[test]
fn whoever_slept_past_its_lease_deletes_nothing() {
    for store in STORES {
        let site = site(store());
        let pruner = spawn_asleep(&site, 1);
        site.end_lease();
        site.sync().assert_code(0);
        let before = stored(&site);
        let woken = wake(pruner);
        woken
            .assert_code(6)
            .assert_report("/deleted", 0)
            .assert_stderr("failed to delete the rest: the lease was lost");
        assert_eq!(stored(&site), before);
        assert_the_next_deletes(&site, 3);
    }
}

/// A network is back, by the word of another program.
fn bring_back(site: &Site, name: &str) {
    let Store::Mongo { server, database, .. } = &site.store else {
        let back = "UPDATE vmsync_networks SET present = 1, gone_since = NULL WHERE name = ?1";
        assert_eq!(site.sqlite().execute(back, [name]).expect("written"), 1);
        return;
    };
    block_on(async {
        let networks = server.get().client().await.database(database);
        let networks = networks.collection::<Document>("vmsync_networks");
        let back = doc! {"$set": {"present": true, "gone_since": Bson::Null}};
        let written = networks.update_one(doc! {"name": name}, back).await;
        assert_eq!(written.expect("written").modified_count, 1);
    });
}

#[test]
fn what_is_back_meanwhile_stays() {
    for store in STORES {
        let site = site(store());
        let pruner = spawn_asleep(&site, 1);
        bring_back(&site, "lab");
        wake(pruner)
            .assert_code(3)
            .assert_report("/deleted", 2)
            .assert_stderr("failed to delete the rest: others changed or deleted it meanwhile")
            .assert_stderr("hint: run it again");
        let names: Vec<Value> = stored(&site).iter().map(|object| object["name"].clone()).collect();
        assert!(
            names.contains(&json!("lab")) && !names.contains(&json!("backup")),
            "{names:?}"
        );
        assert_the_next_deletes(&site, 0);
    }
}

#[test]
fn a_store_that_fails_in_between_is_told_with_what_is_deleted() {
    let on_sqlite = site(Store::Sqlite);
    let pruner = spawn_asleep(&on_sqlite, 2);
    // Whoever has it open to write, and does not end.
    let writer = on_sqlite.sqlite();
    writer.execute_batch("BEGIN IMMEDIATE").expect("it is free");
    let failed = wake(pruner);
    failed
        .assert_code(6)
        .assert_report("/deleted", 1)
        .assert_stderr("failed to ");
    writer.execute_batch("ROLLBACK").expect("it is ours");
    assert_the_next_deletes(&on_sqlite, 2);

    let on_mongo = site(on_mongo());
    let pruner = spawn_asleep(&on_mongo, 2);
    on_mongo.mongo_proxy().set(Fault::Refuse);
    let failed = wake(pruner);
    failed
        .assert_code(6)
        .assert_report("/deleted", 1)
        .assert_stderr("failed to ");
    on_mongo.mongo_proxy().heal();
    assert_eq!(gone_of(&on_mongo), 2);
    assert_the_next_deletes(&on_mongo, 2);
}

#[test]
fn what_a_killed_one_has_left_the_next_one_deletes() {
    for store in STORES {
        for (failpoint, left) in PRUNE_FAILPOINTS.into_iter().zip([3, 2]) {
            let site = site(store());
            let at = format!("{failpoint}:1");
            let killed = site.vmsync.spawn_with(PRUNE, &[("VMSYNC_FAILPOINT", &at)]).wait();
            killed.assert_code(-6);
            assert_eq!(gone_of(&site), left, "{failpoint}");
            assert_the_next_deletes(&site, left);
        }
    }
}
