//! Container views.

use super::{Answer, Answered, session};
use crate::schema::schema;
use crate::session::View;
use crate::soap::{Call, Element, SoapFault, local_ref};
use crate::state::State;

pub(super) fn create(state: &mut State, key: &str, call: &Call) -> Answered {
    let container = call.arguments.child("container").and_then(Element::reference);
    let container = container.ok_or_else(|| SoapFault::invalid_argument("container"))?;
    let kinds = call.arguments.all("type").map(|kind| kind.text.trim().to_owned());
    let kinds: Vec<_> = kinds.collect();
    if kinds.iter().any(|kind| schema().type_named(kind).is_none()) {
        return Err(SoapFault::invalid_argument("type"));
    }
    if state.inventory.object(&container.id).is_none() {
        return Err(SoapFault::object_not_found(&container));
    }
    let recursive = call.arguments.flag("recursive");
    let view = View {
        container,
        kinds,
        recursive,
    };
    let view = session(state, key, &call.this)?.add_view(view);
    let mut out = String::new();
    local_ref(&mut out, "returnval", &view);
    Ok(Answer::of("CreateContainerView", &out))
}

pub(super) fn destroy(state: &mut State, key: &str, call: &Call) -> Answered {
    session(state, key, &call.this)?.views.remove(&call.this.id);
    Ok(Answer::of("DestroyView", ""))
}
