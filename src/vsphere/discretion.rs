//! A server's own words help in a message, unless they are ours: some repeat what they were sent.

use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::caller::CallFailure;
use crate::soap::{DecodeError, Fault, FaultKind};

/// So much of a secret gives it away; the words may be cut off in the middle of it.
const TELLING: usize = 12;
/// Of a login only these are told. Any other name may have come from the free text of `faultcode`, and be the password.
const KNOWN: [&str; 22] = [
    "HostCommunication",
    "HostConnect",
    "HostNotConnected",
    "HostNotReachable",
    "InvalidArgument",
    "InvalidLocale",
    "InvalidRequest",
    "InvalidState",
    "InvalidType",
    "MethodNotFound",
    "NoClientCertificate",
    "NotEnoughLicenses",
    "NotImplemented",
    "NotSupported",
    "PasswordExpired",
    "RequestCanceled",
    "Runtime",
    "RuntimeFault",
    "SecurityError",
    "ServerFaultCode",
    "SystemError",
    "TaskInProgress",
];
const WITHHELD: &str = "(withheld: it repeats a secret)";

/// The secrets that a server has given us: its cookie, and the session's key.
#[derive(Default)]
pub(super) struct Discretion(Mutex<Vec<Zeroizing<String>>>);

impl Discretion {
    pub(super) fn learn(&self, secret: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(Zeroizing::new(secret));
    }

    /// A failure as it may be told. A login sends the password, and there are too many ways to repeat it: of its answer
    /// nothing is told but what sort of fault it is, if it is a known one.
    pub(super) fn censor(&self, method: &str, mut failure: CallFailure) -> CallFailure {
        let is_login = method == "Login";
        for words in words_of(&mut failure) {
            if is_login || self.is_told_in(words) {
                WITHHELD.clone_into(words);
            }
        }
        if is_login && let CallFailure::Fault(fault) = &mut failure {
            fault.message.clear();
            if let FaultKind::Other(name) = &mut fault.kind
                && !name.is_empty()
                && !KNOWN.contains(&name.as_str())
            {
                WITHHELD.clone_into(name);
            }
        }
        failure
    }

    fn is_told_in(&self, words: &str) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tells = |secret: &Zeroizing<String>| {
            let end = secret.char_indices().nth(TELLING).map_or(secret.len(), |(at, _)| at);
            !secret.is_empty() && words.contains(&secret[..end])
        };
        known.iter().any(tells)
    }
}

/// What a server, or who pretends to be one, has worded itself.
fn words_of(failure: &mut CallFailure) -> Vec<&mut String> {
    match failure {
        CallFailure::Fault(Fault { kind, message }) => std::iter::once(message).chain(name_of(kind)).collect(),
        CallFailure::Decode(
            DecodeError::Malformed { reason: words, .. }
            | DecodeError::UnknownEntity { name: words }
            | DecodeError::NotSoap { found: words }
            | DecodeError::Unexpected { found: words, .. },
        ) => vec![words],
        CallFailure::Decode(_) | CallFailure::Exchange(_) => Vec::new(),
    }
}

/// The types of the API are words of letters.
fn name_of(kind: &mut FaultKind) -> Option<&mut String> {
    match kind {
        FaultKind::InvalidProperty { name } => Some(name),
        FaultKind::Other(name) => {
            Some(name).filter(|name| name.len() > 64 || !name.chars().all(|c| c.is_ascii_alphabetic()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: FaultKind, message: &str) -> CallFailure {
        let message = message.to_owned();
        CallFailure::Fault(Fault { kind, message })
    }

    fn told(method: &str, failure: CallFailure) -> String {
        let discretion = Discretion::default();
        discretion.learn("0123456789abcdef".to_owned());
        discretion.censor(method, failure).to_string()
    }

    #[test]
    fn of_a_login_only_the_sort_of_fault_is_told() {
        let other = |name: &str| FaultKind::Other(name.to_owned());
        let withheld = format!("the server answered {WITHHELD}");
        for (failure, text) in [
            (
                fault(FaultKind::InvalidLogin, "hunter2"),
                "the server answered InvalidLogin",
            ),
            (
                fault(other("HostNotConnected"), "hunter2"),
                "the server answered HostNotConnected",
            ),
            (fault(other("hunter2"), ""), &withheld),
            (fault(other("Hunter"), ""), &withheld),
            (fault(other(""), "hunter2"), "the server answered an unnamed fault"),
            (fault(other(&"hunter".repeat(20)), ""), &withheld),
        ] {
            assert_eq!(told("Login", failure), text);
        }
        let found = || "hunter2".to_owned();
        for error in [
            DecodeError::NotSoap { found: found() },
            DecodeError::UnknownEntity { name: found() },
            DecodeError::Malformed { at: 1, reason: found() },
            DecodeError::Unexpected {
                expected: "LoginResponse".to_owned(),
                found: found(),
            },
        ] {
            assert!(!told("Login", error.into()).contains("hunter"));
        }
    }

    #[test]
    fn of_another_call_all_is_told_but_cookies_and_keys() {
        let busy = || fault(FaultKind::Other("TaskInProgress".to_owned()), "try later");
        assert_eq!(told("Logout", busy()), "the server answered TaskInProgress (try later)");
        for words in ["x0123456789abcdefx", "cut off: 0123456789ab"] {
            assert_eq!(
                told("Logout", fault(FaultKind::NoPermission, words)),
                format!("the server answered NoPermission ({WITHHELD})")
            );
        }
    }
}
