//! One proxied connection, and what can go wrong with it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio::time::sleep;

/// What a proxy does to its connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// Each piece of data is held for so long, both ways.
    Latency(Duration),
    /// Connections are closed, and new ones refused.
    Refuse,
    /// Connections are reset, and new ones accepted and reset.
    Reset,
    /// Connections are accepted, and nothing passes either way; what was held passes when the fault is over.
    Blackhole,
    /// Replies pass so many bytes at a time, with a pause after each.
    Drip { bytes: usize, pause: Duration },
    /// A connection is closed when so many bytes of it have gone to the server since the fault was set.
    CutRequest(usize),
    /// A connection is closed when so many bytes of it have come from the server since the fault was set.
    CutReply(usize),
    /// Once bytes with these in them went to the server, its reply is read and thrown away, and the connection
    /// closed: the server has applied what the client is not told. Empty for any request.
    DropReply(Vec<u8>),
}

/// The fault of now.
#[derive(Clone, Default)]
pub struct Setting {
    pub fault: Fault,
    /// Counts the settings, so that byte counts begin anew with each.
    pub generation: u64,
    /// The fault ends when it has closed one connection.
    pub once: bool,
}

/// What the connections of a proxy share.
pub struct Control {
    pub setting: watch::Sender<Setting>,
    pub accepted: AtomicU64,
    pub fired: AtomicU64,
}

/// The connection ends now, both ways.
struct Closed;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    ToClient,
}

/// One direction of a connection.
struct Pump<'a> {
    control: &'a Control,
    settings: watch::Receiver<Setting>,
    way: Way,
    /// The request of a [`Fault::DropReply`] has passed; shared by both directions.
    armed: &'a AtomicBool,
    generation: u64,
    passed: usize,
    /// The last bytes that passed, as a needle may lie across two reads.
    tail: Vec<u8>,
}

/// Carries one connection until either side ends it or a fault does.
pub async fn carry(mut client: TcpStream, server: u16, control: Arc<Control>) {
    let Ok(mut upstream) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let _ = (client.set_nodelay(true), upstream.set_nodelay(true));
    let armed = AtomicBool::new(false);
    let (client_reader, client_writer) = client.split();
    let (server_reader, server_writer) = upstream.split();
    let requests = Pump::new(&control, Way::ToServer, &armed).run(client_reader, server_writer);
    let replies = Pump::new(&control, Way::ToClient, &armed).run(server_reader, client_writer);
    let ended = tokio::try_join!(requests, replies);
    if ended.is_err() && control.setting.borrow().fault == Fault::Reset {
        let _ = (client.set_zero_linger(), upstream.set_zero_linger());
    }
}

impl<'a> Pump<'a> {
    fn new(control: &'a Control, way: Way, armed: &'a AtomicBool) -> Self {
        let settings = control.setting.subscribe();
        Self {
            control,
            settings,
            way,
            armed,
            generation: 0,
            passed: 0,
            tail: Vec::new(),
        }
    }

    async fn run(mut self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> Result<(), Closed> {
        let mut buffer = vec![0; 16 << 10];
        let (mut killed, control) = (self.settings.clone(), self.control);
        let pump = async {
            loop {
                let read = from.read(&mut buffer).await.map_err(|_| Closed)?;
                self.pass_blackhole().await;
                if read == 0 {
                    return to.shutdown().await.map_err(|_| Closed);
                }
                self.forward(&buffer[..read], &mut to).await?;
            }
        };
        tokio::select! {
            biased;
            () = wait_until(&mut killed, |fault| matches!(fault, Fault::Refuse | Fault::Reset)) => Err(control.fire()),
            ended = pump => ended,
        }
    }

    async fn pass_blackhole(&mut self) {
        let _ = self
            .settings
            .wait_for(|setting| setting.fault != Fault::Blackhole)
            .await;
    }

    async fn forward(&mut self, data: &[u8], to: &mut WriteHalf<'_>) -> Result<(), Closed> {
        let Setting { fault, generation, .. } = self.settings.borrow().clone();
        if generation != self.generation {
            (self.generation, self.passed, self.tail) = (generation, 0, Vec::new());
        }
        match (fault, self.way) {
            (Fault::Latency(delay), _) => sleep(delay).await,
            (Fault::Drip { bytes, pause }, Way::ToClient) => return self.drip(data, bytes, pause, to).await,
            (Fault::CutRequest(limit), Way::ToServer) | (Fault::CutReply(limit), Way::ToClient) => {
                return self.cut(data, limit, to).await;
            }
            (Fault::DropReply(needle), Way::ToServer) => self.look_for(&needle, data),
            (Fault::DropReply(_), Way::ToClient) if self.armed.load(Ordering::SeqCst) => {
                return Err(self.control.fire());
            }
            _ => {}
        }
        to.write_all(data).await.map_err(|_| Closed)
    }

    /// Drips until the data are through, or the fault is another.
    async fn drip(&mut self, data: &[u8], bytes: usize, pause: Duration, to: &mut WriteHalf<'_>) -> Result<(), Closed> {
        let mut pieces = data.chunks(bytes.max(1));
        let mut flow = ControlFlow::Continue(());
        while flow.is_continue() {
            let Some(piece) = pieces.next() else { return Ok(()) };
            to.write_all(piece).await.map_err(|_| Closed)?;
            sleep(pause).await;
            if self.settings.borrow().generation != self.generation {
                flow = ControlFlow::Break(());
            }
        }
        for piece in pieces {
            to.write_all(piece).await.map_err(|_| Closed)?;
        }
        Ok(())
    }

    async fn cut(&mut self, data: &[u8], limit: usize, to: &mut WriteHalf<'_>) -> Result<(), Closed> {
        let allowed = data.len().min(limit - self.passed);
        self.passed += allowed;
        to.write_all(&data[..allowed]).await.map_err(|_| Closed)?;
        if self.passed == limit {
            Err(self.control.fire())
        } else {
            Ok(())
        }
    }

    fn look_for(&mut self, needle: &[u8], data: &[u8]) {
        self.tail.extend_from_slice(data);
        if needle.is_empty() || self.tail.windows(needle.len()).any(|window| window == needle) {
            self.armed.store(true, Ordering::SeqCst);
        }
        let kept = self.tail.len().min(needle.len().saturating_sub(1));
        self.tail.drain(..self.tail.len() - kept);
    }
}

/// Waits for a fault, and lets go of the lock that `wait_for` returns: whoever then sets another would wait for it.
pub async fn wait_until(settings: &mut watch::Receiver<Setting>, is: impl Fn(&Fault) -> bool) {
    let _ = settings.wait_for(|setting| is(&setting.fault)).await;
}

impl Control {
    /// Counts a connection that a fault closed, and ends a fault that was for one.
    fn fire(&self) -> Closed {
        self.fired.fetch_add(1, Ordering::SeqCst);
        self.setting.send_if_modified(|setting| {
            let ends = std::mem::take(&mut setting.once);
            if ends {
                setting.fault = Fault::None;
                setting.generation += 1;
            }
            ends
        });
        Closed
    }
}
