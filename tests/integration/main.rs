//! Integration tests: the binary against real servers, the simulator and a bad network.

#[path = "../support/mod.rs"]
mod support;

mod endpoints;
mod hostile;
mod leases;
mod outages;
mod sessions;
mod sessions_redis;
mod signals;
mod stores;
mod support_selftest;
