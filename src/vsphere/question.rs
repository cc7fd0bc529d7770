//! The one question of a listing: a view, the server's own objects, and the pages that follow.

use tokio::time::timeout;

use super::caller::CallFailure;
use super::exchange::Exchange;
use super::listing::ListWarning;
use super::session::{FAREWELL, Session};
use super::walk::{Stop, stopped};
use crate::soap::{DecodeError, ManagedObjectReference, PropertySpec, Query, Reference, Request, Value, request};

/// The managed entities: what a container view can hold. Anything else is an object of the server's own, or nothing.
const ENTITIES: &[&str] = &[
    "ClusterComputeResource",
    "ComputeResource",
    "Datacenter",
    "Datastore",
    "DistributedVirtualPortgroup",
    "DistributedVirtualSwitch",
    "Folder",
    "HostSystem",
    "ManagedEntity",
    "Network",
    "OpaqueNetwork",
    "ResourcePool",
    "StoragePod",
    "VirtualApp",
    "VirtualMachine",
    "VmwareDistributedVirtualSwitch",
];

/// What a listing is of.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) specs: &'a [PropertySpec],
    /// Only these objects; none for all of the specs' kinds.
    pub(super) objects: &'a [ManagedObjectReference],
}

impl<E: Exchange> Session<E> {
    /// Tells the server not to hold the remaining pages. Best effort: the logout does it as well.
    pub(super) async fn cancel(&self, token: Option<&str>) {
        if let Some(token) = token {
            let request = request::cancel_retrieve_properties_ex(&self.content.property_collector, token);
            let _ = timeout(FAREWELL, self.caller.value(request, |_| ())).await;
        }
    }

    pub(super) fn further_request(&self, token: &str) -> Request {
        request::continue_retrieve_properties_ex(&self.content.property_collector, token)
    }

    pub(super) async fn first_request(
        &mut self,
        question: &Question<'_>,
        dropped: &[&'static str],
    ) -> Result<Request, Stop> {
        let Question { specs, objects } = *question;
        let entities: Vec<_> = specs
            .iter()
            .filter(|spec| !spec.is_of_root && ENTITIES.contains(&spec.kind))
            .map(|spec| spec.kind)
            .collect();
        if self.view.is_none() && !entities.is_empty() {
            self.view = Some(self.create_view(&entities).await?);
        }
        let singles = if objects.is_empty() {
            self.singles(specs)
        } else {
            objects.to_vec()
        };
        let (view, max_objects) = (self.view.as_ref(), self.bounds.page_size);
        let query = Query {
            specs,
            dropped,
            view,
            singles: &singles,
            root: Some(&self.content.root_folder),
            max_objects,
        };
        Ok(request::retrieve_properties_ex(
            &self.content.property_collector,
            &query,
        ))
    }

    async fn create_view(&self, kinds: &[&str]) -> Result<ManagedObjectReference, Stop> {
        let request = request::create_container_view(&self.content.view_manager, &self.content.root_folder, kinds);
        let method = request.method;
        let read = |view: Option<&Value<'_>>| view.and_then(Value::reference).map(Reference::to_object);
        let view = self.caller.value(request, read).await;
        let missing = CallFailure::Decode(DecodeError::Missing { element: "returnval" });
        view.map_err(|error| stopped(method, error.failure))?
            .ok_or_else(|| stopped(method, missing))
    }

    /// The objects outside of the view. A container view does not hold its own container.
    fn singles(&mut self, specs: &[PropertySpec]) -> Vec<ManagedObjectReference> {
        let mut singles = Vec::new();
        for spec in specs {
            match self.content.object_of_kind(spec.kind) {
                _ if spec.is_of_root => {}
                _ if spec.kind == "Folder" => singles.push(self.content.root_folder.clone()),
                _ if ENTITIES.contains(&spec.kind) => {}
                Some(object) => singles.push(object.clone()),
                None => self.gathering().warn(ListWarning::UnknownKind { kind: spec.kind }),
            }
        }
        singles
    }
}
