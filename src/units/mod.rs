//! Units of systemd, made from the configuration: `vmsync.service` runs one pass, `vmsync.timer` starts it.
//!
//! Pure: facts in, text out. What the directives mean is said in systemd.exec(5), systemd.service(5), systemd.timer(5)
//! and systemd.syntax(7). What cannot work is a remark: a comment in the unit, and a warning to whoever made it.

mod account;
mod draft;
mod escape;
mod secrets;
mod service;
#[cfg(test)]
mod tests;
mod timer;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use account::{Account, Rights, USER};
pub use secrets::{Place, SecretFact};

/// File name of the service.
pub const SERVICE: &str = "vmsync.service";
/// File name of the timer.
pub const TIMER: &str = "vmsync.timer";
/// What `$XDG_STATE_HOME` is in the service.
pub const STATE_HOME: &str = "/var/lib";
/// Where secrets are expected that are nowhere yet.
pub const CREDENTIALS: &str = "/etc/vmsync/credentials";

/// What the units are made of. All paths are absolute and without `..`, which systemd refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFacts {
    /// The program to start.
    pub program: PathBuf,
    /// The configuration to start it with.
    pub config: PathBuf,
    /// The user that the service runs as, if the system has it.
    pub user: Option<Account>,
    /// Who may read the configuration.
    pub config_rights: Rights,
    /// What the configuration names beside secrets, by what it is called: authorities, sockets.
    pub needed: Vec<(String, PathBuf)>,
    /// `sync.interval`.
    pub interval: Duration,
    /// `sync.deadline`.
    pub deadline: Duration,
    /// The embedded store as the service will see it, unless documents go to a server.
    pub store: Option<PathBuf>,
    /// `metrics.textfile`.
    pub metrics_file: Option<PathBuf>,
    /// All secrets of the configuration, in its order.
    pub secrets: Vec<SecretFact>,
}

/// The two units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    /// Content of [`SERVICE`].
    pub service: String,
    /// Content of [`TIMER`].
    pub timer: String,
    /// What in them cannot work as it is; it stands there as comments too.
    pub warnings: Vec<String>,
}

/// There is no way to write this in a unit.
#[derive(Debug, thiserror::Error)]
#[error(
    "failed to make a unit that starts {}: systemd accepts no quotes, backslashes and control characters in the path of \
     a program\nhint: copy vmsync to /usr/local/bin and run it there",
    program.display()
)]
pub struct UnitError {
    program: PathBuf,
}

/// Makes the units.
///
/// # Errors
/// The program lies where systemd starts none.
pub fn render(facts: &UnitFacts) -> Result<Units, UnitError> {
    let program = escape::program(&facts.program).ok_or_else(|| UnitError {
        program: facts.program.clone(),
    })?;
    let service = service::render(facts, &program);
    Ok(Units {
        service: service.text,
        timer: timer::render(facts.interval),
        warnings: service.warnings,
    })
}

/// The folder that hides this path from the service: its homes are empty (`ProtectHome`), its temporary folders are its
/// own (`PrivateTmp`), and what systemd keeps for users of its own making is root's.
fn hidden_by(path: &Path) -> Option<&'static str> {
    ["/home", "/root", "/run/user", "/tmp", "/var/tmp", "/var/lib/private"]
        .into_iter()
        .find(|folder| path.starts_with(folder))
}
