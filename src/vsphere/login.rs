//! Logging in so that logging out is never forgotten.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::caller::{CallError, CallFailure, Caller};
use super::endpoint::Endpoint;
use super::error::LoginError;
use super::exchange::{Exchange, ExchangeError};
use crate::soap::{DecodeError, Fault, FaultKind, ManagedObjectReference, Value, request};

/// How long a server may take to see us off.
const FAREWELL: Duration = Duration::from_secs(2);

/// A session that exists on the server. Dropped without [`LoggedIn::log_out`], it still logs out, in the background.
pub(super) struct LoggedIn<E: Exchange> {
    caller: Arc<Caller<E>>,
    session_manager: ManagedObjectReference,
    key: String,
    open: bool,
}

impl<E: Exchange> LoggedIn<E> {
    /// Logs in, once. The call goes on if the caller stops waiting for it: a session that nobody knows of could not be
    /// ended, and a server has only so many.
    pub(super) async fn log_in(
        caller: &Arc<Caller<E>>,
        endpoint: &Endpoint,
        session_manager: &ManagedObjectReference,
    ) -> Result<Self, LoginError> {
        let request = request::login(session_manager, &endpoint.username, endpoint.password.expose());
        let (caller, session_manager) = (Arc::clone(caller), session_manager.clone());
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            let answer = caller.value(request, session_key).await;
            if let Some(cookie) = caller.exchange.cookie() {
                caller.discretion.learn(cookie);
            }
            let session = answer
                .flatten()
                .inspect(|key| caller.discretion.learn(key.clone()))
                .map(|key| Self {
                    caller,
                    session_manager,
                    key,
                    open: true,
                });
            // If nobody waits any more, the session is dropped here, which ends it.
            let _ = sender.send(session);
        });
        let session = receiver.await.unwrap_or_else(|_| Err(interrupted()));
        session.map_err(|error| refusal(error, &endpoint.username))
    }

    /// The server's id of this session.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Ends the session, in bounded time.
    pub(super) async fn log_out(mut self) {
        farewell(&self.caller, &self.session_manager).await;
        self.open = false;
    }
}

impl<E: Exchange> Drop for LoggedIn<E> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let (caller, session_manager) = (Arc::clone(&self.caller), self.session_manager.clone());
            runtime.spawn(async move { farewell(&caller, &session_manager).await });
        }
    }
}

async fn farewell<E: Exchange>(caller: &Caller<E>, session_manager: &ManagedObjectReference) {
    let source = &*caller.source;
    match timeout(FAREWELL, caller.value(request::logout(session_manager), |_| ())).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(source, %error, "not logged out"),
        Err(_) => tracing::debug!(source, "not logged out: no answer in time"),
    }
}

fn session_key(session: Option<&Value<'_>>) -> Result<String, CallError> {
    let key = session
        .and_then(|session| session.field("key")?.text())
        .map(str::to_owned);
    let missing = CallFailure::Decode(DecodeError::Missing { element: "key" });
    key.ok_or(CallError {
        method: "Login",
        failure: missing,
    })
}

fn refusal(error: CallError, username: &str) -> LoginError {
    let username = username.to_owned();
    match error.failure {
        CallFailure::Fault(Fault {
            kind: FaultKind::InvalidLogin,
            ..
        }) => LoginError::Refused { username },
        CallFailure::Fault(Fault {
            kind: FaultKind::NoPermission,
            ..
        }) => LoginError::NoPermission { username },
        failure => LoginError::Call(CallError {
            method: error.method,
            failure,
        }),
    }
}

fn interrupted() -> CallError {
    let broken = ExchangeError::Broken {
        reason: "the program is ending".into(),
    };
    CallError {
        method: "Login",
        failure: CallFailure::Exchange(broken),
    }
}
