//! Names and connections, one step at a time, so that each can be told from the next.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// The addresses of a host, at least one. The error is the cause, in one line.
pub(super) async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = match timeout(limit, lookup_host((bare, port))).await {
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err(format!("no answer within {} s", limit.as_secs())),
    };
    if found.is_empty() {
        return Err("it has no address".to_owned());
    }
    Ok(found)
}

/// A connection to the first address that takes one. The error is the cause at the last of them.
pub(super) async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<(TcpStream, SocketAddr), String> {
    let mut last = "it has no address".to_owned();
    for address in addresses {
        last = match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok((stream, *address)),
            Ok(Err(error)) => format!("{address}: {error}"),
            Err(_) => format!("{address}: no answer within {} s", limit.as_secs()),
        };
    }
    Err(last)
}

/// The addresses without their port.
pub(super) fn list(addresses: &[SocketAddr]) -> String {
    let mut shown: Vec<String> = Vec::new();
    for address in addresses {
        let address = address.ip().to_string();
        if !shown.contains(&address) {
            shown.push(address);
        }
    }
    shown.join(", ")
}
