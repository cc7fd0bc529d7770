//! Sessions in a real Redis server.

use crate::support::Redis;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use redis::{Commands, Connection};
use vmsync::config::{RedisAddress, RedisConfig, Secret};
use vmsync::plan::journal::{Delivery, JournalEntry, JournalEvent, SessionStage};
use vmsync::plan::record::{DocumentId, VmFields, VmRecord};
use vmsync::sessions::port::{Replaced, Replacement, SessionKey, Size};
use vmsync::sessions::{
    Mode, RedisSessions, SessionCounts, SessionError, SessionPort, SessionRules, SessionsOutcome, bring_sessions,
};

async fn open(server: &Redis) -> RedisSessions {
    RedisSessions::connect(&config(server.url()))
        .await
        .expect("the server answers")
}

fn config(url: String) -> RedisConfig {
    RedisConfig {
        address: RedisAddress::Url(Secret::new(url)),
        key_pattern: default_pattern(),
    }
}

fn default_pattern() -> String {
    "[0-9A-Za-z]".repeat(30)
}

fn key(number: usize) -> String {
    format!("Session{number:023}")
}

fn renamed(id: &str, old: &str, new: &str) -> VmRecord {
    let entry = JournalEntry {
        id: format!("1-{id}"),
        epoch: 1,
        event: JournalEvent::Rename {
            old: old.to_owned(),
            new: new.to_owned(),
        },
        sessions: SessionStage::Open,
        ambiguous: false,
        group: Delivery::None,
        auth: Delivery::None,
    };
    let names = vec![old.to_owned(), new.to_owned()];
    let fields = VmFields {
        name: new.to_owned(),
        names,
        journal: vec![entry],
        ..VmFields::default()
    };
    VmRecord {
        id: DocumentId(id.to_owned()),
        rev: Some(1),
        epoch: Some(1),
        stored: fields.to_map().into(),
        fields: Box::new(fields),
    }
}

fn rename_rules() -> SessionRules {
    SessionRules::build(&[renamed("1", "a", "b")], None)
}

fn swap_rules() -> SessionRules {
    SessionRules::build(&[renamed("1", "a", "b"), renamed("2", "b", "a")], None)
}

const SESSION: &str = r#"{"vms": ["a"], "user": 1}"#;
const AFTER: &str = r#"{"vms": ["b"], "user": 1}"#;

async fn bring(sessions: &RedisSessions, rules: &SessionRules, mode: Mode) -> SessionsOutcome {
    bring_sessions(sessions, rules, &default_pattern(), mode, &|| false).await
}

fn get(connection: &mut Connection, key: &str) -> Option<String> {
    connection.get(key).expect("a string or nothing")
}

#[tokio::test]
async fn the_time_to_live_is_kept_to_the_millisecond() {
    let server = Redis::start();
    let mut connection = server.connection();
    let _: () = connection.pset_ex(key(1), SESSION, 100_000).expect("it is written");
    let (before, read): (i64, _) = (connection.pttl(key(1)).expect("a time"), Instant::now());
    let outcome = bring(&open(&server).await, &swap_rules(), Mode::Apply).await;
    let after: i64 = connection.pttl(key(1)).expect("a time");
    let companion: i64 = connection.pttl(format!("vmsync:{{{}}}", key(1))).expect("a time");
    let elapsed = i64::try_from(read.elapsed().as_millis()).expect("a short time") + 1;
    assert_eq!(outcome.counts.changed, 1);
    assert!(
        after <= before && after >= before - elapsed,
        "{before} -> {after} in {elapsed}"
    );
    assert!(
        companion <= before && companion >= before - elapsed,
        "{before} -> {companion} in {elapsed}"
    );
    assert_eq!(get(&mut connection, &key(1)).as_deref(), Some(AFTER));
}

#[tokio::test]
async fn session_without_ttl_survives_a_rename() {
    let server = Redis::start();
    let mut connection = server.connection();
    let _: () = connection.set(key(1), SESSION).expect("it is written");
    let outcome = bring(&open(&server).await, &swap_rules(), Mode::Apply).await;
    assert_eq!((outcome.counts.changed, outcome.complete), (1, true));
    assert_eq!(get(&mut connection, &key(1)).as_deref(), Some(AFTER));
    assert_eq!(connection.pttl::<_, i64>(key(1)).expect("a time"), -1);
    assert_eq!(
        connection
            .pttl::<_, i64>(format!("vmsync:{{{}}}", key(1)))
            .expect("a time"),
        -1
    );
}

