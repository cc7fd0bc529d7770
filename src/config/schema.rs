//! Every key of the file, once: name, kind, default. `check`, the defaults of `resolve`, the reference in
//! `examples/sync.yaml` and its test all follow this table.

use std::time::Duration;

/// One key of a section.
#[derive(Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// What holds if it does not stand there.
    pub presence: Presence,
}

/// What holds without the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Its section is refused without it.
    Required,
    /// As if this were written.
    Default(&'static str),
    /// This happens, in words.
    Optional(&'static str),
    /// The section holds all the same, with the defaults of its keys.
    Filled,
}

/// What may stand at a key.
#[derive(Debug)]
pub enum Kind {
    /// More keys.
    Section(&'static [Key]),
    /// A list of sections.
    List(&'static [Key]),
    /// Any text but the empty one.
    Text,
    /// A login name, which may be empty: no login.
    Login,
    /// A DNS name or an IP address.
    Host,
    /// What a source is called.
    Name,
    /// A password.
    Password,
    /// A password, which may be empty: no login.
    LoginPassword,
    /// A URI that may hold a password.
    SecretUri,
    /// An `http` or `https` URL that is a secret as a whole.
    SecretUrl,
    /// The name of an environment variable that holds a secret.
    Variable,
    /// A path; a relative one starts at the directory of the configuration file.
    Path,
    /// The same of a file that `node_exporter` reads.
    PromFile,
    /// A TCP port.
    Port,
    /// A whole number from … to ….
    Number(u64, u64),
    /// `true` or `false`.
    Switch,
    /// A span of time from … to ….
    Duration(Duration, Duration),
    /// Patterns with `*` and `?`.
    Globs,
    /// Patterns of paths.
    FolderGlobs,
    /// Some of these words.
    Words(&'static [&'static str]),
    /// SHA-256 fingerprints of certificates.
    Fingerprints,
    /// An `http` or `https` URL without credentials.
    HttpUrl,
    /// An IANA time zone.
    TimeZone,
    /// The name of a MongoDB database.
    Database,
    /// The name of a MongoDB collection, or its beginning.
    Collection,
    /// The name of a document's field on top.
    Field,
    /// Accepted as the service that vmsync replaces needed it; the text says why it is not used.
    Unused(&'static str),
}

const fn required(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        presence: Presence::Required,
    }
}

const fn default(name: &'static str, kind: Kind, value: &'static str) -> Key {
    Key {
        name,
        kind,
        presence: Presence::Default(value),
    }
}

const fn optional(name: &'static str, kind: Kind, without: &'static str) -> Key {
    Key {
        name,
        kind,
        presence: Presence::Optional(without),
    }
}

const fn filled(name: &'static str, keys: &'static [Key]) -> Key {
    Key {
        name,
        kind: Kind::Section(keys),
        presence: Presence::Filled,
    }
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(365 * 24);
const NO_SECRET: &str = "not used; see the other two";

pub(super) static ROOT: &[Key] = &[
    optional("esxi_hosts", Kind::List(SOURCE), "no ESXi hosts; one source is needed"),
    optional("vcenters", Kind::List(SOURCE), "no vCenters; one source is needed"),
    filled("tls", TLS),
    filled("exclude", EXCLUDE),
    filled("guard", GUARD),
    filled("inventory", INVENTORY),
    optional("mongodb", Kind::Section(MONGODB), "SQLite at store.sqlite"),
    optional(
        "store",
        Kind::Section(STORE),
        "SQLite at its default, unless mongodb is there",
    ),
    optional("redis", Kind::Section(REDIS), "sessions are not touched"),
    optional("endpoints", Kind::Section(ENDPOINTS), "nobody is notified of renames"),
    optional("links", Kind::Section(LINKS), "no records are linked to hosts"),
    filled("sync", SYNC),
    optional("metrics", Kind::Section(METRICS), "no metrics are written"),
    optional("ping", Kind::Section(PING), "nobody is pinged"),
    optional(
        "api_server",
        Kind::Unused("vmsync is a command and serves no API"),
        "nothing",
    ),
];

static SOURCE: &[Key] = &[
    required("host", Kind::Host),
    default("port", Kind::Port, "443"),
    optional("name", Kind::Name, "host, or host:port if the port is not 443"),
    required("username", Kind::Text),
    optional("password", Kind::Password, NO_SECRET),
    optional("password_file", Kind::Path, NO_SECRET),
    optional("password_env", Kind::Variable, NO_SECRET),
    optional("tls", Kind::Section(TLS), "the tls section on top"),
    optional("exclude", Kind::Section(EXCLUDE), "the exclude section on top alone"),
    optional("guard", Kind::Section(GUARD), "the guard section on top"),
];

static TLS: &[Key] = &[
    optional(
        "fingerprint_sha256",
        Kind::Fingerprints,
        "the certificate needs a known authority",
    ),
    optional("ca_file", Kind::Path, "the system's certificate authorities"),
    default("verify", Kind::Switch, "true"),
];

static EXCLUDE: &[Key] = &[
    default("name", Kind::Globs, "[]"),
    default("folder", Kind::FolderGlobs, "[]"),
    default("templates", Kind::Switch, "false"),
];

static GUARD: &[Key] = &[
    default("min", Kind::Number(0, 1_000_000), "5"),
    default("orphan_percent", Kind::Number(0, 100), "20"),
    default("replaced_percent", Kind::Number(0, 100), "30"),
    default("rename_percent", Kind::Number(0, 100), "30"),
    default("missing_for", Kind::Duration(Duration::ZERO, YEAR), "24h"),
];

static INVENTORY: &[Key] = &[
    optional(
        "types",
        Kind::Words(&["hosts", "clusters", "datastores", "networks", "switches", "alarms"]),
        "all of them",
    ),
    default(
        "details",
        Kind::Words(&["devices", "snapshots", "guest_net", "guest_disk"]),
        "[]",
    ),
];

static MONGODB: &[Key] = &[
    optional("uri", Kind::SecretUri, "host, port, username and password"),
    optional("uri_file", Kind::Path, "host, port, username and password"),
    optional("uri_env", Kind::Variable, "host, port, username and password"),
    optional("host", Kind::Host, "needed unless there is a uri"),
    default("port", Kind::Port, "27017"),
    optional("username", Kind::Login, "no login"),
    optional("password", Kind::LoginPassword, "no login"),
    optional("password_file", Kind::Path, NO_SECRET),
    optional("password_env", Kind::Variable, NO_SECRET),
    default("db", Kind::Database, "esxi"),
    default("collection", Kind::Collection, "vms"),
    default("inventory_prefix", Kind::Collection, "vmsync_"),
];

static STORE: &[Key] = &[optional("sqlite", Kind::Path, "vmsync.db in the state directory")];

macro_rules! ten_characters {
    () => {
        "[0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z][0-9A-Za-z]"
    };
}

/// The session ids of the portal: thirty letters and digits.
const SESSION_KEYS: &str = concat!(ten_characters!(), ten_characters!(), ten_characters!());

static REDIS: &[Key] = &[
    optional("url", Kind::SecretUri, "host, port, db, username and password"),
    optional("url_file", Kind::Path, "host, port, db, username and password"),
    optional("url_env", Kind::Variable, "host, port, db, username and password"),
    optional("host", Kind::Host, "needed unless there is a url"),
    default("port", Kind::Port, "6379"),
    default("db", Kind::Number(0, 65_535), "0"),
    optional("username", Kind::Login, "the default user"),
    optional("password", Kind::LoginPassword, "no login"),
    optional("password_file", Kind::Path, NO_SECRET),
    optional("password_env", Kind::Variable, NO_SECRET),
    default("key_pattern", Kind::Text, SESSION_KEYS),
    optional(
        "session_time",
        Kind::Unused("sessions keep the time to live that they have"),
        "nothing",
    ),
];

static ENDPOINTS: &[Key] = &[
    optional(
        "vm-group-service-rename-vm",
        Kind::HttpUrl,
        "this service is not notified",
    ),
    optional("auth-service-rename-vm", Kind::HttpUrl, "this service is not notified"),
];

static LINKS: &[Key] = &[optional(
    "hosts",
    Kind::Section(HOST_LINKS),
    "no records are linked to hosts",
)];

static HOST_LINKS: &[Key] = &[
    required("collection", Kind::Collection),
    default("match", Kind::Field, "service_tag"),
    default("set", Kind::Field, "vcenter_host_id"),
];

static SYNC: &[Key] = &[
    default("interval", Kind::Duration(SECOND, YEAR), "120"),
    default("timeout", Kind::Duration(SECOND, HOUR), "30"),
    default("deadline", Kind::Duration(SECOND, DAY), "600"),
    optional(
        "source_deadline",
        Kind::Duration(SECOND, DAY),
        "120, or half of the deadline if that is less",
    ),
    optional("timezone", Kind::TimeZone, "the system's"),
];

static METRICS: &[Key] = &[optional("textfile", Kind::PromFile, "no metrics are written")];

static PING: &[Key] = &[
    optional("url", Kind::SecretUrl, "nobody is pinged"),
    optional("url_file", Kind::Path, "nobody is pinged"),
    optional("url_env", Kind::Variable, "nobody is pinged"),
];

/// The secret that a key of a section holds, or names the place of: `password` for itself, `password_file` and
/// `password_env`.
pub(super) fn secret_behind(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    let stem = ["_file", "_env"].iter().find_map(|ending| name.strip_suffix(ending));
    keys.iter()
        .filter(|key| {
            matches!(
                key.kind,
                Kind::Password | Kind::LoginPassword | Kind::SecretUri | Kind::SecretUrl
            )
        })
        .find(|key| key.name == name || Some(key.name) == stem)
}

/// A key with the path to it: `esxi_hosts[].tls.verify`.
#[derive(Debug, Clone)]
pub struct KeyPath {
    /// The names on the way, with `[]` for the items of a list.
    pub path: String,
    /// The key.
    pub key: &'static Key,
}

/// All keys of the file, sections before what is in them.
#[must_use]
pub fn all_keys() -> Vec<KeyPath> {
    let mut all = Vec::new();
    collect(ROOT, "", &mut all);
    all
}

fn collect(keys: &'static [Key], prefix: &str, all: &mut Vec<KeyPath>) {
    for key in keys {
        let path = format!("{prefix}{}", key.name);
        all.push(KeyPath {
            path: path.clone(),
            key,
        });
        match key.kind {
            Kind::Section(inner) => collect(inner, &format!("{path}."), all),
            Kind::List(inner) => collect(inner, &format!("{path}[]."), all),
            _ => {}
        }
    }
}
