//! Stores that fail in the middle.

use crate::support::{AUTH, Fault, GROUP, Judge, Mongod, Output, Running, Server, Site, State};
use bson::doc;
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;

fn names(count: usize, prefix: &str) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number:04}")).collect()
}

fn add_many(site: &Site, names: &[String]) -> Vec<String> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    site.add("a", &names)
}

#[test]
fn a_standalone_mongod_is_enough() {
    let site = Site::on_mongo(&["a", "b"], Server::Shared(Mongod::shared()));
    let a = site.add("a", &["web", "db"]);
    let b = site.add("b", &["mail"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "mail"])]);
    site.rename("a", &a[0], "www");
    site.host("b").simulator.inventory(|inventory| inventory.remove(&b[0]));
    judge.converge(&site);
    assert_eq!(site.document("mail")["orphan"], true);
}

#[test]
fn a_primary_that_closes_after_it_applied_is_told_apart_from_a_conflict() {
    let site = Site::on_mongo(&["a"], Server::Own(Box::new(Mongod::replica_set())));
    let a = site.add("a", &["web", "db"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    let rev = site.document("web")["rev"].as_i64();
    site.rename("a", &a[0], "www-applied");
    site.mongo_proxy().set_once(Fault::DropReply(b"www-applied".to_vec()));
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/updated", 1)
        .assert_report("/updated_failures", 0)
        .assert_report("/changes/0/outcome", "applied");
    assert_eq!(site.mongo_proxy().fired(), 1, "the fault struck");
    assert!(site.document("www-applied")["rev"].as_i64() > rev);
    judge.after(&site, &output);
    judge.converge(&site);
    // Closed before it was applied: sent again.
    site.rename("a", &a[0], "web");
    site.mongod().admin(doc! {
        "configureFailPoint": "failCommand", "mode": {"times": 1},
        "data": {"failCommands": ["update"], "closeConnection": true, "appName": "vmsync"},
    });
    let output = site.sync();
    output.assert_code(0).assert_report("/changes/0/outcome", "applied");
    judge.after(&site, &output);
    judge.converge(&site);
}

/// A standalone server's own view is the majority's.
#[test]
fn a_write_concern_timeout_is_verified_by_a_majority_read() {
    let site = Site::on_mongo(&["a"], Server::Own(Box::new(Mongod::standalone())));
    let a = site.add("a", &["web", "db"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    site.rename("a", &a[0], "www");
    site.mongod().admin(doc! {
        "configureFailPoint": "failCommand", "mode": {"times": 1},
        "data": {
            "failCommands": ["update"], "appName": "vmsync",
            "writeConcernError": {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting for replication timed out"},
        },
    });
    let output = site.sync();
    output.assert_code(0).assert_report("/changes/0/outcome", "applied");
    judge.after(&site, &output);
    judge.converge(&site);
}

/// A set of which no majority answers confirms nothing: whether the write stays is not known before they are back.
#[test]
fn what_no_majority_confirms_is_unknown_and_told_to_nobody() {
    let mut site = Site::on_mongo(&["a"], Server::Own(Box::new(Mongod::replica_set_of_three())));
    let a = site.add("a", &["web", "db"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "db"])]);
    // Long enough for a busy machine to take the lease in.
    "&w=majority&wtimeoutMS=2000".clone_into(&mut site.uri_options);
    site.rename("a", &a[0], "www");
    site.rename("a", &a[1], "sql");
    let before = State::of(&site);
    let pass = site.spawn_sleeper("documents.before:1");
    site.mongod().pause_secondaries();
    pass.signal("CONT");
    let output = pass.wait();
    output
        .assert_code(6)
        .assert_report("/conditions", json!(["store_failed"]))
        .assert_report("/changes/0/outcome", "unknown")
        .assert_report("/changes/1/outcome", "unknown")
        .assert_report("/renamed", json!([]))
        .assert_report("/updated", 0)
        .assert_report("/sessions", json!(null))
        .assert_report("/notifications", json!(null));
    before.assert_same_keys(&State::of(&site));
    assert!(
        site.endpoints.requests().is_empty(),
        "told of what may be rolled back\n{output}"
    );
    site.mongod().resume_secondaries();
    judge.after(&site, &output);
    site.uri_options.clear();
    judge.converge(&site);
    assert_eq!(site.endpoints.requests_to(GROUP).len(), 1, "one batch of both");
    assert_eq!(site.endpoints.requests_to(AUTH).len(), 2, "one each");
    "&w=majority&wtimeoutMS=2000".clone_into(&mut site.uri_options);
    let late = confirmed_late(&site, &a[0]);
    judge.after(&site, &late);
    judge.converge(&site);
}

/// The secondaries are back when the majority is asked.
fn confirmed_late(site: &Site, id: &str) -> Output {
    site.rename("a", id, "web");
    let pass = site.spawn_sleeper("documents.before:1");
    site.mongod().pause_secondaries();
    // The look at the lease before the write, and the one at the document after it.
    let held = site.mongod().admin(doc! {
        "configureFailPoint": "failCommand", "mode": {"times": 2},
        "data": {"failCommands": ["find"], "blockConnection": true, "blockTimeMS": 2_500, "appName": "vmsync"},
    });
    let entered = held.get_i32("count").expect("a count") + 2;
    pass.signal("CONT");
    site.mongod()
        .admin(doc! {"waitForFailPoint": "failCommand", "timesEntered": entered, "maxTimeMS": 60_000});
    site.mongod().resume_secondaries();
    let output = pass.wait();
    output
        .assert_code(0)
        .assert_report("/changes/0/outcome", "applied")
        .assert_report("/notifications/sent", 2);
    output
}

#[test]
fn three_of_a_thousand_statements_fail_alone() {
    let site = Site::on_mongo(&["a"], Server::Shared(Mongod::shared()));
    site.add("a", &["web"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    let validate = |validator: bson::Document| {
        let Store { mongod, database } = parts(&site);
        crate::support::block_on(async move {
            let database = mongod.client().await.database(&database);
            let changed = database
                .run_command(doc! {"collMod": "vms", "validator": validator})
                .await;
            changed.expect("a validator can be set");
        });
    };
    validate(doc! {"name": {"$not": {"$regex": "^bad-"}}});
    add_many(&site, &names(997, "good"));
    add_many(&site, &names(3, "bad"));
    let output = site.sync();
    output
        .assert_code(6)
        .assert_report("/added", 997)
        .assert_report("/added_failures", 3);
    judge.after(&site, &output);
    validate(doc! {});
    judge.converge(&site);
}

struct Store<'a> {
    mongod: &'a Mongod,
    database: String,
}

fn parts(site: &Site) -> Store<'_> {
    match &site.store {
        crate::support::Store::Mongo { server, database, .. } => Store {
            mongod: server.get(),
            database: database.clone(),
        },
        crate::support::Store::Sqlite => panic!("this site has no MongoDB"),
    }
}

/// A file may not grow beyond a limit: writes beyond it fail as those to a full disk do.
#[test]
fn a_disk_that_is_full_in_mid_apply_is_6_and_heals() {
    let site = Site::start(&["a", "b"]);
    let a = site.add("a", &["web", "db"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    site.rename("a", &a[0], "www");
    add_many(&site, &names(1_500, "vm"));
    site.write_config();
    let blocks = std::fs::metadata(site.vmsync.sqlite()).expect("the store").len() / 512 + 400;
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" sync all --format json");
    let mut command = site.vmsync.of("sh");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_vmsync")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("sh can be started");
    let output = Running::new(child, "vmsync sync all".to_owned(), Duration::from_mins(1)).wait();
    output.assert_code(6).assert_report("/orphaned", 0);
    assert_ne!(output.json()["error"], json!(null), "{output}");
    judge.after(&site, &output);
    judge.converge(&site);
}
