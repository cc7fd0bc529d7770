//! All that changes while a server runs, behind one lock.

use std::collections::HashMap;

use bytes::Bytes;

use crate::collector::Sight;
use crate::config::Config;
use crate::faults::Script;
use crate::inventory::Inventory;
use crate::session::Session;

/// One request, as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The SOAP method; `GET /path` for what is no SOAP call; empty for a body that is no SOAP.
    pub method: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The `SOAPAction` header.
    pub soap_action: String,
    /// The `Cookie` header.
    pub cookie: Option<String>,
    /// The body.
    pub body: Bytes,
    /// Which connection it came over, counted from 1.
    pub connection: usize,
}

/// How new connections are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// As they should be.
    Served,
    /// Closed at once, before any TLS.
    Closed,
    /// Accepted, and then nothing: no TLS handshake ever ends.
    Ignored,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) inventory: Inventory,
    /// By the secret in their cookie.
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) script: Script,
    pub(crate) calls: Vec<Recorded>,
    pub(crate) login_attempts: usize,
    /// In a row.
    pub(crate) refused_logins: u32,
    pub(crate) connections: Connections,
}

impl State {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            inventory: Inventory::seeded(&config),
            config,
            sessions: HashMap::new(),
            script: Script::default(),
            calls: Vec::new(),
            login_attempts: 0,
            refused_logins: 0,
            connections: Connections::Served,
        }
    }

    pub(crate) fn sight<'a>(&'a self, session: &'a Session) -> Sight<'a> {
        Sight {
            inventory: &self.inventory,
            session,
        }
    }
}
