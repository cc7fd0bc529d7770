//! Integration tests: the binary against real servers, the simulator and a bad network.

#[path = "../support/mod.rs"]
mod support;

mod artifacts;
mod endpoints;
mod hostile;
mod killed;
mod leases;
mod outages;
mod sessions;
mod sessions_redis;
mod signals;
mod store_contract;
mod stores;
mod support_selftest;
