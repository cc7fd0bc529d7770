//! Tests of the notifications.

mod deliver;
mod fleet;
mod order;
mod outages;
mod plan;
mod refusals;
mod server;
mod settle;
