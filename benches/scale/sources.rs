//! A hundred sources at once.

use std::time::Duration;

use simulator::{Certificate, Config, Simulator, VmSpec};

use crate::fleet::{Address, Home};
use crate::measured::Measured;
use crate::{Outcome, Verdict, judge};

const SOURCES: usize = 100;
const VMS: usize = 100;
const LATENCY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 3;
/// In seconds.
const MOST: f64 = 3.0;

pub fn run() -> Outcome<Vec<Verdict>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let certificate = Certificate::generate(None)?;
    let simulators = runtime.block_on(async {
        let mut simulators = Vec::new();
        for number in 0..SOURCES {
            let config = Config::vcenter(&format!("vc{number}")).latency(LATENCY);
            let simulator = Simulator::start_with(config, &certificate).await?;
            simulator.inventory(|inventory| {
                for vm in 0..VMS {
                    inventory.add_vm(&VmSpec::new(&format!("vm-{number}-{vm}")));
                }
            });
            simulators.push(simulator);
        }
        Ok::<_, std::io::Error>(simulators)
    })?;
    let address = |(number, simulator)| Address::of(simulator, "vcenters", &format!("vc{number}"));
    let sources: Vec<Address> = simulators.iter().enumerate().map(address).collect();
    let home = Home::of(&sources, None);
    let first = home.sync()?;
    let mut later: Option<Measured> = None;
    for _ in 0..ROUNDS {
        let pass = home.sync()?;
        later = Some(later.map_or(pass, |least| least.least(pass)));
    }
    let later = later.ok_or("no round")?;
    let calls: usize = simulators.iter().map(|simulator| simulator.calls().len()).sum();
    println!(
        "{SOURCES} sources of {VMS} VMs at {LATENCY:?}: {:.2} s in the first pass ({:.0} MiB), {:.2} s later ({:.2} s of \
         processor, {:.0} MiB), {:.1} calls a source",
        first.wall.as_secs_f64(),
        first.peak_mib,
        later.wall.as_secs_f64(),
        later.cpu.as_secs_f64(),
        later.peak_mib,
        calls as f64 / ((ROUNDS + 1) * SOURCES) as f64,
    );
    let label = format!("{SOURCES} sources, seconds");
    Ok(vec![judge(&label, later.wall.as_secs_f64(), MOST)])
}
