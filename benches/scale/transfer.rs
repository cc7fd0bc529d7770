//! A whole pass against the transfer of the same bytes by curl. The server sends what it recorded, and does nothing
//! else.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use simulator::{ALL, Replay, Simulator};

use crate::fleet::{Address, Home};
use crate::measured::{Measured, measure};
use crate::support::{Mongod, VmsyncCommand};
use crate::{Outcome, Verdict, judge};

const ROUNDS: usize = 5;
const MOST: f64 = 1.15;

/// A link, and what it carries.
const LINKS: [(&str, Option<u64>); 4] = [
    ("loopback", None),
    ("1 Gbit/s", Some(125_000_000)),
    ("200 Mbit/s", Some(25_000_000)),
    ("100 Mbit/s", Some(12_500_000)),
];

pub fn run(simulator: &Simulator, mongod: &Mongod) -> Outcome<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for (link, rate) in LINKS {
        let replay = Replay::start_in_background(simulator, rate)?;
        for (store, mongod) in [("SQLite", None), ("MongoDB", Some(mongod))] {
            verdicts.push(compare(&format!("{link}, {store}"), simulator, &replay, mongod)?);
        }
    }
    Ok(verdicts)
}

fn compare(label: &str, simulator: &Simulator, replay: &Replay, mongod: Option<&Mongod>) -> Outcome<Verdict> {
    let source = Address {
        port: replay.port(),
        pin: replay.fingerprint_sha256().to_owned(),
        ..Address::of(simulator, "vcenters", "vc1")
    };
    let home = Home::of(&[source], mongod);
    home.sync()?;
    let curl = Curl::of(replay);
    let mut least: Option<[Measured; 3]> = None;
    for _ in 0..ROUNDS {
        let round = [home.sync()?, measure(&curl.pages())?, measure(&curl.at_once())?];
        least = Some(match least {
            None => round,
            Some(before) => std::array::from_fn(|index| before[index].least(round[index])),
        });
    }
    let [pass, pages, at_once] = least.ok_or("no round")?;
    let ratio = seconds(pass.wall) / seconds(pages.wall);
    println!(
        "{label}: pass {:.0} ms (processor {:.0} ms), curl {:.0} ms page by page, {:.0} ms in one go: {:.2}; of {:.1} MB",
        millis(pass.wall),
        millis(pass.cpu),
        millis(pages.wall),
        millis(at_once.wall),
        ratio,
        replay.bytes() as f64 / 1e6,
    );
    Ok(judge(&format!("transfer, {label}"), ratio, MOST))
}

/// curl with the recorded requests over one connection.
struct Curl {
    home: VmsyncCommand,
    url: String,
}

impl Curl {
    fn of(replay: &Replay) -> Self {
        let home = VmsyncCommand::new();
        let url = format!("https://127.0.0.1:{}", replay.port());
        let mut config = String::new();
        for (number, request) in replay.requests().iter().enumerate() {
            let body = home.write(&format!("request-{number}"), request);
            let next = if number == 0 { "" } else { "next\n" };
            let (target, method) = if request.is_empty() {
                ("/sdk/vimServiceVersions.xml", String::new())
            } else {
                ("/sdk", format!("data-binary = \"@{}\"\n", body.display()))
            };
            writeln!(
                config,
                "{next}url = \"{url}{target}\"\n{method}output = \"/dev/null\"\ninsecure\nsilent"
            )
            .expect("a string grows");
        }
        home.write("curl", config);
        Self { home, url }
    }

    fn pages(&self) -> Command {
        let mut command = Command::new("curl");
        command.arg("-K").arg(self.home.home().join("curl"));
        command
    }

    fn at_once(&self) -> Command {
        let mut command = Command::new("curl");
        command.args(["-sk", "-o", "/dev/null", &format!("{}{ALL}", self.url)]);
        command
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
