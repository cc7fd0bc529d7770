//! `units`.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::Console;
use crate::cli::UnitsArgs;
use crate::config::{Config, Environment, ProcessEnvironment, StoreConfig};
use crate::exit::{Condition, ExitCode};
use crate::units::{self, SERVICE, STATE_HOME, TIMER, UnitFacts, Units};
use crate::whole_file;

/// The environment that the service will have, as far as the configuration's paths follow from it.
pub struct ServiceEnvironment;

impl Environment for ServiceEnvironment {
    fn var(&self, name: &str) -> Option<OsString> {
        match name {
            "XDG_STATE_HOME" => Some(STATE_HOME.into()),
            _ => ProcessEnvironment.var(name),
        }
    }

    fn current_dir(&self) -> PathBuf {
        ProcessEnvironment.current_dir()
    }

    fn is_root(&self) -> bool {
        false
    }

    fn system_time_zone(&self) -> TimeZone {
        ProcessEnvironment.system_time_zone()
    }
}

/// Prints the units, or writes them into a folder.
pub fn units(console: &Console, config: &Config, args: &UnitsArgs) -> ExitCode {
    let facts = match gather(config) {
        Ok(facts) => facts,
        Err(error) => return console.refuse(&format!("failed to find this program: {error}"), Condition::Internal),
    };
    let units = match units::render(&facts) {
        Ok(units) => units,
        Err(error) => return console.refuse(&error.to_string(), Condition::Config),
    };
    for warning in &units.warnings {
        tracing::warn!("{warning}");
    }
    match &args.dir {
        None => console.print(ExitCode::SUCCESS, &both(&units)),
        Some(dir) => write(console, dir, &units),
    }
}

fn both(Units { service, timer, .. }: &Units) -> String {
    format!("# ==== {SERVICE} ====\n{service}\n# ==== {TIMER} ====\n{timer}")
}

/// Both or, if one could not be written, none.
fn write(console: &Console, dir: &Path, units: &Units) -> ExitCode {
    let files = [(dir.join(SERVICE), &units.service), (dir.join(TIMER), &units.timer)];
    for (path, _) in &files {
        if let Err(error) = whole_file::check(path) {
            let path = path.display();
            let text = format!(
                "--dir: failed to write {path}: {error}\nhint: name a folder that is there and that this user may write \
                 to, such as /etc/systemd/system for root"
            );
            return console.refuse(&text, Condition::Usage);
        }
    }
    let mut answer = String::new();
    for (path, text) in &files {
        if let Err(error) = whole_file::publish(path, text.as_bytes()) {
            return console.refuse(
                &format!("failed to write {}: {error}", path.display()),
                Condition::Internal,
            );
        }
        answer.push_str(&format!("wrote {}\n", path.display()));
    }
    answer.push_str("next: systemctl daemon-reload && systemctl enable --now vmsync.timer\n");
    console.print(ExitCode::SUCCESS, &answer)
}

fn gather(config: &Config) -> io::Result<UnitFacts> {
    Ok(UnitFacts {
        program: std::env::current_exe()?,
        config: plain(&config.path)?,
        interval: config.timing.interval,
        deadline: config.timing.deadline,
        store: match &config.store {
            StoreConfig::Sqlite { path } => Some(plain(path)?),
            StoreConfig::Mongo(_) => None,
        },
        secrets: Vec::new(),
    })
}

/// Absolute and without `..`, but for links on its way, which may lead elsewhere tomorrow.
fn plain(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if path.components().any(|part| part == std::path::Component::ParentDir) {
        return path.canonicalize();
    }
    Ok(path)
}
