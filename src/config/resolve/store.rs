//! `mongodb:`, `store:` and `redis:`.

use std::path::PathBuf;

use super::super::problem::Flaw;
use super::super::section::Section;
use super::super::{MongoAddress, MongoConfig, Place, RedisAddress, RedisConfig, Secret, StoreConfig, address};
use super::secrets::keys_of;
use super::{Context, Reported};
use crate::catalog::ObjectKind;

const LOGIN_KEYS: [&str; 4] = ["username", "password", "password_file", "password_env"];

/// MongoDB if anything speaks of it, else SQLite.
pub(super) fn store(context: &mut Context<'_>, root: &Section<'_>) -> Result<StoreConfig, Reported> {
    let (mongodb, store) = (root.section("mongodb"), root.section("store"));
    if !root.has("mongodb") && !context.has_credential("mongodb.uri") {
        let path = if store.has("sqlite") {
            context.path(&store, "sqlite")
        } else {
            default_path(context)
        };
        let path = path.ok_or(Reported)?;
        context.derive(&store, "sqlite", path.display().to_string());
        return Ok(StoreConfig::Sqlite { path });
    }
    if store.has("sqlite") {
        let mongodb = context.told("mongodb", mongodb.at, store.place_of("sqlite"));
        let flaw = Flaw::new(format!(
            "stands together with {mongodb}, and there can be one store only"
        ));
        context.problem(&store, "sqlite", flaw.accepting("either mongodb or store.sqlite"));
    }
    mongo(context, &mongodb).map(StoreConfig::Mongo)
}

fn default_path(context: &mut Context<'_>) -> Option<PathBuf> {
    let state_dir = context.env.state_dir();
    if state_dir.is_none() {
        let flaw = Flaw::new("the state directory is unknown, as $XDG_STATE_HOME and $HOME are not set");
        let flaw = flaw
            .accepting("an absolute path in one of them, or store.sqlite")
            .hinting("set $XDG_STATE_HOME to a directory of this user, or name the file with store.sqlite");
        context.findings.problem(Place::START, "", flaw);
    }
    state_dir.map(|directory| directory.join("vmsync.db"))
}

fn mongo(context: &mut Context<'_>, section: &Section<'_>) -> Result<MongoConfig, Reported> {
    let address = match uri(context, section, &MONGO)? {
        Some(uri) => MongoAddress::Uri(uri),
        None => mongo_parts(context, section)?,
    };
    let name = |key| section.text(key).ok_or(Reported);
    let config = MongoConfig {
        address,
        database: name("db")?,
        collection: name("collection")?,
        inventory_prefix: name("inventory_prefix")?,
    };
    check_prefix(context, section, &config)?;
    Ok(config)
}

/// No two sorts of documents lie in one collection.
fn check_prefix(context: &mut Context<'_>, section: &Section<'_>, config: &MongoConfig) -> Result<(), Reported> {
    let taken = [config.collection.clone(), format!("{}_vmsync", config.collection)];
    let of_kind = |kind: ObjectKind| format!("{}{}", config.inventory_prefix, kind.plural());
    let Some(both) = ObjectKind::ALL
        .map(of_kind)
        .into_iter()
        .find(|name| taken.contains(name))
    else {
        return Ok(());
    };
    let collection = &config.collection;
    let flaw = Flaw::new(format!(
        "makes {both} a collection of the inventory, which mongodb.collection ({collection}) takes already"
    ));
    let flaw = flaw.accepting(format!(
        "a prefix other than those that lead to {collection} or {collection}_vmsync"
    ));
    context.problem(section, "inventory_prefix", flaw);
    Err(Reported)
}

fn mongo_parts(context: &mut Context<'_>, section: &Section<'_>) -> Result<MongoAddress, Reported> {
    let host = host(context, section, &MONGO);
    let (username, password) = login(context, section, "mongodb.password")?;
    if username.is_none() && password.is_some() {
        let path = section.path_of("username");
        let flaw = Flaw::new("missing, as there is a password").accepting("a login name");
        context.findings.problem(section.at, &path, flaw);
    }
    Ok(MongoAddress::Parts {
        host: host?,
        port: section.number("port").ok_or(Reported)?,
        login: username.zip(password),
    })
}

