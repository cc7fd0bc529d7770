//! soap.
