//! Who is who: UUIDs of VMs and hosts, ids of sources.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Shared;

/// A UUID as VMware writes it, compared without case. Some hardware has odd ones, so the text is not taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Uuid(String);

impl Uuid {
    /// Nothing for the empty text and for the all-zero UUID, which some mainboards and half-made VMs report.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let meaningful = text.chars().any(|c| c != '0' && c != '-');
        meaningful.then_some(Self(text))
    }

    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without dashes, for comparison with what people type.
    #[must_use]
    pub fn bare(&self) -> String {
        self.0.replace('-', "")
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a server is, by its `about.apiType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// `HostAgent`.
    Esxi,
    /// `VirtualCenter`.
    Vcenter,
}

/// The lasting identity of a source, whatever its name and address in the configuration: `esxi:<hardware UUID>`,
/// `vcenter:<instance UUID>`, or `name:<configured name>` where the server has no usable identity of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(Shared);

impl SourceId {
    /// From a server's own UUID.
    #[must_use]
    pub fn of_server(kind: SourceKind, uuid: &Uuid) -> Self {
        match kind {
            SourceKind::Esxi => Self(Shared::of(&format!("esxi:{uuid}"))),
            SourceKind::Vcenter => Self(Shared::of(&format!("vcenter:{uuid}"))),
        }
    }

    /// The fallback.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self(Shared::of(&format!("name:{name}")))
    }

    /// As stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(Shared::of(text))
    }

    /// As stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
