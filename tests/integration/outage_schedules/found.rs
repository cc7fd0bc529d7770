//! What the schedules found, each as the shortest story that shows it.

use std::time::Duration;

use simulator::{Config, Effect, Fault as Trouble, VmSpec};

use crate::support::{Judge, Site, Store};

const LIST: &str = "RetrievePropertiesEx";
const CONTINUE: &str = "ContinueRetrievePropertiesEx";

/// Registered on another host, a VM has a new reference at once, and its UUIDs some moments later.
#[test]
fn a_vm_that_moves_and_shows_no_uuid_yet_is_no_orphan() {
    let site = Site::start(&["a", "b"]);
    let ids = site.add("a", &["web", "db", "ci"]);
    site.add("b", &["mail"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "db"])]);
    let web = site
        .host("a")
        .simulator
        .inventory(|inventory| inventory.remove(&ids[0]));
    let there = site.host("b").simulator.inventory(|inventory| inventory.adopt(web));
    let formed = site.host("b").simulator.inventory(|inventory| {
        let formed = inventory.object(&there).expect("it was adopted").clone();
        inventory.unset(&there, "config");
        inventory.unset(&there, "summary.config");
        formed
    });
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/orphaned", 0)
        .assert_report("/unidentified", 1);
    assert_eq!(site.document("web")["orphan"], false);
    site.host("b")
        .simulator
        .inventory(|inventory| formed.clone_into(inventory.object_mut(&there)));
    judge.notice(&site);
    let output = site.sync();
    output
        .assert_code(0)
        .assert_report("/moved", 1)
        .assert_report("/added", 0);
    judge.after(&site, &output);
    judge.converge(&site);
}

/// A listing that is cut shows the new role on the root folder, and not what that role hides.
#[test]
fn rights_withdrawn_while_a_listing_was_cut_are_doubted_once_it_is_whole() {
    let site = Site::with(vec![Config::esxi("a").page_size(3), Config::esxi("b")], Store::Sqlite);
    let ids = site.add("a", &["web", "db", "ci", "dns"]);
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    let host = &site.host("a").simulator;
    host.inventory(|inventory| {
        inventory.set_root_roles(&[-2]);
        inventory.hide(&ids[0]);
    });
    // The root folder is on one of the pages; where it is cut does not matter.
    for page in 1..=3 {
        host.script(Trouble::on(CONTINUE, Effect::Truncate { bytes: 200 }).from(page));
        let output = site.sync();
        output.assert_code(3).assert_report("/orphaned", 0);
        judge.after(&site, &output);
        host.clear_faults();
    }
    let output = site.sync();
    output
        .assert_code(3)
        .assert_report("/orphaned", 0)
        .assert_stdout("rights of this login");
    judge.after(&site, &output);
    host.inventory(|inventory| {
        inventory.set_root_roles(&[-1]);
        inventory.show(&ids[0]);
    });
    site.sync().assert_code(3);
    judge.converge(&site);
}

/// The VM has moved to a host that had been listed before, and the second look at that host comes back empty.
#[test]
fn a_second_look_that_shows_nothing_at_all_confirms_no_orphan() {
    let site = Site::start(&["a", "b"]);
    let ids = site.add("a", &["web", "db", "ci"]);
    site.add("b", &["mail"]);
    let mut judge = Judge::settle(&site, &[(1, &["web", "db"])]);
    let (from, id) = (site.host("a").simulator.handle(), ids[0].clone());
    let to = &site.host("b").simulator;
    let travel = Trouble::after(LIST, move |inventory| {
        let web = from.inventory(|inventory| inventory.remove(&id));
        inventory.adopt(web);
    });
    to.script(travel.containing("VirtualMachine"));
    to.script(Trouble::on(LIST, Effect::Empty).containing("VirtualMachine").from(2));
    let late = Effect::Delay(Duration::from_millis(1500));
    let wait = Trouble::on(LIST, late).containing("VirtualMachine").once();
    site.host("a").simulator.script(wait);
    let output = site.sync();
    output.assert_report("/orphaned", 0).assert_report("/missing", 1);
    judge.after(&site, &output);
    site.heal();
    let output = site.sync();
    output.assert_code(0).assert_report("/moved", 1);
    judge.after(&site, &output);
    judge.converge(&site);
}

/// A listing without its host cannot tell whose it is. The name of the source must not stand in for that: it would no
/// longer own what its vCenter lists as well, and the guard would count fewer VMs than it has.
#[test]
fn a_listing_that_ends_with_an_empty_page_does_not_change_who_owns_a_vm() {
    let hardware = "4c4c4544-0031-3010-8052-b4c04f505432";
    let configs = vec![
        Config::esxi("a").host_uuid(hardware).page_size(3),
        Config::vcenter("vc").host_uuid(hardware),
    ];
    let site = Site::with(configs, Store::Sqlite);
    let spec = VmSpec::new("web")
        .uuid("564d0001-0000-0000-0000-000000000001")
        .instance_uuid("50000001-0000-0000-0000-000000000001");
    for host in &site.hosts {
        host.simulator.inventory(|inventory| inventory.add_vm(&spec));
    }
    let mut judge = Judge::settle(&site, &[(1, &["web"])]);
    let before = site.document("web");
    site.host("a")
        .simulator
        .script(Trouble::on(CONTINUE, Effect::Empty).once());
    let output = site.sync();
    output.assert_report("/orphaned", 0);
    judge.after(&site, &output);
    assert_eq!(site.document("web")["sources"], before["sources"], "{output}");
    judge.converge(&site);
}
