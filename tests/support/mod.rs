//! Guards for what the tests talk to: real servers on random ports, recorders, faults, and the built binary.
//!
//! Each guard starts fast, waits until its server answers, and ends it on drop. A server that cannot be found fails
//! the test; it is never skipped.
#![allow(dead_code, unused_imports, reason = "not every test uses every guard")]

mod binary;
mod command;
mod connection;
mod endpoints;
mod failpoints;
mod http;
mod invariants;
mod journal;
mod mongod;
mod output;
mod ports;
mod proxy;
mod redis_server;
mod running;
mod runtime;
mod server;
mod site;
mod terminal;
mod tls;
mod usage;
mod vcsim;

pub use binary::{find_binary, is_nightly};
pub use command::VmsyncCommand;
pub use connection::Fault;
pub use endpoints::{Answer, Endpoints};
pub use failpoints::{FAILPOINTS, PRUNE_FAILPOINTS, comes_often};
pub use http::Recorded;
pub use invariants::{Frame, Judge, State, Watched, read_session};
pub use journal::{JOURNAL_SOCKET, Journal};
pub use mongod::Mongod;
pub use output::Output;
pub use proxy::FaultProxy;
pub use redis_server::Redis;
pub use running::Running;
pub use runtime::block_on;
pub use site::{AUTH, GROUP, Host, Server, Site, Store, session, session_key};
pub use terminal::open_terminal;
pub use tls::fingerprint_sha256;
pub use vcsim::Vcsim;

use std::time::{Duration, Instant};

/// Waits until `probe` has a value, looking every 10 ms; panics with `what` after `limit`.
pub fn wait_for<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(Instant::now() < end, "{what}: not after {limit:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
