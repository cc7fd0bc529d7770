//! The guards do what the other tests rely on.

use crate::support::{
    Answer, Endpoints, Fault, FaultProxy, Mongod, Redis, Running, Vcsim, VmsyncCommand, fingerprint_sha256, wait_for,
};
use bson::{Document, doc};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

async fn insert_and_count(mongod: &Mongod, database: &str) -> u64 {
    let vms = mongod.client().await.database(database).collection::<Document>("vms");
    vms.insert_one(doc! {"name": "web"})
        .await
        .expect("the insert is acknowledged");
    vms.count_documents(doc! {}).await.expect("the count is answered")
}

#[tokio::test]
async fn shared_mongod_gives_each_test_a_database() {
    let mongod = Mongod::shared();
    assert_eq!(insert_and_count(mongod, &mongod.fresh_db()).await, 1);
    assert_eq!(insert_and_count(mongod, &mongod.fresh_db()).await, 1);
}

#[tokio::test]
async fn replica_set_is_primary_and_found_by_its_name() {
    let mongod = Mongod::shared_replica_set();
    let client = mongodb::Client::with_uri_str(mongod.uri()).await.expect("a valid URI");
    let mut session = client.start_session().await.expect("a session");
    session.start_transaction().await.expect("a transaction");
    let vms = client.database(&mongod.fresh_db()).collection::<Document>("vms");
    vms.insert_one(doc! {"name": "web"})
        .session(&mut session)
        .await
        .expect("an insert within it");
    session.commit_transaction().await.expect("a replica set commits");
}

#[tokio::test]
async fn killed_mongod_comes_back_with_its_data() {
    let mongod = Mongod::standalone();
    let (port, client) = (mongod.port(), mongod.client().await);
    let journaled = mongodb::options::WriteConcern::builder().journal(true).build();
    let insert = doc! {"insert": "vms", "documents": [{"name": "web"}], "writeConcern": {"j": journaled.journal}};
    client
        .database("kept")
        .run_command(insert)
        .await
        .expect("the insert is in the journal");
    mongod.stop();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it still accepts");
    mongod.restart();
    assert_eq!(mongod.port(), port);
    assert_eq!(insert_and_count(&mongod, "kept").await, 2);
}

#[test]
fn redis_keeps_bytes_and_times_to_live_over_a_kill() {
    let redis = Redis::start();
    redis.set("plain", [0, 255, 10]);
    redis.set_for("expiring", "{}", 100 * SECOND);
    redis.stop();
    redis.restart();
    assert_eq!(redis.keys(), ["expiring", "plain"]);
    assert_eq!(redis.get("plain"), Some(vec![0, 255, 10]));
    assert_eq!((redis.pttl("plain"), redis.pttl("none")), (-1, -2));
    assert!((80_000..=100_000).contains(&redis.pttl("expiring")));
    redis.flush();
    assert_eq!(redis.get("plain"), None);
}

#[test]
fn paused_redis_accepts_and_does_not_answer() {
    let redis = Redis::start();
    redis.pause();
    assert_eq!(
        ask_redis(redis.port()).expect_err("no answer").kind(),
        ErrorKind::WouldBlock
    );
    redis.resume();
    assert_eq!(ask_redis(redis.port()).expect("an answer"), "+PONG\r\n");
}

#[test]
fn vcsim_is_changed_by_govc_as_vcenter_and_as_esxi() {
    let vcenter = Vcsim::vpx(&["-vm", "3"]);
    assert!(vcenter.govc(&["find", "-type", "m"]).contains("DC0_H0_VM2"));
    vcenter.govc(&["vm.change", "-vm", "DC0_H0_VM2", "-name", "web"]);
    assert!(vcenter.govc(&["find", "-type", "m"]).contains("/web"));
    assert_eq!(vcenter.fingerprint_sha256(), fingerprint_sha256(vcenter.port()));
    assert_eq!(vcenter.fingerprint_sha256().len(), 32 * 3 - 1);
    assert!(Vcsim::esx(&[]).govc(&["about"]).contains("ESXi"));
}

