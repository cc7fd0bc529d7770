//! The methods of the API: a call in, the content of the answer's body out.

mod collector;
mod login;
mod search;
mod view;

use crate::config::Kind;
use crate::ids;
use crate::schema::schema;
use crate::session::{Expiry, Session};
use crate::soap::{Call, SoapFault, nested};
use crate::state::State;
use crate::value::MoRef;

/// Who calls.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The value of the session cookie, without quotes.
    pub(crate) cookie: Option<String>,
    pub(crate) user_agent: String,
}

/// The content of a body, and a new session's cookie.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) cookie: Option<String>,
}

impl Answer {
    /// `<LogoutResponse xmlns="urn:vim25">content</LogoutResponse>`.
    pub(crate) fn of(method: &str, content: &str) -> Self {
        let body = format!("<{method}Response xmlns=\"urn:vim25\">{content}</{method}Response>");
        Self { body, cookie: None }
    }
}

type Answered = Result<Answer, SoapFault>;

/// Makes the call.
pub(crate) fn dispatch(state: &mut State, caller: &Caller, call: &Call) -> Answered {
    let method = call.arguments.name.as_str();
    match method {
        "RetrieveServiceContent" => return Ok(service_content(state)),
        "CurrentTime" => return Ok(current_time()),
        "Login" => return login::login(state, caller, call),
        _ => {}
    }
    let key = live_session(state, caller, call)?;
    match method {
        "Logout" => Ok(login::logout(state, &key)),
        "SessionIsActive" => login::is_active(state, call),
        "CreateContainerView" => view::create(state, &key, call),
        "DestroyView" => view::destroy(state, &key, call),
        "RetrievePropertiesEx" => collector::retrieve(state, &key, call),
        "RetrieveProperties" => collector::retrieve_all(state, &key, call),
        "ContinueRetrievePropertiesEx" => collector::go_on(state, &key, call),
        "CancelRetrievePropertiesEx" => collector::cancel(state, &key, call),
        "Fetch" => collector::fetch(state, &key, call),
        "FindByInventoryPath" => Ok(search::by_inventory_path(state, call)),
        "FindByUuid" => Ok(search::by_uuid(state, call)),
        unknown => {
            let message = format!("Unable to resolve WSDL method name {unknown} for urn:vim25");
            Err(SoapFault::invalid_request(message))
        }
    }
}

/// The key of the caller's session, if it may make this call.
///
/// A session that is over answers differently on the property collector, see [`Expiry`].
fn live_session(state: &State, caller: &Caller, call: &Call) -> Result<String, SoapFault> {
    let refused = || SoapFault::not_authenticated(&call.this);
    let cookie = caller.cookie.as_ref().ok_or_else(refused)?;
    let session = state.sessions.get(cookie).ok_or_else(refused)?;
    let collector = call.this.kind == "PropertyCollector";
    match session.expired {
        None => {}
        Some(Expiry::MissingSet | Expiry::Empty) if collector => {}
        Some(_) => return Err(refused()),
    }
    if state.sight(session).exists(&call.this) {
        return Ok(cookie.clone());
    }
    Err(SoapFault::object_not_found(&call.this))
}

/// The session of a key that [`live_session`] returned.
fn session<'a>(state: &'a mut State, key: &str, this: &MoRef) -> Result<&'a mut Session, SoapFault> {
    let session = state.sessions.get_mut(key);
    session.ok_or_else(|| SoapFault::not_authenticated(this))
}

fn service_content(state: &State) -> Answer {
    let mut out = String::new();
    let instance = state.inventory.object("ServiceInstance");
    let content = instance.and_then(|instance| instance.get("content"));
    let path = schema().path("ServiceInstance", "content");
    if let (Some(content), Some(path)) = (content, path) {
        nested(&mut out, "returnval", content, path.kind);
    }
    Answer::of("RetrieveServiceContent", &out)
}

fn current_time() -> Answer {
    let content = format!("<returnval>{}</returnval>", ids::now());
    Answer::of("CurrentTime", &content)
}

fn is_vcenter(state: &State) -> bool {
    state.config.kind == Kind::Vcenter
}
