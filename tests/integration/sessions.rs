//! Sessions that change, expire, or vanish under the hands of a pass.

use crate::support::{Fault, Judge, Site, State, read_session, session, session_key};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn site_with_web() -> (Site, Judge, Vec<String>) {
    let site = Site::start(&["a", "b"]);
    let ids = site.add("a", &["web", "db", "ci"]);
    let judge = Judge::settle(&site, &[(1, &["web", "db"]), (2, &["db"])]);
    (site, judge, ids)
}

/// Adds a VM to a session as the portal does: watched, so that it loses nothing itself.
fn portal_adds(site: &Site, key: &str, name: &str) {
    let mut connection = site.redis.connection();
    let () = redis::transaction(&mut connection, &[key], |connection, pipe| {
        let text: String = redis::cmd("GET").arg(key).query(connection)?;
        let text = text.replacen("\"vms\":[", &format!("\"vms\":[\"{name}\","), 1);
        pipe.cmd("SET").arg(key).arg(text).arg("KEEPTTL").ignore();
        pipe.query(connection)
    })
    .expect("the portal writes");
}

#[test]
fn a_session_that_is_edited_between_read_and_write_loses_nothing() {
    let site = Site::start(&["a"]);
    let ids = site.add("a", &["web", "db"]);
    site.sync().assert_code(0);
    let key = site.add_session(1, &["web"]);
    site.rename("a", &ids[0], "www");
    site.redis_proxy.set(Fault::Latency(Duration::from_millis(40)));
    let running = site.spawn();
    let ended = AtomicBool::new(false);
    let (output, edits) = std::thread::scope(|scope| {
        let portal = scope.spawn(|| {
            let mut edits = 0;
            while !ended.load(Ordering::SeqCst) {
                portal_adds(&site, &key, &format!("extra-{edits}"));
                edits += 1;
                std::thread::sleep(Duration::from_millis(15));
            }
            edits
        });
        let output = running.wait();
        ended.store(true, Ordering::SeqCst);
        (output, portal.join().expect("the portal works"))
    });
    assert!([0, 3].contains(&output.code), "{output}");
    site.heal();
    site.sync().assert_code(0);
    let mut vms = read_session(&site, &key).expect("it lives").vms;
    vms.sort();
    let mut expected: Vec<String> = (0..edits).map(|edit| format!("extra-{edit}")).collect();
    expected.push("www".to_owned());
    expected.sort();
    assert_eq!(vms, expected);
}

