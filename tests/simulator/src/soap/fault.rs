//! SOAP faults with the words and shapes of real servers.

use super::write::{element, escaped, typed};
use crate::value::{MoRef, Value};

/// A fault, either of a whole call or of one property in a `missingSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapFault {
    /// The fault's type, `NotAuthenticated`.
    pub kind: String,
    /// The `faultstring`, or the `localizedMessage` in a `missingSet`.
    pub message: String,
    details: String,
}

impl SoapFault {
    /// Any fault, by its type and text.
    #[must_use]
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            details: String::new(),
        }
    }

    /// The session is unknown, expired or was never logged in.
    #[must_use]
    pub fn not_authenticated(object: &MoRef) -> Self {
        let fault = Self::new("NotAuthenticated", "The session is not authenticated.");
        fault.with_ref("object", object).with("privilegeId", "System.View")
    }

    /// A right is missing.
    #[must_use]
    pub fn no_permission(object: &MoRef, privilege: &str) -> Self {
        let fault = Self::new("NoPermission", "Permission to perform this operation was denied.");
        fault.with_ref("object", object).with("privilegeId", privilege)
    }

    /// Wrong user or password, or a locked account.
    #[must_use]
    pub fn invalid_login() -> Self {
        Self::new(
            "InvalidLogin",
            "Cannot complete login due to an incorrect user name or password.",
        )
    }

    /// A property path that the server's version does not know.
    #[must_use]
    pub fn invalid_property(name: &str) -> Self {
        Self::new("InvalidProperty", "").with("name", name)
    }

    /// A parameter that makes no sense, such as a token that was never given out.
    #[must_use]
    pub fn invalid_argument(name: &str) -> Self {
        let message = format!("A specified parameter was not correct: {name}");
        Self::new("InvalidArgument", message).with("invalidProperty", name)
    }

    /// The object was destroyed, or never was.
    #[must_use]
    pub fn object_not_found(object: &MoRef) -> Self {
        let (kind, id) = (&object.kind, &object.id);
        let message =
            format!("The object 'vim.{kind}:{id}' has already been deleted or has not been completely created");
        Self::new("ManagedObjectNotFound", message).with_ref("obj", object)
    }

    /// The server does not do this.
    #[must_use]
    pub fn not_supported() -> Self {
        Self::new("NotSupported", "The operation is not supported on the object.")
    }

    /// The request is no SOAP, or names no method of this server.
    #[must_use]
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new("InvalidRequest", message)
    }

    /// Adds a text field to the fault's detail.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        element(&mut self.details, name, text);
        self
    }

    /// Adds a reference to the fault's detail.
    #[must_use]
    pub fn with_ref(mut self, name: &str, object: &MoRef) -> Self {
        let value = Value::Ref(object.clone());
        typed(&mut self.details, name, &value, "ManagedObjectReference");
        self
    }

    /// The `soapenv:Fault` element.
    pub(crate) fn to_body(&self) -> String {
        let (kind, details) = (&self.kind, &self.details);
        format!(
            "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{}</faultstring><detail>\
             <{kind}Fault xmlns=\"urn:vim25\" xsi:type=\"{kind}\">{details}</{kind}Fault></detail></soapenv:Fault>",
            escaped(&self.message)
        )
    }

    /// The `fault` and `localizedMessage` of a `LocalizedMethodFault`.
    pub(crate) fn to_localized(&self) -> String {
        format!(
            "<fault><fault xsi:type=\"{}\">{}</fault><localizedMessage>{}</localizedMessage></fault>",
            self.kind,
            self.details,
            escaped(&self.message)
        )
    }
}
