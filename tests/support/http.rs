//! As much HTTP/1.1 as a recorder of small POSTs needs: bounded, with a Content-Length, no chunks.

use std::io;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const MAX_HEAD: usize = 64 << 10;
const MAX_BODY: usize = 4 << 20;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: String,
    /// Path and query.
    pub path: String,
    /// In the order and case of the wire.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub arrived: Instant,
}

impl Recorded {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", String::from_utf8_lossy(&self.body)))
    }
}

/// The next request of a connection; `None` at its end.
pub async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Recorded>> {
    let mut left = MAX_HEAD;
    let first = read_line(stream, &mut left).await?;
    let mut words = first.split(' ').map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let headers = read_headers(stream, &mut left).await?;
    let mut request = Recorded {
        method,
        path,
        headers,
        body: Vec::new(),
        arrived: Instant::now(),
    };
    let length = request
        .header("content-length")
        .map_or(Ok(0), str::parse)
        .map_err(|_| bad("Content-Length"))?;
    if length > MAX_BODY || request.header("transfer-encoding").is_some() {
        return Err(bad("a body that is too long, or in chunks"));
    }
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).await?;
    Ok(Some(request))
}

/// Answers with an empty JSON object.
pub async fn write_answer(stream: &mut BufReader<TcpStream>, status: u16, retry_after: Option<&str>) -> io::Result<()> {
    let retry_after = retry_after
        .map(|value| format!("Retry-After: {value}\r\n"))
        .unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n{retry_after}\r\n{{}}"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.flush().await
}

/// Answers with the whole request, and sends the client where it came from.
pub async fn write_reflection(stream: &mut BufReader<TcpStream>, status: u16, request: &Recorded) -> io::Result<()> {
    let body = format!("{request:?} {}", String::from_utf8_lossy(&request.body));
    let head = format!(
        "HTTP/1.1 {status} Scripted {path}\r\nLocation: {path}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        body.len(),
        path = request.path,
    );
    stream.write_all((head + &body).as_bytes()).await?;
    stream.flush().await
}

async fn read_headers(stream: &mut BufReader<TcpStream>, left: &mut usize) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream, left).await?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| bad("a header without a colon"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

async fn read_line(stream: &mut BufReader<TcpStream>, left: &mut usize) -> io::Result<String> {
    let mut line = String::new();
    let read = stream.take(*left as u64).read_line(&mut line).await?;
    *left -= read;
    if *left == 0 {
        return Err(bad("a head that is too long"));
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
