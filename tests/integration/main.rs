//! Integration tests: the binary against real servers, the simulator and a bad network.

#[path = "../support/mod.rs"]
mod support;

mod dry_run;
mod main_job;
mod old_bugs;
mod sessions_redis;
mod site;
mod support_selftest;
mod takeover;
mod usage;
