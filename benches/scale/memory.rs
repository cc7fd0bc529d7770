//! The memory of the first and of later passes, by the number of VMs.

use crate::fleet::{Address, Home, vcenter};
use crate::support::Mongod;
use crate::{Outcome, Verdict, judge};

/// With what they may need at most, in MiB, if anything is promised.
const SIZES: [(usize, Option<f64>); 4] = [(5_000, None), (10_000, None), (20_000, Some(150.0)), (40_000, None)];
/// How much more than half of the bigger one the smaller one may need: linear means not more for each VM.
const MOST_GROWTH: f64 = 2.1;

pub fn run(mongod: &Mongod) -> Outcome<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for (store, mongod) in [("SQLite", None), ("MongoDB", Some(mongod))] {
        let mut before: Option<f64> = None;
        for (vms, most) in SIZES {
            let simulator = vcenter(vms)?;
            let home = Home::of(&[Address::of(&simulator, "vcenters", "vc1")], mongod);
            let (first, later) = (home.sync()?.peak_mib, home.sync()?.peak_mib);
            println!("{store}, {vms} VMs: {first:.0} MiB in the first pass, {later:.0} MiB in the second");
            let peak = first.max(later);
            if let Some(most) = most {
                verdicts.push(judge(&format!("memory, {store}, MiB at {vms} VMs"), peak, most));
            }
            if let Some(before) = before.replace(peak) {
                let label = format!("memory, {store}, growth to {vms} VMs");
                verdicts.push(judge(&label, peak / before, MOST_GROWTH));
            }
        }
    }
    Ok(verdicts)
}
