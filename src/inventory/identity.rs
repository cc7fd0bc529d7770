//! Who is who: UUIDs of VMs and hosts, ids of sources.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Shared;

/// A UUID as VMware writes it, compared without case. Some hardware has odd ones, so the text is not taken apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(Text);

/// Nearly all have one length, and need no memory of their own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Text {
    Usual([u8; 36]),
    Odd(Box<str>),
}

impl Uuid {
    /// Nothing for the empty text and for the all-zero UUID, which some mainboards and half-made VMs report.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.bytes().all(|byte| matches!(byte, b'0' | b'-')) {
            return None;
        }
        Some(Self(match <[u8; 36]>::try_from(text.as_bytes()) {
            Ok(mut usual) => {
                usual.make_ascii_lowercase();
                Text::Usual(usual)
            }
            Err(_) => Text::Odd(text.to_ascii_lowercase().into()),
        }))
    }

    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Usual(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            Text::Odd(text) => text,
        }
    }

    /// Without dashes, for comparison with what people type.
    #[must_use]
    pub fn bare(&self) -> String {
        self.as_str().replace('-', "")
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Uuid").field(&self.as_str()).finish()
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
        Self(Shared::of(&format!("{}{uuid}", prefix(kind))))
    }

    /// Whether it is [`Self::of_server`] of these, without making that.
    #[must_use]
    pub fn is_of_server(&self, kind: SourceKind, uuid: &Uuid) -> bool {
        self.0.strip_prefix(prefix(kind)) == Some(uuid.as_str())
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

const fn prefix(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Esxi => "esxi:",
        SourceKind::Vcenter => "vcenter:",
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_its_text_in_lower_case_whatever_its_length() {
        let usual = "564D2A5B-0000-1111-2222-33334444ABCD";
        for text in [usual, "No UUID", "ü", &usual[1..], &format!("{usual}0")] {
            let uuid = Uuid::new(&format!(" {text}\n")).unwrap();
            assert_eq!(uuid.as_str(), text.to_ascii_lowercase());
            assert_eq!(Some(&uuid), Uuid::new(&text.to_ascii_lowercase()).as_ref());
            assert_eq!(format!("{uuid} {uuid:?}"), format!("{0} Uuid({0:?})", uuid.as_str()));
        }
        assert_eq!(Uuid::new(usual).unwrap().bare(), "564d2a5b00001111222233334444abcd");
        for nothing in ["", " ", "0", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(Uuid::new(nothing), None);
        }
    }

    #[test]
    fn the_id_of_a_server_is_known_without_being_made() {
        let uuid = |text| Uuid::new(text).unwrap();
        let kinds = [SourceKind::Esxi, SourceKind::Vcenter];
        for (kind, other) in [(kinds[0], kinds[1]), (kinds[1], kinds[0])] {
            let id = SourceId::of_server(kind, &uuid("a-1"));
            assert!(id.is_of_server(kind, &uuid("A-1")));
            assert!(!id.is_of_server(other, &uuid("a-1")) && !id.is_of_server(kind, &uuid("a-2")));
        }
        assert!(!SourceId::of_name("esxi:a-1").is_of_server(SourceKind::Esxi, &uuid("a-1")));
    }
}
