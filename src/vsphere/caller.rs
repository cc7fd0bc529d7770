//! Calls with their answers understood, counted, and repeated where that is safe.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

use super::discretion::Discretion;
use super::exchange::{Exchange, ExchangeError};
use crate::soap::{DecodeError, Fault, FaultKind, Limits, Request, Value, read_returnval};

/// A repeated read waits 0.2–0.4 s, then 0.4–0.8 s: enough for a broken connection, too little to hammer a server.
const FIRST_DELAY: Duration = Duration::from_millis(200);
const REPEATS: usize = 2;
/// A retry that cannot be over this long before the caller gives up is not begun.
const LAST_CALL: Duration = Duration::from_secs(5);

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{method}: {failure}")]
pub struct CallError {
    /// The SOAP method.
    pub method: &'static str,
    /// Why.
    pub failure: CallFailure,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// There is no answer.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The answer is none of a vSphere server.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The server refuses.
    #[error("the server answered {0}")]
    Fault(Fault),
}

impl CallError {
    /// The server's fault, if it answered with one.
    #[must_use]
    pub fn fault(&self) -> Option<&FaultKind> {
        match &self.failure {
            CallFailure::Fault(fault) => Some(&fault.kind),
            _ => None,
        }
    }

    /// What an operator can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match &self.failure {
            CallFailure::Exchange(error) => error.hint(),
            CallFailure::Decode(DecodeError::NotSoap { .. }) => {
                Some("is this an ESXi host or a vCenter, and `port` the one of its web services?".into())
            }
            CallFailure::Fault(Fault {
                kind: FaultKind::NoPermission,
                ..
            }) => Some("the user needs the read-only role at the root of the inventory, propagating".into()),
            _ => None,
        }
    }
}

/// Calls to one server.
pub(super) struct Caller<E> {
    /// The source's name, for messages.
    pub(super) source: String,
    pub(super) exchange: E,
    pub(super) limits: Limits,
    pub(super) discretion: Discretion,
    deadline: Option<Instant>,
    calls: AtomicU64,
    answers: AtomicU64,
    bytes: AtomicU64,
}

impl<E: Exchange> Caller<E> {
    pub(super) fn new(source: &str, exchange: E, limits: Limits, deadline: Option<Instant>) -> Self {
        let (calls, answers, bytes) = Default::default();
        Self {
            source: source.to_owned(),
            exchange,
            limits,
            discretion: Discretion::default(),
            deadline,
            calls,
            answers,
            bytes,
        }
    }

    /// Calls sent so far, repeated ones included.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Relaxed)
    }

    /// Calls that were answered.
    pub(super) fn answers(&self) -> u64 {
        self.answers.load(Relaxed)
    }

    /// Bytes of all answers.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// One call, once.
    pub(super) async fn send(&self, request: Request) -> Result<Vec<u8>, ExchangeError> {
        let (source, method) = (&*self.source, request.method);
        self.calls.fetch_add(1, Relaxed);
        let answer = self.exchange.call(request).await;
        match &answer {
            Ok(bytes) => {
                tracing::debug!(source, method, bytes = bytes.len(), "answered");
                self.answers.fetch_add(1, Relaxed);
                self.bytes.fetch_add(bytes.len() as u64, Relaxed);
            }
            Err(error) => tracing::debug!(source, method, %error, "not answered"),
        }
        answer
    }

    /// A call that only reads, repeated if a moment later may be better.
    pub(super) async fn send_read(&self, request: Request) -> Result<Vec<u8>, ExchangeError> {
        let delays = ExponentialBuilder::default()
            .with_min_delay(FIRST_DELAY)
            .with_max_times(REPEATS)
            .with_jitter();
        for delay in delays.build() {
            match self.send(request.clone()).await {
                Err(error) if error.is_transient() && self.time_for_more(delay) => tokio::time::sleep(delay).await,
                answer => return answer,
            }
        }
        self.send(request).await
    }

    /// One call, once, and what is taken from what it returns.
    pub(super) async fn value<T>(
        &self,
        request: Request,
        take: impl FnOnce(Option<&Value<'_>>) -> T,
    ) -> Result<T, CallError> {
        let method = request.method;
        let answer = self.send(request).await;
        self.decode(method, answer, take)
    }

    /// The same of a call that only reads.
    pub(super) async fn read_value<T>(
        &self,
        request: Request,
        take: impl FnOnce(Option<&Value<'_>>) -> T,
    ) -> Result<T, CallError> {
        let method = request.method;
        let answer = self.send_read(request).await;
        self.decode(method, answer, take)
    }

    fn decode<T>(
        &self,
        method: &'static str,
        answer: Result<Vec<u8>, ExchangeError>,
        take: impl FnOnce(Option<&Value<'_>>) -> T,
    ) -> Result<T, CallError> {
        let taken = answer
            .map_err(CallFailure::from)
            .and_then(|answer| Ok(take(self.returned(method, &answer)?.as_ref())));
        taken.map_err(|failure| self.failed(method, failure))
    }

    fn returned<'a>(&self, method: &str, answer: &'a [u8]) -> Result<Option<Value<'a>>, CallFailure> {
        read_returnval(answer, method, &self.limits)?.map_err(CallFailure::Fault)
    }

    /// The error of a call, fit to be told.
    pub(super) fn failed(&self, method: &'static str, failure: CallFailure) -> CallError {
        let failure = self.discretion.censor(method, failure);
        CallError { method, failure }
    }

    fn time_for_more(&self, delay: Duration) -> bool {
        self.deadline
            .is_none_or(|deadline| Instant::now() + delay + LAST_CALL < deadline)
    }
}
