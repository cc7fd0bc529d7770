//! One entry of `orphans`.

use super::list::quote;
use super::parse::members_of;

/// A VM that a session had, and when it vanished.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OrphanEntry {
    pub name: String,
    pub since: Option<String>,
}

impl OrphanEntry {
    /// Reads what vmsync and the service before it wrote: an object with `since` or `orphan_since`, or the bare name.
    /// Nothing for anything else, which then is left as it is.
    pub fn read(member: &str) -> Option<Self> {
        if let Ok(name) = serde_json::from_str(member) {
            return Some(Self { name, since: None });
        }
        let members = members_of(member)?;
        let text = |key: &str| {
            let (_, value) = members.iter().rfind(|(name, _)| name.as_deref() == Some(key))?;
            serde_json::from_str::<String>(value).ok()
        };
        Some(Self {
            name: text("name")?,
            since: text("since").or_else(|| text("orphan_since")),
        })
    }

    pub fn to_json(&self) -> String {
        let since = self.since.as_deref().map_or_else(|| "null".to_owned(), quote);
        format!(r#"{{"name": {}, "since": {since}}}"#, quote(&self.name))
    }
}
