//! What a server says of itself before anyone logs in.

use std::sync::Arc;

use super::caller::Caller;
use super::endpoint::{Endpoint, Timeouts};
use super::error::{ConnectError, ConnectFailure};
use super::exchange::Exchange;
use super::login::LoggedIn;
use super::session::Session;
use super::transport::Transport;
use crate::soap::{AboutInfo, DecodeError, Limits, ServiceContent, Value, request};

/// A server that has introduced itself, and that nobody has logged in to yet.
pub struct Introduction<E: Exchange = Transport> {
    caller: Arc<Caller<E>>,
    content: ServiceContent,
    endpoint: Endpoint,
}

impl Introduction {
    /// Connects and asks, by one call that needs no login.
    ///
    /// # Errors
    /// As [`Session::open`], but for the login.
    pub async fn of(endpoint: &Endpoint, timeouts: &Timeouts) -> Result<Self, ConnectError> {
        let limits = Limits::default();
        let transport = Transport::new(endpoint, timeouts, &limits);
        let transport = transport.map_err(|error| failed(endpoint, error.into()))?;
        Self::over(transport, endpoint, timeouts, limits).await
    }
}

impl<E: Exchange> Introduction<E> {
    /// As [`Introduction::of`], over any exchange.
    pub(super) async fn over(
        exchange: E,
        endpoint: &Endpoint,
        timeouts: &Timeouts,
        limits: Limits,
    ) -> Result<Self, ConnectError> {
        let caller = Arc::new(Caller::new(&endpoint.name, exchange, limits, timeouts.deadline));
        let content = ask(&caller).await.map_err(|failure| failed(endpoint, failure))?;
        Ok(Self {
            caller,
            content,
            endpoint: endpoint.clone(),
        })
    }

    /// Product and version.
    #[must_use]
    pub fn about(&self) -> &AboutInfo {
        &self.content.about
    }

    /// Logs in, by one call that is never repeated.
    ///
    /// # Errors
    /// The server did not let the user in.
    pub async fn log_in(self) -> Result<Session<E>, ConnectError> {
        let Self {
            caller,
            content,
            endpoint,
        } = self;
        match LoggedIn::log_in(&caller, &endpoint, &content.session_manager).await {
            Ok(login) => Ok(Session::new(caller, content, endpoint, login)),
            Err(error) => Err(failed(&endpoint, error.into())),
        }
    }
}

async fn ask<E: Exchange>(caller: &Caller<E>) -> Result<ServiceContent, ConnectFailure> {
    let missing = DecodeError::Missing { element: "returnval" };
    let read = |content: Option<&Value<'_>>| content.map_or(Err(missing), ServiceContent::from_value);
    let content = caller.read_value(request::retrieve_service_content(), read).await?;
    content.map_err(ConnectFailure::NotVsphere)
}

fn failed(endpoint: &Endpoint, failure: ConnectFailure) -> ConnectError {
    ConnectError {
        name: endpoint.name.clone(),
        address: endpoint.address(),
        failure,
    }
}
