//! SIGINT and SIGTERM: everything is left in order, within five seconds.

use crate::support::{Fault, Judge, Mongod, Running, Server, Site, wait_for};
use simulator::{Effect, Fault as Trouble};
use std::time::{Duration, Instant};

const LIST: &str = "RetrievePropertiesEx";
const SOON: Duration = Duration::from_secs(30);
/// The promise.
const LIMIT: Duration = Duration::from_secs(5);

fn furnish(site: &Site) -> (Judge, Vec<String>) {
    let ids = site.add("a", &["web", "db"]);
    site.add("b", &["mail"]);
    let judge = Judge::settle(site, &[(1, &["web"])]);
    for host in &site.hosts {
        host.simulator.clear_calls();
    }
    (judge, ids)
}

/// Signals it, and measures how long it takes to end.
#[track_caller]
fn end(running: Running, signal: &str) -> crate::support::Output {
    let begun = Instant::now();
    running.signal(signal);
    let output = running.wait();
    assert!(begun.elapsed() < LIMIT, "it took {:?}\n{output}", begun.elapsed());
    output
}

fn wait_for_calls(site: &Site, host: &str, method: &str) {
    wait_for(method, SOON, || {
        (site.host(host).simulator.call_count(method) > 0).then_some(())
    });
}

#[track_caller]
fn assert_logged_out(site: &Site) {
    for host in &site.hosts {
        assert_eq!(host.simulator.open_sessions(), 0, "a session is left on {}", host.name);
    }
}

#[test]
fn a_signal_while_a_source_hangs_leaves_everything_in_order() {
    let site = Site::start(&["a", "b"]);
    let (mut judge, ids) = furnish(&site);
    site.rename("a", &ids[0], "www");
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        site.host("b").simulator.script(Trouble::on(LIST, Effect::Hang));
        let running = site.spawn();
        wait_for_calls(&site, "b", LIST);
        let line = std::fs::read_to_string(format!("/proc/{}/cmdline", running.pid())).expect("it runs");
        assert!(
            !line.contains(&site.host("a").password),
            "a password in the command line"
        );
        let output = end(running, signal);
        output
            .assert_code(code)
            .assert_report("/exit_code", code)
            .assert_report("/ok", false)
            .assert_report("/sources/1/complete", false);
        assert_logged_out(&site);
        judge.after(&site, &output);
        site.heal();
        site.host("b").simulator.clear_calls();
    }
    // The lease was given back: nobody has to wait.
    site.run(&["status", "--format", "json"])
        .assert_code(0)
        .assert_report("/running", serde_json::Value::Null);
    judge.converge(&site);
}

#[test]
fn a_signal_during_a_login_leaves_no_session() {
    let site = Site::start(&["a", "b"]);
    let (mut judge, _) = furnish(&site);
    let late = Trouble::on("Login", Effect::Delay(Duration::from_millis(700)));
    site.host("a").simulator.script(late);
    let running = site.spawn();
    wait_for_calls(&site, "a", "Login");
    let output = end(running, "TERM");
    output.assert_code(143);
    assert_logged_out(&site);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_signal_ends_a_run_whose_store_hangs() {
    let site = Site::on_mongo(&["a", "b"], Server::Own(Box::new(Mongod::standalone())));
    let (mut judge, ids) = furnish(&site);
    // At its very beginning, and while sources are asked.
    for held in [false, true] {
        site.rename("a", &ids[0], if held { "www" } else { "web2" });
        if held {
            let late = Trouble::on(LIST, Effect::Delay(Duration::from_millis(800))).once();
            site.host("b").simulator.script(late);
        } else {
            site.mongo_proxy().set(Fault::Blackhole);
        }
        let accepted = site.mongo_proxy().accepted();
        let running = site.spawn();
        if held {
            wait_for_calls(&site, "b", LIST);
            site.mongo_proxy().set(Fault::Blackhole);
            wait_for_calls(&site, "b", "Logout");
        } else {
            wait_for("it connects", SOON, || {
                (site.mongo_proxy().accepted() > accepted).then_some(())
            });
        }
        let output = end(running, "TERM");
        output.assert_code(143).assert_report("/exit_code", 143);
        assert_logged_out(&site);
        judge.after(&site, &output);
        judge.converge(&site);
        for host in &site.hosts {
            host.simulator.clear_calls();
        }
    }
}

#[test]
fn a_signal_ends_a_run_whose_redis_hangs() {
    let site = Site::start(&["a", "b"]);
    let (mut judge, ids) = furnish(&site);
    site.rename("a", &ids[0], "www");
    site.redis_proxy.set(Fault::Blackhole);
    let accepted = site.redis_proxy.accepted();
    let running = site.spawn();
    wait_for("it connects", SOON, || {
        (site.redis_proxy.accepted() > accepted).then_some(())
    });
    let output = end(running, "INT");
    output.assert_code(130).assert_report("/renamed/0/new_name", "www");
    assert_logged_out(&site);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_signal_ends_the_wait_for_the_lease() {
    let site = Site::start(&["a", "b"]);
    let (mut judge, _) = furnish(&site);
    site.host("b").simulator.script(Trouble::on(LIST, Effect::Hang));
    let holder = site.spawn();
    wait_for_calls(&site, "b", LIST);
    let waiting = site
        .vmsync
        .spawn(&["sync", "all", "--format", "json", "--lock-timeout", "1h"]);
    let locks = site.vmsync.state().join("vmsync");
    wait_for("it opens the lock file", SOON, || {
        let open = std::fs::read_dir(format!("/proc/{}/fd", waiting.pid())).ok()?;
        let mut files = open.flatten().filter_map(|file| std::fs::read_link(file.path()).ok());
        files
            .any(|file| file.starts_with(&locks) && file.extension().is_some_and(|extension| extension == "lock"))
            .then_some(())
    });
    let output = end(waiting, "TERM");
    output
        .assert_code(143)
        .assert_report("/conditions", serde_json::json!(["terminated"]))
        .assert_stdout("stopped while waiting for another run: sync all on ")
        .assert_stdout(&format!("(pid {})", holder.pid()));
    judge.after(&site, &output);
    let output = end(holder, "TERM");
    output.assert_code(143);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_second_signal_ends_at_once() {
    let site = Site::start(&["a", "b"]);
    let (mut judge, _) = furnish(&site);
    for method in [LIST, "Logout", "DestroyView"] {
        site.host("b").simulator.script(Trouble::on(method, Effect::Hang));
    }
    let running = site.spawn();
    wait_for_calls(&site, "b", LIST);
    running.signal("TERM");
    wait_for("it says goodbye", SOON, || {
        (site.host("a").simulator.open_sessions() == 0
            && site.host("b").simulator.call_count("DestroyView") + site.host("b").simulator.call_count("Logout") > 0)
            .then_some(())
    });
    let begun = Instant::now();
    running.signal("TERM");
    let output = running.wait();
    output.assert_code(143);
    assert!(begun.elapsed() < Duration::from_secs(1), "{output}");
    judge.after(&site, &output);
    judge.converge(&site);
}
