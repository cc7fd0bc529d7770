//! The property collector's methods.

use super::{Answer, Answered, session};
use crate::collector::{Cursor, FilterSpec, select};
use crate::schema::schema;
use crate::session::Expiry;
use crate::soap::{Call, SoapFault, element, typed};
use crate::state::State;
use crate::value::Value;

/// The first page of a listing.
pub(super) fn retrieve(state: &mut State, key: &str, call: &Call) -> Answered {
    let asked = max_objects(call)?;
    let limit = asked.map_or(state.config.page_size, |asked| asked.min(state.config.page_size));
    let cursor = selected(state, key, call)?;
    page(state, key, call, cursor, limit)
}

/// The next page of a listing.
pub(super) fn go_on(state: &mut State, key: &str, call: &Call) -> Answered {
    let limit = state.config.page_size;
    let token = call.arguments.text_of("token").unwrap_or_default();
    let cursor = session(state, key, &call.this)?.cursors.remove(token);
    let cursor = cursor.ok_or_else(|| SoapFault::invalid_argument("token"))?;
    page(state, key, call, cursor, limit)
}

/// Drops the rest of a listing.
pub(super) fn cancel(state: &mut State, key: &str, call: &Call) -> Answered {
    let token = call.arguments.text_of("token").unwrap_or_default();
    let cursor = session(state, key, &call.this)?.cursors.remove(token);
    cursor.ok_or_else(|| SoapFault::invalid_argument("token"))?;
    Ok(Answer::of("CancelRetrievePropertiesEx", ""))
}

/// The old method without pages.
pub(super) fn retrieve_all(state: &mut State, key: &str, call: &Call) -> Answered {
    let mut cursor = selected(state, key, call)?;
    let content = read(state, key, call, &mut cursor, "returnval", usize::MAX)?;
    Ok(Answer::of("RetrieveProperties", &content))
}

/// One property of one object: how pyVmomi reads attributes. Arrays come as repeated elements.
pub(super) fn fetch(state: &mut State, key: &str, call: &Call) -> Answered {
    let session = session(state, key, &call.this)?;
    if session.expired.is_some() {
        return Err(SoapFault::not_authenticated(&call.this));
    }
    let property = call.arguments.text_of("prop").unwrap_or_default();
    let path = schema().path(&call.this.kind, property);
    let path = path.ok_or_else(|| SoapFault::invalid_property(property))?;
    let sight = state.sight(&state.sessions[key]);
    if let Some(fault) = sight.why_missing(&call.this, &path) {
        return Err(fault.clone());
    }
    let mut out = String::new();
    match sight.value(&call.this, &path) {
        Some(Value::List(members)) => {
            for member in &members {
                typed(&mut out, "returnval", member, path.kind);
            }
        }
        Some(value) => typed(&mut out, "returnval", &value, path.kind),
        None => {}
    }
    Ok(Answer::of("Fetch", &out))
}

fn max_objects(call: &Call) -> Result<Option<usize>, SoapFault> {
    let options = call.arguments.child("options");
    let Some(text) = options.and_then(|options| options.text_of("maxObjects")) else {
        return Ok(None);
    };
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    let invalid = || SoapFault::invalid_argument("options.maxObjects");
    number.map(Some).ok_or_else(invalid)
}

fn selected(state: &State, key: &str, call: &Call) -> Result<Cursor, SoapFault> {
    let specs = call.arguments.all("specSet").map(FilterSpec::parse);
    let specs: Vec<_> = specs.collect::<Result<_, _>>()?;
    select(state.sight(&state.sessions[key]), &specs)
}

fn page(state: &mut State, key: &str, call: &Call, mut cursor: Cursor, limit: usize) -> Answered {
    let method = &call.arguments.name;
    let objects = read(state, key, call, &mut cursor, "objects", limit)?;
    let mut out = String::new();
    if !cursor.is_empty() {
        let token = session(state, key, &call.this)?.keep(cursor);
        element(&mut out, "token", &token);
    }
    if out.is_empty() && objects.is_empty() {
        return Ok(Answer::of(method, ""));
    }
    out.push_str(&objects);
    Ok(Answer::of(method, &format!("<returnval>{out}</returnval>")))
}

/// The next objects; a session that is over shows as it was scripted.
fn read(
    state: &State,
    key: &str,
    call: &Call,
    cursor: &mut Cursor,
    tag: &str,
    limit: usize,
) -> Result<String, SoapFault> {
    let session = &state.sessions[key];
    match session.expired {
        Some(Expiry::Fault) => Err(SoapFault::not_authenticated(&call.this)),
        Some(Expiry::MissingSet) => Ok(cursor.page_without_session(tag, limit)),
        Some(Expiry::Empty) => {
            *cursor = Cursor::default();
            Ok(String::new())
        }
        None => cursor.page(state.sight(session), tag, limit, state.config.vanished_fails),
    }
}
