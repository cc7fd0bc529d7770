//! Sessions: who is logged in, with which views and half-read listings.

use std::collections::HashMap;

use crate::collector::Cursor;
use crate::ids;
use crate::value::{MoRef, Value};

/// How a real server shows that a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// HTTP 500 with a `NotAuthenticated` fault.
    Fault,
    /// The property collector answers HTTP 200, each property missing with `NotAuthenticated`.
    MissingSet,
    /// The property collector answers HTTP 200 with nothing at all.
    Empty,
}

/// A container view.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) container: MoRef,
    pub(crate) kinds: Vec<String>,
    pub(crate) recursive: bool,
}

/// One login.
#[derive(Debug)]
pub(crate) struct Session {
    key: String,
    user: String,
    user_agent: String,
    login_time: String,
    /// Set once it is over.
    pub(crate) expired: Option<Expiry>,
    pub(crate) views: HashMap<String, View>,
    pub(crate) cursors: HashMap<String, Cursor>,
    next_token: u64,
}

impl Session {
    /// `mark` stands before its key.
    pub(crate) fn new(user: &str, user_agent: &str, mark: &str) -> Self {
        Self {
            key: format!("{mark}{}", ids::key()),
            user: user.to_owned(),
            user_agent: user_agent.to_owned(),
            login_time: ids::now(),
            expired: None,
            views: HashMap::new(),
            cursors: HashMap::new(),
            next_token: 0,
        }
    }

    /// Keeps the rest of a listing, under the token that is returned.
    pub(crate) fn keep(&mut self, cursor: Cursor) -> String {
        let token = self.next_token.to_string();
        self.next_token += 1;
        self.cursors.insert(token.clone(), cursor);
        token
    }

    /// Adds a view, under an id like those of real servers.
    pub(crate) fn add_view(&mut self, view: View) -> MoRef {
        let id = format!("session[{}]{}", self.key, ids::key());
        self.views.insert(id.clone(), view);
        MoRef::new("ContainerView", id)
    }

    /// The `UserSession` object.
    pub(crate) fn to_value(&self) -> Value {
        let fields = [
            ("key", self.key.as_str().into()),
            ("userName", self.user.as_str().into()),
            ("fullName", self.user.as_str().into()),
            ("loginTime", self.login_time.as_str().into()),
            ("lastActiveTime", ids::now().into()),
            ("locale", "en".into()),
            ("messageLocale", "en".into()),
            ("extensionSession", false.into()),
            ("ipAddress", "127.0.0.1".into()),
            ("userAgent", self.user_agent.as_str().into()),
            ("callCount", 0.into()),
        ];
        Value::object("UserSession", fields)
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}
