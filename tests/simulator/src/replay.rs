//! Answers that were given once, given again: a server that does nothing but send.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::body::{AnswerBody, Link};
use crate::exchange::{MAX_REQUEST, Shared, answer_request};
use crate::reply::Reply;
use crate::simulator::Simulator;
use crate::soap::parse;
use crate::tls::Certificate;

/// The path under which all that was recorded comes as one body.
pub const ALL: &str = "/replay/all";

/// A server in front of a [`Simulator`], which is asked once for each answer. Methods and tokens of pages tell requests
/// apart, nothing else does: whoever logs in gets the session, and the pages, that were recorded.
#[derive(Debug)]
pub struct Replay {
    address: SocketAddr,
    fingerprint: String,
    tape: Arc<Tape>,
    runtime: Option<Runtime>,
}

#[derive(Debug)]
struct Tape {
    origin: Arc<Shared>,
    link: Option<Link>,
    answers: Mutex<Vec<Recording>>,
    places: Mutex<HashMap<Key, usize>>,
}

/// The method, and the token of the page that is asked for.
type Key = (String, String);

#[derive(Clone, Debug)]
struct Recording {
    request: Bytes,
    head: hyper::http::response::Parts,
    body: Bytes,
}

impl Replay {
    /// Starts on a thread of its own. With a rate, all connections share a link that carries so many bytes a second.
    pub fn start_in_background(origin: &Simulator, bytes_per_second: Option<u64>) -> io::Result<Self> {
        let certificate = Certificate::generate(None)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let tape = Arc::new(Tape {
            origin: origin.shared(),
            link: bytes_per_second.map(Link::new),
            answers: Mutex::default(),
            places: Mutex::default(),
        });
        runtime.spawn(accept(listener, certificate.acceptor, Arc::clone(&tape)));
        Ok(Self {
            address,
            fingerprint: certificate.fingerprint,
            tape,
            runtime: Some(runtime),
        })
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// As that of a [`Simulator`].
    #[must_use]
    pub fn fingerprint_sha256(&self) -> &str {
        &self.fingerprint
    }

    /// The bodies of the requests that were recorded, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<Bytes> {
        let answers = lock(&self.tape.answers);
        answers.iter().map(|recording| recording.request.clone()).collect()
    }

    /// Bytes of all answers.
    #[must_use]
    pub fn bytes(&self) -> usize {
        lock(&self.tape.answers)
            .iter()
            .map(|recording| recording.body.len())
            .sum()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, tape: Arc<Tape>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, acceptor.clone(), Arc::clone(&tape)));
    }
}

/// Errors end the connection; whoever is at its other end sees them.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, tape: Arc<Tape>) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| serve(Arc::clone(&tape), request));
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn serve(tape: Arc<Tape>, request: Request<Incoming>) -> io::Result<Reply> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST).collect().await;
    let body = body.map_err(io::Error::other)?.to_bytes();
    if head.uri.path() == ALL {
        return Ok(Response::new(tape.send(tape.all())));
    }
    let key = key(&head, &body);
    let known = lock(&tape.places).get(&key).copied();
    let recording = match known {
        Some(place) => lock(&tape.answers)[place].clone(),
        None => tape.record(key, &head, body).await?,
    };
    Ok(Response::from_parts(recording.head, tape.send(recording.body)))
}

fn key(head: &Parts, body: &Bytes) -> Key {
    match parse(&String::from_utf8_lossy(body)) {
        Ok(call) => {
            let token = call.arguments.text_of("token").unwrap_or_default();
            (call.arguments.name.clone(), token.to_owned())
        }
        Err(_) => (format!("{} {}", head.method, head.uri.path()), String::new()),
    }
}

impl Tape {
    async fn record(&self, key: Key, head: &Parts, request: Bytes) -> io::Result<Recording> {
        let reply = answer_request(&self.origin, 0, head, request.clone()).await?;
        let (head, body) = reply.into_parts();
        let body = body.collect().await?.to_bytes();
        let recording = Recording { request, head, body };
        let mut answers = lock(&self.answers);
        lock(&self.places).insert(key, answers.len());
        answers.push(recording.clone());
        Ok(recording)
    }

    fn all(&self) -> Bytes {
        let mut all = BytesMut::new();
        for recording in lock(&self.answers).iter() {
            all.extend_from_slice(&recording.body);
        }
        all.freeze()
    }

    fn send(&self, body: Bytes) -> AnswerBody {
        match &self.link {
            Some(link) => AnswerBody::carried(body, link.clone()),
            None => AnswerBody::Whole(body),
        }
    }
}
