//! Sessions over scripted answers.

mod evidence;
mod remedies;
mod script;
mod sessions;

use std::time::Duration;

use script::{Script, Step};

use super::*;
use crate::config::{Secret, Tls};
use crate::soap::{FaultKind, Limits, PropertySpec};

/// What the listings of these tests ask for.
const SPECS: &[PropertySpec] = &[
    PropertySpec {
        kind: "VirtualMachine",
        paths: &["name", "config.uuid", "config.new"],
    },
    PropertySpec {
        kind: "Folder",
        paths: &["name", "parent"],
    },
];

fn endpoint() -> Endpoint {
    let password = Secret::new("hunter2&".into());
    let (name, host, username) = ("esx1".into(), "10.0.0.1".into(), "root".into());
    Endpoint {
        name,
        host,
        port: 443,
        username,
        password,
        tls: Tls::SystemRoots,
    }
}

fn timeouts() -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(10),
        call: Duration::from_secs(30),
        deadline: None,
    }
}

/// Opens a session over these answers, after those to the two calls that open it.
async fn open(steps: Vec<Step>) -> (Session<Script>, Script) {
    let script = Script::new([vec![Step::service(), Step::login("k1")], steps].concat());
    let session = Session::open_over(script.clone(), &endpoint(), &timeouts(), Limits::default()).await;
    (session.expect("a session"), script)
}

/// Lists over these answers and logs out.
async fn list(steps: Vec<Step>) -> (Listing, Vec<&'static str>) {
    let (mut session, script) = open(steps).await;
    let listing = session.list(SPECS, |_| ()).await;
    let calls = script.calls()[2..].to_vec();
    session.logout().await;
    (listing, calls)
}

/// The ids of the objects that arrived.
fn ids(listing: &Listing) -> Vec<&str> {
    listing
        .objects
        .iter()
        .map(|object| object.object.value.as_str())
        .collect()
}

/// Why it is not complete.
fn reason(listing: &Listing) -> &IncompleteReason {
    match &listing.completeness {
        Completeness::Complete => panic!("complete"),
        Completeness::Incomplete { reasons } => &reasons[0],
    }
}
