//! Integration tests: the binary against real servers, the simulator and a bad network.

#[path = "../support/mod.rs"]
mod support;

mod artifacts;
mod canaries;
mod check;
mod collection;
mod config;
mod containers;
mod dry_run;
mod endpoints;
mod exports;
mod hardware;
mod hostile;
mod killed;
mod leases;
mod list;
mod list_objects;
mod live;
mod logs;
mod main_job;
mod metrics;
mod objects;
mod old_bugs;
mod outage_schedules;
mod outages;
mod package;
mod ping;
mod prune;
mod query;
mod reports;
mod sessions;
mod sessions_redis;
mod signals;
mod site;
mod state_machine;
mod store_contract;
mod stores;
mod support_selftest;
mod takeover;
mod unchanged;
mod units;
mod usage;
