//! The vSphere SOAP dialect as values: requests become bytes, answers become trees. No I/O, no clock.
//!
//! A request is built by a function of [`request`] and carries the method whose answer it expects. An answer is read by
//! [`read_page`] (the property collector's pages, straight into [`ObjectContent`]) or by [`read_returnval`] (everything
//! else, as a [`Value`]). Both walk the document once, resolve prefixes by namespace URI, and stop at the caps of
//! [`Limits`]; [`peek_token`] looks at a page's head only, so that the next page can be on its way meanwhile.

mod answer;
mod envelope;
mod error;
mod fault;
mod limits;
mod names;
mod page;
pub mod request;
mod service;
mod tag;
mod tree;
mod value;
mod xml;

#[cfg(test)]
mod tests;

pub use answer::{Decoded, read_returnval};
pub use error::DecodeError;
pub use fault::{Fault, FaultKind};
pub use limits::Limits;
pub use page::{peek_token, read_page};
pub use request::{PropertySpec, Query, Request};
pub use service::{AboutInfo, ServiceContent};
pub use value::{ManagedObjectReference, MissingProperty, ObjectContent, Page, Reference, Value};
