//! Variables that Kubernetes and Docker put into a container for each service they know of. For a service called
//! `vmsync-redis` they bear the names of keys (`VMSYNC_REDIS_PORT=tcp://10.0.0.1:6379`) or look like keys misspelt.
//! <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>

use std::ffi::OsStr;

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];
const SCHEMES: [&str; 3] = ["tcp://", "udp://", "sctp://"];

/// Whether this is the address of a service: no port of a configuration looks like it.
pub(super) fn is_address(name: &str, value: &OsStr) -> bool {
    let begins = |scheme: &&str| value.as_encoded_bytes().starts_with(scheme.as_bytes());
    name.ends_with("_PORT") && SCHEMES.iter().any(begins)
}

/// Whether a variable of this name tells more of a service: `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`,
/// `…_PORT_6379_TCP`, `…_PORT_6379_TCP_ADDR`.
pub(super) fn is_detail(name: &str) -> bool {
    let is_of_port = |(index, mark): (usize, &str)| is_port_and_protocol(&name[index + mark.len()..]);
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.match_indices("_PORT_").any(is_of_port)
}

/// `6379_TCP`, and what may follow it.
fn is_port_and_protocol(text: &str) -> bool {
    let mut words = text.split('_');
    let is_number = words.next().is_some_and(|word| word.parse::<u16>().is_ok());
    let is_protocol = words.next().is_some_and(|word| PROTOCOLS.contains(&word));
    let is_end = matches!(words.next(), None | Some("PROTO" | "PORT" | "ADDR")) && words.next().is_none();
    is_number && is_protocol && is_end
}
