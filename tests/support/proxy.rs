//! A TCP proxy in front of a server of 127.0.0.1, with faults that can be changed while it runs.

use super::connection::{Control, Fault, Setting, carry, wait_until};
use super::ports::listen as listen_on_free_port;
use super::runtime::spawn;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// A running proxy; its connections end with it.
pub struct FaultProxy {
    port: u16,
    control: Arc<Control>,
    listener: JoinHandle<()>,
}

impl FaultProxy {
    /// A proxy without a fault in front of a port of 127.0.0.1.
    pub fn to(server: u16) -> Self {
        let socket = listen_on_free_port();
        let port = socket.local_addr().expect("it listens").port();
        let (accepted, fired) = (AtomicU64::default(), AtomicU64::default());
        let control = Arc::new(Control {
            setting: watch::Sender::default(),
            accepted,
            fired,
        });
        let shared = Arc::clone(&control);
        let listener = spawn(|| {
            listen(
                TcpListener::from_std(socket).expect("within a runtime"),
                port,
                server,
                shared,
            )
        });
        Self {
            port,
            control,
            listener,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, on old connections too. A [`Fault::Refuse`] is in force when this returns, and over soon after
    /// another fault was set.
    pub fn set(&self, fault: Fault) {
        let refuse = fault == Fault::Refuse;
        self.change(fault, false);
        if refuse {
            super::wait_for("the proxy refuses", Duration::from_secs(5), || {
                std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
                    .is_err()
                    .then_some(())
            });
        }
    }

    /// For the first connection that the fault closes; then all is well again. For the faults that cut or drop.
    pub fn set_once(&self, fault: Fault) {
        self.change(fault, true);
    }

    pub fn heal(&self) {
        self.set(Fault::None);
    }

    /// How many connections were accepted.
    pub fn accepted(&self) -> u64 {
        self.control.accepted.load(Ordering::SeqCst)
    }

    /// How many connections were closed by a fault.
    pub fn fired(&self) -> u64 {
        self.control.fired.load(Ordering::SeqCst)
    }

    fn change(&self, fault: Fault, once: bool) {
        self.control.setting.send_modify(|setting| {
            let generation = setting.generation + 1;
            *setting = Setting {
                fault,
                generation,
                once,
            };
        });
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Connections live in the set: they are aborted with this future.
async fn listen(first: TcpListener, port: u16, server: u16, control: Arc<Control>) {
    let mut connections = JoinSet::new();
    let mut listener = Some(first);
    let mut settings = control.setting.subscribe();
    loop {
        if let Some(open) = &listener {
            tokio::select! {
                biased;
                () = wait_until(&mut settings, |fault| *fault == Fault::Refuse) => listener = None,
                Ok((client, _)) = open.accept() => {
                    control.accepted.fetch_add(1, Ordering::SeqCst);
                    while connections.try_join_next().is_some() {}
                    connections.spawn(carry(client, server, Arc::clone(&control)));
                }
            }
        } else {
            wait_until(&mut settings, |fault| *fault != Fault::Refuse).await;
            listener = Some(listen_again(port).await);
        }
    }
}

async fn listen_again(port: u16) -> TcpListener {
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return listener,
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}
