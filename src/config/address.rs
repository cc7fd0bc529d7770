//! Addresses of MongoDB and Redis: are they well-formed, and what of them may be shown.

use std::path::PathBuf;

use super::{MongoAddress, MongoConfig, RedisAddress};

impl MongoConfig {
    /// For messages: the address without its password, and the database.
    #[must_use]
    pub fn redacted(&self) -> String {
        format!("{}/{}", self.address.redacted(), self.database)
    }
}

impl MongoAddress {
    /// Sockets of this machine among its hosts: paths whose `/` are escaped.
    pub(super) fn sockets(&self) -> Vec<PathBuf> {
        let Self::Uri(uri) = self else { return Vec::new() };
        let hosts = Address::parse(uri.expose()).map_or("", |address| address.hosts);
        let paths = hosts
            .split(',')
            .map(|host| host.replace("%2F", "/").replace("%2f", "/"));
        paths.filter(|host| host.starts_with('/')).map(PathBuf::from).collect()
    }

    /// For messages: `mongodb://username@host:27017`, never a password, and of a URI only what is beyond doubt.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Parts { host, port, login } => show(
                "mongodb",
                login.as_ref().map(|(username, _)| username.as_str()),
                &with_port(host, *port),
            ),
            Self::Uri(uri) => Address::parse(uri.expose()).map_or_else(
                || "mongodb.uri".to_owned(),
                |uri| show(uri.scheme, uri.username, uri.hosts),
            ),
        }
    }
}

impl RedisAddress {
    /// The socket of this machine where Redis is.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        match self {
            Self::Url(url) => unix_path(url.expose()).map(PathBuf::from),
            Self::Parts { .. } => None,
        }
    }

    /// For messages: `redis://username@host:6379/0`, never a password, and of a URL only what is beyond doubt.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Parts {
                host,
                port,
                database,
                username,
                ..
            } => {
                format!(
                    "{}/{database}",
                    show("redis", username.as_deref(), &with_port(host, *port))
                )
            }
            Self::Url(url) => redacted_url(url.expose()).unwrap_or_else(|| "redis.url".to_owned()),
        }
    }
}

fn redacted_url(url: &str) -> Option<String> {
    if let Some(path) = unix_path(url) {
        return Some(format!("unix://{path}"));
    }
    let parsed = Address::parse(url)?;
    let database = parsed
        .path
        .filter(|path| path.bytes().all(|byte| byte.is_ascii_digit()));
    let database = database.map(|database| format!("/{database}")).unwrap_or_default();
    Some(format!(
        "{}{database}",
        show(parsed.scheme, parsed.username, parsed.hosts)
    ))
}

fn show(scheme: &str, username: Option<&str>, hosts: &str) -> String {
    match username {
        Some(username) => format!("{scheme}://{username}@{hosts}"),
        None => format!("{scheme}://{hosts}"),
    }
}

fn with_port(host: &str, port: u16) -> String {
    let is_bare_ipv6 = host.contains(':') && !host.starts_with('[');
    if is_bare_ipv6 {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// What is wrong with a URI of MongoDB, without a word of it.
pub(super) fn mongo_flaw(uri: &str) -> Option<&'static str> {
    match Address::parse(uri) {
        _ if uri.starts_with("mongodb+srv://") => Some("mongodb+srv:// is not supported; name the servers themselves"),
        Some(address) if address.scheme == "mongodb" => None,
        _ => Some("not a URI of MongoDB (in names and passwords : / ? # [ ] @ % are written as %3A %2F …)"),
    }
}

/// What is wrong with a URL of Redis, without a word of it.
pub(super) fn redis_flaw(url: &str) -> Option<&'static str> {
    let is_single = |address: Address<'_>| matches!(address.scheme, "redis" | "rediss") && !address.hosts.contains(',');
    let is_good =
        unix_path(url).is_some() || (Address::parse(url).is_some_and(is_single) && url::Url::parse(url).is_ok());
    (!is_good).then_some("not a URL of Redis (in names and passwords : / ? # [ ] @ % are written as %3A %2F …)")
}

fn unix_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("unix://")?.split(['?', '#']).next()?;
    (path.starts_with('/') && path.chars().all(|c| is_plain(c) || c == '/')).then_some(path)
}

/// The parts of `scheme://[username[:password]@]host[:port][,…][/path][?query]` that may be shown.
struct Address<'uri> {
    scheme: &'uri str,
    /// Only beside a password; a lone word before the `@` may be one.
    username: Option<&'uri str>,
    hosts: &'uri str,
    path: Option<&'uri str>,
}

impl<'uri> Address<'uri> {
    /// Refuses whatever is in doubt. A password with an `/` or `@` of its own would else move into the hosts.
    fn parse(uri: &'uri str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (name, password) = login.split_once(':').unwrap_or_default();
        let (hosts, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let path = tail.strip_prefix('/').and_then(|tail| tail.split(['?', '#']).next());
        let is_escaped = !login.contains(['/', '?', '#', '[', ']', '@']) && !password.contains(':');
        let is_good = scheme.chars().all(|c| c.is_ascii_alphanumeric()) && hosts.split(',').all(is_host_with_port);
        let username = Some(name).filter(|name| !name.is_empty() && !password.is_empty() && name.chars().all(is_plain));
        (is_good && is_escaped).then_some(Self {
            scheme,
            username,
            hosts,
            path,
        })
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '%' | '+')
}

fn is_host_with_port(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_ipv6 = || {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        bare.is_some_and(|bare| bare.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let is_name = !host.is_empty() && host.chars().all(is_plain);
    (is_name || is_ipv6()) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}
