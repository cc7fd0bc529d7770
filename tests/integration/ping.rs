//! A watchdog that is pinged: what it hears, and that a pass does not care what becomes of it.

use crate::support::{Answer, Endpoints, Fault, FaultProxy, Recorded, Site, wait_for};
use simulator::{Effect, Fault as Trouble};
use std::time::{Duration, Instant};

const TOKEN: &str = "/ping/c0ffee-canary-c0ffee";
const LIST: &str = "RetrievePropertiesEx";

/// A site and the watchdog that it pings, through a proxy.
struct Watched {
    site: Site,
    watchdog: Endpoints,
    proxy: FaultProxy,
}

impl Watched {
    fn start() -> Self {
        let mut site = Site::start(&["a"]);
        site.add("a", &["web"]);
        let watchdog = Endpoints::start();
        let proxy = FaultProxy::to(watchdog.port());
        let url = Endpoints::url_through(proxy.port(), TOKEN);
        site.more = format!("ping: {{url: \"{url}\"}}\n");
        Self { site, watchdog, proxy }
    }

    /// What was heard since it was last asked: `start`, nothing for a success, or the code, and the run.
    fn heard(&self) -> Vec<(String, String)> {
        let signal = |request: Recorded| {
            assert_eq!(request.method, "POST");
            let (path, query) = request.path.split_once('?').expect("a query");
            let signal = path.strip_prefix(TOKEN).expect("the path").to_owned();
            (signal, query.strip_prefix("rid=").expect("the run").to_owned())
        };
        let heard = self.watchdog.requests().into_iter().map(signal).collect();
        self.watchdog.forget();
        heard
    }

    #[track_caller]
    fn assert_heard(&self, expected: &[&str]) {
        let heard = self.heard();
        let signals: Vec<_> = heard.iter().map(|(signal, _)| signal.as_str()).collect();
        assert_eq!(signals, expected);
        assert!(
            heard.windows(2).all(|pair| pair[0].1 == pair[1].1),
            "one run: {heard:?}"
        );
    }
}

#[test]
fn a_pass_tells_that_it_begins_and_how_it_ends() {
    let watched = Watched::start();
    let site = &watched.site;
    let report = site.sync().assert_code(0).json();
    let told = watched.watchdog.requests();
    let words = String::from_utf8(told.last().expect("the end").body.clone()).expect("text");
    assert_eq!(
        words,
        "exit code 0: converged; 1 of 1 sources complete; 1 added, 0 updated, 0 orphaned, 0 withheld\n"
    );
    assert_eq!(watched.watchdog.requests().len(), 2);
    let run = report["run_id"].as_str().expect("a run").to_owned();
    assert_eq!(
        watched.heard(),
        [("/start".to_owned(), run.clone()), (String::new(), run)]
    );

    site.break_host("a", Fault::Refuse);
    site.sync().assert_code(69);
    watched.assert_heard(&["/start", "/69"]);
    // Neither a mistake nor what becomes of one source says how the passes over all are.
    for (line, code) in [
        (["sync", "all", "--source", "b"], 2),
        (["sync", "all", "--allow", "b:orphan=1"], 2),
        (["sync", "all", "--source", "a"], 69),
    ] {
        site.run(&line).assert_code(code);
        watched.assert_heard(&[]);
    }
    site.heal();
    for line in [
        &["sync", "all", "--source", "a"],
        &["diff"][..],
        &["sync", "all", "--dry-run"],
        &["sync", "vms", "web"],
        &["status"],
    ] {
        site.run(line).assert_code(0);
        watched.assert_heard(&[]);
    }
}

/// Nobody is left waiting for an end, and whoever asked for a report has one.
#[test]
fn a_panic_is_told_like_every_end() {
    let mut watched = Watched::start();
    watched.site.more += "metrics: {textfile: vmsync.prom}\n";
    let site = &watched.site;
    site.write_config();
    let panic = [("VMSYNC_FAILPOINT", "lease.after:1"), ("VMSYNC_FAILPOINT_PANIC", "1")];
    let line = ["sync", "all", "--format", "json", "--report-file", "report.json"];
    let output = site.vmsync.spawn_with(&line, &panic).wait();
    output
        .assert_code(1)
        .assert_stderr("failpoint lease.after")
        .assert_report("/exit_code", 1)
        .assert_report("/conditions", serde_json::json!(["internal"]));
    let error = output.json()["error"].as_str().expect("a text").to_owned();
    assert!(
        error.contains("ended in a panic") && error.contains("\nhint: "),
        "{error}"
    );
    watched.assert_heard(&["/start", "/1"]);
    let read = |name: &str| std::fs::read_to_string(site.vmsync.home().join(name)).expect(name);
    assert_eq!(read("report.json"), output.stdout);
    assert!(read("vmsync.prom").contains("vmsync_last_run_exit_code 1\n"));
    let next = site.sync();
    next.assert_code(0).assert_report("/added", 1);
}

