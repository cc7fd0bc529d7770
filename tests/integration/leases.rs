//! Two passes at a time.

use crate::support::{Fault, Judge, Mongod, Running, Server, Site, State, wait_for};
use bson::doc;
use simulator::{Effect, Fault as Trouble};
use std::time::Duration;

const LIST: &str = "RetrievePropertiesEx";
const SOON: Duration = Duration::from_secs(30);

fn site_with_web() -> (Site, Judge, Vec<String>) {
    let site = Site::start(&["a", "b"]);
    let ids = site.add("a", &["web", "db"]);
    site.add("b", &["mail"]);
    let judge = Judge::settle(&site, &[(1, &["web"])]);
    for host in &site.hosts {
        host.simulator.clear_calls();
    }
    (site, judge, ids)
}

/// A pass that has been answered by `a`, and waits for `b`.
fn spawn_held(site: &Site) -> Running {
    site.host("b").simulator.script(Trouble::on(LIST, Effect::Hang).once());
    let running = site.spawn();
    wait_for("it lists both", SOON, || {
        let asked = |host: &str| site.host(host).simulator.call_count(LIST) > 0;
        (asked("a") && asked("b") && site.host("a").simulator.call_count("DestroyView") > 0).then_some(())
    });
    running
}

#[test]
fn a_second_pass_exits_75_and_names_the_holder() {
    let (site, mut judge, ids) = site_with_web();
    let late = Trouble::on(LIST, Effect::Delay(Duration::from_secs(3))).once();
    site.host("b").simulator.script(late);
    site.rename("a", &ids[0], "www");
    let first = site.spawn();
    wait_for("it asks", SOON, || {
        (site.host("b").simulator.call_count(LIST) > 0).then_some(())
    });
    let second = site.sync();
    second
        .assert_code(75)
        .assert_stdout(&format!("(pid {})", first.pid()))
        .assert_report("/conditions/0", "busy");
    assert_eq!(site.document("web")["orphan"], false, "nothing was written");
    let told = site.run(&["sync", "all", "--log-format", "json"]);
    told.assert_code(75)
        .assert_stderr("\"level\":\"warn\"")
        .assert_stderr("ended with exit code 75: another run");
    told.assert_nowhere("\"level\":\"error\"");
    let patient = site.run(&["sync", "all", "--format", "json", "--lock-timeout", "30s"]);
    patient.assert_code(0);
    let first = first.wait();
    first.assert_code(0).assert_report("/renamed/0/new_name", "www");
    judge.after(&site, &first);
    judge.converge(&site);
}

#[test]
fn after_kill_9_the_next_pass_takes_over_within_a_second() {
    let (site, mut judge, ids) = site_with_web();
    let usual = site.sync().elapsed;
    site.host("a").simulator.clear_calls();
    site.host("b").simulator.clear_calls();
    let held = spawn_held(&site);
    site.rename("a", &ids[0], "www");
    let killed = held.kill();
    site.heal();
    let next = site.sync();
    next.assert_code(0).assert_report("/renamed/0/new_name", "www");
    assert!(
        next.elapsed < usual + Duration::from_secs(1),
        "{:?}, usually {usual:?}",
        next.elapsed
    );
    judge.after(&site, &next);
    killed.assert_code(-9);
    judge.converge(&site);
}

#[test]
fn a_pass_that_was_stopped_for_longer_than_its_lease_changes_nothing_when_it_wakes() {
    let (site, mut judge, ids) = site_with_web();
    site.rename("a", &ids[0], "stale");
    let stopped = spawn_held(&site);
    stopped.signal("STOP");
    site.host("b").simulator.clear_faults();
    site.end_lease();
    site.rename("a", &ids[0], "fresh");
    let second = site.sync();
    second.assert_code(0).assert_report("/renamed/0/new_name", "fresh");
    judge.after(&site, &second);
    let before = State::of(&site);
    let remembered = site.remembered("a");
    let posts = site.endpoints.requests().len();
    // What it waits for will never come: the way is cut, and it goes on with what it has.
    site.break_host("b", Fault::Refuse);
    stopped.signal("CONT");
    let woken = stopped.wait();
    woken.assert_code(6).assert_stdout("lost the lease");
    before.assert_untouched(&State::of(&site));
    assert_eq!(site.remembered("a"), remembered);
    assert_eq!(site.endpoints.requests().len(), posts);
    judge.converge(&site);
}