/// `redis:`, if anything speaks of it.
pub(super) fn redis(context: &mut Context<'_>, root: &Section<'_>) -> Result<Option<RedisConfig>, Reported> {
    if !root.has("redis") && !context.has_credential(REDIS.credential) {
        return Ok(None);
    }
    let section = root.section("redis");
    let address = match uri(context, &section, &REDIS)? {
        Some(url) => RedisAddress::Url(url),
        None => redis_parts(context, &section)?,
    };
    Ok(Some(RedisConfig {
        address,
        key_pattern: section.text("key_pattern").ok_or(Reported)?,
    }))
}

fn redis_parts(context: &mut Context<'_>, section: &Section<'_>) -> Result<RedisAddress, Reported> {
    let host = host(context, section, &REDIS);
    let (username, password) = login(context, section, "redis.password")?;
    let (port, database) = (section.number("port"), section.number::<u32>("db"));
    Ok(RedisAddress::Parts {
        host: host?,
        port: port.ok_or(Reported)?,
        database: database.ok_or(Reported)?.into(),
        username,
        password,
    })
}

/// What differs between the two services that can be reached by a URI or by its parts.
struct Service {
    stem: &'static str,
    credential: &'static str,
    parts: &'static [&'static str],
    flaw_of: fn(&str) -> Option<&'static str>,
    accepted: &'static str,
}

const MONGO: Service = Service {
    stem: "uri",
    credential: "mongodb.uri",
    parts: &["host", "port"],
    flaw_of: address::mongo_flaw,
    accepted: "mongodb://[username:password@]host[:port][,…][/authentication database][?options]",
};

const REDIS: Service = Service {
    stem: "url",
    credential: "redis.url",
    parts: &["host", "port", "db"],
    flaw_of: address::redis_flaw,
    accepted: "redis://, rediss:// or unix://",
};

/// The URI, if there is one; then no part of it may stand beside it.
fn uri(context: &mut Context<'_>, section: &Section<'_>, service: &Service) -> Result<Option<Secret>, Reported> {
    let uri = context.secret(section, service.stem, service.credential);
    let written = section.present(&keys_of(service.stem));
    if let Some(key) = written.first() {
        refuse_parts(context, section, service, key);
    }
    let Some(uri) = uri?.or_else(|| absent_uri(context, section, service)) else {
        return Ok(None);
    };
    // An absent one is empty.
    if let Some(what) = (service.flaw_of)(uri.expose()).filter(|_| !uri.expose().is_empty()) {
        let key = written.first().copied().unwrap_or(service.stem);
        context.problem(section, key, Flaw::new(what).accepting(service.accepted));
        return Err(Reported);
    }
    for part in service.parts {
        context.ignore_default(section, part);
    }
    Ok(Some(uri))
}

/// A section that is written and says nothing of an address leaves it to a credential, which is absent here.
fn absent_uri(context: &mut Context<'_>, section: &Section<'_>, service: &Service) -> Option<Secret> {
    let says_nothing = section.present(&[service.parts, &LOGIN_KEYS].concat()).is_empty();
    says_nothing.then(|| context.missing_secret(section, (service.stem, "host"), service.credential, no_host(service)))
}

fn no_host(service: &Service) -> Flaw {
    Flaw::new("missing").accepting(format!("a DNS name or an IP address, or {} instead", service.stem))
}

fn refuse_parts(context: &mut Context<'_>, section: &Section<'_>, service: &Service, uri_key: &str) {
    for part in section.present(&[service.parts, &LOGIN_KEYS].concat()) {
        let other = context.told(uri_key, section.place_of(uri_key), section.place_of(part));
        let flaw = Flaw::new(format!("stands together with {other}, which holds it"));
        context.problem(
            section,
            part,
            flaw.accepting(format!("either {uri_key} or {}", service.parts.join(", "))),
        );
    }
}

fn host(context: &mut Context<'_>, section: &Section<'_>, service: &Service) -> Result<String, Reported> {
    if !section.has("host") {
        context
            .findings
            .problem(section.at, &section.path_of("host"), no_host(service));
    }
    section.text("host").ok_or(Reported)
}

type Login = (Option<String>, Option<Secret>);

/// Name and password. A name needs a password; an empty name with an empty password is no login.
fn login(context: &mut Context<'_>, section: &Section<'_>, credential: &str) -> Result<Login, Reported> {
    let password = context.secret(section, "password", credential)?;
    let username = section.text("username");
    if username.is_some() && password.is_none() {
        let flaw =
            Flaw::new("missing, as there is a username").accepting("one of password, password_file, password_env");
        let password = context.missing_secret(section, ("password", "password"), credential, flaw);
        return Ok((username, Some(password)));
    }
    Ok((username, password))
}
