//! One request: recorded, struck by what is scripted, answered.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{COOKIE, HeaderMap, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};
use tokio::time::sleep;

use crate::body::AnswerBody;
use crate::faults::Effect;
use crate::methods::{Answer, Caller, dispatch};
use crate::reply::{Reply, http, huge, plain, with_cookie, xml};
use crate::soap::{Call, SoapFault, envelope, parse};
use crate::state::{Recorded, State};

/// More than any client asks in one request.
pub(crate) const MAX_REQUEST: usize = 16 * 1024 * 1024;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<State>);

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self(Mutex::new(state))
    }

    /// A test that panicked in a change of the inventory fails anyway; the others go on.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request as a server can repeat it.
pub(crate) struct Sent<'a> {
    pub(crate) call: &'a Result<Call, SoapFault>,
    pub(crate) cookie: Option<&'a str>,
    pub(crate) body: &'a str,
}

/// Answers a request; an error closes the connection.
pub(crate) async fn serve(shared: Arc<Shared>, connection: usize, request: Request<Incoming>) -> io::Result<Reply> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST).collect().await;
    let body = body.map_err(io::Error::other)?.to_bytes();
    answer_request(&shared, connection, &head, body).await
}

/// Answers a request that has arrived.
pub(crate) async fn answer_request(shared: &Shared, connection: usize, head: &Parts, body: Bytes) -> io::Result<Reply> {
    let path = head.uri.path();
    let text = String::from_utf8_lossy(&body);
    let soap = head.method == Method::POST && path.trim_end_matches('/') == "/sdk";
    let call = if soap {
        parse(&text)
    } else {
        Err(SoapFault::invalid_request(""))
    };
    let method = match &call {
        Ok(call) => call.arguments.name.clone(),
        Err(_) if soap => String::new(),
        Err(_) => format!("{} {path}", head.method),
    };
    let (effects, latency) = {
        let mut state = shared.lock();
        state.calls.push(recorded(&method, &head.headers, &body, connection));
        (state.script.strike(&method, &text), state.config.latency)
    };
    pause(latency, &effects).await;
    let caller = caller(&head.headers);
    let sent = Sent {
        call: &call,
        cookie: caller.cookie.as_deref(),
        body: &text,
    };
    if let Some(reply) = instead(&effects, &sent).await? {
        return Ok(reply);
    }
    if !soap {
        return Ok(plain(path, &shared.lock().config.api_version));
    }
    let reply = answer(shared, &caller, call, &effects);
    shape(reply, &effects)
}

fn recorded(method: &str, headers: &HeaderMap, body: &Bytes, connection: usize) -> Recorded {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Recorded {
        method: method.to_owned(),
        user_agent: text("user-agent").unwrap_or_default().to_owned(),
        soap_action: text("soapaction").unwrap_or_default().to_owned(),
        cookie: text("cookie").map(str::to_owned),
        body: body.clone(),
        connection,
    }
}

fn caller(headers: &HeaderMap) -> Caller {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let cookies = text(COOKIE).unwrap_or_default();
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let session = pairs.find(|(name, _)| *name == "vmware_soap_session");
    Caller {
        cookie: session.map(|(_, value)| value.trim_matches('"').to_owned()),
        user_agent: text(USER_AGENT).unwrap_or_default().to_owned(),
    }
}

async fn pause(latency: Duration, effects: &[Effect]) {
    let delays = effects.iter().map(|effect| match effect {
        Effect::Delay(delay) => *delay,
        _ => Duration::ZERO,
    });
    let total = latency + delays.sum::<Duration>();
    if !total.is_zero() {
        sleep(total).await;
    }
}

/// The first effect that stands in for the answer.
async fn instead(effects: &[Effect], sent: &Sent<'_>) -> io::Result<Option<Reply>> {
    for effect in effects {
        return Ok(Some(match effect {
            Effect::Soap(fault) => xml(500, envelope(&fault.to_body())),
            Effect::Http { status, headers, body } => http(*status, headers, body)?,
            Effect::Reflect(reflection) => reflection.reply(sent)?,
            Effect::Garbage => xml(200, "\u{1f}\u{8b} this is <not XML & never was".to_owned()),
            Effect::Huge { bytes } => huge(*bytes),
            Effect::Drop => return Err(io::Error::other("dropped as scripted")),
            Effect::Hang => match std::future::pending::<Infallible>().await {},
            _ => continue,
        }));
    }
    Ok(None)
}

/// The true answer, and what scripted effects do to the server's state around it.
fn answer(shared: &Shared, caller: &Caller, call: Result<Call, SoapFault>, effects: &[Effect]) -> Reply {
    let mut state = shared.lock();
    for effect in effects {
        if let (Effect::Expire(expiry), Some(cookie)) = (effect, &caller.cookie)
            && let Some(session) = state.sessions.get_mut(cookie)
        {
            session.expired = Some(*expiry);
        }
    }
    let empty = effects.iter().any(|effect| matches!(effect, Effect::Empty));
    let answered = call.and_then(|call| {
        if empty {
            return Ok(Answer::of(&call.arguments.name, ""));
        }
        dispatch(&mut state, caller, &call)
    });
    for effect in effects {
        if let Effect::Change(change) = effect {
            change.apply(&mut state.inventory);
        }
    }
    match answered {
        Ok(answer) => with_cookie(xml(200, envelope(&answer.body)), answer.cookie),
        Err(fault) => xml(500, envelope(&fault.to_body())),
    }
}

/// The answer as it leaves the server.
fn shape(reply: Reply, effects: &[Effect]) -> io::Result<Reply> {
    let (head, mut body) = reply.into_parts();
    for effect in effects {
        body = match (effect, body) {
            (Effect::DropAfter, _) => return Err(io::Error::other("dropped as scripted")),
            (Effect::Drip { bytes, every }, AnswerBody::Whole(whole)) => AnswerBody::drip(whole, *bytes, *every),
            (Effect::Truncate { bytes }, AnswerBody::Whole(whole)) => AnswerBody::cut(&whole, *bytes),
            (_, body) => body,
        };
    }
    Ok(Response::from_parts(head, body))
}
