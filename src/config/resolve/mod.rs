//! From the checked tree to the model: defaults, secrets, and what must hold between keys.

mod secrets;
mod sources;
mod store;
mod timing;
mod tls;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::node::Node;
use super::problem::{Findings, Flaw};
use super::section::Section;
use super::values::{http_url, time_zone};
use super::{Config, ConfigError, Endpoints, Environment, NoteLevel, SecretUrl, StoreConfig};

pub(super) use secrets::Exposure;

/// A value that is not to be had; the problem is noted.
#[derive(Debug)]
struct Reported;

/// What every part of the resolution needs beside its section.
struct Context<'a> {
    env: &'a dyn Environment,
    /// Where relative paths start.
    directory: &'a Path,
    findings: Findings,
}

impl Context<'_> {
    fn problem(&mut self, section: &Section<'_>, name: &str, flaw: Flaw) {
        self.findings
            .problem(section.place_of(name), &section.path_of(name), flaw);
    }

    /// The path at a key, from the directory of the configuration.
    fn path(&self, section: &Section<'_>, name: &str) -> Option<PathBuf> {
        section.text(name).map(|path| self.directory.join(path))
    }
}

/// The configuration, or everything that is wrong with it.
pub(super) fn resolve(
    root: &Node,
    path: PathBuf,
    directory: &Path,
    env: &dyn Environment,
    findings: Findings,
) -> Result<Config, ConfigError> {
    let mut context = Context {
        env,
        directory,
        findings,
    };
    let root = Section::root(root);
    let sources = sources::sources(&mut context, &root);
    let store = store::store(&mut context, &root);
    let redis = store::redis(&mut context, &root);
    let timing = timing::timing(&mut context, &root.section("sync"));
    let timezone = timezone(&mut context, &root.section("sync"));
    let endpoints = endpoints(&root.section("endpoints"));
    let metrics_file = context.path(&root.section("metrics"), "textfile");
    let ping = ping(&mut context, &root.section("ping"));
    match (store, redis, ping) {
        (Ok(store), Ok(redis), Ok(ping)) if context.findings.is_clean() => {
            let state_dir = state_dir(&store, env);
            let notes = context.findings.notes;
            Ok(Config {
                path,
                sources,
                store,
                redis,
                endpoints,
                metrics_file,
                ping,
                state_dir,
                timing,
                timezone,
                notes,
            })
        }
        _ => Err(context.findings.into_error()),
    }
}

/// Beside an embedded store, else where the user's programs keep their state, if that is known.
fn state_dir(store: &StoreConfig, env: &dyn Environment) -> Option<PathBuf> {
    match store {
        StoreConfig::Sqlite { path } => path.parent().map(Path::to_path_buf),
        StoreConfig::Mongo(_) => env.state_dir(),
    }
}

fn timezone(context: &mut Context<'_>, sync: &Section<'_>) -> TimeZone {
    if let Some(zone) = sync.read("timezone", time_zone) {
        return zone;
    }
    let zone = context.env.system_time_zone();
    if !zone.is_unknown() {
        return zone;
    }
    let text = "the system's time zone is unknown, local times are in UTC; sync.timezone sets another";
    context.findings.note(NoteLevel::Warning, text.to_owned());
    TimeZone::UTC
}

fn endpoints(section: &Section<'_>) -> Endpoints {
    Endpoints {
        vm_group: section.read("vm-group-service-rename-vm", http_url),
        auth: section.read("auth-service-rename-vm", http_url),
    }
}

/// No message shows the URL: whoever knows it can ping in vmsync's name.
fn ping(context: &mut Context<'_>, section: &Section<'_>) -> Result<Option<SecretUrl>, Reported> {
    let Some(secret) = context.secret(section, "url", "ping.url")? else {
        return Ok(None);
    };
    let url = SecretUrl::parse(&secret);
    if url.is_none() {
        let key = section
            .present(&secrets::keys_of("url"))
            .first()
            .copied()
            .unwrap_or("url");
        let flaw = Flaw::new("not an http or https URL").accepting("such as https://hc-ping.com/UUID, with %40 for @");
        context.problem(section, key, flaw);
        return Err(Reported);
    }
    Ok(url)
}
