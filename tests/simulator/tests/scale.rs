//! Twenty thousand VMs are listed in time that is no trouble in a test.

mod support;

use std::time::{Duration, Instant};

use simulator::{Config, Simulator, VmSpec};
use support::Client;

const VMS: usize = 20_000;
const PATHS: [&str; 24] = [
    "name",
    "parent",
    "parentVApp",
    "config.uuid",
    "config.instanceUuid",
    "config.template",
    "config.managedBy",
    "config.ftInfo.role",
    "runtime.powerState",
    "runtime.connectionState",
    "runtime.host",
    "guest.hostName",
    "guest.ipAddress",
    "guest.toolsStatus",
    "guest.toolsVersionStatus2",
    "guest.toolsRunningStatus",
    "summary.config.numCpu",
    "summary.config.memorySizeMB",
    "summary.config.guestFullName",
    "summary.config.guestId",
    "summary.config.vmPathName",
    "summary.storage.committed",
    "summary.storage.uncommitted",
    "datastore",
];

#[tokio::test]
async fn twenty_thousand_vms_are_listed() {
    let simulator = Simulator::start(Config::vcenter("vc1")).await.unwrap();
    let start = Instant::now();
    simulator.inventory(|inventory| {
        for index in 0..VMS {
            inventory.add_vm(&VmSpec::new(&format!("vm{index}")));
        }
    });
    let built = start.elapsed();
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    let start = Instant::now();
    let pages = client.all(&view, &PATHS).await;
    let listed = start.elapsed();
    let objects: usize = pages.iter().map(|page| page.matches("<objects>").count()).sum();
    assert_eq!((pages.len(), objects), (VMS / 100, VMS));
    println!("built in {built:?}, listed in {listed:?}");
    // Unoptimised, on a busy machine: a bound against quadratic costs, not a measurement.
    assert!(built + listed < Duration::from_mins(1), "{built:?} {listed:?}");
}
