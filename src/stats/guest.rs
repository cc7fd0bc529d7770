//! Families of guest operating systems.

use serde::Serialize;

/// What most numbers of guests are asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is its own name")]
pub enum GuestFamily {
    Windows,
    Linux,
    Bsd,
    Macos,
    Solaris,
    Esxi,
    /// Known, and none of these.
    Other,
}

/// Parts of `VirtualMachineGuestOsIdentifier` and of the full names, in lower case. The first that is found decides:
/// "darwin" has a "win" in it.
const PARTS: [(&str, GuestFamily); 30] = [
    ("darwin", GuestFamily::Macos),
    ("mac os", GuestFamily::Macos),
    ("macos", GuestFamily::Macos),
    ("vmkernel", GuestFamily::Esxi),
    ("esx", GuestFamily::Esxi),
    ("win", GuestFamily::Windows),
    ("bsd", GuestFamily::Bsd),
    ("solaris", GuestFamily::Solaris),
    ("linux", GuestFamily::Linux),
    ("ubuntu", GuestFamily::Linux),
    ("debian", GuestFamily::Linux),
    ("rhel", GuestFamily::Linux),
    ("red hat", GuestFamily::Linux),
    ("redhat", GuestFamily::Linux),
    ("centos", GuestFamily::Linux),
    ("rocky", GuestFamily::Linux),
    ("sles", GuestFamily::Linux),
    ("suse", GuestFamily::Linux),
    ("sjds", GuestFamily::Linux),
    ("nld9", GuestFamily::Linux),
    ("oes", GuestFamily::Linux),
    ("fedora", GuestFamily::Linux),
    ("photon", GuestFamily::Linux),
    ("coreos", GuestFamily::Linux),
    ("asianux", GuestFamily::Linux),
    ("mandr", GuestFamily::Linux),
    ("crxpod", GuestFamily::Linux),
    ("crxsys", GuestFamily::Linux),
    ("miracle", GuestFamily::Linux),
    ("kylin", GuestFamily::Linux),
];

impl GuestFamily {
    /// What its identifiers and full names have in them, in lower case.
    pub fn parts(self) -> impl Iterator<Item = &'static str> {
        let of_family = PARTS.iter().filter(move |(_, family)| *family == self);
        of_family.map(|(part, _)| *part)
    }

    /// By the identifier, else by the full name; none if neither is known.
    #[must_use]
    pub fn of(guest_id: Option<&str>, guest_os: Option<&str>) -> Option<Self> {
        let known = |text: Option<&str>| {
            text.filter(|text| !text.is_empty() && *text != "unknown")
                .map(str::to_lowercase)
        };
        let texts: Vec<String> = [known(guest_id), known(guest_os)].into_iter().flatten().collect();
        let found = |text: &String| {
            PARTS
                .iter()
                .find(|(part, _)| text.contains(part))
                .map(|(_, family)| *family)
        };
        let family = texts.iter().find_map(found);
        family.or_else(|| (!texts.is_empty()).then_some(Self::Other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_names_have_a_family() {
        use GuestFamily::{Bsd, Esxi, Linux, Macos, Other, Solaris, Windows};
        for (id, name, expected) in [
            (Some("windows2019srv_64Guest"), None, Some(Windows)),
            (Some("winNetEnterpriseGuest"), Some("whatever"), Some(Windows)),
            (Some("ubuntu64Guest"), None, Some(Linux)),
            (Some("other5xLinux64Guest"), None, Some(Linux)),
            (Some("almalinux_64Guest"), None, Some(Linux)),
            (Some("rockylinux_64Guest"), None, Some(Linux)),
            (Some("sles15_64Guest"), None, Some(Linux)),
            (Some("freebsd13_64Guest"), None, Some(Bsd)),
            (Some("darwin21_64Guest"), None, Some(Macos)),
            (Some("solaris11_64Guest"), None, Some(Solaris)),
            (Some("vmkernel8Guest"), None, Some(Esxi)),
            (Some("dosGuest"), None, Some(Other)),
            (Some("otherGuest64"), None, Some(Other)),
            (Some("otherGuest64"), Some("Debian GNU/Linux 12"), Some(Linux)),
            (None, Some("Microsoft Windows Server 2022 (64-bit)"), Some(Windows)),
            (None, Some("unknown"), None),
            (None, None, None),
        ] {
            assert_eq!(GuestFamily::of(id, name), expected, "{id:?} {name:?}");
        }
    }
}
