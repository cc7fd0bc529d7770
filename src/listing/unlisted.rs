//! What nobody knows, as no pass has listed it: nothing is not zero.

use crate::catalog::Kind;
use crate::inventory::Choice;
use crate::store::StoredSource;

/// Whether some source has once listed all of this kind.
#[must_use]
pub fn is_listed(kind: Kind, remembered: &[StoredSource]) -> bool {
    remembered.iter().any(|source| source.listed_at(kind).is_some())
}

/// Why nothing can be said of a kind, and what to do; none if a pass has listed it. The store at `address` has no data at
/// all if it has no kind.
#[must_use]
pub fn explain_unlisted(kind: Kind, remembered: &[StoredSource], address: &str, choice: &Choice) -> Option<String> {
    let is_known = match kind {
        Kind::Source => !remembered.is_empty(),
        Kind::Vm | Kind::Object(_) => is_listed(kind, remembered),
    };
    if is_known {
        return None;
    }
    let plural = kind.plural();
    let has_nothing = !Kind::ALL.iter().any(|kind| is_listed(*kind, remembered));
    let reason = if has_nothing {
        format!("the store at {address} has no data yet")
    } else {
        format!("no pass has listed all {plural}")
    };
    let hint = match kind {
        Kind::Object(left_out) if !choice.has(left_out) => {
            format!("add {plural} to inventory.types, which leaves them out, and run `vmsync sync all`")
        }
        _ => "run `vmsync sync all`, which lists all of them".to_owned(),
    };
    Some(format!("{reason}\nhint: {hint}"))
}
