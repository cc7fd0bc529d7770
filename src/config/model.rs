//! The configuration as the rest of the program sees it: resolved, validated, with every default filled in.

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use super::{Secret, SecretUrl};
use crate::inventory::{Choice, SourceKind};

/// Everything that a command needs to know.
pub struct Config {
    /// Where it was read from, for messages.
    pub path: PathBuf,
    /// `esxi_hosts` and `vcenters`, in the order of the file.
    pub sources: Vec<Source>,
    /// What is asked for beside the VMs themselves.
    pub inventory: Choice,
    /// Where the VM documents are kept.
    pub store: StoreConfig,
    /// Without it the session step is skipped.
    pub redis: Option<RedisConfig>,
    /// The services that are told of renames; both may be absent.
    pub endpoints: Endpoints,
    /// `links.hosts`: the records that are linked to hosts.
    pub host_links: Option<LinkConfig>,
    /// `metrics.textfile`: where `node_exporter` finds how the last `sync all` went.
    pub metrics_file: Option<PathBuf>,
    /// `ping.url`: who is told that a `sync all` begins and how it ended.
    pub ping: Option<SecretUrl>,
    /// Where vmsync keeps its lock file: beside an embedded store, else `$XDG_STATE_HOME/vmsync` or what stands in for
    /// it, if that is known. It may not exist.
    pub state_dir: Option<PathBuf>,
    /// Limits of time.
    pub timing: Timing,
    /// Zone of the local times in documents and sessions (`sync.timezone`).
    pub timezone: TimeZone,
    /// What is allowed but worth a word on stderr: secrets that others can read, sections that are not used.
    pub notes: Vec<Note>,
}

/// A remark on a valid configuration.
pub struct Note {
    /// `Warning` is always shown, `Info` with `-v`.
    pub level: NoteLevel,
    /// Whether it matters only to what connects to the sources.
    pub is_of_connections: bool,
    /// One line, without a secret.
    pub text: String,
}

/// See [`Note::level`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteLevel {
    /// Always shown.
    Warning,
    /// Shown with `-v`.
    Info,
}

/// Which list a source stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceSection {
    /// `esxi_hosts`.
    EsxiHosts,
    /// `vcenters`.
    Vcenters,
}

/// One ESXi host or vCenter.
pub struct Source {
    /// The list it stands in.
    pub section: SourceSection,
    /// `name`, default `host`, or `host:port` if the port is not 443; unique.
    pub name: String,
    /// DNS name or address as configured; the value of `esxi_host_addr` for its VMs.
    pub host: String,
    /// TCP port of the SDK, default 443.
    pub port: u16,
    /// Login name.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// How the certificate is judged.
    pub tls: Tls,
    /// VMs that are not taken over.
    pub exclude: Exclude,
    /// Limits of the guard.
    pub guard: Guard,
}

impl Source {
    /// What the section says that it is.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self.section {
            SourceSection::EsxiHosts => SourceKind::Esxi,
            SourceSection::Vcenters => SourceKind::Vcenter,
        }
    }
}

/// How a server certificate is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// The system's certificate authorities.
    SystemRoots,
    /// The authorities in this PEM file, already read.
    CaFile {
        /// For messages.
        path: PathBuf,
        /// Its content.
        pem: Vec<u8>,
    },
    /// Any of these SHA-256 fingerprints of the server's certificate.
    Fingerprints(Vec<[u8; 32]>),
    /// `verify: false`: anything goes; a warning is printed.
    Unverified,
}

/// `exclude:`, the source's own and the one on top together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclude {
    /// Globs (`*`, `?`) of VM names.
    pub names: Vec<String>,
    /// Globs of folder paths (`/Datacenter/vm/Folder`).
    pub folders: Vec<String>,
    /// Whether templates are left out.
    pub templates: bool,
}

/// `guard:`, the source's own over the one on top over the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Up to this number nothing is withheld (5).
    pub min: u32,
    /// Percent of a source's live VMs that may be orphaned at once (20).
    pub orphan_percent: u32,
    /// Percent that may vanish while as many appear (30).
    pub replaced_percent: u32,
    /// Percent that may be renamed at once (30).
    pub rename_percent: u32,
    /// How long a VM may be missing while other sources are not heard (24 h).
    pub missing_for: Duration,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            min: 5,
            orphan_percent: 20,
            replaced_percent: 30,
            rename_percent: 30,
            missing_for: Duration::from_hours(24),
        }
    }
}

/// Where documents are kept.
pub enum StoreConfig {
    /// A MongoDB server.
    Mongo(MongoConfig),
    /// An embedded database file.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
}

/// `mongodb:`.
pub struct MongoConfig {
    /// How it is reached.
    pub address: MongoAddress,
    /// Database, default `esxi`.
    pub database: String,
    /// Collection of the VM documents, default `vms`.
    pub collection: String,
    /// What the names of the inventory's collections begin with, default `vmsync_`.
    pub inventory_prefix: String,
}

/// The two ways to say where MongoDB is.
pub enum MongoAddress {
    /// `host`, `port`, and, if any, `username` and `password`.
    Parts {
        /// Host name.
        host: String,
        /// Port, default 27017.
        port: u16,
        /// Login, if authentication is used.
        login: Option<(String, Secret)>,
    },
    /// `uri`.
    Uri(Secret),
}

/// `redis:`.
pub struct RedisConfig {
    /// How it is reached.
    pub address: RedisAddress,
    /// Glob of the session keys; default 30 × `[0-9A-Za-z]`.
    pub key_pattern: String,
}

/// The two ways to say where Redis is.
pub enum RedisAddress {
    /// `host`, `port`, and the rest.
    Parts {
        /// Host name.
        host: String,
        /// Port, default 6379.
        port: u16,
        /// Database number, default 0.
        database: i64,
        /// ACL user.
        username: Option<String>,
        /// Password.
        password: Option<Secret>,
    },
    /// `url`: `redis://`, `rediss://` or `unix://`.
    Url(Secret),
}

/// `endpoints:`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// `vm-group-service-rename-vm`.
    pub vm_group: Option<Url>,
    /// `auth-service-rename-vm`.
    pub auth: Option<Url>,
}

/// `links.hosts`: which records get a link to the host that they describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkConfig {
    /// Collection of the records, in the database of the documents.
    pub collection: String,
    /// Field with the serial number (`match`).
    pub matched: String,
    /// Field of the link.
    pub set: String,
}

/// Limits of time; see the README for what each one covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// `sync.interval` (120 s): how often the timer runs; the command itself does not wait for it.
    pub interval: Duration,
    /// `sync.timeout` (30 s): one SOAP call, to its last byte.
    pub call: Duration,
    /// Connecting: at most 10 s, at most `call`.
    pub connect: Duration,
    /// `sync.source_deadline` (120 s, at most half of `deadline`).
    pub source_deadline: Duration,
    /// `sync.deadline` (600 s): the whole run.
    pub deadline: Duration,
}
