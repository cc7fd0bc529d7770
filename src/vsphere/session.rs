//! A session with one source, from login to logout.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::caller::{CallError, CallFailure, Caller};
use super::endpoint::{Endpoint, Timeouts};
use super::error::ConnectError;
use super::exchange::Exchange;
use super::gathering::{Gathering, Mark};
use super::introduction::Introduction;
use super::listing::{Bounds, IncompleteReason, Listing, Stats};
use super::login::LoggedIn;
use super::transport::Transport;
use crate::soap::{
    AboutInfo, DecodeError, Limits, ManagedObjectReference, PropertySpec, Query, ServiceContent, Value, read_page,
    request,
};

/// How long a server may take to let go of a view or of pages; the logout does it as well.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

const CURRENT_SESSION: &[PropertySpec] = &[PropertySpec::of("SessionManager", &["currentSession"])];

/// A session on an `ESXi` host or a vCenter. To be ended with [`Session::logout`]; if it is dropped instead, it logs out
/// in the background, as long as the runtime lives.
pub struct Session<E: Exchange = Transport> {
    pub(super) caller: Arc<Caller<E>>,
    pub(super) content: ServiceContent,
    pub(super) bounds: Bounds,
    pub(super) view: Option<ManagedObjectReference>,
    pub(super) gathering: Option<Gathering>,
    endpoint: Endpoint,
    login: Option<LoggedIn<E>>,
    logs_in_once: bool,
}

impl Session {
    /// Connects and logs in: two calls, of which the second is never repeated.
    ///
    /// # Errors
    /// Names the server, what is wrong, and what to do. Nothing is sent to a server whose certificate is not trusted.
    pub async fn open(endpoint: &Endpoint, timeouts: &Timeouts) -> Result<Self, ConnectError> {
        Introduction::of(endpoint, timeouts).await?.log_in().await
    }
}

impl<E: Exchange> Session<E> {
    /// As [`Session::open`], over any exchange.
    pub async fn open_over(
        exchange: E,
        endpoint: &Endpoint,
        timeouts: &Timeouts,
        limits: Limits,
    ) -> Result<Self, ConnectError> {
        let introduction = Introduction::over(exchange, endpoint, timeouts, limits).await?;
        introduction.log_in().await
    }

    pub(super) fn new(caller: Arc<Caller<E>>, content: ServiceContent, endpoint: Endpoint, login: LoggedIn<E>) -> Self {
        Self {
            caller,
            content,
            bounds: Bounds::default(),
            view: None,
            gathering: None,
            endpoint,
            login: Some(login),
            logs_in_once: false,
        }
    }

    /// From now on an expired session is not renewed by another login: the listing ends there.
    pub fn log_in_only_once(&mut self) {
        self.logs_in_once = true;
    }

    /// Product and version.
    #[must_use]
    pub fn about(&self) -> &AboutInfo {
        &self.content.about
    }

    /// Other caps than the default ones, for the listings to come.
    pub fn set_bounds(&mut self, bounds: Bounds) {
        self.bounds = bounds;
    }

    /// Calls and bytes of the whole session so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            soap_calls: self.caller.calls(),
            bytes: self.caller.bytes(),
            ..Stats::default()
        }
    }

    /// The server's clock, as XML Schema `dateTime`.
    pub async fn server_time(&self) -> Result<String, CallError> {
        let request = request::current_time();
        let missing = CallFailure::Decode(DecodeError::Missing { element: "returnval" });
        let missing = CallError {
            method: request.method,
            failure: missing,
        };
        let read = |time: Option<&Value<'_>>| time.and_then(Value::text).map(str::to_owned);
        self.caller.read_value(request, read).await?.ok_or(missing)
    }

    /// Whether this very session still lives, asked of the property collector: that works on `ESXi` as on vCenter, and
    /// needs no privilege. A server that does not answer with our session does not vouch for it.
    pub async fn is_alive(&self) -> Result<bool, CallError> {
        let Some(login) = &self.login else { return Ok(false) };
        let singles = std::slice::from_ref(&self.content.session_manager);
        let query = Query {
            specs: CURRENT_SESSION,
            dropped: &[],
            view: None,
            singles,
            root: None,
            max_objects: 1,
        };
        let request = request::retrieve_properties_ex(&self.content.property_collector, &query);
        let method = request.method;
        let error = |failure| self.caller.failed(method, failure);
        let answer = self
            .caller
            .send_read(request)
            .await
            .map_err(|cause| error(cause.into()))?;
        let page = read_page(&answer, method, CURRENT_SESSION, &self.caller.limits);
        let Ok(page) = page.map_err(|cause| error(cause.into()))? else {
            return Ok(false);
        };
        let mut sessions = page
            .objects
            .iter()
            .filter_map(|object| object.property("currentSession"));
        Ok(sessions.any(|session| session.field("key").and_then(Value::text) == Some(login.key())))
    }

    /// How the last listing was cut off by dropping its future; `None` if it was not.
    pub fn interrupted_listing(&mut self) -> Option<Listing> {
        let now = Mark::of(&self.caller);
        self.gathering
            .take()
            .map(|gathering| gathering.finish(now, Some(IncompleteReason::Interrupted)))
    }

    /// Ends the session, within 3 s whatever the server does, and says what it has cost.
    pub async fn logout(mut self) -> Stats {
        self.destroy_view().await;
        if let Some(login) = self.login.take() {
            login.log_out().await;
        }
        self.stats()
    }

    /// Best effort: a view ends with its session at the latest.
    pub(super) async fn destroy_view(&mut self) {
        if let Some(view) = self.view.take()
            && self.login.is_some()
        {
            let _ = timeout(FAREWELL, self.caller.value(request::destroy_view(&view), |_| ())).await;
        }
    }

    /// Logs in anew after the session has expired; what belonged to it is gone. The old one is logged out all the same:
    /// if the server was wrong about it, it would stay.
    pub(super) async fn log_in_again(&mut self) -> Result<(), IncompleteReason> {
        if self.logs_in_once {
            return Err(IncompleteReason::SessionExpired);
        }
        if let Some(login) = self.login.take() {
            login.log_out().await;
        }
        self.view = None;
        self.caller.exchange.forget_session();
        let login = LoggedIn::log_in(&self.caller, &self.endpoint, &self.content.session_manager).await;
        self.login = Some(login.map_err(IncompleteReason::LoginFailed)?);
        Ok(())
    }
}
