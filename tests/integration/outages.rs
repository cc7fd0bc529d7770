//! What sources do when they are down, cut off, cut short, or say less than they know.

use crate::support::{Fault, Judge, Server, Site, State, Store};
use serde_json::{Value, json};
use simulator::{Config, Effect, Expiry, Fault as Trouble, MoRef, Simulator, SoapFault, VmSpec};
use std::time::{Duration, Instant};

const LIST: &str = "RetrievePropertiesEx";
const CONTINUE: &str = "ContinueRetrievePropertiesEx";

/// Two hosts, three VMs on each, one session, all of it known.
fn two_hosts() -> (Site, Judge, Vec<String>, Vec<String>) {
    let site = Site::start(&["a", "b"]);
    let (a, b) = (
        site.add("a", &["web", "db", "ci"]),
        site.add("b", &["mail", "dns", "ldap"]),
    );
    let judge = Judge::settle(&site, &[(1, &["web", "mail"]), (2, &["dns"])]);
    (site, judge, a, b)
}

#[test]
fn a_black_holed_source_orphans_nothing_and_costs_only_its_own_deadline() {
    let (mut site, mut judge, _, b) = two_hosts();
    site.timing = "{timeout: 3s, source_deadline: 5s, deadline: 60s}".to_owned();
    site.break_host("a", Fault::Blackhole);
    site.rename("b", &b[0], "post");
    let dns = site.host("b").simulator.inventory(|inventory| inventory.remove(&b[1]));
    let output = site.sync();
    output
        .assert_code(3)
        .assert_report("/orphaned", 0)
        .assert_report("/missing", 1)
        .assert_report("/sources/0/complete", false)
        .assert_report("/sources/1/complete", true);
    assert!(output.elapsed < Duration::from_secs(12), "{output}");
    judge.after(&site, &output);
    assert_eq!(site.document("post")["orphan"], false);
    judge.converge(&site);
    assert_eq!(site.document("dns")["orphan"], true);
    site.host("b").simulator.inventory(|inventory| inventory.put_back(dns));
    judge.converge(&site);
}

#[test]
fn with_all_sources_down_nothing_is_written() {
    let (site, mut judge, _, _) = two_hosts();
    for host in ["a", "b"] {
        site.break_host(host, Fault::Refuse);
    }
    let before = State::of(&site);
    let output = site.sync();
    output.assert_code(69);
    before.assert_untouched(&State::of(&site));
    assert!(site.endpoints.requests().is_empty());
    judge.after(&site, &output);
    judge.converge(&site);
}

/// An empty answer in a session that lives.
#[test]
fn an_empty_200_orphans_nothing() {
    for times in [1, usize::MAX] {
        let (site, mut judge, _, _) = two_hosts();
        let empty = Trouble::on(LIST, Effect::Empty)
            .containing("VirtualMachine")
            .times(times);
        site.host("a").simulator.script(empty);
        let output = site.sync();
        output.assert_report("/orphaned", 0);
        assert_ne!(output.code, 1, "{output}");
        judge.after(&site, &output);
        judge.converge(&site);
    }
}

#[test]
fn an_incomplete_listing_of_nothing_is_no_delivery() {
    let (site, mut judge, _, _) = two_hosts();
    let empty = Trouble::on(LIST, Effect::Empty).containing("VirtualMachine");
    site.host("a").simulator.script(empty);
    site.host("b").proxy.set(Fault::Refuse);
    for _ in 0..2 {
        let before = State::of(&site);
        let output = site.sync();
        output.assert_code(69).assert_report("/sources/0/complete", false);
        before.assert_untouched(&State::of(&site));
        judge.after(&site, &output);
    }
    judge.converge(&site);
}

