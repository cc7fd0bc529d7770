//! A database that the Python service wrote, taken over by the first pass.

use crate::site::{Entry, Site, changed, lasting, session_key, simulate};
use crate::support::VmsyncCommand;
use bson::{Bson, Document, doc, oid::ObjectId};
use serde_json::{Value, json};
use simulator::{Config, Inventory, Simulator, VmSpec};

const WEB: &str = "564d0000-0000-4000-8000-000000000001";
const DB: &str = "564d0000-0000-4000-8000-000000000002";
const GONE: &str = "564d0000-0000-4000-8000-000000000003";
const OLD: &str = "564d0000-0000-4000-8000-000000000004";
const SINCE: &str = "01-07-2024: 12:34:00";

fn host() -> Simulator {
    simulate(Config::esxi("esx1"), |inventory: &mut Inventory| {
        inventory.add_vm(&VmSpec::new("web").uuid(WEB).guest("web.example", "10.0.0.1"));
        inventory.add_vm(
            &VmSpec::new("db")
                .uuid(&DB.to_uppercase())
                .guest("db.example", "10.0.0.2"),
        );
    })
}

/// As the Python service wrote a VM of the host above, running.
fn python(name: &str, uuid: &str, host: &str) -> Document {
    let (hostname, addr) = match name {
        "web" => ("web.example", "10.0.0.1"),
        "db" => ("db.example", "10.0.0.2"),
        _ => ("unknown", "unknown"),
    };
    doc! {
        "_id": ObjectId::new(), "esxi_host_addr": host, "name": name, "hostname": hostname, "addr": addr, "uuid": uuid,
        "power_state": "on", "vmware_tools": "toolsOk", "orphan": false, "orphan_since": Bson::Null,
        "last_sync_time": "01-07-2024: 12:00:00",
    }
}

fn site(host: &Simulator) -> Site {
    Site::new(&[&Entry::esxi("esx1", host)])
}

#[test]
fn documents_of_the_python_service_are_adopted_not_added_again() {
    let host = host();
    let site = site(&host);
    let documents = vec![python("web", WEB, "127.0.0.1"), python("db", DB, "127.0.0.1")];
    let ids = |site: &Site| {
        site.find("vms", doc! {})
            .iter()
            .map(|document| document.get("_id").cloned())
            .collect::<Vec<_>>()
    };
    site.insert(documents);
    let before = ids(&site);
    let report = site.converge();
    assert_eq!((&report["adopted"], &report["added"]), (&json!(2), &json!(0)));
    assert_eq!(ids(&site), before);
    let web = site.document("web");
    assert!(web["instance_uuid"].is_string() && web["rev"] == 1, "{web:#?}");
    assert_ne!(web["last_sync_time"], "01-07-2024: 12:00:00");
    let report = site.converge();
    assert_eq!((&report["adopted"], &report["unchanged"]), (&json!(0), &json!(2)));
}

#[test]
fn an_unchanged_vm_is_adopted_and_not_updated() {
    let host = host();
    let site = site(&host);
    site.insert(vec![
        python("web", WEB, "127.0.0.1"),
        python("db", &DB.to_uppercase(), "127.0.0.1"),
    ]);
    let report = site.converge();
    assert_eq!(
        (&report["adopted"], &report["updated"], &report["changes"]),
        (&json!(2), &json!(0), &json!([]))
    );
}

#[test]
fn a_vm_that_changed_since_is_adopted_updated_and_its_sessions_follow() {
    let host = host();
    let site = site(&host);
    let mut off = python("db", &DB.to_uppercase(), "127.0.0.1");
    off.insert("power_state", "off");
    site.insert(vec![python("old-web", WEB, "127.0.0.1"), off]);
    site.session(&session_key(1), &json!({"vms": ["old-web", "db"], "orphans": []}));
    let report = site.converge();
    assert_eq!((&report["adopted"], &report["updated"]), (&json!(2), &json!(2)));
    assert_eq!(report["renamed"], json!([{"old_name": "old-web", "new_name": "web"}]));
    assert_eq!(
        site.session_of(&session_key(1)),
        json!({"vms": ["web", "db"], "orphans": []})
    );
    assert_eq!(site.endpoints.requests().len(), 2);
}

#[test]
fn orphans_of_the_python_service_keep_their_time_and_their_sessions() {
    let host = host();
    let site = site(&host);
    let mut old = python("old", OLD, "127.0.0.1");
    old.insert("orphan", true);
    old.insert("orphan_since", SINCE);
    site.insert(vec![
        python("web", WEB, "127.0.0.1"),
        python("db", DB, "127.0.0.1"),
        python("gone", GONE, "127.0.0.1"),
        old,
    ]);
    let session = json!({"vms": ["web", "gone"], "orphans": [{"name": "old", "since": SINCE}]});
    site.session(&session_key(1), &session);
    let report = site.converge();
    assert_eq!(changed(&report, "orphaned"), ["gone"]);
    assert_eq!(site.document("old")["orphan_since"], SINCE);
    let gone = site.document("gone");
    let since = &gone["orphan_since"];
    let expected =
        json!({"vms": ["web"], "orphans": [{"name": "old", "since": SINCE}, {"name": "gone", "since": since}]});
    assert_eq!(site.session_of(&session_key(1)), expected);
    host.inventory(|inventory| inventory.add_vm(&VmSpec::new("old").uuid(OLD)));
    assert_eq!(site.converge()["reactivated"], json!(["old"]));
    let session = site.session_of(&session_key(1));
    assert_eq!(session["vms"], json!(["web", "old"]));
}

