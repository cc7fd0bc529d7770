//! The services that are told of renames: a recorder that answers as scripted, else 200.

use super::http::{Recorded, read_request, write_answer, write_reflection};
use super::ports::listen;
use super::runtime::spawn;
use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// What a request gets once it has been read and recorded.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(u16),
    /// A status with a `Retry-After` of seconds, or of a date.
    RetryAfter(u16, String),
    /// A status after a while.
    Slow(Duration, u16),
    /// A status, with the request in the body and in `Location`.
    Reflect(u16),
    /// No answer, the connection stays open.
    Hang,
    /// No answer, the connection is closed.
    Drop,
}

/// A running recorder; its connections end with it.
pub struct Endpoints {
    port: u16,
    book: Arc<Mutex<Book>>,
    listener: JoinHandle<()>,
}

#[derive(Default)]
struct Book {
    requests: Vec<Recorded>,
    queues: HashMap<String, VecDeque<Answer>>,
    defaults: HashMap<String, Answer>,
}

impl Endpoints {
    pub fn start() -> Self {
        let socket = listen();
        let port = socket.local_addr().expect("it listens").port();
        let book = Arc::<Mutex<Book>>::default();
        let shared = Arc::clone(&book);
        let listener = spawn(|| accept(TcpListener::from_std(socket).expect("within a runtime"), shared));
        Self { port, book, listener }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a path such as `/rename-vm`.
    pub fn url(&self, path: &str) -> String {
        Self::url_through(self.port, path)
    }

    /// The same through a proxy on `port`.
    pub fn url_through(port: u16, path: &str) -> String {
        format!("http://127.0.0.1:{port}/{}", path.trim_start_matches('/'))
    }

    /// Queues an answer to the next request of this path that has none yet.
    pub fn answer(&self, path: &str, answer: Answer) {
        self.lock().queues.entry(path.to_owned()).or_default().push_back(answer);
    }

    /// The answer of this path when its queue is empty, from now on.
    pub fn answer_always(&self, path: &str, answer: Answer) {
        self.lock().defaults.insert(path.to_owned(), answer);
    }

    /// All requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.clone()
    }

    /// Those of one path.
    pub fn requests_to(&self, path: &str) -> Vec<Recorded> {
        self.requests()
            .into_iter()
            .filter(|request| request.path == path)
            .collect()
    }

    /// Forgets the requests so far, not the script.
    pub fn forget(&self) {
        self.lock().requests.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Endpoints {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Connections live in the set: they are aborted with this future.
async fn accept(listener: TcpListener, book: Arc<Mutex<Book>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(stream, Arc::clone(&book)));
    }
}

async fn serve(stream: TcpStream, book: Arc<Mutex<Book>>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await? {
        match record(&book, request.clone()) {
            Answer::Status(status) => write_answer(&mut stream, status, None).await?,
            Answer::RetryAfter(status, after) => write_answer(&mut stream, status, Some(&after)).await?,
            Answer::Slow(delay, status) => {
                sleep(delay).await;
                write_answer(&mut stream, status, None).await?;
            }
            Answer::Reflect(status) => write_reflection(&mut stream, status, &request).await?,
            Answer::Hang => pending().await,
            Answer::Drop => return Ok(()),
        }
    }
    Ok(())
}

fn record(book: &Mutex<Book>, request: Recorded) -> Answer {
    let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
    // A script without a query is for all queries.
    let path = request.path.split('?').next().unwrap_or_default();
    let Book { queues, defaults, .. } = &mut *book;
    let queued = [request.path.as_str(), path]
        .iter()
        .find_map(|path| queues.get_mut(*path)?.pop_front());
    let answer = queued
        .or_else(|| defaults.get(&request.path).or_else(|| defaults.get(path)).cloned())
        .unwrap_or(Answer::Status(200));
    book.requests.push(request);
    answer
}
