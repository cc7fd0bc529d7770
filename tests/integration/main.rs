//! Integration tests: the binary against real servers, the simulator and a bad network.

#[path = "../support/mod.rs"]
mod support;

mod artifacts;
mod killed;
mod sessions_redis;
mod store_contract;
mod support_selftest;