#[test]
fn fields_and_documents_of_others_stay_byte_for_byte() {
    let host = host();
    let site = site(&host);
    let mut web = python("web", WEB, "127.0.0.1");
    let note = doc! {"b": 1_i32, "a": [Bson::Int64(2), Bson::Double(0.5), Bson::Null], "owner.name": "x"};
    web.insert("note", note.clone());
    web.insert("tags", vec!["z", "a"]);
    let stranger = doc! {"_id": "settings", "version": 3_i32, "nested": {"z": 1_i64, "a": Bson::Undefined}};
    let elsewhere = python("elsewhere", GONE, "10.9.9.9");
    site.insert(vec![web, stranger.clone(), elsewhere.clone()]);
    let expected = [stranger, elsewhere].map(|document| bytes(&document));
    for _ in 0..2 {
        let report = site.sync().assert_code(0).json();
        assert_eq!(report["unowned"], json!([{"source": "10.9.9.9", "vms": 1}]));
    }
    let web = site.find("vms", doc! {"name": "web"}).remove(0);
    assert_eq!(web.get_document("note").map(bytes).ok(), Some(bytes(&note)));
    assert_eq!(web.get("tags"), Some(&Bson::from(vec!["z", "a"])));
    let left = [doc! {"_id": "settings"}, doc! {"name": "elsewhere"}].map(|filter| bytes(&site.find("vms", filter)[0]));
    assert_eq!(left, expected);
}

#[test]
fn adoption_is_no_difference_and_a_dry_run_leaves_the_database_as_it_is() {
    let host = host();
    let site = site(&host);
    site.insert(vec![
        python("web", WEB, "127.0.0.1"),
        python("db", &DB.to_uppercase(), "127.0.0.1"),
    ]);
    let raw = |site: &Site| site.find("vms", doc! {}).iter().map(bytes).collect::<Vec<_>>();
    let before = raw(&site);
    let output = site.run(&["diff", "--exit-code"]);
    output
        .assert_code(0)
        .assert_report("/adopted", 2)
        .assert_report("/changes", json!([]));
    assert_eq!(raw(&site), before);
}

#[test]
fn of_two_documents_with_one_uuid_neither_is_guessed_to_be_the_vm() {
    let host = host();
    let site = site(&host);
    site.insert(vec![python("web", WEB, "127.0.0.1"), python("copy", WEB, "127.0.0.1")]);
    for _ in 0..2 {
        let report = site.sync().json();
        assert_eq!((&report["adopted"], &report["renamed"]), (&json!(0), &json!([])));
        let warnings = report["warnings"].to_string();
        assert!(
            warnings.contains("copy") && warnings.contains("left alone"),
            "{warnings}"
        );
    }
    assert_eq!(
        site.find("vms", doc! {"uuid": WEB, "orphan": false}).len(),
        3,
        "the VM has a document of its own"
    );
    assert_eq!(site.converge()["changes"], json!([]), "it settles");
}

/// The configuration in the documentation of the service, word for word but for addresses, logins and the pin.
#[test]
fn the_configuration_of_the_python_service_is_accepted() {
    let host = host();
    let site = site(&host);
    let (user, password) = host.credentials();
    let yaml = format!(
        "esxi_hosts:
  - host: 127.0.0.1       # IP address of the ESXi host
    port: {port}                  # HTTPS port for ESXi (default: 443)
    username: {user}           # ESXi login username
    password: \"{password}\"       # ESXi login password
    tls: {{fingerprint_sha256: \"{pin}\"}}

mongodb:
  host: localhost              # MongoDB host (can be IP or hostname)
  port: {mongo}                  # MongoDB port
  db: {db}                     # Name of the MongoDB database
  collection: vms              # Collection where VM documents are stored

api_server:
  host: 0.0.0.0                # IP to bind the API server (0.0.0.0 for all interfaces)
  port: 4000                   # Port to expose the FastAPI service

sync:
  interval: 120                # Sync interval in seconds (how often VMs are re-synced)
  timeout: 30                  # Request timeout duration (in seconds)

endpoints:
  vm-group-service-rename-vm: {group}  # Endpoint for VM group renaming
  auth-service-rename-vm: {auth}                    # Endpoint for session renaming

redis:
  host: localhost              # Redis server hostname
  port: {redis}                   # Redis server port
  session_time: 3600
",
        port = host.port(),
        pin = host.fingerprint_sha256(),
        mongo = site.mongod.port(),
        db = site.database,
        group = site.endpoints.url("/vms/group/rename-vms"),
        auth = site.endpoints.url("/rename/vm"),
        redis = site.redis.port(),
    );
    let vmsync = VmsyncCommand::new();
    let path = vmsync.write("elsewhere/sync.yaml", yaml);
    let vmsync = vmsync.env("CONFIG_FILE", path.display().to_string());
    let output = vmsync.run(&["sync", "all", "-v", "--format", "json"]);
    output
        .assert_code(0)
        .assert_report("/added", 2)
        .assert_nowhere(&password);
    output.assert_stderr("api_server").assert_stderr("session_time");
    assert_eq!(site.document("web")["esxi_host_addr"], "127.0.0.1");
}

fn bytes(document: &Document) -> Vec<u8> {
    bson::serialize_to_vec(document).expect("a document is BSON")
}

#[test]
fn a_document_taken_over_stays_lasting_in_later_passes() {
    let host = host();
    let site = site(&host);
    site.insert(vec![python("web", WEB, "127.0.0.1")]);
    site.converge();
    let before = lasting(&site.document("web"));
    let report: Value = site.converge();
    assert_eq!(report["unchanged"], 2);
    assert_eq!(lasting(&site.document("web")), before);
}
