//! What kind of server is simulated.

use std::time::{Duration, SystemTime};

/// The two kinds of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A standalone host: `apiType` `HostAgent`, one host, VMs numbered `1`, `2`, ….
    Esxi,
    /// A vCenter: `apiType` `VirtualCenter`, an `instanceUuid`, VMs numbered `vm-42`, ….
    Vcenter,
}

/// A server that is to be started; see [`Config::esxi`] and [`Config::vcenter`].
#[derive(Clone, Debug)]
pub struct Config {
    /// ESXi or vCenter.
    pub kind: Kind,
    /// The server's name: that of the ESXi host, and the seed of all generated ids.
    pub name: String,
    /// The port to listen on; 0 for a free one.
    pub port: u16,
    /// The only user.
    pub user: String,
    /// That user's password.
    pub password: String,
    /// `about.apiVersion`.
    pub api_version: String,
    /// `about.build`.
    pub build: String,
    /// `about.instanceUuid`; a vCenter has one.
    pub instance_uuid: Option<String>,
    /// `hardware.systemInfo.uuid` of the first host.
    pub host_uuid: String,
    /// The most objects in a page, whatever `maxObjects` asks for; 100 on real servers.
    pub page_size: usize,
    /// How long each call takes.
    pub latency: Duration,
    /// Refused logins after which the account is locked, right password or not; ESXi: 5.
    pub lock_after: Option<u32>,
    /// Stands before the cookie and the key of each session, so that a test finds them wherever they go.
    pub session_mark: String,
    /// Whether an object that vanished between two pages fails the listing with `ManagedObjectNotFound` (it may on real
    /// servers) or is just not in it.
    pub vanished_fails: bool,
    /// Until when the certificate is valid; for ages unless set.
    pub certificate_ends: Option<SystemTime>,
}

/// The password of [`Config::esxi`] and [`Config::vcenter`]: characters that a URL or XML would trip over.
pub const DEFAULT_PASSWORD: &str = "s3cr#t:@%&<ü>";

impl Config {
    /// An ESXi 7.0.3 with user `root`.
    #[must_use]
    pub fn esxi(name: &str) -> Self {
        Self::new(Kind::Esxi, name, "root")
    }

    /// A vCenter 7.0.3 with user `administrator@vsphere.local` and one standalone host.
    #[must_use]
    pub fn vcenter(name: &str) -> Self {
        Self {
            instance_uuid: Some(crate::ids::uuid(name, "instance")),
            lock_after: None,
            ..Self::new(Kind::Vcenter, name, "administrator@vsphere.local")
        }
    }

    fn new(kind: Kind, name: &str, user: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            port: 0,
            user: user.to_owned(),
            password: DEFAULT_PASSWORD.to_owned(),
            api_version: "7.0.3.0".to_owned(),
            build: "19193900".to_owned(),
            instance_uuid: None,
            host_uuid: crate::ids::uuid(name, "host"),
            page_size: 100,
            latency: Duration::ZERO,
            lock_after: Some(5),
            session_mark: String::new(),
            vanished_fails: false,
            certificate_ends: None,
        }
    }

    /// Sets user and password.
    #[must_use]
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        user.clone_into(&mut self.user);
        password.clone_into(&mut self.password);
        self
    }

    /// Sets `about.apiVersion`.
    #[must_use]
    pub fn api_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.api_version);
        self
    }

    /// Sets the UUID of the first host.
    #[must_use]
    pub fn host_uuid(mut self, uuid: &str) -> Self {
        uuid.clone_into(&mut self.host_uuid);
        self
    }

    /// Sets the most objects in a page.
    #[must_use]
    pub fn page_size(mut self, objects: usize) -> Self {
        self.page_size = objects.max(1);
        self
    }

    /// Sets how long each call takes.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Makes an object that vanishes between two pages fail the listing.
    #[must_use]
    pub fn vanished_fails(mut self) -> Self {
        self.vanished_fails = true;
        self
    }

    /// Sets until when the certificate is valid.
    #[must_use]
    pub fn certificate_ends(mut self, end: SystemTime) -> Self {
        self.certificate_ends = Some(end);
        self
    }
}
