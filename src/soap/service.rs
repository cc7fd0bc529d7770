//! What a server says of itself before anyone has logged in.

use super::error::DecodeError;
use super::value::{ManagedObjectReference, Reference, Value};

/// The server's product and version (WSDL type `AboutInfo`). Fields that it leaves out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AboutInfo {
    /// `VMware ESXi 8.0.3 build-24280767`.
    pub full_name: String,
    /// `8.0.3`.
    pub version: String,
    /// `24280767`.
    pub build: String,
    /// `HostAgent` on ESXi, `VirtualCenter` on vCenter.
    pub api_type: String,
    /// `8.0.3.0`.
    pub api_version: String,
    /// The identity of a vCenter; ESXi has none.
    pub instance_uuid: Option<String>,
}

impl AboutInfo {
    /// Whether it manages hosts rather than being one.
    #[must_use]
    pub fn is_vcenter(&self) -> bool {
        self.api_type == "VirtualCenter"
    }

    fn from_value(about: &Value<'_>) -> Self {
        let text = |name| about.field(name).and_then(Value::text).unwrap_or_default().to_owned();
        Self {
            full_name: text("fullName"),
            version: text("version"),
            build: text("build"),
            api_type: text("apiType"),
            api_version: text("apiVersion"),
            instance_uuid: Some(text("instanceUuid")).filter(|uuid| !uuid.is_empty()),
        }
    }
}

/// Where everything else is to be found (WSDL type `ServiceContent`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceContent {
    /// The root of the inventory.
    pub root_folder: ManagedObjectReference,
    /// Answers with properties.
    pub property_collector: ManagedObjectReference,
    /// Creates views.
    pub view_manager: ManagedObjectReference,
    /// Logs in and out.
    pub session_manager: ManagedObjectReference,
    /// Product and version.
    pub about: AboutInfo,
    /// Every object that the server named, the four above included.
    pub objects: Vec<ManagedObjectReference>,
}

impl ServiceContent {
    /// Out of the answer to `RetrieveServiceContent`.
    pub fn from_value(content: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            root_folder: reference(content, "rootFolder")?,
            property_collector: reference(content, "propertyCollector")?,
            view_manager: reference(content, "viewManager")?,
            session_manager: reference(content, "sessionManager")?,
            about: content
                .field("about")
                .map(AboutInfo::from_value)
                .ok_or(DecodeError::Missing { element: "about" })?,
            objects: references(content),
        })
    }

    /// The server's only object of a kind, such as `SessionManager`.
    #[must_use]
    pub fn object_of_kind(&self, kind: &str) -> Option<&ManagedObjectReference> {
        self.objects.iter().find(|object| object.kind == kind)
    }
}

fn reference(content: &Value<'_>, element: &'static str) -> Result<ManagedObjectReference, DecodeError> {
    content
        .field(element)
        .and_then(Value::reference)
        .map(Reference::to_object)
        .ok_or(DecodeError::Missing { element })
}

fn references(content: &Value<'_>) -> Vec<ManagedObjectReference> {
    match content {
        Value::Struct { fields, .. } => fields
            .iter()
            .filter_map(|(_, value)| value.reference().map(Reference::to_object))
            .collect(),
        _ => Vec::new(),
    }
}
