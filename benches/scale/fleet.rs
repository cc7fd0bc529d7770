//! The servers and the homes of the measurements.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::json;
use simulator::{Config, HostSpec, Simulator, VmSpec};

use crate::Outcome;
use crate::measured::{Measured, measure};
use crate::support::{Mongod, VmsyncCommand};

/// A vCenter with so many VMs, spread over a host for forty of them, in clusters of ten.
pub fn vcenter(vms: usize) -> Outcome<Simulator> {
    vcenter_named("vc1", vms)
}

/// The same under a name that no other has: identities are made of it.
pub fn vcenter_named(name: &str, vms: usize) -> Outcome<Simulator> {
    let simulator = Simulator::start_in_background(Config::vcenter(name))?;
    simulator.inventory(|inventory| {
        let root = inventory.places().vm_folder.clone();
        let folders: Vec<String> = (0..20)
            .map(|number| inventory.add_folder(&format!("team-{number}"), &root))
            .collect();
        let mut hosts = Vec::new();
        let mut cluster = String::new();
        for number in 0..(vms / 40).max(1) {
            if number % 10 == 0 {
                cluster = inventory.add_cluster(&format!("cluster-{}", number / 10));
            }
            let spec = HostSpec::new(&format!("esx-{number}.example.org"));
            hosts.push(inventory.add_host(&spec.cluster(&cluster)));
        }
        for number in 0..vms {
            let name = format!("app-server-{number:05}");
            let address = format!("10.{}.{}.{}", number / 62_500, number / 250 % 250, number % 250 + 1);
            let spec = VmSpec::new(&name)
                .guest(&format!("{name}.example.org"), &address)
                .folder(&folders[number % folders.len()])
                .host(&hosts[number % hosts.len()]);
            let spec = if number % 10 == 0 { spec.powered_off() } else { spec };
            inventory.add_vm(&spec);
        }
    });
    Ok(simulator)
}

/// Where a source listens, and how it is known.
pub struct Address {
    pub section: &'static str,
    pub name: String,
    pub port: u16,
    pub login: (String, String),
    pub pin: String,
}

impl Address {
    pub fn of(simulator: &Simulator, section: &'static str, name: &str) -> Self {
        Self {
            section,
            name: name.to_owned(),
            port: simulator.port(),
            login: simulator.credentials(),
            pin: simulator.fingerprint_sha256().to_owned(),
        }
    }
}

/// A home with a configuration, and vmsync in it.
pub struct Home(VmsyncCommand);

impl Home {
    /// These sources, into the embedded store or a database of its own.
    pub fn of(sources: &[Address], mongod: Option<&Mongod>) -> Self {
        let mut yaml = String::new();
        let mut section = "";
        for source in sources {
            if source.section != section {
                section = source.section;
                writeln!(yaml, "{section}:").expect("a string grows");
            }
            let (user, password) = (json!(source.login.0), json!(source.login.1));
            writeln!(
                yaml,
                "  - {{name: {}, host: 127.0.0.1, port: {}, username: {user}, password: {password}, \
                 tls: {{fingerprint_sha256: \"{}\"}}}}",
                source.name, source.port, source.pin
            )
            .expect("a string grows");
        }
        if let Some(mongod) = mongod {
            let (uri, database) = (mongod.uri(), mongod.fresh_db());
            writeln!(yaml, "mongodb: {{uri: \"{uri}\", db: {database}}}").expect("a string grows");
        }
        Self(VmsyncCommand::with_config(&yaml))
    }

    /// One pass.
    pub fn sync(&self) -> Outcome<Measured> {
        measure(&self.command(&["sync", "all", "--format", "json", "--quiet"]))
    }

    /// The same, with nothing written.
    pub fn list(&self) -> Outcome<Measured> {
        measure(&self.command(&["sync", "all", "--dry-run", "--format", "json", "--quiet"]))
    }

    /// Any command.
    pub fn ask(&self, args: &[&str]) -> Outcome<Measured> {
        measure(&self.command(args))
    }

    fn command(&self, args: &[&str]) -> Command {
        let given = std::env::var_os("VMSYNC_BENCH_BINARY");
        let mut command = Command::new(given.unwrap_or_else(|| env!("CARGO_BIN_EXE_vmsync").into()));
        command.args(args).current_dir(self.0.home());
        command.env("HOME", self.0.home()).env("XDG_STATE_HOME", self.0.state());
        command
    }
}
