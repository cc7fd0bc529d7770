//! The portal's hardware records get a link to the host that they describe, once, and nothing else of them changes.

use crate::site::{Entry, Site, simulate};
use bson::{Document, doc};
use serde_json::{Value, json};
use simulator::{Config, HostSpec, Simulator};

/// A vCenter with two hosts of one serial number each, and two of the same.
fn vcenter() -> (Simulator, Vec<String>) {
    let mut hosts = Vec::new();
    let simulator = simulate(Config::vcenter("vc"), |inventory| {
        let cluster = inventory.add_cluster("prod");
        for serial in ["S-1", "S-2", "S-3", "S-3"] {
            let name = format!("esx{}", hosts.len() + 1);
            let host = inventory.add_host(&HostSpec::new(&name).cluster(&cluster));
            inventory.set(&host, "hardware.systemInfo.serialNumber", serial);
            hosts.push(host);
        }
    });
    (simulator, hosts)
}

fn site(simulator: &Simulator) -> Site {
    let mut site = Site::new(&[&Entry::vcenter("vc", simulator)]);
    site.reconfigure(|config| config["links"] = json!({"hosts": {"collection": "servers"}}));
    site
}

/// In the order of their keys.
fn servers(site: &Site) -> Vec<Document> {
    let mut servers = site.find("servers", doc! {});
    servers.sort_by_key(|server| server.get_i32("_id").expect("a key"));
    servers
}

fn put(site: &Site, records: &[Document]) {
    site.command(doc! { "insert": "servers", "documents": records });
}

fn links(report: &Value) -> Value {
    report["links"].clone()
}

#[test]
fn a_record_is_linked_to_the_host_with_its_serial_number_and_no_other() {
    let (simulator, hosts) = vcenter();
    let site = site(&simulator);
    let records = vec![
        doc! { "_id": 1, "service_tag": "S-1", "rack": "r7" },
        doc! { "_id": 2, "service_tag": "S-2", "vcenter_host_id": "somebody" },
        doc! { "_id": 3, "service_tag": "S-3" },
        doc! { "_id": 4, "service_tag": "s-1" },
    ];
    put(&site, &records);

    let planned = site.run(&["diff", "--exit-code"]);
    planned.assert_code(10);
    let expected = json!([{"host": "esx1", "serial": "S-1", "outcome": "planned"}]);
    assert_eq!(links(&planned.json())["changes"], expected);
    assert_eq!(servers(&site), records, "a dry run links nothing");

    let linked = site.sync();
    linked.assert_code(0);
    let expected = json!({
        "changes": [{"host": "esx1", "serial": "S-1", "outcome": "applied"}],
        "unchanged": 0,
        "refused": 2,
    });
    assert_eq!(links(&linked.json()), expected);
    let warnings = linked.json()["warnings"].to_string();
    for part in [
        "esx2 is not linked: the hardware record of its serial number S-2 is linked to 'somebody'",
        "no hardware record is linked by the serial number S-3, which several hosts bear: esx3, esx4",
    ] {
        assert!(warnings.contains(part), "{warnings}");
    }
    let stored = site.find("vmsync_hosts", doc! { "moref": &hosts[0] });
    let mut expected = records;
    expected[0].insert("vcenter_host_id", stored[0].get_str("_id").expect("a key"));
    assert_eq!(servers(&site), expected);

    let again = site.sync();
    assert_eq!(links(&again.json())["changes"], json!([]));
    assert_eq!(links(&again.json())["unchanged"], 1);
    assert_eq!(servers(&site), expected);
}

#[test]
fn only_who_asks_for_links_gets_them_and_only_with_hosts() {
    let (simulator, _) = vcenter();
    let mut site = site(&simulator);
    put(&site, &[doc! { "_id": 1, "service_tag": "S-1" }]);
    assert_eq!(links(&site.run(&["sync", "datastores"]).json()), Value::Null);
    assert!(!servers(&site)[0].contains_key("vcenter_host_id"));
    assert_eq!(
        links(&site.run(&["sync", "hosts"]).json())["changes"][0]["outcome"],
        "applied"
    );
    site.reconfigure(|config| {
        config.as_object_mut().expect("a map").remove("links");
    });
    assert_eq!(links(&site.sync().json()), Value::Null);
}

#[test]
fn a_person_reads_which_records_are_linked() {
    let (simulator, _) = vcenter();
    let site = site(&simulator);
    put(&site, &[doc! { "_id": 1, "service_tag": "S-1" }]);
    let table = site.vmsync.run(&["sync", "all", "--dry-run"]);
    table.assert_code(0);
    assert!(table.stdout.contains("1 to be linked"), "{table}");
    assert!(table.stdout.contains("esx1  (S-1)"), "{table}");
}
