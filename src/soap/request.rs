//! The calls that vmsync makes, one function each. Methods, parameters and their order are those of the vSphere Web
//! Services API reference, in the forms that exist since 4.1.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::envelope::Envelope;
use super::value::ManagedObjectReference;

/// The bytes of one call. They may hold a password: no `Debug`, and overwritten when dropped.
#[derive(Clone)]
pub struct Request {
    /// The method; its answer is the element of this name with `Response` behind it.
    pub method: &'static str,
    /// The envelope.
    pub body: Zeroizing<Vec<u8>>,
}

/// What is asked of one kind of object. Specs are data: a further kind is a further spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertySpec {
    /// The managed object type; subtypes are meant too.
    pub kind: &'static str,
    /// Property paths. A real server refuses the whole call for a path that its version does not know.
    pub paths: Cow<'static, [&'static str]>,
    /// Whether only the root folder is meant.
    pub is_of_root: bool,
}

impl PropertySpec {
    /// These paths of every object of the kind.
    #[must_use]
    pub const fn of(kind: &'static str, paths: &'static [&'static str]) -> Self {
        Self {
            kind,
            paths: Cow::Borrowed(paths),
            is_of_root: false,
        }
    }

    /// The same of paths that are put together.
    #[must_use]
    pub const fn joined(kind: &'static str, paths: Vec<&'static str>) -> Self {
        Self {
            kind,
            paths: Cow::Owned(paths),
            is_of_root: false,
        }
    }

    /// These paths of the root folder and no other.
    #[must_use]
    pub const fn of_root(paths: &'static [&'static str]) -> Self {
        Self {
            kind: "Folder",
            paths: Cow::Borrowed(paths),
            is_of_root: true,
        }
    }
}

/// One question to the property collector.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Properties by kind.
    pub specs: &'a [PropertySpec],
    /// Paths that the server has refused, left out of every spec.
    pub dropped: &'a [&'static str],
    /// Every object of this view.
    pub view: Option<&'a ManagedObjectReference>,
    /// Further objects, each on its own.
    pub singles: &'a [ManagedObjectReference],
    /// The root folder, for the specs that are of nothing else.
    pub root: Option<&'a ManagedObjectReference>,
    /// Most objects of one page.
    pub max_objects: u32,
}

/// `ServiceInstance.RetrieveServiceContent`: the only call that needs no session.
#[must_use]
pub fn retrieve_service_content() -> Request {
    Envelope::call("RetrieveServiceContent", &service_instance(), 0).finish()
}

/// `ServiceInstance.CurrentTime`.
#[must_use]
pub fn current_time() -> Request {
    Envelope::call("CurrentTime", &service_instance(), 0).finish()
}

/// `SessionManager.Login`. Every refusal counts towards the account's lock: never to be sent twice.
#[must_use]
pub fn login(session_manager: &ManagedObjectReference, user_name: &str, password: &str) -> Request {
    let mut envelope = Envelope::call("Login", session_manager, user_name.len() + password.len());
    envelope.text("userName", user_name).text("password", password);
    envelope.finish()
}

/// `SessionManager.Logout`.
#[must_use]
pub fn logout(session_manager: &ManagedObjectReference) -> Request {
    Envelope::call("Logout", session_manager, 0).finish()
}

/// `SessionManager.SessionIsActive`: vCenter only, and only with Sessions.ValidateSession.
#[must_use]
pub fn session_is_active(session_manager: &ManagedObjectReference, key: &str, user_name: &str) -> Request {
    let mut envelope = Envelope::call("SessionIsActive", session_manager, key.len() + user_name.len());
    envelope.text("sessionID", key).text("userName", user_name);
    envelope.finish()
}

/// `ViewManager.CreateContainerView`: everything of these kinds below `container`, at any depth.
#[must_use]
pub fn create_container_view(
    view_manager: &ManagedObjectReference,
    container: &ManagedObjectReference,
    kinds: &[&str],
) -> Request {
    let mut envelope = Envelope::call("CreateContainerView", view_manager, 0);
    envelope.reference("container", container);
    for kind in kinds {
        envelope.text("type", kind);
    }
    envelope.text("recursive", "true");
    envelope.finish()
}

/// `View.DestroyView`.
#[must_use]
pub fn destroy_view(view: &ManagedObjectReference) -> Request {
    Envelope::call("DestroyView", view, 0).finish()
}

/// `PropertyCollector.RetrievePropertiesEx`: one filter with all specs over the view and the single objects, and another
/// one with what is asked of the root folder only.
#[must_use]
pub fn retrieve_properties_ex(collector: &ManagedObjectReference, query: &Query<'_>) -> Request {
    let mut envelope = Envelope::call("RetrievePropertiesEx", collector, 4096);
    envelope.raw("<specSet>");
    for spec in query.specs.iter().filter(|spec| !spec.is_of_root) {
        property_set(&mut envelope, spec, query.dropped);
    }
    if let Some(view) = query.view {
        view_set(&mut envelope, view);
    }
    for object in query.singles {
        single_set(&mut envelope, object);
    }
    envelope.raw("</specSet>");
    if let Some(root) = query.root.filter(|_| query.specs.iter().any(|spec| spec.is_of_root)) {
        envelope.raw("<specSet>");
        for spec in query.specs.iter().filter(|spec| spec.is_of_root) {
            property_set(&mut envelope, spec, query.dropped);
        }
        single_set(&mut envelope, root);
        envelope.raw("</specSet>");
    }
    envelope
        .raw("<options>")
        .text("maxObjects", &query.max_objects.to_string())
        .raw("</options>");
    envelope.finish()
}

/// `PropertyCollector.ContinueRetrievePropertiesEx`: the next page.
#[must_use]
pub fn continue_retrieve_properties_ex(collector: &ManagedObjectReference, token: &str) -> Request {
    let mut envelope = Envelope::call("ContinueRetrievePropertiesEx", collector, token.len());
    envelope.text("token", token);
    envelope.finish()
}

/// `PropertyCollector.CancelRetrievePropertiesEx`: the pages that are left are not wanted any more.
#[must_use]
pub fn cancel_retrieve_properties_ex(collector: &ManagedObjectReference, token: &str) -> Request {
    let mut envelope = Envelope::call("CancelRetrievePropertiesEx", collector, token.len());
    envelope.text("token", token);
    envelope.finish()
}

fn service_instance() -> ManagedObjectReference {
    ManagedObjectReference::new("ServiceInstance", "ServiceInstance")
}

fn property_set(envelope: &mut Envelope, spec: &PropertySpec, dropped: &[&str]) {
    envelope
        .raw("<propSet>")
        .text("type", spec.kind)
        .raw("<all>false</all>");
    for path in spec.paths.iter().filter(|path| !dropped.contains(path)) {
        envelope.text("pathSet", path);
    }
    envelope.raw("</propSet>");
}

fn single_set(envelope: &mut Envelope, object: &ManagedObjectReference) {
    envelope
        .raw("<objectSet>")
        .reference("obj", object)
        .raw("<skip>false</skip></objectSet>");
}

/// The view itself is passed over, the objects in it are taken.
fn view_set(envelope: &mut Envelope, view: &ManagedObjectReference) {
    envelope
        .raw("<objectSet>")
        .reference("obj", view)
        .raw("<skip>true</skip>");
    envelope
        .raw(r#"<selectSet xsi:type="TraversalSpec"><name>view</name>"#)
        .text("type", &view.kind);
    envelope.raw("<path>view</path><skip>false</skip></selectSet></objectSet>");
}