#[test]
fn a_listing_cut_after_page_1_orphans_nothing() {
    let site = Site::with(vec![Config::esxi("a").page_size(3), Config::esxi("b")], Store::Sqlite);
    let a = site.add("a", &["v1", "v2", "v3", "v4", "v5", "v6"]);
    let mut judge = Judge::settle(&site, &[(1, &["v1", "v6"])]);
    let cut = Trouble::on(CONTINUE, Effect::Truncate { bytes: 300 });
    site.host("a").simulator.script(cut);
    site.rename("a", &a[0], "first");
    let output = site.sync();
    output.assert_code(3).assert_report("/orphaned", 0);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn an_expired_session_is_renewed_once_in_each_of_its_shapes() {
    let site = Site::with(vec![Config::esxi("a").page_size(3), Config::esxi("b")], Store::Sqlite);
    site.add("a", &["v1", "v2", "v3", "v4", "v5", "v6"]);
    let mut judge = Judge::settle(&site, &[(1, &["v1", "v6"])]);
    for expiry in [Expiry::Fault, Expiry::MissingSet, Expiry::Empty] {
        for method in [LIST, CONTINUE] {
            let host = &site.host("a").simulator;
            let logins = host.login_attempts();
            host.script(Trouble::on(method, Effect::Expire(expiry)).once());
            let output = site.sync();
            output.assert_code(0).assert_report("/sources/0/complete", true);
            assert_eq!(host.login_attempts() - logins, 2, "{expiry:?} on {method}\n{output}");
            judge.after(&site, &output);
            host.clear_faults();
            host.script(Trouble::on(method, Effect::Expire(expiry)));
            let output = site.sync();
            output
                .assert_code(3)
                .assert_report("/orphaned", 0)
                .assert_report("/missing", 0);
            judge.after(&site, &output);
            host.clear_faults();
            assert_eq!(host.open_sessions(), 0);
        }
    }
    judge.converge(&site);
}

#[test]
fn pages_that_are_refused_leave_the_source_incomplete_with_a_hint() {
    let site = Site::with(vec![Config::esxi("a").page_size(3), Config::esxi("b")], Store::Sqlite);
    site.add("a", &["v1", "v2", "v3", "v4"]);
    let mut judge = Judge::settle(&site, &[(1, &["v4"])]);
    let refused = SoapFault::no_permission(&MoRef::new("PropertyCollector", "ha-property-collector"), "System.Read");
    site.host("a").simulator.script(Trouble::soap(CONTINUE, refused));
    let output = site.sync();
    output
        .assert_code(3)
        .assert_stdout("read-only role on the root folder")
        .assert_report("/orphaned", 0);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_listing_that_shrank_by_60_percent_is_withheld() {
    let site = Site::start(&["a", "b"]);
    let names: Vec<String> = (0..10).map(|number| format!("vm-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids = site.add("a", &names);
    let mut judge = Judge::settle(&site, &[(1, &names)]);
    let hide = |hidden: bool| {
        site.host("a").simulator.inventory(|inventory| {
            for id in &ids[..6] {
                if hidden {
                    inventory.hide(id);
                } else {
                    inventory.show(id);
                }
            }
        });
    };
    hide(true);
    let output = site.sync();
    output
        .assert_code(4)
        .assert_report("/orphaned", 0)
        .assert_report("/withheld", 6)
        .assert_stdout("--allow a:orphan=6");
    judge.after(&site, &output);
    hide(false);
    judge.converge(&site);
}

#[test]
fn a_vm_that_moves_to_a_source_that_is_down_is_missing_then_moved() {
    let (site, mut judge, a, _) = two_hosts();
    site.break_host("b", Fault::Refuse);
    let web = site.host("a").simulator.inventory(|inventory| inventory.remove(&a[0]));
    site.host("b").simulator.inventory(|inventory| inventory.adopt(web));
    let output = site.sync();
    output
        .assert_code(3)
        .assert_report("/missing", 1)
        .assert_report("/orphaned", 0);
    judge.after(&site, &output);
    site.heal();
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/moved", 1)
        .assert_report("/orphaned", 0);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_vm_that_moves_between_two_listings_of_one_pass_is_no_orphan() {
    let (site, mut judge, a, _) = two_hosts();
    let (from, id) = (site.host("a").simulator.handle(), a[0].clone());
    let to = &site.host("b").simulator;
    to.script(
        Trouble::after(LIST, move |inventory| {
            let web = from.inventory(|inventory| inventory.remove(&id));
            inventory.adopt(web);
        })
        .containing("VirtualMachine"),
    );
    let late = Trouble::on(LIST, Effect::Delay(Duration::from_millis(1500)))
        .containing("VirtualMachine")
        .once();
    site.host("a").simulator.script(late);
    let output = site.sync();
    output.assert_report("/orphaned", 0).assert_report("/missing", 1);
    judge.after(&site, &output);
    site.heal();
    let output = site.sync();
    output.assert_code(0).assert_report("/moved", 1);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn one_vm_on_two_sources_is_one_document_that_does_not_flap() {
    let (site, mut judge, a, _) = two_hosts();
    let uuid = site.document("web")["instance_uuid"]
        .as_str()
        .expect("it has one")
        .to_owned();
    let bios = site.document("web")["uuid"].as_str().expect("it has one").to_owned();
    let copy = VmSpec::new("web").uuid(&bios).instance_uuid(&uuid);
    site.host("b").simulator.inventory(|inventory| inventory.add_vm(&copy));
    for _ in 0..3 {
        let output = site.sync();
        output
            .assert_code(0)
            .assert_report("/duplicates", 1)
            .assert_report("/moved", 0)
            .assert_report("/added", 0);
        judge.after(&site, &output);
        assert_eq!(site.document("web")["sources"][0]["name"], "a");
    }
    judge.converge(&site);
    site.host("a").simulator.inventory(|inventory| inventory.remove(&a[0]));
    judge.converge(&site);
    assert_eq!(site.document("web")["orphan"], false);
}

/// A VM that its host and the vCenter of that host both list is one VM, whichever of them is heard.
#[test]
fn a_vm_seen_twice_stays_one_while_either_source_is_down() {
    let hardware = "4c4c4544-0031-3010-8052-b4c04f505432";
    let configs = vec![
        Config::esxi("a").host_uuid(hardware),
        Config::vcenter("vc").host_uuid(hardware),
    ];
    let site = Site::with(configs, Store::Sqlite);
    let both = |name: &str, bios: &str, instance: &str| {
        let spec = VmSpec::new(name).uuid(bios).instance_uuid(instance);
        let add = |host: &crate::support::Host| host.simulator.inventory(|inventory| inventory.add_vm(&spec));
        site.hosts.iter().map(add).collect::<Vec<String>>()
    };
    let web = both(
        "web",
        "564d0001-0000-0000-0000-000000000001",
        "50000001-0000-0000-0000-000000000001",
    );
    both(
        "db",
        "564d0001-0000-0000-0000-000000000002",
        "50000001-0000-0000-0000-000000000002",
    );
    let mut judge = Judge::settle(&site, &[(1, &["web", "db"])]);
    assert_eq!(site.documents().len(), 2);
    for down in ["a", "vc"] {
        site.break_host(down, Fault::Refuse);
        for _ in 0..2 {
            let output = site.sync();
            output
                .assert_code(3)
                .assert_report("/orphaned", 0)
                .assert_report("/added", 0)
                .assert_report("/duplicates", 0);
            judge.after(&site, &output);
        }
        judge.converge(&site);
    }
    for (host, id) in site.hosts.iter().zip(&web) {
        host.simulator.inventory(|inventory| inventory.remove(id));
    }
    judge.converge(&site);
    assert_eq!(site.document("web")["orphan"], true);
}

#[test]
fn a_clone_with_the_same_bios_uuid_is_a_vm_of_its_own() {
    let (site, mut judge, _, _) = two_hosts();
    let bios = site.document("web")["uuid"].as_str().expect("it has one").to_owned();
    let clone = VmSpec::new("web-clone").uuid(&bios.to_uppercase());
    site.host("a").simulator.inventory(|inventory| inventory.add_vm(&clone));
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/added", 1)
        .assert_report("/renamed", json!([]));
    assert_ne!(output.json()["warnings"], json!([]), "{output}");
    judge.after(&site, &output);
    judge.converge(&site);
    assert_ne!(
        site.document("web")["instance_uuid"],
        site.document("web-clone")["instance_uuid"]
    );
}

#[test]
fn a_vm_that_becomes_inaccessible_keeps_its_name_and_its_facts() {
    let (site, mut judge, a, _) = two_hosts();
    let before = site.document("web");
    site.host("a")
        .simulator
        .inventory(|inventory| inventory.make_inaccessible(&a[0]));
    for _ in 0..2 {
        let output = site.sync();
        output
            .assert_code(0)
            .assert_report("/orphaned", 0)
            .assert_report("/renamed", json!([]))
            .assert_report("/unidentified", 1)
            .assert_report("/added", 0);
        judge.after(&site, &output);
    }
    let after = site.document("web");
    for field in ["uuid", "instance_uuid", "hostname", "addr", "vmware_tools", "orphan"] {
        assert_eq!(before[field], after[field], "{field}");
    }
}

#[test]
fn a_vm_without_config_is_unidentified_never_an_orphan() {
    let (site, mut judge, a, _) = two_hosts();
    let new = VmSpec::new("being-created").unset("config").unset("summary.config");
    site.host("a").simulator.inventory(|inventory| {
        inventory.add_vm(&new);
        inventory.unset(&a[1], "config");
        inventory.unset(&a[1], "summary.config");
    });
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/added", 0)
        .assert_report("/orphaned", 0);
    assert!(output.json()["unidentified"].as_u64() >= Some(1), "{output}");
    judge.after(&site, &output);
    assert_eq!(site.document("db")["orphan"], false);
}

#[test]
fn a_replaced_certificate_is_refused_before_anything_is_sent() {
    let (mut site, mut judge, _, _) = two_hosts();
    let other = Simulator::start_in_background(Config::esxi("other")).expect("it starts");
    let true_pin = site.host("a").pin.clone();
    other.fingerprint_sha256().clone_into(&mut site.host_mut("a").pin);
    site.host("a").simulator.clear_calls();
    let output = site.sync();
    output
        .assert_code(3)
        .assert_stdout(&true_pin)
        .assert_report("/orphaned", 0);
    assert!(site.host("a").simulator.calls().is_empty(), "something was sent");
    judge.after(&site, &output);
    other.fingerprint_sha256().clone_into(&mut site.host_mut("b").pin);
    site.sync().assert_code(77);
    site.host_mut("a").pin.clone_from(&true_pin);
    site.host_mut("b").pin = site.host("b").simulator.fingerprint_sha256().to_owned();
    judge.converge(&site);
}

#[test]
fn ten_passes_with_a_wrong_password_are_one_login() {
    let (mut site, mut judge, _, _) = two_hosts();
    let right = site.host("a").password.clone();
    site.host_mut("a").password = "canary-wrong".to_owned();
    let logins = |site: &Site| site.host("a").simulator.login_attempts();
    let before = logins(&site);
    for pass in 0..10 {
        let output = site.sync();
        output.assert_code(3).assert_report("/orphaned", 0);
        if pass > 0 {
            output.assert_stdout("login paused until");
            assert!(site.host("a").simulator.calls().is_empty(), "something was sent");
        }
        site.host("a").simulator.clear_calls();
        judge.after(&site, &output);
    }
    site.run(&["diff", "--format", "json"]).assert_code(3);
    assert_eq!(logins(&site) - before, 1);
    assert!(!site.host("a").simulator.is_locked());
    let remembered = |site: &Site| site.remembered("a")["login_pause"].clone();
    assert_eq!(remembered(&site)["refusals"], 1);
    end_pause(&site);
    let output = site.sync();
    judge.after(&site, &output);
    assert_eq!((logins(&site) - before, &remembered(&site)["refusals"]), (2, &json!(2)));
    site.host_mut("a").password = right;
    judge.converge(&site);
    assert_eq!(remembered(&site), Value::Null);
}

#[test]
fn a_second_login_that_is_refused_is_remembered_too() {
    let (site, mut judge, _, _) = two_hosts();
    let host = &site.host("a").simulator;
    host.script(Trouble::on(LIST, Effect::Expire(Expiry::Fault)).once());
    host.script(Trouble::soap("Login", SoapFault::invalid_login()).nth(2));
    for paused in [false, true] {
        host.clear_calls();
        let output = site.sync();
        output.assert_code(3).assert_report("/orphaned", 0);
        assert_eq!(host.calls().is_empty(), paused, "{output}");
        judge.after(&site, &output);
    }
    end_pause(&site);
    judge.converge(&site);
}

/// As if its time were over.
fn end_pause(site: &Site) {
    let end = "UPDATE vmsync_sources SET source = json_set(source, '$.login_pause.until', '2020-01-01T00:00:00Z') WHERE name = 'a'";
    site.sqlite().execute(end, []).expect("it is there");
}

#[test]
fn a_wrong_password_everywhere_is_77_also_while_it_is_paused_and_in_mongodb() {
    let mut site = Site::on_mongo(&["a"], Server::Shared(crate::support::Mongod::shared()));
    site.add("a", &["web"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    let right = site.host("a").password.clone();
    site.host_mut("a").password = "canary-wrong".to_owned();
    let before = State::of(&site);
    for _ in 0..2 {
        let output = site.sync();
        output.assert_code(77);
        judge.after(&site, &output);
    }
    before.assert_untouched(&State::of(&site));
    assert_eq!(
        site.host("a").simulator.login_attempts(),
        2,
        "one that succeeded, one that did not"
    );
    assert_eq!(site.remembered("a")["login_pause"]["refusals"], 1);
    site.host_mut("a").password = right;
    judge.converge(&site);
}

#[test]
fn rights_that_are_withdrawn_silently_make_a_listing_incomplete_once() {
    let (site, mut judge, a, _) = two_hosts();
    let withdraw = |hidden: bool| {
        site.host("a").simulator.inventory(|inventory| {
            inventory.set_root_roles(if hidden { &[-2] } else { &[-1] });
            if hidden {
                inventory.hide(&a[0]);
            } else {
                inventory.show(&a[0]);
            }
        });
    };
    withdraw(true);
    let output = site.sync();
    output
        .assert_code(3)
        .assert_report("/orphaned", 0)
        .assert_stdout("rights of this login");
    judge.after(&site, &output);
    withdraw(false);
    let output = site.sync();
    output.assert_report("/orphaned", 0).assert_code(3);
    judge.after(&site, &output);
    judge.converge(&site);
}

#[test]
fn a_dead_source_does_not_delay_the_others_more_than_its_deadline() {
    let (mut site, mut judge, _, b) = two_hosts();
    site.timing = "{timeout: 20s, source_deadline: 3s, deadline: 60s}".to_owned();
    site.host("a").simulator.script(Trouble::on(LIST, Effect::Hang));
    site.rename("b", &b[0], "post");
    let begun = Instant::now();
    let output = site.sync();
    output.assert_code(3).assert_report("/renamed/0/new_name", "post");
    assert!(begun.elapsed() < Duration::from_secs(10), "{output}");
    judge.after(&site, &output);
    judge.converge(&site);
}
