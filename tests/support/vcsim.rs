//! govmomi's vSphere simulator, a second opinion beside the project's own, and govc to change its inventory.

use super::binary::find_binary;
use super::server::{Recipe, Server};
use super::tls;
use std::path::Path;
use std::process::{Command, Stdio};

/// A running vcsim. All instances of one kind have the same UUIDs and the same certificate.
pub struct Vcsim {
    server: Server,
}

impl Vcsim {
    pub const USER: &str = "vmsync";
    pub const PASSWORD: &str = "vcsim-secret";

    /// A vCenter; `args` are vcsim's own (`-dc 2 -cluster 1 -host 3 -vm 10 …`).
    pub fn vpx(args: &[&str]) -> Self {
        Self::start(args)
    }

    /// A standalone host.
    pub fn esx(args: &[&str]) -> Self {
        Self::start(&[&["-esx"], args].concat())
    }

    fn start(args: &[&str]) -> Self {
        let program = find_binary("VMSYNC_TEST_VCSIM", "vcsim");
        let extra = args.iter().map(ToString::to_string).collect();
        Self {
            server: Server::start(Recipe {
                name: "vcsim",
                program,
                arguments,
                extra,
            }),
        }
    }

    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// The pin of its certificate, `AB:CD:…`.
    pub fn fingerprint_sha256(&self) -> String {
        tls::fingerprint_sha256(self.port())
    }

    /// Runs govc against it and returns what it printed, such as
    /// `govc(&["vm.change", "-vm", "DC0_H0_VM0", "-name", "web"])`.
    pub fn govc(&self, args: &[&str]) -> String {
        let url = format!("https://127.0.0.1:{}/sdk", self.port());
        let output = Command::new(find_binary("VMSYNC_TEST_GOVC", "govc"))
            .args(args)
            .env_clear()
            .envs([
                ("GOVC_URL", url.as_str()),
                ("GOVC_USERNAME", Self::USER),
                ("GOVC_PASSWORD", Self::PASSWORD),
            ])
            .envs([("GOVC_INSECURE", "1"), ("GOVC_PERSIST_SESSION", "false")])
            .env("HOME", self.server.directory())
            .stdin(Stdio::null())
            .output()
            .expect("govc can be started");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "govc {args:?} failed: {error}\n{}",
            self.server.log_tail()
        );
        String::from_utf8(output.stdout).expect("govc prints UTF-8")
    }

    /// Kills it; its inventory is gone.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Starts it anew on the same port, with the inventory of the beginning.
    pub fn restart(&self) {
        self.server.restart();
    }

    /// Stops it in its tracks (SIGSTOP).
    pub fn pause(&self) {
        self.server.signal("STOP");
    }

    pub fn resume(&self) {
        self.server.signal("CONT");
    }
}

fn arguments(port: u16, _directory: &Path, extra: &[String]) -> Vec<String> {
    let address = format!("127.0.0.1:{port}");
    let fixed = ["-l", &address, "-username", Vcsim::USER, "-password", Vcsim::PASSWORD];
    fixed
        .into_iter()
        .map(str::to_owned)
        .chain(extra.iter().cloned())
        .collect()
}
