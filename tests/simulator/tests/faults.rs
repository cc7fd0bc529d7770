//! Every scripted fault does what it says.

mod support;

use std::time::{Duration, Instant};

use simulator::{Config, Connections, Effect, Expiry, Fault, MoRef, Simulator, SoapFault, VmSpec};
use support::{Client, between};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

const PAGE: &str = "RetrievePropertiesEx";

/// A simulator with 150 VMs, a client and its view.
async fn listing() -> (Simulator, Client, String) {
    let simulator = Simulator::start(Config::esxi("esx1")).await.unwrap();
    simulator.inventory(|inventory| {
        for index in 0..150 {
            inventory.add_vm(&VmSpec::new(&format!("vm{index}")));
        }
    });
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    (simulator, client, view)
}

#[tokio::test]
async fn soap_faults_strike_the_nth_call_and_are_cleared() {
    let (simulator, client, view) = listing().await;
    let fault = SoapFault::no_permission(&MoRef::new("Folder", "ha-folder-root"), "System.Read");
    simulator.script(Fault::soap("ContinueRetrievePropertiesEx", fault).nth(1));
    client.retrieve(&view, &["name"], "").await.unwrap();
    let answer = client.go_on("0").await.unwrap();
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("<NoPermissionFault"), "{}", answer.body);
    assert!(answer.body.contains("<privilegeId>System.Read</privilegeId>"));
    assert_eq!(client.go_on("0").await.unwrap().status, 200, "the call had no effect");
    simulator.script(Fault::http("*", 503, "busy"));
    assert_eq!(client.retrieve(&view, &["name"], "").await.unwrap().status, 503);
    simulator.clear_faults();
    assert_eq!(client.retrieve(&view, &["name"], "").await.unwrap().status, 200);
}

#[tokio::test]
async fn http_answers_carry_headers() {
    let (simulator, client, view) = listing().await;
    let effect = Effect::Http {
        status: 429,
        headers: vec![("Retry-After".into(), "7".into())],
        body: "<html>busy</html>".into(),
    };
    simulator.script(Fault::on(PAGE, effect).once());
    let answer = client.retrieve(&view, &["name"], "").await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (429, "<html>busy</html>"));
    assert!(answer.head.contains("retry-after: 7"));
}

#[tokio::test]
async fn a_hanging_call_hangs_and_a_late_one_comes_late() {
    let (simulator, client, view) = listing().await;
    simulator.script(Fault::on(PAGE, Effect::Hang).once());
    let call = client.retrieve(&view, &["name"], "");
    assert!(timeout(Duration::from_millis(300), call).await.is_err());
    simulator.script(Fault::on(PAGE, Effect::Delay(Duration::from_millis(100))).once());
    let start = Instant::now();
    client.retrieve(&view, &["name"], "").await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(100));
    simulator.configure(|config| config.latency = Duration::from_millis(50));
    let start = Instant::now();
    client.retrieve(&view, &["name"], "").await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_dropped_call_gets_no_answer() {
    let (simulator, client, view) = listing().await;
    simulator.script(Fault::on(PAGE, Effect::Drop).once());
    assert!(client.retrieve(&view, &["name"], "").await.is_err());
    simulator.script(Fault::on("Logout", Effect::DropAfter));
    assert!(client.logout().await.is_err());
    assert_eq!(simulator.open_sessions(), 0, "the call had its effect");
}

#[tokio::test]
async fn a_truncated_body_ends_after_so_many_bytes() {
    let (simulator, client, view) = listing().await;
    let whole = client.retrieve(&view, &["name"], "").await.unwrap().body.len();
    for bytes in [0, 1, 1000, whole - 1, whole] {
        simulator.script(Fault::on(PAGE, Effect::Truncate { bytes }).once());
        let answer = client.retrieve(&view, &["name"], "").await.unwrap();
        assert_eq!((answer.body.len(), answer.complete), (bytes, false));
        simulator.clear_faults();
    }
}

#[tokio::test]
async fn a_dripping_body_arrives_whole_and_late() {
    let (simulator, client, view) = listing().await;
    let whole = client.retrieve(&view, &["name"], "").await.unwrap().body;
    let bytes = whole.len() / 4;
    let every = Duration::from_millis(50);
    simulator.script(Fault::on(PAGE, Effect::Drip { bytes, every }).once());
    let start = Instant::now();
    let answer = client.retrieve(&view, &["name"], "").await.unwrap();
    assert!(start.elapsed() >= 3 * every);
    assert!(answer.complete);
    assert_eq!(answer.body.len(), whole.len());
}

#[tokio::test]
async fn garbage_is_no_xml() {
    let (simulator, client, view) = listing().await;
    simulator.script(Fault::on(PAGE, Effect::Garbage));
    let answer = client.retrieve(&view, &["name"], "").await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("Envelope"));
}

