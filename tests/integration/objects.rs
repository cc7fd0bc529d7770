//! Hosts, clusters, datastores, networks: from a listing to both stores, gone and back, and deleted on demand only.

use crate::site::{Entry, Site, home, session_key, simulate, sources};
use crate::support::{Output, wait_for};
use bson::{Document, doc};
use serde_json::{Value, json};
use simulator::{Config, HostSpec, Simulator, VmSpec};
use std::time::Duration;

/// A vCenter with its first host, and a cluster of seven.
fn vcenter() -> (Simulator, Vec<String>) {
    let mut hosts = Vec::new();
    let simulator = simulate(Config::vcenter("vc"), |inventory| {
        let cluster = inventory.add_cluster("prod");
        for number in 1..=7 {
            let spec = HostSpec::new(&format!("esx{number}")).cluster(&cluster);
            hosts.push(inventory.add_host(&spec.uuid(&format!("uuid-{number}"))));
        }
        inventory.add_vm(&VmSpec::new("web"));
    });
    (simulator, hosts)
}

fn by_moref(site: &Site, collection: &str, moref: &str) -> Document {
    let mut found = site.find(collection, doc! { "moref": moref });
    assert_eq!(found.len(), 1, "{moref} in {collection}: {found:?}");
    found.remove(0)
}

fn revs(site: &Site) -> Vec<i64> {
    let hosts = site.find("vmsync_hosts", doc! {});
    hosts.iter().map(|host| host.get_i64("rev").expect("a rev")).collect()
}

#[test]
fn an_object_is_stored_goes_and_returns() {
    let (simulator, hosts) = vcenter();
    let site = Site::new(&[&Entry::vcenter("vc", &simulator)]);
    let first = site.sync();
    first
        .assert_code(0)
        .assert_report("/objects/hosts/added", 8)
        .assert_report("/objects/clusters/added", 1)
        .assert_report("/sources/0/counts/hosts", 8)
        .assert_report("/added", 1);
    let stored = by_moref(&site, "vmsync_hosts", &hosts[0]);
    let id = stored.get_str("source_id").expect("an id");
    assert_eq!(stored.get_str("_id").ok(), Some(&*format!("{id}/{}", hosts[0])));
    assert_eq!(
        (stored.get_str("name").ok(), stored.get_str("cluster").ok()),
        (Some("esx1"), Some("prod"))
    );
    assert_eq!(
        (stored.get_bool("present").ok(), stored.get("gone_since")),
        (Some(true), Some(&bson::Bson::Null))
    );

    let second = site.sync();
    second
        .assert_code(0)
        .assert_report("/objects/hosts/unchanged", 8)
        .assert_report("/object_changes", json!([]));
    assert_eq!(revs(&site), [1; 8], "nothing is rewritten");

    let host = simulator.inventory(|inventory| inventory.remove(&hosts[0]));
    let gone = site.sync();
    gone.assert_code(0)
        .assert_report("/objects/hosts/gone", 1)
        .assert_report("/object_changes/0/name", "esx1")
        .assert_report("/object_changes/0/object", "host");
    let stored = by_moref(&site, "vmsync_hosts", &hosts[0]);
    assert_eq!(stored.get_bool("present").ok(), Some(false));
    assert!(
        stored.get_str("gone_since").is_ok_and(|since| since.ends_with('Z')),
        "{stored}"
    );
    simulator.inventory(|inventory| inventory.put_back(host));
    site.sync().assert_code(0).assert_report("/objects/hosts/returned", 1);
    let stored = by_moref(&site, "vmsync_hosts", &hosts[0]);
    assert_eq!(
        (stored.get_bool("present").ok(), stored.get("gone_since")),
        (Some(true), Some(&bson::Bson::Null))
    );
}

