//! From the checked tree to the model: defaults, secrets, and what must hold between keys.

mod hardware;
mod secrets;
mod sources;
mod store;
mod timing;
mod tls;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::node::Node;
use super::place::Directories;
use super::problem::{Findings, Flaw};
use super::section::Section;
use super::values::{http_url, time_zone};
use super::{Config, Endpoints, Environment, NoteLevel, Place, SecretUrl, StoreConfig, SurveyedSecret};
use crate::catalog::ObjectKind;
use crate::inventory::{Choice, Detail};

pub(super) use secrets::Exposure;

/// A value that is not to be had; the problem is noted.
#[derive(Debug)]
struct Reported;

/// What every part of the resolution needs beside its section.
struct Context<'a> {
    env: &'a dyn Environment,
    directories: &'a Directories,
    findings: &'a mut Findings,
    secrets: Vec<SurveyedSecret>,
    derived: Derived,
}

/// What holds without a layer that says so, by the path of the key; `None` for a default that is not used.
pub(super) type Derived = HashMap<String, Option<String>>;

/// What was made of the tree, and how.
pub(super) struct Resolved {
    /// Still without its notes.
    pub config: Config,
    /// Where its secrets are; those that are absent are empty texts in it.
    pub secrets: Vec<SurveyedSecret>,
    /// Values that no layer has, nor the schema.
    pub derived: Derived,
}

impl Context<'_> {
    fn problem(&mut self, section: &Section<'_>, name: &str, flaw: Flaw) {
        self.findings
            .problem(section.place_of(name), &section.path_of(name), flaw);
    }

    /// The path at a key, from the directory of the configuration.
    fn path(&self, section: &Section<'_>, name: &str) -> Option<PathBuf> {
        let place = section.place_of(name);
        section.text(name).map(|path| self.directories.join(place, &path))
    }

    /// Notes that a default has nothing to say.
    fn ignore_default(&mut self, section: &Section<'_>, name: &str) {
        self.derived.insert(section.path_of(name), None);
    }

    /// A key that another one collides with, with its place if that is in another layer.
    fn told(&self, key: &str, at: Place, seen_from: Place) -> String {
        if at.is_beside(seen_from) {
            key.to_owned()
        } else {
            format!("{key} ({})", at.of(self.findings.file()))
        }
    }

    /// Notes what holds for a key that is not written.
    fn derive(&mut self, section: &Section<'_>, name: &str, value: impl Into<String>) {
        if !section.has(name) {
            self.derived.insert(section.path_of(name), Some(value.into()));
        }
    }
}

/// The configuration, if nothing keeps it from being one; what is wrong with it is noted.
pub(super) fn resolve(
    root: &Node,
    path: PathBuf,
    directories: &Directories,
    env: &dyn Environment,
    findings: &mut Findings,
) -> Option<Resolved> {
    let mut context = Context {
        env,
        directories,
        findings,
        secrets: Vec::new(),
        derived: HashMap::new(),
    };
    let root = Section::root(root);
    let sources = sources::sources(&mut context, &root);
    let inventory = inventory(&mut context, &root.section("inventory"));
    let store = store::store(&mut context, &root);
    let redis = store::redis(&mut context, &root);
    let timing = timing::timing(&mut context, &root.section("sync"));
    let timezone = timezone(&mut context, &root.section("sync"));
    let endpoints = endpoints(&root.section("endpoints"));
    let metrics_file = context.path(&root.section("metrics"), "textfile");
    let ping = ping(&mut context, &root.section("ping"));
    let (store, redis, ping) = (store.ok()?, redis.ok()?, ping.ok()?);
    let host_links = hardware::links(&mut context, &root.section("links"), &store).ok()?;
    let state_dir = state_dir(&store, env);
    Some(Resolved {
        config: Config {
            path,
            sources,
            inventory,
            store,
            redis,
            endpoints,
            host_links,
            metrics_file,
            ping,
            state_dir,
            timing,
            timezone,
            notes: Vec::new(),
        },
        secrets: context.secrets,
        derived: context.derived,
    })
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
    context.derive(sync, "timezone", zone.iana_name().unwrap_or("UTC"));
    if !zone.is_unknown() {
        return zone;
    }
    let text = "the system's time zone is unknown, local times are in UTC; sync.timezone sets another";
    context.findings.note(NoteLevel::Warning, text.to_owned());
    TimeZone::UTC
}

fn inventory(context: &mut Context<'_>, section: &Section<'_>) -> Choice {
    let all = ObjectKind::ALL.map(ObjectKind::plural).join(", ");
    context.derive(section, "types", all);
    let (types, details) = (section.texts("types"), section.texts("details"));
    let is_chosen = |kind: &ObjectKind| !section.has("types") || types.iter().any(|name| name == kind.plural());
    let is_wanted = |detail: &Detail| details.iter().any(|name| name == detail.name());
    Choice {
        kinds: ObjectKind::ALL.into_iter().filter(is_chosen).collect(),
        details: Detail::ALL.into_iter().filter(is_wanted).collect(),
    }
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
    // An absent one is empty.
    if secret.expose().is_empty() {
        return Ok(None);
    }
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
