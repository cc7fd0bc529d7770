//! A service that does what the test says, one request a connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What it does with one request.
#[derive(Debug, Clone, Copy)]
pub enum Reaction {
    Status(u16),
    /// With this header line.
    With(u16, &'static str),
    Hang,
    /// Reads the request and closes the connection.
    Drop,
    /// 200 with a body that never ends.
    Flood,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub line: String,
    pub key: String,
    pub body: String,
}

pub struct Server {
    pub url: Url,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// After the script, everything is accepted.
    pub async fn start(script: &[Reaction]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let (log, mut script) = (Arc::clone(&received), VecDeque::from(script.to_vec()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let reaction = script.pop_front().unwrap_or(Reaction::Status(200));
                tokio::spawn(serve(stream, reaction, Arc::clone(&log)));
            }
        });
        Self {
            url: format!("http://{address}/rename").parse().expect("a URL"),
            received,
        }
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no test panics in here").clone()
    }
}

async fn serve(mut stream: TcpStream, reaction: Reaction, log: Arc<Mutex<Vec<Received>>>) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    log.lock().expect("no test panics in here").push(request);
    let head = |status: u16, line: &str| format!("HTTP/1.1 {status} Scripted\r\n{line}connection: close\r\n");
    let answer = match reaction {
        Reaction::Status(status) => head(status, "content-length: 0\r\n") + "\r\n",
        Reaction::With(status, line) => head(status, &format!("content-length: 0\r\n{line}\r\n")) + "\r\n",
        Reaction::Hang => return tokio::time::sleep(Duration::from_mins(1)).await,
        Reaction::Drop => return,
        Reaction::Flood => head(200, "") + "\r\n",
    };
    let _ = stream.write_all(answer.as_bytes()).await;
    while matches!(reaction, Reaction::Flood) && stream.write_all(&[b'x'; 4096]).await.is_ok() {}
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let header = |name: &str| {
            let fields = head.lines().filter_map(|line| line.split_once(": "));
            fields
                .filter(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
                .next()
        };
        if body.len().to_string() == header("content-length")? {
            let line = head.lines().next()?.to_owned();
            return Some(Received {
                line,
                key: header("idempotency-key")?,
                body: body.to_owned(),
            });
        }
    }
}
