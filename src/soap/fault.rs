//! SOAP faults, and the faults inside a `missingSet`.

use super::error::{DecodeError, excerpt};
use super::tag::Element;
use super::xml::Xml;

/// The faults that somebody acts upon, by the type's name in the vSphere API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// User name or password refused. ESXi locks the account after five of these.
    InvalidLogin,
    /// The user lacks a privilege.
    NoPermission,
    /// No session, or not any more.
    NotAuthenticated,
    /// A property path that this version does not know.
    InvalidProperty {
        /// The path, or its last part.
        name: String,
    },
    /// The object was destroyed meanwhile.
    ManagedObjectNotFound,
    /// Not with this licence: the free ESXi answers so to writes.
    RestrictedVersion,
    /// Any other, by its name; empty if the server named none.
    Other(String),
}

impl FaultKind {
    /// By type name: `NoPermission`. The element's name, `NoPermissionFault`, means the same.
    fn named(name: &str, property: String) -> Self {
        match name.strip_suffix("Fault").unwrap_or(name) {
            "InvalidLogin" => Self::InvalidLogin,
            "NoPermission" => Self::NoPermission,
            "NotAuthenticated" => Self::NotAuthenticated,
            "InvalidProperty" => Self::InvalidProperty { name: property },
            "ManagedObjectNotFound" => Self::ManagedObjectNotFound,
            "RestrictedVersion" => Self::RestrictedVersion,
            other => Self::Other(excerpt(other)),
        }
    }
}

impl std::fmt::Display for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidLogin => f.write_str("InvalidLogin"),
            Self::NoPermission => f.write_str("NoPermission"),
            Self::NotAuthenticated => f.write_str("NotAuthenticated"),
            Self::InvalidProperty { name } => write!(f, "InvalidProperty {name:?}"),
            Self::ManagedObjectNotFound => f.write_str("ManagedObjectNotFound"),
            Self::RestrictedVersion => f.write_str("RestrictedVersion"),
            Self::Other(name) if name.is_empty() => f.write_str("an unnamed fault"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// A call that the server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// By the element in `detail`.
    pub kind: FaultKind,
    /// The server's `faultstring`, in its own language, shortened to one line; may be empty.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.message.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", self.message)
        }
    }
}

/// Reads the open `<soapenv:Fault>` (SOAP 1.1, section 4.4). Its children are unqualified; vCenter 4 qualifies them, so
/// only their names count.
pub(super) fn read_fault(xml: &mut Xml<'_>) -> Result<Fault, DecodeError> {
    let mut code = String::new();
    let mut message = String::new();
    let mut kind = None;
    while let Some(child) = xml.child()? {
        match child.name {
            "faultcode" => code = xml.text()?.into_owned(),
            "faultstring" => message = excerpt(&xml.text()?),
            "detail" => kind = read_first_kind(xml)?,
            _ => xml.skip()?,
        }
    }
    let code = code.rsplit(':').next().unwrap_or_default().to_owned();
    Ok(Fault {
        kind: kind.unwrap_or_else(|| FaultKind::named(&code, String::new())),
        message,
    })
}

/// Reads the open `<fault>` of a `missingSet`, a `LocalizedMethodFault` around the fault proper.
pub(super) fn read_localized(xml: &mut Xml<'_>) -> Result<FaultKind, DecodeError> {
    let mut kind = None;
    while let Some(child) = xml.child()? {
        if child.name == "fault" {
            kind = Some(read_kind(xml, &child)?);
        } else {
            xml.skip()?;
        }
    }
    Ok(kind.unwrap_or(FaultKind::Other(String::new())))
}

fn read_first_kind(xml: &mut Xml<'_>) -> Result<Option<FaultKind>, DecodeError> {
    let mut kind = None;
    while let Some(child) = xml.child()? {
        if kind.is_none() {
            kind = Some(read_kind(xml, &child)?);
        } else {
            xml.skip()?;
        }
    }
    Ok(kind)
}

/// `xsi:type` says the type, with any prefix; without it the element's own name does.
fn read_kind<'a>(xml: &mut Xml<'a>, element: &Element<'a>) -> Result<FaultKind, DecodeError> {
    let name = element.schema_type.map_or(element.name, |(_, name)| name);
    let mut property = String::new();
    while let Some(child) = xml.child()? {
        if child.name == "name" {
            property = excerpt(&xml.text()?);
        } else {
            xml.skip()?;
        }
    }
    Ok(FaultKind::named(name, property))
}
