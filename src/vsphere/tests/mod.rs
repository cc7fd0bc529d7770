//! Sessions over scripted answers.

mod evidence;
mod remedies;
mod script;
mod sessions;

use std::time::Duration;

use script::{Script, Step};

use super::*;
use crate::config::{Secret, Tls};
use crate::soap::{FaultKind, Limits, ObjectContent, PropertySpec, Reference};

/// What the listings of these tests ask for.
const SPECS: &[PropertySpec] = &[
    PropertySpec::of("VirtualMachine", &["name", "config.uuid", "config.new"]),
    PropertySpec::of("Folder", &["name", "parent"]),
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

/// A sink that keeps what the last attempt saw, and if it was not completed what earlier ones saw; without the values.
#[derive(Default)]
struct Kept {
    earlier: Vec<ObjectContent<'static>>,
    current: Vec<ObjectContent<'static>>,
}

impl Sink for Kept {
    fn add(&mut self, objects: Vec<ObjectContent<'_>>) {
        let keep = |object: ObjectContent<'_>| ObjectContent {
            object: Reference::new(object.object.kind.into_owned(), object.object.value.into_owned()),
            properties: Vec::new(),
            missing: object.missing,
        };
        self.current.extend(objects.into_iter().map(keep));
    }

    fn restart(&mut self) {
        self.earlier.append(&mut self.current);
    }
}

impl Kept {
    /// Each object once, by reference.
    fn finish(mut self, listing: &Listing) -> Vec<ObjectContent<'static>> {
        if !listing.completeness.is_complete() {
            self.current.append(&mut self.earlier);
        }
        self.current.sort_by_key(|object| object.object.to_object());
        self.current.dedup_by(|a, b| a.object == b.object);
        self.current
    }
}

/// A listing with the objects that arrived.
struct Heard {
    listing: Listing,
    objects: Vec<ObjectContent<'static>>,
}

impl std::ops::Deref for Heard {
    type Target = Listing;

    fn deref(&self) -> &Listing {
        &self.listing
    }
}

async fn hear(session: &mut Session<Script>, specs: &[PropertySpec]) -> Heard {
    let mut kept = Kept::default();
    let listing = session.list(specs, &mut kept, &|_| ()).await;
    let objects = kept.finish(&listing);
    Heard { listing, objects }
}

/// Lists over these answers and logs out.
async fn list(steps: Vec<Step>) -> (Heard, Vec<&'static str>) {
    let (mut session, script) = open(steps).await;
    let heard = hear(&mut session, SPECS).await;
    let calls = script.calls()[2..].to_vec();
    session.logout().await;
    (heard, calls)
}

/// The ids of the objects that arrived.
fn ids(heard: &Heard) -> Vec<&str> {
    let ids = heard.objects.iter().map(|object| &*object.object.value);
    ids.collect()
}

/// Why it is not complete.
fn reason(listing: &Listing) -> &IncompleteReason {
    match &listing.completeness {
        Completeness::Complete => panic!("complete"),
        Completeness::Incomplete { reasons } => &reasons[0],
    }
}
