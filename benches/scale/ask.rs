//! Asking the store: lists and questions over many VMs, and the export of a hundred thousand rows.

use simulator::Simulator;

use crate::fleet::{Address, Home, vcenter_named};
use crate::measured::least_of;
use crate::support::Mongod;
use crate::{Outcome, VMS, Verdict, judge};

const ROUNDS: usize = 5;
/// In milliseconds.
const MOST: f64 = 100.0;
/// As many sources as make a hundred thousand VMs.
const SOURCES: usize = 5;
/// Seconds, and MiB.
const MOST_EXPORT: (f64, f64) = (5.0, 100.0);

/// What is asked of all the VMs.
const ASKED: [&[&str]; 6] = [
    &["list", "vms", "--where", "name = app-server-12345"],
    &["list", "vms", "--where", "cluster = cluster-7 and power_state = off"],
    &[
        "list",
        "vms",
        "--where",
        "memory_mb > 1GiB or hostname ~ *-77*",
        "--count",
    ],
    &["list", "vms", "--sort", "-memory_mb,name", "--limit", "20"],
    &["query", "powered off vms in cluster cluster-7"],
    &["query", "how many vms are powered on"],
];

/// All of them.
const WHOLE: [&[&str]; 4] = [
    &["list", "vms"],
    &["list", "vms", "--format", "csv"],
    &["list", "vms", "--format", "json"],
    &["list", "vms", "--format", "ndjson", "--columns", "name"],
];

pub fn run(mongod: &Mongod) -> Outcome<Vec<Verdict>> {
    let simulator = vcenter_named("vc1", VMS)?;
    let mut verdicts = Vec::new();
    for (store, mongod) in [("SQLite", None), ("MongoDB", Some(mongod))] {
        let home = Home::of(&[Address::of(&simulator, "vcenters", "vc1")], mongod);
        home.sync()?;
        for args in ASKED.iter().chain(&WHOLE) {
            let cost = least_of(ROUNDS, || home.ask(args))?;
            let (asked, wall) = (args.join(" "), cost.wall.as_secs_f64() * 1e3);
            println!(
                "{store}: {asked}: {wall:.0} ms, {:.0} ms of processor, {:.0} MiB",
                cost.cpu.as_secs_f64() * 1e3,
                cost.peak_mib
            );
            verdicts.push(judge(&format!("{store}, {asked}, ms"), wall, MOST));
        }
    }
    drop(simulator);
    verdicts.extend(export()?);
    Ok(verdicts)
}

fn export() -> Outcome<Vec<Verdict>> {
    let name = |number| format!("vc{number}");
    let simulators = (0..SOURCES).map(|number| vcenter_named(&name(number), VMS));
    let simulators: Vec<Simulator> = simulators.collect::<Outcome<_>>()?;
    let address = |(number, simulator)| Address::of(simulator, "vcenters", &name(number));
    let sources: Vec<Address> = simulators.iter().enumerate().map(address).collect();
    let home = Home::of(&sources, None);
    home.sync()?;
    let args = ["export", "vms.xlsx", "vms", "--force"];
    let cost = least_of(ROUNDS, || home.ask(&args))?;
    println!(
        "{} of {} rows: {:.2} s, {:.2} s of processor, {:.0} MiB",
        args.join(" "),
        SOURCES * VMS,
        cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
        cost.peak_mib
    );
    Ok(vec![
        judge("export to xlsx, seconds", cost.wall.as_secs_f64(), MOST_EXPORT.0),
        judge("export to xlsx, MiB", cost.peak_mib, MOST_EXPORT.1),
    ])
}
