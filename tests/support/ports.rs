//! Free ports below the ephemeral range, so that no outgoing connection takes one between choice and bind.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;

static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| {
    let (random, _) = uuid::Uuid::new_v4().as_u64_pair();
    AtomicU32::new(u32::try_from(random % u64::from(COUNT)).expect("below COUNT"))
});

/// A port of 127.0.0.1 that nobody listened on just now, and that this process did not hand out before. Another process
/// may be quicker to take it: whoever can listen by itself uses [`listen`].
pub fn free_port() -> u16 {
    let address = listen().local_addr();
    address.expect("it listens").port()
}

/// A non-blocking socket that listens on a port of its own.
pub fn listen() -> TcpListener {
    let socket = (0..COUNT)
        .map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT)
        .map(|port| u16::try_from(port).expect("below 32,000"))
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .expect("one of 12,000 ports is free");
    socket.set_nonblocking(true).expect("a socket can be non-blocking");
    socket
}
