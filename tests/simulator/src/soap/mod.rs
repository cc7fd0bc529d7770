//! The envelope, both ways: requests in, values and faults out.

mod fault;
mod request;
mod write;

pub use fault::SoapFault;
pub(crate) use request::{Call, Element, parse};
pub(crate) use write::{close, element, envelope, local_ref, nested, open, typed};
