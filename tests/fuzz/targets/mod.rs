//! What is checked of any input, one function a target: a fuzzer calls it, and so do the tests.

pub mod config;
pub mod session;
pub mod soap;