#[test]
fn a_watchdog_that_is_not_well_is_a_warning_and_nothing_more() {
    let watched = Watched::start();
    let site = &watched.site;
    let port = watched.proxy.port();
    let warned = |reason: &str| {
        let output = site.run(&["sync", "all"]);
        output
            .assert_code(0)
            .assert_stderr(&format!("failed to ping http://127.0.0.1:{port}: {reason}"))
            .assert_stderr("hint: see whether ")
            .assert_nowhere("canary");
        assert_eq!(output.stderr.matches("failed to ping").count(), 1, "{output}");
        assert!(output.stdout.is_empty(), "{output}");
    };
    for (answer, reason, tries) in [
        (Answer::Status(404), "it answered 404 Not Found", 1),
        (
            Answer::Reflect(302),
            "it answered 302 Found; redirects are not followed",
            1,
        ),
        (Answer::Reflect(500), "it answered 500 Internal Server Error", 2),
        (Answer::Drop, "the exchange broke off", 2),
    ] {
        watched.watchdog.answer_always(TOKEN, answer);
        watched.watchdog.forget();
        warned(reason);
        let ends = watched
            .heard()
            .into_iter()
            .filter(|(signal, _)| signal.is_empty())
            .count();
        assert_eq!(ends, tries, "{reason}");
    }
    watched.proxy.set(Fault::Refuse);
    warned("it could not be reached");
    watched.proxy.heal();
    watched.watchdog.answer_always(TOKEN, Answer::Status(200));
    // The second try is heard.
    watched.watchdog.answer(TOKEN, Answer::Status(503));
    site.run(&["sync", "all"]).assert_code(0).assert_silent();
}

#[test]
fn a_watchdog_that_hangs_delays_no_pass_and_the_end_only_for_a_while() {
    let watched = Watched::start();
    for path in ["", "/start"] {
        watched.watchdog.answer_always(&format!("{TOKEN}{path}"), Answer::Hang);
    }
    let begun = Instant::now();
    let output = watched.site.sync();
    let report = output.assert_code(0).assert_stderr("it did not answer in time").json();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let time = |key: &str| {
        report[key]
            .as_str()
            .expect("a time")
            .parse::<jiff::Timestamp>()
            .expect("a time")
    };
    let took = time("finished").duration_since(time("started"));
    assert!(took.as_secs() < 5, "{took:?}");
    watched.assert_heard(&["/start", ""]);
}

#[test]
fn a_run_that_finds_another_is_not_told_of_and_a_signal_ends_all_in_time() {
    let watched = Watched::start();
    let site = &watched.site;
    site.host("a").simulator.script(Trouble::on(LIST, Effect::Hang));
    watched.watchdog.answer_always(&format!("{TOKEN}/143"), Answer::Hang);
    let running = site.spawn();
    wait_for("it lists", Duration::from_secs(30), || {
        (site.host("a").simulator.call_count(LIST) > 0).then_some(())
    });
    wait_for("the start is told", Duration::from_secs(30), || {
        (watched.watchdog.requests().len() == 1).then_some(())
    });
    site.run(&["sync", "all"]).assert_code(75);
    let waiting = site.vmsync.spawn(&["sync", "all", "-v", "--lock-timeout", "1h"]);
    wait_for("it waits", Duration::from_secs(30), || {
        waiting.stderr_so_far().contains("waits for sync all on ").then_some(())
    });
    waiting.signal("TERM");
    waiting.wait().assert_code(143).assert_stderr("the other run does it");
    watched.assert_heard(&["/start"]);
    let begun = Instant::now();
    running.signal("TERM");
    let output = running.wait();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    output
        .assert_code(143)
        .assert_stderr("there was no time left after the signal");
    watched.assert_heard(&["/143"]);
}