#[tokio::test]
async fn a_huge_body_streams() {
    let (simulator, client, _) = listing().await;
    let bytes = 1 << 30;
    simulator.script(Fault::on("*", Effect::Huge { bytes }));
    let mut stream = client.connect().await.unwrap();
    let request = b"POST /sdk HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut start = vec![0; 4 << 20];
    stream.read_exact(&mut start).await.unwrap();
    let text = String::from_utf8_lossy(&start);
    assert_eq!(between(&text, "content-length: ", "\r\n"), Some("1073741824"));
    assert!(text.contains("<token>AAAA") && text.ends_with("AAAA"));
}

#[tokio::test]
async fn a_huge_body_has_the_length_it_promises() {
    let (simulator, client, _) = listing().await;
    simulator.script(Fault::on("*", Effect::Huge { bytes: 300_001 }));
    let answer = client.post("").await.unwrap();
    assert!(answer.complete);
    assert_eq!(answer.body.len(), 300_001);
}

#[tokio::test]
async fn a_session_expires_in_three_shapes() {
    for expiry in [Expiry::Fault, Expiry::MissingSet, Expiry::Empty] {
        let (simulator, mut client, view) = listing().await;
        let continued = "ContinueRetrievePropertiesEx";
        simulator.script(Fault::on(continued, Effect::Expire(expiry)).nth(1));
        client.retrieve(&view, &["name"], "").await.unwrap();
        let struck = client.go_on("0").await.unwrap();
        let later = client.retrieve(&view, &["name"], "").await.unwrap();
        for answer in [struck, later] {
            match expiry {
                Expiry::Fault => assert_eq!(answer.status, 500),
                Expiry::MissingSet => {
                    assert_eq!(answer.status, 200);
                    assert!(
                        answer
                            .body
                            .contains("<missingSet><path>name</path><fault><fault xsi:type=\"NotAuthenticated\">")
                    );
                    assert!(!answer.body.contains("<propSet>"));
                }
                Expiry::Empty => {
                    assert_eq!(answer.status, 200);
                    assert!(
                        answer.body.contains("PropertiesExResponse xmlns=\"urn:vim25\"></"),
                        "{}",
                        answer.body
                    );
                }
            }
        }
        assert_eq!(simulator.open_sessions(), 0);
        assert_eq!(client.logout().await.unwrap().status, 500);
        let (user, password) = simulator.credentials();
        assert_eq!(client.login(&user, &password).await.unwrap().status, 200);
        let view = client.view(&["VirtualMachine"]).await;
        let pages = client.all(&view, &["name"]).await.concat();
        assert_eq!(pages.matches("<objects>").count(), 150, "{expiry:?}");
    }
}

#[tokio::test]
async fn an_empty_answer_may_come_from_a_live_session() {
    let (simulator, client, view) = listing().await;
    simulator.script(Fault::on(PAGE, Effect::Empty).containing("VirtualMachine").once());
    let answer = client.retrieve(&view, &["name"], "").await.unwrap();
    assert!(
        answer.body.contains("ExResponse xmlns=\"urn:vim25\"></"),
        "{}",
        answer.body
    );
    assert_eq!(simulator.open_sessions(), 1);
}

#[tokio::test]
async fn the_inventory_changes_after_a_call() {
    let (simulator, client, view) = listing().await;
    let other = Simulator::start(Config::esxi("esx2")).await.unwrap();
    let target = other.handle();
    simulator.script(Fault::after(PAGE, move |inventory| {
        let vm = inventory.remove("150");
        target.inventory(|inventory| inventory.adopt(vm));
    }));
    let pages = client.all(&view, &["name"]).await.concat();
    assert_eq!(pages.matches("<objects>").count(), 149, "gone before its page was read");
    assert_eq!(other.inventory(|inventory| inventory.ids("VirtualMachine")), ["1"]);
}

#[tokio::test]
async fn an_object_that_vanishes_between_pages_may_fail_the_listing() {
    let (simulator, client, view) = listing().await;
    simulator.configure(|config| config.vanished_fails = true);
    client.retrieve(&view, &["name"], "").await.unwrap();
    simulator.inventory(|inventory| inventory.remove("120"));
    let answer = client.go_on("0").await.unwrap();
    assert_eq!(answer.status, 500);
    let fault = "<ManagedObjectNotFoundFault xmlns=\"urn:vim25\" xsi:type=\"ManagedObjectNotFound\"><obj type=\"VirtualMachine\"";
    assert!(answer.body.contains(fault), "{}", answer.body);
}

#[tokio::test]
async fn connections_are_closed_or_ignored() {
    let (simulator, client, _) = listing().await;
    simulator.receive(Connections::Closed);
    assert!(client.connect().await.is_err());
    simulator.receive(Connections::Ignored);
    assert!(timeout(Duration::from_millis(300), client.connect()).await.is_err());
    simulator.receive(Connections::Served);
    assert!(client.connect().await.is_ok());
    drop(simulator);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(client.connect().await.is_err());
}