#[tokio::test]
async fn endpoints_record_and_answer_as_scripted() {
    let endpoints = Endpoints::start();
    endpoints.answer("/rename", Answer::RetryAfter(503, "7".to_owned()));
    endpoints.answer("/rename", Answer::Drop);
    let client = http_client();
    let post = || {
        client
            .post(endpoints.url("/rename"))
            .header("Idempotency-Key", "k1")
            .body(r#"{"name":"web"}"#)
            .send()
    };
    let refused = post().await.expect("an answer");
    assert_eq!(
        (refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()),
        (503, &b"7"[..])
    );
    post().await.expect_err("the connection is dropped");
    assert_eq!(post().await.expect("the default").status(), 200);
    endpoints.answer_always("/rename", Answer::Hang);
    let hanging = tokio::time::timeout(SECOND / 5, post()).await;
    assert!(hanging.is_err(), "it answered");
    let requests = endpoints.requests_to("/rename");
    assert_eq!(requests.len(), 4);
    assert_eq!(
        (requests[1].method.as_str(), requests[1].header("idempotency-key")),
        ("POST", Some("k1"))
    );
    assert_eq!(requests[3].json()["name"], "web");
}

#[test]
fn proxy_cuts_after_so_many_bytes_and_heals() {
    let redis = Redis::start();
    let proxy = FaultProxy::to(redis.port());
    proxy.set(Fault::CutReply(3));
    assert_eq!(ask_redis(proxy.port()).expect("a part"), "+PO");
    proxy.set(Fault::CutRequest(2));
    assert_eq!(ask_redis(proxy.port()).expect("nothing"), "");
    proxy.heal();
    assert_eq!(ask_redis(proxy.port()).expect("all"), "+PONG\r\n");
    assert_eq!((proxy.accepted(), proxy.fired()), (3, 2));
}

#[test]
fn proxy_drops_the_reply_to_what_was_applied_once() {
    let redis = Redis::start();
    let proxy = FaultProxy::to(redis.port());
    proxy.set_once(Fault::DropReply(b"SET applied".to_vec()));
    assert_eq!(ask(proxy.port(), "PING\r\n").expect("not this one"), "+PONG\r\n");
    assert_eq!(ask(proxy.port(), "SET applied 1\r\n").expect("closed"), "");
    assert_eq!(redis.get("applied"), Some(b"1".to_vec()));
    assert_eq!(ask(proxy.port(), "SET applied 2\r\n").expect("healed"), "+OK\r\n");
    assert_eq!(proxy.fired(), 1);
}

#[test]
fn proxy_refuses_resets_and_swallows() {
    let redis = Redis::start();
    let proxy = FaultProxy::to(redis.port());
    let mut open = TcpStream::connect(("127.0.0.1", proxy.port())).expect("accepted");
    open.set_read_timeout(Some(5 * SECOND)).expect("a timeout above zero");
    wait_for("the proxy carries", 5 * SECOND, || {
        (proxy.accepted() == 1).then_some(())
    });
    proxy.set(Fault::Refuse);
    assert_eq!(
        ask_redis(proxy.port()).expect_err("refused").kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(open.read(&mut [0; 8]).expect("the old one is closed"), 0);
    proxy.set(Fault::Reset);
    wait_for("the proxy resets", 5 * SECOND, || {
        (ask_redis(proxy.port()).err()?.kind() == ErrorKind::ConnectionReset).then_some(())
    });
    proxy.set(Fault::Blackhole);
    assert_eq!(
        ask_redis(proxy.port()).expect_err("silence").kind(),
        ErrorKind::WouldBlock
    );
    proxy.heal();
    assert_eq!(ask_redis(proxy.port()).expect("an answer"), "+PONG\r\n");
}

#[test]
fn proxy_delays_and_drips() {
    let redis = Redis::start();
    let proxy = FaultProxy::to(redis.port());
    for fault in [
        Fault::Latency(SECOND / 20),
        Fault::Drip {
            bytes: 1,
            pause: SECOND / 50,
        },
    ] {
        proxy.set(fault);
        let began = Instant::now();
        assert_eq!(ask_redis(proxy.port()).expect("late, but all"), "+PONG\r\n");
        assert!(began.elapsed() >= SECOND / 10, "it was too quick");
    }
}

#[test]
fn vmsync_runs_in_a_home_of_its_own() {
    let vmsync = VmsyncCommand::with_config("mongodb: {}\n").env("VMSYNC_TEST", "1");
    let config = std::fs::metadata(vmsync.home().join("sync.yaml")).expect("the configuration is there");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&config.permissions()) & 0o777,
        0o600
    );
    let output = vmsync.run(&["--version"]);
    output.assert_code(0).assert_stderr("").assert_nowhere("secret");
    assert_eq!(output.command, "vmsync --version");
}

#[test]
fn a_running_command_is_heard_signalled_and_judged() {
    let script = "echo ready >&2; echo '{\"ok\": true}'; while :; do sleep 0.05; done";
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let running = Running::new(command.spawn().expect("sh starts"), "sh".to_owned(), 5 * SECOND);
    wait_for("it says so", 5 * SECOND, || {
        running.stderr_so_far().contains("ready").then_some(())
    });
    assert!(!running.has_ended());
    running.signal("TERM");
    let output = running.wait();
    output
        .assert_code(-15)
        .assert_report("/ok", true)
        .assert_stderr("ready")
        .assert_nowhere("secret");
}

#[test]
#[should_panic(expected = "did not end within")]
fn a_command_past_its_limit_fails_the_test() {
    let mut command = Command::new("sleep");
    command
        .arg("60")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Running::new(command.spawn().expect("sleep starts"), "sleep".to_owned(), SECOND / 5).wait();
}

#[tokio::test]
async fn paused_mongod_keeps_its_callers_waiting() {
    let mongod = Mongod::standalone();
    let database = mongod.fresh_db();
    insert_and_count(&mongod, &database).await;
    mongod.pause();
    assert!(
        tokio::time::timeout(SECOND / 2, insert_and_count(&mongod, &database))
            .await
            .is_err(),
        "it answered"
    );
    mongod.resume();
    assert!(insert_and_count(&mongod, &database).await >= 2);
}

/// What redis answers to a PING on a port, until the end or half a second of silence after some bytes.
fn ask_redis(port: u16) -> std::io::Result<String> {
    ask(port, "PING\r\n")
}

fn ask(port: u16, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(SECOND / 2))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = [0; 64];
    while !answer.ends_with(b"\r\n") {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..read]);
    }
    Ok(String::from_utf8(answer).expect("redis speaks UTF-8 here"))
}

/// Without certificates: a host may have none.
fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