#[tokio::test]
async fn name_swaps_are_applied_at_once_and_once() {
    let server = Redis::start();
    let mut connection = server.connection();
    let _: () = connection
        .set(key(1), r#"{"vms":["a","b","c"]}"#)
        .expect("it is written");
    let sessions = open(&server).await;
    for (changed, scanned) in [(1, 1), (0, 1), (0, 1)] {
        let outcome = bring(&sessions, &swap_rules(), Mode::Apply).await;
        assert_eq!((outcome.counts.changed, outcome.counts.scanned), (changed, scanned));
        assert_eq!(
            get(&mut connection, &key(1)).as_deref(),
            Some(r#"{"vms":["b","a","c"]}"#)
        );
    }
    let companion = get(&mut connection, &format!("vmsync:{{{}}}", key(1)));
    assert_eq!(companion.as_deref(), Some(r#"["1-1","1-2"]"#));
}

#[tokio::test]
async fn what_happens_between_read_and_write_wins() {
    let server = Redis::start();
    let mut connection = server.connection();
    let sessions = open(&server).await;
    let replacement = || Replacement {
        key: SessionKey::new(key(1).into_bytes()),
        before: SESSION.into(),
        after: AFTER.into(),
        companion: Some(b"[]".to_vec()),
    };
    let replace = async || {
        sessions
            .replace(vec![replacement()], &|| false)
            .await
            .remove(0)
            .expect("the server answers")
    };
    assert_eq!(replace().await, Replaced::Gone);
    assert_eq!(
        connection.keys::<_, Vec<String>>("*").expect("keys"),
        Vec::<String>::new()
    );
    let _: () = connection.set(key(1), "edited").expect("it is written");
    assert_eq!(replace().await, Replaced::Edited);
    let _: () = connection.pset_ex(key(1), SESSION, 5).expect("it is written");
    std::thread::sleep(Duration::from_millis(10));
    assert_eq!(replace().await, Replaced::Gone);
    let _: () = connection.lpush(key(1), "x").expect("it is written");
    assert_eq!(replace().await, Replaced::Edited);
    let _: () = connection.del(key(1)).expect("it is deleted");
    let _: () = connection.set(key(1), SESSION).expect("it is written");
    assert_eq!(replace().await, Replaced::Written);
    assert_eq!(get(&mut connection, &key(1)).as_deref(), Some(AFTER));
}

/// Sessions that are about to expire while they are written never become immortal.
#[tokio::test]
async fn sessions_that_expire_all_the_time_do_not_become_immortal() {
    let server = Redis::with_options(&["--hz", "1"]);
    let mut connection = server.connection();
    let sessions = open(&server).await;
    for round in 0..20 {
        let mut pipeline = redis::pipe();
        for number in 0..300_usize {
            let milliseconds = 1 + (number % 40) as u64;
            pipeline.pset_ex(key(number), SESSION, milliseconds).ignore();
        }
        let _: () = pipeline.query(&mut connection).expect("they are written");
        let outcome = bring(&sessions, &swap_rules(), Mode::Apply).await;
        assert_eq!(outcome.error, None, "round {round}");
    }
    std::thread::sleep(Duration::from_millis(50));
    let keys: Vec<String> = connection.keys("*").expect("keys");
    let left: Vec<_> = keys
        .into_iter()
        .filter(|key| connection.exists(key).unwrap_or(true))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_no_session_is_untouched_and_counted() {
    let server = Redis::start();
    let mut connection = server.connection();
    let long = format!(r#"{{"vms":["a"],"k":"{}"}}"#, "x".repeat(1024 * 1024));
    let _: () = connection.set(key(1), &long).expect("it is written");
    let _: () = connection.set(key(2), b"\xff\x00[").expect("it is written");
    let _: () = connection.rpush(key(3), SESSION).expect("it is written");
    let _: () = connection.hset(key(4), "vms", SESSION).expect("it is written");
    let _: () = connection.set(key(5), SESSION).expect("it is written");
    let others = [
        "short",
        "Session0000000000000000000000-",
        "Session000000000000000000000012",
    ];
    for other in others {
        let _: () = connection.set(other, SESSION).expect("it is written");
    }
    let _: () = connection
        .set(format!("vmsync:{{{}}}", key(6)), SESSION)
        .expect("it is written");
    let dump = |connection: &mut Connection, key: &str| -> Vec<u8> {
        redis::cmd("DUMP").arg(key).query(connection).expect("a dump")
    };
    let untouched: Vec<_> = (1..5).map(key).chain(others.map(str::to_owned)).collect();
    let before: Vec<_> = untouched.iter().map(|key| dump(&mut connection, key)).collect();
    let sessions = open(&server).await;
    let outcome = bring(&sessions, &rename_rules(), Mode::Apply).await;
    let expected = SessionCounts {
        scanned: 5,
        changed: 1,
        skipped: 4,
        ..SessionCounts::default()
    };
    assert_eq!((outcome.counts, outcome.complete), (expected, true));
    let after: Vec<_> = untouched.iter().map(|key| dump(&mut connection, key)).collect();
    assert_eq!(before, after);
    let all = bring_sessions(&sessions, &rename_rules(), "*", Mode::Plan, &|| false).await;
    assert_eq!(
        (all.counts.scanned, all.counts.changed),
        (8, 3),
        "a companion is no session whatever the pattern"
    );
}

#[tokio::test]
async fn ten_thousand_sessions_are_quick_and_survive_a_script_flush() {
    let server = Redis::start();
    let mut connection = server.connection();
    for chunk in 0..10_usize {
        let mut pipeline = redis::pipe();
        for number in 0..1_000 {
            pipeline
                .pset_ex(key(chunk * 1_000 + number), SESSION, 3_600_000)
                .ignore();
        }
        let _: () = pipeline.query(&mut connection).expect("they are written");
    }
    let sessions = open(&server).await;
    let flushing = std::thread::spawn(move || {
        for _ in 0..200 {
            let _: () = redis::cmd("SCRIPT")
                .arg("FLUSH")
                .query(&mut connection)
                .expect("it is flushed");
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let started = Instant::now();
    let outcome = bring(&sessions, &rename_rules(), Mode::Apply).await;
    let elapsed = started.elapsed();
    let expected = SessionCounts {
        scanned: 10_000,
        changed: 10_000,
        ..SessionCounts::default()
    };
    assert_eq!(
        (outcome.counts, outcome.complete, outcome.error),
        (expected, true, None)
    );
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
    flushing.join().expect("it ends");
    assert_eq!(bring(&sessions, &rename_rules(), Mode::Apply).await.counts.changed, 0);
}

fn calls(connection: &mut Connection) -> HashMap<String, String> {
    let text: String = redis::cmd("INFO")
        .arg("commandstats")
        .query(connection)
        .expect("statistics");
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
    lines
        .map(|(command, counts)| (command.to_owned(), counts.to_owned()))
        .collect()
}

#[tokio::test]
async fn a_plan_sends_nothing_that_writes() {
    let server = Redis::start();
    let mut connection = server.connection();
    let _: () = connection.set(key(1), SESSION).expect("it is written");
    let _: () = redis::cmd("CONFIG")
        .arg("RESETSTAT")
        .query(&mut connection)
        .expect("it is reset");
    let outcome = bring(&open(&server).await, &swap_rules(), Mode::Plan).await;
    assert_eq!((outcome.counts.scanned, outcome.counts.changed), (1, 1));
    let mut sent: Vec<_> = calls(&mut connection).into_keys().collect();
    sent.retain(|command| !command.starts_with("client|") && !command.starts_with("config|") && command != "info");
    sent.sort();
    assert_eq!(sent, ["mget", "ping", "scan", "strlen"]);
    assert_eq!(get(&mut connection, &key(1)).as_deref(), Some(SESSION));
}

#[tokio::test]
async fn logins_and_databases_are_used_and_refusals_told_without_the_password() {
    let server = Redis::with_options(&["--requirepass", "canary"]);
    let url = |login: &str, database: &str| format!("redis://{login}127.0.0.1:{}/{database}", server.port());
    assert!(RedisSessions::connect(&config(url(":canary@", "3"))).await.is_ok());
    for wrong in ["", ":wrong-canary@", "nobody:wrong-canary@"] {
        let error = RedisSessions::connect(&config(url(wrong, "")))
            .await
            .err()
            .expect("it is refused");
        assert!(matches!(error, SessionError::LoginRefused { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let error = RedisSessions::connect(&config(url(":canary@", "99")))
        .await
        .err()
        .expect("it is refused");
    assert!(matches!(error, SessionError::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_ends_in_the_middle_is_an_error() {
    let server = Redis::start();
    let mut connection = server.connection();
    let _: () = connection.set(key(1), SESSION).expect("it is written");
    let sessions = open(&server).await;
    let keys = [SessionKey::new(key(1).into_bytes())];
    assert_eq!(
        sessions.load_sizes(&keys).await.ok(),
        Some(vec![Size::Bytes(SESSION.len() as u64)])
    );
    server.stop();
    let outcome = bring(&sessions, &rename_rules(), Mode::Apply).await;
    assert!(
        matches!(outcome.error, Some(SessionError::Unreachable { .. })),
        "{outcome:?}"
    );
    assert_eq!((outcome.complete, outcome.counts), (false, SessionCounts::default()));
}

#[tokio::test]
async fn a_server_that_refuses_writes_says_so() {
    let server = Redis::with_options(&["--replicaof", "127.0.0.1", "1", "--replica-read-only", "no"]);
    let mut connection = server.connection();
    for number in 0..300 {
        let _: () = connection.set(key(number), SESSION).expect("it is written");
    }
    let _: () = redis::cmd("CONFIG")
        .arg("SET")
        .arg("replica-read-only")
        .arg("yes")
        .query(&mut connection)
        .expect("set");
    let outcome = bring(&open(&server).await, &rename_rules(), Mode::Apply).await;
    let error = outcome.error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        error.contains("failed to write a session") && error.contains("replica"),
        "{error}"
    );
    assert_eq!((outcome.counts.changed, outcome.complete), (0, false));
    let calls = calls(&mut connection);
    assert!(!calls.contains_key("eval"), "it was not asked again");
    let sent: usize = calls["evalsha"]
        .trim_start_matches("calls=")
        .split(',')
        .next()
        .and_then(|count| count.parse().ok())
        .expect("a count");
    assert!(
        (1..200).contains(&sent),
        "after the first refusal nothing more is sent: {sent}"
    );
}

/// Its lease may have passed on.
#[tokio::test]
async fn a_run_that_has_to_stop_sends_nothing_more() {
    let server = Redis::start();
    server.set(&key(1), SESSION);
    let sessions = open(&server).await;
    let replacement = Replacement {
        key: SessionKey::new(key(1).into_bytes()),
        before: SESSION.into(),
        after: AFTER.into(),
        companion: None,
    };
    let replaced = sessions.replace(vec![replacement], &|| true).await.remove(0);
    assert_eq!(replaced, Ok(Replaced::NotSent));
    assert_eq!(server.get(&key(1)).as_deref(), Some(SESSION.as_bytes()));
    server.stop();
    let none = sessions.load_sessions(&[], true).await;
    assert!(none.is_ok_and(|none| none.is_empty()), "there is nothing to ask for");
}

/// A size that may not be read is an error, and no session of another type.
#[tokio::test]
async fn a_login_that_may_not_measure_is_refused() {
    let server = Redis::start();
    let () = redis::cmd("ACL")
        .arg(&["SETUSER", "blind", "on", ">canary", "~*", "+@all", "-strlen"])
        .query(&mut server.connection())
        .expect("a user");
    let url = format!("redis://blind:canary@127.0.0.1:{}/", server.port());
    let sessions = RedisSessions::connect(&config(url)).await.expect("it may log in");
    assert_eq!(sessions.address(), format!("127.0.0.1:{}", server.port()));
    let keys = [SessionKey::new(key(1).into_bytes())];
    let error = sessions.load_sizes(&keys).await.expect_err("it may not measure");
    assert!(error.to_string().contains("failed to measure sessions"), "{error}");
}
