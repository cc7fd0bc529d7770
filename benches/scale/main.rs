//! What a pass costs where there is much to list: time against curl's, processor time against other clients', memory,
//! a hundred sources at once, and the time to ask a full store. Needs what `./tests/run` provisions, and curl. Fails if a target is missed.
//!
//!     cargo bench --bench scale [-- transfer | clients | memory | sources | ask]
#![expect(clippy::cast_precision_loss, reason = "counts are small")]

#[path = "../../tests/support/mod.rs"]
mod support;

mod ask;
mod clients;
mod fleet;
mod measured;
mod memory;
mod sources;
mod transfer;

use std::error::Error;
use support::Mongod;

/// Enough for hosts in the hundreds.
const VMS: usize = 20_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Whether a target was reached.
struct Verdict {
    label: String,
    value: f64,
    most: f64,
}

fn judge(label: &str, value: f64, most: f64) -> Verdict {
    Verdict {
        label: label.to_owned(),
        value,
        most,
    }
}

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_asked = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut verdicts = Vec::new();
    if is_asked("sources") {
        verdicts.extend(sources::run()?);
    }
    if is_asked("clients") {
        verdicts.extend(clients::run(&fleet::vcenter(VMS)?)?);
    }
    if is_asked("memory") {
        verdicts.extend(memory::run(&Mongod::standalone())?);
    }
    if is_asked("ask") {
        verdicts.extend(ask::run(&Mongod::standalone())?);
    }
    if is_asked("transfer") {
        verdicts.extend(transfer::run(&fleet::vcenter(VMS)?, &Mongod::standalone())?);
    }
    conclude(&verdicts)
}

fn conclude(verdicts: &[Verdict]) -> Outcome<()> {
    println!();
    let mut missed = 0;
    for Verdict { label, value, most } in verdicts {
        let word = if value <= most { "reached" } else { "MISSED" };
        missed += usize::from(value > most);
        println!("{word}: {label}: {value:.3} (at most {most})");
    }
    if missed > 0 {
        return Err(format!("{missed} targets were missed").into());
    }
    Ok(())
}
