//! The handle that tests hold.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use crate::exchange::{Shared, serve};
use crate::faults::Fault;
use crate::inventory::Inventory;
use crate::session::Expiry;
use crate::state::{Connections, Recorded, State};
use crate::tls::Certificate;

/// A running server on 127.0.0.1; dropping it ends it and all its connections.
#[derive(Debug)]
pub struct Simulator {
    handle: Handle,
    address: SocketAddr,
    pem: String,
    fingerprint: String,
    task: JoinHandle<()>,
    runtime: Option<Runtime>,
}

/// Access to a server's inventory from elsewhere, such as a change that is scripted on another server.
#[derive(Clone, Debug)]
pub struct Handle(Arc<Shared>);

impl Handle {
    /// Reads or changes the inventory, between two calls.
    pub fn inventory<T>(&self, access: impl FnOnce(&mut Inventory) -> T) -> T {
        access(&mut self.0.lock().inventory)
    }
}

impl Simulator {
    /// Starts a server on the current runtime.
    pub async fn start(config: Config) -> io::Result<Self> {
        let certificate = Certificate::generate(config.certificate_ends)?;
        Self::start_with(config, &certificate).await
    }

    /// The same with a certificate that other servers may have too: whoever starts them by the thousand saves the time
    /// to make one for each.
    pub async fn start_with(config: Config, certificate: &Certificate) -> io::Result<Self> {
        let identity = certificate.clone();
        let listener = TcpListener::bind(("127.0.0.1", config.port)).await?;
        let address = listener.local_addr()?;
        let handle = Handle(Arc::new(Shared::new(State::new(config))));
        let shared = Arc::clone(&handle.0);
        Ok(Self {
            handle,
            address,
            pem: identity.pem,
            fingerprint: identity.fingerprint,
            task: tokio::spawn(accept(listener, identity.acceptor, shared)),
            runtime: None,
        })
    }

    /// Starts a server on a runtime and thread of its own, for callers that are not async.
    pub fn start_in_background(config: Config) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let mut simulator = runtime.block_on(Self::start(config))?;
        simulator.runtime = Some(runtime);
        Ok(simulator)
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The SHA-256 of its certificate, as `openssl x509 -fingerprint -sha256` prints it: `AB:01:…`.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> &str {
        &self.fingerprint
    }

    /// Its certificate, valid for `127.0.0.1` and `localhost`.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// The user and the password that it accepts.
    #[must_use]
    pub fn credentials(&self) -> (String, String) {
        let state = self.handle.0.lock();
        (state.config.user.clone(), state.config.password.clone())
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.handle.0)
    }

    /// Access to the inventory that can be kept elsewhere.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Reads or changes the inventory, between two calls.
    pub fn inventory<T>(&self, access: impl FnOnce(&mut Inventory) -> T) -> T {
        self.handle.inventory(access)
    }

    /// Changes the configuration: password, page size, latency and what else is read at each call. The `about`
    /// information is fixed at the start.
    pub fn configure<T>(&self, change: impl FnOnce(&mut Config) -> T) -> T {
        change(&mut self.handle.0.lock().config)
    }

    /// Scripts a fault; those of earlier calls stay.
    pub fn script(&self, fault: Fault) {
        self.handle.0.lock().script.add(fault);
    }

    /// Forgets all scripted faults.
    pub fn clear_faults(&self) {
        self.handle.0.lock().script.clear();
    }

    /// How many calls were struck by scripted faults since these were last cleared. Delays and changes of the inventory
    /// do not count: such calls are answered as they should be.
    #[must_use]
    pub fn strikes(&self) -> usize {
        self.handle.0.lock().script.strikes()
    }

    /// How connections are received from now on.
    pub fn receive(&self, connections: Connections) {
        self.handle.0.lock().connections = connections;
    }

    /// Ends all sessions that are open now.
    pub fn expire_sessions(&self, expiry: Expiry) {
        let mut state = self.handle.0.lock();
        for session in state.sessions.values_mut() {
            session.expired.get_or_insert(expiry);
        }
    }

    /// All requests so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Recorded> {
        self.handle.0.lock().calls.clone()
    }

    /// How many calls of a method there were.
    #[must_use]
    pub fn call_count(&self, method: &str) -> usize {
        let state = self.handle.0.lock();
        state.calls.iter().filter(|call| call.method == method).count()
    }

    /// Forgets the calls that were recorded.
    pub fn clear_calls(&self) {
        self.handle.0.lock().calls.clear();
    }

    /// Sessions that are logged in, neither logged out nor over.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        let state = self.handle.0.lock();
        let sessions = state.sessions.values();
        sessions.filter(|session| session.expired.is_none()).count()
    }

    /// Logins that were tried, refused ones too. One that a scripted fault answered does not count.
    #[must_use]
    pub fn login_attempts(&self) -> usize {
        self.handle.0.lock().login_attempts
    }

    /// Whether refused logins have locked the account.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let state = self.handle.0.lock();
        let limit = state.config.lock_after;
        limit.is_some_and(|limit| state.refused_logins >= limit)
    }

    /// Unlocks the account, as the end of its 900 seconds would.
    pub fn unlock(&self) {
        self.handle.0.lock().refused_logins = 0;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    // Holds what is accepted and then ignored.
    let mut ignored = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let mode = shared.lock().connections;
        match mode {
            Connections::Closed => drop(stream),
            Connections::Ignored => ignored.push(stream),
            Connections::Served => {
                number += 1;
                connections.spawn(connection(stream, acceptor.clone(), Arc::clone(&shared), number));
            }
        }
    }
}

/// Errors end the connection; whoever is at its other end sees them.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>, number: usize) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| serve(Arc::clone(&shared), number, request));
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
