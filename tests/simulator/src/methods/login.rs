//! `Login`, `Logout`, `SessionIsActive`.

use super::{Answer, Answered, Caller, is_vcenter};
use crate::ids;
use crate::session::Session;
use crate::soap::{Call, SoapFault, nested};
use crate::state::State;

/// Opens a session, unless the account is locked or the password is wrong: nobody can tell which from the answer.
pub(super) fn login(state: &mut State, caller: &Caller, call: &Call) -> Answered {
    state.login_attempts += 1;
    let current = caller.cookie.as_ref().and_then(|cookie| state.sessions.get(cookie));
    if current.is_some_and(|session| session.expired.is_none()) {
        let message = "The operation is not allowed in the current state.";
        return Err(SoapFault::new("InvalidState", message));
    }
    let given = |name| call.arguments.text_of(name).unwrap_or_default();
    let config = &state.config;
    let right = given("userName") == config.user && given("password") == config.password;
    let locked = config.lock_after.is_some_and(|limit| state.refused_logins >= limit);
    if !right || locked {
        state.refused_logins += 1;
        return Err(SoapFault::invalid_login());
    }
    state.refused_logins = 0;
    let mark = &config.session_mark;
    let session = Session::new(given("userName"), &caller.user_agent, mark);
    let cookie = format!("{mark}{}", ids::secret());
    let mut out = String::new();
    nested(&mut out, "returnval", &session.to_value(), "UserSession");
    state.sessions.insert(cookie.clone(), session);
    let answer = Answer::of("Login", &out);
    Ok(Answer {
        cookie: Some(cookie),
        ..answer
    })
}

pub(super) fn logout(state: &mut State, key: &str) -> Answer {
    state.sessions.remove(key);
    Answer::of("Logout", "")
}

/// Not supported on ESXi.
pub(super) fn is_active(state: &State, call: &Call) -> Answered {
    if !is_vcenter(state) {
        return Err(SoapFault::not_supported());
    }
    let id = call.arguments.text_of("sessionID").unwrap_or_default();
    let mut sessions = state.sessions.values();
    let active = sessions.any(|session| session.key() == id && session.expired.is_none());
    let content = format!("<returnval>{active}</returnval>");
    Ok(Answer::of("SessionIsActive", &content))
}