/// What the operator gets to read, and to permit.
#[test]
fn many_that_vanish_at_once_are_withheld_then_gone_then_pruned() {
    let (simulator, hosts) = vcenter();
    let site = Site::new(&[&Entry::vcenter("vc", &simulator)]);
    site.converge();
    simulator.inventory(|inventory| hosts[1..].iter().for_each(|host| drop(inventory.remove(host))));
    let held = site.sync();
    held.assert_code(4).assert_report("/objects/hosts/withheld", 6);
    let changes = held.json()["object_changes"].clone();
    let reason = changes
        .as_array()
        .expect("a list")
        .iter()
        .find_map(|change| change["reason"].as_str());
    let expected = "6 of 8 hosts of vc would be gone at once; if that is right, run once with --allow vc:gone=6";
    assert_eq!(reason, Some(expected));
    site.run(&["sync", "all", "--allow", "vc:gone=5"]).assert_code(4);
    let allowed = site.run(&["sync", "all", "--allow", "vc:gone=6"]);
    allowed.assert_code(0).assert_report("/objects/hosts/gone", 6);

    let prune = |rest: &[&str]| site.run(&[&["prune", "--gone-before"], rest].concat());
    prune(&["1h", "--apply"])
        .assert_code(0)
        .assert_report("/objects", json!([]));
    std::thread::sleep(Duration::from_millis(1_100));
    let shown = prune(&["0s"]);
    shown
        .assert_code(0)
        .assert_report("/dry_run", true)
        .assert_report("/deleted", 0);
    assert_eq!(shown.json()["objects"].as_array().map(Vec::len), Some(6));
    assert_eq!(site.find("vmsync_hosts", doc! {}).len(), 8, "a dry run deletes nothing");
    let deleted = prune(&["0s", "--apply"]);
    deleted
        .assert_code(0)
        .assert_report("/dry_run", false)
        .assert_report("/deleted", 6);
    assert_eq!(site.find("vmsync_hosts", doc! {}).len(), 2);
    assert_eq!(site.documents().len(), 1, "VM documents stay");
    prune(&["0s", "--apply"]).assert_report("/deleted", 0);
    site.sync().assert_code(0).assert_report("/object_changes", json!([]));
}

#[test]
fn a_pass_over_hosts_writes_hosts_only() {
    let (simulator, hosts) = vcenter();
    let site = Site::new(&[&Entry::vcenter("vc", &simulator)]);
    site.session(&session_key(1), &json!({"vms": ["web"], "orphans": []}));
    site.converge();
    let last_seen = |collection: &str| -> Vec<String> {
        let of = |object: &Document| object.get_str("last_seen").expect("a time").to_owned();
        site.find(collection, doc! {}).iter().map(of).collect()
    };
    let (clusters, before) = (last_seen("vmsync_clusters"), last_seen("vmsync_hosts"));
    let vms = simulator.inventory(|inventory| {
        let vms = inventory.ids("VirtualMachine");
        inventory.rename(&vms[0], "www");
        inventory.rename(&hosts[0], "esx-new");
        vms
    });
    assert!(!vms.is_empty());
    std::thread::sleep(Duration::from_millis(1_100));
    let looked = site.run(&["sync", "hosts", "-n"]);
    looked
        .assert_code(0)
        .assert_report("/objects/hosts/updated", 1)
        .assert_report("/dry_run", true);
    assert_eq!(last_seen("vmsync_hosts"), before);
    let passed = site.run(&["sync", "hosts"]);
    passed
        .assert_code(0)
        .assert_report("/command", "sync hosts")
        .assert_report("/objects/hosts/updated", 1)
        .assert_report(
            "/object_changes/0/fields/name",
            json!({"before": "esx1", "after": "esx-new"}),
        )
        .assert_report("/changes", json!([]))
        .assert_report("/sessions", json!(null));
    assert!(passed.json()["objects"]["clusters"].is_null());
    let renamed = by_moref(&site, "vmsync_hosts", &hosts[0]);
    assert_eq!(renamed.get_str("name").ok(), Some("esx-new"));
    assert_eq!(site.document("web")["name"], "web", "VMs are left to a pass over them");
    assert_eq!(site.session_of(&session_key(1))["vms"], json!(["web"]));
    assert_eq!(last_seen("vmsync_clusters"), clusters);
    assert!(last_seen("vmsync_hosts") > before, "and they were seen");
}