/// The lease is lost while the write is on its way: only the fence in the write itself is left.
#[test]
fn a_write_that_arrives_after_the_lease_has_passed_on_changes_nothing() {
    let site = Site::on_mongo(&["a"], Server::Own(Box::new(Mongod::standalone())));
    let ids = site.add("a", &["web", "db"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "db"])]);
    site.rename("a", &ids[0], "stale");
    site.rename("a", &ids[1], "db-stale");
    site.mongod().admin(doc! {
        "configureFailPoint": "failCommand", "mode": {"times": 1},
        "data": {"failCommands": ["update"], "blockConnection": true, "blockTimeMS": 6_000, "appName": "vmsync"},
    });
    let late = site.spawn();
    site.mongod()
        .admin(doc! {"waitForFailPoint": "failCommand", "timesEntered": 1, "maxTimeMS": 30_000});
    site.end_lease();
    // One document is written by both, the other only seen by the second.
    site.rename("a", &ids[0], "fresh");
    site.rename("a", &ids[1], "db");
    let second = site.sync();
    second.assert_code(0).assert_report("/renamed/0/new_name", "fresh");
    judge.after(&site, &second);
    assert!(!late.has_ended(), "the write was not held for long enough");
    let before = State::of(&site);
    let posts = site.endpoints.requests().len();
    let late = late.wait();
    late.assert_report("/updated", 0).assert_report("/updated_failures", 2);
    assert!([3, 6].contains(&late.code), "{late}");
    before.assert_untouched(&State::of(&site));
    assert_eq!(site.endpoints.requests().len(), posts);
    judge.after(&site, &late);
    judge.converge(&site);
}

#[test]
fn a_pass_that_was_stopped_before_its_sessions_undoes_nothing() {
    let (site, mut judge, ids) = site_with_web();
    site.rename("a", &ids[0], "stale");
    site.redis_proxy.set(Fault::Latency(Duration::from_millis(400)));
    let connected = site.redis_proxy.accepted();
    let stopped = site.spawn();
    wait_for("it opens the sessions", SOON, || {
        (site.redis_proxy.accepted() > connected).then_some(())
    });
    stopped.signal("STOP");
    site.redis_proxy.heal();
    site.end_lease();
    site.rename("a", &ids[0], "fresh");
    let second = site.sync();
    second.assert_code(0).assert_report("/renamed/0/new_name", "fresh");
    judge.after(&site, &second);
    let before = State::of(&site);
    stopped.signal("CONT");
    let woken = stopped.wait();
    before.assert_untouched(&State::of(&site));
    assert_ne!(woken.code, 1, "{woken}");
    judge.converge(&site);
}

/// Every place before something that others can see, in the order of a pass that renames one VM in one session.
const BEDS: [&str; 8] = [
    "lease.after:1",
    "documents.before:1",
    "refresh.before:1",
    "sources.before:1",
    "sources.after:1",
    "journal.before:1",
    "post.before:1",
    "pass.before:1",
];

#[test]
fn wherever_a_pass_slept_past_its_lease_it_changes_nothing_when_it_wakes_on_sqlite() {
    for bed in BEDS {
        sleep_and_wake(bed, &Site::start(&["a", "b"]));
    }
}

#[test]
fn wherever_a_pass_slept_past_its_lease_it_changes_nothing_when_it_wakes_on_mongodb() {
    for bed in BEDS {
        sleep_and_wake(bed, &Site::on_mongo(&["a", "b"], Server::Shared(Mongod::shared())));
    }
}

/// The sleeper believes in its lease: its own clock has not reached the end. While it sleeps the VM gets back the name
/// that the sessions have, so that nothing in a session tells the sleeper that another was there; and a VM appears
/// that the sleeper does not know of.
#[track_caller]
fn sleep_and_wake(bed: &str, site: &Site) {
    eprintln!("{bed}");
    let ids = site.add("a", &["web", "db"]);
    site.add("b", &["mail"]);
    let mut judge = Judge::settle(site, &[(1, &["web", "mail"])]);
    site.rename("a", &ids[0], "stale");
    site.add("b", &["new"]);
    let sleeper = site.spawn_sleeper(bed);
    judge.notice(site);
    site.end_lease();
    site.rename("a", &ids[0], "web");
    site.add("b", &["newer"]);
    let second = site.sync();
    second.assert_code(0);
    judge.after(site, &second);
    let (before, memory) = (State::of(site), site.memory());
    let posts = site.endpoints.requests().len();
    sleeper.signal("CONT");
    let woken = sleeper.wait();
    before.assert_untouched(&State::of(site));
    assert_eq!(site.memory(), memory, "{bed}\n{woken}");
    assert_eq!(site.endpoints.requests().len(), posts, "{bed}\n{woken}");
    assert_ne!(woken.code, 1, "{bed}\n{woken}");
    judge.converge(site);
}