#[test]
fn a_session_that_expires_between_read_and_write_stays_gone() {
    let (site, mut judge, ids) = site_with_web();
    site.rename("a", &ids[0], "www");
    site.redis_proxy.set(Fault::Latency(Duration::from_millis(60)));
    let before = site.redis.keys();
    // They end at any moment of the pass, before it and after it.
    for number in 100..160 {
        let ttl = Duration::from_millis(u64::from(number - 99) * 50);
        site.redis.set_for(&session_key(number), session(&["web"]), ttl);
    }
    let output = site.sync();
    output.assert_code(0);
    crate::support::wait_for("all short sessions end", Duration::from_secs(5), || {
        (site.redis.keys() == before).then_some(())
    });
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn foreign_values_are_left_alone_and_counted() {
    let (site, mut judge, ids) = site_with_web();
    let connection = &mut site.redis.connection();
    let run = |words: &[&str], connection: &mut redis::Connection| {
        let mut command = redis::cmd(words[0]);
        command
            .arg(&words[1..])
            .query::<redis::Value>(connection)
            .expect("an answer");
    };
    run(&["RPUSH", &session_key(50), "web"], connection);
    run(&["HSET", &session_key(51), "vms", "web"], connection);
    site.redis.set(&session_key(52), [0, 159, 146, 150]);
    site.redis.set(&session_key(53), "{\"vms\": [\"web\"");
    site.redis.set(&session_key(54), "{\"vms\": {\"web\": 1}}");
    site.redis.set(
        &session_key(55),
        format!("{{\"vms\":[\"web\"],\"x\":\"{}\"}}", "y".repeat(1 << 20)),
    );
    site.redis.set(&session_key(56), "");
    site.redis.set("short", session(&["web"]));
    site.redis.set_for("other:key", "web", Duration::from_mins(10));
    judge.notice(&site);
    site.rename("a", &ids[0], "www");
    let output = site.sync();
    output.assert_code(0).assert_report("/sessions/changed", 1);
    assert!(output.json()["sessions"]["skipped"].as_u64() >= Some(5), "{output}");
    output.assert_stdout("without a session: ");
    // They may stay there for good: no mail of cron speaks of them.
    site.run(&["sync", "all"]).assert_code(0).assert_silent();
    judge.after(&site, &output);
    judge.converge(&site);
}

/// The connection is cut at every place of the session step, and vmsync killed there.
#[test]
fn a_swap_of_names_that_is_killed_between_two_sessions_heals() {
    let site = Site::start(&["a"]);
    let ids = site.add("a", &["left", "right"]);
    let sessions: [(u32, &[&str]); 3] = [(1, &["left"]), (2, &["right"]), (3, &["left", "right"])];
    let mut judge = Judge::settle(&site, &sessions);
    let lists = |site: &Site| [1, 2, 3].map(|number| read_session(site, &session_key(number)).expect("it lives").vms);
    let swap = |turned: bool| {
        let (one, other) = if turned { ("right", "left") } else { ("left", "right") };
        site.rename("a", &ids[0], one);
        site.rename("a", &ids[1], other);
    };
    let mut split = 0;
    for (round, cut) in (700..2_300).step_by(130).enumerate() {
        let before = lists(&site);
        swap(round % 2 == 0);
        site.redis_proxy.set_once(Fault::CutRequest(cut));
        let fired = site.redis_proxy.fired();
        let running = site.spawn();
        crate::support::wait_for("it is cut or ends", Duration::from_secs(30), || {
            (running.has_ended() || site.redis_proxy.fired() > fired).then_some(())
        });
        let output = running.kill();
        let after = lists(&site);
        let changed = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .count();
        split += usize::from(changed == 1 || changed == 2);
        judge.after(&site, &output);
        judge.converge(&site);
    }
    assert!(split > 0, "no cut lay between two sessions");
}

#[test]
fn a_connection_that_breaks_once_is_opened_again() {
    let (site, mut judge, ids) = site_with_web();
    for (round, cut) in [0, 60, 200, 400].into_iter().enumerate() {
        site.rename("a", &ids[0], &format!("web-{round}"));
        site.redis_proxy.set_once(Fault::CutReply(cut));
        let fired = site.redis_proxy.fired();
        let output = site.sync();
        output.assert_code(0).assert_report("/sessions/changed", 1);
        assert!(round > 1 || site.redis_proxy.fired() > fired, "it was cut");
        judge.after(&site, &output);
        judge.converge(&site);
    }
}

#[test]
fn redis_that_is_down_does_not_stop_the_documents() {
    let (site, mut judge, ids) = site_with_web();
    for fault in [Fault::Refuse, Fault::Blackhole] {
        site.redis_proxy.set(fault.clone());
        let (new, gone) = match fault {
            Fault::Refuse => ("www", None),
            _ => ("web", Some(&ids[1])),
        };
        site.rename("a", &ids[0], new);
        if let Some(id) = gone {
            site.host("a").simulator.inventory(|inventory| inventory.remove(id));
        }
        let output = site.sync();
        output.assert_code(6);
        assert_eq!(output.json()["renamed"][0]["new_name"], json!(new), "{output}");
        judge.after(&site, &output);
        judge.converge(&site);
    }
    let before = State::of(&site);
    site.run(&["diff", "--format", "json"]).assert_code(0);
    before.assert_untouched(&State::of(&site));
}