#[test]
fn what_others_put_in_the_place_of_an_object_is_left_alone_with_a_warning() {
    let (simulator, hosts) = vcenter();
    let site = Site::new(&[&Entry::vcenter("vc", &simulator)]);
    site.converge();
    let stored = by_moref(&site, "vmsync_hosts", &hosts[0]);
    let key = stored.get_str("_id").expect("a key");
    let by_hand = doc! { "q": { "_id": key }, "u": { "$unset": { "rev": 1 } } };
    site.command(doc! { "update": "vmsync_hosts", "updates": [by_hand] });
    let output = site.sync();
    output.assert_code(0).assert_report("/objects/hosts/unchanged", 7);
    let warnings = output.json()["warnings"].to_string();
    let expected = format!("the host {key} in the store is left alone: it has no rev, so vmsync did not write it");
    assert!(warnings.contains(&expected), "{warnings}");
    assert!(by_moref(&site, "vmsync_hosts", &hosts[0]).get("rev").is_none());
}

/// People look into the file.
#[test]
fn in_sqlite_every_field_is_a_column() {
    let (simulator, _) = vcenter();
    let vmsync = home(&sources(&[&Entry::vcenter("vc", &simulator)]));
    vmsync.run(&["sync", "all", "--format", "json"]).assert_code(0);
    let connection = rusqlite::Connection::open(vmsync.sqlite()).expect("a file");
    let sql = "SELECT count(*), min(source), min(present), max(gone_since) FROM vmsync_hosts WHERE cluster = 'prod'";
    let row: (i64, String, i64, Option<String>) = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .expect("a row");
    assert_eq!(row, (7, "vc".to_owned(), 1, None));
    let second = vmsync.run(&["sync", "all", "--format", "json"]);
    second.assert_code(0).assert_report("/object_changes", json!([]));
    let changed = "SELECT count(*) FROM vmsync_hosts WHERE rev > 1";
    let changed: i64 = connection.query_row(changed, [], |row| row.get(0)).expect("a count");
    assert_eq!(changed, 0);
}

/// What is left out is neither asked for nor touched, and not what a pass can be about.
#[test]
fn kinds_that_the_configuration_leaves_out_stay_as_they_are() {
    let (simulator, hosts) = vcenter();
    let mut site = Site::new(&[&Entry::vcenter("vc", &simulator)]);
    site.converge();
    site.reconfigure(|config| config["inventory"] = json!({"types": ["clusters"]}));
    simulator.inventory(|inventory| drop(inventory.remove(&hosts[0])));
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/sources/0/counts/hosts", json!(null));
    assert!(output.json()["objects"]["hosts"].is_null());
    assert_eq!(
        by_moref(&site, "vmsync_hosts", &hosts[0]).get_bool("present").ok(),
        Some(true)
    );
    let refused = site.run(&["sync", "hosts"]);
    refused.assert_code(2);
    refused.assert_stderr("sync hosts: inventory.types of the configuration leaves hosts out");
}

/// Deleting takes the lease: it waits for no pass, and no pass runs beside it.
#[test]
fn prune_says_who_is_at_work_and_what_is_missing() {
    let (simulator, _) = vcenter();
    let vmsync = home(&sources(&[&Entry::vcenter("vc", &simulator)]));
    let empty: Output = vmsync.run(&["prune", "--gone-before", "90d"]);
    empty
        .assert_code(0)
        .assert_stdout("nothing to delete: no object was gone before ");
    vmsync.run(&["sync", "all"]).assert_code(0);
    let pass = vmsync.spawn_with(&["sync", "all"], &[("VMSYNC_FAILPOINT_SLEEP", "lease.after:1")]);
    wait_for("the pass to sleep", Duration::from_secs(30), || {
        pass.is_stopped().then_some(())
    });
    let busy = vmsync.run(&["prune", "--gone-before", "90d", "--apply"]);
    busy.assert_code(75)
        .assert_stderr("another run holds the lease: sync all on ");
    pass.signal("CONT");
    pass.wait().assert_code(0);
    vmsync
        .run(&["prune"])
        .assert_code(2)
        .assert_stderr("--gone-before <AGE>");
    let json: Value = vmsync.run(&["prune", "--gone-before", "1d", "--format", "json"]).json();
    assert_eq!(json["schema"], "vmsync.prune/1");
}
