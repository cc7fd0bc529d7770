//! Servers that send what no server should.

use crate::support::{Fault, Judge, Output, Site};
use simulator::{Effect, Fault as Trouble};
use std::time::Duration;

/// A debug build with one answer at its cap of 64 MiB, and as much again for its buffer while it grows.
const PEAK_KIB: u64 = 256 << 10;

fn answer(body: String) -> Effect {
    Effect::Http {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/xml; charset=utf-8".to_owned())],
        body,
    }
}

fn entity_bomb() -> String {
    let entity = |level: u32| format!("<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10));
    let entities: String = (1..12).map(entity).collect();
    let head = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY e0 \"eeeeeeeeee\">".to_owned();
    head + &entities
        + "]><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>&e11;</soapenv:Body></soapenv:Envelope>"
}

fn deep_nesting() -> String {
    let head = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>";
    head.to_owned() + &"<a>".repeat(2_000_000)
}

fn harmless(output: &Output) {
    output.assert_code(3).assert_report("/orphaned", 0);
    assert!(
        output.peak_memory_kib < PEAK_KIB,
        "{} KiB\n{output}",
        output.peak_memory_kib
    );
    assert!(output.elapsed < Duration::from_secs(30), "{output}");
}

#[test]
fn hostile_answers_take_neither_memory_nor_time_nor_vms() {
    let site = Site::start(&["a", "b"]);
    site.add("a", &["web"]);
    site.add("b", &["mail"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "mail"])]);
    let effects = [
        Effect::Garbage,
        answer(entity_bomb()),
        answer(deep_nesting()),
        Effect::Huge { bytes: 1 << 30 },
    ];
    for effect in effects {
        for method in ["RetrieveServiceContent", "RetrievePropertiesEx"] {
            site.host("a").simulator.script(Trouble::on(method, effect.clone()));
            let output = site.sync();
            harmless(&output);
            judge.after(&site, &output);
            site.heal();
        }
    }
    judge.converge(&site);
}

#[test]
fn a_slow_drip_past_the_deadline_costs_only_its_own_deadline() {
    let mut site = Site::start(&["a", "b"]);
    site.add("a", &["web"]);
    let b = site.add("b", &["mail"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "mail"])]);
    site.timing = "{timeout: 20s, source_deadline: 3s, deadline: 60s}".to_owned();
    let drip = Fault::Drip {
        bytes: 1,
        pause: Duration::from_millis(50),
    };
    site.break_host("a", drip);
    site.rename("b", &b[0], "post");
    let output = site.sync();
    harmless(&output);
    output.assert_report("/renamed/0/new_name", "post");
    assert!(output.elapsed < Duration::from_secs(10), "{output}");
    judge.after(&site, &output);
    judge.converge(&site);
}
